"""A signal as a picture: one curve per channel on a dark card."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from vrcnn.network.palette import colour_of

SIZE = (512, 384)  # pixels, width and height
FINER = 3  # it is drawn so much larger and then made smaller, so that the lines are smooth
MARGIN = 20
THICKNESS = 2.6
CARD = (17, 20, 26)
ZERO = (52, 60, 74)
DIVIDER = (32, 38, 48)


def signal_card(signal: np.ndarray) -> Image.Image:
    """The curves of (C, L) values, each channel in its own row between its own least and greatest value.

    What is not finite leaves a gap; a line across a row is zero, where the channel passes it.
    """
    width, height = SIZE[0] * FINER, SIZE[1] * FINER
    card = Image.new("RGB", (width, height), CARD)
    draw = ImageDraw.Draw(card)
    row = height / len(signal)
    margin = min(MARGIN * FINER, row * 0.14)
    for number, values in enumerate(np.asarray(signal, np.float64)):
        top = number * row
        if number:
            draw.line((0, top, width, top), fill=DIVIDER, width=FINER)
        finite = values[np.isfinite(values)]
        if not finite.size:
            continue
        low, high = float(finite.min()), float(finite.max())
        reach = (row - 2 * margin) / (high - low) if high > low else 0.0
        bottom = top + row - margin if reach else top + row / 2
        if low < 0 < high:
            zero = bottom + low * reach
            draw.line((0, zero, width, zero), fill=ZERO, width=FINER)
        colour = tuple(round(255 * value) for value in colour_of(number))
        for points in _curves(values, width, bottom, low, reach):
            draw.line(points, fill=colour, width=round(THICKNESS * FINER), joint="curve")
    return card.resize(SIZE, Image.Resampling.LANCZOS)


def _curves(values: np.ndarray, width: int, bottom: float, low: float, reach: float) -> list[list[tuple[float, float]]]:
    """The points of each unbroken stretch; where many samples share a column, its least and its greatest are kept."""
    inner = width - 2 * MARGIN * FINER
    columns = inner // FINER
    places = np.arange(len(values))
    if len(values) > 2 * columns:
        places = _of_columns(values, columns)
    scale = inner / max(1, len(values) - 1)
    curves: list[list[tuple[float, float]]] = [[]]
    for place in places:
        value = values[place]
        if np.isfinite(value):
            curves[-1].append((MARGIN * FINER + place * scale, bottom - (value - low) * reach))
        elif curves[-1]:
            curves.append([])
    return [points for points in curves if len(points) > 1]


def _of_columns(values: np.ndarray, columns: int) -> np.ndarray:
    """Positions of the least and the greatest value of each column, in order."""
    kept = []
    for part in np.array_split(np.arange(len(values)), columns):
        here = values[part]
        kept += sorted({int(part[np.argmin(here)]), int(part[np.argmax(here)])})
    return np.array(kept)
