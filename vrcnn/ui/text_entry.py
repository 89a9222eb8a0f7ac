"""A line of text on a panel: typed with the window's keyboard, in the headset on one that lies over the panel."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from vrcnn.ui.events import Area, Event, KeyEvent, TextTyped
from vrcnn.ui.panel_pen import GAP, MARGIN, TYPE, Pen, columns, rows
from vrcnn.ui.theme import BODY, SMALL

KEYS = ("1234567890", "qwertyuiop", "asdfghjkl-", "^zxcvbnm._", "  <>")  # ^ capitals, then space, back and done
KEY, LINE = 50.0, 52.0  # points, the heights of a key and of what is written above them
BLINK = 0.53  # s for which the cursor is seen, and for which it is not


@dataclass
class TextEntry:
    """What is written, and whether keys belong to it (`focused`). Contents that have some tell of them in `entries`.

    Attributes:
        most: how many letters it takes.
        entered: whether Enter was pressed since it was drawn last; `draw` returns it once.
        capital: whether the next key of the headset's keyboard is a capital letter.
    """

    text: str = ""
    focused: bool = False
    most: int = 80
    entered: bool = False
    capital: bool = False

    def take(self, events: Iterable[Event]) -> None:
        """Takes what was typed, while it is focused."""
        for event in events:
            match event:
                case TextTyped(text):
                    self.write(text)
                case KeyEvent("BACKSPACE", True):
                    self.text = self.text[:-1]
                case KeyEvent("ENTER" | "KP_ENTER", True):
                    self.entered = True
                case KeyEvent("ESCAPE" | "TAB", True):
                    self.focused = False

    def write(self, text: str) -> None:
        """Adds letters at the end, as many as there is room for."""
        self.text = (self.text + "".join(letter for letter in text if letter.isprintable()))[: self.most]

    def draw(self, pen: Pen, name: str, area: Area, invitation: str) -> bool:
        """Draws it with a cursor while keys belong to it, the `invitation` while it is empty; a press focuses it.

        Returns whether Enter was pressed, which also ends the focus.
        """
        over, _ = pen.felt(name, area)
        if pen.pressed and pen.pointer is not None and not pen.hidden(*pen.pointer):
            self.focused = over
        pen.fill(area, "frame" if over else "track", 10.0)
        if self.focused:
            corners = pen.corners(area)
            pen.layer.add_rect(*corners, pen.style.colour("accent"), 10.0 * pen.density, 2.5 * pen.density)
        if self.text or self.focused:
            self.draw_words(pen, area)
        else:
            middle = (area.top + area.bottom) / 2 - 0.62 * TYPE * BODY
            room = area.right - area.left - 36.0
            pen.text(area.left + 18.0, middle + 2.0, invitation, "muted", SMALL * 1.08, room=room)
        entered, self.entered = self.entered, False
        self.focused = self.focused and not entered
        return entered

    def draw_words(self, pen: Pen, area: Area) -> None:
        """What is written, its end where it is long, and the cursor while keys belong to it."""
        room = area.right - area.left - 36.0
        middle = (area.top + area.bottom) / 2 - 0.62 * TYPE * BODY
        words, left = self.text, area.left + 18.0
        while words and pen.width(words) > room:
            words = words[1:]
        pen.text(left, middle, words)
        if self.focused and int(pen.time / BLINK) % 2 == 0:
            x = left + 2.0 + pen.width(words)
            pen.fill(Area(x, area.top + 12.0, x + 2.5, area.bottom - 12.0), "accent", 0.0)

    def look(self, time: float) -> object:
        """Equal looks mean that it would be drawn the same again."""
        return self.text, self.focused, self.entered, self.capital, self.focused and int(time / BLINK)


def keyboard_area(pen: Pen) -> Area:
    """Where the headset's keyboard lies on a panel: over its lower part."""
    width, height = pen.size
    tall = len(KEYS) * KEY + (len(KEYS) - 1) * GAP + 2 * MARGIN + LINE + GAP
    return Area(0.0, height - tall, width, height)


def draw_keyboard(pen: Pen, entry: TextEntry) -> None:
    """The keyboard, to write with into an entry, which may be below it: what is written stands above the keys too."""
    area = keyboard_area(pen)
    pen.fill(Area(area.left + 2.0, area.top, area.right - 2.0, area.bottom - 2.0), "panel", 16.0)
    pen.fill(Area(MARGIN, area.top, area.right - MARGIN, area.top + 2.0), "frame", 0.0)
    line = Area(MARGIN, area.top + MARGIN, area.right - MARGIN, area.top + MARGIN + LINE)
    pen.fill(line, "track", 10.0)
    entry.draw_words(pen, line)
    inner = Area(MARGIN, line.bottom + GAP, area.right - MARGIN, area.bottom - MARGIN)
    for letters, row in zip(KEYS, rows(inner, len(KEYS)), strict=True):
        if letters.startswith(" "):
            _draw_last(pen, entry, row)
            continue
        for letter, place in zip(letters, columns(row, len(letters)), strict=True):
            shown = letter.upper() if entry.capital else letter
            if letter == "^":
                if pen.button("key capitals", place, "Aa", entry.capital, SMALL):
                    entry.capital = not entry.capital
            elif pen.button(f"key {letter}", place, shown, size=BODY * 1.05):
                entry.write(shown)
                entry.capital = False


def _draw_last(pen: Pen, entry: TextEntry, row: Area) -> None:
    """Space, a step back, and the key that ends."""
    half, back, done = columns(row, 3)
    if pen.button("key space", half, "space", size=SMALL):
        entry.write(" ")
    if pen.button("key back", back, "back", size=SMALL):
        entry.text = entry.text[:-1]
    if pen.button("key done", done, "done", size=SMALL):
        entry.entered = True
