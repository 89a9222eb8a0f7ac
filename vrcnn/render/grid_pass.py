"""Draws the walls of feature maps: one instance per wall, one draw per texture array."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import moderngl
import numpy as np

from vrcnn.render.colormaps import colormap_texture
from vrcnn.render.map_store import MapStore
from vrcnn.render.passes import Batch, instanced
from vrcnn.render.programs import load_program
from vrcnn.scene.drawables import Grid
from vrcnn.scene.theme import Theme

MAPS_UNIT, COLORMAP_UNIT = 0, 1

_RECORD = np.dtype(
    [
        ("position", "f4", 3),
        ("orientation", "f4", 4),
        ("size", "f4", 2),
        ("tiling", "i4", 4),  # columns, rows, maps, row of the first map's statistics
        ("part", "i4", 4),  # first and last map in this array, layer of the first one, slot of the layer
    ]
)


@dataclass
class GridBatch:
    """The walls of one group, by texture array."""

    parts: list[tuple[int, Batch]]

    def release(self) -> None:
        for _, batch in self.parts:
            batch.release()


class GridPass:
    """Draws grids with the maps of `maps`, which is set with the plan; without it there is nothing to draw."""

    def __init__(self, context: moderngl.Context, theme: Theme) -> None:
        self._context = context
        self._program = load_program(context, "grid")
        self._program["maps"] = MAPS_UNIT
        self._program["colormap"] = COLORMAP_UNIT
        self._program["backing"] = theme["wall"]
        self._program["vacant"] = tuple(0.6 * a + 0.4 * b for a, b in zip(theme["wall"], theme["frame"], strict=True))
        self._colormap = colormap_texture(context, theme.colormap)
        self.maps: MapStore | None = None

    def build(self, items: tuple[Grid, ...]) -> GridBatch | None:
        """Buffers for these walls. A wall whose span is not in the plan (of a former graph) is left out."""
        if self.maps is None:
            return None
        records: dict[int, list[tuple[object, ...]]] = {}
        for grid in items:
            span = grid.span
            if self.maps.plan.spans.get(span.node) != span:
                continue
            placed = (grid.pose.position, grid.pose.orientation, (grid.width, grid.height))
            tiling = (grid.columns, grid.rows, span.count, span.row)
            slot = self.maps.slots[span.node]
            for part in self.maps.parts(span):
                record = (*placed, tiling, (part.first, part.last, part.layer, slot))
                records.setdefault(part.array, []).append(record)
        parts = []
        for array, rows in sorted(records.items()):
            batch = instanced(self._context, self._program, np.array(rows, _RECORD))
            if batch is not None:
                parts.append((array, batch))
        return GridBatch(parts) if parts else None

    def draw(self, batches: Sequence[GridBatch]) -> None:
        if self.maps is None:
            return
        self.maps.bind()
        self._colormap.use(COLORMAP_UNIT)
        arrays = self.maps.arrays
        arrays[0].use(MAPS_UNIT)
        for batch in batches:
            for array, part in batch.parts:
                arrays[array].bind()
                part.render()

    def release(self) -> None:
        self._colormap.release()
        self._program.release()
