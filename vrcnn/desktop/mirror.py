"""Shows a picture in the window, such as what the headset's eye sees, cropped to fill it."""

from __future__ import annotations

import moderngl

from vrcnn.render.programs import load_program


class Mirror:
    """Draws a texture over a whole framebuffer, keeping its proportions."""

    def __init__(self, context: moderngl.Context) -> None:
        self.context = context
        self.program = load_program(context, "mirror")
        self.vertex_array = context.vertex_array(self.program, [])

    def draw(
        self,
        eye: moderngl.Texture,
        framebuffer: moderngl.Framebuffer,
        used: tuple[int, int] | None = None,
        srgb: bool = False,
    ) -> None:
        """Fills `framebuffer` with the middle of `eye`, of which only the lower left `used` (width, height) pixels
        were drawn where that is given.

        The eye's rows count from the bottom, as GL's do. `srgb` says that the texture has an sRGB format, so that
        sampling decodes it. The bound framebuffer and the enabled tests are as before afterwards.
        """
        used = used or eye.size
        self.program["span"] = filling(used, framebuffer.size)
        self.program["used"] = used[0] / eye.width, used[1] / eye.height
        self.program["encode"] = srgb
        with self.context.scope(framebuffer, enable_only=moderngl.NOTHING):
            self.context.viewport = (0, 0, *framebuffer.size)
            eye.use(0)
            self.vertex_array.render(moderngl.TRIANGLES, vertices=3)

    def release(self) -> None:
        """Gives the GL objects back."""
        self.vertex_array.release()
        self.program.release()


def filling(source: tuple[int, int], target: tuple[int, int]) -> tuple[float, float]:
    """The part (0..1 across and down) of `source` that shows when it fills `target` without being stretched."""
    ratio = (source[0] * max(target[1], 1)) / (source[1] * max(target[0], 1))
    return (1.0 / ratio, 1.0) if ratio > 1 else (1.0, ratio)
