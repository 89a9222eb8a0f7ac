"""The panel of a closer look at a layer and one of its channels: numbers, histograms, kernels, a step, what drives it.

What it tells of is in the WorldPanel, what is known of that in Hall.inspection; each page has a module of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from vrcnn.inspection.results import Question
from vrcnn.scene.colouring import Colouring, colormap_of
from vrcnn.scene.inspect_intents import MarkMaps, Refocus, TraceBack
from vrcnn.scene.inspecting import DRIVERS, HISTOGRAMS, KERNELS, NUMBERS, PAGES, STEP, Subject, questions_of, subject_of
from vrcnn.scene.intents import Intent
from vrcnn.scene.panel_intents import HangPanel
from vrcnn.scene.theme import THEMES
from vrcnn.scene.world import World
from vrcnn.scene.world_panels import HUNG, TITLE, WorldPanel
from vrcnn.ui.events import Area
from vrcnn.ui.inspect_drivers import draw_drivers
from vrcnn.ui.inspect_histograms import draw_histograms
from vrcnn.ui.inspect_kernels import draw_kernels
from vrcnn.ui.inspect_look import Look
from vrcnn.ui.inspect_numbers import draw_numbers
from vrcnn.ui.inspect_step import draw_step
from vrcnn.ui.panel_pen import GAP, MARGIN, Pen, columns
from vrcnn.ui.theme import SMALL

TAB, FOOT, THUMB = 48.0, 52.0, 48.0  # points, heights
GONE = "This layer is not shown any more."
DRAWN: dict[str, Callable[[Pen, Look, Area], list[Intent]]] = {
    NUMBERS: draw_numbers,
    HISTOGRAMS: draw_histograms,
    KERNELS: draw_kernels,
    STEP: draw_step,
    DRIVERS: draw_drivers,
}


@dataclass
class InspectPanel:
    """Keeps how far its pages are scrolled, and the answers that stay until newer ones are here."""

    first: int = 0
    most: int = 0
    logarithmic: bool = True
    _scrolled_for: object = None
    _last: dict[str, tuple[Question, object]] = field(default_factory=dict)
    _pictures: dict[object, np.ndarray] = field(default_factory=dict)

    def title(self, world: World, panel: WorldPanel) -> str:
        subject = subject_of(world, panel)
        return panel.wall if subject is None else f"{subject.wall.title}, {subject.name}"

    def key(self, world: World, panel: WorldPanel) -> object:
        subject = subject_of(world, panel)
        if subject is None:
            return None
        inspection = subject.hall.inspection
        shown = panel.page, panel.channel, panel.pixel, panel.first, panel.wall, panel.stands, self.first
        return shown, self.logarithmic, inspection.revision, subject.hall.layout_revision, world.easel.picture

    def moves(self, world: World) -> bool:
        return False

    def scroll(self, notches: float) -> None:
        """Shows what is above, or below."""
        self.first = min(self.most, max(0, self.first + (-1 if notches > 0 else 1)))

    def draw(self, pen: Pen, world: World, panel: WorldPanel) -> list[Intent]:
        subject = subject_of(world, panel)
        if subject is None:
            pen.text(MARGIN, TITLE + 16, GONE, "muted")
            return []
        width, height = pen.size
        page = panel.page or NUMBERS
        wishes: list[Intent] = []
        tabs = Area(MARGIN, TITLE + 10, width - MARGIN, TITLE + 10 + TAB)
        turned = pen.choices("page", tabs, [(name, name) for name in PAGES], page)
        if turned is not None:
            wishes.append(Refocus(panel.key, page=turned))
        scrolled_for = panel.wall, page, panel.channel
        if scrolled_for != self._scrolled_for:
            self._scrolled_for, self.first = scrolled_for, -1 if page == STEP else 0
        look = self._look(world, panel, subject)
        body = Area(MARGIN, tabs.bottom + 14, width - MARGIN, height - MARGIN - FOOT - 12)
        wishes += DRAWN[page](pen, look, body)
        self.first, self.most, self.logarithmic = min(look.first, look.most), look.most, look.logarithmic
        panel.entry = self.first if page == STEP else panel.entry
        if self.most:
            _draw_place(pen, self.first / self.most, Area(width - 13, body.top, width - 8, body.bottom))
        foot = Area(MARGIN, height - MARGIN - FOOT, width - MARGIN, height - MARGIN)
        return wishes + self._draw_foot(pen, panel, subject, foot)

    def _look(self, world: World, panel: WorldPanel, subject: Subject) -> Look:
        inspection = subject.hall.inspection
        answers: dict[str, object] = {}
        refusals = []
        for question in questions_of(world, panel):
            found = inspection.answers.get(question)
            if found is not None:
                self._last[question.what] = question, found
            elif question in inspection.refusals:
                refusals.append(inspection.refusals[question])
                self._last.pop(question.what, None)
            last = self._last.get(question.what)
            if last is not None and _stays(last[0], question):
                answers[question.what] = last[1]
        theme = THEMES[world.theme]
        diverging = colormap_of(Colouring(), theme)
        kept = self.first, self.logarithmic, self._pictures
        return Look(panel, subject, answers, refusals, diverging, *kept)

    def _draw_foot(self, pen: Pen, panel: WorldPanel, subject: Subject, area: Area) -> list[Intent]:
        """The channel before and the next one, the way back, the marks, and where the panel hangs."""
        wishes: list[Intent] = []
        several = subject.channels > 1
        inspection = subject.hall.inspection
        back, on = columns(Area(area.left, area.top, area.left + 190, area.bottom), 2)
        if pen.button("channel before", back, "← ch.", usable=several, size=SMALL):
            wishes.append(Refocus(panel.key, channel=subject.channel - 1))
        if pen.button("channel after", on, "ch. →", usable=several, size=SMALL):
            wishes.append(Refocus(panel.key, channel=subject.channel + 1))
        rest = columns(Area(area.left + 190 + GAP, area.top, area.right, area.bottom), 3)
        lit = inspection.path == Question("path", subject.tensor, subject.channel)
        if pen.button("trace back", rest[0], "Light its way", lit, SMALL):
            wishes.append(TraceBack(pen.pressed))
        if pen.button("mark maps", rest[1], "Mark dead maps", inspection.marking, SMALL):
            wishes.append(MarkMaps())
        if pen.button("hang", rest[2], "Take down" if panel.stands == HUNG else "Hang at its wall", size=SMALL):
            wishes.append(HangPanel(pen.pressed))
        return wishes


def _draw_place(pen: Pen, share: float, area: Area) -> None:
    """How far a page is scrolled."""
    pen.fill(area, "track", 2.5)
    top = area.top + share * (area.bottom - area.top - THUMB)
    pen.fill(Area(area.left, top, area.right, top + THUMB), "muted", 2.5)


def _stays(before: Question, now: Question) -> bool:
    """Whether an answer is shown until the one to a newer question is there: of the same layer at least."""
    return (before.what, before.tensor) == (now.what, now.tensor)
