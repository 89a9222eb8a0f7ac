"""What an ability of the visitor is, as plain data; abilities.py has all of them, other modules groups of them."""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.scene.intents import Action
from vrcnn.scene.world import HANDS

PAGES = ("Look", "Walls", "Maps", "Features", "Inspect", "Results", "Sieve", "Keep", "Go", "Program")  # of the menu
PARTS = ("head", "ray", "trigger", "grip", "both grips", "off stick", "main stick", "A or X", "B or Y")
HAND = HANDS[0]  # stands for the hand of whoever asks


@dataclass(frozen=True)
class Ability:
    """One of them. `words` name it on a button; `desktop` and `headset` say how, in a few words each.

    `intent` is what the rest of the program hears of it, where that is an action of its own; `meant` fills in the hand
    of whoever asks and the hall where they are. `page` is the page of the hand's menu with a button for it, one of
    PAGES; empty where a controller's own part (`part`, one of PARTS) or a `control` in the world (a Control's kind)
    does it. `keys` are those of the window's controls ("SHIFT+X"), which mean the same.
    `only` says, where one side has no such way, why that is in the nature of things.
    """

    words: str
    desktop: str
    headset: str
    intent: Action | None = None
    page: str = ""
    keys: tuple[str, ...] = ()
    control: str = ""
    part: str = ""
    only: str = ""
