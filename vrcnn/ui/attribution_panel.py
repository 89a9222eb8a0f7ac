"""The panel of attributions: the method and what it means, the class, the layer, how it lies over the picture, and what
the walls show."""

from __future__ import annotations

from dataclasses import dataclass, replace

from vrcnn.attribution.results import METHODS, Attribution, Wish
from vrcnn.network.quantity import QUANTITIES, TITLES
from vrcnn.scene.attributing import layer_of
from vrcnn.scene.attribution_intents import Attribute, ChooseAttribution, SetHeat, ShowOnWalls, ToggleHeat
from vrcnn.scene.hall import Hall
from vrcnn.scene.intents import CancelInquiry, Intent
from vrcnn.scene.reading import figure
from vrcnn.scene.world import World
from vrcnn.scene.world_panels import TITLE, WorldPanel
from vrcnn.ui.events import Area
from vrcnn.ui.panel_pen import BUTTON, GAP, MARGIN, Pen, columns
from vrcnn.ui.theme import SMALL

LINE, PART = 30.0, 18.0  # points: from line to line, and between two parts
LOW = 50.0  # points, the height of the buttons here
CLASSES = 8  # that have a button beside the best guess
LAST = "last with maps"
METHOD_WORDS = {"integrated-gradients": "Integrated"}  # that are short enough for a button


@dataclass
class AttributionPanel:
    """Keeps nothing: all that it tells is in the World."""

    def title(self, world: World, panel: WorldPanel) -> str:
        return "Attribution"

    def key(self, world: World, panel: WorldPanel) -> object:
        hall = world.hall
        attributing, asked = hall.attributing, hall.inquiries.get(hall.attributing.number or 0)
        chosen = attributing.wish, attributing.revision, attributing.number, hall.chosen.quantity, hall.chosen.of
        return world.here, chosen, asked and (asked.done, asked.total), hall.results_revision, world.easel.picture

    def moves(self, world: World) -> bool:
        return False

    def scroll(self, notches: float) -> None:
        """There is nothing beyond what is shown."""

    def draw(self, pen: Pen, world: World, panel: WorldPanel) -> list[Intent]:
        hall, here = world.hall, world.here
        wishes: list[Intent] = []
        wish, y = hall.attributing.wish, TITLE + 14.0
        methods = [(METHOD_WORDS.get(method.name, method.title), method.name) for method in METHODS]
        chosen = pen.choices("method", _row(pen, y), methods, wish.method)
        if chosen is not None:
            wishes.append(ChooseAttribution(replace(wish, method=chosen), here))
        y = _means(pen, wish, y + LOW + 12.0)
        y, pressed = _classes(pen, hall, here, wish, y)
        wishes += pressed
        if wish.method == "grad-cam":
            y, pressed = _layers(pen, hall, here, wish, y)
            wishes += pressed
        y, pressed = _run(pen, world, hall, here, y)
        wishes += pressed
        return [*wishes, *_walls(pen, hall, here)]


def found_words(found: Attribution) -> str:
    """What was found, in a line."""
    words = f"{found.words}: score {figure(found.score)}"
    if "sum" in found.settings:
        gained = found.score - float(found.settings["score of the baseline"])
        words += f", adds up to {figure(float(found.settings['sum']))} of {figure(gained)}"
    return words


def _row(pen: Pen, y: float, tall: float = LOW) -> Area:
    return Area(MARGIN, y, pen.size[0] - MARGIN, y + tall)


def _means(pen: Pen, wish: Wish, y: float) -> float:
    """What the method shows, and where it is from."""
    method = next(method for method in METHODS if method.name == wish.method)
    room = pen.size[0] - 2 * MARGIN
    for line in _wrapped(pen, method.means, room):
        pen.text(MARGIN, y, line, size=SMALL * 1.08)
        y += LINE
    pen.text(MARGIN, y, method.source, "muted", SMALL, room=room)
    return y + LINE + PART


