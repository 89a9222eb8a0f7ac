"""What the panels in the world are drawn with: type, bars and large buttons, in points, and who points at them.

A point is a thousandth of the distance from which a panel is read (scene/world_panels.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from imgui_bundle import imgui

from vrcnn.scene.world_panels import DENSITY, TITLE
from vrcnn.ui.events import Area
from vrcnn.ui.theme import BODY, Style
from vrcnn.ui.theme import TITLE as TITLE_SIZE

TYPE = 1.55  # by which the sizes of type in ui/theme.py are multiplied to points: 23 for text, 20 for small
MARGIN, GAP = 22.0, 8.0  # points: at the edge of a panel, and between two buttons
BUTTON = 58.0  # points, a button's height
ROUNDING = 9.0  # points, of a button's corners
CORNER = 20.0  # points, of a panel's
FLASH = 0.18  # s for which a button shows that it was pressed
LESS = (1.0, 0.92, 0.84)  # to which words shrink that are too long for their button
T = TypeVar("T")


@dataclass
class Pen:
    """Draws one panel in one frame.

    Attributes:
        size: of the panel in points.
        pointer: where a ray meets the panel, in points from its top left corner; None where none does.
        pressed: by which hand the button under the pointer was pressed in this frame; "" where by none.
        time: World.time, in s.
        flashes: when buttons were pressed, by their names; stays from frame to frame.
        buttons: the name and the place of every button so far.
        density: pixels per point.
        flat: whether it is drawn for the window, where there is a keyboard.
        held: by which hand the panel is held down under the pointer, from the press on; "" by none.
        covered: what lies over the panel, as the keyboard does; buttons below are not felt.
        pictures: keeps a picture by its name and says how it is drawn; another array is another picture.
    """

    style: Style
    layer: imgui.ImDrawList
    size: tuple[float, float]
    pointer: tuple[float, float] | None
    pressed: str
    time: float
    flashes: dict[str, float] = field(default_factory=dict)
    buttons: list[tuple[str, Area]] = field(default_factory=list)
    density: float = DENSITY
    flat: bool = False
    held: str = ""
    covered: Area | None = None
    pictures: Callable[[str, np.ndarray], imgui.ImTextureRef] | None = None

    def ground(self) -> None:
        """The glass of the whole panel; without its corners where the window cuts these."""
        if self.flat:
            self.fill(Area(0.0, 0.0, self.size[0] + 1.0, self.size[1] + 1.0), "panel", 0.0)
            return
        corners = (0.8, 0.8), (self.size[0] * self.density - 0.8, self.size[1] * self.density - 0.8)
        self.layer.add_rect_filled(*corners, self.style.colour("panel", 0.97), CORNER * self.density)
        self.layer.add_rect(*corners, self.style.colour("frame", 0.9), CORNER * self.density, 2.0 * self.density)

    def title(self, words: str, movable: bool = True, taken: float = 0.0) -> bool:
        """The bar at the top, by which the panel is moved, with the button that closes it; whether that was pressed.

        `taken` are points of it that something else needs, beside that button.
        """
        width = self.size[0]
        bar = Area(0.0, 0.0, width - TITLE, TITLE)
        over = movable and self.pointer is not None and bar.holds(*self.pointer)
        if movable:
            middle, top = width / 2, 9.0
            self.fill(Area(middle - 34, top, middle + 34, top + 5), "accent" if over else "frame", 2.5)
        room = (width - TITLE - 2 * MARGIN - taken) * self.density
        self.text(MARGIN, 17.0, self.style.fitted_name(words, room, TITLE_SIZE, True), size=TITLE_SIZE, strong=True)
        self.fill(Area(MARGIN, TITLE - 2.0, width - MARGIN, TITLE - 0.5), "frame", 0.0)
        return self._close(Area(width - TITLE, 4, width - 8, TITLE - 6))

    def text(
        self,
        x: float,
        y: float,
        words: str,
        role: str = "text",
        size: float = BODY,
        strong: bool = False,
        align: float = 0.0,
        room: float | None = None,
    ) -> None:
        """One line whose upper edge is at `y`; shortened to `room` points where it is given."""
        if room is not None:
            words = self.style.fitted(words, room * self.density, size, strong)
        self.style.write(self.layer, (x * self.density, y * self.density), words, role, size, strong, align=align)

    def width(self, words: str, size: float = BODY, strong: bool = False) -> float:
        """Of a line of text, in points."""
        return self.style.width(words, size, strong) / self.density

    def corners(self, area: Area) -> tuple[tuple[float, float], tuple[float, float]]:
        """The upper left and the lower right corner of an area in the layer's pixels."""
        density = self.density
        return (area.left * density, area.top * density), (area.right * density, area.bottom * density)

    def fill(self, area: Area, role: str, rounding: float = ROUNDING, alpha: float = 1.0) -> None:
        """An even rectangle."""
        self.layer.add_rect_filled(*self.corners(area), self.style.colour(role, alpha), rounding * self.density)

    def bar(self, area: Area, share: float | None, role: str = "running") -> None:
        """How much is done; of a length that nobody knows (None) a part that wanders."""
        self.fill(area, "track", 5.0)
        width = area.right - area.left
        begin, end = 0.0, min(1.0, share or 0.0)
        if share is None:
            middle = abs((0.4 * self.time) % 2.0 - 1.0)
            begin, end = 0.85 * middle, 0.85 * middle + 0.15
        if end > begin:
            self.fill(Area(area.left + begin * width, area.top, area.left + end * width, area.bottom), role, 5.0)

    def button(
        self, name: str, area: Area, words: str, lit: bool = False, size: float = BODY, usable: bool = True
    ) -> bool:
        """A large button; whether it was pressed now. One that is `lit` is what is chosen."""
        over, flash = self.felt(name, area, usable)
        ink = "on accent" if lit or flash else "text" if usable else "muted"
        if lit or flash:
            self.fill(area, "accent", alpha=1.0 if flash or not over else 0.88)
        else:
            self.fill(area, "frame" if over else "track", alpha=1.0 if usable else 0.4)
        if over:
            self.rim(area, "accent", 3.0, ROUNDING)
        self._words(area, words, ink, size, lit)
        return over and bool(self.pressed)

    def choices(self, name: str, area: Area, options: Sequence[tuple[str, T]], chosen: T) -> T | None:
        """Buttons side by side, of which one is chosen: (words, what it stands for); what was pressed, if any was."""
        width = (area.right - area.left - GAP * (len(options) - 1)) / len(options)
        found: T | None = None
        for number, (words, value) in enumerate(options):
            left = area.left + number * (width + GAP)
            place = Area(left, area.top, left + width, area.bottom)
            if self.button(f"{name} {words}", place, words, value == chosen):
                found = value
        return found

    def felt(self, name: str, area: Area, usable: bool = True) -> tuple[bool, bool]:
        """Whether a ray is on a button, and whether it was pressed just now."""
        if not usable:
            return False, False
        half = GAP / 2  # a button is hit in the gaps around it too
        reach = Area(area.left - half, area.top - half, area.right + half, area.bottom + half)
        if self.hidden((area.left + area.right) / 2, (area.top + area.bottom) / 2):
            return False, False
        self.buttons.append((name, reach))
        over = self.pointer is not None and reach.holds(*self.pointer) and not self.hidden(*self.pointer)
        if over and self.pressed:
            self.flashes[name] = self.time
        return over, self.time - self.flashes.get(name, -FLASH) < FLASH

    def picture(self, name: str, pixels: np.ndarray, area: Area, rows: tuple[float, float] = (0.0, 1.0)) -> None:
        """A picture (H, W, 4) uint8 over an area, or its `rows` (shares of its height), each pixel an even rectangle.

        It is kept under its `name` as long as the same array is given.
        """
        if self.pictures is not None:
            ends = (0.0, rows[0]), (1.0, rows[1])
            self.layer.add_image(self.pictures(name, pixels), *self.corners(area), *ends)

    def ink(self, x: float, y: float, words: str, colour: tuple[int, int, int], size: float = BODY) -> None:
        """One line in a colour (0 to 255) that does not go with the theme, its middle at `x`: on pictures."""
        style, density = self.style, self.density
        packed = 0xFF000000 | colour[2] << 16 | colour[1] << 8 | colour[0]
        place = round(x * density - style.width(words, size) / 2), round(y * density)
        self.layer.add_text(style.text_font, size * style.scale, place, packed, words)

    def line(self, points: Sequence[tuple[float, float]], role: str, thick: float = 2.0, alpha: float = 1.0) -> None:
        """A line through points, `thick` points wide."""
        corners: list[Any] = [imgui.ImVec2(x * self.density, y * self.density) for x, y in points]
        self.layer.add_polyline(corners, self.style.colour(role, alpha), max(1.0, thick * self.density), 0)

    def rim(self, area: Area, role: str, thick: float = 2.0, rounding: float = 0.0) -> None:
        """The outline of a rectangle."""
        colour, density = self.style.colour(role), self.density
        self.layer.add_rect(*self.corners(area), colour, rounding * density, max(1.0, thick * density))

    def hidden(self, x: float, y: float) -> bool:
        """Whether a place lies under what covers a part of the panel."""
        return self.covered is not None and self.covered.holds(x, y)

    def _close(self, area: Area) -> bool:
        over, flash = self.felt("close", area)
        if over or flash:
            self.fill(area, "accent" if flash else "frame", 14.0)
        x, y, half = (area.left + area.right) / 2, (area.top + area.bottom) / 2, 9.0
        for sign in (-1, 1):
            ends = (
                ((x - half) * self.density, (y - sign * half) * self.density),
                ((x + half) * self.density, (y + sign * half) * self.density),
            )
            self.layer.add_line(*ends, self.style.colour("text" if over else "muted"), 3.4 * self.density)
        return over and bool(self.pressed)

    def _words(self, area: Area, words: str, role: str, size: float, strong: bool) -> None:
        """In the middle of a button, smaller where they are long, on two lines where they are longer."""
        room = area.right - area.left - 14.0
        x, y = (area.left + area.right) / 2, (area.top + area.bottom) / 2
        for less in LESS:
            if self.width(words, size * less, strong) <= room:
                self.text(x, y - 0.62 * TYPE * size * less, words, role, size * less, strong, align=0.5)
                return
        size *= LESS[-1]
        first, second = _halved(words)
        for line, at in ((first, y - 1.16 * TYPE * size), (second, y - 0.06 * TYPE * size)):
            self.text(x, at, line, role, size, strong, align=0.5, room=room)


def rows(area: Area, count: int, gap: float = GAP) -> list[Area]:
    """An area cut into as many rows of one height."""
    height = (area.bottom - area.top - gap * (count - 1)) / count
    tops = [area.top + number * (height + gap) for number in range(count)]
    return [Area(area.left, top, area.right, top + height) for top in tops]


def columns(area: Area, count: int, gap: float = GAP) -> list[Area]:
    """An area cut into as many columns of one width."""
    width = (area.right - area.left - gap * (count - 1)) / count
    lefts = [area.left + number * (width + gap) for number in range(count)]
    return [Area(left, area.top, left + width, area.bottom) for left in lefts]


def _halved(words: str) -> tuple[str, str]:
    """Two lines of about one length."""
    places = [place for place, letter in enumerate(words) if letter == " "]
    if not places:
        return words, ""
    middle = min(places, key=lambda place: abs(place - len(words) / 2))
    return words[:middle], words[middle + 1 :]
