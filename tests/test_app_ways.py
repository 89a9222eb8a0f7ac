"""A visitor before the screen draws on the easel's picture with a real mouse, and pastes with real keys."""

from __future__ import annotations

from collections.abc import Callable
from math import radians, tan
from pathlib import Path

import glfw
import numpy as np
import pytest
from before_the_screen import RED, Desk
from PIL import Image

from vrcnn.scene.camera import FIELD_OF_VIEW
from vrcnn.scene.sketching import picture_surface
from vrcnn.scene.world_panels import DRAW

pytestmark = pytest.mark.gl
PAINT = (214, 51, 46)


@pytest.fixture
def artist(desk: Desk) -> Desk:
    """Before the easel, with the tools out."""
    desk.settle()
    x, _, z = desk.world.easel.pose.position
    desk.world.player.position, desk.world.player.pitch = (x, 0.0, z + 0.9), -0.3
    desk.visitor.tap("F4")
    desk.until(lambda: DRAW in desk.world.panels.open, "the tools")
    return desk


def on_screen(desk: Desk, x: float, y: float) -> tuple[int, int]:
    """Where a place of the picture, in shares, is seen, in pixels."""
    surface = picture_surface(desk.world, "mouse")
    assert surface is not None
    place = surface.pose.apply(((x - 0.5) * surface.width, (0.5 - y) * surface.height, 0.0))
    right, up, back = desk.world.player.eyes.inverse().apply(place)
    width, height = desk.window.size
    scale = height / 2 / tan(radians(FIELD_OF_VIEW) / 2)
    return round(width / 2 - right / back * scale), round(height / 2 + up / back * scale)


def drawn(desk: Desk) -> Callable[[], bool]:
    """Whether the easel shows a picture with paint on it."""

    def found() -> bool:
        pixels = desk.world.pictures[desk.world.easel.picture or 0].pixels
        return pixels is not None and bool((pixels[..., :3] == PAINT).all(2).any())

    return found


def test_the_free_mouse_draws_and_the_network_follows(artist: Desk) -> None:
    world, visitor = artist.world, artist.visitor
    job = artist.exhibit.displays[0].job
    visitor.point(*on_screen(artist, 0.3, 0.5))
    artist.until(lambda: "mouse" in world.sketching.at, "the pointer on the picture")
    visitor.button_down()
    artist.until(lambda: world.sketching.going is not None, "a stroke")
    assert not artist.loop.controls.captured
    for share in (0.4, 0.5, 0.6, 0.7):
        visitor.point(*on_screen(artist, share, 0.5))
        artist.frames(2)
    visitor.button_up()
    artist.until(lambda: world.sketching.going is None, "the end of the stroke")
    assert drawn(artist)()
    number = world.easel.picture
    assert number is not None
    (stroke,) = world.sketching.drawings[number].strokes
    xs, ys = zip(*stroke.points, strict=True)
    assert (min(xs), max(xs)) == pytest.approx((0.3, 0.7), abs=0.03)
    assert np.ptp(ys) < 0.03
    artist.until(lambda: artist.exhibit.displays[0].job > job and artist.exhibit.displays[0].idle, "the network")
    artist.settle()
    original = world.pictures[RED].pixels
    assert original is not None
    assert not (original[..., :3] == PAINT).all(2).any()
    visitor.point(10, 470)
    artist.until(lambda: world.pointer is None, "the crosshair again")


def test_the_crosshair_draws_while_the_mouse_is_caught(artist: Desk) -> None:
    artist.visitor.tap("F4")  # with the tools out, a click on the picture draws
    artist.until(lambda: DRAW not in artist.world.panels.open, "the tools to be put away")
    artist.capture()
    artist.visitor.tap("F4")
    artist.until(lambda: DRAW in artist.world.panels.open, "the tools")
    surface = picture_surface(artist.world, "mouse")
    assert surface is not None
    artist.look_at(surface.pose.apply((-0.1, 0.0, 0.0)))
    artist.visitor.button_down()
    artist.until(lambda: artist.world.sketching.going is not None, "a stroke")
    artist.look_at(surface.pose.apply((0.1, 0.0, 0.0)))
    artist.visitor.button_up()
    artist.until(drawn(artist), "paint")
    (drawing,) = artist.world.sketching.drawings.values()
    assert len(drawing.strokes[0].points) > 1


def test_a_copied_file_is_pasted_with_real_keys(desk: Desk, tmp_path: Path) -> None:
    desk.settle()
    Image.new("RGB", (30, 30), "blue").save(tmp_path / "pasted.png")
    glfw.set_clipboard_string(None, (tmp_path / "pasted.png").as_uri())
    height, colouring = desk.world.player.position[1], desk.world.colouring
    desk.visitor.press("Control_L")
    desk.visitor.press("v")
    desk.until(lambda: desk.world.pictures[-1].name == "pasted.png", "the picture")
    desk.visitor.release("v")
    desk.visitor.release("Control_L")
    desk.frames(5)
    assert desk.world.easel.picture == 6
    assert desk.world.player.position[1] == height
    assert desk.world.colouring == colouring
    desk.settle()
    glfw.set_clipboard_string(None, "only words")
    desk.visitor.press("Control_L")
    desk.visitor.tap("v")
    desk.visitor.release("Control_L")
    desk.until(lambda: desk.world.notices, "a notice")
    assert "clipboard" in desk.world.notices[-1].headline
