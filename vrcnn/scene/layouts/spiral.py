"""The spiral: a corridor wound up to the left on an Archimedean spiral, from the entrance inwards to the answer.

Its arms are so far apart that the walls of one do not meet those of the next, and it is wound so that the inner ends of
the walls keep the distance that they have on a straight path.
"""

from __future__ import annotations

from math import hypot, pi

import numpy as np

from vrcnn.scene.layouts.corridor import FACING, corridor_spots
from vrcnn.scene.layouts.standing import FIRST_WALL, PATH_HALF_WIDTH, Rows, Setting
from vrcnn.scene.paths import Path

STRAIGHT_ON = -2.4  # z in m from which the path winds
BETWEEN_ARMS = 1.1  # m from the walls of one arm to those of the next
CORE = 3.2  # m from the spiral's centre to the inner ends of the innermost walls
LAST = 1.5  # m of path behind the last wall
STEP = 0.02  # rad


def spiral(rows: Rows) -> Setting:
    """Where the pieces stand on a spiral."""
    spots = corridor_spots(rows)
    reach = {-1: PATH_HALF_WIDTH, 1: PATH_HALF_WIDTH}  # m from the path's middle to the ends of the walls
    back = 0.0
    for row in rows:
        for piece in row:
            spot = spots[piece.key]
            width = max(piece.width, piece.head)
            reach[spot.side] = max(reach[spot.side], abs(spot.x) + width * np.cos(FACING))
            back = max(back, width * np.sin(FACING))
    end = min((spot.z for spot in spots.values()), default=FIRST_WALL) - LAST
    return Setting(spots, wound(STRAIGHT_ON - end, reach[-1], reach[1], back))


def wound(length: float, inner: float, outer: float, back: float) -> Path:
    """A path that winds over `length` m along the walls' inner ends.

    The walls reach `inner` m to its left, where the centre is, and `outer` m to its right; their ends there lie up to
    `back` m nearer to the entrance than their feet.
    """
    core = CORE + inner
    outer = hypot(core + outer, back) - core  # of the centre's circle, which a wall does not follow
    growth = (inner + outer + BETWEEN_ARMS) / (2 * pi)  # m of radius for each rad
    turns = 2 * (length + 1.0) / CORE
    angle = np.arange(0.0, turns + STEP, STEP)
    radius = core + growth * angle
    pace = np.hypot(radius, growth) - inner  # m along the walls' inner ends for each rad
    covered = np.concatenate([[0.0], np.cumsum((pace[1:] + pace[:-1]) / 2 * STEP)])
    last = int(np.searchsorted(covered, length)) + 1
    angle, radius, covered = angle[:last], radius[:last], covered[:last]
    # Walked from outside: clockwise around a centre at the left is turning left, seen from above.
    x, z = radius * np.cos(angle), radius * np.sin(angle)
    ahead_x = growth * np.cos(angle) - radius * np.sin(angle)
    ahead_z = growth * np.sin(angle) + radius * np.cos(angle)
    heading = np.unwrap(np.arctan2(ahead_x, ahead_z))  # of the way inwards, which is against the angle
    covered, x, z, heading = covered[::-1], x[::-1], z[::-1], heading[::-1]
    first = heading[0]
    cosine, sine = np.cos(-first), np.sin(-first)
    x, z = x - x[0], z - z[0]
    x, z = cosine * x + sine * z, -sine * x + cosine * z
    return Path.through(-STRAIGHT_ON + covered[0] - covered, x, z + STRAIGHT_ON, heading - first)
