"""The frames in which the model on the table stands, for the table of anchors."""

from __future__ import annotations

from vrcnn.scene.geometry import Placing
from vrcnn.scene.world import World


def table_frames(world: World) -> list[Placing]:
    """The frame of the table's top, those of the model's strips, and those of the walls' models, in the world's."""
    if world.table is None:
        return []
    hall = world.halls[world.table.hall]
    model, top = world.table.model(hall), Placing(world.table.top)
    strips = [top @ strip.placing for strip in model.strips]
    return [top, *strips, *(top @ placing for placing in model.walls)]


def table_key(world: World) -> object:
    """Equal keys mean that the table and its model stand as they stood."""
    table = world.table
    if table is None:
        return None
    hall = world.halls[table.hall]
    return table.hall, table.pose, hall.standing_key, hall.links_revision
