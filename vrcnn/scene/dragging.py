"""What dragging a control does, frame by frame, until the hand lets go."""

from __future__ import annotations

from vrcnn.scene.acting import change
from vrcnn.scene.easel_controls import slid
from vrcnn.scene.requests import Request
from vrcnn.scene.world import Hand, World


def drag(world: World, hand: Hand) -> list[Request]:
    """What a hand has dragged its control to since the last frame; nothing where that is the same as before."""
    if hand.dragging is None or hand.ray is None:
        return []
    if hand.dragging.kind == "slider":
        scope = slid(world, hand.ray)
        return [] if scope is None else change(world, scope)
    return []
