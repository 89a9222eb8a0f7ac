"""Draws the whole surroundings of a visitor as one picture: 360 by 180 degrees, equirectangular."""

from __future__ import annotations

from math import pi

import moderngl
import numpy as np

from vrcnn.errors import UserError
from vrcnn.render.context import live_samples
from vrcnn.render.programs import load_program
from vrcnn.render.renderer import Renderer
from vrcnn.render.target import Target
from vrcnn.scene.camera import View
from vrcnn.scene.geometry import Pose, multiply, turn
from vrcnn.scene.onlookers import UNSEEN_BY_PANORAMA
from vrcnn.scene.staying import heading

SIZE = 4096, 2048
MARGIN = 0.01  # by which the tangent at a face's edge is more than 1, for pixels that lie across the seam
FACES = ((0.0, 0.0), (pi / 2, 0.0), (pi, 0.0), (-pi / 2, 0.0), (0.0, pi / 2), (0.0, -pi / 2))  # yaw and pitch


def check_size(size: tuple[int, int]) -> None:
    """Raises UserError for a (width, height) that is no panorama's."""
    width, height = size
    if width != 2 * height:
        raise UserError(
            f"A panorama of {width} × {height} pixels is not twice as wide as high: choose such as 4096x2048."
        )


def render_panorama(
    context: moderngl.Context, renderer: Renderer, eyes: Pose, size: tuple[int, int] = SIZE, scale: float = 1.0
) -> np.ndarray:
    """What is around the eyes as (height, width, 3) uint8, rows from the top, with every fade at its end.

    The way that they look is in the middle, the horizon level. `size` is (width, height), twice as wide as high;
    `scale` is the visitor's. What belongs to the visitor, such as their hands, is not in it. Raises UserError for a
    size that cannot be drawn.
    """
    check_size(size)
    width, height = size
    upright, edge = turn(heading(eyes)), 1.0 + MARGIN
    side = max(1, round(height * edge))  # 1.6 times as fine as the panorama's equator in a face's middle
    target = Target(context, (side, side), live_samples(context))
    program = load_program(context, "panorama")
    triangle = context.vertex_array(program, [])
    program["edge"], program["pixel"] = edge, (1 / width, 1 / height)
    made: list[moderngl.Texture | moderngl.Framebuffer] = []
    try:
        face, whole = (context.texture(each, 4) for each in ((side, side), size))
        made += [face, whole]
        of_face, panorama = (context.framebuffer([each]) for each in (face, whole))
        made += [of_face, panorama]
        renderer.settle()
        with renderer.aside():
            for yaw, pitch in FACES:
                relative = turn(yaw, pitch)
                pose = Pose(eyes.position, multiply(upright, relative))
                view = View(pose, -edge, edge, -edge, edge, scale)
                renderer.draw(view, target.framebuffer, (side, side), unseen=UNSEEN_BY_PANORAMA)
                target.copy_colour(of_face)
                axes = Pose(orientation=relative)
                program["axes"] = (*axes.right, *axes.up, *axes.forward)
                with context.scope(panorama, enable_only=moderngl.NOTHING):
                    context.viewport = (0, 0, width, height)
                    face.use(0)
                    triangle.render(moderngl.TRIANGLES, vertices=3)
        pixels = np.frombuffer(panorama.read(components=3, alignment=1), np.uint8)
        return np.ascontiguousarray(pixels.reshape(height, width, 3)[::-1])
    except moderngl.Error as error:
        context.error  # noqa: B018 - reading it clears it
        raise UserError(
            f"A panorama of {width} × {height} pixels is larger than this machine can draw at once: "
            "choose a smaller size."
        ) from error
    finally:
        target.release()
        for part in reversed(made):
            part.release()
        triangle.release()
        program.release()
