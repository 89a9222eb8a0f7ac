"""A picture to draw into: multisampled colour and depth, and its resolved copy to show or read."""

from __future__ import annotations

import ctypes
from typing import Protocol

import moderngl
import numpy as np

from vrcnn.errors import UserError
from vrcnn.render.raw import (
    COLOR_BUFFER_BIT,
    DEPTH_BUFFER_BIT,
    DEPTH_COMPONENT24,
    DRAW_FRAMEBUFFER,
    DRAW_FRAMEBUFFER_BINDING,
    NEAREST,
    READ_FRAMEBUFFER,
    READ_FRAMEBUFFER_BINDING,
    DepthRenderbuffer,
    RawGL,
)


class Drawable(Protocol):
    """A framebuffer by its OpenGL number, moderngl's or one of the headset's images."""

    @property
    def glo(self) -> int: ...


class Target:
    """A framebuffer of `size` (width, height) pixels with up to `samples` samples a pixel, RGBA8 and depth.

    `depth_format` is OpenGL's internal format of its depth, which has to be that of a framebuffer that `copy_depth`
    writes to. Raises UserError for a size that the graphics driver cannot draw.
    """

    def __init__(
        self,
        context: moderngl.Context,
        size: tuple[int, int],
        samples: int = 4,
        depth_format: int = DEPTH_COMPONENT24,
    ) -> None:
        self.size = size
        self.samples = max(0, min(samples, context.max_samples))
        if self.samples < 2:
            self.samples = 0
        self._context = context
        self._gl = RawGL()
        self._bound = (ctypes.c_int * 2)()
        self._depth: DepthRenderbuffer | None = None
        try:
            self._colour = context.renderbuffer(size, samples=self.samples)
            self.framebuffer = context.framebuffer([self._colour])
            self._depth = DepthRenderbuffer(self._gl, size, self.samples, depth_format)
            if not self._depth.attach(self.framebuffer.glo):
                raise moderngl.Error("the depth buffer is refused")
        except moderngl.Error as error:
            context.error  # noqa: B018 - reading it clears it
            raise UserError(
                f"A picture of {size[0]} × {size[1]} pixels is larger than this machine can draw at once: "
                "choose a smaller size."
            ) from error
        self.framebuffer.use()
        self.framebuffer.depth_mask = True
        self._resolved: moderngl.Framebuffer | None = None
        self._resolved_colour: moderngl.Renderbuffer | None = None

    def resolve(self) -> moderngl.Framebuffer:
        """Averages the samples into the target's own framebuffer of one sample a pixel, and returns that."""
        self.copy_colour(self.resolved)
        return self.resolved

    def copy_colour(self, into: Drawable, size: tuple[int, int] | None = None) -> None:
        """Averages the samples into a framebuffer of no smaller size.

        Of the lower left `size` pixels only, where that is given.
        """
        self._copy(into, size or self.size, COLOR_BUFFER_BIT)

    def copy_depth(self, into: Drawable, size: tuple[int, int] | None = None) -> None:
        """Copies one sample's depth of each pixel, as `copy_colour` does colour, into depth of the same format."""
        self._copy(into, size or self.size, DEPTH_BUFFER_BIT)

    def _copy(self, into: Drawable, size: tuple[int, int], what: int) -> None:
        gl, bound = self._gl, self._bound
        gl.GetIntegerv(READ_FRAMEBUFFER_BINDING, ctypes.byref(bound))
        gl.GetIntegerv(DRAW_FRAMEBUFFER_BINDING, ctypes.byref(bound, ctypes.sizeof(ctypes.c_int)))
        gl.BindFramebuffer(READ_FRAMEBUFFER, self.framebuffer.glo)
        gl.BindFramebuffer(DRAW_FRAMEBUFFER, into.glo)
        gl.BlitFramebuffer(0, 0, *size, 0, 0, *size, what, NEAREST)
        gl.BindFramebuffer(READ_FRAMEBUFFER, bound[0])
        gl.BindFramebuffer(DRAW_FRAMEBUFFER, bound[1])

    def read(self) -> np.ndarray:
        """The picture as (height, width, 3) uint8, rows from the top, sRGB-encoded."""
        return self.read_components(3)

    def read_components(self, count: int) -> np.ndarray:
        """The same as (height, width, count): with 4, alpha too, with which the colours are as they were blended."""
        width, height = self.size
        pixels = np.frombuffer(self.resolve().read(components=count, alignment=1), np.uint8)
        return np.ascontiguousarray(pixels.reshape(height, width, count)[::-1])

    def release(self) -> None:
        # moderngl binds the current framebuffer again whenever it makes another, which is an error once that is gone.
        self._context.detect_framebuffer(0).use()
        for part in (self.framebuffer, self._colour, self._depth, self._resolved, self._resolved_colour):
            if part is not None:
                part.release()

    @property
    def resolved(self) -> moderngl.Framebuffer:
        """The target's own framebuffer of one sample a pixel."""
        if self._resolved is None:
            self._resolved_colour = self._context.renderbuffer(self.size)
            self._resolved = self._context.framebuffer([self._resolved_colour])
        return self._resolved
