"""Where a picture of a network is taken from: five views that every network has, in every layout.

They are told from where the walls stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import atan, dist, radians, tan

import numpy as np

from vrcnn.scene.build import ENTRANCE, GLANCE
from vrcnn.scene.camera import FIELD_OF_VIEW
from vrcnn.scene.geometry import Pose, multiply, turn
from vrcnn.scene.hall import Hall, Wall
from vrcnn.scene.vantage import facing, vantage
from vrcnn.scene.world import EYE_HEIGHT, World

VIEWS = ("entrance", "path", "wall", "overview", "exit")
TELLING = 16, 24  # least count, and least side in pixels, of the maps of a wall that is worth a picture of its own
WIDEST = 1.7  # of such a wall, width divided by height
STEP_BACK = 0.7  # m, so that what hangs over the path is in the picture
ASIDE = radians(14)  # past such a wall and further along the way, so that what follows is in the picture
RIM = radians(3)  # between such a wall and the picture's edge


def standard_view(world: World, name: str, aspect: float) -> Pose:
    """The eyes of one of VIEWS of the hall `world.hall`; `aspect` is the picture's width divided by its height."""
    hall = world.hall
    walls = [wall for wall in hall.walls if wall.shown]
    if name == "entrance" or not walls:
        x, y, z = ENTRANCE
        return Pose((x, y + EYE_HEIGHT, z), turn(pitch=GLANCE))
    if name == "wall":
        return _wall(world, walls, aspect)
    return hall.placing.carry({"path": _path, "overview": _overview, "exit": _exit}[name](hall, walls))


def _path(hall: Hall, walls: Sequence[Wall]) -> Pose:
    """Between the first walls, looking along the way."""
    stands = np.array([wall.placing.apply((0.0, 0.0, 1.2 + wall.width / 2)) for wall in walls])
    first, ahead = (stands[1:4], stands[4:12]) if len(stands) > 4 else (stands, _feet(walls))
    (x, _, z), (far_x, _, far_z) = first.mean(axis=0), ahead.mean(axis=0)
    eyes = _looking((x, EYE_HEIGHT, z), (far_x, EYE_HEIGHT - 0.2, far_z))
    return eyes @ Pose((0.0, 0.0, STEP_BACK))


def _wall(world: World, walls: Sequence[Wall], aspect: float) -> Pose:
    """Before the middle one of the walls whose maps can be told apart, with what follows behind it."""
    telling = [wall for wall in walls if _telling(wall)] or walls
    wall = telling[len(telling) // 2]
    eyes = vantage(world.halls, world.here, wall)
    frame = world.hall.placing @ wall.placing
    edge = atan(wall.width / 2 * frame.scale / dist(eyes.position, frame.pose.position))
    spare = atan(tan(radians(FIELD_OF_VIEW) / 2) * aspect) - edge - RIM
    on = turn(yaw=wall.outward * max(0.0, min(ASIDE, spare)))
    return Pose(eyes.position, multiply(on, eyes.orientation))


def _telling(wall: Wall) -> bool:
    if wall.span is None or wall.folded or wall.width > WIDEST * wall.height:
        return False
    count, side = TELLING
    return wall.span.count >= count and min(wall.span.size.height, wall.span.size.width) >= side


def _overview(hall: Hall, walls: Sequence[Wall]) -> Pose:
    """From above, beside the way in, so that one sees how the whole network runs."""
    feet = _feet(walls)
    extent = float(np.linalg.norm(feet.max(axis=0) - feet.min(axis=0)))
    aside, height, depth = (min(most, share * extent) for most, share in ((5.0, 0.3), (2.9, 0.2), (8.7, 0.4)))
    entrance = np.array([0.0, 0.0, 1.0])
    ahead = feet.mean(axis=0) - entrance
    ahead /= max(1e-6, float(np.linalg.norm(ahead)))
    eyes = entrance + aside * np.array([-ahead[2], 0.0, ahead[0]]) + (0.0, EYE_HEIGHT + height, 0.0)
    return _looking(eyes, entrance + depth * ahead + (0.0, 1.1, 0.0))


def _exit(hall: Hall, walls: Sequence[Wall]) -> Pose:
    """Before the answer at the end of the path, with the last walls at both sides."""
    x, _, z = (hall.exit.pose @ Pose((0.25, 0.0, 7.0))).position
    far_x, far_y, far_z = hall.exit.pose.position
    return _looking((x, EYE_HEIGHT, z), (far_x - 0.1, far_y + 0.05, far_z))


def _feet(walls: Sequence[Wall]) -> np.ndarray:
    """(walls, 3) float64: where they stand on the ground."""
    return np.array([(wall.pose.position[0], 0.0, wall.pose.position[2]) for wall in walls])


def _looking(eyes: Sequence[float] | np.ndarray, target: Sequence[float] | np.ndarray) -> Pose:
    """At `eyes`, upright, with `target` in the middle of the view."""
    x, y, z = (float(part) for part in eyes)
    far_x, far_y, far_z = (float(part) for part in target)
    return facing((x, y, z), (far_x, far_y, far_z))
