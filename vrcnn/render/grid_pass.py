"""Draws the walls of feature maps: one instance per wall, one draw per texture array."""

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
from vrcnn.scene.colouring import Colormap, Colouring
from vrcnn.scene.drawables import Grid
from vrcnn.scene.theme import Theme

MAPS_UNIT, COLORMAPS_UNIT = 0, 1

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
    """The walls of one group, by the hall whose maps they show and its texture array."""

    parts: list[tuple[int, int, Batch]]

    def release(self) -> None:
        for _, _, batch in self.parts:
            batch.release()


class GridPass:
    """Draws grids with the maps of `stores`, by hall; a wall whose hall has none shows nothing."""

    def __init__(self, context: moderngl.Context, theme: Theme) -> None:
        self._context = context
        self._program = load_program(context, "grid")
        self._program["maps"] = MAPS_UNIT
        self._program["colormaps"] = COLORMAPS_UNIT
        self._program["places"] = PLACES_UNIT
        self._colormaps = Colormaps(context)
        self._in_order = True
        self._program["in_order"] = True
        self.set_theme(theme)
        self.stores: dict[int, MapStore] = {}

    def set_theme(self, theme: Theme) -> None:
        self._program["backing"] = theme["wall"]
        self._program["vacant"] = tuple(0.6 * a + 0.4 * b for a, b in zip(theme["wall"], theme["frame"], strict=True))

    def set_colouring(self, colouring: Colouring, colormap: Colormap) -> None:
        """How values become colours from now on; the ends of the colours and the order are the stores' own."""
        self._program["colormap"] = self._colormaps.row_of(colormap)
        self._program["diverging"] = colormap.diverging
        self._program["own_ends"] = colouring.range == "map"
        self._colormaps.set_gamma(colouring.gamma)

    def build(self, items: Sequence[Grid], anchors: Sequence[int]) -> GridBatch | None:
        """Buffers for these walls. A wall whose span is not in its hall's plan (of a former graph) is left out."""
        records: dict[tuple[int, int], list[tuple[object, ...]]] = {}
        for grid, anchor in zip(items, anchors, strict=True):
            span, maps = grid.span, self.stores.get(grid.hall)
            if maps is None or maps.plan.spans.get(span.node) != span:
                continue
            placed = (grid.pose.position, grid.pose.orientation, (grid.width, grid.height))
            tiling = (grid.columns, ceil(span.count / grid.columns), span.count, span.row)
            slot = maps.states.slots[span.node]
            for part in maps.parts(span):
                shown = (part.first, part.last, part.layer, slot)
                record = (*placed, tiling, anchor, grid.first_row, grid.rows, shown)
                records.setdefault((grid.hall, part.array), []).append(record)
        parts = []
        for (hall, array), rows in sorted(records.items()):
            batch = instanced(self._context, self._program, np.array(rows, _RECORD))
            if batch is not None:
                parts.append((hall, array, batch))
        return GridBatch(parts) if parts else None

    def draw(self, batches: Sequence[GridBatch]) -> None:
        self._colormaps.use(COLORMAPS_UNIT)
        bound: MapStore | None = None
        for batch in batches:
            for hall, array, part in batch.parts:
                maps = self.stores[hall]
                if maps is not bound:
                    self._bind(maps)
                    bound = maps
                maps.arrays[array].bind()
                part.render()

    def _bind(self, maps: MapStore) -> None:
        maps.states.bind()
        if maps.states.in_order != self._in_order:
            self._in_order = maps.states.in_order
            self._program["in_order"] = self._in_order
        maps.arrays[0].use(MAPS_UNIT)

    def release(self) -> None:
        self._colormaps.release()
        self._program.release()
