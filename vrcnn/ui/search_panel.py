"""The search in the headset: a keyboard to press, and the layers that fit what is typed; a press on one leads there."""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.scene.headset_intents import OpenPanel
from vrcnn.scene.intents import Intent
from vrcnn.scene.world import World
from vrcnn.scene.world_panels import SEARCH, TITLE, WorldPanel
from vrcnn.ui.events import Area
from vrcnn.ui.found_layers import INVITATION, NOTHING, ROW, Query, draw_found
from vrcnn.ui.panel_pen import GAP, MARGIN, TYPE, Pen, columns, rows
from vrcnn.ui.theme import BODY, SMALL

KEYS = ("1234567890", "qwertyuiop", "asdfghjkl_", "zxcvbnm. <")  # the last two are a space and a step back
SHOWN = 4  # layers at a time
KEY = 56.0  # points, a key's height
MOST = 40  # letters
BLINK = 0.53  # s for which the cursor is seen, and for which it is not


@dataclass
class SearchPanel(Query):
    """Shows the layers found from number `first` on."""

    first: int = 0

    def title(self, world: World, panel: WorldPanel) -> str:
        return "Find a layer"

    def key(self, world: World, panel: WorldPanel) -> object:
        looks = [(hall.layout_revision, hall.handling_revision) for hall in world.halls]
        return self.text, self.first, looks, int(world.time / BLINK)

    def moves(self, world: World) -> bool:
        return False

    def scroll(self, notches: float) -> None:
        """Shows the layers before, or those behind."""
        most = max(0, len(self.found) - SHOWN)
        self.first = min(most, max(0, self.first + (-1 if notches > 0 else 1)))

    def draw(self, pen: Pen, world: World, panel: WorldPanel) -> list[Intent]:
        width, height = pen.size
        field = Area(MARGIN, TITLE + 12, width - MARGIN, TITLE + 12 + KEY)
        cleared = self._draw_field(pen, field)
        keys = Area(MARGIN, height - MARGIN - 4 * KEY - 3 * GAP, width - MARGIN, height - MARGIN)
        typed = "" if cleared else self._draw_keys(pen, keys)
        self.look(world)
        wishes = self._draw_found(pen, Area(MARGIN, field.bottom + 6, width - MARGIN, keys.top - 8))
        if typed is not None:
            self.text, self.first = typed, 0
        return wishes

    def _draw_field(self, pen: Pen, area: Area) -> bool:
        """What is typed, with a cursor; at its end a button that clears it. Returns whether that was pressed."""
        clear = Area(area.right - 110, area.top, area.right, area.bottom)
        area = Area(area.left, area.top, clear.left - GAP, area.bottom)
        pen.fill(area, "track", 10.0)
        words, role = (self.text, "text") if self.text else (INVITATION, "muted")
        room = area.right - area.left - 2 * MARGIN
        pen.text(area.left + 18, area.top + 14, words, role, BODY if self.text else SMALL * 1.08, room=room)
        if int(pen.time / BLINK) % 2 == 0:
            x = area.left + 20 + min(room, pen.width(self.text))
            pen.fill(Area(x, area.top + 13, x + 2.5, area.bottom - 13), "accent", 0.0)
        return pen.button("clear", clear, "Clear", usable=bool(self.text), size=SMALL * 1.08)

    def _draw_keys(self, pen: Pen, area: Area) -> str | None:
        """The keyboard; what is typed after a press, None without one."""
        typed: str | None = None
        for letters, row in zip(KEYS, rows(area, len(KEYS)), strict=True):
            for letter, place in zip(letters, columns(row, len(letters)), strict=True):
                words = {" ": "space", "<": "back"}.get(letter, letter)
                size = BODY * 1.08 if len(words) == 1 else SMALL * 0.9
                if pen.button(f"key {words}", place, words, size=size):
                    typed = self.text[:-1] if letter == "<" else (self.text + letter)[:MOST]
        return typed

    def _draw_found(self, pen: Pen, area: Area) -> list[Intent]:
        """A row for each layer, and how many there are; a press on one leads there and closes the panel."""
        foot = Area(area.left, area.bottom - 30, area.right, area.bottom)
        if not self.text.strip():
            pen.text(area.left + 18, area.top + 12, "Try conv, relu, layer2 or 56x56.", "muted", SMALL * 1.08)
            return []
        if not self.found:
            pen.text(area.left + 18, area.top + 12, NOTHING, "muted", SMALL * 1.08)
            return []
        wishes: list[Intent] = []
        tall = ROW * TYPE
        for place, found in enumerate(self.found[self.first : self.first + SHOWN]):
            row = Area(area.left, area.top + place * tall, area.right, area.top + (place + 1) * tall - 4)
            over, flash = pen.felt(f"found {found.name}", row)
            corner = row.left * pen.density, row.top * pen.density, (row.right - row.left) * pen.density
            draw_found(pen.style, pen.layer, found, corner, flash, over)
            if over and pen.pressed:
                self.chosen = self.first + place
                way = self.way()
                wishes += [] if way is None else [way, OpenPanel(SEARCH)]
        if wishes:
            self.text, self.first = "", 0
        last = min(len(self.found), self.first + SHOWN)
        more = "   the stick shows the others" if len(self.found) > SHOWN else ""
        words = f"{self.first + 1} to {last} of {len(self.found)}{more}"
        pen.text(foot.left + 18, foot.top + 3, words, "muted", SMALL * 0.95)
        return wishes
