"""All colormaps in one texture, a row for each; diverging ones have a texel of their own for an exact zero."""

from __future__ import annotations

import moderngl
import numpy as np

from vrcnn.scene.colormaps import colours_along
from vrcnn.scene.colouring import COLORMAPS, Colormap

ENTRIES = 2049  # odd, so that zero is the middle entry; shaders/colormap.glsl knows it too


class Colormaps:
    """A (2049, colormaps) RGBA8 texture, each from its lower end to its upper one.

    The gamma is in it, as it costs less there than for every pixel. Entries stand at square roots, so that they lie
    close together where a small gamma makes the colours change fast.
    """

    def __init__(self, context: moderngl.Context) -> None:
        self._texture = context.texture((ENTRIES, len(COLORMAPS)), 4)
        self._texture.filter = (moderngl.NEAREST, moderngl.NEAREST)
        self._gamma = 0.0

    def set_gamma(self, gamma: float) -> None:
        """Values take the colours that lie as far from zero, or from the lower end, as their power with `gamma`."""
        if gamma == self._gamma:
            return
        self._gamma = gamma
        colours = np.ones((len(COLORMAPS), ENTRIES, 4))
        for row, colormap in enumerate(COLORMAPS):
            ends = np.linspace(-1.0 if colormap.diverging else 0.0, 1.0, ENTRIES)
            lifted = np.sign(ends) * np.abs(ends) ** (2 * gamma)
            colours[row, :, :3] = colours_along(colormap, 0.5 + 0.5 * lifted if colormap.diverging else lifted)
        self._texture.write(np.rint(colours * 255).astype(np.uint8))

    def row_of(self, colormap: Colormap) -> int:
        """The row of a colormap in the texture."""
        return COLORMAPS.index(colormap)

    def use(self, unit: int) -> None:
        """Binds the texture to texture unit `unit`."""
        self._texture.use(unit)

    def release(self) -> None:
        self._texture.release()
