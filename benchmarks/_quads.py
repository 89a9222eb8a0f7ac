"""The renderer that walls are held against: an instanced quad for every feature map, from the same texture arrays."""

from __future__ import annotations

from collections.abc import Sequence

import moderngl
import numpy as np

from vrcnn.render.colormaps import Colormaps
from vrcnn.render.grid_pass import COLORMAPS_UNIT, MAPS_UNIT, GridBatch, Walls
from vrcnn.render.map_store import MapStore
from vrcnn.render.passes import instanced
from vrcnn.render.programs import load_program
from vrcnn.render.raw import TEXTURE_2D_ARRAY, TEXTURE_MAG_FILTER
from vrcnn.render.renderer import Renderer
from vrcnn.scene.colouring import Colormap, Colouring
from vrcnn.scene.drawables import Grid
from vrcnn.scene.features import FACES
from vrcnn.scene.theme import Theme

FILL = 0.96  # of a cell's width and height, as in shaders/grid.frag
NEAREST = 0x2600
_RECORD = np.dtype(
    [
        ("position", "f4", 3),
        ("orientation", "f4", 4),
        ("size", "f4", 2),
        ("layer", "i4"),
        ("slot", "i4"),
        ("anchor", "i4"),
    ]
)


class QuadPass:
    """Draws grids as vrcnn.render.grid_pass does, with four vertices for each map."""

    def __init__(self, context: moderngl.Context) -> None:
        self._context = context
        self._program = load_program(context, "quad")
        self._program["maps"] = MAPS_UNIT
        self._program["colormaps"] = COLORMAPS_UNIT
        self._colormaps = Colormaps(context)
        self.stores: dict[int, MapStore] = {}

    def set_theme(self, theme: Theme) -> None:
        """Nothing: there is no wall between the maps but the box behind them."""

    def set_colouring(self, colouring: Colouring, colormap: Colormap) -> None:
        self._program["colormap"] = self._colormaps.row_of(colormap)
        self._program["diverging"] = colormap.diverging
        self._colormaps.set_gamma(colouring.gamma)

    def build(self, items: Sequence[Grid], anchors: Sequence[int]) -> GridBatch | None:
        """Maps stand by their index; all rows of a wall must be shown."""
        records: dict[tuple[int, int], list[np.ndarray]] = {}
        for grid, anchor in zip(items, anchors, strict=True):
            store = self.stores[grid.hall]
            for part in store.parts(grid.span):
                rows = _records(grid, np.arange(part.first, part.last))
                rows["layer"] = part.layer + np.arange(part.last - part.first)
                rows["slot"], rows["anchor"] = store.states.slots[grid.span.node], anchor
                records.setdefault((grid.hall, part.array), []).append(rows)
        parts = []
        for (hall, array), some in sorted(records.items(), key=lambda item: item[0]):
            batch = instanced(self._context, self._program, np.concatenate(some))
            if batch is not None:
                parts.append(Walls(hall, array, FACES[0], batch, []))
        return GridBatch(parts) if parts else None

    def draw(self, batches: Sequence[GridBatch]) -> None:
        self._colormaps.use(COLORMAPS_UNIT)
        for batch in batches:
            bound = -1
            for walls in batch.walls:
                store = self.stores[walls.hall]
                if walls.hall != bound:
                    store.states.bind()
                    bound = walls.hall
                store.arrays[walls.array or 0].use(MAPS_UNIT)
                walls.batch.render()

    def release(self) -> None:
        self._colormaps.release()
        self._program.release()


def draw_quads(renderer: Renderer, context: moderngl.Context) -> None:
    """Lets a renderer draw its walls as quads from now on. It must have its plans already, and no drawables."""
    quads = QuadPass(context)
    quads.stores = renderer.stores
    renderer._grids.release()
    renderer._grids = renderer._passes["grids"] = quads  # type: ignore[assignment]  # it has all that is asked of it
    renderer._coloured = None
    renderer.set_colouring(Colouring())
    for store in renderer.stores.values():
        for array in store.arrays:
            array.use(0)
            store._gl.TexParameteri(TEXTURE_2D_ARRAY, TEXTURE_MAG_FILTER, NEAREST)


def _records(grid: Grid, tiles: np.ndarray) -> np.ndarray:
    """One record for each of these tiles of a grid, still without a layer."""
    cell = np.array((grid.width / grid.columns, grid.height / grid.rows))
    row, column = np.divmod(tiles, grid.columns)
    local = np.zeros((len(tiles), 3))
    local[:, 0] = (column + 0.5) * cell[0] - grid.width / 2
    local[:, 1] = grid.height / 2 - (row + 0.5) * cell[1]
    records = np.zeros(len(tiles), _RECORD)
    matrix = grid.pose.matrix()
    records["position"] = local @ matrix[:3, :3].T + matrix[:3, 3]
    records["orientation"] = grid.pose.orientation
    records["size"] = FILL * cell
    return records
