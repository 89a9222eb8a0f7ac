"""What a lens never shows is left out of an eye's picture, and the rest of it is as it was."""

from __future__ import annotations

import moderngl
import numpy as np
import pytest

from vrcnn.render.hidden_area import HiddenArea
from vrcnn.render.target import Target
from vrcnn.scene.camera import View
from vrcnn.scene.drawables import Box, Drawables
from vrcnn.scene.geometry import Pose
from vrcnn.scene.theme import DARK

pytestmark = pytest.mark.gl
SIZE = 200, 100
VIEW = View(Pose((0.0, 1.6, 0.0)), -1.5, 0.5, -0.25, 0.75)  # asymmetric, as a headset's eyes are: 100 px a tangent
# Two triangles: a corner at the left, and one beyond the right edge, as a runtime may have it.
CORNER = ((-1.5, 0.75), (-1.5, 0.25), (-1.0, 0.75))
BEYOND = ((0.3, -1.0), (5.0, -1.0), (0.3, 4.0))


@pytest.fixture
def pictures(context: moderngl.Context, renderer):
    """The same world with and without what is hidden, and a target that shows the second."""
    wall = Box(Pose((0.0, 1.6, -3.0)), (20.0, 20.0, 0.1), "accent")
    renderer.prepare({"test": Drawables(boxes=(wall,))}, 0.0)
    target = Target(context, SIZE)
    renderer.draw(VIEW, target.framebuffer, SIZE)
    whole = target.read()
    area = HiddenArea(context, np.array((*CORNER, *BEYOND), np.float32))
    renderer.draw(VIEW, target.framebuffer, SIZE, area)
    part = target.read()
    area.release()
    target.release()
    return whole, part


def test_hidden_pixels_are_not_drawn_and_all_others_are_as_before(pictures):
    whole, part = pictures
    nothing = [round(255 * channel) for channel in DARK["horizon"]]
    assert not np.allclose(whole[5, 5], nothing, atol=8), "the wall is everywhere"
    for row, column in ((5, 5), (5, 40), (40, 5), (50, 190), (95, 199)):
        assert np.allclose(part[row, column], nothing, atol=1)
    shown = np.ones(SIZE[::-1], bool)
    rows, columns = np.mgrid[: SIZE[1], : SIZE[0]]
    shown[rows + columns < 52] = False
    shown[:, 178:] = False
    assert (part[shown] == whole[shown]).all()


def test_hidden_pixels_are_not_shaded(context: moderngl.Context, renderer):
    """Counted by the graphics driver: samples that pass the depth test, with everything hidden but a strip."""
    wall = Box(Pose((0.0, 1.6, -3.0)), (20.0, 20.0, 0.1), "accent")
    renderer.prepare({"test": Drawables(boxes=(wall,))}, 0.0)
    target = Target(context, SIZE, samples=0)
    half = ((-3.0, -2.0), (-0.5, -2.0), (-3.0, 3.0), (-0.5, -2.0), (-0.5, 3.0), (-3.0, 3.0))
    area = HiddenArea(context, np.array(half, np.float32))
    passed = []
    for hidden in (None, area):
        query = context.query(samples=True)
        with query:
            renderer.draw(VIEW, target.framebuffer, SIZE, hidden)
        passed.append(query.samples)
    pixels = SIZE[0] * SIZE[1]
    assert passed[0] == pixels, "each pixel shows the wall"
    assert passed[1] == pixels, "what covers the hidden half comes on top where nothing of the wall is drawn below"
    for part in (area, target):
        part.release()
