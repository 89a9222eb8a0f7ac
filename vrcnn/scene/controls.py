"""What can be pressed or dragged in the world: buttons, signs, sliders. Each says what a press does, as an intent."""

from __future__ import annotations

from dataclasses import dataclass, replace

from vrcnn.scene.feature_intents import TakeNoise
from vrcnn.scene.hall import Surface
from vrcnn.scene.intents import Action


@dataclass(frozen=True)
class Control:
    """A surface that a press is for.

    `intent` is what a press means, as if a key had said it; a control that is dragged has none, and scene/dragging.py
    knows what its `kind` does. `surface` is given in the world's frame. `hint` says what a click does ("Click to ...").
    `rim` and `behind` in m are those of the highlight around it while it is pointed at. `index` tells several of a kind
    apart; `hall` is the number of the hall that it speaks of.
    """

    kind: str
    surface: Surface
    hint: str
    intent: Action | None = None
    index: int = 0
    rim: float = 0.018
    behind: float = 0.016
    hall: int = 0

    def meant_by(self, hand: str) -> Action | None:
        """What a press by this hand means: what is taken comes into the hand that presses."""
        return replace(self.intent, hand=hand) if isinstance(self.intent, TakeNoise) else self.intent
