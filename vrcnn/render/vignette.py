"""Darkens the rim of an eye's picture while the visitor moves smoothly, and covers all of it after a jump."""

from __future__ import annotations

import moderngl

from vrcnn.render.blending import blended
from vrcnn.render.programs import load_program
from vrcnn.scene.camera import View
from vrcnn.scene.locomotion import covered
from vrcnn.scene.theme import THEMES
from vrcnn.scene.world import World

LEAST = 1e-3  # what is fainter is not drawn


class Vignette:
    """A ring in the colour of the horizon, by the angle from straight ahead, so that both eyes see the same one."""

    def __init__(self, context: moderngl.Context) -> None:
        self._context = context
        self._program = load_program(context, "vignette")
        self._triangle = context.vertex_array(self._program, [])

    def draw(self, world: World, view: View, framebuffer: moderngl.Framebuffer, size: tuple[int, int]) -> None:
        """Over a finished picture of `size` (width, height) pixels that shows this view, where there is something."""
        amount, veil = world.vignette, covered(world)
        if max(amount, veil) < LEAST:
            return
        self._program["bounds"] = view.left, view.down, view.right, view.up
        self._program["tint"] = THEMES[world.theme]["horizon"]
        self._program["amount"] = amount
        self._program["veil"] = veil
        framebuffer.use()
        framebuffer.viewport = (0, 0, *size)
        self._context.enable_only(moderngl.NOTHING)
        with blended(self._context):
            self._triangle.render(moderngl.TRIANGLES, vertices=3)

    def release(self) -> None:
        """Gives the GL objects back."""
        self._triangle.release()
        self._program.release()