def _classes(pen: Pen, hall: Hall, here: int, wish: Wish, y: float) -> tuple[float, list[Intent]]:
    """Buttons for the best guess and for the classes that the boards name."""
    pen.text(MARGIN, y, "Class", "muted", SMALL)
    y += LINE
    options: list[tuple[str, int | None]] = [("Best guess", None)]
    options += [(score.label, score.index) for score in hall.scores[:CLASSES]]
    if wish.index is not None and wish.index not in [index for _, index in options]:
        options[-1:] = [(f"class {wish.index}", wish.index)]
    wishes: list[Intent] = []
    for row in range(0, len(options), 3):
        for place, (words, index) in zip(columns(_row(pen, y), 3), options[row : row + 3], strict=False):
            if pen.button(f"class {index}", place, words, wish.index == index, SMALL * 1.08):
                wishes.append(ChooseAttribution(replace(wish, index=index), here))
        y += LOW + GAP
    return y + PART - GAP, wishes


def _layers(pen: Pen, hall: Hall, here: int, wish: Wish, y: float) -> tuple[float, list[Intent]]:
    """Grad-CAM's layer, and those of the walls before and behind it."""
    names = [""] + [
        layer_of(hall, wall)
        for wall in hall.walls
        if wall.span is not None and wall.span.size.height * wall.span.size.width > 1
    ]
    at = names.index(wish.layer) if wish.layer in names else 0
    back, middle, on = columns(_row(pen, y), 3)
    wishes: list[Intent] = []
    for name, place, words, step in (("back", back, "← Layer", -1), ("on", on, "Layer →", 1)):
        if pen.button(f"layer {name}", place, words, size=SMALL * 1.08):
            layer = names[(at + step) % len(names)]
            wishes.append(ChooseAttribution(replace(wish, layer=layer), here))
    pen.text((middle.left + middle.right) / 2, y + 13, wish.layer or LAST, align=0.5, room=middle.right - middle.left)
    return y + LOW + PART, wishes


def _run(pen: Pen, world: World, hall: Hall, here: int, y: float) -> tuple[float, list[Intent]]:
    """The button that finds it, and how it lies over the picture once it is there."""
    wishes: list[Intent] = []
    attributing = hall.attributing
    asked = hall.inquiries.get(attributing.number or 0)
    row = _row(pen, y, BUTTON)
    if attributing.number is not None:
        left, right = (
            Area(row.left, row.top, row.right - 180, row.bottom),
            Area(row.right - 180 + GAP, row.top, row.right, row.bottom),
        )
        share = asked.done / asked.total if asked is not None and asked.total else 0.0
        pen.bar(Area(left.left, left.top + 23, left.right - 8, left.top + 35), share)
        if pen.button("cancel", right, "Cancel"):
            wishes.append(CancelInquiry(attributing.number, here))
    elif pen.button("find", row, "Find it and lay it over the picture", usable=world.easel.picture is not None):
        wishes.append(Attribute(here))
    y += BUTTON + 10
    room, found = pen.size[0] - 2 * MARGIN, attributing.found
    pen.text(MARGIN, y, found_words(found) if found else "Nothing is laid over the picture.", "muted", SMALL, room=room)
    y += LINE + 4
    switch, less, value, more = columns(_row(pen, y), 4)
    shown = found is not None and attributing.shown
    if pen.button("shown", switch, "Shown" if shown else "Hidden", shown, usable=found is not None):
        wishes.append(ToggleHeat(here))
    for name, place, words, step in (("less", less, "−", -0.15), ("more", more, "+", 0.15)):
        if pen.button(name, place, words):
            wishes.append(SetHeat(attributing.opacity + step, here))
    pen.text((value.left + value.right) / 2, y + 13, f"{attributing.opacity:.0%} opaque", align=0.5, size=SMALL * 1.08)
    return y + LOW + PART, wishes


def _walls(pen: Pen, hall: Hall, here: int) -> list[Intent]:
    """What the walls show, at the panel's foot."""
    top = pen.size[1] - MARGIN - LOW
    pen.text(MARGIN, top - LINE, "The walls show", "muted", SMALL)
    options = [(TITLES[quantity], quantity) for quantity in QUANTITIES]
    chosen = pen.choices("walls", _row(pen, top), options, hall.chosen.quantity)
    return [] if chosen is None else [ShowOnWalls(chosen, here)]


def _wrapped(pen: Pen, words: str, room: float) -> list[str]:
    lines = [""]
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and pen.width(longer, SMALL * 1.08) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
