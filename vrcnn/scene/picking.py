"""What a ray meets, by arithmetic: walls and furniture are rectangles, all tested in one numpy step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import hypot

import numpy as np

from vrcnn.scene.confusion_board import cell_control
from vrcnn.scene.controlling import control_parts, controls_of, furniture_key
from vrcnn.scene.controls import Control
from vrcnn.scene.geometry import Placing, Pose, Ray, Vector, hit_rectangle
from vrcnn.scene.hall import Hall, Surface, Wall
from vrcnn.scene.map_shapes import frame_surface, large_surface
from vrcnn.scene.panel_pressing import in_front
from vrcnn.scene.placings import applied, back_matrices, carried, rows_of
from vrcnn.scene.shelving import PICTURE_SIDE, fitted, slot_pose
from vrcnn.scene.sieve_place import sieve_place_key, sieve_surface
from vrcnn.scene.standing import WallRows
from vrcnn.scene.wall_controls import bar_surface, head_surface, pressed_button, scrollbar
from vrcnn.scene.world import Target, World

GROUND_REACH = 40.0  # m of the room in which a controller's ray is said to meet the ground
EASEL_REACH = 1.25  # the easel takes a picture a little beside its canvas too


@dataclass(frozen=True)
class Rectangles:
    """Everything that can be met, as arrays over N rectangles.

    `names` are (kind, index, hall, control) as in Target; `to_local` (4, 3, N) takes a point of the world (x, y, z, 1)
    to its x, y and z in the frame of each rectangle, so that one product does for all; `half_sizes` is (2, N) in m.
    """

    names: tuple[tuple[str, int, int, Control | None], ...]
    to_local: np.ndarray
    half_sizes: np.ndarray

    @classmethod
    def of(cls, world: World) -> Rectangles:
        """The walls first, hall by hall: what they show, their heads, their scrollbars."""
        walls = [WallParts.of(hall, n).standing(WallRows().of(hall), hall) for n, hall in enumerate(world.halls)]
        return cls.joined([*walls, _furniture(world), _pressed(partial(controls_of, world))])

    @classmethod
    def at(cls, names: Sequence[tuple[str, int, int, Control | None]], surfaces: Sequence[Surface]) -> Rectangles:
        """Surfaces by these names."""
        rows = rows_of(Placing(surface.pose) for surface in surfaces)
        sizes = np.array([(surface.width, surface.height) for surface in surfaces], np.float64).reshape(-1, 2)
        return cls(tuple(names), back_matrices(rows).transpose(2, 1, 0), sizes.T / 2)

    @classmethod
    def joined(cls, parts: Sequence[Rectangles]) -> Rectangles:
        """All of several, in their order."""
        return cls(
            tuple(name for part in parts for name in part.names),
            np.ascontiguousarray(np.concatenate([part.to_local for part in parts], axis=2)),
            np.ascontiguousarray(np.concatenate([part.half_sizes for part in parts], axis=1)),
        )

    def pick(self, rays: Sequence[Ray]) -> list[Target | None]:
        """For each ray, of which there is one at least, the nearest rectangle whose front it meets."""
        ends = np.array([(*ray.origin, 1.0) for ray in rays] + [(*ray.direction, 0.0) for ray in rays])
        local = (ends @ self.to_local.reshape(4, -1)).reshape(2, len(rays), 3, -1)
        (x, y, z), (dx, dy, dz) = local[0].transpose(1, 0, 2), local[1].transpose(1, 0, 2)
        nearing = -dz
        # It meets the plane at z / nearing; multiplied by that, nothing is divided by for the many that it passes by.
        wide, high = (half * nearing for half in self.half_sizes)
        across, down = x * nearing + z * dx, y * nearing + z * dy
        inside = (np.abs(across) <= wide) & (np.abs(down) <= high) & (z > 0) & (nearing > 0)
        met: list[list[tuple[float, int]]] = [[] for _ in rays]
        for number, place in np.argwhere(inside).tolist():
            met[number].append((float(z[number, place] / nearing[number, place]), place))
        found: list[Target | None] = []
        for number, ray in enumerate(rays):
            if not met[number]:
                found.append(None)
                continue
            distance, nearest = min(met[number])
            kind, index, hall, control = self.names[nearest]
            at = number, nearest
            u, v = float((1 + across[at] / wide[at]) / 2), float((1 - down[at] / high[at]) / 2)
            found.append(Target(kind, index, distance, ray.at(distance), u, v, hall=hall, control=control))
        return found

    def within(self, points: Sequence[Vector], reach: float) -> list[list[Target]]:
        """For each point, of which there is one at least, the rectangles that it is within `reach` m of, the nearest
        first; `u` and `v` of the nearest place."""
        local = np.array([(*point, 1.0) for point in points]) @ self.to_local.reshape(4, -1)
        away = np.abs(local.reshape(len(points), 3, -1))
        away[:, :2] -= self.half_sizes
        x, y, z = away.transpose(1, 0, 2)
        found: list[list[Target]] = [[] for _ in points]
        for number, place in np.argwhere((z <= reach) & (x <= reach) & (y <= reach)).tolist():
            beside, above, before = away[number, :, place].tolist()
            distance = hypot(max(beside, 0.0), max(above, 0.0), before)
            if distance > reach:
                continue
            kind, index, hall, control = self.names[place]
            half_width, half_height = self.half_sizes[:, place].tolist()
            right, up, _ = local[number].reshape(3, -1)[:, place].tolist()
            u = min(1.0, max(0.0, (1 + right / half_width) / 2))
            v = min(1.0, max(0.0, (1 - up / half_height) / 2))
            found[number].append(Target(kind, index, distance, points[number], u, v, hall=hall, control=control))
        return [sorted(each, key=lambda target: target.distance) for each in found]


@dataclass(frozen=True)
class WallParts:
    """The rectangles of a hall's walls, wherever these stand: `names` as above, and of each the position in Hall.walls
    of its wall, its middle ((N, 3) m) and its size ((N, 2) m) in that wall's frame."""

    names: tuple[tuple[str, int, int, Control | None], ...]
    owners: np.ndarray
    middles: np.ndarray
    sizes: np.ndarray

    @classmethod
    def of(cls, hall: Hall, number: int) -> WallParts:
        """Of hall number `number`, as its walls look now."""
        shown = [(n, wall) for n, wall in enumerate(hall.walls) if wall.shown]
        found = [("wall", n, Surface(Pose(), wall.width, wall.height)) for n, wall in shown if not wall.folded]
        found += [("head", n, head_surface(wall)) for n, wall in shown]
        found += [("scrollbar", n, bar_surface(wall)) for n, wall in shown if wall.windowed]
        return cls(
            tuple((kind, n, number, None) for kind, n, _ in found),
            np.array([n for _, n, _ in found], np.int64),
            np.array([surface.pose.position for _, _, surface in found], np.float64).reshape(-1, 3),
            np.array([(surface.width, surface.height) for _, _, surface in found], np.float64).reshape(-1, 2),
        )

    def standing(self, rows: np.ndarray, hall: Hall) -> Rectangles:
        """The same where the walls stand: at `rows` (walls, 8) in their hall."""
        placed = carried(hall.placing, rows[self.owners])
        placed[:, :3] = applied(placed, self.middles)
        return Rectangles(self.names, back_matrices(placed).transpose(2, 1, 0), self.sizes.T * placed[:, 3] / 2)


