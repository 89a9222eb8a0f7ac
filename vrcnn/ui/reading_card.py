"""The card that tells of the feature map under the crosshair: its numbers, and the value of the pixel there; or of the
visualization there: what it reaches, and how it was made."""

from __future__ import annotations

from dataclasses import dataclass

from imgui_bundle import imgui

from vrcnn.scene.feature_reading import FeatureReading
from vrcnn.scene.fields import sees
from vrcnn.scene.pointing import feature_shown, pixel_shown, reading_shown
from vrcnn.scene.reading import Reading, figure, share
from vrcnn.scene.wording import counted
from vrcnn.scene.world import World
from vrcnn.ui.events import Area
from vrcnn.ui.theme import BODY, PADDING, SMALL, TITLE, Style

WIDTH = 300.0  # px at a scale of 1
FADE_SECONDS = 0.12
LINE = 24.0  # px from row to row
KEYS = "Right button: large  ·  E: a copy to carry"
TO_MAKE = "G: visualize this channel"


@dataclass
class ReadingCard:
    """In the lower right corner, as long as the crosshair rests on a map; what it said last fades away."""

    shade: float = 0.0
    _reading: Reading | FeatureReading | None = None
    _pixel: tuple[int, int] | None = None
    _sight: str = ""

    def draw(
        self, layer: imgui.ImDrawList, style: Style, size: tuple[int, int], world: World, foot: float, seconds: float
    ) -> None:
        """Draws it with its lower edge above `foot`; nothing while a map is shown large, which tells the same."""
        wanted = None if world.gallery.large is not None else reading_shown(world) or feature_shown(world)
        if wanted is not None:
            self._reading, self._pixel = wanted, pixel_shown(world)
            sight = world.gallery.sight
            self._sight = "" if sight is None else sees(sight.field)
        step = seconds / FADE_SECONDS
        self.shade = min(1.0, self.shade + step) if wanted is not None else max(0.0, self.shade - step)
        if self.shade == 0.0 or self._reading is None:
            return
        if isinstance(self._reading, FeatureReading):
            self._tell_feature(layer, style, size, self._reading, foot)
        else:
            self._lay_out(layer, style, size, self._reading, foot)

    def _tell_feature(
        self, layer: imgui.ImDrawList, style: Style, size: tuple[int, int], reading: FeatureReading, foot: float
    ) -> None:
        scale, alpha = style.scale, self.shade
        pad, line = PADDING * scale, 20 * scale
        room = WIDTH * scale - 2 * pad
        told = [(part, role) for words, role in reading.lines for part in _wrapped(style, words, room)]
        bottom = min(foot, size[1]) - pad
        right = size[0] - pad
        top = bottom - (2 * pad + 60 * scale + line * len(told) + 30 * scale)
        area = Area(right - WIDTH * scale, top, right, bottom)
        style.glass(layer, area, alpha)
        left, right, y = area.left + pad, area.right - pad, area.top + pad
        style.write(layer, (left, y - 2 * scale), _tail(style, reading.layer, room), "text", BODY + 2, True, alpha)
        words = style.fitted(reading.full_channel_words, room, SMALL)
        style.write(layer, (left, y + 24 * scale), words, "muted", SMALL, alpha=alpha)
        y = _divide(layer, style, left, right, y + 50 * scale, alpha)
        for words, role in told:
            style.write(layer, (left, y), words, role, SMALL, alpha=alpha)
            y += line
        keys = KEYS if reading.made is not None else TO_MAKE if reading.feature is None else ""
        style.write(layer, (left, y + 8 * scale), style.fitted(keys, room, SMALL), "muted", SMALL, alpha=0.75 * alpha)

    def _lay_out(
        self, layer: imgui.ImDrawList, style: Style, size: tuple[int, int], reading: Reading, foot: float
    ) -> None:
        scale, alpha = style.scale, self.shade
        pad, line = PADDING * scale, LINE * scale
        rows = _rows(reading)
        sights = _wrapped(style, self._sight, WIDTH * scale - 2 * pad) if self._pixel else []
        below = (42 + 20 * len(sights)) * scale if self._pixel else line
        height = 2 * pad + 64 * scale + line * len(rows) + 13 * scale + below + 24 * scale
        bottom = min(foot, size[1]) - pad
        right = size[0] - pad
        area = Area(right - WIDTH * scale, bottom - height, right, bottom)
        style.glass(layer, area, alpha)
        left, right, y = area.left + pad, area.right - pad, area.top + pad
        room = right - left
        style.write(layer, (left, y - 2 * scale), _tail(style, reading.layer, room), "text", BODY + 2, True, alpha)
        words = style.fitted(reading.full_channel_words, room, SMALL)
        style.write(layer, (left, y + 24 * scale), words, "muted", SMALL, alpha=alpha)
        y = _divide(layer, style, left, right, y + 50 * scale, alpha)
        for label, words, role in rows:
            style.write(layer, (left, y + 2 * scale), label, "muted", SMALL, alpha=alpha)
            style.write(layer, (right, y), words, role, alpha=alpha, align=1.0)
            y += line
        y = _divide(layer, style, left, right, y + 4 * scale, alpha)
        if self._pixel is None:
            style.write(layer, (left, y), "Point at a pixel to read its value.", "muted", SMALL, alpha=alpha)
            y += line
        else:
            row, column = self._pixel
            value = reading.told(row, column)
            style.write(layer, (left, y - 2 * scale), value, "accent text", TITLE, True, alpha)
            place = f"row {row:,}, column {column:,}"
            style.write(layer, (right, y + 6 * scale), place, "muted", SMALL, alpha=alpha, align=1.0)
            y += 36 * scale
            for words in sights:
                style.write(layer, (left, y), words, "text", SMALL, alpha=alpha)
                y += 20 * scale
            y += 6 * scale
        style.write(layer, (left, y + 2 * scale), style.fitted(KEYS, room, SMALL), "muted", SMALL, alpha=0.75 * alpha)


def _rows(reading: Reading) -> list[tuple[str, str, str]]:
    """(label, words, the words' role)."""
    known = reading.statistics
    rows = [("Shows", reading.quantity.words, "running")] if reading.quantity.owed else []
    rows += [
        ("Minimum, maximum", f"{figure(known.least)} to {figure(known.largest)}", "text"),
        ("Mean", figure(known.mean), "text"),
        ("Deviation", figure(known.deviation), "text"),
        ("Sparsity", f"{share(known.zeros)} exactly 0", "text"),
    ]
    if known.nonfinite:
        rows.append(("Not finite", counted(known.nonfinite, "value"), "failed"))
    return rows


def _divide(layer: imgui.ImDrawList, style: Style, left: float, right: float, y: float, alpha: float) -> float:
    """A hairline; returns where the next row begins."""
    layer.add_line_h(left, right, round(y), style.colour("frame", 0.6 * alpha), max(1.0, round(style.scale)))
    return y + 9 * style.scale


def _tail(style: Style, text: str, width: float) -> str:
    """The end of a layer's name, which tells more than its start."""
    if style.width(text, BODY + 2, True) <= width:
        return text
    kept = next(n for n in range(1, len(text) + 1) if style.width("…" + text[n:], BODY + 2, True) <= width)
    return "…" + text[kept:]


def _wrapped(style: Style, words: str, width: float) -> list[str]:
    """In as many lines as it takes."""
    lines = [""]
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and style.width(longer, SMALL) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines if words else []
