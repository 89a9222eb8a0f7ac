"""The shape of a wall in its own frame: its frame, the head that carries its title, and where both are when folded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from vrcnn.scene.hall import FOLDED_AT, Wall
from vrcnn.scene.typography import text_width

TITLE, SUBTITLE = 0.074, 0.048  # m, cap heights: legible from 3 m and from 2 m
LEAST_TITLE = 0.05  # m, to which a long name shrinks before it is shortened
HEAD = 0.275  # m above the frame, which carries the two lines
WIDENED = 1.1  # m: as wide as a narrow wall's head may become
FRAME = 0.025  # m of frame around the grid
STRIP = 0.016  # m, the tint of the operation's family
ABOVE = FRAME + STRIP + HEAD  # m from the grid to the upper edge of the head, where arcs begin and end


@dataclass(frozen=True)
class Head:
    """The plate with the title: its width in m, and its middle at (x, y)."""

    width: float
    x: float
    y: float


def head_of(wall: Wall) -> Head:
    """A narrow wall's head is wider than the wall where the title asks for it, on the side away from the path."""
    outer = wall.width + 2 * FRAME
    width = max(outer, min(WIDENED, _asked(wall.title, wall.subtitle, wall.slices > 1)))
    y = FOLDED_AT - wall.rise if wall.folded else wall.height / 2 + FRAME + STRIP + HEAD / 2
    return Head(width, (width - outer) / 2 * wall.outward, y)


@lru_cache(4096)
def _asked(title: str, subtitle: str, sliced: bool) -> float:
    """How wide the two lines are, with their margins."""
    lines = text_width(title, LEAST_TITLE, bold=True), text_width(subtitle + (", slice 00" if sliced else ""), SUBTITLE)
    return max(lines) + 2 * FRAME + 0.02
