"""Slanted plates with rows of buttons, built from data: what a row is about, and what each of its buttons means."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from vrcnn.scene.controls import Control
from vrcnn.scene.drawables import Box, Drawables, Label, Shadow
from vrcnn.scene.geometry import Pose
from vrcnn.scene.hall import Surface
from vrcnn.scene.intents import Action
from vrcnn.scene.signs import panel, stand
from vrcnn.scene.theme import Colour

ROW, BUTTON = 0.086, 0.066  # m: from one row to the next, and the height of a button
MARGIN, GAP = 0.02, 0.01  # m: around the rows, and between two buttons
TITLES = 0.14  # m, the width that the rows' titles take
CAP, TITLE_CAP = 0.0235, 0.0225  # m
DEPTH = 0.012  # m that a button stands out
BAR = 0.009  # m, height of a caption's bar
RIM = 0.007  # m of a chosen button around its swatch


@dataclass(frozen=True)
class Choice:
    """A button with `words` or a `swatch` of colours on it, that is `lit` where it is what is chosen.

    `hint` says what a click does; without an `intent` it is no button but a caption. `width` is in shares of the row's
    others; `glow` that of a lit one. A caption with a `filled` share (0 to 1) has a bar below its words.
    """

    words: str
    hint: str = ""
    intent: Action | None = None
    lit: bool = False
    swatch: tuple[Colour, ...] = ()
    width: float = 1.0
    glow: float = 0.9
    filled: float | None = None


@dataclass(frozen=True)
class Row:
    title: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Desk:
    """`pose` is the middle of the plate, in the world's frame; `width` in m. `kind` and `hall` are its controls'."""

    kind: str
    pose: Pose
    width: float
    rows: tuple[Row, ...]
    hall: int = 0

    @property
    def height(self) -> float:
        """Of the plate, in m."""
        return 2 * MARGIN + len(self.rows) * ROW

    def buttons(self) -> list[tuple[Surface, Choice]]:
        """Every choice with its place, row by row from the left, captions among them."""
        found = []
        room = self.width - 2 * MARGIN - TITLES
        for number, row in enumerate(self.rows):
            y = self.height / 2 - MARGIN - (number + 0.5) * ROW
            shares = np.array([choice.width for choice in row.choices])
            widths = shares / shares.sum() * (room - GAP * (len(shares) - 1))
            left = self.width / 2 - MARGIN - room
            for choice, width in zip(row.choices, widths.tolist(), strict=True):
                found.append((Surface(self.pose @ Pose((left + width / 2, y, DEPTH)), width, BUTTON), choice))
                left += width + GAP
        return found


def desk_controls(desk: Desk) -> list[Control]:
    """The buttons of a desk, numbered from its first choice on."""
    return [
        Control(desk.kind, surface, choice.hint, choice.intent, index, 0.005, 0.008, desk.hall)
        for index, (surface, choice) in enumerate(desk.buttons())
        if choice.intent is not None
    ]


def furnish_desk(desk: Desk) -> Drawables:
    """The plate on its post, the titles of its rows, and the buttons."""
    boxes = panel(desk.pose, desk.width, desk.height, strip="accent")
    boxes += stand(desk.pose, desk.height / 2 - 0.06, foot=(0.36, 0.24))
    labels = []
    for number, row in enumerate(desk.rows):
        y = desk.height / 2 - MARGIN - (number + 0.5) * ROW - TITLE_CAP / 2
        place = desk.pose @ Pose((MARGIN - desk.width / 2 + 0.004, y, 0.001))
        labels.append(Label(row.title, place, TITLE_CAP, role="muted"))
    for surface, choice in desk.buttons():
        if choice.intent is not None:
            size = surface.width, surface.height, 0.02
            role, glow = ("accent", choice.glow) if choice.lit else ("track", 0.35)
            boxes.append(Box(surface.pose, size, role, glow))
        if choice.filled is not None:
            boxes += _bar(surface, choice.filled)
        if choice.swatch:
            boxes += _swatch(surface, choice.swatch)
        elif choice.words:
            role = "on accent" if choice.lit else "text"
            place = surface.pose @ Pose((0.0, -CAP / 2, 0.0115 if choice.intent is not None else 0.001 - DEPTH))
            labels.append(Label(choice.words, place, CAP, "centre", role, bold=choice.lit))
    x, _, z = desk.pose.position
    shadow = Shadow((x, 0, z), (desk.width + 0.2, 0.6))
    return Drawables(boxes=tuple(boxes), labels=tuple(labels), shadows=(shadow,))


def _bar(surface: Surface, share: float) -> list[Box]:
    """Along the lower edge of a caption's place."""
    y, thick = BAR / 2 - surface.height / 2, 0.008
    length = surface.width * min(1.0, max(0.0, share))
    boxes = [Box(surface.pose @ Pose((0.0, y, -DEPTH)), (surface.width, BAR, thick), "track")]
    if length > 0.0:
        filled = Pose(((length - surface.width) / 2, y, 0.002 - DEPTH))
        boxes.append(Box(surface.pose @ filled, (length, BAR, thick), "accent", 0.9))
    return boxes


def _swatch(surface: Surface, colours: tuple[Colour, ...]) -> list[Box]:
    """Stripes of colour on a button, inside its rim."""
    width, height = surface.width - 2 * RIM, surface.height - 2 * RIM
    edges = np.linspace(-width / 2, width / 2, len(colours) + 1).tolist()
    return [
        Box(surface.pose @ Pose(((left + right) / 2, 0.0, 0.002)), (right - left, height, 0.019), colour, 1.0)
        for (left, right), colour in zip(pairwise(edges), colours, strict=True)
    ]
