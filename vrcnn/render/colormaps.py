"""All colormaps in one texture, a row for each; diverging ones have a texel of their own for an exact zero."""

from __future__ import annotations

import moderngl
import numpy as np

from vrcnn.scene.colormaps import ENTRIES, table_of
from vrcnn.scene.colouring import COLORMAPS, Colormap


class Colormaps:
    """A (2049, colormaps) RGBA8 texture, each from its lower end to its upper one.

    The gamma is in it, as it costs less there than for every pixel.
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
        texels = np.full((len(COLORMAPS), ENTRIES, 4), 255, np.uint8)
        for row, colormap in enumerate(COLORMAPS):
            texels[row, :, :3] = table_of(colormap, gamma)
        self._texture.write(texels)

    def row_of(self, colormap: Colormap) -> int:
        """The row of a colormap in the texture."""
        return COLORMAPS.index(colormap)

    def use(self, unit: int) -> None:
        """Binds the texture to texture unit `unit`."""
        self._texture.use(unit)

    def release(self) -> None:
        self._texture.release()
