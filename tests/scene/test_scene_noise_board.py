"""The board with noise: it hides nothing, what is taken comes into the hand that presses, its swatches are noise."""

from __future__ import annotations

import numpy as np
import pytest
from furnished import texts
from graphs import residual

from vrcnn.engine.plan import plan_maps
from vrcnn.featurevis.noise import KINDS as MADE
from vrcnn.scene.build import build_world
from vrcnn.scene.feature_desk import feature_desk
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.geometry import Pose, Ray
from vrcnn.scene.intents import HandMoved, Select
from vrcnn.scene.noise_board import KINDS, furnish_noise, noise_controls, noise_surface, swatches
from vrcnn.scene.picking import Picker
from vrcnn.scene.picture_numbers import frame_number, hall_of, noise_number, overlay_number
from vrcnn.scene.requests import TakeNew
from vrcnn.scene.shelving import slot_pose
from vrcnn.scene.tools import Tools
from vrcnn.scene.world import World


@pytest.fixture
def world() -> World:
    graph = residual()
    world = build_world("test", graph, plan_maps(graph.nodes), [f"{number}.jpg" for number in range(40)])
    for picture in world.pictures:
        picture.pixels = np.zeros((20, 20, 4), np.uint8)
    return world


def seen_from(world: World, eyes: tuple[float, float, float], point: tuple[float, float, float]) -> tuple[str, int]:
    way = np.subtract(point, eyes)
    target = Picker().pick(world, Ray(eyes, tuple((way / np.linalg.norm(way)).tolist())))
    assert target is not None
    return target.kind, target.index


def test_every_kind_of_noise_that_can_be_made_has_a_swatch() -> None:
    assert set(KINDS) == set(MADE)


@pytest.mark.parametrize("hand", ["left", "right"])
def test_noise_comes_into_the_hand_that_presses(world: World, hand: str) -> None:
    tools, surface = Tools(), noise_surface(2)
    aim = world.player.room.inverse().carry(surface.pose @ Pose((0.0, 0.0, 0.3)))
    asked = tools.step(world, [HandMoved(hand, aim, aim), Select(hand)], 0.01)
    assert [each for each in asked if isinstance(each, TakeNew)] == [TakeNew(hand, "natural")]


def test_from_the_entrance_nothing_at_the_left_hides_anything_else(world: World) -> None:
    eyes = world.player.eyes.position
    for place in range(len(KINDS)):
        surface = noise_surface(place)
        for x, y in ((-0.5, -0.5), (0.5, -0.5), (0.0, 0.0), (-0.5, 0.5), (0.5, 0.5)):
            corner = surface.pose.apply((0.99 * x * surface.width, 0.99 * y * surface.height, 0.0))
            assert seen_from(world, eyes, corner) == ("noise", place)
    for position in range(world.shelf.slots):
        for aside in (-0.1, 0.1):
            point = (slot_pose(world.shelf, position) @ Pose((aside, -0.1, 0.0))).position
            assert seen_from(world, eyes, point) == ("picture", position)
    for index, (surface, choice) in enumerate(feature_desk(world).buttons()):
        if choice.intent is not None:
            assert seen_from(world, eyes, surface.pose.position) == ("features", index)


def test_the_way_to_the_walls_leads_past_it() -> None:
    ways = [np.array(noise_surface(place).pose.position)[[0, 2]] for place in range(len(KINDS))]
    assert all(np.linalg.norm(way - (0.0, z)) > 1.5 for way in ways for z in np.linspace(1.0, -3.0, 40))


def test_it_shows_what_it_offers(world: World) -> None:
    board = Furnisher().furnish(world)["noise"]
    assert texts(board) == ["Noise", "Gaussian", "Uniform", "Natural spectrum"]
    assert [image.picture for image in board.images] == list(swatches())


def test_there_is_none_where_no_picture_is_read(world: World) -> None:
    world.pictures = []
    assert noise_controls(world) == []
    assert furnish_noise(world).boxes == ()


def test_swatches_have_numbers_of_their_own() -> None:
    numbers = set(swatches())
    others = {overlay_number(hall) for hall in range(4)} | {frame_number(place) for place in range(64)}
    assert len(numbers) == 3
    assert not numbers & others
    assert all(hall_of(number) is None for number in numbers)


def test_swatches_are_noise_of_their_kinds() -> None:
    gaussian, uniform, natural = (swatches()[noise_number(place)][..., :3] / 255 for place in range(3))
    assert gaussian.mean() == pytest.approx(0.5, abs=0.02)
    assert gaussian.std() == pytest.approx(0.2, abs=0.02)
    assert np.histogram(uniform, 8, (0, 1), density=True)[0] == pytest.approx(np.ones(8), abs=0.08)

    def alike(pixels: np.ndarray) -> float:
        """How much neighbours have to do with each other."""
        return float(np.corrcoef(pixels[:, 1:].ravel(), pixels[:, :-1].ravel())[0, 1])

    assert abs(alike(gaussian)) < 0.05
    assert abs(alike(uniform)) < 0.05
    assert alike(natural) > 0.7
