"""Draws pictures: one texture array with a cell of 512 x 512 pixels for each, one draw."""

from __future__ import annotations

from collections.abc import Sequence

import moderngl
import numpy as np

from vrcnn.errors import UserError
from vrcnn.render.blending import blended
from vrcnn.render.context import is_software
from vrcnn.render.passes import Batch, instanced
from vrcnn.render.programs import load_program
from vrcnn.render.raw import RGBA, RGBA8, UNPACK_ALIGNMENT, UNSIGNED_BYTE, RawGL, TextureArray
from vrcnn.scene.drawables import Image
from vrcnn.scene.theme import Theme

CELL = 512  # px
CELLS_BINDING, PICTURES_UNIT = 3, 0
_LEVELS = tuple((CELL >> level, CELL >> level) for level in range(8))  # down to 4 px
_FIRST_CAPACITY = 16

_RECORD = np.dtype(
    [
        ("position", "f4", 3),
        ("orientation", "f4", 4),
        ("size", "f4", 2),
        ("opacity", "f4"),
        ("picture", "i4"),
        ("anchor", "i4"),
    ]
)


class ImagePass:
    """Draws images; a picture that was not given yet shows as a dark panel."""

    def __init__(self, context: moderngl.Context, theme: Theme, gl: RawGL | None = None) -> None:
        self._context = context
        self._gl = gl or RawGL()
        self._program = load_program(context, "image")
        self._program["pictures"] = PICTURES_UNIT
        self.set_theme(theme)
        self._anisotropy = 1 if is_software(context) else 4
        self._places: dict[int, int] = {}  # of the pictures' cells, by their numbers
        self._cells = np.zeros((_FIRST_CAPACITY, 4), np.float32)
        self._cells_buffer = context.buffer(self._cells)
        self._array = self._allocate(_FIRST_CAPACITY)

    def set_theme(self, theme: Theme) -> None:
        self._program["panel"] = theme["panel"]

    def set_picture(self, number: int, pixels: np.ndarray) -> None:
        """Takes picture `number`: (H, W, 4) uint8 with straight alpha, rows from the top, at most 512 px a side."""
        height, width = pixels.shape[:2]
        if not (0 < height <= CELL and 0 < width <= CELL):
            raise ValueError(f"picture {number} has {width} x {height} pixels; at most {CELL} x {CELL} are drawn")
        place = self._place(number)
        self._gl.PixelStorei(UNPACK_ALIGNMENT, 4)
        self._array.use(PICTURES_UNIT)
        for level, pixels_of_level in enumerate(_mip_levels(pixels)):
            self._array.write(level, place, 1, pixels_of_level.ctypes.data)
        self._cells[place] = (width / CELL, height / CELL, 1.0, 0.0)
        self._cells_buffer.write(self._cells)

    def build(self, items: Sequence[Image], anchors: Sequence[int]) -> Batch | None:
        return instanced(self._context, self._program, self._records(items, anchors))

    def rewrite(self, batch: Batch, items: Sequence[Image], anchors: Sequence[int]) -> bool:
        """Puts other images into a batch; False where there are more than it was built for."""
        return batch.rewrite(self._records(items, anchors))

    def draw(self, batches: Sequence[Batch]) -> None:
        self._array.use(PICTURES_UNIT)
        self._cells_buffer.bind_to_storage_buffer(CELLS_BINDING)
        with blended(self._context, depth_writes=True):
            for batch in batches:
                batch.render()

    def release(self) -> None:
        self._array.release()
        self._cells_buffer.release()
        self._program.release()

    def _place(self, number: int) -> int:
        """The cell of the picture of this number, which it keeps from now on."""
        if number not in self._places:
            self._reserve(len(self._places) + 1)
            self._places[number] = len(self._places)
        return self._places[number]

    def _records(self, items: Sequence[Image], anchors: Sequence[int]) -> np.ndarray:
        records = [
            (i.pose.position, i.pose.orientation, (i.width, i.height), i.opacity, self._place(i.picture), anchor)
            for i, anchor in zip(items, anchors, strict=True)
        ]
        return np.array(records, _RECORD)

    def _allocate(self, capacity: int) -> TextureArray:
        return TextureArray(self._gl, _LEVELS, capacity, RGBA8, RGBA, UNSIGNED_BYTE, self._anisotropy)

    def _reserve(self, needed: int) -> None:
        capacity = len(self._cells)
        if needed <= capacity:
            return
        most = self._context.info["GL_MAX_ARRAY_TEXTURE_LAYERS"]
        if needed > most:
            raise UserError(f"The shelf can show at most {most} pictures on this machine: give a smaller folder.")
        capacity = min(most, max(needed, 2 * capacity))
        larger = self._allocate(capacity)
        self._array.copy_to(larger)
        self._array.release()
        self._array = larger
        cells = np.zeros((capacity, 4), np.float32)
        cells[: len(self._cells)] = self._cells
        self._cells = cells
        self._cells_buffer.release()
        self._cells_buffer = self._context.buffer(cells)


def _mip_levels(pixels: np.ndarray) -> list[np.ndarray]:
    """The picture with premultiplied alpha in a full cell, its edges carried on so that filtering stays clean."""
    height, width = pixels.shape[:2]
    if (pixels[..., 3] < 255).any():
        pixels = pixels.copy()
        pixels[..., :3] = np.rint(pixels[..., :3] * (pixels[..., 3:] / 255.0))
    cell = np.pad(pixels, ((0, CELL - height), (0, CELL - width), (0, 0)), mode="edge")
    levels = [cell]
    for _ in _LEVELS[1:]:
        wide = levels[-1].astype(np.uint16)
        halved = (wide[0::2, 0::2] + wide[1::2, 0::2] + wide[0::2, 1::2] + wide[1::2, 1::2] + 2) >> 2
        levels.append(halved.astype(np.uint8))
    return [np.ascontiguousarray(level) for level in levels]
