"""The whole world between two hands: moved, turned about the vertical and scaled with them."""

from __future__ import annotations

from collections.abc import Mapping
from math import atan2, dist, hypot

from vrcnn.scene.geometry import Placing, Pose, Vector, rotate, turn
from vrcnn.scene.haptics import LET_GO, TAKE
from vrcnn.scene.holding import within
from vrcnn.scene.movement import WorldGrab
from vrcnn.scene.requests import Request
from vrcnn.scene.world import Hand, World

LIMITS = 0.1, 60.0  # m of the world in one of the room: walls like a cathedral's, and a model on a table
STEADY = 0.05  # m of the room: hands that are closer do not say how the world is to be turned or how large


def may_grab(world: World) -> bool:
    """Whether both hands are squeezed and hold nothing, so that it is the world that they hold."""
    return all(_squeezes_nothing(world.hands[name]) for name in ("left", "right"))


def begin_grab(world: World) -> list[Request]:
    """Once a frame, after the hands have taken what is near to them or pointed at: they take the world."""
    left, right = world.hands["left"].grip, world.hands["right"].grip
    if world.movement.grab is not None or left is None or right is None or not may_grab(world):
        return []
    world.movement.grab = WorldGrab(left.position, right.position)
    world.movement.arc = None
    return [TAKE.by(name) for name in ("left", "right")]


def follow_grab(world: World, grips: Mapping[str, Pose | None]) -> list[Request]:
    """Once a frame: lets the world follow the hands, or go. `grips` are where they are now, in the room's frame."""
    grab, player = world.movement.grab, world.player
    if grab is None:
        return []
    if not all(world.hands[name].grabbing for name in ("left", "right")):
        world.movement.grab = None
        return [LET_GO.by(name) for name in ("left", "right")]
    left, right = grips.get("left"), grips.get("right")
    if left is not None and right is not None:
        room = held_room(grab, left.position, right.position, player.yaw)
        x, y, z = room.pose.position
        player.scale = room.scale
        player.yaw = turned(grab, left.position, right.position, player.yaw)
        player.position = x, y - player.lift * room.scale, z
    return []


def held_room(grab: WorldGrab, left: Vector, right: Vector, yaw: float) -> Placing:
    """Where the visitor's room lies in the world when the hands, at `left` and `right` in the room, hold it.

    The middle of the held points is in the middle of the hands; within the limits, both points are under the hands
    where the hands are as steep above each other as the points are, as the world stays upright. `yaw` is the room's,
    which stays where the hands are too close to say another.
    """
    scale = within(dist(grab.left, grab.right) / max(STEADY, dist(left, right)), LIMITS)
    orientation = turn(turned(grab, left, right, yaw))
    x, y, z = rotate(orientation, tuple(scale * (a + b) / 2 for a, b in zip(left, right, strict=True)))  # type: ignore[arg-type]
    mx, my, mz = ((a + b) / 2 for a, b in zip(grab.left, grab.right, strict=True))
    return Placing(Pose((mx - x, my - y, mz - z), orientation), scale)


def turned(grab: WorldGrab, left: Vector, right: Vector, yaw: float) -> float:
    """The yaw (rad) of the room for these hands, `yaw` where they do not tell."""
    held = grab.right[0] - grab.left[0], grab.right[2] - grab.left[2]
    hands = right[0] - left[0], right[2] - left[2]
    apart = hypot(*hands)
    if apart < STEADY or hypot(*held) < STEADY * dist(grab.left, grab.right):
        return yaw
    return atan2(*held) - atan2(*hands)


def _squeezes_nothing(hand: Hand) -> bool:
    held = hand.hold, hand.holding, hand.carrying, hand.dragging
    return hand.grabbing and not hand.gripping and hand.grip is not None and all(thing is None for thing in held)
