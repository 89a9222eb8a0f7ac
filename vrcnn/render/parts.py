"""Pictures of any size: those that are larger than what is drawn at once are drawn in parts, and put together."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import moderngl
import numpy as np

from vrcnn.render.frame_block import STEP
from vrcnn.render.target import Target
from vrcnn.scene.camera import View

AT_ONCE = 4096  # pixels a side that are drawn in one go
PART = 2 * STEP  # pixels a side of the parts of a larger picture

Draw = Callable[[View, Target, tuple[int, int]], None]


def drawn_in_parts(context: moderngl.Context, view: View, size: tuple[int, int], draw: Draw, alone: bool) -> np.ndarray:
    """What `draw` draws of a view as (height, width, 3) uint8, rows from the top.

    `draw` gets the view of a part, what to draw that into, and where it begins, as FrameBlock.write has it. Where
    things are drawn `alone`, it is (height, width, 4), with straight alpha. Raises UserError where even a part is too
    large for this machine.
    """
    channels = 4 if alone else 3
    if max(size) <= AT_ONCE:
        return _drawn(context, view, size, draw, channels, (0, 0))
    picture = np.empty((size[1], size[0], channels), np.uint8)
    for part, (left, down, width, height) in parts_of(view, size, PART):
        corner = left // STEP, down // STEP
        top = size[1] - down - height
        picture[top : top + height, left : left + width] = _drawn(
            context, part, (width, height), draw, channels, corner
        )
    return picture


def parts_of(view: View, size: tuple[int, int], side: int) -> Iterator[tuple[View, tuple[int, int, int, int]]]:
    """The views of the parts of a picture of `size` pixels, each with where it lies: left, down (from below), width,
    height."""
    across, up = (view.right - view.left) / size[0], (view.up - view.down) / size[1]
    for down in range(0, size[1], side):
        height = min(side, size[1] - down)
        low, high = view.down + down * up, view.down + (down + height) * up
        for left in range(0, size[0], side):
            width = min(side, size[0] - left)
            begin, end = view.left + left * across, view.left + (left + width) * across
            yield View(view.pose, begin, end, low, high, view.scale), (left, down, width, height)


def straightened(pixels: np.ndarray) -> np.ndarray:
    """(H, W, 4) uint8 whose colours are multiplied with their alpha, as one whose colours are not."""
    alpha = pixels[..., 3:].astype(np.uint16)
    shares = np.maximum(alpha, 1)
    colours = np.minimum(255, (pixels[..., :3].astype(np.uint16) * 255 + shares // 2) // shares)
    return np.concatenate((colours.astype(np.uint8), pixels[..., 3:]), axis=2)


def _drawn(
    context: moderngl.Context, view: View, size: tuple[int, int], draw: Draw, channels: int, corner: tuple[int, int]
) -> np.ndarray:
    target = Target(context, size)
    try:
        draw(view, target, corner)
        pixels = target.read_components(channels)
    finally:
        target.release()
    return straightened(pixels) if channels == 4 else pixels
