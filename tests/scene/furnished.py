"""What a furnished group holds, with what stands in frames of its own within it."""

from __future__ import annotations

from typing import Any

from vrcnn.scene.drawables import Drawables
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.world import World


def items(group: Drawables, kind: str) -> list[Any]:
    """All "boxes", "labels", "grids", ... of a group, in whatever frames they stand."""
    return [item for part in (group, *group.standing) for item in getattr(part, kind)]


def texts(*groups: Drawables) -> list[str]:
    return [label.text for group in groups for label in items(group, "labels")]


def boards(world: World) -> tuple[Drawables, Drawables]:
    """The board beside the easel and the one at the end of the path, as the world is now."""
    groups = Furnisher().furnish(world)
    return groups["board 0"], groups["exit 0"]
