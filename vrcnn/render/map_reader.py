"""Reads a feature map back from its texture without holding up a frame: the values arrive a frame or two later."""

from __future__ import annotations

import ctypes

import numpy as np

from vrcnn.engine.plan import MapSize, MapSpan
from vrcnn.render.map_store import MapStore
from vrcnn.render.raw import (
    COLOR_ATTACHMENT0,
    HALF_FLOAT,
    PACK_ALIGNMENT,
    PIXEL_PACK_BUFFER,
    READ_FRAMEBUFFER,
    READ_FRAMEBUFFER_BINDING,
    RED,
    STREAM_READ,
    SYNC_FLUSH_COMMANDS,
    SYNC_GPU_COMMANDS_COMPLETE,
    TIMEOUT_EXPIRED,
    Buffer,
    RawGL,
)

PATIENCE = 10**9  # ns that somebody waits who must have the values now


class MapReader:
    """One map at a time, in the GL context that is current; a read that begins anew forgets the one before."""

    def __init__(self, gl: RawGL) -> None:
        self._gl = gl
        self._framebuffer = ctypes.c_uint()
        gl.GenFramebuffers(1, ctypes.byref(self._framebuffer))
        self._buffer: Buffer | None = None
        self._size = MapSize(0, 0)
        self._fence: int | None = None

    def start(self, store: MapStore, span: MapSpan, channel: int) -> None:
        """Asks for the map `channel` of the layer of `span`, as it is on the graphics card now."""
        self.forget()
        gl, size = self._gl, span.size
        needed = 2 * size.height * size.width
        if self._buffer is None or self._buffer.size < needed:
            if self._buffer is not None:
                self._buffer.release()
            self._buffer = Buffer(gl, PIXEL_PACK_BUFFER, needed, STREAM_READ)
        part = next(part for part in store.parts(span) if part.first <= channel < part.last)
        before = ctypes.c_int()
        gl.GetIntegerv(READ_FRAMEBUFFER_BINDING, ctypes.byref(before))
        gl.BindFramebuffer(READ_FRAMEBUFFER, self._framebuffer)
        layer = part.layer + channel - part.first
        gl.FramebufferTextureLayer(READ_FRAMEBUFFER, COLOR_ATTACHMENT0, store.arrays[part.array].number, 0, layer)
        gl.ReadBuffer(COLOR_ATTACHMENT0)
        gl.BindBuffer(PIXEL_PACK_BUFFER, self._buffer.number)
        gl.PixelStorei(PACK_ALIGNMENT, 1)
        gl.ReadPixels(0, 0, size.width, size.height, RED, HALF_FLOAT, None)
        gl.BindBuffer(PIXEL_PACK_BUFFER, 0)
        gl.FramebufferTextureLayer(READ_FRAMEBUFFER, COLOR_ATTACHMENT0, 0, 0, 0)  # nothing keeps the texture alive
        gl.BindFramebuffer(READ_FRAMEBUFFER, before.value)
        self._size, self._fence = size, gl.FenceSync(SYNC_GPU_COMMANDS_COMPLETE, 0)

    def fetch(self, wait: bool = False) -> np.ndarray | None:
        """(H, W) float16, rows from the top, once they have arrived; None before that, and when nothing was asked for.

        With `wait` it holds on until they are there.
        """
        if self._fence is None or self._buffer is None:
            return None
        gl = self._gl
        if gl.ClientWaitSync(self._fence, SYNC_FLUSH_COMMANDS, PATIENCE if wait else 0) == TIMEOUT_EXPIRED:
            return None
        self.forget()
        values = np.empty((self._size.height, self._size.width), np.float16)
        gl.BindBuffer(PIXEL_PACK_BUFFER, self._buffer.number)
        gl.GetBufferSubData(PIXEL_PACK_BUFFER, 0, values.nbytes, values.ctypes.data)
        gl.BindBuffer(PIXEL_PACK_BUFFER, 0)
        return values

    @property
    def busy(self) -> bool:
        """Whether values are on their way."""
        return self._fence is not None

    def forget(self) -> None:
        """What was asked for is not wanted any more."""
        if self._fence is not None:
            self._gl.DeleteSync(self._fence)
            self._fence = None

    def release(self) -> None:
        self.forget()
        if self._buffer is not None:
            self._buffer.release()
        self._gl.DeleteFramebuffers(1, ctypes.byref(self._framebuffer))
