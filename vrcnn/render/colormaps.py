"""Diverging colormaps as textures, with a texel of their own for an exact zero."""

from __future__ import annotations

import moderngl
import numpy as np
from cmap import Colormap

ENTRIES = 257  # odd, so that zero is the middle entry


def table(name: str) -> np.ndarray:
    """(257, 3) float64, sRGB-encoded, of the colormap that the package cmap calls `name`; entry 128 is zero."""
    colours = np.asarray(Colormap(name).lut(256), np.float64)[:, :3]
    positions = np.linspace(0, len(colours) - 1, ENTRIES)
    return np.stack([np.interp(positions, np.arange(len(colours)), channel) for channel in colours.T], axis=1)


def colormap_texture(context: moderngl.Context, name: str) -> moderngl.Texture:
    """A (257, 1) RGBA8 texture with linear filtering; the shader's side is shaders/colormap.glsl."""
    colours = np.ones((1, ENTRIES, 4))
    colours[0, :, :3] = table(name)
    texture = context.texture((ENTRIES, 1), 4, np.rint(colours * 255).astype(np.uint8).tobytes())
    texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
    texture.repeat_x = texture.repeat_y = False
    return texture
