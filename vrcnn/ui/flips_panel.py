"""The answers that flip behind the sieve over the set: how many, and which pictures, before and behind."""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.engine.xray_messages import Flip, FlipsTold
from vrcnn.scene.flip_board import NOT_FOUND
from vrcnn.scene.hall import Hall
from vrcnn.scene.intents import Intent
from vrcnn.scene.results_intents import FilterShelf
from vrcnn.scene.shelving import fitted
from vrcnn.scene.sieve_panel_intents import PutFlipped, ShowFlipped
from vrcnn.scene.sieve_wording import flips_told
from vrcnn.scene.wording import counted, percent
from vrcnn.scene.world import World
from vrcnn.scene.world_panels import TITLE, WorldPanel
from vrcnn.ui.events import Area
from vrcnn.ui.inspect_look import wrapped
from vrcnn.ui.panel_pen import BUTTON, MARGIN, Pen, columns
from vrcnn.ui.sieve_plot import mark
from vrcnn.ui.theme import SMALL

ROW, THUMB, LINE = 70.0, 58.0, 30.0  # points: a picture's row, its side in that, and a line of words
TAB = 50.0  # points, the height of the networks' buttons
NO_SET = "There is no set of pictures to look through, only the one on the easel."
WAITS = "The pictures are on their way through the network, each before and behind the sieve."
NONE_FLIP = "No answer flips: the best class of every picture stays what it was."


@dataclass
class FlipsPanel:
    """About hall number `hall`, from row `first` on, of `most`; None is the hall where the visitor is."""

    hall: int | None = None
    first: int = 0
    most: int = 0

    def title(self, world: World, panel: WorldPanel) -> str:
        return "Answers that flip"

    def key(self, world: World, panel: WorldPanel) -> object:
        told = [(hall.xray.flips, hall.xray.sought, bool(hall.inquiries), hall.network) for hall in world.halls]
        shelf = world.shelf.selection is not None, world.pictures_revision, world.catalogue.count
        return self.hall, self.first, world.here, world.sieving.sieve, world.sieving.pictures, told, shelf

    def moves(self, world: World) -> bool:
        return False

    def scroll(self, notches: float) -> None:
        self.first = min(max(0, self.most - 1), max(0, self.first + (-1 if notches > 0 else 1)))

    def draw(self, pen: Pen, world: World, panel: WorldPanel) -> list[Intent]:
        width, height = pen.size
        area, y = Area(MARGIN, TITLE + 12, width - MARGIN, height - MARGIN), TITLE + 12.0
        number = world.here if self.hall is None or self.hall >= len(world.halls) else self.hall
        if len(world.halls) > 1:
            y = self._networks(pen, world, number, y)
        hall = world.halls[number]
        told = hall.xray.flips
        if told is None:
            _words(pen, _why(world, hall), area, y)
            return []
        y = _summary(pen, world, hall, told, area, y)
        foot = Area(area.left, area.bottom - BUTTON, area.right, area.bottom)
        wishes = self._rows(pen, world, told, Area(area.left, y, area.right, foot.top - 14))
        show, back = columns(foot, 2)
        if pen.button("show", show, "All of these on the shelf", usable=bool(told.flips)):
            wishes.append(ShowFlipped(number))
        if pen.button("back", back, "Shelf as it began", usable=world.shelf.selection is not None):
            wishes.append(FilterShelf())
        return wishes

    def _networks(self, pen: Pen, world: World, shown: int, y: float) -> float:
        """Buttons with the networks' names, and below each how many flip."""
        row = Area(MARGIN, y, pen.size[0] - MARGIN, y + TAB)
        for number, (place, hall) in enumerate(zip(columns(row, len(world.halls)), world.halls, strict=True)):
            if pen.button(f"network {number}", place, hall.network, number == shown):
                self.hall, self.first = number, 0
            told = hall.xray.flips
            waits = "…" if _is_on_its_way(hall) else "–"
            words = waits if told is None else f"{len(told.flips):,} of {told.done - told.skipped:,}"
            middle = (place.left + place.right) / 2
            half = pen.width(words, SMALL) / 2 + 14
            mark(pen, middle - half, y + TAB + 18, number, 6.0)
            pen.text(middle, y + TAB + 5, words, "text", SMALL, align=0.5)
        return y + TAB + 42

    def _rows(self, pen: Pen, world: World, told: FlipsTold, area: Area) -> list[Intent]:
        """Those that there is room for; a press on one puts its picture on the easel."""
        self.most = len(told.flips)
        if not told.flips:
            if told.done >= told.total:
                pen.text(area.left, area.top + 6, NONE_FLIP, "muted", SMALL * 1.08)
            return []
        count = int((area.bottom - LINE - area.top) / ROW)
        self.first = max(0, min(self.first, self.most - count))
        wishes: list[Intent] = []
        for slot, flip in enumerate(told.flips[self.first : self.first + count]):
            top = area.top + slot * ROW
            row = Area(area.left, top, area.right, top + ROW - 5)
            over, flash = pen.felt(f"flip {flip.place}", row)
            if over or flash:
                pen.fill(row, "accent" if flash else "frame", 6.0, 0.7)
            _draw_row(pen, world, flip, slot, row)
            if over and pen.pressed:
                wishes.append(PutFlipped(flip.place))
        words = "Press one to put its picture on the easel."
        if self.most > count:
            words = f"{self.first + 1} to {min(self.most, self.first + count)} of {self.most}: scroll for the others"
        pen.text(area.left + 4, area.bottom - 26, words, "muted", SMALL)
        return wishes


