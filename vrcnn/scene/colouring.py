"""How the values of feature maps become colours, and in which order the maps of a wall stand: plain data."""

from __future__ import annotations

from dataclasses import dataclass

RANGES = ("layer", "map", "percentile", "fixed")
ORDERS = ("index", "activation", "variance", "difference")


@dataclass(frozen=True)
class Colormap:
    """`name` is the one on the panels, `source` that of the package cmap.

    A diverging one has an exact zero in its middle; a sequential one runs from a range's lower end to its upper one.
    """

    name: str
    source: str
    diverging: bool
    safe: bool = True  # for people who do not tell red from green


@dataclass(frozen=True)
class Colouring:
    """What the visitor has chosen.

    Attributes:
        range: what the ends of the colours stand for: the layer's 99.5th percentile of absolute values, each map's own
            extremes, another `percentile` of the layer, or the `fixed` value everywhere. One of RANGES.
        percentile: 50 to 100.
        fixed: the largest value that is told apart, more than 0.
        colormap: the name of a Colormap; "" for the theme's own.
        gamma: below 1 lifts faint values; sign and zero stay.
        order: one of ORDERS; all but "index" put the largest first.
    """

    range: str = "layer"
    percentile: float = 99.5
    fixed: float = 1.0
    colormap: str = ""
    gamma: float = 0.75
    order: str = "index"
