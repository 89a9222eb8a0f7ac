"""The panel of a tour's stop: what is told and claimed there, and buttons that lead on."""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.scene.claim_telling import claim_lines
from vrcnn.scene.intents import Intent
from vrcnn.scene.tour import Stop, Tour
from vrcnn.scene.tour_intents import EndTour, NextStop, PlayTour
from vrcnn.scene.world import World
from vrcnn.scene.world_panels import TITLE, WorldPanel
from vrcnn.ui.events import Area
from vrcnn.ui.panel_pen import BUTTON, MARGIN, Pen, columns
from vrcnn.ui.theme import BODY, SMALL

LINE = 33.0  # points from line to line
SMALLER, CLOSER = 0.86, 28.0  # for texts that have no room else
MORE_ROOM = 150.0  # points at the right of the count, for the word that there is more to read


@dataclass
class StopPanel:
    """Keeps how far a long text is scrolled."""

    first: int = 0
    about: str = ""

    def title(self, world: World, panel: WorldPanel) -> str:
        stop = world.touring.stop
        return "Tour" if stop is None else stop.title

    def key(self, world: World, panel: WorldPanel) -> object:
        touring = world.touring
        return touring.tour, touring.at, touring.going, self.first

    def moves(self, world: World) -> bool:
        return False

    def scroll(self, notches: float) -> None:
        self.first = max(0, self.first + (-1 if notches > 0 else 1))

    def draw(self, pen: Pen, world: World, panel: WorldPanel) -> list[Intent]:
        touring, stop = world.touring, world.touring.stop
        width, height = pen.size
        foot = Area(MARGIN, height - MARGIN - BUTTON, width - MARGIN, height - MARGIN)
        if stop is None or touring.at is None:
            pen.text(MARGIN, TITLE + 16.0, "The tour is over.", "muted")
            return []
        if self.about != stop.title:
            self.first, self.about = 0, stop.title
        count = f"{touring.at + 1} of {len(touring.tour.stops)}   {touring.tour.title}"
        pen.text(MARGIN, TITLE + 12.0, count, "muted", SMALL, room=width - 2 * MARGIN - MORE_ROOM)
        top, bottom = TITLE + 48.0, foot.top - 12.0
        size, step = BODY, LINE
        lines = _lines(pen, stop, touring.tour, width - 2 * MARGIN, size)
        if top + step * len(lines) > bottom:
            size, step = BODY * SMALLER, CLOSER
            lines = _lines(pen, stop, touring.tour, width - 2 * MARGIN, size)
        room = max(1, int((bottom - top) / step))
        self.first = min(self.first, max(0, len(lines) - room))
        if len(lines) > room:
            more = "scroll back" if self.first + room >= len(lines) else "scroll for more"
            pen.text(width - MARGIN, TITLE + 12.0, more, "accent text", SMALL, align=1.0)
        for number, (line, role) in enumerate(lines[self.first : self.first + room]):
            pen.text(MARGIN, top + step * number, line, role, size)
        wishes: list[Intent] = []
        before, play, on, end = columns(foot, 4)
        if pen.button("before", before, "← Before", usable=touring.at > 0):
            wishes.append(NextStop(-1))
        if pen.button("play", play, "Pause" if touring.going else "Play", touring.going):
            wishes.append(PlayTour(not touring.going))
        last = touring.at + 1 == len(touring.tour.stops)
        if pen.button("next", on, "Next →", usable=not last):
            wishes.append(NextStop(1))
        if pen.button("end", end, "End"):
            wishes.append(EndTour())
        return wishes


def _lines(pen: Pen, stop: Stop, tour: Tour, room: float, size: float) -> list[tuple[str, str]]:
    """What is told and, paler, what is claimed: (words, role of their colour)."""
    told = [(line, "text") for line in wrapped(pen, stop.text, room, size)]
    claimed = [(line, "muted") for words in claim_lines(stop, tour) for line in wrapped(pen, words, room, size)]
    return [*told, *([("", "text")] if told and claimed else []), *claimed]


def wrapped(pen: Pen, text: str, room: float, size: float) -> list[str]:
    """The text in lines of no more than `room` points."""
    lines: list[str] = []
    for paragraph in text.splitlines():
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}".strip()
            if line and pen.width(longer, size) > room:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines
