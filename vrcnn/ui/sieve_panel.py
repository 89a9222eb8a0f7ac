"""The panel of the sieve: which it is and how strong, over how many pictures, what it changes, and its curve."""

from __future__ import annotations

from dataclasses import dataclass, replace

from vrcnn.scene.headset_intents import OpenPanel
from vrcnn.scene.intents import Intent
from vrcnn.scene.sieve_panel_intents import ChooseSieve, ChooseSievePictures, ColourFrames
from vrcnn.scene.sieve_wording import notes, sentence, told_of
from vrcnn.scene.world import World
from vrcnn.scene.world_panels import FLIPS, TITLE, WorldPanel
from vrcnn.scene.xray_acting import BY_CHANGE
from vrcnn.scene.xray_intents import SortByChange, ToggleSieve
from vrcnn.susceptibility.sieve import AMOUNTS, DIRECTIONS, KINDS, TITLES, USUAL, Sieve
from vrcnn.ui.curve_panel import LINE, curve_key
from vrcnn.ui.events import Area
from vrcnn.ui.inspect_look import wrapped
from vrcnn.ui.panel_pen import GAP, MARGIN, Pen, columns
from vrcnn.ui.sieve_plot import draw_plot, mark
from vrcnn.ui.theme import BODY, SMALL

LOW, PART = 52.0, 16.0  # points: the height of the buttons here, and between two parts
NAMES = 132.0  # points, for what a row is about
COUNTS = (16, 64, 256, 1024)  # pictures to choose from
WITHOUT = {  # what a kind without a direction and without chance has in that row
    "low-pass": "a Gaussian filter; half of the pattern at the cut-off is left",
}
MOST = 6  # networks that have a line


@dataclass
class SievePanel:
    """Keeps nothing: all that it tells is in the World."""

    def title(self, world: World, panel: WorldPanel) -> str:
        return "Sieve"

    def key(self, world: World, panel: WorldPanel) -> object:
        sieving = world.sieving
        return curve_key(world), sieving.before, sieving.frames, world.colouring, world.catalogue.count

    def moves(self, world: World) -> bool:
        return False

    def scroll(self, notches: float) -> None:
        """There is nothing beyond what is shown."""

    def draw(self, pen: Pen, world: World, panel: WorldPanel) -> list[Intent]:
        width, height = pen.size
        sieving, wishes = world.sieving, list[Intent]()
        chosen = _kinds(pen, sieving.sieve, TITLE + 12.0)
        y = TITLE + 12 + LOW + PART
        amount, y = _amount(pen, sieving.sieve, y)
        other, y = _rest(pen, sieving.sieve, y)
        sieve = chosen or amount or other
        wishes += [] if sieve is None else [ChooseSieve(sieve)]
        switches, y = _switches(pen, world, y)
        pictures, y = _pictures(pen, world, y)
        y = _told(pen, world, y + 4)
        wishes += switches + pictures
        return wishes + draw_plot(pen, world, Area(MARGIN, y, width - MARGIN, height - 12))


def _row(pen: Pen, y: float, words: str = "") -> Area:
    """A row of buttons, with what it is about at its left."""
    if words:
        pen.text(MARGIN, y + 13, words, "muted", SMALL * 1.05)
    return Area(MARGIN + (NAMES if words else 0.0), y, pen.size[0] - MARGIN, y + LOW)


def _kinds(pen: Pen, sieve: Sieve, y: float) -> Sieve | None:
    for kind, place in zip(KINDS, columns(_row(pen, y), len(KINDS)), strict=True):
        words = TITLES[kind].capitalize()
        if pen.button(f"kind {kind}", place, words, kind == sieve.kind, SMALL * 1.05) and kind != sieve.kind:
            return replace(sieve, kind=kind, amount=USUAL[kind])
    return None


def _amount(pen: Pen, sieve: Sieve, y: float) -> tuple[Sieve | None, float]:
    """A slider over the amounts of the kind, with a button for less and one for more at its ends."""
    amounts = AMOUNTS[sieve.kind]
    row = _row(pen, y, "Amount")
    told = pen.width(max((replace(sieve, amount=each).told for each in amounts), key=len), BODY, True) + 16
    less = Area(row.left, row.top, row.left + LOW, row.bottom)
    more = Area(row.right - told - LOW, row.top, row.right - told, row.bottom)
    pen.text(row.right, row.top + 10, sieve.told, strong=True, align=1.0)
    wanted = None
    for name, place, words, step in (("less", less, "−", -1), ("more", more, "+", 1)):
        turned = sieve.turned(step)
        if pen.button(f"amount {name}", place, words, usable=turned != sieve):
            wanted = turned
    track = Area(less.right + GAP, row.top, more.left - GAP, row.bottom)
    over, _ = pen.felt("amount", track)
    middle, knob = (track.top + track.bottom) / 2, 11.0
    begin, reach = track.left + knob + 4, track.right - track.left - 2 * knob - 8
    pen.fill(Area(begin, middle - 3, begin + reach, middle + 3), "track", 3.0)
    for number in range(len(amounts)):
        x = begin + number / (len(amounts) - 1) * reach
        pen.fill(Area(x - 1, middle - 8, x + 1, middle + 8), "frame", 0.0)
    nearest = min(range(len(amounts)), key=lambda place: abs(amounts[place] - sieve.amount))
    x = begin + nearest / (len(amounts) - 1) * reach
    pen.fill(Area(x - knob, middle - knob, x + knob, middle + knob), "accent", knob)
    if over:
        pen.rim(Area(x - knob - 3, middle - knob - 3, x + knob + 3, middle + knob + 3), "text", 2.0, knob + 3)
    if over and pen.pointer is not None and (pen.pressed or pen.held):
        share = (pen.pointer[0] - begin) / reach
        chosen = min(len(amounts) - 1, max(0, round(share * (len(amounts) - 1))))
        wanted = replace(sieve, amount=amounts[chosen]) if amounts[chosen] != sieve.amount else None
    return wanted, row.bottom + GAP


