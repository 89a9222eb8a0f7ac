"""The circle on which a camera goes once around a network, or around one of its walls."""

from __future__ import annotations

from dataclasses import dataclass
from math import atan, cos, hypot, pi, radians, sin, tan

import numpy as np

from vrcnn.scene.camera import FIELD_OF_VIEW
from vrcnn.scene.geometry import Pose, Vector
from vrcnn.scene.hall import Hall, Wall
from vrcnn.scene.staying import heading
from vrcnn.scene.vantage import facing

SECONDS = 12.0  # of one turn
ABOVE = radians(17)  # how high over the middle the camera is
AROUND = 1.06  # of what has to be seen
WALL_ABOVE = radians(6)
LOWEST = 0.4  # m above the ground


@dataclass(frozen=True)
class Circle:
    """Around `middle` (m), at a `radius` over the ground and `height` above the middle; it begins at the angle `start`
    (rad), which is the yaw of who looks from there."""

    middle: Vector
    radius: float
    height: float
    start: float = 0.0

    def eyes(self, share: float) -> Pose:
        """Where the camera is after this share of the turn, 0 to 1: it goes to the right, so that things turn left."""
        yaw = self.start + 2 * pi * share
        x, y, z = self.middle
        place = x + self.radius * sin(yaw), max(LOWEST, y + self.height), z + self.radius * cos(yaw)
        return facing(place, self.middle)


def around_network(hall: Hall, aspect: float) -> Circle:
    """Around all walls of a network; the turn begins obliquely before its entrance."""
    corners = np.array([corner for wall in hall.walls if wall.shown for corner in _corners(hall, wall)])
    if not len(corners):
        corners = np.array([(-1.0, 0.0, -1.0), (1.0, 2.0, 1.0)])
    low, high = corners.min(axis=0), corners.max(axis=0)
    middle = (low + high) / 2
    reach = float(np.hypot(corners[:, 0] - middle[0], corners[:, 2] - middle[2]).max())
    half = min(atan(tan(radians(FIELD_OF_VIEW) / 2) * aspect), radians(80))
    distance = AROUND * reach / sin(half) + 0.35 * float(high[1] - low[1])
    start = heading(hall.placing.pose) + radians(28)
    x, y, z = (float(part) for part in middle)
    return Circle((x, y, z), distance * cos(ABOVE), distance * sin(ABOVE), start)


def around_wall(hall: Hall, wall: Wall, aspect: float) -> Circle:
    """Around one wall; the turn begins straight before it."""
    frame = hall.placing @ wall.placing
    width, height = wall.width * frame.scale, wall.height * frame.scale
    up = tan(radians(FIELD_OF_VIEW) / 2)
    distance = 1.25 * max(height / 2 / up, hypot(width, 0.2) / 2 / (up * aspect)) + width / 2
    return Circle(frame.pose.position, distance * cos(WALL_ABOVE), distance * sin(WALL_ABOVE), heading(frame.pose))


def _corners(hall: Hall, wall: Wall) -> list[Vector]:
    frame = hall.placing @ wall.placing
    return [frame.apply((across * wall.width / 2, up * wall.height / 2, 0.0)) for across in (-1, 1) for up in (-1, 1)]
