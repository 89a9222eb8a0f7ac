"""Small textures with a texel for each map of a plan: what stands at each place of the walls, and what else a shader
shall know of maps, so that another order, range or picture uploads no map again.

A texture and not a storage buffer: a card may offer room for no more than a million maps in a buffer, and the software
renderer reads buffers lane by lane, which took it most of a wall's time.
"""

from __future__ import annotations

from math import ceil

import moderngl
import numpy as np

from vrcnn.errors import UserError

WIDTH = 4096  # texels; the shaders know it too


class RowTable:
    """A texel of four float32 for each row of a plan, at first `rows`: (rows, 4).

    Raises UserError for more rows than the graphics card has room for.
    """

    def __init__(self, context: moderngl.Context, rows: np.ndarray) -> None:
        height, most = max(1, ceil(len(rows) / WIDTH)), context.info["GL_MAX_TEXTURE_SIZE"]
        if height > most:
            raise UserError(f"{len(rows)} feature maps are more than this machine can draw ({WIDTH * most}).")
        self._texels = np.zeros((height * WIDTH, 4), np.float32)
        self._texels[: len(rows)] = rows
        self._texture = context.texture((WIDTH, height), 4, self._texels, dtype="f4")
        self._texture.filter = (moderngl.NEAREST, moderngl.NEAREST)
        self.bytes = self._texels.nbytes

    def read(self) -> np.ndarray:
        """(rows, 4) float32: what the graphics card has."""
        return np.frombuffer(self._texture.read(), np.float32).reshape(-1, 4)

    def use(self, unit: int) -> None:
        """Binds the texture to texture unit `unit`."""
        self._texture.use(unit)

    def release(self) -> None:
        self._texture.release()

    def put(self, first: int, rows: np.ndarray) -> None:
        """Takes (rows, 4) from row `first` on."""
        last = first + len(rows)
        self._texels[first:last] = rows
        self._upload(first, last)

    def _upload(self, first: int, last: int) -> None:
        low, high = first // WIDTH, ceil(last / WIDTH)
        if high > low:
            self._texture.write(self._texels[low * WIDTH : high * WIDTH], viewport=(0, low, WIDTH, high - low))


class Places(RowTable):
    """For each row of a plan: which map of its layer stands there, where its mean lies between the ends of its colours
    (0 to 1, -1 to 1 of a diverging colormap), and the values at these ends; at first only `order`, (maps,) numbers.
    """

    def __init__(self, context: moderngl.Context, order: np.ndarray) -> None:
        super().__init__(context, np.pad(order[:, None].astype(np.float32), ((0, 0), (0, 3))))

    def write(self, first: int, order: np.ndarray, means: np.ndarray, ends: np.ndarray) -> None:
        """Takes the places from row `first` on: (maps,) numbers, (maps,) shares of the means, (maps, 2) ends."""
        last = first + len(order)
        self._texels[first:last, 0], self._texels[first:last, 1] = order, means
        self._texels[first:last, 2:] = ends
        self._upload(first, last)
