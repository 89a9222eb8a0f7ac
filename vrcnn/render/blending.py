"""Turns blending on around a draw. Colours have straight alpha and blend sRGB-encoded, as they are everywhere here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import moderngl

OVER = (moderngl.SRC_ALPHA, moderngl.ONE_MINUS_SRC_ALPHA, moderngl.ONE, moderngl.ONE_MINUS_SRC_ALPHA)


@contextmanager
def blended(context: moderngl.Context, depth_writes: bool = False) -> Iterator[None]:
    """Draws over what is there by alpha, with or without writing depth; both are put back afterwards."""
    framebuffer = context.fbo
    context.enable(moderngl.BLEND)
    context.blend_func = OVER  # type: ignore[assignment]  # the stub knows only the form for colour and alpha alike
    framebuffer.depth_mask = depth_writes
    try:
        yield
    finally:
        framebuffer.depth_mask = True
        context.disable(moderngl.BLEND)
