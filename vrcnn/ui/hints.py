"""What is drawn over the view itself: the crosshair with its hint, and the line that tells the keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from imgui_bundle import imgui

from vrcnn.scene.tiles import channel_at
from vrcnn.scene.visualizing import takeable_feature
from vrcnn.scene.world import World
from vrcnn.ui.events import Area
from vrcnn.ui.theme import PADDING, SMALL, Style

HELP_SECONDS = 20.0  # how long the first keys are told after the start
FADE_SECONDS = 0.2
TOLD_SECONDS = 4.0
Item = tuple[tuple[str, ...], str]  # keys, and what they do
FIRST: tuple[Item, ...] = (  # all that one needs to know at first
    (("W", "A", "S", "D"), "walk"),
    (("Click",), "take, place"),
    (("Right button",), "show large"),
    (("Tab",), "all choices"),
    (("Esc",), "free the mouse"),
    (("H",), "all keys"),
)
KEYS: tuple[Item, ...] = (
    (("W", "A", "S", "D"), "walk"),
    (("Shift",), "faster"),
    (("Space", "Ctrl", "Home"), "up, down, the ground"),
    (("Click",), "take, place"),
    (("Hold", "Wheel"), "move a wall, scale it"),
    (("F", "X"), "fold it, hide it"),
    (("U", "R"), "undo, redo"),
    (("Right button",), "show large"),
    (("1", "2", "3"), "blocks, layers, all"),
    (("L",), "corridor, stack, spiral"),
    (("N", "P"), "next layer, the one before"),
    (("/",), "find a layer"),
    (("K", "M"), "model, map"),
    (("Q", "Z"), "look closer, step"),
    (("F4",), "draw on the picture"),
    (("Ctrl", "V"), "paste a picture"),
    (("F5", "F6"), "attribution, gradients"),
    (("E",), "copy of a map"),
    (("Delete",), "put it away"),
    (("Tab",), "all choices"),
    (("C", "V", "B"), "colours, range, order"),
    (("[", "]"), "gamma"),
    (("G",), "what a channel looks for"),
    (("J",), "maps, features, both"),
    (("4", "5", "6", "7"), "sieve: on, kind, turn, sort"),
    (("8", "9"), "its curve, what flips"),
    (("T",), "dark, light"),
    (("I",), "send the wave"),
    (("O",), "headset on, off"),
    (("Y",), "what this window shows"),
    (("F12",), "save what you see"),
    (("Shift", "F12"), "save all around you"),
    (("F7",), "export"),
    (("Esc",), "free the mouse"),
    (("H",), "this help"),
)


def hint(world: World) -> tuple[str, bool]:
    """What a click would do now, and whether it would do anything: ("Click to take", True)."""
    hand = world.hands["mouse"]
    target = hand.target
    if hand.hold is not None:
        return "Wheel: larger or smaller", True
    if world.sieving.in_hand == "mouse" and (target is None or target.control is None):
        there = target is not None and target.kind == "easel"
        return "Click to put it before the picture; the wheel turns it" if there else "Click to put it back", True
    if target is None:
        return ("", False) if hand.carrying is None else ("Click to hang it here", True)
    if target.control is not None:
        return target.control.hint, True
    if hand.carrying is not None:
        return ("Click to put it away" if target.kind == "shelf" else "Click to hang it here"), True
    match target.kind:
        case "picture":
            return "Click to take", True
        case "sieve":
            return "Click to take the sieve, the wheel turns it", True
        case "frame":
            return "Click to take it, Delete puts it away", True
        case "large":
            return "", True  # its panel says so; here the words would lie on its pixels
        case "easel" if hand.holding is not None:
            return "Click to place on the easel", True
        case "shelf" if hand.holding is not None:
            return "Click to put it back", True
        case "easel" if hand.carrying is None and "mouse" in world.sketching.at:
            return "Press and drag to draw", True
        case "easel" if world.easel.picture is None:
            return "Take a picture from the shelf first", False
        case "wall" if takeable_feature(world, hand) is not None:
            return "Click to take it, hold to move the wall", True
        case "wall" if target.tile is not None:
            wall = world.halls[target.hall].walls[target.index]
            return f"{wall.title}, channel {channel_at(wall, target.tile):,}", False
    return "", False


@dataclass
class Crosshair:
    """Grows and turns to the accent's colour over what can be taken or used; `aim` runs from 0 to 1 as it does."""

    aim: float = 0.0

    def draw(self, layer: imgui.ImDrawList, style: Style, size: tuple[int, int], world: World, seconds: float) -> None:
        """Draws it into the middle, with the hint below."""
        words, useful = hint(world)
        step = seconds / FADE_SECONDS
        self.aim = min(1.0, self.aim + step) if useful else max(0.0, self.aim - step)
        eased = 1 - (1 - self.aim) ** 3
        scale = style.scale
        x, y = size[0] / 2, size[1] / 2
        role = "accent" if useful else "text"
        ring = (5 + 5 * eased) * scale
        layer.add_circle((x, y), ring, style.colour("panel", 0.5), 32, 3.5 * scale)
        layer.add_circle((x, y), ring, style.colour(role, 0.55 + 0.45 * eased), 32, 1.5 * scale)
        layer.add_circle_filled((x, y), 1.6 * scale, style.colour(role), 12)
        if words:
            draw_pill(layer, style, (x, y + 24 * scale), words, "accent text" if useful else "text")


