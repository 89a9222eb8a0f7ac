"""A sheet that things are laid out on: boxes, lines of text and maps, about its middle and at any size."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import numpy as np

from vrcnn.engine.plan import MapSpan
from vrcnn.scene.colormaps import colours_of
from vrcnn.scene.colouring import Colormap
from vrcnn.scene.drawables import Box, Drawables, Grid, Image, Label
from vrcnn.scene.features import FACES
from vrcnn.scene.geometry import Pose
from vrcnn.scene.reading import figure
from vrcnn.scene.theme import Colour
from vrcnn.scene.tiles import FILL
from vrcnn.scene.typography import fit

STEPS = 48  # colours of a bar


class Sheet:
    """Collects drawables whose lengths are given in m at a scale of 1, z towards the reader."""

    def __init__(self, pose: Pose, scale: float = 1.0) -> None:
        self.pose, self.scale = pose, scale
        self.boxes: list[Box] = []
        self.labels: list[Label] = []
        self.grids: list[Grid] = []
        self.images: list[Image] = []

    def at(self, x: float, y: float, z: float) -> Pose:
        """A place on the sheet in the frame of its pose."""
        return self.pose @ Pose((x * self.scale, y * self.scale, z * self.scale))

    def box(
        self,
        place: tuple[float, float, float],
        size: tuple[float, float, float],
        role: str | Colour,
        glow: float = 1.0,
        opacity: float = 1.0,
    ) -> None:
        """A box with its middle at `place`."""
        width, height, depth = (length * self.scale for length in size)
        self.boxes.append(Box(self.at(*place), (width, height, depth), role, glow, opacity))

    def write(
        self,
        x: float,
        y: float,
        text: str,
        cap: float,
        room: float,
        role: str = "text",
        bold: bool = False,
        align: Literal["left", "centre", "right"] = "left",
        z: float = 0.002,
    ) -> None:
        """A line whose baseline begins, or ends, at (x, y), shortened to `room`."""
        text = fit(text, cap, room, bold)
        if text:
            self.labels.append(Label(text, self.at(x, y, z), cap * self.scale, align, role, bold))

    def map(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        span: MapSpan,
        place: int,
        hall: int,
        face: str = FACES[0],
    ) -> None:
        """The map, or the visualization, at `place` of a layer, so large, with a thin dark rim."""
        size = width / FILL * self.scale, height / FILL * self.scale
        self.grids.append(Grid(span, self.at(x, y, 0.003), *size, 1, 1, place, hall, face))

    def image(self, picture: int, x: float, y: float, width: float, height: float, z: float = 0.003) -> None:
        """The picture of this number (picture_numbers.py), so large."""
        self.images.append(Image(picture, self.at(x, y, z), width * self.scale, height * self.scale))

    def bar(
        self,
        place: tuple[float, float],
        size: tuple[float, float],
        ends: tuple[float, float],
        colormap: Colormap,
        gamma: float,
    ) -> None:
        """The colours between two values: upwards where it is higher than wide, else to the right; a mark at zero."""
        (x, y), (width, height) = place, size
        upright = height > width
        length = max(width, height)
        self.box((x, y, 0.0005), (width + 0.004, height + 0.004, 0.001), "frame")
        for step, colour in enumerate(_colours(ends, colormap, gamma)):
            along = ((step + 0.5) / STEPS - 0.5) * length
            if upright:
                self.box((x, y + along, 0.0015), (width, length / STEPS, 0.002), colour)
            else:
                self.box((x + along, y, 0.0015), (length / STEPS, height, 0.002), colour)
        zero = zero_along(ends)
        if zero is not None:
            along = (zero - 0.5) * length
            if upright:
                self.box((x + width * 0.75, y + along, 0.0015), (width * 0.4, 0.0022, 0.002), "text")
            else:
                self.box((x + along, y - height * 0.8, 0.0015), (0.0016, height * 0.5, 0.002), "text")

    def drawables(self) -> Drawables:
        """All of it."""
        return Drawables(
            grids=tuple(self.grids), boxes=tuple(self.boxes), labels=tuple(self.labels), images=tuple(self.images)
        )


def zero_along(ends: tuple[float, float]) -> float | None:
    """Where zero is between two values, 0 to 1; None where it is not strictly between them."""
    low, high = ends
    return -low / (high - low) if low < 0 < high else None


def ends_in_words(ends: tuple[float, float]) -> tuple[str, str]:
    """The two values for the ends of a bar."""
    return figure(ends[0]), figure(ends[1])


@lru_cache(maxsize=256)
def _colours(ends: tuple[float, float], colormap: Colormap, gamma: float) -> tuple[Colour, ...]:
    low, high = ends
    if high <= low:
        high = low + 1e-6
    if colormap.diverging:
        high = max(abs(low), abs(high), 1e-6)
        low = -high
    values = low + (np.arange(STEPS) + 0.5) / STEPS * (high - low)
    return tuple((red, green, blue) for red, green, blue in colours_of(colormap, values, low, high, gamma).tolist())
