"""Panels in the world as they come out of the renderer: upright, before what is behind, crisp where they are small."""

from __future__ import annotations

from collections.abc import Iterator
from math import pi

import moderngl
import numpy as np
import pytest
from drawing import Stage, pixel_of, stage

from vrcnn.scene.drawables import Box, Label, PanelFace
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.theme import DARK

pytestmark = pytest.mark.gl
AHEAD = Pose((0.0, 1.6, -1.0))
FACE = PanelFace("test", AHEAD, 0.8, 0.6)
RED, GREEN, BLUE = (200, 20, 20), (20, 200, 20), (20, 20, 200)


@pytest.fixture(scope="module")
def shown() -> Iterator[Stage]:
    with stage() as made:
        yield made


def texture_of(shown: Stage, pixels: np.ndarray) -> moderngl.Texture:
    """Of (H, W, 4) uint8, rows from the top, as if they had been drawn into it."""
    height, width = pixels.shape[:2]
    return shown.context.texture((width, height), 4, np.ascontiguousarray(pixels[::-1]).tobytes())


@pytest.fixture
def quartered(shown: Stage) -> Iterator[moderngl.Texture]:
    """Red at the upper left, green at the upper right, blue below; an empty rim."""
    pixels = np.zeros((240, 320, 4), np.uint8)
    pixels[20:120, 20:160], pixels[20:120, 160:300], pixels[120:220, 20:300] = (*RED, 255), (*GREEN, 255), (*BLUE, 255)
    texture = texture_of(shown, pixels)
    shown.renderer.set_panel("test", texture)
    yield texture
    shown.renderer.drop_panel("test")
    texture.release()


def at(picture: np.ndarray, x: float, y: float) -> np.ndarray:
    """The colour at a place of the face, in m from its middle."""
    return picture[pixel_of(AHEAD.apply((x, y, 0.0)))]


def test_a_face_is_upright_and_not_mirrored(shown: Stage, quartered: moderngl.Texture) -> None:
    picture = shown.picture(panels=(FACE,))
    for place, colour in (((-0.2, 0.15), RED), ((0.2, 0.15), GREEN), ((0.0, -0.15), BLUE)):
        assert np.abs(at(picture, *place) - colour).max() <= 2


def test_a_panel_without_a_texture_is_not_there(shown: Stage) -> None:
    assert np.array_equal(shown.picture(panels=(FACE,)), shown.picture())


def test_it_is_behind_what_is_nearer_and_before_what_is_not(shown: Stage, quartered: moderngl.Texture) -> None:
    near = Box(Pose((-0.2, 1.7, -0.8)), (0.1, 0.1, 0.01), "accent", glow=1.0)
    far = Box(Pose((0.0, 1.6, -1.2)), (0.4, 0.4, 0.01), "accent", glow=1.0)
    words = Label("XXXXXX", Pose((-0.3, 1.5, -1.1)), 0.2)
    picture = shown.picture(boxes=(near, far), labels=(words,), panels=(FACE,))
    assert np.abs(picture[pixel_of(near.pose.position)] - np.array(DARK["accent"]) * 255).max() <= 2
    alone = shown.picture(boxes=(near,), panels=(FACE,))
    inner = pixel_of(AHEAD.apply((-0.3, 0.2, 0.0))), pixel_of(AHEAD.apply((0.3, -0.2, 0.0)))
    (top, left), (bottom, right) = inner
    assert np.array_equal(picture[top:bottom, left:right], alone[top:bottom, left:right])


def test_a_soft_shadow_lies_around_it_and_its_rim_lets_everything_through(
    shown: Stage, quartered: moderngl.Texture
) -> None:
    behind = Box(Pose((0.0, 1.6, -1.3)), (4.0, 3.0, 0.01), "text", glow=1.0)
    plain, picture = shown.picture(boxes=(behind,)), shown.picture(boxes=(behind,), panels=(FACE,))
    beside, further = pixel_of(AHEAD.apply((0.41, 0.0, 0.0))), pixel_of(AHEAD.apply((0.55, 0.0, 0.0)))
    assert 5 < plain[beside].mean() - picture[beside].mean() < 130
    assert np.array_equal(plain[further], picture[further])
    rim = pixel_of(AHEAD.apply((0.38, 0.0, 0.0)))
    assert picture[rim].mean() > 0.4 * plain[rim].mean()


def test_its_back_tells_nothing(shown: Stage, quartered: moderngl.Texture) -> None:
    turned = PanelFace("test", AHEAD @ Pose((0, 0, 0), turn(pi)), 0.8, 0.6)
    picture = shown.picture(panels=(turned,))
    for place in ((-0.2, 0.15), (0.2, 0.15), (0.0, -0.15)):
        assert np.abs(at(picture, *place) - np.array(DARK["panel"]) * 255).max() <= 2


def test_translucent_glass_is_laid_over_what_is_behind(shown: Stage) -> None:
    pixels = np.zeros((64, 64, 4), np.uint8)
    pixels[:] = (100, 0, 0, 128)  # premultiplied: a red of 200, half opaque
    texture = texture_of(shown, pixels)
    shown.renderer.set_panel("test", texture)
    behind = Box(Pose((0.0, 1.6, -1.3)), (4.0, 3.0, 0.01), "text", glow=1.0)
    white = np.array(DARK["text"]) * 255
    picture = shown.picture(boxes=(behind,), panels=(FACE,))
    shade = 1 - 0.5  # of the shadow, which the middle of the glass lies over
    expected = np.array((100, 0, 0)) + white * (1 - 128 / 255) * shade
    assert np.abs(at(picture, 0.0, 0.0) - expected).max() <= 6
    shown.renderer.drop_panel("test")
    texture.release()


def test_fine_lines_keep_their_mean_when_they_are_smaller_than_pixels(shown: Stage) -> None:
    pixels = np.zeros((1024, 1024, 4), np.uint8)
    pixels[..., 3] = 255
    pixels[:, ::2, :3] = 255
    texture = texture_of(shown, pixels)
    shown.renderer.set_panel("test", texture)
    picture = shown.picture(panels=(FACE,))
    rows, columns = zip(*(pixel_of(AHEAD.apply(place)) for place in ((-0.3, 0.2, 0.0), (0.3, -0.2, 0.0))), strict=True)
    inner = picture[rows[0] : rows[1], columns[0] : columns[1]]
    assert np.abs(inner - 127.5).max() < 12, "no moire"
    shown.renderer.drop_panel("test")
    texture.release()
