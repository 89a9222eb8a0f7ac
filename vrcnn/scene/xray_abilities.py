"""What a visitor can do with the sieve before the picture on the easel."""

from __future__ import annotations

from vrcnn.scene.ability import Ability
from vrcnn.scene.xray_intents import SortByChange, StepSieveKind, ToggleSieve, TurnSieve

SIEVING = (
    Ability("Sieve on or off", "4", "", ToggleSieve(), "Sieve", ("4",)),
    Ability("Take the sieve", "click on it", "trigger, or grip it", part="grip"),
    Ability("Hold it before a picture", "click on the easel", "hold it there, or let it go there", part="grip"),
    Ability("Put the sieve back", "click elsewhere", "let it go: it returns by itself", part="grip"),
    Ability("Next kind of sieve", "5", "press its plate", StepSieveKind(1), "", ("5",), "sieve plate"),
    Ability("Kind of sieve before", "Shift+5", "press its plate", StepSieveKind(-1), "", ("SHIFT+5",), "sieve plate"),
    Ability("Turn the sieve", "6, or the wheel on it", "main stick on it", TurnSieve(1), "", ("6",), "sieve plate"),
    Ability("Turn it back", "Shift+6, the wheel", "main stick on it", TurnSieve(-1), "", ("SHIFT+6",), "sieve plate"),
    Ability("Sort by change", "7", "", SortByChange(), "Sieve", ("7",)),
)