def draw_pill(layer: imgui.ImDrawList, style: Style, top: tuple[float, float], words: str, role: str) -> None:
    """A line of text on a small rounded ground; `top` is the middle of its upper edge."""
    scale = style.scale
    half = style.width(words, SMALL) / 2 + 12 * scale
    corners = (top[0] - half, top[1]), (top[0] + half, top[1] + 28 * scale)
    layer.add_rect_filled(*corners, style.colour("panel", 0.82), 14 * scale)
    style.write(layer, (top[0], top[1] + 6.5 * scale), words, role, SMALL, align=0.5)


@dataclass
class Told:
    """What went well, said for some seconds."""

    words: str = ""
    age: float = 0.0

    def draw(self, layer: imgui.ImDrawList, style: Style, top: tuple[float, float], seconds: float) -> None:
        """Draws it as a pill, `top` being the middle of its upper edge."""
        self.age += seconds
        if self.words and self.age < TOLD_SECONDS:
            draw_pill(layer, style, top, self.words, "text")


@dataclass
class Help:
    """The keys, at the foot of the view: the first few for a while at the start, all of them when somebody asks."""

    age: float = 0.0
    wanted: bool | None = None  # None while nobody asked
    shade: float = 1.0
    _items: tuple[Item, ...] = FIRST
    _rows: list[list[Item]] = field(default_factory=list)
    _made_for: tuple[int, float, int] = (0, 0.0, 0)

    @property
    def visible(self) -> bool:
        return self.age < HELP_SECONDS if self.wanted is None else self.wanted

    @property
    def whole(self) -> bool:
        """Whether all keys are told, and not only the first ones."""
        return self._items is KEYS

    def toggle(self) -> None:
        """Shows all keys, or hides them when all are shown."""
        self.wanted = not self.wanted
        self._items = KEYS

    def draw(
        self, layer: imgui.ImDrawList, style: Style, size: tuple[int, int], seconds: float, asked: bool = False
    ) -> float:
        """Draws the keys in as many rows as the width asks for, unless they are hidden; returns their upper edge.

        Where they are only for those who have `asked`, they are not shown by themselves.
        """
        self.age += seconds
        step = seconds / FADE_SECONDS
        if asked and self.wanted is None:
            self.wanted = False
        self.shade = min(1.0, self.shade + step) if self.visible else max(0.0, self.shade - step)
        if self.shade == 0.0:
            return size[1]
        scale = style.scale
        pad, row_height = PADDING * scale, 32 * scale
        if self._made_for != (size[0], scale, len(self._items)):
            self._rows = _rows(style, size[0] - 5 * pad, self._items)
            self._made_for = size[0], scale, len(self._items)
        widths = [sum(_item_width(style, item) for item in row) + _gap(style) * (len(row) - 1) for row in self._rows]
        height = row_height * len(self._rows) + 0.8 * pad
        left = (size[0] - max(widths)) / 2
        top = size[1] - height - pad
        style.glass(layer, Area(left - pad, top, left + max(widths) + pad, top + height), self.shade)
        for number, (row, width) in enumerate(zip(self._rows, widths, strict=True)):
            x = (size[0] - width) / 2
            y = top + 0.4 * pad + number * row_height
            for item in row:
                x = _draw_item(layer, style, x, y, item, self.shade) + _gap(style)
        return top


def _gap(style: Style) -> float:
    return 22 * style.scale


def _cap_width(style: Style, key: str) -> float:
    return max(style.width(key, SMALL, strong=True) + 14 * style.scale, 24 * style.scale)


def _item_width(style: Style, item: Item) -> float:
    keys, words = item
    return sum(_cap_width(style, key) + 4 * style.scale for key in keys) + 4 * style.scale + style.width(words, SMALL)


def _rows(style: Style, width: float, items: Sequence[Item]) -> list[list[Item]]:
    """The items in as few rows as fit into `width`, the rows filled evenly."""
    for columns in range(len(items), 0, -1):
        count = -(-len(items) // columns)
        even = -(-len(items) // count)
        rows = [list(items[first : first + even]) for first in range(0, len(items), even)]
        if all(sum(_item_width(style, item) + _gap(style) for item in row) <= width for row in rows):
            return rows
    return [[item] for item in items]


def _draw_item(layer: imgui.ImDrawList, style: Style, x: float, y: float, item: Item, shade: float) -> float:
    keys, words = item
    scale = style.scale
    top, bottom = y + 4 * scale, y + 28 * scale
    for key in keys:
        width = _cap_width(style, key)
        layer.add_rect_filled((x, top), (x + width, bottom), style.colour("track", shade), 5 * scale)
        layer.add_rect((x, top), (x + width, bottom), style.colour("frame", shade), 5 * scale, max(1.0, round(scale)))
        style.write(layer, (x + width / 2, top + 4.6 * scale), key, "text", SMALL, True, shade, 0.5)
        x += width + 4 * scale
    style.write(layer, (x + 4 * scale, top + 4.6 * scale), words, "muted", SMALL, alpha=shade)
    return x + 4 * scale + style.width(words, SMALL)
