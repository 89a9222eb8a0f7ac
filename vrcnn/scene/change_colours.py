"""The colours in which the frames of tiles tell how much the sieve changes their channels.

One sequential scale for each theme, of rising contrast to the place, both told apart with any colour vision: viridis
(van der Walt and Smith 2015) in the dark, ColorBrewer's YlGnBu (Brewer 2003) in the light.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from cmap import Colormap

from vrcnn.scene.theme import THEMES, Colour, Theme

SATURATED = 1.5  # standard deviations of the channel at which the scale ends
STOPS = 256
_SCALES = {"dark": ("viridis", 0.0), "light": ("colorbrewer:YlGnBu", 0.12)}  # and where on it no change is


def change_colours(changes: np.ndarray, theme: Theme) -> np.ndarray:
    """(..., 3) uint8, sRGB: from no change to SATURATED; a channel that does not vary (NaN) is a neutral grey."""
    finite = np.isfinite(changes)
    shares = np.clip(np.where(finite, changes, 0.0) / SATURATED, 0.0, 1.0)
    colours = _stops(theme.name).take(np.rint(shares * (STOPS - 1)).astype(np.intp), axis=0)
    colours[~finite] = _neutral(theme)
    return colours


def change_colour(change: float, theme: Theme) -> Colour:
    """The same of one value, for what is furnished in it."""
    red, green, blue = (change_colours(np.array(change), theme) / 255).tolist()
    return red, green, blue


def overall(changes: np.ndarray) -> float | None:
    """The root of the mean of the squares over all channels that vary; None where there is none."""
    known = changes[np.isfinite(changes)].astype(np.float64)
    return float(np.sqrt(np.mean(known**2))) if known.size else None


def _neutral(theme: Theme) -> np.ndarray:
    wall, muted = np.array(theme["wall"]), np.array(theme["muted"])
    return np.asarray(np.rint(255 * (0.5 * wall + 0.5 * muted)), np.uint8)


@cache
def _stops(name: str) -> np.ndarray:
    assert name in THEMES
    source, first = _SCALES[name]
    colours = np.asarray(Colormap(source)(np.linspace(first, 1.0, STOPS)))[:, :3]
    stops: np.ndarray = np.rint(255 * colours).astype(np.uint8)
    stops.setflags(write=False)
    return stops