def _why(world: World, hall: Hall) -> str:
    """What stands where nothing is known."""
    if not world.catalogue.count:
        return NO_SET
    return WAITS if _is_on_its_way(hall) else NOT_FOUND


def _is_on_its_way(hall: Hall) -> bool:
    return hall.xray.sought is None or bool(hall.inquiries)


def _words(pen: Pen, words: str, area: Area, y: float) -> None:
    for line in wrapped(pen, words, area.right - area.left):
        pen.text(area.left, y, line, "muted", SMALL * 1.08)
        y += LINE


def _summary(pen: Pen, world: World, hall: Hall, told: FlipsTold, area: Area, y: float) -> float:
    """How many, behind which sieve, and how far it is."""
    room = area.right - area.left
    pen.text(area.left, y, flips_told(told), strong=True, room=room)
    behind = f"Behind {told.sieve.told}, the best class is another one." if told.flips else f"Behind {told.sieve.told}."
    if told.skipped:
        behind += f" {counted(told.skipped, 'picture')} could not be used."
    if told.sieve != world.sieving.sieve:
        sieving = world.sieving
        sought = hall.xray.sought == (sieving.sieve.text, sieving.pictures) and not hall.inquiries
        others = "are not known" if sought else "come as soon as it rests"
        behind = f"Behind {told.sieve.told}; those of {sieving.sieve.told} {others}."
    pen.text(area.left, y + 34, behind, "muted", SMALL, room=room)
    y += 66
    if told.done < told.total:
        pen.bar(Area(area.left, y, area.right - 190, y + 10), told.done / told.total)
        left = counted(told.total - told.done, "picture")
        pen.text(area.right, y - 9, f"{left} to go", "muted", SMALL, align=1.0)
    return y + 22


def _draw_row(pen: Pen, world: World, flip: Flip, slot: int, row: Area) -> None:
    """The picture where the shelf has it, its name, and its answers."""
    place = Area(row.left + 4, row.top + 4, row.left + 4 + THUMB, row.top + 4 + THUMB - 3)
    number = world.catalogue.numbers.get(flip.place)
    picture = None if number is None else world.pictures[number]
    if picture is not None and picture.pixels is not None:
        wide, high = fitted(picture, place.bottom - place.top)
        x, y = (place.left + place.right) / 2, (place.top + place.bottom) / 2
        pen.picture(f"flip {slot}", picture.pixels, Area(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2))
    else:
        pen.fill(place, "track", 4.0)
        words = f"{flip.place + 1}"
        pen.text((place.left + place.right) / 2, place.top + 15, words, "muted", SMALL, align=0.5)
    left, room = place.right + 14, row.right - place.right - 24
    before = f"{flip.before} {percent(flip.probability_before)}"
    behind = f"{flip.behind} {percent(flip.probability_behind)}"
    half = (room - 40) / 2
    before = pen.style.fitted(before, half * pen.density)
    pen.text(left, row.top + 4, before)
    x = left + pen.width(before) + 10
    pen.text(x, row.top + 4, "→", "muted")
    pen.text(x + 30, row.top + 4, behind, "accent text", strong=True, room=row.right - x - 40)
    pen.text(left, row.top + 36, flip.name, "muted", SMALL, room=room)