@dataclass
class _Walls:
    """What a Picker keeps of one hall."""

    key: tuple[int, ...]
    parts: WallParts
    rows: WallRows


class Picker:
    """Finds what a ray meets in a World; keeps the arrays until something is placed anew.

    While a wall is carried, only the walls are placed anew; of what is no wall, only the part that has changed.
    """

    def __init__(self) -> None:
        self._rectangles: Rectangles | None = None
        self._key: object = None
        self._looked = False  # whether targets() has, in this frame
        self._beside: dict[int, tuple[object, Rectangles]] = {}  # what is no wall, by part, with the part's key
        self._walls: dict[int, _Walls] = {}

    def pick(self, world: World, ray: Ray, hand: str = "mouse") -> Target | None:
        """The nearest thing that the ray meets, or None. On a wall with the tile, on the shelf the picture.

        `hand` is the one that points, for whom the buttons of a wall speak.
        """
        (target,) = self._all(world).pick([ray])
        return self._met(world, target, ray, hand)

    def targets(self, world: World) -> dict[str, Target | None]:
        """What each hand points at."""
        found: dict[str, Target | None] = dict.fromkeys(world.hands)
        rays = [(name, ray) for name, hand in world.hands.items() if (ray := hand.ray) is not None]
        self._looked = bool(rays)
        if not rays:
            return found
        for (name, ray), target in zip(rays, self._all(world).pick([ray for _, ray in rays]), strict=True):
            found[name] = self._met(world, target, ray, name)
            if found[name] is None and name != "mouse":
                found[name] = _on_ground(ray, GROUND_REACH * world.player.scale)
        return found

    def within(self, world: World, points: Sequence[Vector], reach: float) -> list[list[Target]]:
        """For each point, all that it is within `reach` m of, the nearest first; as a ray straight on would meet it.

        Things stand where targets() has found them, which comes first in a frame.
        """
        if not points:
            return []
        rectangles = self._rectangles if self._looked else None
        return (self._all(world) if rectangles is None else rectangles).within(points, reach)

    def _all(self, world: World) -> Rectangles:
        """Everything that can be met now."""
        furniture, parts = _furniture_key(world), control_parts(world)
        key = id(world), furniture, [part for part, _ in parts], [hall.standing_key for hall in world.halls]
        if self._rectangles is None or self._key != key:
            beside = [self._kept(0, (id(world), furniture), partial(_furniture, world))]
            for number, (part, make) in enumerate(parts, 1):
                beside.append(self._kept(number, (id(world), part), partial(_pressed, make)))
            walls = [self._standing(hall, number) for number, hall in enumerate(world.halls)]
            self._rectangles, self._key = Rectangles.joined([*walls, *beside]), key
        return self._rectangles

    def _kept(self, number: int, key: object, make: Callable[[], Rectangles]) -> Rectangles:
        """Part `number` of what is no wall, made anew where its key is another."""
        kept = self._beside.get(number)
        if kept is None or kept[0] != key:
            kept = self._beside[number] = key, make()
        return kept[1]

    def _met(self, world: World, target: Target | None, ray: Ray, hand: str) -> Target | None:
        """What a hand means that points at the `target`, which may lie behind a panel."""
        met = None if target is None else self._looked_at(world, target, ray, hand)
        return in_front(world, ray, hand, met) if world.panels.open else met

    @staticmethod
    def _looked_at(world: World, target: Target, ray: Ray, hand: str) -> Target:
        """The same, with what of it is met."""
        if target.kind == "wall":
            return on_tile(world.halls[target.hall].walls[target.index], target)
        if target.kind == "head":
            return _on_head(world, target, hand)
        if target.kind == "scrollbar":
            return replace(target, control=scrollbar(world.halls[target.hall], target.index, target.hall))
        if target.kind == "shelf":
            return _on_picture(world, ray, target)
        if target.kind == "confusion":
            return replace(target, control=cell_control(world, target))
        return target

    def _standing(self, hall: Hall, number: int) -> Rectangles:
        key = id(hall), hall.layout_revision, hall.handling_revision, hall.apart_revision
        kept = self._walls.get(number)
        if kept is None or kept.key != key:
            rows = kept.rows if kept is not None and kept.key[0] == key[0] else WallRows()
            kept = self._walls[number] = _Walls(key, WallParts.of(hall, number), rows)
        return kept.parts.standing(kept.rows.of(hall), hall)