def _rest(pen: Pen, sieve: Sieve, y: float) -> tuple[Sieve | None, float]:
    """The direction of a shift, the seed of whatever is left to chance."""
    wanted = None
    if sieve.kind == "shift":
        row = _row(pen, y, "Direction")
        direction = pen.choices("direction", row, [(each.capitalize(), each) for each in DIRECTIONS], sieve.direction)
        wanted = replace(sieve, direction=direction) if direction not in (None, sieve.direction) else None
    elif sieve.kind in WITHOUT:
        pen.text(_row(pen, y, "What it is").left, y + 13, WITHOUT[sieve.kind], "muted", SMALL * 1.05)
    else:
        row = _row(pen, y, "Chance")
        less = Area(row.left, row.top, row.left + LOW, row.bottom)
        more = Area(less.right + 120, row.top, less.right + 120 + LOW, row.bottom)
        pen.text((less.right + more.left) / 2, y + 11, f"seed {sieve.seed}", align=0.5)
        if pen.button("seed less", less, "−", usable=sieve.seed > 0):
            wanted = replace(sieve, seed=sieve.seed - 1)
        if pen.button("seed more", more, "+"):
            wanted = replace(sieve, seed=sieve.seed + 1)
    return wanted, y + LOW + PART


def _switches(pen: Pen, world: World, y: float) -> tuple[list[Intent], float]:
    """Whether it stands before the picture, and what the walls do then."""
    sieving, wishes = world.sieving, list[Intent]()
    before, frames, sorted_by = columns(_row(pen, y), 3)
    if pen.button("before", before, "Before the picture", sieving.before, usable=bool(world.pictures)):
        wishes.append(ToggleSieve())
    if pen.button("frames", frames, "Colour the frames", sieving.frames):
        wishes.append(ColourFrames(not sieving.frames))
    if pen.button("sort", sorted_by, "Sort the walls", world.colouring.order == BY_CHANGE):
        wishes.append(SortByChange())
    return wishes, y + LOW + PART


def _pictures(pen: Pen, world: World, y: float) -> tuple[list[Intent], float]:
    """Over how many pictures the curve is; those of the set that there are."""
    count = world.catalogue.count
    chosen = min(world.sieving.pictures, count)
    options = [(f"{each:,}", each) for each in COUNTS if each < count]
    if count <= COUNTS[-1]:
        options.append((f"all {count:,}", count))
    row = _row(pen, y, "Pictures")
    row = Area(row.left, row.top, row.right - 230, row.bottom)
    found = pen.choices("pictures", row, options, chosen)
    flips = Area(row.right + GAP, row.top, pen.size[0] - MARGIN, row.bottom)
    wishes: list[Intent] = [] if found in (None, chosen) else [ChooseSievePictures(found or chosen)]
    if pen.button("flips", flips, "Which answers flip", FLIPS in world.panels.open, SMALL * 1.08):
        wishes.append(OpenPanel(FLIPS))
    return wishes, y + LOW + PART


def _told(pen: Pen, world: World, y: float) -> float:
    """What is seen in plain words; of several networks a line for each, with its mark in the plot."""
    room = pen.size[0] - 2 * MARGIN
    for line in wrapped(pen, sentence(world), room, BODY):
        pen.text(MARGIN, y, line)
        y += LINE + 2
    if len(world.halls) > 1 and world.catalogue.count:
        for number, hall in enumerate(world.halls[:MOST]):
            mark(pen, MARGIN + 8, y + 14, number, 6.5)
            told = told_of(world, number)
            pen.text(pen.size[0] - MARGIN, y, told, strong=True, align=1.0)
            pen.text(MARGIN + 26, y, hall.network, "muted", room=room - pen.width(told, BODY, True) - 50)
            y += LINE
    beside = notes(world)
    if beside:
        pen.text(MARGIN, y + 2, beside, "muted", SMALL, room=room)
        y += LINE
    return y + 8
