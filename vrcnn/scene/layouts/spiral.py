"""The spiral: a corridor wound up to the left, from the entrance inwards to the answer.

It is an Archimedean spiral as long as the walls are equally wide. Where they are wider, its arms are further apart, so
that the walls of one never meet those of the next; and it is wound so that the inner ends of the walls keep the
distance that they have on a straight path.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from math import cos, hypot, pi, sin

import numpy as np

from vrcnn.scene.layouts.corridor import FACING, corridor_spots
from vrcnn.scene.layouts.standing import FIRST_WALL, PATH_HALF_WIDTH, Rows, Setting, Spot
from vrcnn.scene.paths import Path

STRAIGHT_ON = -2.4  # z in m from which the path winds
BETWEEN_ARMS = 1.3  # m from the walls of one arm to those of the next
CORE = 3.0  # m from the spiral's centre to the inner ends of the innermost walls
LAST = 1.5  # m of path behind the last wall
GRID = 0.5  # m along the path, between two places where the walls' reach is told
EVEN = 24  # of these, over which the reach is evened out to both sides, so that the path bends calmly
STEPS = 144  # in a turn
SMOOTH = 5  # of these, over which the radius is evened out


@dataclass(frozen=True)
class Reach:
    """How far the walls reach from the path's middle, in m, at places GRID m apart from the spiral's end outwards:
    `inner` to the left, where the centre is, `outer` to the right; `back` is by how much their ends there lie nearer to
    the entrance than their feet. Each (K,).
    """

    inner: np.ndarray
    outer: np.ndarray
    back: np.ndarray


def spiral(rows: Rows) -> Setting:
    """Where the pieces stand on a spiral."""
    spots = corridor_spots(rows)
    end = min((spot.z for spot in spots.values()), default=FIRST_WALL) - LAST
    return Setting(spots, wound(STRAIGHT_ON - end, _reach(rows, spots, end)))


def wound(length: float, reach: Reach) -> Path:
    """A path that winds over `length` m along the walls' inner ends."""
    radius, covered = _radii(length, reach)
    radius = _evened(radius, SMOOTH)
    angle = 2 * pi / STEPS * np.arange(len(radius))
    growth = np.gradient(radius, angle)
    # Walked inwards, against the angle: clockwise around a centre at the left, seen from above, is turning left.
    x, z = radius * np.cos(angle), radius * np.sin(angle)
    ahead_x, ahead_z = growth * np.cos(angle) - z, growth * np.sin(angle) + x
    heading = np.unwrap(np.arctan2(ahead_x, ahead_z))
    covered, x, z, heading = covered[::-1], x[::-1], z[::-1], heading[::-1]
    cosine, sine = cos(-heading[0]), sin(-heading[0])
    x, z = x - x[0], z - z[0]
    x, z = cosine * x + sine * z, cosine * z - sine * x
    return Path.through(covered[0] - covered - STRAIGHT_ON, x, z + STRAIGHT_ON, heading - heading[0])


def _radii(length: float, reach: Reach) -> tuple[np.ndarray, np.ndarray]:
    """The radius in m at every step of the angle, from the end outwards, and how much of `length` lies within."""
    step = 2 * pi / STEPS
    places = GRID * np.arange(len(reach.inner))
    inner, outer, back = (part.tolist() for part in (reach.inner, reach.outer, reach.back))
    radii, walls, covered = [CORE + inner[0]], list[float](), [0.0]
    last = len(places) - 1
    while covered[-1] < length:
        number, place = len(radii), min(last, int(covered[-1] / GRID))
        radius = radii[-1]
        walls.append(hypot(radius + outer[place], back[place]))
        share = number / STEPS
        within = CORE - BETWEEN_ARMS + (walls[0] - CORE + BETWEEN_ARMS) * share if share < 1 else walls[number - STEPS]
        pace = radius - inner[place]
        radii.append(within + BETWEEN_ARMS + inner[place])
        covered.append(covered[-1] + step * max(CORE, pace))
    return np.array(radii), np.array(covered)


def _reach(rows: Rows, spots: Mapping[Hashable, Spot], end: float) -> Reach:
    count = max(1, int((STRAIGHT_ON - end) / GRID) + 2)
    sides = {-1: np.full(count, PATH_HALF_WIDTH), 1: np.full(count, PATH_HALF_WIDTH)}
    back = np.zeros(count)
    for row in rows:
        for piece in row:
            spot = spots[piece.key]
            width = max(piece.width, piece.head)
            aside, nearer = abs(spot.x) + width * cos(FACING), width * sin(FACING)
            here = slice(max(0, int((spot.z - end) / GRID) - 1), int((spot.z + nearer - end) / GRID) + 2)
            sides[spot.side][here] = np.maximum(sides[spot.side][here], aside)
            back[here] = np.maximum(back[here], nearer)
    return Reach(*(_evened(_widest(part), 2 * EVEN + 1) for part in (sides[-1], sides[1], back)))


def _widest(values: np.ndarray) -> np.ndarray:
    """The largest of each value and those up to EVEN places beside it."""
    padded = np.pad(values, EVEN, mode="edge")
    return np.lib.stride_tricks.sliding_window_view(padded, 2 * EVEN + 1).max(axis=1)


def _evened(values: np.ndarray, over: int) -> np.ndarray:
    """The mean of each value and those around it, `over` in all; an odd number."""
    padded = np.pad(values, over // 2, mode="edge")
    sums = np.cumsum(np.concatenate([[0.0], padded]))
    return (sums[over:] - sums[:-over]) / over
