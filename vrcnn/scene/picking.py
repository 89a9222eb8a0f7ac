"""What a ray meets, by arithmetic: walls and furniture are rectangles, all tested in one numpy step."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from vrcnn.scene.controlling import controls_key, controls_of
from vrcnn.scene.controls import Control
from vrcnn.scene.geometry import Pose, Ray, hit_rectangle
from vrcnn.scene.hall import Hall, Surface, Wall
from vrcnn.scene.placings import applied, back_matrices, carried, rows_of
from vrcnn.scene.shelving import PICTURE_SIDE, fitted, slot_pose
from vrcnn.scene.wall_controls import bar_surface, head_surface, pressed_button, scrollbar
from vrcnn.scene.world import Target, World

EASEL_REACH = 1.25  # the easel takes a picture a little beside its canvas too


@dataclass(frozen=True)
class Rectangles:
    """Everything that can be met, as arrays over N rectangles.

    `names` are (kind, index, hall, control) as in Target; `to_local` (3 N, 4) takes the world to each rectangle's x, y,
    z, one below the other, so that one product does for all; `half_sizes` is (N, 2) in m.
    """

    names: tuple[tuple[str, int, int, Control | None], ...]
    to_local: np.ndarray
    half_sizes: np.ndarray

    @classmethod
    def of(cls, world: World) -> Rectangles:
        """The walls first, hall by hall: what they show, their heads, their scrollbars."""
        names: list[tuple[str, int, int, Control | None]] = []
        surfaces: list[Surface] = []
        matrices: list[np.ndarray] = []
        sizes: list[np.ndarray] = []
        for number, hall in enumerate(world.halls):
            parts, matrix, size = _of_walls(hall)
            names += [(kind, n, number, None) for kind, n in parts]
            matrices.append(matrix)
            sizes.append(size)
        for number, hall in enumerate(world.halls):
            names += [("board", n, number, None) for n in range(2)]
            surfaces += [hall.board, hall.exit.carried(hall.placing)]
        easel = world.easel
        names += [("easel", 0, 0, None), ("shelf", 0, 0, None)]
        surfaces += [Surface(easel.pose, easel.width * EASEL_REACH, easel.height * EASEL_REACH), world.shelf]
        for control in controls_of(world):
            names.append((control.kind, control.index, control.hall, control))
            surfaces.append(control.surface)
        matrices += [surface.pose.inverse().matrix()[:3] for surface in surfaces]
        sizes.append(np.array([(surface.width / 2, surface.height / 2) for surface in surfaces]))
        return cls(tuple(names), np.concatenate(matrices), np.concatenate(sizes))

    def pick(self, ray: Ray) -> Target | None:
        """The nearest rectangle whose front the ray meets."""
        (ox, oy, oz), (dx, dy, dz) = ray.origin, ray.direction
        ends = (self.to_local @ np.array([[ox, dx], [oy, dy], [oz, dz], [1.0, 0.0]])).reshape(-1, 3, 2)
        origin, direction = ends[:, :, 0], ends[:, :, 1]
        facing = np.flatnonzero((origin[:, 2] > 0) & (direction[:, 2] < 0))
        distance = -origin[facing, 2] / direction[facing, 2]
        met = (origin[facing, :2] + distance[:, None] * direction[facing, :2]) / self.half_sizes[facing]
        inside = np.flatnonzero((np.abs(met[:, 0]) <= 1) & (np.abs(met[:, 1]) <= 1))
        if not len(inside):
            return None
        nearest = inside[distance[inside].argmin()]
        kind, index, hall, control = self.names[facing[nearest]]
        reach, (u, v) = float(distance[nearest]), met[nearest]
        point = ray.at(reach)
        return Target(kind, index, reach, point, float(u + 1) / 2, float(1 - v) / 2, hall=hall, control=control)


class Picker:
    """Finds what a ray meets in a World; keeps the arrays until something is placed anew."""

    def __init__(self) -> None:
        self._rectangles: Rectangles | None = None
        self._key: object = None

    def pick(self, world: World, ray: Ray, hand: str = "mouse") -> Target | None:
        """The nearest thing that the ray meets, or None. On a wall with the tile, on the shelf the picture.

        `hand` is the one that points, for whom the buttons of a wall speak.
        """
        key = (id(world), controls_key(world), [hall.standing_key for hall in world.halls])
        if self._rectangles is None or self._key != key:
            self._rectangles, self._key = Rectangles.of(world), key
        target = self._rectangles.pick(ray)
        if target is None:
            return None
        if target.kind == "wall":
            return _on_tile(world.halls[target.hall].walls[target.index], target)
        if target.kind == "head":
            return _on_head(world, target, hand)
        if target.kind == "scrollbar":
            return replace(target, control=scrollbar(world.halls[target.hall], target.index, target.hall))
        if target.kind == "shelf":
            return _on_picture(world, ray, target)
        return target


def _of_walls(hall: Hall) -> tuple[list[tuple[str, int]], np.ndarray, np.ndarray]:
    """Kind and position in Hall.walls of every rectangle of the walls, and `to_local` and `half_sizes` as above."""
    shown = [(n, wall) for n, wall in enumerate(hall.walls) if not wall.hidden]
    open_ones = [(n, wall) for n, wall in shown if not wall.folded]
    windowed = [(n, wall) for n, wall in shown if wall.windowed]
    parts = [("wall", n) for n, _ in open_ones] + [("head", n) for n, _ in shown]
    parts += [("scrollbar", n) for n, _ in windowed]
    surfaces = [Surface(Pose(), wall.width, wall.height) for _, wall in open_ones]
    surfaces += [head_surface(wall) for _, wall in shown] + [bar_surface(wall) for _, wall in windowed]
    rows = carried(hall.placing, rows_of(hall.walls[n].placing for _, n in parts))
    middles = np.array([surface.pose.position for surface in surfaces]).reshape(-1, 3)
    sizes = np.array([(surface.width, surface.height) for surface in surfaces]).reshape(-1, 2)
    rows[:, :3] = applied(rows, middles)
    return parts, back_matrices(rows).reshape(-1, 4), sizes * rows[:, 3:4] / 2


def _on_head(world: World, target: Target, hand: str) -> Target:
    """A button over the wall's head, or the wall where there is none."""
    hall = world.halls[target.hall]
    head = head_surface(hall.walls[target.index])
    x, y, _ = head.pose.position
    at = x + (target.u - 0.5) * head.width, y + (0.5 - target.v) * head.height
    button = pressed_button(hall, target.index, at, hand, target.hall)
    return replace(target, kind="wall" if button is None else button.kind, control=button)


def _on_tile(wall: Wall, target: Target) -> Target:
    """The tile under the ray; none on an empty cell of the last row."""
    column = min(int(target.u * wall.columns), wall.columns - 1)
    row = min(int(wall.first_row + target.v * wall.rows_shown), wall.rows - 1)
    tile = row * wall.columns + column
    count = wall.span.count if wall.span else 0
    return replace(target, tile=tile if tile < count else None)


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
