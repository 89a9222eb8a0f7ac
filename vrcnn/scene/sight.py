"""Furnishes what lies close before the visitor's eyes and moves with them: a picture that is shown large."""

from __future__ import annotations

from vrcnn.scene.drawables import Box, Drawables, Image, Label
from vrcnn.scene.geometry import Placing, Pose
from vrcnn.scene.shelving import fitted
from vrcnn.scene.typography import fit
from vrcnn.scene.world import World

LARGE_SIDE = 0.95  # m
BEFORE_THE_EYES = Pose((0.0, 0.0, -1.15))


def furnish_enlarged(world: World) -> Drawables:
    """The picture that somebody looks at large, with its name."""
    picture = None if world.enlarged is None else world.picture(world.enlarged)
    if world.enlarged is None or picture is None:
        return Drawables()
    scale = world.player.scale
    pose = _before(world, BEFORE_THE_EYES)
    width, height = (scale * side for side in fitted(picture, LARGE_SIDE))
    rim, behind = 0.04 * scale, 0.012 * scale
    ground = Box(pose @ Pose((0, 0, -behind)), (width + rim, height + rim, behind), "panel", glow=1.0)
    below = pose @ Pose((0, -height / 2 - 0.06 * scale, 0))
    name = Label(fit(picture.name, 0.028, LARGE_SIDE), below, 0.028 * scale, "centre", "text")
    return Drawables(boxes=(ground,), labels=(name,), images=(Image(world.enlarged, pose, width, height),))


def enlarged_key(world: World) -> tuple[object, ...]:
    """Equal keys mean that `furnish_enlarged` would say the same again."""
    if world.enlarged is None:
        return ()
    return world.enlarged, world.player.eyes, world.player.scale, world.pictures_revision


def _before(world: World, place: Pose) -> Pose:
    """A pose given in the frame of the eyes, in the visitor's own measure."""
    return Placing(world.player.eyes, world.player.scale).carry(place)
