"""The colours of the colormaps, as numbers: for the renderer's texture, for swatches and for colour bars."""

from __future__ import annotations

from functools import cache, lru_cache

import numpy as np
from cmap import Colormap as Source

from vrcnn.scene.colouring import Colormap

STOPS = 256
ENTRIES = 2049  # odd, so that zero is the middle entry; shaders/colormap.glsl knows it too
NO_NUMBER = (255, 51, 217)  # sRGB, of values that are NaN or infinite: the brighter of the stripes of shaders/grid.frag


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


@lru_cache(maxsize=64)
def table_of(colormap: Colormap, gamma: float) -> np.ndarray:
    """(ENTRIES, 3) uint8, sRGB: the colours from the lower end to the upper one.

    Entries stand at square roots, so that they lie close together where a small gamma makes the colours change fast.
    """
    ends = np.linspace(-1.0 if colormap.diverging else 0.0, 1.0, ENTRIES)
    lifted = np.sign(ends) * np.abs(ends) ** (2 * gamma)
    colours = colours_along(colormap, 0.5 + 0.5 * lifted if colormap.diverging else lifted)
    table: np.ndarray = np.rint(colours * 255).astype(np.uint8)
    table.setflags(write=False)
    return table


def pixels_of(values: np.ndarray, ends: tuple[float, float], colormap: Colormap, gamma: float) -> np.ndarray:
    """(..., 3) uint8, sRGB: what shaders/colormap.glsl makes of float32 `values`, NO_NUMBER of what is not finite.

    `ends` are the values at the lower and at the upper end of the colours, as ranges.ends_of tells them.
    """
    low, high = (0.0 if colormap.diverging else ends[0]), ends[1]
    finite = np.isfinite(values)
    shares = np.where(finite, values, low).astype(np.float32) - np.float32(low)
    shares = shares / np.float32(high - low) if high > low else np.zeros_like(shares)
    shares = np.clip(shares, -1.0 if colormap.diverging else 0.0, 1.0)
    roots = np.sign(shares) * np.sqrt(np.abs(shares))
    places = 0.5 + 0.5 * roots if colormap.diverging else roots
    pixels = table_of(colormap, gamma)[(0.5 + (ENTRIES - 1) * places).astype(np.int32)]
    pixels[~finite] = NO_NUMBER
    return pixels


@cache
def _stops(source: str) -> np.ndarray:
    return np.asarray(Source(source).lut(STOPS), np.float64)[:, :3]
