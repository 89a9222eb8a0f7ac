"""The colours of the colormaps, as numbers: for the renderer's texture, for swatches and for colour bars."""

from __future__ import annotations

from functools import cache

import numpy as np
from cmap import Colormap as Source

from vrcnn.scene.colouring import Colormap

STOPS = 256


def colours_along(colormap: Colormap, places: np.ndarray) -> np.ndarray:
    """(..., 3) float64, sRGB-encoded 0..1: the colours at `places` from 0, the lower end, to 1, the upper one."""
    stops = _stops(colormap.source)
    positions = np.clip(places, 0.0, 1.0) * (STOPS - 1)
    return np.stack([np.interp(positions, np.arange(STOPS), channel) for channel in stops.T], axis=-1)


def colours_of(colormap: Colormap, values: np.ndarray, lower: float, upper: float, gamma: float) -> np.ndarray:
    """(..., 3) float64: what a wall shows for `values` where the ends of its colours stand for `lower` and `upper`.

    Those of a diverging colormap are opposite numbers. Values beyond them take the colour of the end.
    """
    if colormap.diverging:
        parts = np.clip(values / upper, -1.0, 1.0)
        return colours_along(colormap, 0.5 + 0.5 * np.sign(parts) * np.abs(parts) ** gamma)
    return colours_along(colormap, np.clip((values - lower) / (upper - lower), 0.0, 1.0) ** gamma)


@cache
def _stops(source: str) -> np.ndarray:
    return np.asarray(Source(source).lut(STOPS), np.float64)[:, :3]
