"""What a ray meets, by arithmetic: walls and furniture are rectangles, all tested in one numpy step."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from vrcnn.scene.controlling import controls_key, controls_of
from vrcnn.scene.controls import Control
from vrcnn.scene.geometry import Ray, hit_rectangle
from vrcnn.scene.hall import Surface, Wall
from vrcnn.scene.shelving import PICTURE_SIDE, fitted, slot_pose
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
        """The walls first, hall by hall, in the order of Hall.walls."""
        names: list[tuple[str, int, int, Control | None]] = []
        surfaces: list[Surface] = []
        for number, hall in enumerate(world.halls):
            shown = [(n, wall) for n, wall in enumerate(hall.walls) if not wall.hidden]
            placing = hall.placing
            names += [("wall", n, number, None) for n, _ in shown]
            surfaces += [Surface(wall.placing.pose, *_extent(wall)).carried(placing) for _, wall in shown]
            names += [("board", n, number, None) for n in range(2)]
            surfaces += [hall.board, hall.exit.carried(placing)]
        easel = world.easel
        names += [("easel", 0, 0, None), ("shelf", 0, 0, None)]
        surfaces += [Surface(easel.pose, easel.width * EASEL_REACH, easel.height * EASEL_REACH), world.shelf]
        for control in controls_of(world):
            names.append((control.kind, control.index, control.hall, control))
            surfaces.append(control.surface)
        return cls(
            tuple(names),
            np.concatenate([surface.pose.inverse().matrix()[:3] for surface in surfaces]),
            np.array([(surface.width / 2, surface.height / 2) for surface in surfaces]),
        )

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

    def pick(self, world: World, ray: Ray) -> Target | None:
        """The nearest thing that the ray meets, or None. On a wall with the tile, on the shelf the picture."""
        key = (id(world), controls_key(world), [hall.standing_key for hall in world.halls])
        if self._rectangles is None or self._key != key:
            self._rectangles, self._key = Rectangles.of(world), key
        target = self._rectangles.pick(ray)
        if target is None:
            return None
        if target.kind == "wall":
            return _on_tile(world.halls[target.hall].walls[target.index], target)
        if target.kind == "shelf":
            return _on_picture(world, ray, target)
        return target


def _extent(wall: Wall) -> tuple[float, float]:
    """Width and height in m of what a wall shows, in the hall's frame."""
    return wall.width * wall.scale, wall.height * wall.scale


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
