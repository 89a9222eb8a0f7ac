"""Where a picture of a network is taken from: the views of the gallery, and that before one wall.

They are told from where the walls stand, so that they fit every network and every layout.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import asin, atan2, radians, tan

import numpy as np

from vrcnn.scene.build import ENTRANCE, GLANCE
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.hall import Hall, Wall
from vrcnn.scene.world import EYE_HEIGHT

FIELD_OF_VIEW = 65.0  # degrees, vertical
READING_MARGIN = 1.15  # of a wall's size, so that its title is in the picture too
VIEWS = ("entrance", "path", "wall", "overview", "exit")
WIDER = 1.5  # the same for a wall among its neighbours
TELLING = 16, 24  # least count and side in pixels of the maps of a wall that is worth a picture of its own
ASIDE = radians(13)  # past the wall and further along the way, so that its neighbours are in the picture


def standard_view(hall: Hall, name: str, aspect: float) -> Pose:
    """The eyes of one of VIEWS in the world's frame; `aspect` is the picture's width divided by its height."""
    walls = [wall for wall in hall.walls if not wall.hidden]
    if name == "entrance" or not walls:
        x, y, z = ENTRANCE
        return Pose((x, y + EYE_HEIGHT, z), turn(pitch=GLANCE))
    eyes = {"path": _path, "wall": _wall, "overview": _overview, "exit": _exit}[name](hall, walls, aspect)
    return hall.placing.carry(eyes)


def before(wall: Wall, aspect: float, margin: float = READING_MARGIN) -> Pose:
    """Where one stands to see a whole wall with its title, in the hall's frame."""
    tall = wall.height * margin + 0.45
    wide = wall.width * margin
    reach = tan(radians(FIELD_OF_VIEW) / 2)
    distance = max(tall / 2 / reach, wide / 2 / reach / aspect, 0.7)
    return wall.placing.carry(Pose((0.0, 0.13, distance)))


def _path(hall: Hall, walls: Sequence[Wall], aspect: float) -> Pose:
    """Between the first walls, looking along the way."""
    stands = _stands(walls)
    first = stands[1:4].mean(axis=0) if len(stands) > 4 else stands.mean(axis=0)
    ahead = stands[4:12].mean(axis=0) if len(stands) > 4 else _feet(walls).mean(axis=0)
    return _looking((first[0], EYE_HEIGHT, first[2]), (ahead[0], EYE_HEIGHT - 0.25, ahead[2]))


def _wall(hall: Hall, walls: Sequence[Wall], aspect: float) -> Pose:
    """Before the middle one of the walls whose maps can be told apart, with those behind it."""
    count, side = TELLING
    telling = [
        wall
        for wall in walls
        if wall.span is not None
        and not wall.folded
        and wall.span.count >= count
        and min(wall.span.size.height, wall.span.size.width) >= side
    ]
    wall = (telling or walls)[len(telling or walls) // 2]
    return before(wall, aspect, WIDER) @ Pose(orientation=turn(yaw=wall.outward * ASIDE))


def _overview(hall: Hall, walls: Sequence[Wall], aspect: float) -> Pose:
    """From above the way in, a little aside, so that one sees how the whole network runs."""
    feet = _feet(walls)
    extent = float(np.linalg.norm(feet.max(axis=0) - feet.min(axis=0)))
    height, aside, back = (min(most, share * extent) for most, share in ((6.5, 0.3), (3.5, 0.16), (3.0, 0.12)))
    entrance = np.array([0.0, 0.0, 1.0])
    ahead = feet.mean(axis=0) - entrance
    ahead /= max(1e-6, float(np.linalg.norm(ahead)))
    across = np.array([-ahead[2], 0.0, ahead[0]])
    eyes = entrance + aside * across - back * ahead + (0.0, EYE_HEIGHT + height, 0.0)
    return _looking(tuple(eyes), tuple(entrance + min(0.5 * extent, 17.0) * ahead))


def _exit(hall: Hall, walls: Sequence[Wall], aspect: float) -> Pose:
    """Before the answer at the end of the path, with the last walls at both sides."""
    place = hall.exit.pose @ Pose((0.35, 0.0, 6.6))
    x, _, z = place.position
    target = hall.exit.pose.position
    return _looking((x, EYE_HEIGHT, z), (target[0] - 0.1, target[1] + 0.05, target[2]))


def _feet(walls: Sequence[Wall]) -> np.ndarray:
    """(walls, 3) float64: where they stand on the ground."""
    return np.array([(wall.pose.position[0], 0.0, wall.pose.position[2]) for wall in walls])


def _stands(walls: Sequence[Wall]) -> np.ndarray:
    """(walls, 3) float64: where a visitor stands to read them."""
    return np.array([wall.placing.apply((0.0, 0.0, 1.2 + wall.width / 2)) for wall in walls])


def _looking(eyes: Sequence[float], target: Sequence[float]) -> Pose:
    """At `eyes`, upright, with `target` in the middle of the view."""
    way = np.subtract(target, eyes)
    way = way / max(1e-9, float(np.linalg.norm(way)))
    x, y, z = (float(part) for part in way)
    return Pose((float(eyes[0]), float(eyes[1]), float(eyes[2])), turn(yaw=atan2(-x, -z), pitch=asin(y)))