def _furniture(world: World) -> Rectangles:
    """Boards, easel and shelf, the sieve, and framed maps."""
    names: list[tuple[str, int, int, Control | None]] = []
    surfaces: list[Surface] = []
    for number, hall in enumerate(world.halls):
        names += [("board", n, number, None) for n in range(2)]
        surfaces += [hall.board, hall.exit.carried(hall.placing)]
    easel = world.easel
    names += [("easel", 0, 0, None), ("shelf", 0, 0, None)]
    surfaces += [Surface(easel.pose, easel.width * EASEL_REACH, easel.height * EASEL_REACH), world.shelf]
    sieve = sieve_surface(world)
    names += [] if sieve is None else [("sieve", 0, 0, None)]
    surfaces += [] if sieve is None else [sieve]
    gallery = world.gallery
    for place, frame in enumerate(gallery.frames):
        hung = frame_surface(frame)
        names += [] if hung is None else [("frame", place, 0, None)]
        surfaces += [] if hung is None else [hung]
    if gallery.large is not None:
        names.append(("large", 0, 0, None))
        surfaces.append(large_surface(gallery.large))
    return Rectangles.at(names, surfaces)


def _pressed(make: Callable[[], list[Control]]) -> Rectangles:
    """The controls that `make` makes."""
    controls = make()
    names = [(control.kind, control.index, control.hall, control) for control in controls]
    return Rectangles.at(names, [control.surface for control in controls])


