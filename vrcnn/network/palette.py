"""Colours for classes, boxes and curves: easy to tell apart, the first eight also for the colour-blind."""

from __future__ import annotations

import colorsys

Colour = tuple[float, float, float]  # sRGB-encoded, 0..1

# Okabe and Ito, "Color Universal Design" (2008), https://jfly.uni-koeln.de/color/, in an order that keeps neighbours
# apart; their black is a light grey here (Paul Tol's #bbbbbb), since pictures and cards are dark.
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


def colour_of(index: int) -> Colour:
    """The colour of class `index`, 0 or more; the same class always has the same one."""
    if index < len(FIRST):
        return FIRST[index]
    lightness = (0.62, 0.45, 0.75)[index % 3]
    red, green, blue = colorsys.hls_to_rgb(index * GOLDEN % 1, lightness, 0.72)
    return red, green, blue
