"""The panel of what is kept of a visit: the tour and its stops, the session's file, and pictures and films of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from vrcnn.scene.headset_intents import Panorama
from vrcnn.scene.intents import Intent
from vrcnn.scene.tour_intents import (
    AddStop,
    CancelFilm,
    ChooseStop,
    DeleteStop,
    EndTour,
    FilmTurntable,
    GoToStop,
    MoveStop,
    NextStop,
    OpenSession,
    PlayTour,
    SaveSession,
    Snapshot,
    UpdateStop,
)
from vrcnn.scene.wording import counted
from vrcnn.scene.world import World
from vrcnn.scene.world_panels import TITLE, WorldPanel
from vrcnn.ui.events import Area
from vrcnn.ui.panel_pen import BUTTON, GAP, MARGIN, Pen, columns
from vrcnn.ui.text_entry import TextEntry
from vrcnn.ui.theme import SMALL

TOUR, SESSION, PICTURES = "tour", "session", "pictures"
PAGES = (("Tour", TOUR), ("Session", SESSION), ("Pictures", PICTURES))
ROW, SHOWN = 50.0, 5  # points, of a stop in the list; and how many there are to be seen
TIMES = (("As the window", 1), ("2 ×", 2), ("4 ×", 4))
STEP = BUTTON + GAP


@dataclass
class TourPanel:
    """Keeps which page is shown, how far the list is scrolled, and what is written.

    `about` is the stop whose words are in the lines; `asking` whether it was asked if that shall be deleted.
    """

    page: str = TOUR
    first: int = 0
    about: tuple[int, str] | None = None
    asking: bool = False
    times: int = 1
    alone: bool = False
    name: TextEntry = field(default_factory=lambda: TextEntry(most=60))
    words: TextEntry = field(default_factory=lambda: TextEntry(most=400))
    file: TextEntry = field(default_factory=lambda: TextEntry(most=200))

    @property
    def entries(self) -> Sequence[TextEntry]:
        """The lines of the page that is shown."""
        return {TOUR: (self.name, self.words), SESSION: (self.file,)}.get(self.page, ())

    def title(self, world: World, panel: WorldPanel) -> str:
        return {TOUR: world.touring.tour.title or "Tour", SESSION: "Session", PICTURES: "Pictures and films"}[self.page]

    def key(self, world: World, panel: WorldPanel) -> object:
        touring = world.touring
        state = touring.tour, touring.at, touring.chosen, touring.going, touring.told, touring.kept_in, touring.filming
        return state, self.page, self.first, self.asking, self.times, self.alone, world.player.head is None

    def moves(self, world: World) -> bool:
        return False

    def scroll(self, notches: float) -> None:
        self.first = max(0, self.first + (-1 if notches > 0 else 1))

    def draw(self, pen: Pen, world: World, panel: WorldPanel) -> list[Intent]:
        width, height = pen.size
        top = TITLE + 12.0
        page = pen.choices("page", Area(MARGIN, top, width - MARGIN, top + BUTTON), PAGES, self.page)
        if page is not None:
            self.page, self.asking = page, False
        room = Area(MARGIN, top + STEP + 8.0, width - MARGIN, height - MARGIN)
        drawn = {TOUR: self._draw_tour, SESSION: self._draw_session, PICTURES: self._draw_pictures}[self.page]
        wishes = drawn(pen, world, room)
        if world.touring.told and self.page != TOUR:
            pen.text(MARGIN, height - MARGIN - 24.0, world.touring.told, "muted", SMALL, room=width - 2 * MARGIN)
        return wishes

    def _draw_tour(self, pen: Pen, world: World, room: Area) -> list[Intent]:
        touring = world.touring
        stops, wishes = touring.tour.stops, list[Intent]()
        self._follow(world)
        self.first = min(self.first, max(0, len(stops) - SHOWN))
        y = room.top
        if not stops:
            pen.text(room.left, y + 8.0, "No stops yet.", "text")
            pen.text(room.left, y + 42.0, "Stand where there is something to tell, write it, add it.", "muted", SMALL)
        for number in range(self.first, min(len(stops), self.first + SHOWN)):
            place = Area(room.left, y, room.right, y + ROW)
            lit = number == touring.chosen
            here = "→ " if number == touring.at else ""
            if pen.button(f"stop {number}", place, f"{here}{number + 1}  {stops[number].title}", lit, SMALL * 1.08):
                self.asking = False
                wishes.append(GoToStop(number) if lit else ChooseStop(number))
            y += ROW + 5.0
        if len(stops) > SHOWN:
            left = f"{self.first + 1}–{self.first + SHOWN} of {counted(len(stops), 'stop')}: scroll for the others"
            pen.text(room.left, y, left, "muted", SMALL)
        y = room.top + SHOWN * (ROW + 5.0) + 26.0
        self.name.draw(pen, "title", Area(room.left, y, room.right, y + BUTTON), "What the stop is called")
        self.words.draw(pen, "words", Area(room.left, y + STEP, room.right, y + STEP + BUTTON), "What is told there")
        row = self._rows(pen, room, y + 2 * STEP + 6.0)
        chosen = touring.chosen if touring.chosen < len(stops) else None
        wishes += self._draw_editing(pen, row, chosen, len(stops))
        last = columns(Area(room.left, room.bottom - BUTTON, room.right, room.bottom), 4)
        shown = touring.at is not None
        if pen.button("before", last[0], "← Before", usable=shown and touring.at != 0):
            wishes.append(NextStop(-1))
        if pen.button("play", last[1], "Pause" if touring.going else "Play", touring.going, usable=bool(stops)):
            wishes.append(PlayTour(not touring.going))
        if pen.button("next", last[2], "Next →", usable=bool(stops)):
            wishes.append(NextStop(1))
        if pen.button("end", last[3], "End", usable=shown):
            wishes.append(EndTour())
        return wishes

    def _draw_editing(self, pen: Pen, row: list[list[Area]], chosen: int | None, count: int) -> list[Intent]:
        """Buttons that add and change stops; a stop is deleted after a question."""
        title, text = self.name.text.strip(), self.words.text.strip()
        wishes: list[Intent] = []
        if self.asking and chosen is not None:
            if pen.button("delete it", row[1][0], "Delete this stop"):
                self.asking = False
                wishes.append(DeleteStop(chosen))
            if pen.button("keep it", row[1][1], "Keep it"):
                self.asking = False
        else:
            if pen.button("up", row[1][0], "Up", usable=chosen is not None and chosen > 0) and chosen is not None:
                wishes.append(MoveStop(chosen, -1))
            below = chosen is not None and chosen < count - 1
            if pen.button("down", row[1][1], "Down", usable=below) and chosen is not None:
                wishes.append(MoveStop(chosen, 1))
            if pen.button("delete", row[1][2], "Delete", usable=chosen is not None):
                self.asking = True
        if pen.button("add", row[0][0], "Add a stop here"):
            fresh = self.about is not None and (title, text) == self._known
            wishes.append(AddStop("" if fresh else title, "" if fresh else text))
            self.about = None
        if pen.button("update", row[0][1], "As I see it now", usable=chosen is not None) and chosen is not None:
            wishes.append(UpdateStop(chosen, title or None, text))
        if pen.button("these words", row[0][2], "These words", usable=chosen is not None) and chosen is not None:
            wishes.append(UpdateStop(chosen, title or None, text, view=False))
        return wishes

    _known: tuple[str, str] = ("", "")

    def _follow(self, world: World) -> None:
        """The lines have the words of the stop that is chosen, until something else is written."""
        touring = world.touring
        stops = touring.tour.stops
        if touring.chosen >= len(stops):
            return
        stop = stops[touring.chosen]
        about = touring.chosen, stop.title
        if about != self.about and not (self.name.focused or self.words.focused):
            self.about, self._known = about, (stop.title, stop.text)
            self.name.text, self.words.text = stop.title[: self.name.most], stop.text[: self.words.most]

    def _draw_session(self, pen: Pen, world: World, room: Area) -> list[Intent]:
        touring, wishes = world.touring, list[Intent]()
        y = room.top + 4.0
        kept = touring.kept_in
        pen.text(room.left, y, "Everything is kept by itself in" if kept else "Nothing is kept now.", strong=True)
        pen.text(room.left, y + 36.0, kept, "muted", SMALL, room=room.right - room.left)
        y += 84.0
        self.file.draw(
            pen, "file", Area(room.left, y, room.right, y + BUTTON), "A file's name, such as my-session.json"
        )
        save, open_it = columns(Area(room.left, y + STEP, room.right, y + STEP + BUTTON), 2)
        name = self.file.text.strip()
        if pen.button("save", save, "Save as" if name else "Save as vrcnn-session.json"):
            wishes.append(SaveSession(name))
        if pen.button("open", open_it, "Open", usable=bool(name)):
            wishes.append(OpenSession(name))
        lines = (
            "Pictures, where walls stand and what they show, framed copies,",
            "panels, colours, where you stand, and the tour are in it.",
            "A tour's own file is opened here as well.",
        )
        for number, line in enumerate(lines):
            pen.text(room.left, y + 2 * STEP + 14.0 + 30.0 * number, line, "muted", SMALL)
        return wishes

    def _draw_pictures(self, pen: Pen, world: World, room: Area) -> list[Intent]:
        wishes, y = list[Intent](), room.top + 4.0
        pen.text(room.left, y, "A picture of what you see", strong=True)
        times = pen.choices("times", Area(room.left, y + 36.0, room.right, y + 36.0 + BUTTON), TIMES, self.times)
        self.times = times or self.times
        take, alone = columns(Area(room.left, y + 36.0 + STEP, room.right, y + 36.0 + STEP + BUTTON), 2)
        if pen.button("take", take, "Save it"):
            wishes.append(Snapshot(self.times, self.alone))
        if pen.button("alone", alone, "Without ground and sky", self.alone):
            self.alone = not self.alone
        y += 36.0 + 2 * STEP + 18.0
        if pen.button("around", Area(room.left, y, room.right, y + BUTTON), "All around, 360°"):
            wishes.append(Panorama())
        y += STEP + 14.0
        pen.text(room.left, y, "A film once around", strong=True)
        y += 36.0
        network, wall = columns(Area(room.left, y, room.right, y + BUTTON), 2)
        filming = world.touring.filming
        if filming is None:
            if pen.button("turn network", network, "The network"):
                wishes.append(FilmTurntable())
            if pen.button("turn wall", wall, "This wall", usable=world.journey.at is not None):
                wishes.append(FilmTurntable(wall=True))
            return wishes
        pen.bar(Area(network.left, y + 22.0, network.right, y + 36.0), filming)
        if pen.button("cancel film", wall, "Cancel"):
            wishes.append(CancelFilm())
        return wishes

    @staticmethod
    def _rows(pen: Pen, room: Area, top: float) -> list[list[Area]]:
        return [
            columns(Area(room.left, top + number * STEP, room.right, top + number * STEP + BUTTON), 3)
            for number in range(2)
        ]
