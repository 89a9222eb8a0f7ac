"""How the values of feature maps become colours, and in which order the maps of a wall stand: plain data."""

from __future__ import annotations

from dataclasses import dataclass, replace

from vrcnn.scene.theme import Theme

RANGES = ("layer", "map", "percentile", "fixed")
ORDERS = ("index", "activation", "variance", "difference", "susceptibility")
PERCENTILES = (50.0, 60.0, 70.0, 80.0, 90.0, 95.0, 98.0, 99.0, 99.5, 99.9, 100.0)
GAMMAS = (0.25, 0.35, 0.5, 0.6, 0.75, 0.85, 1.0, 1.25, 1.5, 2.0)
LAYER = 99.5  # percentile of the range "layer"


@dataclass(frozen=True)
class Colormap:
    """`name` is the one on the panels, `source` that of the package cmap.

    A diverging one has an exact zero in its middle; a sequential one runs from a range's lower end to its upper one.
    All of COLORMAPS are safe for people who do not tell all colours apart (tests/scene/test_scene_colormaps.py).
    """

    name: str
    source: str
    diverging: bool


COLORMAPS = (
    Colormap("berlin", "crameri:berlin", True),
    Colormap("vanimo", "crameri:vanimo", True),
    Colormap("vik", "crameri:vik", True),
    Colormap("red-blue", "colorbrewer:RdBu_r", True),
    Colormap("batlow", "crameri:batlow", False),
    Colormap("cividis", "cividis", False),
    Colormap("grey", "gray", False),
)


@dataclass(frozen=True)
class Colouring:
    """What the visitor has chosen.

    Attributes:
        range: what the ends of the colours stand for, one of RANGES: numbers between which 99.5 % of the layer's values
            lie, each map's own extremes, numbers between which another `percentile` lies, or the `fixed` value and its
            opposite everywhere. The ends of a diverging colormap are opposite numbers; beyond those of a sequential one
            lie as many values on either side.
        percentile: 50 to 100.
        fixed: the largest value that is told apart, more than 0.
        colormap: the name of one of COLORMAPS; "" for the theme's own.
        gamma: below 1 lifts faint values; sign and zero stay.
        order: one of ORDERS; all but "index" put the largest first. Where no sieve tells how much channels change,
            "susceptibility" leaves them as they are by their index.
    """

    range: str = "layer"
    percentile: float = 95.0
    fixed: float = 1.0
    colormap: str = ""
    gamma: float = 0.75
    order: str = "index"


def colormap_of(colouring: Colouring, theme: Theme) -> Colormap:
    """The colormap that was chosen, or the theme's own."""
    if colouring.colormap:
        return next(colormap for colormap in COLORMAPS if colormap.name == colouring.colormap)
    return next(colormap for colormap in COLORMAPS if colormap.source == theme.colormap)


def stepped(colouring: Colouring, part: str, step: int, theme: Theme) -> Colouring:
    """The colouring with the next (`step` 1) or the previous (-1) choice of one `part`, an attribute's name.

    Range, colormap and order go round; gamma, percentile and fixed end at their last values.
    """
    match part:
        case "gamma":
            return with_number(colouring, part, _beyond(GAMMAS, colouring.gamma, step))
        case "percentile":
            return with_number(colouring, part, _beyond(PERCENTILES, colouring.percentile, step))
        case "range":
            return replace(colouring, range=_around(RANGES, colouring.range, step))
        case "order":
            return replace(colouring, order=_around(ORDERS, colouring.order, step))
        case "colormap":
            names = tuple(colormap.name for colormap in COLORMAPS)
            return replace(colouring, colormap=_around(names, colormap_of(colouring, theme).name, step))
    return with_number(colouring, part, _round_value(colouring.fixed, step))


def with_number(colouring: Colouring, part: str, value: float) -> Colouring:
    """The colouring with another `gamma`, `percentile` or `fixed` value."""
    match part:
        case "gamma":
            return replace(colouring, gamma=value)
        case "percentile":
            return replace(colouring, percentile=value)
    return replace(colouring, fixed=value)


def _around(choices: tuple[str, ...], chosen: str, step: int) -> str:
    return choices[(choices.index(chosen) + step) % len(choices)]


def _beyond(choices: tuple[float, ...], chosen: float, step: int) -> float:
    """The nearest of the choices above or below a value; the last one stays."""
    if step > 0:
        return next((choice for choice in choices if choice > chosen + 1e-6), choices[-1])
    return next((choice for choice in reversed(choices) if choice < chosen - 1e-6), choices[0])


def _round_value(value: float, step: int) -> float:
    """The next of 0.001, 0.002, 0.005, 0.01, ... 1000."""
    choices = [float(f"{digit}e{power}") for power in range(-3, 3) for digit in (1, 2, 5)]
    return _beyond((*choices, 1000.0), value, step)
