"""The few OpenGL calls that moderngl does not offer: texture arrays with mip levels that are written piece by piece.

They go through ctypes to the driver, because importing PyOpenGL takes 0.2 s of the start and binds itself to GLX or
EGL by an environment variable; this follows whatever context is current.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from ctypes.util import find_library
from typing import Any

TEXTURE_2D_ARRAY = 0x8C1A
TEXTURE0 = 0x84C0
TEXTURE_MAG_FILTER, TEXTURE_MIN_FILTER = 0x2800, 0x2801
TEXTURE_WRAP_S, TEXTURE_WRAP_T = 0x2802, 0x2803
TEXTURE_MAX_ANISOTROPY = 0x84FE
LINEAR, LINEAR_MIPMAP_LINEAR, CLAMP_TO_EDGE = 0x2601, 0x2703, 0x812F
UNPACK_ALIGNMENT = 0x0CF5
PIXEL_UNPACK_BUFFER, DYNAMIC_COPY = 0x88EC, 0x88EA
PIXEL_PACK_BUFFER, STREAM_READ, PACK_ALIGNMENT = 0x88EB, 0x88E1, 0x0D05
READ_FRAMEBUFFER, READ_FRAMEBUFFER_BINDING, COLOR_ATTACHMENT0 = 0x8CA8, 0x8CAA, 0x8CE0
DRAW_FRAMEBUFFER, DRAW_FRAMEBUFFER_BINDING, DEPTH_ATTACHMENT = 0x8CA9, 0x8CA6, 0x8D00
FRAMEBUFFER, RENDERBUFFER, FRAMEBUFFER_COMPLETE = 0x8D40, 0x8D41, 0x8CD5
COLOR_BUFFER_BIT, DEPTH_BUFFER_BIT, NEAREST, TEXTURE_2D = 0x4000, 0x0100, 0x2600, 0x0DE1
DEPTH_COMPONENT24, DEPTH_COMPONENT32F, DEPTH24_STENCIL8, DEPTH32F_STENCIL8 = 0x81A6, 0x8CAC, 0x88F0, 0x8CAD
SYNC_GPU_COMMANDS_COMPLETE, SYNC_FLUSH_COMMANDS, TIMEOUT_EXPIRED = 0x9117, 0x0001, 0x911B
RED, RGBA = 0x1903, 0x1908
HALF_FLOAT, UNSIGNED_BYTE = 0x140B, 0x1401
R8, R16F, RGBA8 = 0x8229, 0x822D, 0x8058

_enum, _int, _pointer = ctypes.c_uint, ctypes.c_int, ctypes.c_void_p
_SIGNATURES: dict[str, tuple[type, ...]] = {
    "glGenTextures": (_int, _pointer),
    "glDeleteTextures": (_int, _pointer),
    "glActiveTexture": (_enum,),
    "glBindTexture": (_enum, _enum),
    "glTexParameteri": (_enum, _enum, _int),
    "glPixelStorei": (_enum, _int),
    "glTexStorage3D": (_enum, _int, _enum, _int, _int, _int),
    "glTexSubImage3D": (_enum, _int, _int, _int, _int, _int, _int, _int, _enum, _enum, _pointer),
    "glGenBuffers": (_int, _pointer),
    "glDeleteBuffers": (_int, _pointer),
    "glBindBuffer": (_enum, _enum),
    "glBufferData": (_enum, ctypes.c_ssize_t, _pointer, _enum),
    "glGetBufferSubData": (_enum, ctypes.c_ssize_t, ctypes.c_ssize_t, _pointer),
    "glGenFramebuffers": (_int, _pointer),
    "glDeleteFramebuffers": (_int, _pointer),
    "glBindFramebuffer": (_enum, _enum),
    "glFramebufferTextureLayer": (_enum, _enum, _enum, _int, _int),
    "glFramebufferTexture2D": (_enum, _enum, _enum, _int, _int),
    "glFramebufferRenderbuffer": (_enum, _enum, _enum, _int),
    "glCheckFramebufferStatus": (_enum,),
    "glBlitFramebuffer": (_int,) * 8 + (_enum, _enum),
    "glGenRenderbuffers": (_int, _pointer),
    "glDeleteRenderbuffers": (_int, _pointer),
    "glBindRenderbuffer": (_enum, _enum),
    "glRenderbufferStorageMultisample": (_enum, _int, _enum, _int, _int),
    "glReadBuffer": (_enum,),
    "glReadPixels": (_int, _int, _int, _int, _enum, _enum, _pointer),
    "glGetIntegerv": (_enum, _pointer),
    "glFenceSync": (_enum, _enum),
    "glClientWaitSync": (_pointer, _enum, ctypes.c_uint64),
    "glDeleteSync": (_pointer,),
    "glCopyImageSubData": (_enum, _enum, _int, _int, _int, _int) * 2 + (_int, _int, _int),
}
_RESULTS = {  # the others return nothing
    "glFenceSync": _pointer,
    "glClientWaitSync": _enum,
    "glCheckFramebufferStatus": _enum,
}


def _address_finder() -> Callable[[str], int]:
    """Looks functions up as the current context's platform does; EGL's look-up serves GLX contexts as well."""
    if sys.platform == "win32":
        library = ctypes.WinDLL("opengl32")
        lookup_name = "wglGetProcAddress"
    else:
        name = find_library("EGL") or find_library("GL")
        library = ctypes.CDLL(name)
        lookup_name = "eglGetProcAddress" if name and "EGL" in name else "glXGetProcAddress"
    lookup = getattr(library, lookup_name)
    lookup.restype, lookup.argtypes = ctypes.c_void_p, (ctypes.c_char_p,)

    def address(name: str) -> int:
        # wglGetProcAddress knows only what came after OpenGL 1.1.
        return lookup(name.encode()) or ctypes.cast(getattr(library, name), ctypes.c_void_p).value or 0

    return address


class RawGL:
    """The calls of the context that is current when this is made, as methods without the "gl" prefix."""

    def __init__(self) -> None:
        address = _address_finder()
        for name, arguments in _SIGNATURES.items():
            # Windows has one calling convention on 64 bits, so Python's serves there too. Calls keep the interpreter's
            # lock: to get it back from a worker that wants it too can take a switch interval each time.
            setattr(self, name.removeprefix("gl"), ctypes.PYFUNCTYPE(_RESULTS.get(name), *arguments)(address(name)))

    def __getattr__(self, name: str) -> Callable[..., Any]:
        raise AttributeError(f"gl{name} is not among the raw calls: add its signature.")


class Buffer:
    """A buffer by its `number`, of fixed `size` in bytes and unknown content."""

    def __init__(self, gl: RawGL, target: int, size: int, usage: int) -> None:
        self._gl = gl
        self.size = size
        self._name = ctypes.c_uint()
        gl.GenBuffers(1, ctypes.byref(self._name))
        self.number: int = self._name.value
        gl.BindBuffer(target, self.number)
        gl.BufferData(target, size, None, usage)
        gl.BindBuffer(target, 0)

    def release(self) -> None:
        self._gl.DeleteBuffers(1, ctypes.byref(self._name))


class DepthRenderbuffer:
    """Depth for a framebuffer, in a format that moderngl has no name for; `samples` of 0 is one a pixel."""

    def __init__(self, gl: RawGL, size: tuple[int, int], samples: int, internal: int) -> None:
        self._gl = gl
        self._name = ctypes.c_uint()
        gl.GenRenderbuffers(1, ctypes.byref(self._name))
        self.number: int = self._name.value
        gl.BindRenderbuffer(RENDERBUFFER, self.number)
        gl.RenderbufferStorageMultisample(RENDERBUFFER, samples, internal, *size)
        gl.BindRenderbuffer(RENDERBUFFER, 0)

    def attach(self, framebuffer: int) -> bool:
        """Gives a framebuffer, which stays bound, this depth; whether it can be drawn into then."""
        self._gl.BindFramebuffer(FRAMEBUFFER, framebuffer)
        self._gl.FramebufferRenderbuffer(FRAMEBUFFER, DEPTH_ATTACHMENT, RENDERBUFFER, self.number)
        return self._gl.CheckFramebufferStatus(FRAMEBUFFER) == FRAMEBUFFER_COMPLETE

    def release(self) -> None:
        self._gl.DeleteRenderbuffers(1, ctypes.byref(self._name))


class TextureArray:
    """A 2D texture array of fixed storage with a full or partial mip chain, clamped at its edges.

    `levels` are (height, width) of each mip level. `internal`, `layout` and `kind` are OpenGL's internal format,
    pixel format and pixel type. Creating one binds it to texture unit 0.
    """

    def __init__(
        self,
        gl: RawGL,
        levels: tuple[tuple[int, int], ...],
        layers: int,
        internal: int = R16F,
        layout: int = RED,
        kind: int = HALF_FLOAT,
        anisotropy: int = 1,
    ) -> None:
        self._gl = gl
        self.levels, self.layers = levels, layers
        self._layout, self._kind = layout, kind
        self._name = ctypes.c_uint()
        gl.GenTextures(1, ctypes.byref(self._name))
        self.number: int = self._name.value
        self.use(0)
        (height, width), count = levels[0], len(levels)
        gl.TexStorage3D(TEXTURE_2D_ARRAY, count, internal, width, height, layers)
        for parameter, value in (
            (TEXTURE_MIN_FILTER, LINEAR_MIPMAP_LINEAR),
            (TEXTURE_MAG_FILTER, LINEAR),
            (TEXTURE_WRAP_S, CLAMP_TO_EDGE),
            (TEXTURE_WRAP_T, CLAMP_TO_EDGE),
        ):
            gl.TexParameteri(TEXTURE_2D_ARRAY, parameter, value)
        if anisotropy > 1:
            gl.TexParameteri(TEXTURE_2D_ARRAY, TEXTURE_MAX_ANISOTROPY, anisotropy)

    @property
    def texels(self) -> int:
        """Of all layers, with their mip levels."""
        return self.layers * sum(height * width for height, width in self.levels)

    def use(self, unit: int) -> None:
        """Binds to texture unit `unit`."""
        self._gl.ActiveTexture(TEXTURE0 + unit)
        self._gl.BindTexture(TEXTURE_2D_ARRAY, self.number)

    def bind(self) -> None:
        """Binds to the texture unit that is active already."""
        self._gl.BindTexture(TEXTURE_2D_ARRAY, self.number)

    def write(self, level: int, layer: int, count: int, address: int) -> None:
        """Writes `count` whole layers of one level, from `layer` on, from tightly packed memory at `address`.

        The array must be bound (`use(0)`), and the unpack alignment must suit its rows.
        """
        height, width = self.levels[level]
        self._gl.TexSubImage3D(
            TEXTURE_2D_ARRAY, level, 0, 0, layer, width, height, count, self._layout, self._kind, address
        )

    def write_part(self, level: int, layer: int, corner: tuple[int, int], size: tuple[int, int], address: int) -> None:
        """Writes (height, width) texels of one layer of one level from `corner`, (row, column), on, as `write` does."""
        (row, column), (height, width) = corner, size
        self._gl.TexSubImage3D(
            TEXTURE_2D_ARRAY, level, column, row, layer, width, height, 1, self._layout, self._kind, address
        )

    def write_rows(self, level: int, layer: int, row: int, count: int, address: int) -> None:
        """Writes `count` rows of one layer of one level, from `row` on, as `write` does."""
        width = self.levels[level][1]
        self._gl.TexSubImage3D(
            TEXTURE_2D_ARRAY, level, 0, row, layer, width, count, 1, self._layout, self._kind, address
        )

    def copy_to(self, other: TextureArray) -> None:
        """Copies all layers into the first layers of `other`, an array of the same levels."""
        for level, (height, width) in enumerate(self.levels):
            self._gl.CopyImageSubData(
                *(self.number, TEXTURE_2D_ARRAY, level, 0, 0, 0),
                *(other.number, TEXTURE_2D_ARRAY, level, 0, 0, 0),
                *(width, height, self.layers),
            )

    def release(self) -> None:
        self._gl.DeleteTextures(1, ctypes.byref(self._name))
