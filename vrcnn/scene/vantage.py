"""Where one stands to read a wall: straight before it where there is room, else where most of it is seen."""

from __future__ import annotations

from collections.abc import Sequence
from math import atan2, dist, hypot, radians, tan

import numpy as np

from vrcnn.scene.camera import FIELD_OF_VIEW
from vrcnn.scene.folding import ASIDE as SHEET_ASIDE
from vrcnn.scene.folding import BACK as SHEET_BACK
from vrcnn.scene.folding import MOST_SHEETS
from vrcnn.scene.geometry import Pose, Vector, turn
from vrcnn.scene.hall import Hall, Wall

READING_MARGIN = 1.15  # of a wall's size, so that its title is in the view too
ASPECT = 1.5  # a window's width divided by its height, or a little less
HEAD = 0.45  # m above a wall that belongs to its title, and a little more
MARGIN = 1.25  # of a wall's size, so that there is a little room around it
FURTHEST = 10.0  # m away that something may stand in between
RIM = 0.04  # m of frame around a wall
NEAREST = 0.7  # m from the eyes to what they read
EYE_LINE, EYE_RANGE = 1.6, 0.7  # m: eyes stay at a standing visitor's height where the wall is about as high
NEARER = (1.0, 0.85, 0.7, 0.55, 0.42)  # parts of the reading distance
ASIDE = (0.0, 0.25, -0.25, 0.5, -0.5)  # parts of a wall's width
COST_OF_NEARER, COST_OF_ASIDE = 0.05, 0.08  # of what is seen, by which a plainer place may be worse


def vantage(halls: Sequence[Hall], number: int, wall: Wall) -> Pose:
    """Where a visitor's eyes are best to read a wall of hall `number`: above the ground, looking at its middle.

    Other walls may stand in between, as in a stack or where the visitor has moved some; then the eyes come nearer, or
    aside, so that as much as possible is seen.
    """
    frame = halls[number].placing @ wall.placing
    reach = wall.placing.inverse().apply(before(wall, ASPECT, MARGIN).position)[2]
    points = np.array([frame.apply(point) for point in _samples(wall)])
    target = frame.apply((0.0, HEAD / 4, 0.0))
    places, costs = [], []
    for near, share in enumerate(NEARER):
        for aside in ASIDE:
            x, y, z = frame.apply((aside * wall.width, 0.13, max(reach * share, NEAREST / frame.scale)))
            level = EYE_LINE if abs(y - EYE_LINE) < EYE_RANGE else max(y, EYE_LINE)
            places.append((x, level, z))
            costs.append(COST_OF_NEARER * near + COST_OF_ASIDE * abs(aside))
    eyes = np.array(places)
    seen = ~_hidden(eyes, points, _others(halls, wall, target)) & _in_view(eyes, points, np.array(target))
    best = int((seen.mean(1) - costs).argmax())
    return facing(places[best], target)


def before(wall: Wall, aspect: float, margin: float = READING_MARGIN) -> Pose:
    """Where one stands to see a whole wall with its title, straight before it, in the hall's frame.

    `aspect` is the view's width divided by its height; the view is at least `margin` times the wall's size.
    """
    tall = wall.height * margin + HEAD
    wide = wall.width * margin
    reach = tan(radians(FIELD_OF_VIEW) / 2)
    distance = max(tall / 2 / reach, wide / 2 / reach / aspect, NEAREST)
    return wall.placing.carry(Pose((0.0, 0.13, distance)))


def facing(eyes: Vector, point: Vector) -> Pose:
    """Eyes that look at a point, upright."""
    x, y, z = (there - here for here, there in zip(eyes, point, strict=True))
    return Pose(eyes, turn(atan2(-x, -z), atan2(y, hypot(x, z))))


def unseen(halls: Sequence[Hall], eyes: Vector, points: Sequence[Vector]) -> np.ndarray:
    """(points,) bool: which points of the world a wall hides from the eyes, or has in itself."""
    return _hidden(np.array([eyes]), np.array(points), _others(halls, None, eyes))[0]


def _samples(wall: Wall) -> list[Vector]:
    """Places all over the wall and its title, in its own frame."""
    heights = (-0.48 * wall.height, 0.0, 0.48 * wall.height, wall.height / 2 + HEAD / 3)
    return [(across * wall.width, up, 0.0) for across in (-0.48, -0.24, 0.0, 0.24, 0.48) for up in heights]


def _others(halls: Sequence[Hall], wall: Wall | None, middle: Vector) -> list[tuple[np.ndarray, Vector, Vector]]:
    """What may stand near `middle`: the matrix into each wall's own frame, and the two corners of the wall in it.

    A wall of a folded run has sheets behind it, towards the path.
    """
    found = []
    for hall in halls:
        placing = hall.placing
        for other in hall.walls:
            if other is wall or other.folded or not other.shown:
                continue
            frame = placing @ other.placing
            if dist(frame.pose.position, middle) > FURTHEST + other.width * frame.scale:
                continue
            matrix = frame.pose.inverse().matrix()[:3] / frame.scale
            sheets = min(other.stands_for - 1, MOST_SHEETS)
            left, right = (side * other.width / 2 + sheets * SHEET_ASIDE * -other.outward for side in (-1, 1))
            half, top = other.width / 2 + RIM, other.height / 2
            low = min(left, -half), -top - RIM, -0.05 - sheets * SHEET_BACK
            found.append((matrix, low, (max(right, half), top + HEAD / 2, 0.02)))
    return found


def _hidden(eyes: np.ndarray, points: np.ndarray, others: list[tuple[np.ndarray, Vector, Vector]]) -> np.ndarray:
    """(eyes, points) bool: whether another wall is between, by the slabs of its box (Kay and Kajiya, 1986)."""
    if not others:
        return np.zeros((len(eyes), len(points)), bool)
    matrices, low, high = (np.array(part) for part in zip(*others, strict=True))
    start = np.einsum("wij,ej->wei", matrices[:, :, :3], eyes) + matrices[:, None, :, 3]
    end = np.einsum("wij,pj->wpi", matrices[:, :, :3], points) + matrices[:, None, :, 3]
    begins = start[:, :, None, :]
    way = end[:, None, :, :] - begins  # (walls, eyes, points, 3)
    way = np.where(np.abs(way) < 1e-9, 1e-9, way)
    one, other = (low[:, None, None] - begins) / way, (high[:, None, None] - begins) / way
    enters, leaves = np.minimum(one, other).max(-1), np.maximum(one, other).min(-1)
    return ((enters < leaves) & (leaves > 0) & (enters < 1)).any(0)


def _in_view(eyes: np.ndarray, points: np.ndarray, target: np.ndarray) -> np.ndarray:
    """(eyes, points) bool: whether a window that looks from the eyes at the target shows the points."""
    ahead = target - eyes
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    right = np.cross(ahead, (0.0, 1.0, 0.0))
    right /= np.linalg.norm(right, axis=1, keepdims=True)
    up = np.cross(right, ahead)
    away = points[None] - eyes[:, None]
    depth = np.einsum("epi,ei->ep", away, ahead)
    reach = tan(radians(FIELD_OF_VIEW) / 2)
    across, high = (np.abs(np.einsum("epi,ei->ep", away, axis)) for axis in (right, up))
    return (depth > 0) & (across < depth * reach * ASPECT) & (high < depth * reach)
