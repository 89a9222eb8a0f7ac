"""Keys that are pressed with Ctrl: Ctrl alone flies down, and a chord shall not let anybody sink."""

from __future__ import annotations

from vrcnn.scene.intents import Action
from vrcnn.scene.way_intents import PastePicture

CONTROL = frozenset({"LEFT_CONTROL", "RIGHT_CONTROL"})
PATIENCE = 0.2  # s for which Ctrl, alone, may be the beginning of a chord
WITH_CONTROL: dict[str, Action] = {"V": PastePicture()}


class Chords:
    """Knows whether Ctrl is held for itself or for another key."""

    def __init__(self) -> None:
        self._held = 0.0  # s
        self._used = False  # for a chord, until it comes up

    def press(self, key: str, held: set[str]) -> Action | None:
        """What a key that goes down means while `held` are down; None where it is no chord."""
        if not held & CONTROL or key not in WITH_CONTROL:
            return None
        self._used = True
        return WITH_CONTROL[key]

    def walking(self, held: set[str], seconds: float) -> set[str]:
        """Of the keys that are down those that may move the visitor; once a frame."""
        if not held & CONTROL:
            self._held, self._used = 0.0, False
            return held
        self._held += seconds
        waits = held <= CONTROL and self._held <= PATIENCE
        return held - CONTROL if self._used or waits else held
