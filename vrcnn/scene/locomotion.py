"""How a visitor in a headset gets about: walking, flying, their height, the vignette, the way back to the ground."""

from __future__ import annotations

from vrcnn.scene.geometry import Pose
from vrcnn.scene.staying import stand
from vrcnn.scene.walking import along, heading_over_ground
from vrcnn.scene.world import EYE_HEIGHT, World

DARKENING, CLEARING = 0.2, 0.35  # s that the vignette takes to come, and to go
COVERED, UNCOVERING = 0.08, 0.22  # s after a jump for which nothing is seen, and in which sight comes back


def reset_view(world: World) -> None:
    """The world at its own size again, with the visitor's feet on its ground, at the same place.

    Those who sit are measured anew. A wall that is held stays where it is, as the hand may be a long way from it then.
    """
    player = world.player
    eyes = player.eyes
    world.journey.jumped = world.time
    for hand in world.hands.values():
        hand.hold = None
    world.movement.grab = None
    world.movement.raised = None
    player.scale = 1.0
    player.position = player.position[0], 0.0, player.position[2]
    stand(player, Pose((eyes.position[0], 0.0, eyes.position[2]), eyes.orientation))


def recentred(world: World) -> None:
    """The runtime's room has another middle: what was held in the old one is let go, and sight comes back softly."""
    movement = world.movement
    movement.grab = movement.arc = movement.raised = None
    movement.pressed.clear()
    world.journey.jumped = world.time


def raise_seated(world: World) -> None:
    """Once a frame: the visitor as high above the floor as they want. Those who sit are measured when they begin to,
    or as soon as they wear the headset."""
    player, movement, comfort = world.player, world.movement, world.comfort
    if player.head is None:
        player.lift = 0.0
        return
    if not comfort.seated:
        movement.raised = None
    elif movement.raised is None and world.headset.present:
        movement.raised = max(0.0, EYE_HEIGHT - player.head.position[1])
    player.lift = comfort.lift + (movement.raised or 0.0)


def go(world: World, right: float, up: float, forward: float, seconds: float) -> None:
    """Moves the visitor smoothly, each part from -1 to 1, where the head or the hand that travels points."""
    player, comfort = world.player, world.comfort
    aim = world.hands[comfort.off].aim if comfort.heading == "hand" else None
    yaw = heading_over_ground(aim or player.eyes, player.yaw)
    along(player, yaw, (right, up, forward), comfort.speed * seconds)


def darken(world: World, moving: bool, seconds: float) -> None:
    """Once a frame: the vignette comes while the visitor moves smoothly, and goes afterwards."""
    wanted = world.comfort.vignette if moving else 0.0
    step = seconds / (DARKENING if wanted > world.vignette else CLEARING)
    world.vignette += max(-step, min(step, wanted - world.vignette))


def covered(world: World) -> float:
    """How much of the sight is covered now, as the visitor was put somewhere else: 1 at once, then less, down to 0."""
    if world.player.head is None:
        return 0.0
    share = min(1.0, max(0.0, (world.time - world.journey.jumped - COVERED) / UNCOVERING))
    return 1.0 - share * share * (3.0 - 2.0 * share)
