"""Draws what surrounds everything: the sky and the ground with its grid of metres."""

from __future__ import annotations

import moderngl

from vrcnn.render.programs import load_program
from vrcnn.scene.theme import Theme

_VERTICES = 9  # six of the ground's square, three of the sky's triangle


class Background:
    """Sky and ground in one draw. Cheapest after everything opaque: what is hidden is not shaded."""

    def __init__(self, context: moderngl.Context, theme: Theme) -> None:
        self._context = context
        self._program = load_program(context, "background")
        self._program["grid"] = theme["grid"]
        self._vertices = context.vertex_array(self._program, [])

    def draw(self) -> None:
        """Fills what is still free of the current framebuffer; its depth must have been cleared to 1."""
        self._context.depth_func = "<="
        self._vertices.render(moderngl.TRIANGLES, vertices=_VERTICES)
        self._context.depth_func = "<"

    def release(self) -> None:
        self._vertices.release()
        self._program.release()
