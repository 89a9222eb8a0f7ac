"""The halls from above, as arrays: walls, rooms and links as bars on the ground, for the minimap and its pointer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from vrcnn.scene.hall import Hall
from vrcnn.scene.laying import DOOR

PLATE, LINK, DOOR_OF_ROOM, WALL = range(4)  # kinds of bars, in the order in which they lie over each other
THICK = 0.1  # m, of a wall
FOLDED = 0.45  # of a wall's width, when it is folded
POINTS = 9  # of a link, at most
STRONG, FAINT = 0.5, 0.12  # how strong a link is shown, and one of a hidden wall


@dataclass(frozen=True)
class GroundPlan:
    """Bars on the ground of the world (x to the right, z towards the entrance; m).

    Attributes:
        bars: (N, 6) float32: the middle's x and z, a unit vector along the bar, half its length and half its width.
        kinds: (N,) PLATE, LINK, DOOR_OF_ROOM or WALL.
        strengths: (N,) float32, 0 to 1.
        walls: (W, 2) hall and position in Hall.walls of the last W bars, those of the walls that are shown.
        families: the family of each of these walls.
        rooms: of each room its title, x and z in m of its front edge's middle, its depth and half its width in m.
        low, high: (2,) the smallest and the largest x and z of everything.
    """

    bars: np.ndarray
    kinds: np.ndarray
    strengths: np.ndarray
    walls: np.ndarray
    families: tuple[str, ...]
    rooms: tuple[tuple[str, float, float, float, float], ...]
    low: np.ndarray
    high: np.ndarray

    def nearest(self, x: float, z: float) -> tuple[int, int, float] | None:
        """(hall, position in Hall.walls, distance in m) of the wall nearest to a place on the ground."""
        bars = self.bars[len(self.bars) - len(self.walls) :]
        if not len(bars):
            return None
        away = np.array((x, z)) - bars[:, :2]
        along = np.clip((away * bars[:, 2:4]).sum(1), -bars[:, 4], bars[:, 4])
        distance = np.linalg.norm(away - along[:, None] * bars[:, 2:4], axis=1)
        best = int(distance.argmin())
        return int(self.walls[best, 0]), int(self.walls[best, 1]), float(distance[best])

    def ends(self, hall: int, index: int) -> tuple[tuple[float, float], tuple[float, float]]:
        """x and z of both ends of a wall."""
        row = np.flatnonzero((self.walls == (hall, index)).all(1))[0] - len(self.walls)
        x, z, dx, dz, half, _ = self.bars[row].tolist()
        return (x - half * dx, z - half * dz), (x + half * dx, z + half * dz)


def ground_plan(halls: Sequence[Hall]) -> GroundPlan:
    """Everything as it stands now."""
    plates, links, doors, walls, owners, families, strengths = [], [], [], [], [], [], []
    rooms: list[tuple[str, float, float, float, float]] = []
    for number, hall in enumerate(halls):
        placing = hall.placing
        for plate in hall.plates:
            tiles = [] if plate.inner else plate.tiles or ((plate.pose, plate.size),)
            for pose, (width, depth) in tiles:
                ends = [placing.apply(pose.apply((0.0, 0.0, side * depth / 2))) for side in (1, -1)]
                plates.append(_bar(ends[0], ends[1], placing.scale * width / 2))
            if tiles:
                x, _, z = placing.apply(tiles[0][0].apply((0.0, 0.0, tiles[0][1][1] / 2)))
                rooms.append((plate.title, x, z, placing.scale * plate.size[1], placing.scale * plate.size[0] / 2))
            if plate.door is not None:
                door = placing @ plate.door
                ends = [door.apply((side * DOOR[0] / 2, 0.0, 0.0)) for side in (-1, 1)]
                doors.append(_bar(ends[0], ends[1], THICK))
        hidden = {wall.node for wall in hall.walls if wall.hidden}
        frame = placing.pose.matrix()
        for link in hall.links:
            chosen = np.linspace(0, len(link.points) - 1, min(POINTS, len(link.points))).round().astype(int)
            points = placing.scale * link.points[chosen] @ frame[:3, :3].T + frame[:3, 3]
            links += [_bar(a, b, 0.0) for a, b in pairwise(points)]
            strong = FAINT if {link.source, link.target} & hidden else STRONG
            strengths += [strong] * (len(points) - 1)
        for index, wall in enumerate(hall.walls):
            if wall.shown:
                half = wall.width / 2 * (FOLDED if wall.folded else 1.0)
                frame_of_wall = placing @ wall.placing
                ends = [frame_of_wall.apply((side * half, 0.0, 0.0)) for side in (-1, 1)]
                walls.append(_bar(ends[0], ends[1], THICK / 2))
                owners.append((number, index))
                families.append(wall.family)
    bars = np.array([*plates, *links, *doors, *walls], np.float32).reshape(-1, 6)
    reach = np.abs(bars[:, 2:4]) * bars[:, 4:5] + np.abs(bars[:, [3, 2]]) * bars[:, 5:6]
    ends_of_all = np.concatenate([bars[:, :2] - reach, bars[:, :2] + reach, np.zeros((1, 2), np.float32)])
    return GroundPlan(
        bars,
        np.repeat((PLATE, LINK, DOOR_OF_ROOM, WALL), (len(plates), len(links), len(doors), len(walls))),
        np.array([1.0] * len(plates) + strengths + [1.0] * (len(doors) + len(walls)), np.float32),
        np.array(owners, int).reshape(-1, 2),
        tuple(families),
        tuple(rooms),
        ends_of_all.min(0),
        ends_of_all.max(0),
    )


def _bar(start: Sequence[float] | np.ndarray, end: Sequence[float] | np.ndarray, half: float) -> tuple[float, ...]:
    """Between two places, of which y is left out, `half` m to either side."""
    x, z = (start[0] + end[0]) / 2, (start[2] + end[2]) / 2
    dx, dz = end[0] - start[0], end[2] - start[2]
    length = max(1e-6, float(np.hypot(dx, dz)))
    return float(x), float(z), float(dx / length), float(dz / length), length / 2, half
