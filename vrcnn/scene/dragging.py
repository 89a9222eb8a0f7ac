"""What dragging a control does, frame by frame, until the hand lets go."""

from __future__ import annotations

from vrcnn.scene.acting import show_slice
from vrcnn.scene.easel_controls import slid
from vrcnn.scene.handling import slide
from vrcnn.scene.requests import Request
from vrcnn.scene.time_slider import slid_in_time
from vrcnn.scene.wall_controls import grabbed
from vrcnn.scene.wall_controls import slid as first_row_at
from vrcnn.scene.world import Hand, World


def begin_drag(world: World, hand: Hand) -> None:
    """A hand has pressed on a control that is dragged: notes where on it."""
    control, ray = hand.dragging, hand.ray
    if control is not None and ray is not None and control.kind == "scrollbar":
        hand.dragged_at = grabbed(world, control, ray)


def drag(world: World, hand: Hand) -> list[Request]:
    """What a hand has dragged its control to since the last frame; nothing where that is the same as before."""
    if hand.dragging is None or hand.ray is None:
        return []
    if hand.dragging.kind == "slider":
        share = slid(world, hand.ray)
        return [] if share is None else show_slice(world, share)
    if hand.dragging.kind == "time slider":
        return slid_in_time(world, hand.ray)
    if hand.dragging.kind == "scrollbar" and hand.dragging.index < len(world.halls[hand.dragging.hall].walls):
        first_row = first_row_at(world, hand.dragging, hand.ray, hand.dragged_at)
        if first_row is not None:
            slide(world, hand.dragging.hall, hand.dragging.index, first_row)
    return []
