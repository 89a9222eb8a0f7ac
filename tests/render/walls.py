"""Feature maps with known values, and walls of them, for the tests of the renderer."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import numpy as np

from vrcnn.engine.arena import Arena
from vrcnn.engine.plan import MapPlan, MapSize, MapSpan
from vrcnn.render.map_store import MapStore
from vrcnn.scene.camera import View
from vrcnn.scene.colormaps import colours_of
from vrcnn.scene.colouring import Colouring, colormap_of
from vrcnn.scene.drawables import Grid
from vrcnn.scene.geometry import Pose
from vrcnn.scene.theme import DARK


def plan_of(layers: Sequence[np.ndarray]) -> MapPlan:
    """A plan for one node per layer; a layer is (maps, height, width)."""
    sizes = [MapSize(*maps.shape[1:]) for maps in layers]
    totals: dict[MapSize, int] = {}
    starts: dict[MapSize, int] = {}
    for size, maps in zip(sizes, layers, strict=True):
        totals[size] = totals.get(size, 0) + len(maps)
    row = 0
    for size, total in totals.items():
        starts[size], row = row, row + total
    spans, used = {}, dict.fromkeys(totals, 0)
    for node, (size, maps) in enumerate(zip(sizes, layers, strict=True)):
        first = used[size]
        spans[node] = MapSpan(node, size, first, len(maps), starts[size] + first)
        used[size] += len(maps)
    return MapPlan(spans, totals)


def arena_of(layers: Sequence[np.ndarray], plan: MapPlan) -> Arena:
    """An arena that holds these maps, their averages level by level, and their means."""
    arena = Arena(plan)
    for node, maps in enumerate(layers):
        span = plan.spans[node]
        for level, (height, width) in enumerate(span.size.levels()):
            rows = np.linspace(0, maps.shape[1], height + 1).astype(int)[:-1]
            columns = np.linspace(0, maps.shape[2], width + 1).astype(int)[:-1]
            sums = np.add.reduceat(np.add.reduceat(maps.astype(np.float64), rows, axis=1), columns, axis=2)
            areas = np.diff(rows, append=maps.shape[1])[:, None] * np.diff(columns, append=maps.shape[2])
            arena.levels[span.size][level][span.first : span.first + span.count] = sums / areas
        flat = maps.reshape(len(maps), -1).astype(np.float64)
        with np.errstate(invalid="ignore"):
            known = np.stack([flat.min(1), flat.max(1), flat.mean(1), flat.std(1)], axis=1)
        arena.statistics[span.row : span.row + span.count] = known
    return arena


def wall(span: MapSpan, columns: int, cell: float = 0.25, distance: float = 2.0, x: float = 0.0) -> Grid:
    """A wall at the height of the eyes of `facing`, with cells of `cell` m."""
    rows = ceil(span.count / columns)
    return Grid(span, Pose((x, 0.0, -distance)), columns * cell, rows * cell, columns, rows)


def facing(size: tuple[int, int], degrees: float = 60.0) -> View:
    """An eye at the origin that looks along -z."""
    return View.symmetric(Pose(), size[0] / size[1], degrees)


def pixel_of(view: View, size: tuple[int, int], point: tuple[float, float, float]) -> tuple[int, int]:
    """Row and column of a point in a picture of `size`."""
    clip = view.matrix() @ np.array([*point, 1.0])
    x, y = clip[:2] / clip[3]
    return int((0.5 - 0.5 * y) * size[1]), int((0.5 + 0.5 * x) * size[0])


def place_in(grid: Grid, tile: int, u: float = 0.5, v: float = 0.5) -> tuple[float, float, float]:
    """The point at (u, v) from the top left of the map `tile` in the world."""
    row, column = divmod(tile, grid.columns)
    across = (column + 0.02 + 0.96 * u) / grid.columns - 0.5
    down = (row + 0.02 + 0.96 * v) / grid.rows - 0.5
    return grid.pose.apply((across * grid.width, -down * grid.height, 0.0))


def colour_of(value: float, limit: float) -> np.ndarray:
    """(3,) the colour of a value in 0..255, as the wall is meant to show it in a layer of this range."""
    return 255 * colours_of(colormap_of(Colouring(), DARK), np.array(value), -limit, limit, Colouring().gamma)


def enqueue(store: MapStore, node: int, arena: Arena, limit: float = 1.0, difference: np.ndarray | None = None) -> None:
    """The maps of a layer whose colours go from -limit to limit are ready; by default as in the picture before."""
    span = store.plan.spans.get(node)
    same = np.zeros(span.count if span else 1, np.float32)
    store.enqueue(node, arena, np.full(16, limit, np.float32), same if difference is None else difference)
