"""What becomes of the visitor in the World as they put the headset on, or take it off: they stay where they are."""

from __future__ import annotations

from math import asin

from vrcnn.scene.geometry import Pose
from vrcnn.scene.movement import Movement
from vrcnn.scene.staying import heading, stand
from vrcnn.scene.walking import HIGHEST, HIGHEST_PITCH
from vrcnn.scene.world import EYE_HEIGHT, World

CONTROLLERS = ("left", "right")


def put_on(world: World, head: Pose) -> None:
    """The visitor of the window goes into the headset, which is at `head` in the stage's frame.

    They are at the same place and look the same way; what they had in the hand comes into the main hand.
    """
    player, eyes = world.player, world.player.eyes
    player.head, player.pitch = head, 0.0
    stand(player, eyes)
    _pass_on(world, ("mouse",), (world.comfort.main, world.comfort.off))


def take_off(world: World) -> None:
    """The visitor of the headset goes on in the window: with the same eyes, in the world's own size.

    The hands are empty and nowhere from now on. What they carried comes into the window's hand, as far as it is free:
    the rest stays with the hands until they come back. A wall that was held stays where it is.
    """
    player, eyes = world.player, world.player.eyes
    x, y, z = eyes.position
    height = player.position[1] if player.scale == 1.0 else min(max(0.0, y - EYE_HEIGHT), HIGHEST)
    pitch = asin(min(1.0, max(-1.0, eyes.forward[1])))
    player.head, player.scale, player.lift = None, 1.0, 0.0
    player.position, player.yaw = (x, height, z), heading(eyes)
    player.pitch = min(max(pitch, -HIGHEST_PITCH), HIGHEST_PITCH)
    world.movement = Movement()
    world.vignette = 0.0
    for name in CONTROLLERS:
        hand = world.hands[name]
        hand.grip = hand.aim = hand.target = hand.controller = hand.hold = hand.dragging = None
        hand.selecting = hand.grabbing = False
        hand.fingers = ()
    _pass_on(world, (world.comfort.main, world.comfort.off), ("mouse",))


def _pass_on(world: World, givers: tuple[str, ...], takers: tuple[str, ...]) -> None:
    """Hands give what they carry to the first of the others that is empty."""
    for giver in (world.hands[name] for name in givers):
        for taker in (world.hands[name] for name in takers):
            given = giver.holding, giver.carrying
            if given != (None, None) and (taker.holding, taker.carrying) == (None, None):
                taker.holding, taker.carrying = given
                giver.holding = giver.carrying = None
