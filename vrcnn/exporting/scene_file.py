"""The scene as glTF 2.0: walls with their tiles as they are coloured on screen, names, links, rooms and the ground."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil, floor, sqrt
from typing import BinaryIO

import numpy as np
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d

from vrcnn.export.glb import SMOOTH, Glb, Surface
from vrcnn.exporting.facts import Facts
from vrcnn.exporting.map_files import colour_ends
from vrcnn.exporting.scene_meshes import Lettering, Line, Palette, Solid, add_box, add_rod, quads, text_surface
from vrcnn.exporting.subject import Subject
from vrcnn.network.map_tensors import maps_of
from vrcnn.scene.colormaps import pixels_of
from vrcnn.scene.colouring import Colouring
from vrcnn.scene.drawables import Drawables, Grid, Label
from vrcnn.scene.theme import Theme
from vrcnn.scene.tiles import FILL
from vrcnn.scene.tiling import cells_of
from vrcnn.whole_file import write_whole

NAME = "scene.glb"
LARGEST = 2048  # px a side of a wall's picture
LEAST, USUAL = 3, 24  # px of a cell: at least; and as many as pictures of smaller maps get, so that their rims show
POINTS = 40_000  # of all links together
PRESSED, WORDS = "track", ("close", "open", "features")  # buttons on gates: their role, and what is on them
MARGIN = 6.0  # m of ground around everything


@dataclass(frozen=True)
class StagedWall:
    """A layer's wall: the number of its anchor, which tensor of the full graph it shows, and what is told of it.

    `order` is the number of the map at each place, None where they stand by their index.
    """

    name: str
    anchors: tuple[int, ...]
    tensor: int
    about: dict[str, object]
    order: np.ndarray | None = None


@dataclass(frozen=True)
class Staged:
    """A hall as it stands, as plain data.

    Attributes:
        groups: its drawables, by name.
        table: (anchors, 8) where they stand in the world (scene/anchors.py).
        walls: of the layers.
        slice: which slice of volumes is shown.
        layout: one of LAYOUTS.
    """

    groups: dict[str, Drawables]
    table: np.ndarray
    walls: tuple[StagedWall, ...]
    slice: float
    layout: str

    @property
    def grids(self) -> dict[int, list[Grid]]:
        """Those of each wall, by the tensor that it shows."""
        by_anchor = {anchor: wall for wall in self.walls for anchor in wall.anchors}
        found: dict[int, list[Grid]] = {}
        for part in parts_of(self.groups):
            wall = by_anchor.get(part.anchor)
            if wall is not None and part.grids and self.table[part.anchor, 3] > 0:
                found.setdefault(wall.tensor, []).extend(part.grids)
        return found

    @property
    def work(self) -> int:
        """How much it is, in maps; a map of a scene is a part of a picture."""
        return 1 + sum(1 + grid.span.count // 8 for grids in self.grids.values() for grid in grids)


def parts_of(groups: dict[str, Drawables]) -> Iterator[Drawables]:
    """All sets of drawables that have an anchor of their own."""
    for group in groups.values():
        yield group
        yield from group.standing


def write_scene(subject: Subject, staged: Staged, facts: Facts, cancelled: Callable[[], bool]) -> Iterator[int]:
    """Writes scene.glb; yields how much of `staged.work` was done since. Raises UserError."""
    scene = _Scene(staged, facts)
    grids = staged.grids
    cells, told = _cell_sizes(grids, facts.wishes.pixels)
    for found in subject.tensors(list(grids), cancelled):
        if found is None:
            yield 0
            continue
        tensor, values = found
        for grid in grids[tensor]:
            scene.hang(tensor, grid, values, cells[tensor])
            yield 1 + grid.span.count // 8
    yield from scene.furnish()
    path = write_whole(facts.folder / NAME, scene.write)
    facts.notes += told
    contents = {"layout": staged.layout, "walls": len(staged.walls), "reduced": told, "units": "metres, y up"}
    settings = {"colouring": facts.wishes.colouring, "colormap": facts.colormap, "theme": facts.wishes.theme}
    facts.tell(path, "the place as glTF 2.0", {**settings, "pixels": facts.wishes.pixels}, contents)
    yield 1


def _cell_sizes(grids: dict[int, list[Grid]], room: int) -> tuple[dict[int, float], list[str]]:
    """How many pixels wide the cells of each wall are, and what is to be told of it.

    Walls have as many as their maps, no more than LARGEST a side; then all become smaller until they fit the `room`.
    """
    wanted = {}
    for tensor, (grid, *_) in grids.items():
        rows, aspect = _rows(grid), _cell_aspect(grid)
        natural = max(grid.span.size.width / FILL, grid.span.size.height * aspect / FILL, USUAL)
        largest = min(LARGEST / grid.columns, LARGEST * aspect / rows)
        wanted[tensor] = natural, min(natural, largest), grid.columns * rows / aspect
    total = sum(width * width * cells for _, width, cells in wanted.values())
    share = min(1.0, sqrt(room / total)) if total else 1.0
    found = {tensor: max(LEAST, width * share) for tensor, (_, width, _) in wanted.items()}
    smaller = sum(found[tensor] < 0.99 * natural for tensor, (natural, _, _) in wanted.items())
    if not smaller:
        return found, []
    return found, [f"In the scene, the maps of {smaller} of {len(grids)} walls are smaller than the network's."]


def _order(maps: Tensor, colouring: Colouring) -> np.ndarray:
    """The number of the map at each place of a wall that nobody has put in order as yet."""
    flat = maps.flatten(1)
    by = {"activation": flat.nanmean(1), "variance": flat.std(1, correction=0)}.get(colouring.order)
    return np.arange(len(maps)) if by is None else np.argsort(-by.numpy(), kind="stable")


def _rows(grid: Grid) -> int:
    """Whole rows that its picture has."""
    return ceil(grid.first_row + grid.rows - 1e-6) - floor(grid.first_row + 1e-6)


def _cell_aspect(grid: Grid) -> float:
    """Width by height of a cell."""
    return (grid.width / grid.columns) / (grid.height / grid.rows)


class _Scene:
    """A file on its way."""

    def __init__(self, staged: Staged, facts: Facts) -> None:
        self._staged, self._facts = staged, facts
        self._theme: Theme = facts.theme
        self._glb = Glb()
        self._palette, self._lettering = Palette(), Lettering(self._theme)
        self._wall_of = {anchor: wall for wall in staged.walls for anchor in wall.anchors}
        self._surfaces: dict[int, list[Surface]] = {}  # of walls, by tensor: their maps
        self._roots: list[int] = []

    def hang(self, tensor: int, grid: Grid, values: Tensor, cell: float) -> None:
        """The maps of a wall as one picture on a rectangle."""
        wall = next(wall for wall in self._staged.walls if wall.tensor == tensor)
        pixels = self._picture(grid, wall, values, cell)
        material = self._glb.material(f"maps of {wall.name}", pixels)
        rows, first = _rows(grid), floor(grid.first_row + 1e-6)
        top, bottom = (grid.first_row - first) / rows, (grid.first_row - first + grid.rows) / rows
        x, y = grid.width / 2, grid.height / 2
        corners = np.array([grid.pose.apply(each) for each in ((-x, -y, 0.0), (x, -y, 0.0), (x, y, 0.0), (-x, y, 0.0))])
        places = np.array([(0.0, bottom), (1.0, bottom), (1.0, top), (0.0, top)])
        self._surfaces.setdefault(tensor, []).append(Surface(material, corners, places, quads(1)))

    def _picture(self, grid: Grid, wall: StagedWall, values: Tensor, cell: float) -> np.ndarray:
        """(H, W, 3) uint8: the tiles with the wall between them."""
        colouring, colormap = self._facts.wishes.colouring, self._facts.colormap
        maps = maps_of(values, grid.span.reading, self._staged.slice).float()
        ends = colour_ends(maps, maps, colouring, colormap)
        wide, high = max(LEAST, round(cell)), max(LEAST, round(cell / _cell_aspect(grid)))
        tile = max(1, min(wide - 1, round(wide * FILL))), max(1, min(high - 1, round(high * FILL)))
        smaller = min(tile[1], maps.shape[1]), min(tile[0], maps.shape[2])
        if smaller != tuple(maps.shape[1:]):
            maps = adaptive_avg_pool2d(maps[None], smaller)[0]
        down = np.arange(tile[1]) * smaller[0] // tile[1]
        across = np.arange(tile[0]) * smaller[1] // tile[0]
        rows, first = _rows(grid), floor(grid.first_row + 1e-6) * grid.columns
        backing = np.round(np.array(self._theme["wall"]) * 255).astype(np.uint8)
        pixels = np.broadcast_to(backing, (rows * high, grid.columns * wide, 3)).copy()
        each, order = cells_of(grid.face), wall.order if wall.order is not None else _order(maps, colouring)
        for number in range(rows * grid.columns):
            place, other = divmod(first + number, each)
            if other or place >= len(maps):
                continue
            channel = int(order[place])
            shown = pixels_of(maps[channel].numpy(), ends[channel], colormap, colouring.gamma)[down[:, None], across]
            row, column = divmod(number, grid.columns)
            top, left = row * high + (high - tile[1]) // 2, column * wide + (wide - tile[0]) // 2
            pixels[top : top + tile[1], left : left + tile[0]] = shown
        return pixels

    def furnish(self) -> Iterator[int]:
        """Everything but the maps; then the nodes. Yields 0 now and then."""
        solids, lines = dict[str, Solid](), dict[str, list[Line]]()
        table = self._staged.table
        for name, group in self._staged.groups.items():
            for part in (group, *group.standing):
                if table[part.anchor, 3] <= 0:
                    continue
                wall = self._wall_of.get(part.anchor)
                owner = f"wall {wall.tensor}" if wall is not None else f"{name.split()[0]} {part.anchor}"
                signs = name.startswith("fixtures")
                for box in part.boxes:
                    if box.opacity > 0.5 and not (signs and box.role == PRESSED):
                        turn = table[part.anchor, 4:].astype(np.float64)
                        add_box(solids.setdefault(owner, Solid()), box, turn, self._theme, self._palette)
                yield 0
                for label in part.labels:
                    if signs and label.text in WORDS:
                        continue
                    self._write(label, lines.setdefault(owner, []))
        self._string(solids)
        self._lay_ground(solids)
        self._place(solids, lines)

    def _write(self, label: Label, lines: list[Line]) -> None:
        line = self._lettering.set(label)
        if line is not None:
            lines.append(line)

    def _string(self, solids: dict[str, Solid]) -> None:
        """The links, each pulled to where its walls are; no more than POINTS points in all."""
        ribbons = [(part, ribbon) for part in parts_of(self._staged.groups) for ribbon in part.ribbons]
        step = max(1, ceil(sum(len(ribbon.points) for _, ribbon in ribbons) / POINTS))
        for part, ribbon in ribbons:
            points = ribbon.points.astype(np.float64)
            if ribbon.pull:
                row = self._staged.table[ribbon.pull]
                lengths = np.linalg.norm(np.diff(points, axis=0), axis=1)
                share = np.concatenate([[0.0], np.cumsum(lengths)]) / max(1e-9, lengths.sum())
                share = (share * share * (3 - 2 * share))[:, None]  # shaders/ribbon.vert
                points = points + (1 - share) * row[:3] + share * row[4:7]
            kept = sorted({*range(0, len(points), step), len(points) - 1})
            if len(kept) > 1:
                solid = solids.setdefault(f"links {part.anchor}", Solid())
                add_rod(solid, points[kept], ribbon, self._theme, self._palette)

    def _lay_ground(self, solids: dict[str, Solid]) -> None:
        stands = self._staged.table[[wall.anchors[0] for wall in self._staged.walls]] if self._staged.walls else None
        low, high = np.zeros(3), np.zeros(3)
        if stands is not None:
            low, high = np.minimum(low, stands[:, :3].min(0)), np.maximum(high, stands[:, :3].max(0))
        (left, _, back), (right, _, front) = low - MARGIN, high + MARGIN
        corners = np.array([(left, 0, front), (right, 0, front), (right, 0, back), (left, 0, back)]) - (0, 0.002, 0)
        ground = solids["ground 0"] = Solid()
        ground.add(corners, np.full(4, self._palette.number(self._theme["ground"])), quads(1))

    def _place(self, solids: dict[str, Solid], lines: dict[str, list[Line]]) -> None:
        glb, table = self._glb, self._staged.table
        plain = glb.material("plain colours", self._palette.pixels(), 2, both_sides=True)
        pages = [
            glb.material(f"text {number + 1}", page, SMOOTH, glass=True)
            for number, page in enumerate(self._lettering.pages())
        ]

        def surfaces(owner: str) -> list[Surface]:
            found = [solids[owner].surface(self._palette, plain)] if owner in solids else []
            for number, material in enumerate(pages):
                on_page = [line for line in lines.get(owner, ()) if line.page == number]
                if on_page:
                    found.append(text_surface(on_page, material))
            return found

        for wall in self._staged.walls:
            shown = [*self._surfaces.get(wall.tensor, ()), *surfaces(f"wall {wall.tensor}")]
            anchor = next((each for each in wall.anchors if table[each, 3] > 0), None)
            if shown and anchor is not None:
                mesh = glb.mesh(wall.name, shown)
                self._roots.append(glb.node(wall.name, mesh, (), table[anchor], wall.about))
        for owner in sorted({*solids, *lines}):
            name, place = owner.split()
            if name != "wall" and (shown := surfaces(owner)):
                self._roots.append(glb.node(name, glb.mesh(name, shown), (), table[int(place)]))

    def write(self, file: BinaryIO) -> None:
        """All of it, below one node with the network's name."""
        self._glb.write(file, [self._glb.node(self._facts.name, None, self._roots)])
