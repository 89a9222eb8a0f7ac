"""Strokes on a picture, as plain data: lines of a brush or an eraser, and what hides a part of it."""

from __future__ import annotations

from dataclasses import dataclass

Point = tuple[float, float]  # shares of the picture, across from its left edge and down from its upper one
Colour = tuple[int, int, int]  # sRGB

BRUSH, ERASER, BOX, DISC, CLEAR = "brush", "eraser", "box", "disc", "clear"
GREY, MEAN, BLUR = "grey", "mean", "blur"
TOOLS, FILLS = (BRUSH, ERASER, BOX, DISC), (GREY, MEAN, BLUR)


@dataclass(frozen=True)
class Stroke:
    """What one tool did between a press and the release.

    Attributes:
        tool: one of TOOLS. A brush paints with its `colour` along the `points`, an eraser brings the original back; a
            box, or a disc with soft edges, hides what is around the last of them. CLEAR undoes all that went before.
        width, height: of what it draws with, in shares of the picture's longer side; a brush is as wide as high.
        fill: what hides: GREY (128), the MEAN of the picture's pixels, or the picture itself out of focus (BLUR).
    """

    tool: str
    points: tuple[Point, ...] = ()
    width: float = 0.05
    height: float = 0.05
    colour: Colour = (255, 255, 255)
    fill: str = GREY

    @property
    def is_line(self) -> bool:
        """Whether it is as long as it was drawn."""
        return self.tool in (BRUSH, ERASER)

    def goes_on_from(self, other: Stroke) -> bool:
        """Whether this is the other one, drawn further."""
        count = len(other.points)
        return self.is_line and self.points[:count] == other.points and _alike(self, other)


def _alike(one: Stroke, other: Stroke) -> bool:
    looks = ("tool", "width", "height", "colour", "fill")
    return all(getattr(one, name) == getattr(other, name) for name in looks)


def standing(strokes: tuple[Stroke, ...]) -> tuple[Stroke, ...]:
    """Those that are to be seen: what came before the last CLEAR is gone."""
    last = max((place for place, stroke in enumerate(strokes) if stroke.tool == CLEAR), default=-1)
    return strokes[last + 1 :]


def occlusion(x: float, y: float, width: float, height: float, aspect: float) -> Stroke:
    """A grey box over a part of a picture, all four in shares of it from its upper left corner; `aspect` is the
    picture's width divided by its height."""
    wide, high = (width, height / aspect) if aspect >= 1 else (width * aspect, height)
    return Stroke(BOX, ((x + width / 2, y + height / 2),), wide, high)
