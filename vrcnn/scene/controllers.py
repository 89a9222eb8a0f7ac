"""Kinds of controllers, as the scene needs to know them: what they have, and which of their parts does what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

# What a part of a controller does, in the words of the labels; the bindings are in xr/profiles.py.
SELECT, GRAB, STEER, MENU, ENLARGE = "select", "grab", "steer", "menu", "enlarge"


@dataclass(frozen=True)
class ControllerKind:
    """One kind of controller. `name` is for people, `model` names its shape in scene/controller_models.py.

    `parts` tells for each of SELECT, GRAB, STEER, MENU, ENLARGE that it has, by which of its parts, as "trigger".
    """

    key: str
    name: str
    model: str
    parts: Mapping[str, str]

    def has(self, function: str) -> bool:
        return function in self.parts


_WITH_STICK = {SELECT: "trigger", GRAB: "grip", STEER: "stick"}
INDEX = ControllerKind("index", "Valve Index", "index", {**_WITH_STICK, ENLARGE: "A", MENU: "B"})
TOUCH = ControllerKind("touch", "Oculus Touch", "touch", {**_WITH_STICK, ENLARGE: "A or X", MENU: "B or Y"})
REVERB = ControllerKind("reverb", "HP Reverb G2", "touch", {**_WITH_STICK, ENLARGE: "A or X", MENU: "B or Y"})
PICO = ControllerKind("pico", "Pico 4", "touch", {**_WITH_STICK, ENLARGE: "A or X", MENU: "B or Y"})
VIVE = ControllerKind(
    "vive", "HTC Vive wand", "wand", {SELECT: "trigger", GRAB: "grip", STEER: "trackpad, pressed", MENU: "menu"}
)
MOTION = ControllerKind(
    "motion", "Microsoft motion controller", "motion", {**_WITH_STICK, ENLARGE: "trackpad, pressed", MENU: "menu"}
)
SIMPLE = ControllerKind("simple", "simple controller", "simple", {SELECT: "select", MENU: "menu"})
HAND = ControllerKind("hand", "bare hand", "hand", {SELECT: "pinch", GRAB: "fist"})

KINDS = {kind.key: kind for kind in (INDEX, TOUCH, REVERB, PICO, VIVE, MOTION, SIMPLE, HAND)}


@dataclass
class Labelling:
    """The labels of what a hand holds: `shown` is how far they are there, 0 to 1.

    `told` is the controller that they belong to, None while nobody wears the headset, and `since` when (World.time, s)
    it was put on or that controller taken. `columns` is what button_labels.columns has found last, by its key.
    """

    shown: float = 0.0
    told: str | None = None
    since: float = -inf
    columns: tuple[object, tuple[Any, ...]] | None = None
