"""Where there is room for a visitor to stand, and what is in the way of their arcs. Arithmetic only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import radians

import numpy as np

from vrcnn.scene.confusion_board import board_surface, is_shown
from vrcnn.scene.feature_desk import FEATURE_DESK
from vrcnn.scene.feature_desk import WIDTH as FEATURE_DESK_WIDTH
from vrcnn.scene.geometry import Pose, Vector, turn
from vrcnn.scene.hall import Hall, Surface
from vrcnn.scene.laying import DOOR
from vrcnn.scene.lectern import LECTERN
from vrcnn.scene.lectern import WIDTH as LECTERN_WIDTH
from vrcnn.scene.noise_board import HEIGHT as NOISE_HEIGHT
from vrcnn.scene.noise_board import NOISE_AT
from vrcnn.scene.noise_board import WIDTH as NOISE_WIDTH
from vrcnn.scene.plinth import PLATE, TOP, standing
from vrcnn.scene.table import EDGE, HEIGHT
from vrcnn.scene.view_desk import VIEW_DESK
from vrcnn.scene.view_desk import WIDTH as VIEW_DESK_WIDTH
from vrcnn.scene.world import World

AROUND = 0.22  # m of the room around a visitor's middle
KNEE, HEAD = 0.5, 1.9  # m of the room: what is lower or higher is stepped over, or stands above
DESK_HEIGHT = 0.5  # m of the slanted plates
THICK = 0.06  # m of walls
LYING = turn(pitch=radians(-90))


class Grounds:
    """Finds out whether a place is free; keeps what stands on the ground until something is placed anew."""

    def __init__(self) -> None:
        self._key: object = None
        self._things = np.zeros((8, 0))

    def free(self, world: World, x: float, z: float) -> bool:
        """Whether the visitor, as large as they are now, can stand at this place of the ground (m, world's frame)."""
        scale = world.player.scale
        middle_x, middle_z, across_x, across_z, wide, deep, bottom, top = self._of(world)
        dx, dz = x - middle_x, z - middle_z
        across = np.maximum(np.abs(dx * across_x + dz * across_z) - wide, 0.0)
        along = np.maximum(np.abs(dz * across_x - dx * across_z) - deep, 0.0)
        near = across * across + along * along < (AROUND * scale) ** 2
        return not bool((near & (top > KNEE * scale) & (bottom < HEAD * scale)).any())

    def way(self, world: World, points: Sequence[Vector]) -> float:
        """How far a way from point to point (m, world's frame) leads before it meets a wall or what else is upright.

        Counted in points: 2.5 is in the middle between the third and the fourth; len(points) - 1 is all of it. What
        the visitor, as large as they are now, steps over is in nobody's way, nor are desks, which are seen over.
        """
        things = self._of(world)
        middle_x, middle_z, across_x, across_z, wide, _, bottom, top = things[:, things[5] <= THICK]  # upright ones
        x, y, z = np.array(points, np.float64).T[:, :, None]
        before = (z - middle_z) * across_x - (x - middle_x) * across_z  # (points, things) m before its plane
        aside = (x - middle_x) * across_x + (z - middle_z) * across_z
        crossed = ((before[:-1] > 0.0) != (before[1:] > 0.0)) & (top > KNEE * world.player.scale)
        step, thing = np.nonzero(crossed)
        share = before[step, thing] / (before[step, thing] - before[step + 1, thing])
        across = aside[step, thing] + share * (aside[step + 1, thing] - aside[step, thing])
        height = y[step, 0] + share * (y[step + 1, 0] - y[step, 0])
        met = (np.abs(across) <= wide[thing]) & (bottom[thing] <= height) & (height <= top[thing])
        return float(min((step + share)[met], default=len(points) - 1))

    def _of(self, world: World) -> np.ndarray:
        """(8, N): of each thing its middle over the ground (x, z), the way of its width, half its width and half its
        depth, and the heights of its lower and its upper edge; all in m in the world's frame."""
        table = None if world.table is None else (world.table.hall, world.table.pose)
        furniture = bool(world.pictures), is_shown(world), table
        key = id(world), furniture, _held(world), [_hall_key(hall) for hall in world.halls]
        if key != self._key:
            self._key = key
            self._things = np.array([_footprint(surface) for surface in _surfaces(world)], np.float64).reshape(-1, 8).T
        return self._things


def _hall_key(hall: Hall) -> tuple[object, ...]:
    return id(hall), hall.standing_key, hall.links_revision, hall.board.pose


def _held(world: World) -> set[tuple[int, str | None]]:
    """The walls in the hands, which go along with the visitor: the numbers of their halls and their layers' names."""
    return {(hand.hold.hall, hand.hold.name) for hand in world.hands.values() if hand.hold is not None}


def _footprint(surface: Surface) -> tuple[float, ...]:
    """What a rectangle takes of the ground, and from where to where it reaches up."""
    x, y, z = surface.pose.position
    right, up = surface.pose.right, surface.pose.up
    length = max(1e-6, (right[0] ** 2 + right[2] ** 2) ** 0.5)
    leaning = (up[0] ** 2 + up[2] ** 2) ** 0.5
    half = surface.height / 2
    rise = half * abs(up[1])
    return (
        *(x, z, right[0] / length, right[2] / length),
        *(surface.width / 2, max(THICK, half * leaning), y - rise, y + rise),
    )


def _surfaces(world: World) -> Iterator[Surface]:
    """Everything that stands somewhere and is in nobody's hand, as rectangles."""
    yield world.shelf
    yield world.easel
    yield Surface(VIEW_DESK, VIEW_DESK_WIDTH, DESK_HEIGHT)
    yield Surface(FEATURE_DESK, FEATURE_DESK_WIDTH, DESK_HEIGHT)
    if is_shown(world):
        yield board_surface(world)
    if world.pictures:
        yield Surface(NOISE_AT, NOISE_WIDTH, NOISE_HEIGHT)
    if world.table is not None:
        model = world.table.model(world.halls[world.table.hall])
        top = world.table.pose @ Pose((0.0, HEIGHT, 0.0), LYING)
        yield Surface(top, model.width + 2 * EDGE, model.depth + 2 * EDGE)
    held = _held(world)
    for number, hall in enumerate(world.halls):
        placing = hall.placing
        yield hall.board
        yield hall.exit.carried(placing)
        yield Surface(hall.place.carry(LECTERN), LECTERN_WIDTH, DESK_HEIGHT)
        yield Surface(standing(hall).pose @ TOP, *PLATE)
        for wall in hall.walls:
            if wall.shown and (number, wall.name) not in held:
                with_footing = Pose((0.0, (wall.height / 2 - wall.rise) / 2, 0.0))
                surface = Surface(with_footing, wall.width, wall.height / 2 + wall.rise)
                yield surface.carried(placing @ wall.placing)
        for plate in hall.plates:
            if plate.door is not None:
                yield Surface(Pose(), *DOOR).carried(placing @ plate.door)
