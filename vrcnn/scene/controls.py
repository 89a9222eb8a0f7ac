"""What can be pressed or dragged in the world: buttons, signs, sliders. Each says what a press does, as an intent."""

from __future__ import annotations

from dataclasses import dataclass

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
