"""How a visitor in a headset gets about: teleporting, walking, turning, flying, and the way back to the ground."""

from __future__ import annotations

from vrcnn.scene.geometry import Pose
from vrcnn.scene.staying import stand
from vrcnn.scene.world import World


def reset_view(world: World) -> None:
    """The world at its own size again, with the visitor's feet on its ground, at the same place."""
    player = world.player
    eyes = player.eyes
    player.scale = 1.0
    player.position = player.position[0], 0.0, player.position[2]
    stand(player, Pose((eyes.position[0], 0.0, eyes.position[2]), eyes.orientation))
