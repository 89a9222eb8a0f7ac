"""What a ray meets, by arithmetic: the walls in one numpy step, everything else rectangle by rectangle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vrcnn.scene.geometry import Pose, Ray, hit_rectangle
from vrcnn.scene.shelving import PICTURE_SIDE, fitted, page_buttons, slot_pose
from vrcnn.scene.signs import NOTICE
from vrcnn.scene.world import Target, Wall, World

EASEL_REACH = 1.25  # the easel takes a picture a little beside its canvas too


@dataclass(frozen=True)
class WallIndex:
    """The walls as arrays: `to_wall` (N, 4, 4), `sizes` (N, 2) in m, `grids` (N, 3) columns, rows, maps."""

    revision: int
    to_wall: np.ndarray
    sizes: np.ndarray
    grids: np.ndarray

    @classmethod
    def of(cls, world: World) -> WallIndex:
        walls = world.walls
        return cls(
            world.layout_revision,
            np.array([wall.pose.inverse().matrix() for wall in walls]).reshape(-1, 4, 4),
            np.array([(wall.width, wall.height) for wall in walls]).reshape(-1, 2),
            np.array([(wall.columns, wall.rows, wall.span.count if wall.span else 0) for wall in walls]).reshape(-1, 3),
        )

    def pick(self, ray: Ray) -> Target | None:
        """The nearest wall whose front the ray meets, with the tile under it (None on an empty cell)."""
        if not len(self.to_wall):
            return None
        origin = self.to_wall @ np.array([*ray.origin, 1.0])
        direction = self.to_wall @ np.array([*ray.direction, 0.0])
        with np.errstate(divide="ignore", invalid="ignore"):
            distance = -origin[:, 2] / direction[:, 2]
            met = origin[:, :2] + distance[:, None] * direction[:, :2]
            u = met[:, 0] / self.sizes[:, 0] + 0.5
            v = 0.5 - met[:, 1] / self.sizes[:, 1]
        front = (origin[:, 2] > 0) & (direction[:, 2] < 0) & (u >= 0) & (u <= 1) & (v >= 0) & (v <= 1)
        if not front.any():
            return None
        index = int(np.where(front, distance, np.inf).argmin())
        columns, rows, count = self.grids[index]
        column, row = min(int(u[index] * columns), columns - 1), min(int(v[index] * rows), rows - 1)
        tile = int(row * columns + column)
        return Target(
            "wall",
            index,
            float(distance[index]),
            ray.at(float(distance[index])),
            float(u[index]),
            float(v[index]),
            tile if tile < count else None,
        )


class Picker:
    """Finds what a ray meets in a World; keeps the walls' arrays until the layout changes."""

    def __init__(self) -> None:
        self._index: WallIndex | None = None

    def pick(self, world: World, ray: Ray) -> Target | None:
        """The nearest thing that the ray meets, or None."""
        if self._index is None or self._index.revision != world.layout_revision:
            self._index = WallIndex.of(world)
        found = [self._index.pick(ray), *_furniture(world, ray)]
        return min((target for target in found if target), key=lambda target: target.distance, default=None)


def _furniture(world: World, ray: Ray) -> list[Target | None]:
    """Everything that is not a wall. Pictures lie a little before their shelf, so they win over it."""
    shelf, easel = world.shelf, world.easel
    found = [_rectangle("easel", 0, ray, easel.pose, easel.width * EASEL_REACH, easel.height * EASEL_REACH)]
    found += [
        _rectangle("board", n, ray, board.pose, board.width, board.height) for n, board in enumerate(world.boards)
    ]
    found += [
        _rectangle("page", step, ray, button.pose, button.width, button.height)
        for step, button in page_buttons(shelf, len(world.pictures)).items()
    ]
    if world.notices:
        found.append(_rectangle("notice", 0, ray, NOTICE.pose, NOTICE.width, NOTICE.height))
    on_shelf = _rectangle("shelf", 0, ray, shelf.pose, shelf.width, shelf.height)
    found.append(on_shelf)
    if on_shelf:
        for position, number in enumerate(shelf.shown(len(world.pictures))):
            picture = world.pictures[number]
            if picture.pixels is not None:
                width, height = fitted(picture, PICTURE_SIDE)
                found.append(_rectangle("picture", number, ray, slot_pose(shelf, position), width, height))
    return found


def _rectangle(kind: str, index: int, ray: Ray, pose: Pose, width: float, height: float) -> Target | None:
    hit = hit_rectangle(ray, pose, width, height)
    return None if hit is None else Target(kind, index, hit[0], ray.at(hit[0]), hit[1], hit[2])


def wall_pointed_at(world: World, target: Target | None) -> Wall | None:
    """The wall that a target lies on."""
    return world.walls[target.index] if target is not None and target.kind == "wall" else None
