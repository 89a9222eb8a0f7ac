"""All colormaps in one texture, a row for each; diverging ones have a texel of their own for an exact zero."""

from __future__ import annotations

import moderngl
import numpy as np

from vrcnn.scene.colormaps import colours_along
from vrcnn.scene.colouring import COLORMAPS, Colormap

ENTRIES = 2049  # odd, so that zero is the middle entry; shaders/colormap.glsl knows it too


def colormap_texture(context: moderngl.Context) -> moderngl.Texture:
    """A (2049, colormaps) RGBA8 texture, each from its lower end to its upper one, with linear filtering."""
    colours = np.ones((len(COLORMAPS), ENTRIES, 4))
    for row, colormap in enumerate(COLORMAPS):
        colours[row, :, :3] = colours_along(colormap, np.linspace(0.0, 1.0, ENTRIES))
    texture = context.texture((ENTRIES, len(COLORMAPS)), 4, np.rint(colours * 255).astype(np.uint8).tobytes())
    texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
    texture.repeat_x = texture.repeat_y = False
    return texture


def row_of(colormap: Colormap) -> float:
    """Where the middle of a colormap's row lies in the texture, 0 to 1."""
    return (COLORMAPS.index(colormap) + 0.5) / len(COLORMAPS)
