"""Colours for classes, boxes and curves: easy to tell apart, the first eight also for the colour-blind."""

from __future__ import annotations

import colorsys
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np

Colour = tuple[float, float, float]  # sRGB-encoded, 0..1
ColourOf = Callable[[int], Colour]

# Okabe and Ito, "Color Universal Design" (2008), https://jfly.uni-koeln.de/color/, in an order that keeps neighbours
# apart; their black is a light grey here, since pictures and cards are dark.
FIRST: tuple[Colour, ...] = tuple(
    (red / 255, green / 255, blue / 255)
    for red, green, blue in (
        (230, 159, 0),
        (86, 180, 233),
        (0, 158, 115),
        (240, 228, 66),
        (204, 121, 167),
        (0, 114, 178),
        (213, 94, 0),
        (187, 187, 187),
    )
)
GOLDEN = 0.618034  # of a turn of the hue: no two of the next hundred come close
COUNT = 256  # colours; then they come again


def colour_of(index: int) -> Colour:
    """The colour of class `index`, 0 or more; the same class always has the same one."""
    return _colours()[index % COUNT]


def class_colours(own: Sequence[Colour] | None, background: int | None = None) -> ColourOf:
    """From a class's index to its colour on the picture and in the legend: `own` where it has one, else of the palette.

    The first class that is no `background` has the palette's first colour.
    """

    def colour(index: int) -> Colour:
        if own is not None and 0 <= index < len(own):
            return own[index]
        return colour_of(max(0, index - (background == 0)))

    return colour


@cache
def _colours() -> tuple[Colour, ...]:
    """The first ones, then of many hues, a golden ratio apart, always the one that is farthest from all before."""
    candidates = [
        colorsys.hls_to_rgb(step * GOLDEN % 1, (0.35, 0.55, 0.72, 0.85)[step % 4], (0.75, 0.5)[step // 4 % 2])
        for step in range(3 * COUNT)
    ]
    colours = list(FIRST)
    places = _perceived(np.array(candidates))
    distances = np.full(len(candidates), np.inf)
    for number in range(COUNT):
        if number >= len(colours):
            colours.append(candidates[int(distances.argmax())])
        distances = np.minimum(distances, np.linalg.norm(places - _perceived(np.array(colours[number])), axis=1))
    return tuple(colours)


def _perceived(colours: np.ndarray) -> np.ndarray:
    """OKLab of sRGB colours (..., 3): equal distances look equal (Ottosson, 2020, bottosson.github.io/posts/oklab)."""
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    cones = np.cbrt(
        linear
        @ np.array(
            [
                [0.4122214708, 0.2119034982, 0.0883024619],
                [0.5363325363, 0.6806995451, 0.2817188376],
                [0.0514459929, 0.1073969566, 0.6299787005],
            ]
        )
    )
    perceived: np.ndarray = cones @ np.array(
        [
            [0.2104542553, 1.9779984951, 0.0259040371],
            [0.7936177850, -2.4285922050, 0.7827717662],
            [-0.0040720468, 0.4505937099, -0.8086757660],
        ]
    )
    return perceived
