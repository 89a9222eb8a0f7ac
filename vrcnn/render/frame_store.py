"""The maps of framed copies on the graphics card: a store like a network's, filled from what was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import moderngl
import numpy as np

from vrcnn.engine.plan import MapPlan, MapSize
from vrcnn.render.map_store import MapStore
from vrcnn.render.raw import RawGL
from vrcnn.scene.colouring import Colouring
from vrcnn.scene.reading import Reading

EVERYTHING = 1 << 40  # bytes


class FrozenMaps:
    """Maps with their mip levels and statistics, as an arena has them."""

    def __init__(self, plan: MapPlan, readings: Mapping[int, Reading]) -> None:
        self.levels: Mapping[MapSize, Sequence[np.ndarray]] = {
            size: [np.zeros((total, *level), np.float16) for level in size.levels()]
            for size, total in plan.totals.items()
        }
        self.statistics = np.zeros((max(1, plan.count), 4), np.float32)
        for number, reading in readings.items():
            span, known = plan.spans[number], reading.statistics
            self.statistics[span.row] = known.least, known.largest, known.mean, known.deviation
            self.statistics[span.row] /= reading.quantity.factor
            for target, level in zip(self.levels[span.size], pyramid(reading.values), strict=True):
                target[span.first] = level


def frame_store(
    context: moderngl.Context,
    gl: RawGL,
    plan: MapPlan,
    readings: Mapping[int, Reading],
    colouring: Colouring,
    diverging: bool,
) -> MapStore:
    """A store with the maps of frames, by their numbers, all of them there at once, in the colours of their layers.

    `colouring` is the one that was chosen, `diverging` says so of its colormap.
    """
    store, maps = MapStore(context, plan, gl), FrozenMaps(plan, readings)
    store.states.colour(colouring, diverging)
    for number, reading in readings.items():
        store.enqueue(number, maps, reading.samples, np.zeros(1, np.float32), reading.quantity)
    store.upload(EVERYTHING)
    for number, reading in readings.items():
        store.states.widen(number, reading.extremes)
    store.states.settle()
    return store


def pyramid(values: np.ndarray) -> list[np.ndarray]:
    """A map (H, W) float16 and its mip levels, each pixel the mean of those of the level before that it covers."""
    levels = [values]
    for height, width in MapSize(*values.shape).levels()[1:]:
        former = levels[-1].astype(np.float32)
        rows, columns = np.arange(height) * former.shape[0] // height, np.arange(width) * former.shape[1] // width
        sums = np.add.reduceat(np.add.reduceat(former, rows, axis=0), columns, axis=1)
        areas = np.diff(rows, append=former.shape[0])[:, None] * np.diff(columns, append=former.shape[1])
        with np.errstate(over="ignore"):
            levels.append((sums / areas).astype(np.float16))
    return levels
