"""What an eye's lens never shows is covered first, at the near plane, so that nothing is shaded there."""

from __future__ import annotations

import moderngl
import numpy as np

from vrcnn.render.programs import load_program
from vrcnn.scene.camera import View


class HiddenArea:
    """Of one eye: `triangles` are (3 * triangles, 2) float32 tangents to the right and up from straight ahead."""

    def __init__(self, context: moderngl.Context, triangles: np.ndarray) -> None:
        self._program = load_program(context, "hidden")
        self._buffer = context.buffer(np.ascontiguousarray(triangles, np.float32))
        self._vertex_array = context.vertex_array(self._program, self._buffer, "place")

    def draw(self, view: View) -> None:
        """Covers it in the current framebuffer, whose depth must have been cleared and be tested."""
        self._program["tangents"] = view.left, view.right, view.down, view.up
        self._vertex_array.render(moderngl.TRIANGLES)

    def release(self) -> None:
        """Gives the GL objects back."""
        for part in (self._vertex_array, self._buffer, self._program):
            part.release()
