"""Furnishes the head of whoever wears the headset, for spectators: they see where the visitor is and looks."""

from __future__ import annotations

from vrcnn.scene.audience import spectating
from vrcnn.scene.drawables import Box, Drawables, Shadow
from vrcnn.scene.geometry import Placing, Pose, Vector
from vrcnn.scene.staying import heading
from vrcnn.scene.world import World

HEAD: tuple[tuple[Vector, Vector, str, float], ...] = (  # from the eyes: middle, size, role, glow
    ((0.0, -0.005, 0.085), (0.15, 0.19, 0.16), "head", 0.0),
    ((0.0, 0.0, 0.09), (0.17, 0.035, 0.18), "frame", 0.0),
    ((0.0, 0.0, -0.02), (0.19, 0.095, 0.075), "frame", 0.0),
    ((0.0, 0.0, -0.06), (0.17, 0.075, 0.012), "panel", 0.0),
    ((0.0, 0.0, -0.067), (0.12, 0.008, 0.004), "running", 1.0),
)


def furnish_wearer(world: World) -> Drawables:
    """The head with the headset, as large as the visitor is, and a shadow on the ground below it."""
    if not spectating(world):
        return Drawables()
    eyes, scale = world.player.eyes, world.player.scale
    place = Placing(eyes, scale)
    boxes = tuple(
        Box(place.carry(Pose(middle)), (scale * width, scale * height, scale * depth), role, glow)
        for middle, (width, height, depth), role, glow in HEAD
    )
    x, _, z = eyes.position
    shadow = Shadow((x, 0.0, z), (0.5 * scale, 0.4 * scale), heading(eyes), 0.5)
    return Drawables(boxes=boxes, shadows=(shadow,))


def wearer_key(world: World) -> tuple[object, ...]:
    """Equal keys mean that `furnish_wearer` would say the same again."""
    return (world.player.eyes, world.player.scale) if spectating(world) else ()
