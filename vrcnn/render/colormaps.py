"""Diverging colormaps as textures, with a texel of their own for an exact zero."""

from __future__ import annotations

import moderngl
import numpy as np
from cmap import Colormap

ENTRIES = 2049  # odd, so that zero is the middle entry; shaders/colormap.glsl knows it too
GAMMA = 0.75  # lifts faint values, as most of a layer's are far below its range; sign and zero stay


def colours_of(name: str, parts: np.ndarray) -> np.ndarray:
    """(..., 3) float64, sRGB-encoded 0..1: what the colormap that the package cmap calls `name` gives for `parts`.

    `parts` are values divided by their layer's range; beyond -1..1 they take the map's ends.
    """
    stops = np.asarray(Colormap(name).lut(256), np.float64)[:, :3]
    clipped = np.clip(parts, -1.0, 1.0)
    lifted = np.sign(clipped) * np.abs(clipped) ** GAMMA
    positions = (lifted + 1.0) / 2.0 * (len(stops) - 1)
    return np.stack([np.interp(positions, np.arange(len(stops)), channel) for channel in stops.T], axis=-1)


def colormap_texture(context: moderngl.Context, name: str) -> moderngl.Texture:
    """A (2049, 1) RGBA8 texture from the range's lower end to its upper one, with linear filtering."""
    colours = np.ones((1, ENTRIES, 4))
    colours[0, :, :3] = colours_of(name, np.linspace(-1.0, 1.0, ENTRIES))
    texture = context.texture((ENTRIES, 1), 4, np.rint(colours * 255).astype(np.uint8).tobytes())
    texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
    texture.repeat_x = texture.repeat_y = False
    return texture
