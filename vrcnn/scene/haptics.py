"""What the controllers' buzzes are: a name for each kind of touch, so that the same always feels the same."""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.scene.requests import Pulse


@dataclass(frozen=True)
class Touch:
    """A buzz of `seconds` with `strength` 0..1."""

    seconds: float
    strength: float

    def by(self, hand: str) -> Pulse:
        """The request for it in "left" or "right"; nothing comes of one for the desktop's hand."""
        return Pulse(hand, self.seconds, self.strength)


HOVER = Touch(0.01, 0.3)  # the hand, or its ray, has come to something that can be taken or used
DRAG = Touch(0.01, 0.3)  # what is dragged has gone on by a step
PRESS = Touch(0.03, 0.6)  # a button
TAKE = Touch(0.03, 0.7)  # something is in the hand now
PULL = Touch(0.05, 0.9)  # a copy has come off its wall
SNAP = Touch(0.015, 0.85)  # what is carried has fallen into a place of a rail
PLACE = Touch(0.06, 1.0)  # a picture is on the easel, a frame hangs
LET_GO = Touch(0.02, 0.4)  # what was held stays where it is
AWAY = Touch(0.03, 0.4)  # what was held is gone
DONE = Touch(0.04, 0.5)  # something was undone, or done again
LANDING = Touch(0.012, 0.45)  # the end of a teleport's arc has come to a place where one can stand
LANDED = Touch(0.03, 0.6)  # one stands there
REFUSED = Touch(0.08, 0.25)  # a grip that takes nothing, a landing that is not valid: long and faint
