"""Draws the walls of feature maps: one instance per wall, one draw per texture array.

Walls so far away that only the maps' means show need no texture array, so one draw does for all of a hall's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import moderngl
import numpy as np

from vrcnn.render.colormaps import Colormaps
from vrcnn.render.map_states import PLACES_UNIT
from vrcnn.render.map_store import MapStore
from vrcnn.render.passes import Batch, instanced
from vrcnn.render.programs import load_program
from vrcnn.render.stretches import each_apart
from vrcnn.scene.colouring import Colormap, Colouring
from vrcnn.scene.drawables import Grid
from vrcnn.scene.theme import Theme

MAPS_UNIT, COLORMAPS_UNIT = 0, 1
# Slopes and steps of depth: from 40 m on, they are more than the gap to the box behind a wall.
_TOWARDS_THE_EYE = -1.0, -4.0

_RECORD = np.dtype(
    [
        ("position", "f4", 3),
        ("orientation", "f4", 4),
        ("size", "f4", 2),
        ("tiling", "i4", 4),  # columns, rows, maps, row of the first place
        ("anchor", "i4"),
        ("first_row", "f4"),
        ("rows_shown", "f4"),
        ("part", "i4", 4),  # first and last map in this array, layer of the first one, slot of the layer
    ]
)


@dataclass
class GridBatch:
    """The walls of one group: their parts where they are near, by hall and texture array; those far away, by hall."""

    parts: list[tuple[int, int, Batch]]
    far: list[tuple[int, Batch]]

    @property
    def batches(self) -> list[Batch]:
        return [*(batch for _, _, batch in self.parts), *(batch for _, batch in self.far)]

    def release(self) -> None:
        for batch in self.batches:
            batch.release()


class GridPass:
    """Draws grids with the maps of `stores`, by hall; a wall whose hall has none shows nothing."""

    def __init__(self, context: moderngl.Context, theme: Theme) -> None:
        self._context = context
        self._near, self._far = load_program(context, "grid"), load_program(context, "grid", "MEANS_ONLY")
        self._programs = self._near, self._far
        self._near["maps"] = MAPS_UNIT
        self._set("colormaps", COLORMAPS_UNIT)
        self._set("places", PLACES_UNIT)
        self._colormaps = Colormaps(context)
        self._in_order = True
        self._set("in_order", True)
        self.set_theme(theme)
        self.stores: dict[int, MapStore] = {}

    def set_theme(self, theme: Theme) -> None:
        self._set("backing", theme["wall"])
        self._set("vacant", tuple(0.6 * a + 0.4 * b for a, b in zip(theme["wall"], theme["frame"], strict=True)))

    def set_colouring(self, colouring: Colouring, colormap: Colormap) -> None:
        """How values become colours from now on; the ends of the colours and the order are the stores' own."""
        self._set("colormap", self._colormaps.row_of(colormap))
        self._set("diverging", colormap.diverging)
        self._colormaps.set_gamma(colouring.gamma)

    def build(self, items: Sequence[Grid], anchors: Sequence[int]) -> GridBatch | None:
        """Buffers for these walls. A wall whose span is not in its hall's plan (of a former graph) is left out."""
        near: dict[tuple[int, int], list[tuple[object, ...]]] = {}
        far: dict[int, list[tuple[object, ...]]] = {}
        for grid, anchor in zip(items, anchors, strict=True):
            span, maps = grid.span, self.stores.get(grid.hall)
            if maps is None or maps.plan.spans.get(span.node) != span:
                continue
            placed = (grid.pose.position, grid.pose.orientation, (grid.width, grid.height))
            tiling = (grid.columns, ceil(span.count / grid.columns), span.count, span.row)
            slot = maps.states.slots[span.node]
            wall = (*placed, tiling, anchor, grid.first_row, grid.rows)
            far.setdefault(grid.hall, []).append((*wall, (0, span.count, 0, slot)))
            for part in maps.parts(span):
                shown = (part.first, part.last, part.layer, slot)
                near.setdefault((grid.hall, part.array), []).append((*wall, shown))
        if not far:
            return None
        return GridBatch(
            [(*where, self._batch(self._near, rows, 1.0)) for where, rows in sorted(near.items())],
            [(hall, self._batch(self._far, rows, -1.0)) for hall, rows in sorted(far.items())],
        )

    def draw(self, batches: Sequence[GridBatch]) -> None:
        self._colormaps.use(COLORMAPS_UNIT)
        self._context.polygon_offset = _TOWARDS_THE_EYE
        bound: MapStore | None = None
        for batch in batches:
            for hall, array, part in batch.parts:
                if part.drawn is not None and not part.drawn[2]:
                    continue
                maps = self.stores[hall]
                if maps is not bound:
                    self._bind(maps)
                    bound = maps
                maps.arrays[array].bind()
                part.render()
            for hall, part in batch.far:
                maps = self.stores[hall]
                if maps is not bound:
                    self._bind(maps)
                    bound = maps
                part.render()
        self._context.polygon_offset = 0.0, 0.0

    def _bind(self, maps: MapStore) -> None:
        maps.states.bind()
        if maps.states.in_order != self._in_order:
            self._in_order = maps.states.in_order
            self._set("in_order", self._in_order)
        maps.arrays[0].use(MAPS_UNIT)

    def release(self) -> None:
        self._colormaps.release()
        for program in self._programs:
            program.release()

    def _batch(self, program: moderngl.Program, rows: list[tuple[object, ...]], sign: float) -> Batch:
        """A batch of these records, drawn where it is near, for a `sign` of 1, or where it is far, for -1."""
        records = np.array(rows, _RECORD)
        width, height = records["size"].T
        cells = np.maximum(width / records["tiling"][:, 0], height / records["rows_shown"])
        radii = 0.5 * np.hypot(width, height)
        stretches = each_apart(records["anchor"], records["position"], radii, cells=sign * cells)
        batch = instanced(self._context, program, records, stretches=stretches)
        assert batch is not None
        return batch

    def _set(self, name: str, value: object) -> None:
        """Sets a uniform of both programs."""
        for program in self._programs:
            program[name] = value
