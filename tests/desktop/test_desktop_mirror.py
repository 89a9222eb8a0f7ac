"""The mirror fills the window with the middle of the headset's eye, unstretched and in the right colours."""

import moderngl
import numpy as np
import pytest

from vrcnn.desktop.mirror import Mirror, filling

EYE = (64, 64)


@pytest.fixture(scope="module")
def context() -> moderngl.Context:
    return moderngl.create_context(standalone=True, backend="egl", require=430)


def eye_picture() -> np.ndarray:
    """(64, 64, 4) uint8, rows from the bottom: red grows to the right, green upwards."""
    pixels = np.full((*EYE, 4), 255, np.uint8)
    pixels[..., 0] = np.arange(64) * 4
    pixels[..., 1] = np.arange(64)[:, None] * 4
    return pixels


def mirrored(context: moderngl.Context, size: tuple[int, int], srgb: bool = False) -> np.ndarray:
    """(H, W, 3) uint8, rows from the bottom."""
    data = eye_picture().tobytes()
    internal = {"internal_format": 0x8C43} if srgb else {}  # GL_SRGB8_ALPHA8
    eye = context.texture(EYE, 4, data, **internal)
    window = context.simple_framebuffer(size, 4)
    Mirror(context).draw(eye, window, srgb=srgb)
    assert context.error == "GL_NO_ERROR"
    return np.frombuffer(window.read(components=3), np.uint8).reshape(size[1], size[0], 3)


@pytest.mark.parametrize(
    ("source", "target", "part"),
    [
        ((100, 100), (200, 100), (1.0, 0.5)),
        ((100, 100), (100, 200), (0.5, 1.0)),
        ((200, 100), (100, 100), (0.5, 1.0)),
        ((160, 90), (320, 180), (1.0, 1.0)),
    ],
)
def test_what_does_not_fit_is_cropped_evenly(
    source: tuple[int, int], target: tuple[int, int], part: tuple[float, float]
) -> None:
    assert filling(source, target) == pytest.approx(part)


@pytest.mark.gl
def test_a_wide_window_shows_the_middle_rows_and_all_columns(context: moderngl.Context) -> None:
    shown = mirrored(context, (64, 32))
    np.testing.assert_allclose(shown, eye_picture()[16:48, :, :3], atol=2)


@pytest.mark.gl
def test_a_tall_window_shows_the_middle_columns_and_all_rows(context: moderngl.Context) -> None:
    shown = mirrored(context, (32, 64))
    np.testing.assert_allclose(shown, eye_picture()[:, 16:48, :3], atol=2)


@pytest.mark.gl
def test_an_srgb_eye_keeps_its_brightness(context: moderngl.Context) -> None:
    shown = mirrored(context, (64, 64), srgb=True)
    np.testing.assert_allclose(shown, eye_picture()[..., :3], atol=2)


@pytest.mark.gl
def test_only_the_part_that_was_drawn_is_shown(context: moderngl.Context) -> None:
    eye = context.texture(EYE, 4, eye_picture().tobytes())
    window = context.simple_framebuffer((32, 16), 4)
    Mirror(context).draw(eye, window, used=(32, 32))
    shown = np.frombuffer(window.read(components=3), np.uint8).reshape(16, 32, 3)
    np.testing.assert_allclose(shown, eye_picture()[8:24, :32, :3], atol=2)
