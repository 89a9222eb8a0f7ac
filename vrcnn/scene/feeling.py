"""What the headset's controllers tell besides where they are: which they are, their sticks, grips and fingers."""

from __future__ import annotations

from vrcnn.scene.headset_intents import ControllerChanged, FingersMoved, Grab, HeadsetMotion, Recentred, Steer
from vrcnn.scene.locomotion import recentred
from vrcnn.scene.world import World


def feel(world: World, motion: HeadsetMotion) -> None:
    """Takes it into the World."""
    match motion:
        case ControllerChanged(hand, kind):
            world.hands[hand].controller = kind
        case FingersMoved(hand, joints):
            world.hands[hand].fingers = tuple(world.player.room.carry(joint) for joint in joints)
        case Steer(hand, x, y):
            stick = world.movement.sticks[hand]
            stick.x, stick.y = x, y
        case Grab(hand, on):
            world.hands[hand].grabbing = on
        case Recentred():
            recentred(world)
