"""Showing large what is held or pointed at: a picture, or a map with its numbers."""

from __future__ import annotations

from collections.abc import Sequence

from vrcnn.scene.hanging import enlarged
from vrcnn.scene.picture_numbers import overlay_number
from vrcnn.scene.world import World


def enlarge(world: World, names: Sequence[str]) -> None:
    """Shows large what these hands hold or point at, what is held before all else; nothing where they do neither."""
    world.enlarged = _picture(world, names)
    world.gallery.large = enlarged(world, names) if world.enlarged is None else None


def is_large(world: World) -> bool:
    """Whether something is shown large."""
    return world.enlarged is not None or world.gallery.large is not None


def _picture(world: World, names: Sequence[str]) -> int | None:
    """The picture that is held, else the one that is pointed at, on the shelf or on the easel."""
    hands = [world.hands[name] for name in names]
    for hand in hands:
        if hand.holding is not None:
            return hand.holding
    for hand in hands:
        if hand.target is not None and hand.target.kind == "picture":
            return hand.target.index
        if hand.target is not None and hand.target.kind == "easel":
            return overlay_number(world.overlaying) if world.overlaid else world.easel.picture
    return None