def _furniture_key(world: World) -> object:
    """Equal keys mean that `_furniture` would say the same again."""
    halls = [(furniture_key(hall), hall.board.pose, hall.exit.pose) for hall in world.halls]
    return world.pictures_revision, world.gallery.revision, world.gallery.large, sieve_place_key(world), halls


def _on_head(world: World, target: Target, hand: str) -> Target:
    """A button over the wall's head, or the wall where there is none."""
    hall = world.halls[target.hall]
    head = head_surface(hall.walls[target.index])
    x, y, _ = head.pose.position
    at = x + (target.u - 0.5) * head.width, y + (0.5 - target.v) * head.height
    button = pressed_button(hall, target.index, at, hand, target.hall, world.player.head is not None)
    return replace(target, kind="wall" if button is None else button.kind, control=button)


def on_tile(wall: Wall, target: Target) -> Target:
    """The tile under the ray, and what it shows of its channel; none on an empty cell of the last row."""
    column = min(int(target.u * wall.columns), wall.columns - 1)
    row = min(int(wall.first_row + target.v * wall.rows_shown), wall.rows - 1)
    tile, part = divmod(row * wall.columns + column, wall.cells)
    count = wall.span.count if wall.span else 0
    visualized = wall.face == "visualizations" or part == 1
    return replace(target, tile=tile if tile < count else None, visualized=visualized)


def _on_ground(ray: Ray, reach: float) -> Target | None:
    """The ground where a ray meets it within `reach` m."""
    height, sinking = ray.origin[1], -ray.direction[1]
    if height <= 0 or sinking * reach <= height:
        return None
    x, _, z = ray.at(height / sinking)
    return Target("ground", 0, height / sinking, (x, 0.0, z))


def tile_surface(wall: Wall, target: Target) -> Surface | None:
    """The cell under a ray, as far as the wall shows it, in the wall's frame; None where there is no tile."""
    if target.tile is None:
        return None
    column = min(int(target.u * wall.columns), wall.columns - 1)
    row = min(int(wall.first_row + target.v * wall.rows_shown), wall.rows - 1)
    height = wall.height / wall.rows_shown
    top = max(0.0, row - wall.first_row) * height
    bottom = min(wall.rows_shown, row + 1 - wall.first_row) * height
    x = ((column + 0.5) / wall.columns - 0.5) * wall.width
    return Surface(Pose((x, (wall.height - top - bottom) / 2, 0.0)), wall.width / wall.columns, bottom - top)


def _on_picture(world: World, ray: Ray, target: Target) -> Target:
    """The picture in the slot under the ray, which lies a little before the shelf; the shelf beside it."""
    shelf = world.shelf
    column = min(int(target.u * shelf.columns), shelf.columns - 1)
    row = min(int(target.v * shelf.rows), shelf.rows - 1)
    position = row * shelf.columns + column
    shown = shelf.shown(len(world.pictures))
    if position >= len(shown) or world.pictures[shown[position]].pixels is None:
        return target
    picture = world.pictures[shown[position]]
    hit = hit_rectangle(ray, slot_pose(shelf, position), *fitted(picture, PICTURE_SIDE))
    if hit is None:
        return target
    return Target("picture", shown[position], hit[0], ray.at(hit[0]), hit[1], hit[2])
