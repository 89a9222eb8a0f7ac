"""Feature visualizations and noise for a visitor before the screen: real mouse and keys, from a tile to the easel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from before_the_screen import Desk
from PIL import Image

from vrcnn.scene.feature_desk import feature_desk
from vrcnn.scene.features import Feature, FeatureState
from vrcnn.scene.geometry import Vector
from vrcnn.scene.hall import WallState
from vrcnn.scene.noise_board import KINDS, noise_surface
from vrcnn.scene.visualizing import place_of_wall

pytestmark = pytest.mark.gl
LAYER, CHANNEL, STEPS = "second", 5, 64
NETWORK = """
import torch
from collections import OrderedDict
from torch import nn

torch.manual_seed(3)
model = nn.Sequential(OrderedDict(
    first=nn.Conv2d(3, 6, 3), second=nn.Conv2d(6, 8, 3), pool=nn.AdaptiveAvgPool2d(1), flat=nn.Flatten(),
    last=nn.Linear(8, 4),
))
images = "pictures"
input_size = (3, 24, 24)
labels = ["ant", "bee", "cow", "doe"]
"""


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A network that is quickly visualized, with two pictures; what is kept on disk is its own."""
    monkeypatch.setenv("VRCNN_CACHE", str(tmp_path / "cache"))
    (tmp_path / "pictures").mkdir()
    for colour in ("red", "navy"):
        Image.new("RGB", (32, 32), colour).save(tmp_path / "pictures" / f"{colour}.png")
    (tmp_path / "net.py").write_text(NETWORK)
    return tmp_path / "net.py"


@pytest.fixture
def hasty(captured: Desk) -> Desk:
    """Few steps were chosen at the desk."""
    desk = captured
    (fewer,) = [surface for surface, choice in feature_desk(desk.world).buttons() if choice.words == "−"]
    desk.look_at(fewer.pose.position)
    while desk.world.feature_settings.steps > STEPS:
        before = desk.world.feature_settings.steps
        desk.visitor.click()
        desk.until(lambda steps=before: desk.world.feature_settings.steps < steps, "fewer steps")
    return desk


def tile(desk: Desk, channel: int) -> Vector:
    """The middle of a channel's tile on the wall of LAYER, in the world."""
    wall = desk.wall_of(LAYER)
    row, column = divmod(channel, wall.columns)
    x, y = ((column + 0.5) / wall.columns - 0.5) * wall.width, (0.5 - (row + 0.5) / wall.rows) * wall.height
    return (desk.world.hall.placing @ wall.placing).apply((x, y, 0.0))


def feature(desk: Desk, channel: int = CHANNEL) -> Feature | None:
    hall = desk.world.hall
    return hall.features.of(place_of_wall(hall, desk.wall_of(LAYER)).tensor, channel)


def place(desk: Desk) -> None:
    """What is in the hand comes onto the easel with a click, and the network runs on it."""
    held = desk.world.hands["mouse"].holding
    desk.look_at(desk.world.easel.pose.position)
    desk.visitor.click()
    desk.until(lambda: desk.world.easel.picture == held, "the picture on the easel")
    desk.settle()
    assert desk.states() == {WallState.READY}
    assert sum(desk.scores()) == pytest.approx(1)


def test_g_visualizes_the_tile_and_a_click_takes_it_to_the_easel(hasty: Desk) -> None:
    desk, world = hasty, hasty.world
    before = desk.scores()
    entrance = world.player.position
    desk.stand_before(LAYER)
    desk.look_at(tile(desk, CHANNEL))
    unmade = desk.seen()
    desk.visitor.tap("g")
    desk.until(lambda: feature(desk) and feature(desk).state is FeatureState.MADE, "the visualization", 90)
    assert world.hall.arrangement.handling(LAYER).face == "visualizations"
    assert feature(desk, CHANNEL + 1) is None, "of no other channel"
    desk.frames(5)
    middle = np.s_[200:280, 280:360]
    assert np.abs(desk.seen() - unmade)[middle].mean() > 10, "it is on its tile"

    desk.visitor.click()
    desk.until(lambda: world.hands["mouse"].holding == 2, "the visualization in the hand")
    made = feature(desk).made
    assert np.array_equal(world.pictures[2].pixels[..., :3], made.pixels)
    assert not world.hall.arrangement.moved, "a click moves no wall"
    world.player.position = entrance
    place(desk)
    assert np.abs(np.subtract(sorted(desk.scores()), sorted(before))).max() > 1e-3
    desk.stand_before(LAYER)
    for face in ("both", "activations"):
        desk.visitor.tap("j")
        desk.until(lambda face=face: world.hall.arrangement.handling(LAYER).face == face, f"the wall to show {face}")
        desk.frames(5)
    desk.look_at(tile(desk, CHANNEL))
    desk.until(lambda: world.gallery.reading and world.gallery.reading.at.channel == CHANNEL, "the map to be read")
    assert world.gallery.reading.values.mean() == pytest.approx(made.activation, rel=5e-3), "it reads what was made"


def test_shift_and_g_visualize_the_wall_and_j_turns_it(hasty: Desk) -> None:
    desk, world = hasty, hasty.world
    desk.stand_before(LAYER)
    desk.visitor.press("Shift_L")
    desk.visitor.tap("g")
    desk.visitor.release("Shift_L")
    ended = {FeatureState.MADE, FeatureState.FAILED}
    desk.until(lambda: {getattr(feature(desk, n), "state", None) for n in range(8)} <= ended, "all of the wall", 90)
    assert world.hall.features.job.done == 8
    faces = []
    for _ in range(3):
        face = world.hall.arrangement.handling(LAYER).face
        desk.visitor.tap("j")
        desk.until(lambda before=face: world.hall.arrangement.handling(LAYER).face != before, "another face")
        faces.append(world.hall.arrangement.handling(LAYER).face)
        desk.frames(5)
    assert faces == ["both", "activations", "visualizations"]


def test_noise_is_taken_from_the_board_with_a_click(captured: Desk) -> None:
    desk, world = captured, captured.world
    for place_of_kind in range(len(KINDS)):
        surface, before = noise_surface(place_of_kind), desk.scores()
        desk.look_at(surface.pose.position)
        desk.visitor.click()
        desk.until(lambda: world.hands["mouse"].holding is not None, "noise in the hand")
        assert world.hands["mouse"].holding == len(world.pictures) - 1 == 2 + place_of_kind
        pixels = world.pictures[-1].pixels
        assert pixels.shape == (24, 24, 4)
        assert pixels[..., :3].std() > 25
        place(desk)
        assert desk.scores() != before
    assert world.shelf.columns == 5, "they stand on the shelf"
    assert len(desk.exhibit.displays[0].worker.messages()) == 0
    assert world.notices == []
