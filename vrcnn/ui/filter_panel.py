"""Which pictures the shelf shows: searched by name or class, by what the network made of them, or some by chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from vrcnn.scene.intents import Intent
from vrcnn.scene.results_intents import FilterShelf, ResampleShelf
from vrcnn.scene.shelf_filter import ORDERS, OUTCOMES, ShelfFilter
from vrcnn.scene.wording import counted
from vrcnn.scene.world import World
from vrcnn.scene.world_panels import TITLE, WorldPanel
from vrcnn.ui.events import Area
from vrcnn.ui.inspect_look import wrapped
from vrcnn.ui.panel_pen import BUTTON, GAP, MARGIN, Pen, columns
from vrcnn.ui.text_entry import TextEntry
from vrcnn.ui.theme import SMALL

NAMES, ROW, LINE = 128.0, 50.0, 28.0  # points: the width of the rows' names, the height of rows, and of lines
STEP = 0.1  # of a probability, by which a bound of the confidence moves
SHOWN, COLUMNS = 4, 3  # rows of classes, and how many in each
WORDS = {"set": "As given", "all": "All", "right": "Right", "wrong": "Wrong"}
UNKNOWN = "Right, wrong and confidence are known once all pictures were evaluated (Results, All)."


@dataclass
class FilterPanel:
    """Keeps what is written, and from which row of classes on they are shown."""

    entry: TextEntry = field(default_factory=lambda: TextEntry(most=60))
    first: int = 0
    most: int = 0
    _told: str = ""  # the words that the shelf was told last

    @property
    def entries(self) -> Sequence[TextEntry]:
        """The line for what is searched."""
        return [self.entry]

    def title(self, world: World, panel: WorldPanel) -> str:
        return "Pictures on the shelf"

    def key(self, world: World, panel: WorldPanel) -> object:
        chosen = id(world.shelf.selection), id(world.hall.results), world.here, world.pictures_revision
        return chosen, self.first, self.entry.look(world.time)

    def moves(self, world: World) -> bool:
        return False

    def scroll(self, notches: float) -> None:
        self.first = min(max(0, self.most - 1), max(0, self.first + (-1 if notches > 0 else 1)))

    def draw(self, pen: Pen, world: World, panel: WorldPanel) -> list[Intent]:
        width, height = pen.size
        if not world.catalogue.count:
            pen.text(MARGIN, TITLE + 16, "There are no pictures to choose from.", "muted")
            return []
        selection = world.shelf.selection
        given = ShelfFilter(hall=world.here) if selection is None else selection.filter
        if given.words != self._told and not self.entry.focused:  # chosen elsewhere
            self.entry.text = self._told = given.words
        field_area = Area(MARGIN, TITLE + 14, width - MARGIN, TITLE + 14 + BUTTON)
        self.entry.draw(pen, "words", field_area, "A part of a name, or of a class")
        wanted = replace(given, words=self.entry.text)
        self._told = self.entry.text
        y = field_area.bottom + 16
        if world.hall.results is None:
            for line in wrapped(pen, UNKNOWN, width - 2 * MARGIN, SMALL):
                pen.text(MARGIN, y, line, "muted", SMALL)
                y += LINE
            y += GAP
        else:
            wanted, y = _judged_rows(pen, wanted, y)
        foot = Area(MARGIN, height - MARGIN - BUTTON, width - MARGIN, height - MARGIN)
        room = Area(MARGIN, y, width - MARGIN, foot.top - 52)
        wanted = self._classes(pen, world, wanted, room)
        told = f"All {counted(world.catalogue.count, 'picture')} of the set" if selection is None else selection.words
        pen.text(MARGIN, foot.top - 40, told, "text", strong=selection is not None, room=width - 2 * MARGIN)
        wishes: list[Intent] = []
        if wanted != given:
            usual = wanted == ShelfFilter(hall=wanted.hall)
            wishes.append(FilterShelf(None if usual else wanted))
        others, back = columns(foot, 2)
        if pen.button("others", others, "Others, by chance"):
            wishes.append(ResampleShelf())
        if pen.button("back", back, "All back", usable=selection is not None):
            self.entry.text = self._told = ""
            wishes = [FilterShelf()]
        return wishes

    def _classes(self, pen: Pen, world: World, wanted: ShelfFilter, area: Area) -> ShelfFilter:
        """Buttons for what pictures are said to show; a second press on one takes it back."""
        described = world.catalogue.described
        if not described.groups:
            self.most = 0
            return wanted
        rows = min(SHOWN, int((area.bottom - area.top - 34) / ROW))
        self.most = -(-len(described.groups) // COLUMNS) - rows + 1
        self.first = min(self.first, max(0, self.most - 1))
        begin = self.first * COLUMNS
        more = f", {begin + 1} to {min(len(described.groups), begin + rows * COLUMNS)}: scroll" if self.most > 1 else ""
        words = f"{len(described.groups):,} {'class' if len(described.groups) == 1 else 'classes'}{more}"
        pen.text(area.left, area.top + 2, words, "muted", SMALL)
        for row in range(rows):
            top = area.top + 32 + row * ROW
            for column, place in enumerate(columns(Area(area.left, top, area.right, top + ROW - GAP), COLUMNS)):
                number = begin + row * COLUMNS + column
                if number < len(described.groups):
                    chosen = wanted.group == number
                    name = described.groups[number]
                    if pen.button(f"group {number}", place, name, chosen, SMALL * 1.05):
                        wanted = replace(wanted, group=None if chosen else number, true=None)
        return wanted


def _judged_rows(pen: Pen, wanted: ShelfFilter, y: float) -> tuple[ShelfFilter, float]:
    """What only an evaluation knows: right or wrong, the order, and how sure the network is."""
    width = pen.size[0]

    def row(name: str, top: float) -> Area:
        pen.text(MARGIN, top + 9, name, "muted", SMALL)
        return Area(MARGIN + NAMES, top, width - MARGIN, top + ROW - GAP)

    outcomes = [(WORDS[each], each) for each in OUTCOMES]
    outcome = pen.choices("outcome", row("Outcome", y), outcomes, wanted.outcome)
    orders = [(WORDS.get(each, each.capitalize()), each) for each in ORDERS]
    order = pen.choices("order", row("Order", y + ROW), orders, wanted.order)
    wanted = replace(wanted, outcome=outcome or wanted.outcome, order=order or wanted.order)
    least, most = _bounds(pen, row("Sure", y + 2 * ROW), wanted.least, wanted.most)
    return replace(wanted, least=least, most=most), y + 3 * ROW + 6


def _bounds(pen: Pen, area: Area, least: float, most: float) -> tuple[float, float]:
    """From and to, each with a button for less and one for more."""
    down, low, up, to, less, high, more = columns(area, 7)
    if pen.button("least down", down, "−", usable=least > 0.0):
        least = round(max(0.0, least - STEP), 2)
    if pen.button("least up", up, "+", usable=least + STEP < most + 1e-9):
        least = round(min(most, least + STEP), 2)
    if pen.button("most down", less, "−", usable=most - STEP > least - 1e-9):
        most = round(max(least, most - STEP), 2)
    if pen.button("most up", more, "+", usable=most < 1.0):
        most = round(min(1.0, most + STEP), 2)
    for place, words in ((low, f"{least:.0%}"), (to, "to"), (high, f"{most:.0%}")):
        middle = (place.left + place.right) / 2
        pen.text(middle, place.top + 9, words.replace("%", " %"), align=0.5, size=SMALL * 1.08)
    return least, most
