"""Drawing on the picture on the easel: the tool in the hand, what was drawn so far, and where a hand draws."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import dist

from vrcnn.network.strokes import BRUSH, CLEAR, GREY, Colour, Point, Stroke

COLOURS: dict[str, Colour] = {
    "white": (255, 255, 255),
    "black": (0, 0, 0),
    "red": (214, 51, 46),
    "yellow": (242, 190, 40),
    "green": (52, 160, 84),
    "blue": (44, 104, 214),
}
SIZES = (("Fine", 0.02), ("Medium", 0.06), ("Broad", 0.15), ("Huge", 0.3))  # shares of the picture's longer side
POINTS = 4000  # of one stroke
LEAST = 0.001  # shares of the picture, from point to point


@dataclass(frozen=True)
class Tool:
    """What the next stroke is made with, as in network.strokes.Stroke; `colour` is one of COLOURS."""

    kind: str = BRUSH
    colour: str = "red"
    size: float = SIZES[1][1]
    fill: str = GREY

    def stroke(self, point: Point) -> Stroke:
        """A stroke that begins there."""
        wide = self.size
        return Stroke(self.kind, (point,), wide, wide, COLOURS[self.colour], self.fill)


@dataclass
class Drawing:
    """What was drawn on picture `base` of the shelf; `undone` are strokes that were taken back, the last one last."""

    base: int
    strokes: tuple[Stroke, ...] = ()
    undone: tuple[Stroke, ...] = ()

    def add(self, stroke: Stroke) -> None:
        self.strokes, self.undone = (*self.strokes, stroke), ()

    def step(self, step: int) -> None:
        """Takes the last stroke back (-1), or does it again (1)."""
        if step < 0 and self.strokes:
            self.strokes, self.undone = self.strokes[:-1], (*self.undone, self.strokes[-1])
        elif step > 0 and self.undone:
            self.strokes, self.undone = (*self.strokes, self.undone[-1]), self.undone[:-1]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to be cleared."""
        return not self.strokes or self.strokes[-1].tool == CLEAR


@dataclass
class Sketching:
    """Who draws with what.

    Attributes:
        tool: of the next stroke.
        drawings: by the number of the picture that shows them.
        going: the stroke that a hand draws now; `hand` is which.
        at: where (shares of the picture) each hand would draw.
        rate: passes of the slowest network per second, as long as it follows a drawing or a camera; 0 otherwise.
    """

    tool: Tool = Tool()
    drawings: dict[int, Drawing] = field(default_factory=dict)
    going: Stroke | None = None
    hand: str = ""
    at: dict[str, Point] = field(default_factory=dict)
    rate: float = 0.0

    @property
    def follows(self) -> bool:
        """Whether the network follows so quickly that single passes are not worth telling of."""
        return self.rate >= 1

    def shown(self, number: int) -> tuple[Stroke, ...]:
        """The strokes on a picture, with the one that is drawn now."""
        drawing = self.drawings.get(number)
        strokes = () if drawing is None else drawing.strokes
        return strokes if self.going is None else (*strokes, self.going)

    def draw_to(self, point: Point) -> None:
        """The stroke goes on to there."""
        going = self.going
        if going is None or len(going.points) >= POINTS or dist(going.points[-1], point) < LEAST:
            return
        self.going = replace(going, points=(*going.points, point) if going.is_line else (point,))
