"""Furnishes the head of whoever wears the headset, for spectators: they see where the visitor is and looks."""

from __future__ import annotations

from vrcnn.scene.audience import spectating
from vrcnn.scene.drawables import Drawables, Mesh, Shadow
from vrcnn.scene.geometry import Placing, Pose, Vector
from vrcnn.scene.staying import heading
from vrcnn.scene.world import World

HEAD: tuple[tuple[Vector, Vector, str, float], ...] = (  # from the eyes: middle, size, role, glow
    ((0.0, -0.01, 0.085), (0.16, 0.225, 0.19), "muted", 0.0),
    ((0.0, 0.01, 0.09), (0.172, 0.036, 0.202), "panel", 0.0),
    ((0.0, 0.005, -0.025), (0.2, 0.11, 0.09), "panel", 0.0),
    ((0.0, 0.005, -0.0655), (0.15, 0.012, 0.012), "running", 1.0),
    ((0.0, 0.01, 0.188), (0.05, 0.012, 0.012), "running", 1.0),
)


def furnish_wearer(world: World) -> Drawables:
    """The head with the headset, as large as the visitor is, and a shadow on the ground below it."""
    if not spectating(world):
        return Drawables()
    eyes, scale = world.player.eyes, world.player.scale
    place = Placing(eyes, scale)
    parts = tuple(
        Mesh("block", place.carry(Pose(middle)), (scale * width, scale * height, scale * depth), role, glow)
        for middle, (width, height, depth), role, glow in HEAD
    )
    x, _, z = eyes.position
    shadow = Shadow((x, 0.0, z), (0.5 * scale, 0.4 * scale), heading(eyes), 0.5)
    return Drawables(meshes=parts, shadows=(shadow,))


def wearer_key(world: World) -> tuple[object, ...]:
    """Equal keys mean that `furnish_wearer` would say the same again."""
    return (world.player.eyes, world.player.scale) if spectating(world) else ()
