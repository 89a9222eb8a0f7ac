"""Draws what surrounds everything: the sky and the ground with its grid of metres."""

from __future__ import annotations

from collections.abc import Sequence

import moderngl

from vrcnn.render.programs import load_program
from vrcnn.scene.theme import Theme

MOST_PATHS = 8  # shaders/ground.frag


class Background:
    """Ground, then sky, one draw each. Cheapest after everything opaque: what is hidden is not shaded."""

    def __init__(self, context: moderngl.Context, theme: Theme) -> None:
        self._context = context
        self._programs = load_program(context, "ground"), load_program(context, "sky")
        self.set_theme(theme)
        self._lit: list[float] | None = None
        self.set_paths((0.0,))
        self._ground, self._sky = (context.vertex_array(program, []) for program in self._programs)

    def set_theme(self, theme: Theme) -> None:
        self._programs[0]["grid"] = theme["grid"]

    def set_paths(self, places: Sequence[float]) -> None:
        """Where paths lie (x in m) that the ground is lit along; further ones than MOST_PATHS stay dark."""
        lit = list(places)[:MOST_PATHS]
        if lit == self._lit:
            return
        self._lit = lit
        self._programs[0]["paths"] = lit + [0.0] * (MOST_PATHS - len(lit))
        self._programs[0]["path_count"] = len(lit)

    def draw(self) -> None:
        """Fills what is still free of the current framebuffer; its depth must have been cleared to 1."""
        self._ground.render(moderngl.TRIANGLE_STRIP, vertices=4)
        self._context.depth_func = "<="
        self._sky.render(moderngl.TRIANGLES, vertices=3)
        self._context.depth_func = "<"

    def release(self) -> None:
        for part in (self._ground, self._sky, *self._programs):
            part.release()
