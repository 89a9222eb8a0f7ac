"""What a page of the inspect panel draws with: its subject, the answers that are there, numbers and colours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from vrcnn.scene.colormaps import colours_of
from vrcnn.scene.colouring import Colormap
from vrcnn.scene.inspect_intents import Refocus
from vrcnn.scene.inspecting import Subject
from vrcnn.scene.reading import MINUS, figure
from vrcnn.scene.world_panels import WorldPanel
from vrcnn.ui.events import Area
from vrcnn.ui.panel_pen import TYPE, Pen
from vrcnn.ui.theme import SMALL

WAITING = "It is being worked out …"
BAR = 14.0  # points, the height of a colour bar
Answer = TypeVar("Answer")


@dataclass
class Look:
    """What a page draws: what it tells of, the answers, and what it keeps between two frames.

    Attributes:
        answers: by Question.what; the newest of the same layer until the one asked for is here.
        first: the first line or input that is shown, of pages that scroll.
        logarithmic: whether histograms count in powers of ten.
        pictures: arrays that are shown, by what they show.
    """

    panel: WorldPanel
    subject: Subject
    answers: dict[str, object]
    refusals: list[str]
    diverging: Colormap
    first: int = 0
    logarithmic: bool = True
    pictures: dict[object, np.ndarray] = field(default_factory=dict)
    most: int = 0  # how far `first` can go, told by the page

    def answer(self, kind: type[Answer], what: str) -> Answer | None:
        """The answer to the question of this kind, where it is there."""
        found = self.answers.get(what)
        return found if isinstance(found, kind) else None

    def kept(self, key: object, make: Callable[[], np.ndarray]) -> np.ndarray:
        """A picture that is made once."""
        if key not in self.pictures:
            if len(self.pictures) > 24:
                self.pictures.clear()
            self.pictures[key] = make()
        return self.pictures[key]

    def turned(self, **given: object) -> Refocus:
        """The wish that the panel tells of something else."""
        return Refocus(self.panel.key, **given)  # type: ignore[arg-type]


def precise(value: float | None) -> str:
    """A number in six digits that matter, as torch would print it with that precision; "–" for none."""
    if value is None:
        return "–"
    if not np.isfinite(value):
        return figure(float(value))
    return f"{float(value):.6g}".replace("e-0", "e-").replace("e+0", "e").replace("-", MINUS)


def tell_why_not(pen: Pen, look: Look, area: Area) -> None:
    """What stands where an answer is missing: why there is none, or that it is on its way."""
    for number, line in enumerate(wrapped(pen, look.refusals[0] if look.refusals else WAITING, area.right - area.left)):
        pen.text(area.left, area.top + 6 + 30 * number, line, "muted", SMALL * 1.08)


def wrapped(pen: Pen, words: str, room: float, size: float = SMALL * 1.08) -> list[str]:
    """Lines of at most `room` points; a word that is longer lacks its middle."""
    lines = [""]
    for long in words.split():
        word = pen.style.fitted_name(long, room * pen.density, size)
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and pen.width(longer, size) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def coloured(values: np.ndarray, largest: float, colormap: Colormap) -> np.ndarray:
    """(..., 4) uint8: colours of values, 0 in the middle of the colormap and `largest` at its end; NaN is clear."""
    values = np.asarray(values, np.float64)
    reach = largest if largest > 0 else 1.0
    colours = colours_of(colormap, np.nan_to_num(values), -reach, reach, 1.0)
    opaque = np.where(np.isnan(values), 0.0, 1.0)[..., None]
    return np.ascontiguousarray((np.concatenate([colours, opaque], -1) * 255 + 0.5).astype(np.uint8))


def draw_scale(pen: Pen, look: Look, largest: float, area: Area) -> None:
    """The colours from the smallest to the largest value, with what their ends stand for."""
    stripes = look.kept(("scale", look.diverging), lambda: coloured(np.linspace(-1, 1, 128)[None], 1.0, look.diverging))
    bar = Area(area.left, area.top, area.right, area.top + BAR)
    pen.picture("scale", stripes, bar)
    pen.rim(bar, "frame", 1.0)
    for share, words, align in ((0.0, f"{MINUS}{figure(largest)}", 0.0), (0.5, "0", 0.5), (1.0, figure(largest), 1.0)):
        x = area.left + share * (area.right - area.left)
        pen.text(x, area.top + BAR + 3, words, "muted", SMALL * 0.92, align=align)


def caption(pen: Pen, x: float, y: float, words: str, room: float | None = None) -> float:
    """A heading; returns where what is below begins."""
    pen.text(x, y, words, "muted", SMALL, strong=True, room=room)
    return y + TYPE * SMALL + 10.0
