"""What every shader knows of a frame: the block of uniforms of shaders/frame.glsl, written once per eye."""

from __future__ import annotations

import moderngl
import numpy as np

from vrcnn.scene.camera import View
from vrcnn.scene.theme import Theme

BINDING = 0
NO_WAVE = 100.0  # where the light is that travels from 0 to 1 along the way, while none does
STEP = 1024  # pixels
_LAYOUT = np.dtype(
    [
        ("clip_from_world", "f4", (4, 4)),  # column by column
        ("eye", "f4", 4),
        ("right", "f4", 4),
        ("up", "f4", 4),
        ("viewport", "f4", 4),
        ("zenith", "f4", 4),
        ("horizon", "f4", 4),
        ("ground", "f4", 4),
        ("spark", "f4", 4),
    ]
)


class FrameBlock:
    """The block. `time` in seconds drives pulses and fades; `wave` is where the light is that travels along the way."""

    def __init__(self, context: moderngl.Context, theme: Theme) -> None:
        self.time, self.wave = 0.0, NO_WAVE
        self._values = np.zeros((), _LAYOUT)
        self._buffer = context.buffer(reserve=_LAYOUT.itemsize)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """The colours of another look, and how it is lit."""
        for role, setting in (
            ("zenith", theme.light.least),
            ("horizon", theme.light.shade),
            ("ground", theme.light.pool),
        ):
            self._values[role] = (*theme[role], setting)
        self._values["spark"][:3] = theme["spark"]

    def write(self, view: View, size: tuple[int, int], corner: tuple[int, int] = (0, 0)) -> None:
        """For one eye's view, drawn in a picture of `size` (width, height) pixels; shaders read it from now on.

        `corner` is where that begins in a larger picture, columns from the left and rows from below, in STEPs.
        """
        values = self._values
        right, up, _ = view.axes
        values["clip_from_world"] = view.matrix().T
        values["eye"] = (*view.pose.position, self.time)
        values["right"] = (*right, size[1] / (view.up - view.down))
        values["up"] = (*up, corner[0] + 256.0 * corner[1])
        values["viewport"] = (*size, view.near, view.far)
        values["spark"][3] = self.wave
        self._buffer.write(values)
        self._buffer.bind_to_uniform_block(BINDING)

    def release(self) -> None:
        """Gives the buffer back."""
        self._buffer.release()
