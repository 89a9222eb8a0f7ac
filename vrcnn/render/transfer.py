"""How feature maps get into texture arrays: out of main memory, or on the graphics card itself through a buffer that
CUDA and OpenGL share.

The second needs the package cuda-bindings and an OpenGL context on the card that computes (CUDA C++ Programming
Guide, "OpenGL Interoperability"). It is chosen when the renderer is told where the network computes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from vrcnn.render.raw import DYNAMIC_COPY, PIXEL_UNPACK_BUFFER, Buffer, RawGL, TextureArray

STAGING = 16 << 20  # bytes of the shared buffer, as much as a frame uploads at most
WITHOUT_BINDINGS = "the package cuda-bindings is not installed"


class DeviceMaps(Protocol):
    """Maps that lie on a graphics card, as numpy would describe them; see engine/map_memory.py."""

    @property
    def address(self) -> int: ...

    @property
    def strides(self) -> tuple[int, ...]: ...


Maps = np.ndarray | DeviceMaps
Level = tuple[int, DeviceMaps]  # its number, and its maps on the card


@dataclass(frozen=True)
class Way:
    """Which way the maps go, one of WAYS of engine/map_memory.py, and why not a faster one; "" where there is none."""

    name: str
    reason: str = ""


class Transfer:
    """Writes maps from main memory."""

    way = Way("plain")

    def write(self, array: TextureArray, layer: int, count: int, levels: Sequence[Maps], start: int) -> None:
        """Writes the maps `start` to `start + count` of all mip levels into `array`, from `layer` on.

        `levels` are C-contiguous (maps, height, width) float16. The array must be bound, the unpack alignment be 1.
        """
        for level, maps in enumerate(levels):
            if isinstance(maps, np.ndarray):
                array.write(level, layer, count, maps.ctypes.data + start * maps.strides[0])

    def release(self) -> None:
        """Frees what it has on the graphics card."""


class PinnedTransfer(Transfer):
    """The same from memory that the card can write to by itself, for networks that compute on it."""

    def __init__(self, reason: str) -> None:
        self.way = Way("pinned", reason)


class RegisteredTransfer(Transfer):
    """Copies maps that lie on the card into a buffer there and lets OpenGL read them from it.

    `cuda` is cuda.bindings.runtime. Raises RuntimeError with CUDA's own word where the buffer cannot be shared.
    """

    way = Way("registered")

    def __init__(self, gl: RawGL, cuda: Any) -> None:
        self._gl, self._cuda = gl, cuda
        self._buffer = Buffer(gl, PIXEL_UNPACK_BUFFER, STAGING, DYNAMIC_COPY)
        flags = cuda.cudaGraphicsRegisterFlags.cudaGraphicsRegisterFlagsWriteDiscard
        (self._resource,) = done(cuda.cudaGraphicsGLRegisterBuffer(self._buffer.number, flags))

    def write(self, array: TextureArray, layer: int, count: int, levels: Sequence[Maps], start: int) -> None:
        super().write(array, layer, count, levels, start)  # those that the card had no room for
        shared = [(level, maps) for level, maps in enumerate(levels) if not isinstance(maps, np.ndarray)]
        most = STAGING // max(1, sum(maps.strides[0] for _, maps in shared))
        if not most:
            self._write_rows(array, layer, count, shared, start)
        elif shared:
            for first in range(0, count, most):
                self._write_run(array, layer + first, min(most, count - first), shared, start + first)

    def release(self) -> None:
        done(self._cuda.cudaGraphicsUnregisterResource(self._resource))
        self._buffer.release()

    def _write_run(self, array: TextureArray, layer: int, count: int, shared: Sequence[Level], start: int) -> None:
        """As many maps as the buffer holds, all levels one behind the other."""
        spans = []
        offset = 0
        for _, maps in shared:
            spans.append((maps.address + start * maps.strides[0], offset, count * maps.strides[0]))
            offset += count * maps.strides[0]
        self._copy(spans)
        self._gl.BindBuffer(PIXEL_UNPACK_BUFFER, self._buffer.number)
        for (level, _), (_, place, _) in zip(shared, spans, strict=True):
            array.write(level, layer, count, place)
        self._gl.BindBuffer(PIXEL_UNPACK_BUFFER, 0)

    def _write_rows(self, array: TextureArray, layer: int, count: int, shared: Sequence[Level], start: int) -> None:
        """Maps larger than the buffer, some rows at a time."""
        for number in range(count):
            for level, maps in shared:
                height, width = array.levels[level]
                rows = max(1, STAGING // (2 * width))
                origin = maps.address + (start + number) * maps.strides[0]
                for row in range(0, height, rows):
                    some = min(rows, height - row)
                    self._copy([(origin + row * 2 * width, 0, some * 2 * width)])
                    self._gl.BindBuffer(PIXEL_UNPACK_BUFFER, self._buffer.number)
                    array.write_rows(level, layer + number, row, some, 0)
                    self._gl.BindBuffer(PIXEL_UNPACK_BUFFER, 0)

    def _copy(self, spans: Sequence[tuple[int, int, int]]) -> None:
        """(address, offset in the buffer, bytes) each; done when this returns, so that the memory may change."""
        cuda = self._cuda
        done(cuda.cudaGraphicsMapResources(1, self._resource, 0))
        try:
            pointer, _ = done(cuda.cudaGraphicsResourceGetMappedPointer(self._resource))
            kind = cuda.cudaMemcpyKind.cudaMemcpyDeviceToDevice
            for address, offset, size in spans:
                done(cuda.cudaMemcpyAsync(int(pointer) + offset, address, size, kind, 0))
            done(cuda.cudaStreamSynchronize(0))
        finally:
            done(cuda.cudaGraphicsUnmapResources(1, self._resource, 0))


def done(answer: tuple[Any, ...]) -> tuple[Any, ...]:
    """What a CUDA call gave besides its error code. Raises RuntimeError where that says so."""
    error, *rest = answer
    if int(error):
        raise RuntimeError(getattr(error, "name", str(error)))
    return tuple(rest)


def choose_transfer(gl: RawGL, device: str) -> Transfer:
    """The fastest way for maps that are computed on `device` ("cpu", "cuda", "cuda:1"), tried out; never raises."""
    kind, _, number = device.partition(":")
    if kind != "cuda":
        return Transfer()
    try:
        from cuda.bindings import runtime as cuda
    except ImportError:
        return PinnedTransfer(WITHOUT_BINDINGS)
    try:
        done(cuda.cudaSetDevice(int(number or 0)))
        count, devices = done(cuda.cudaGLGetDevices(16, cuda.cudaGLDeviceList.cudaGLDeviceListAll))
        if int(number or 0) not in [int(one) for one in devices[: int(count)]]:
            return PinnedTransfer("OpenGL draws on another graphics card than the network computes on")
        return RegisteredTransfer(gl, cuda)
    except RuntimeError as error:
        return PinnedTransfer(f"CUDA and OpenGL do not share this card's memory ({error})")
