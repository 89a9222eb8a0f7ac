"""What a group of drawables has of one kind, and whether that is another than before."""

from __future__ import annotations

from typing import Any

from vrcnn.scene.drawables import Box, Drawables, Mesh


def gathered(drawables: Drawables, stage: str) -> tuple[list[Any], list[int]]:
    """All items of one kind, and the anchor that each of them stands in."""
    items, anchors = list(getattr(drawables, stage)), [drawables.anchor] * len(getattr(drawables, stage))
    for part in drawables.standing:
        more = getattr(part, stage)
        items += more
        anchors += [part.anchor] * len(more)
    return items, anchors


def differ(old: Drawables, new: Drawables, stage: str) -> bool:
    """Whether there are other items of one kind in `new`, or in other places."""
    same = getattr(old, stage) is getattr(new, stage) and old.anchor == new.anchor
    return (
        not same
        or len(old.standing) != len(new.standing)
        or any(
            before is not after
            and (getattr(before, stage) is not getattr(after, stage) or before.anchor != after.anchor)
            for before, after in zip(old.standing, new.standing, strict=True)
        )
    )


def opaque(solid: Box | Mesh) -> bool:
    """Whether nothing shows through it."""
    return solid.opacity >= 1


def translucent(solid: Box | Mesh) -> bool:
    """Whether what is behind it shows through."""
    return solid.opacity < 1
