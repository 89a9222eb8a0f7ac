"""The panel of exports: what is taken away, of what and how, how far that is, and where it went."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from vrcnn.scene.export_intents import ChooseExport, ExportChoice, ExportChosen
from vrcnn.scene.export_wishes import FORMATS, KINDS
from vrcnn.scene.hall import InquiryStatus
from vrcnn.scene.intents import CancelInquiry, Intent
from vrcnn.scene.panel_pressing import meant_on
from vrcnn.scene.wording import time_left
from vrcnn.scene.world import HANDS, World
from vrcnn.scene.world_panels import TITLE, WorldPanel
from vrcnn.ui.events import Area
from vrcnn.ui.panel_pen import BUTTON, GAP, MARGIN, Pen, columns
from vrcnn.ui.theme import SMALL

WORDS = {
    "maps": "Maps",
    "sheet": "Contact sheet",
    "values": "Values",
    "statistics": "Statistics",
    "graph": "Graph",
    "scene": "Scene (glTF)",
    "visualizations": "Features",
}
BEGINS = "Exporting "  # the titles of such inquiries
LINE, BLOCK = 28.0, 14.0  # points: below the name of a row, and between two rows of different names
CANCEL = 132.0  # points


@dataclass
class ExportPanel:
    """Keeps nothing: all that it tells is in the World."""

    def title(self, world: World, panel: WorldPanel) -> str:
        return "Export"

    def key(self, world: World, panel: WorldPanel) -> object:
        desk = world.exporting
        running = [(number, each.done, each.total) for _, number, each in _running(world)]
        return desk.choice, desk.last, desk.folder, meant_on(world, panel), panel.wall, panel.channel, running

    def moves(self, world: World) -> bool:
        """The bar of one that has not told its length as yet."""
        return any(not each.total for _, _, each in _running(world))

    def scroll(self, notches: float) -> None:
        """There is nothing beyond what is shown."""

    def draw(self, pen: Pen, world: World, panel: WorldPanel) -> list[Intent]:
        width, height = pen.size
        choice, right = world.exporting.choice, width - MARGIN
        chosen = choice
        y = TITLE + 10.0
        pen.text(MARGIN, y, "What", "muted", SMALL)
        y += LINE
        for row in (KINDS[:4], KINDS[4:]):
            for kind, place in zip(row, columns(Area(MARGIN, y, right, y + BUTTON), len(row)), strict=True):
                if pen.button(f"kind {kind}", place, WORDS[kind], kind in choice.kinds, SMALL * 1.1):
                    chosen = replace(choice, kinds=_toggled(choice, kind))
            y += BUTTON + GAP
        y += BLOCK - GAP
        pen.text(MARGIN, y, "Of", "muted", SMALL)
        y += LINE
        chosen = self._about(pen, world, panel, Area(MARGIN, y, right, y + BUTTON), chosen)
        y += BUTTON + BLOCK
        left, beside = columns(Area(MARGIN, y, right, y + LINE + BUTTON), 2, 2 * GAP)
        pen.text(left.left, y, "Maps", "muted", SMALL)
        pen.text(beside.left, y, "Values", "muted", SMALL)
        ways = (("As coloured", False), ("16-bit grey", True))
        grey = pen.choices("grey", Area(left.left, y + LINE, left.right, left.bottom), ways, choice.grey)
        chosen = chosen if grey is None else replace(choice, grey=grey)
        forms = tuple((f".{form}", form) for form in FORMATS)
        form = pen.choices("format", Area(beside.left, y + LINE, beside.right, beside.bottom), forms, choice.format)
        chosen = chosen if form is None else replace(choice, format=form)
        wishes: list[Intent] = [] if chosen == choice else [ChooseExport(chosen)]
        foot = Area(MARGIN, height - MARGIN - BUTTON, right, height - MARGIN)
        wishes += _told(pen, world, left.bottom + BLOCK)
        if pen.button("export", foot, "Export", usable=bool(choice.kinds)):
            wishes.append(ExportChosen(pen.pressed or HANDS[0]))
        return wishes

    def _about(self, pen: Pen, world: World, panel: WorldPanel, area: Area, choice: ExportChoice) -> ExportChoice:
        """Of what: the layer and the channel that the panel speaks of, or everything."""
        about = meant_on(world, panel)
        layer = world.halls[about.hall].walls[about.index].title if about is not None else ""
        channel = about is not None and about.tile is not None
        options = (
            ("channel", f"Channel {panel.channel}" if channel else "A channel", channel),
            ("layer", layer or "A layer", bool(layer)),
            ("network", "Everything shown", True),
        )
        now = choice.about if {name: can for name, _, can in options}[choice.about] else _next(options)
        for (name, words, can), place in zip(options, columns(area, len(options)), strict=True):
            if pen.button(f"about {name}", place, words, name == now, SMALL * 1.1, usable=can):
                choice = replace(choice, about=name)
        return choice


def _next(options: tuple[tuple[str, str, bool], ...]) -> str:
    """What is meant where the chosen one is not there: the layer of a channel, or everything."""
    return next((name for name, _, can in options if can and name != "channel"), "network")


def _toggled(choice: ExportChoice, kind: str) -> tuple[str, ...]:
    wanted = {*choice.kinds} ^ {kind}
    return tuple(each for each in KINDS if each in wanted)


def _running(world: World) -> Iterator[tuple[int, int, InquiryStatus]]:
    """The exports that run or wait: hall, number, and how far they are."""
    for hall, place in enumerate(world.halls):
        for number, status in place.inquiries.items():
            if status.title.startswith(BEGINS):
                yield hall, number, status


def _told(pen: Pen, world: World, y: float) -> list[Intent]:
    """How far the first is, with a button to give it up; else what the last one came to."""
    right, desk = pen.size[0] - MARGIN, world.exporting
    running = next(_running(world), None)
    if running is not None:
        hall, number, status = running
        share = status.done / status.total if status.total else None
        words = status.title if status.seconds_left is None else f"{time_left(status.seconds_left)} left"
        pen.text(MARGIN, y, words, "running", SMALL, room=right - MARGIN - CANCEL - 16)
        pen.bar(Area(MARGIN, y + 36, right - CANCEL - 16, y + 48), share)
        if pen.button(f"stop {number}", Area(right - CANCEL, y, right, y + BUTTON), "Cancel"):
            return [CancelInquiry(number, hall)]
    elif desk.last:
        pen.text(MARGIN, y, desk.last, size=SMALL, room=right - MARGIN)
        pen.text(MARGIN, y + 28, f"in {desk.folder}", "muted", SMALL, room=right - MARGIN)
    else:
        pen.text(MARGIN, y, "Files go into a new folder beside where vrcnn was started,", "muted", SMALL)
        pen.text(MARGIN, y + 28, "each with versions, hashes and settings in a .json.", "muted", SMALL)
    return []
