"""The results: what the network says of the picture on the easel, and what an evaluation over all pictures came to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vrcnn.scene.intents import Intent
from vrcnn.scene.results_acting import evaluating
from vrcnn.scene.sieve_wording import behind_lines
from vrcnn.scene.verdict import score_lines, verdict
from vrcnn.scene.wording import percent
from vrcnn.scene.world import World
from vrcnn.scene.world_panels import TITLE, WorldPanel
from vrcnn.ui.evaluation_pages import draw_classes, draw_matrix, draw_pairs, draw_set
from vrcnn.ui.events import Area
from vrcnn.ui.panel_pen import MARGIN, Pen
from vrcnn.ui.theme import SMALL

PICTURE, SET, MATRIX, PAIRS, CLASSES = "Picture", "All", "Matrix", "Mistakes", "Classes"
PAGES = (PICTURE, SET, MATRIX, PAIRS, CLASSES)
TAB = 50.0  # points, the height of the pages' buttons
LINES, LINE = 10, 54.0  # classes, and points from one to the next
REST = 0.25  # s for which figures stand while they change

Draw = Callable[[Pen, World, Area, int], tuple[list[Intent], int]]  # from which row on; how many rows there are
DRAWN: dict[str, Draw] = {SET: draw_set, MATRIX: draw_matrix, PAIRS: draw_pairs, CLASSES: draw_classes}


@dataclass
class ResultsPanel:
    """At one of its PAGES, scrolled to row number `first`, of `most`."""

    page: str = PICTURE
    first: int = 0
    most: int = 0

    def title(self, world: World, panel: WorldPanel) -> str:
        return "Results" if len(world.halls) == 1 else f"Results of {world.hall.network}"

    def key(self, world: World, panel: WorldPanel) -> object:
        hall = world.hall
        running = evaluating(world, world.here)
        told = None if running is None else (int(world.time / REST), hall.inquiries[running].done)
        looks = self.page, self.first, world.here, world.easel.picture, world.pictures_revision
        return looks, hall.results_revision, hall.truth, id(hall.results), told, id(world.shelf.selection)

    def moves(self, world: World) -> bool:
        return False

    def scroll(self, notches: float) -> None:
        self.first = min(max(0, self.most - 1), max(0, self.first + (-1 if notches > 0 else 1)))

    def draw(self, pen: Pen, world: World, panel: WorldPanel) -> list[Intent]:
        width, height = pen.size
        tabs = Area(MARGIN, TITLE + 12, width - MARGIN, TITLE + 12 + TAB)
        page = pen.choices("page", tabs, [(name, name) for name in PAGES], self.page)
        if page is not None and page != self.page:
            self.page, self.first = page, 0
        area = Area(MARGIN, tabs.bottom + 20, width - MARGIN, height - MARGIN)
        if self.page == PICTURE:
            _draw_picture(pen, world, area)
            return []
        wishes, self.most = DRAWN[self.page](pen, world, area, self.first)
        return wishes


def _draw_picture(pen: Pen, world: World, area: Area) -> None:
    """The picture's name, whether the network is right, and its classes with bars."""
    hall, number = world.hall, world.easel.picture
    name = "no picture on the easel" if number is None else world.pictures[number].name
    pen.text(area.left, area.top, name, "muted", room=area.right - area.left)
    y = area.top + 38
    if not hall.scores:
        pen.text(area.left, y, hall.no_scores, room=area.right - area.left)
        return
    for number, words in enumerate(behind_lines(hall) or ()):
        if words:
            pen.text(
                area.left, y, words, "text" if number else "accent text", strong=not number, room=area.right - area.left
            )
            y += 36
    told = verdict(hall)
    if told is not None:
        pen.text(area.left, y, told.words, told.role, strong=True, room=area.right - area.left)
        y += 44
    for line in score_lines(hall, min(LINES, int((area.bottom - y) / LINE))):
        figure = percent(line.probability)
        room = area.right - area.left - pen.width(figure) - 24
        pen.text(area.left, y, line.label, strong=line.first or line.true, room=room)
        pen.text(area.right, y, figure, "text" if line.first or line.true else "muted", align=1.0)
        pen.bar(Area(area.left, y + 32, area.right, y + 42), line.probability, line.role)
        y += LINE
    if hall.answer_kind != "classes":
        pen.text(area.left, min(y, area.bottom - 26), "Shares of the picture, or detections.", "muted", SMALL)
