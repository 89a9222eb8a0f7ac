"""The pictures of feature visualizations on the graphics card: small, with mip levels, those that were seen last."""

from __future__ import annotations

from dataclasses import dataclass

import moderngl
import numpy as np
from PIL import Image

from vrcnn.render.context import is_software
from vrcnn.render.raw import RGBA, RGBA8, UNPACK_ALIGNMENT, UNSIGNED_BYTE, RawGL, TextureArray

SIDE = 128  # px
ACROSS = 2  # pictures side by side in a layer, which OpenGL has not enough of; shaders/features.glsl knows both
LEVELS = tuple((SIDE >> level, SIDE >> level) for level in range(SIDE.bit_length()))
BYTES = 4 * sum(height * width for height, width in LEVELS)  # of one picture
BUDGET = 256 << 20  # bytes, of all pictures of all networks
_SIZES = 64, 256  # layers of the texture array to begin with, and when that is full
_ANISOTROPY = 4
_NEVER = -np.inf

Key = tuple[int, int, int]  # hall, tensor of its full graph, channel


@dataclass(frozen=True)
class Put:
    """Where a picture was put, None where there is no room, and its mean `colour`, 0 to 255 each.

    `gone` is whose picture had to leave for it.
    """

    slot: int | None
    colour: tuple[int, int, int]
    gone: Key | None = None


class FeatureStore:
    """Slots for a picture each, in one texture array, as many as BUDGET allows.

    It grows while there is room. Then the picture that was seen longest ago leaves, but none that was seen when
    somebody looked last: of more than there is room for, some would come and go all the time.
    """

    def __init__(self, context: moderngl.Context, gl: RawGL) -> None:
        self._context, self._gl = context, gl
        self._anisotropy = 1 if is_software(context) else min(_ANISOTROPY, int(context.max_anisotropy or 1))
        layers = int(context.info["GL_MAX_ARRAY_TEXTURE_LAYERS"])
        self.most = ACROSS**2 * max(1, min(layers, BUDGET // (ACROSS**2 * BYTES)))
        self._array: TextureArray | None = None
        self._keys: list[Key | None] = []  # by slot
        self._slots: dict[Key, int] = {}
        self._seen = np.zeros(0)  # by slot: when its picture was seen last, s; _NEVER of a free one
        self._looked = 0.0

    def put(self, key: Key, pixels: np.ndarray) -> Put:
        """Takes a picture, (H, W, 3) uint8 of any size, in place of a former one of this key."""
        levels = levels_of(pixels)
        red, green, blue, _ = levels[-1][0, 0].tolist()
        slot, gone = self._slots.get(key), None
        if slot is None:
            slot, gone = self._room()
        if slot is not None:
            self._keys[slot], self._slots[key] = key, slot
            self._seen[slot] = max(self._seen[slot], self._looked)
            self._write(slot, levels)
        return Put(slot, (red, green, blue), gone)

    def see(self, slots: np.ndarray, time: float) -> None:
        """Somebody looks at `time`, s, and sees the pictures in these slots, no others."""
        self._looked = time
        self._seen[slots] = time

    def drop(self, key: Key) -> None:
        """Forgets a picture, if it is there."""
        slot = self._slots.pop(key, None)
        if slot is not None:
            self._keys[slot], self._seen[slot] = None, _NEVER

    @property
    def spare(self) -> int:
        """How many more pictures can come, without any leaving that was seen when somebody looked last."""
        return self.most - len(self._keys) + int(np.count_nonzero(self._seen < self._looked))

    @property
    def allocated(self) -> int:
        """Bytes of graphics memory."""
        return 0 if self._array is None else 4 * self._array.texels

    def use(self, unit: int) -> None:
        """Binds the pictures to texture unit `unit`."""
        if self._array is None:
            self._grow()
        if self._array is not None:
            self._array.use(unit)

    def release(self) -> None:
        if self._array is not None:
            self._array.release()
            self._array = None

    def _room(self) -> tuple[int | None, Key | None]:
        """A slot for another picture, and whose it was."""
        if len(self._slots) < len(self._keys) or self._grow():
            return int(np.argmin(self._seen)), None
        if not self._keys:
            return None, None
        slot = int(np.argmin(self._seen))
        gone = self._keys[slot]
        if gone is None or self._seen[slot] >= self._looked:
            return None, None
        del self._slots[gone]
        return slot, gone

    def _grow(self) -> bool:
        """Makes room for more pictures; False where there is no more."""
        have, most = len(self._keys) // ACROSS**2, self.most // ACROSS**2
        if have >= most:
            return False
        layers = min(most, next((size for size in _SIZES if size > have), most))
        sizes = tuple((ACROSS * height, ACROSS * width) for height, width in LEVELS)
        larger = TextureArray(self._gl, sizes, layers, RGBA8, RGBA, UNSIGNED_BYTE, self._anisotropy)
        if self._context.error == "GL_OUT_OF_MEMORY":
            larger.release()
            self.most = len(self._keys)
            return False
        if self._array is not None:
            self._array.copy_to(larger)
            self._array.release()
        self._array = larger
        more = ACROSS**2 * (layers - have)
        self._keys += [None] * more
        self._seen = np.append(self._seen, np.full(more, _NEVER))
        return True

    def _write(self, slot: int, levels: list[np.ndarray]) -> None:
        assert self._array is not None
        layer, cell = divmod(slot, ACROSS**2)
        row, column = divmod(cell, ACROSS)
        self._gl.PixelStorei(UNPACK_ALIGNMENT, 4)
        self._array.use(0)
        for level, pixels in enumerate(levels):
            height, width = LEVELS[level]
            corner = row * height, column * width
            self._array.write_part(level, layer, corner, (height, width), pixels.ctypes.data)


def levels_of(pixels: np.ndarray) -> list[np.ndarray]:
    """A picture (H, W, 3) uint8 at SIDE x SIDE, and its mip levels: (h, w, 4) uint8 each, of which one is unused."""
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    if picture.size != (SIDE, SIDE):
        picture = picture.resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    levels = [picture]
    for _ in LEVELS[1:]:
        levels.append(levels[-1].reduce(2))  # several times faster than with a fourth channel
    return [np.frombuffer(level.tobytes("raw", "RGBX"), np.uint8).reshape(*level.size, 4) for level in levels]
