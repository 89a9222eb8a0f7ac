"""The frames in which the model on the table and the visitor's pin in it stand, for the table of anchors."""

from __future__ import annotations

from vrcnn.scene.geometry import Placing, Pose, turn
from vrcnn.scene.staying import heading
from vrcnn.scene.world import World


def table_frames(world: World) -> list[Placing]:
    """The frame of the table's top, those of the model's strips, and those of the walls' models, in the world's."""
    if world.table is None:
        return []
    hall = world.halls[world.table.hall]
    model, top = world.table.model(hall), Placing(world.table.top)
    strips = [top @ strip.placing for strip in model.strips]
    return [top, *strips, *(top @ placing for placing in model.walls)]


def pin_frame(world: World) -> Placing | None:
    """Where on the table the visitor's own place is, looking as they do, in the world's frame; None without a table.

    It stays the same while they move by less than a millimetre of the model's.
    """
    table = world.table
    if table is None:
        return None
    hall = world.halls[table.hall]
    model, eyes = table.model(hall), world.player.eyes
    inside = hall.placing.inverse().carry(eyes)
    x, _, z = model.place_of(inside.position)
    yaw = round(heading(model.base @ inside), 2)
    return Placing(table.top @ Pose((round(x, 3), 0.0, round(z, 3)), turn(yaw)))


def table_key(world: World) -> object:
    """Equal keys mean that the table and its model stand as they stood."""
    table = world.table
    if table is None:
        return None
    hall = world.halls[table.hall]
    return table.hall, table.pose, hall.standing_key, hall.links_revision
