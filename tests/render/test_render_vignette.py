"""The vignette: a ring by the angle from straight ahead, the same for both eyes, and the veil after a jump."""

from __future__ import annotations

from math import hypot

import moderngl
import numpy as np
import pytest

from vrcnn.network.graph import Graph
from vrcnn.render.target import Target
from vrcnn.render.vignette import Vignette
from vrcnn.scene.camera import View
from vrcnn.scene.geometry import Pose
from vrcnn.scene.hall import Hall
from vrcnn.scene.theme import DARK, LIGHT, Theme
from vrcnn.scene.world import World

SIZE = 220, 200
LEFT_EYE, RIGHT_EYE = View(Pose(), -1.3, 0.9, -1.1, 1.0), View(Pose(), -0.9, 1.3, -1.1, 1.0)
PAPER = (0.9, 0.4, 0.7)


@pytest.fixture
def world() -> World:
    """A visitor in a headset who stands still, long after the last jump."""
    world = World([Hall("empty", Graph((), ()))], time=100.0)
    world.player.head = Pose((0.0, 1.7, 0.0))
    world.journey.jumped = 0.0
    return world


def drawn(context: moderngl.Context, world: World, view: View = LEFT_EYE) -> np.ndarray:
    """(200, 220, 3) int: a picture of one colour, and over it the vignette."""
    target, vignette = Target(context, SIZE), Vignette(context)
    target.framebuffer.clear(*PAPER, 1.0)
    vignette.draw(world, view, target.framebuffer, SIZE)
    picture = target.read().astype(int)
    vignette.release()
    target.release()
    return picture


def at(picture: np.ndarray, view: View, x: float, y: float) -> np.ndarray:
    """The colour in a direction, given by its tangents."""
    column = (x - view.left) / (view.right - view.left) * SIZE[0]
    row = (view.up - y) / (view.up - view.down) * SIZE[1]
    return picture[int(row), int(column)]


def is_tinted(colour: np.ndarray, theme: Theme = DARK) -> bool:
    return bool(np.abs(colour - 255 * np.array(theme["horizon"])).max() <= 2)


def is_plain(colour: np.ndarray) -> bool:
    return bool(np.abs(colour - 255 * np.array(PAPER)).max() <= 2)


def test_who_stands_still_sees_everything(context, world):
    picture = drawn(context, world)
    assert np.abs(picture - 255 * np.array(PAPER)).max() <= 1


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_the_middle_of_the_sight_stays_and_its_rim_is_the_horizons_colour(context, world, theme):
    world.vignette, world.theme = 1.0, theme.name
    picture = drawn(context, world)
    for x, y in ((0.0, 0.0), (0.3, 0.0), (-0.2, 0.25)):
        assert is_plain(at(picture, LEFT_EYE, x, y))
    for x, y in ((-1.2, 0.0), (0.85, 0.0), (0.0, 0.9), (0.5, -0.7)):
        assert is_tinted(at(picture, LEFT_EYE, x, y), theme)
    soft = at(picture, LEFT_EYE, 0.53, 0.0)
    assert not is_plain(soft)
    assert not is_tinted(soft, theme)


def test_a_stronger_one_leaves_less_of_the_sight(context, world):
    left = []
    for amount in (0.0, 0.4, 0.7, 1.0):
        world.vignette = amount
        picture = drawn(context, world)
        left.append(float((np.abs(picture - 255 * np.array(PAPER)).max(axis=2) <= 2).mean()))
    assert left[0] == 1.0
    assert left == sorted(left, reverse=True)
    assert left[1] - left[2] > 0.1
    assert left[2] - left[3] > 0.1
    assert left[3] > 0.05


def test_both_eyes_see_the_same_ring_though_their_fields_differ(context, world):
    world.vignette = 0.8
    pictures = [(drawn(context, world, view), view) for view in (LEFT_EYE, RIGHT_EYE)]
    for angle in np.linspace(0.0, 6.2, 9):
        for reach in (0.3, 0.6, 0.75, 0.85):
            x, y = reach * np.cos(angle), reach * np.sin(angle)
            one, other = (at(picture, view, x, y) for picture, view in pictures)
            assert np.abs(one - other).max() < 22, hypot(x, y)


def test_right_after_a_jump_nothing_is_seen_and_sight_comes_back(context, world):
    world.journey.jumped = world.time
    assert is_tinted(drawn(context, world)[::10, ::10].reshape(-1, 3).max(axis=0))
    world.time += 0.19
    half = at(drawn(context, world), LEFT_EYE, 0.0, 0.0)
    assert not is_plain(half)
    assert not is_tinted(half)
    world.time += 0.2
    assert is_plain(at(drawn(context, world), LEFT_EYE, 0.0, 0.0))
    world.journey.jumped, world.player.head = world.time, None
    assert is_plain(at(drawn(context, world), LEFT_EYE, 0.0, 0.0)), "the window glides and needs no veil"
