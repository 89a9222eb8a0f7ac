"""Draws the walls of feature maps: one instance per wall, one draw per texture array.

Walls so far away that only the maps' means show need no texture array, so one draw does for all of a hall's. Walls that
show visualizations have programs of their own, which are made when the first of them comes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil

import moderngl
import numpy as np

from vrcnn.render.change_frames import CHANGES_UNIT, ChangeFrames
from vrcnn.render.colormaps import Colormaps
from vrcnn.render.culling import Culling
from vrcnn.render.feature_walls import FEATURES_UNIT, PICTURES_UNIT, FeatureWalls
from vrcnn.render.map_states import PLACES_UNIT
from vrcnn.render.map_store import MapStore, Part
from vrcnn.render.passes import Batch, instance_layout, instanced
from vrcnn.render.programs import load_program
from vrcnn.render.stretches import each_apart
from vrcnn.scene.colouring import Colormap, Colouring
from vrcnn.scene.drawables import Grid
from vrcnn.scene.features import FACES
from vrcnn.scene.theme import Colour, Theme
from vrcnn.scene.tiling import cells_of

MAPS_UNIT, COLORMAPS_UNIT = 0, 1
# Slopes and steps of depth: from 40 m on, they are more than the gap to the box behind a wall.
_TOWARDS_THE_EYE = -1.0, -4.0

_WORDS = {FACES[0]: (), FACES[1]: ("FACES",), FACES[2]: ("FACES", "PAIRS")}  # that the shaders know them by
_RECORD = np.dtype(
    [
        ("position", "f4", 3),
        ("orientation", "f4", 4),
        ("size", "f4", 2),
        ("tiling", "i4", 4),  # columns, rows, cells, row of the first place
        ("anchor", "i4"),
        ("first_row", "f4"),
        ("rows_shown", "f4"),
        ("part", "i4", 4),  # first and last map in this array, layer of the first one, slot of the layer
    ]
)


@dataclass
class Walls:
    """Walls of one hall and with one face that are drawn in one go; `grids` are they, one for each instance.

    `array` is their texture array, None where they are far away; `framed` draws them with frames around their tiles,
    as soon as there were some.
    """

    hall: int
    array: int | None
    face: str
    batch: Batch
    grids: list[Grid]
    framed: moderngl.VertexArray | None = None


@dataclass
class GridBatch:
    """The walls of one group: where they are near, by face, hall and texture array; those far away after them."""

    walls: list[Walls]

    @property
    def batches(self) -> list[Batch]:
        return [walls.batch for walls in self.walls]

    def release(self) -> None:
        for walls in self.walls:
            walls.batch.release()
            if walls.framed is not None:
                walls.framed.release()


class GridPass:
    """Draws grids with the maps of `stores`, by hall, the pictures of `features`, and frames as `changes` has them; a
    wall whose hall has no maps shows nothing."""

    def __init__(self, context: moderngl.Context, theme: Theme, features: FeatureWalls, changes: ChangeFrames) -> None:
        self._context = context
        self._features, self._changes = features, changes
        self._programs: dict[tuple[str, bool], moderngl.Program] = {}  # by face, and whether for far walls
        self._framed_programs: dict[tuple[str, bool], moderngl.Program] = {}  # the same with frames around tiles
        self._values: dict[str, object] = {
            "maps": MAPS_UNIT,
            "colormaps": COLORMAPS_UNIT,
            "places": PLACES_UNIT,
            "features": FEATURES_UNIT,
            "pictures": PICTURES_UNIT,
            "changes": CHANGES_UNIT,
        }
        self._colormaps = Colormaps(context)
        self._in_order = True
        self._set("in_order", True)
        self.set_theme(theme)
        for far in (False, True):
            self._program(FACES[0], far)
        self.stores: dict[int, MapStore] = {}

    def set_theme(self, theme: Theme) -> None:
        wall, frame = theme["wall"], theme["frame"]
        self._set("backing", wall)
        self._set("vacant", _mixed(wall, frame, 0.4))
        self._set("waiting", _mixed(wall, frame, 0.16))
        self._set("mark", _mixed(wall, frame, 1.0))
        self._set("working", theme["running"])
        self._set("failed", _mixed(theme["failed"], frame, 0.35))
        self._set("dimmed", 0.45)

    def set_colouring(self, colouring: Colouring, colormap: Colormap) -> None:
        """How values become colours from now on; the ends of the colours and the order are the stores' own."""
        self._set("colormap", self._colormaps.row_of(colormap))
        self._set("diverging", colormap.diverging)
        self._colormaps.set_gamma(colouring.gamma)

    def build(self, items: Sequence[Grid], anchors: Sequence[int]) -> GridBatch | None:
        """Buffers for these walls. A wall whose span is not in its hall's plan (of a former graph) is left out."""
        rows: dict[tuple[bool, int, int, int], list[tuple[Grid, tuple[object, ...]]]] = {}
        for grid, anchor in zip(items, anchors, strict=True):
            span, maps = grid.span, self.stores.get(grid.hall)
            if maps is None or maps.plan.spans.get(span.node) != span:
                continue
            face, slot = FACES.index(grid.face), maps.states.slots[span.node]
            whole = Part(0, 0, span.count, 0)
            parts = [whole] if grid.face == "visualizations" else maps.parts(span)
            for far, part in [*((False, part) for part in parts), (True, whole)]:
                record = _record(grid, anchor, part, slot)
                rows.setdefault((far, face, grid.hall, part.array), []).append((grid, record))
        if not rows:
            return None
        walls = []
        for (far, face, hall, array), each in sorted(rows.items(), key=lambda item: item[0]):
            batch = self._batch(FACES[face], far, [record for _, record in each])
            walls.append(Walls(hall, None if far else array, FACES[face], batch, [grid for grid, _ in each]))
        return GridBatch(walls)

    def draw(self, batches: Sequence[GridBatch]) -> None:
        self._colormaps.use(COLORMAPS_UNIT)
        self._context.polygon_offset = _TOWARDS_THE_EYE
        bound: tuple[MapStore | None, bool] = None, False  # and whether its visualizations are
        for batch in batches:
            for walls in batch.walls:
                if walls.batch.hidden:
                    continue
                maps, faced = self.stores[walls.hall], walls.face != FACES[0]
                if bound not in ((maps, faced), (maps, True)):
                    self._bind(maps, walls)
                    bound = maps, faced
                if walls.array is not None:
                    maps.arrays[walls.array].bind()
                if self._changes.has(walls.hall):
                    walls.batch.render_with(self._framed(walls))
                else:
                    walls.batch.render()
        self._context.polygon_offset = 0.0, 0.0

    def release(self) -> None:
        self._colormaps.release()
        for program in (*self._programs.values(), *self._framed_programs.values()):
            program.release()

    def _bind(self, maps: MapStore, walls: Walls) -> None:
        maps.states.bind()
        if maps.states.in_order != self._in_order:
            self._in_order = maps.states.in_order
            self._set("in_order", self._in_order)
        if self._changes.has(walls.hall):
            self._changes.use(walls.hall)
        if walls.face != FACES[0]:
            self._features.use(walls.hall)
        maps.arrays[0].use(MAPS_UNIT)

    def _batch(self, face: str, far: bool, rows: Sequence[tuple[object, ...]]) -> Batch:
        """A batch of these records, which is drawn only where it is near, or `far`."""
        records = np.array(rows, _RECORD)
        width, height = records["size"].T
        cells = np.maximum(width / records["tiling"][:, 0], height / records["rows_shown"])
        radii = 0.5 * np.hypot(width, height)
        signed = -cells if far else cells
        stretches = each_apart(records["anchor"], records["position"], radii, cells=signed)
        batch = instanced(self._context, self._program(face, far), records, stretches=stretches)
        assert batch is not None
        return batch

    def _framed(self, walls: Walls) -> moderngl.VertexArray:
        """The same instances, drawn with frames around their tiles."""
        if walls.framed is None:
            program = self._program(walls.face, walls.array is None, framed=True)
            layout = instance_layout(_RECORD)
            walls.framed = self._context.vertex_array(program, [(walls.batch.buffers[0], *layout)])
        return walls.framed

    def _program(self, face: str, far: bool, framed: bool = False) -> moderngl.Program:
        """The one for walls with this face that are near, or far; `framed` tells what the sieve changes."""
        programs = self._framed_programs if framed else self._programs
        if (face, far) not in programs:
            words = *_WORDS[face], *(("MEANS_ONLY",) if far else ()), *(("CHANGES",) if framed else ())
            program = programs[face, far] = load_program(self._context, "grid", *words)
            for name, value in self._values.items():
                if name in program:
                    program[name] = value
        return programs[face, far]

    def _set(self, name: str, value: object) -> None:
        """Sets a uniform of all programs that have it."""
        self._values[name] = value
        for program in (*self._programs.values(), *self._framed_programs.values()):
            if name in program:
                program[name] = value


def near_visualizations(batches: Iterable[GridBatch], culling: Culling) -> Iterator[Grid]:
    """The grids with visualizations of which the eyes have seen more than means."""
    for batch in batches:
        for walls in batch.walls:
            if walls.face != FACES[0] and walls.array is not None:
                seen = culling.seen(walls.batch).tolist()
                yield from (grid for grid, near in zip(walls.grids, seen, strict=True) if near)


def _record(grid: Grid, anchor: int, part: Part, slot: int) -> tuple[object, ...]:
    """What the shader knows of one wall, or of a part of it."""
    span, cells = grid.span, grid.span.count * cells_of(grid.face)
    tiling = (grid.columns, ceil(cells / grid.columns), cells, span.row)
    shown = (part.first, part.last, part.layer, slot)
    placed = (grid.pose.position, grid.pose.orientation, (grid.width, grid.height))
    return (*placed, tiling, anchor, grid.first_row, grid.rows, shown)


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    """`share` (0 to 1) of the other colour."""
    red, green, blue = (a + (b - a) * share for a, b in zip(one, other, strict=True))
    return red, green, blue
