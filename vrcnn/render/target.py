"""A picture to draw into: multisampled colour and depth, and its resolved copy to show or read."""

from __future__ import annotations

import moderngl
import numpy as np

from vrcnn.errors import UserError


class Target:
    """A framebuffer of `size` (width, height) pixels with up to `samples` samples a pixel, RGBA8 and depth.

    Raises UserError for a size that the graphics driver cannot draw.
    """

    def __init__(self, context: moderngl.Context, size: tuple[int, int], samples: int = 4) -> None:
        self.size = size
        self.samples = max(0, min(samples, context.max_samples))
        if self.samples < 2:
            self.samples = 0
        self._context = context
        try:
            self._colour = context.renderbuffer(size, samples=self.samples)
            self._depth = context.depth_renderbuffer(size, samples=self.samples)
            self.framebuffer = context.framebuffer([self._colour], self._depth)
        except moderngl.Error as error:
            context.error  # noqa: B018 - reading it clears it
            raise UserError(
                f"A picture of {size[0]} × {size[1]} pixels is larger than this machine can draw at once: "
                "choose a smaller size."
            ) from error
        self._resolved: moderngl.Framebuffer | None = None
        self._resolved_colour: moderngl.Renderbuffer | None = None

    def resolve(self, into: moderngl.Framebuffer | None = None) -> moderngl.Framebuffer:
        """Averages the samples into a framebuffer of the same size, its own one by default, and returns that."""
        if into is None:
            into = self.resolved
        self._context.copy_framebuffer(into, self.framebuffer)
        return into

    def read(self) -> np.ndarray:
        """The picture as (height, width, 3) uint8, rows from the top, sRGB-encoded."""
        width, height = self.size
        pixels = np.frombuffer(self.resolve().read(components=3, alignment=1), np.uint8)
        return np.ascontiguousarray(pixels.reshape(height, width, 3)[::-1])

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
