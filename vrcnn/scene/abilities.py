"""Everything that a visitor can do, at the desk and in the headset. The menus and docs/vr.md are made of it."""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.scene.intents import Action

PAGES = ("Look", "Walls", "Maps", "Features", "Go", "Program")  # of the hand's menu


@dataclass(frozen=True)
class Ability:
    """One of them. `words` name it on a button; `desktop` and `headset` say how, in a few words each.

    `intent` is what the rest of the program hears of it, where that is an action of its own; its `hand`, where it has
    one, is that of whoever asks. `page` is the page of the hand's menu with a button for it, one of PAGES; empty where
    a controller's own part or a thing in the world does it.
    """

    words: str
    desktop: str
    headset: str
    intent: Action | None = None
    page: str = ""


ABILITIES: tuple[Ability, ...] = ()
