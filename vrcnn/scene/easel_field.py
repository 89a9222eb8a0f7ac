"""Furnishes the easel with what the pixel under the ray sees of the picture there, and says how large that is."""

from __future__ import annotations

from vrcnn.scene.drawables import Drawables
from vrcnn.scene.fields import field_boxes, field_words, sees, share_seen
from vrcnn.scene.geometry import Pose
from vrcnn.scene.shelving import fitted
from vrcnn.scene.workplace import on_easel
from vrcnn.scene.world import World

ABOVE = 0.03  # m above the canvas


def furnish_field(world: World) -> Drawables:
    """An outline on the picture, and a plate with words above it; words alone for a signal."""
    sight, easel, number = world.gallery.sight, world.easel, on_easel(world)
    picture = None if number is None else world.picture(number)
    if sight is None or picture is None:
        return Drawables()
    above = easel.pose @ Pose((0.0, easel.height / 2 + ABOVE, 0.0))
    boxes, labels = field_words(above, easel.width + 0.3, sees(sight.field))
    share = share_seen(world)
    if share is not None:
        width, height = fitted(picture, min(easel.width, easel.height) - 0.03)
        boxes += field_boxes(easel.pose @ Pose((0.0, 0.0, 0.002)), width, height, share)
    return Drawables(boxes=tuple(boxes), labels=tuple(labels))


def field_key(world: World) -> tuple[object, ...]:
    """Equal keys mean that `furnish_field` would say the same again."""
    sight = world.gallery.sight
    return () if sight is None else (sight, world.pictures_revision, on_easel(world))
