"""What the tests of drawn things share: a small picture of some drawables, from a view."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from vrcnn.render.context import standalone_context
from vrcnn.render.frame_block import NO_WAVE
from vrcnn.render.renderer import UNMOVED, Renderer
from vrcnn.render.target import Target
from vrcnn.scene.camera import View
from vrcnn.scene.drawables import Drawables
from vrcnn.scene.geometry import Pose
from vrcnn.scene.theme import DARK

WIDTH, HEIGHT = 320, 240
EYES = Pose((0.0, 1.6, 0.0))


class Stage:
    """A renderer of the dark theme with a picture of 320 x 240 pixels, 90 degrees high."""

    def __init__(self, context) -> None:
        self.context = context
        self.renderer = Renderer(context, DARK)
        self.target = Target(context, (WIDTH, HEIGHT))

    def picture(self, eyes: Pose = EYES, time: float = 0.0, wave: float = NO_WAVE, **drawables: tuple) -> np.ndarray:
        """(240, 320, 3) int; the drawables by their kinds, such as boxes=(Box(...),)."""
        self.renderer.prepare({"test": Drawables(**drawables)}, time, UNMOVED, wave)
        self.renderer.draw(view(eyes), self.target.framebuffer, (WIDTH, HEIGHT))
        return self.target.read().astype(int)


def view(eyes: Pose = EYES) -> View:
    return View.symmetric(eyes, WIDTH / HEIGHT, vertical_degrees=90.0)


def pixel_of(point: tuple[float, float, float], eyes: Pose = EYES) -> tuple[int, int]:
    """Row and column of a point of the world in `Stage.picture`."""
    x, y, _, w = view(eyes).matrix() @ np.array([*point, 1.0])
    return int((1 - y / w) / 2 * HEIGHT), int((1 + x / w) / 2 * WIDTH)


@contextmanager
def stage() -> Iterator[Stage]:
    """A stage in a context of its own, which is current meanwhile."""
    context = standalone_context()
    with context:
        yield Stage(context)
    context.release()
