"""What channels look for, in the headset: a controller visualizes a wall, takes a tile to the easel, and takes noise.

A small network, so that it is quick on a processor; the real frame loop, a real runtime.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from wearing import Show, towards

from vrcnn.scene.feature_desk import feature_desk
from vrcnn.scene.features import FeatureState
from vrcnn.scene.geometry import Pose, Vector
from vrcnn.scene.hall import Wall
from vrcnn.scene.noise_board import noise_surface
from vrcnn.scene.reading import MapAt
from vrcnn.scene.visualizing import place_of_wall
from vrcnn.scene.wall_controls import buttons

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
STEPS, CHANNEL = 64, 5
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
def show(rig, displays, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Show]:
    monkeypatch.setenv("VRCNN_CACHE", str(tmp_path / "cache"))
    (tmp_path / "pictures").mkdir()
    for colour in ("red", "navy"):
        Image.new("RGB", (32, 32), colour).save(tmp_path / "pictures" / f"{colour}.png")
    (tmp_path / "net.py").write_text(NETWORK)
    show = Show(rig, tmp_path / "net.py")
    yield show
    show.close()
    assert rig.was_validated()


def scores(show: Show) -> list[float]:
    return sorted(score.probability for score in show.world.hall.scores)


def before(show: Show, point: Vector, distance: float = 1.5) -> None:
    """The visitor stands in front of a point of the wall, looks at it, and aims at it with the right hand."""
    wall = show.world.hall.placing @ layer(show).placing
    x, _, z = (Pose(point, wall.pose.orientation) @ Pose((0.0, 0.0, distance))).position
    show.stand(towards((x, 1.6, z), point))
    show.hold("right", towards((x + 0.1, 1.3, z), point))


def layer(show: Show) -> Wall:
    return next(wall for wall in show.world.hall.walls if wall.name == "second")


def tile(show: Show, channel: int) -> Vector:
    """The middle of a channel's tile, in the world."""
    wall = layer(show)
    row, column = divmod(channel, wall.columns)
    x, y = ((column + 0.5) / wall.columns - 0.5) * wall.width, (0.5 - (row + 0.5) / wall.rows) * wall.height
    return (show.world.hall.placing @ wall.placing).apply((x, y, 0.0))


def place(show: Show) -> None:
    """What the right hand holds comes onto the easel, which it points at, and the network runs on it."""
    held, easel = show.world.hands["right"].holding, show.world.easel.pose.position
    show.stand(towards((0.2, 1.6, -0.4), easel))
    show.hold("right", towards((0.4, 1.25, -0.7), easel))
    show.press("right", lambda target: target.kind == "easel")
    show.until(lambda: show.world.easel.picture == held)
    show.settled()
    assert sum(scores(show)) == pytest.approx(1)


def test_a_controller_makes_visualizations_and_takes_one_and_noise_to_the_easel(show: Show) -> None:
    world, right = show.world, show.world.hands["right"]
    show.until(lambda: show.headset.state == "FOCUSED")
    show.settled()
    first = scores(show)

    (fewer,) = [surface for surface, choice in feature_desk(world).buttons() if choice.words == "−"]
    eyes = (fewer.pose @ Pose((0.0, 0.3, 0.5))).position
    show.stand(towards(eyes, fewer.pose.position))
    show.hold("right", fewer.pose @ Pose((0.0, 0.0, 0.3)))
    show.press("right", lambda target: target.kind == "features")
    assert world.feature_settings.steps == STEPS

    wall, hall = layer(show), world.hall
    before(show, tile(show, CHANNEL))
    show.until(lambda: right.target is not None and right.target.tile == CHANNEL)
    activations = show.looking()
    visualize = next(button for button in buttons(hall, wall) if button.word == "visualize")
    before(show, visualize.surface.carried(hall.placing @ wall.placing).pose.position)
    show.press("right", lambda target: target.kind == "wall button")
    known = hall.features.known[place_of_wall(hall, wall).tensor]
    assert sorted(known) == list(range(8))
    ended = FeatureState.MADE, FeatureState.FAILED
    show.until(lambda: all(feature.state in ended for feature in known.values()), 200.0)
    made = known[CHANNEL].made
    assert known[CHANNEL].state is FeatureState.MADE

    before(show, tile(show, CHANNEL))
    show.until(lambda: right.target is not None and right.target.tile == CHANNEL and right.target.visualized)
    visualizations = show.looking()
    left_eye = np.s_[180:360, 150:330]
    changed = np.abs(visualizations - activations).max(axis=2) > 24
    assert changed[left_eye].mean() > 0.4, "the wall shows them"
    show.press("right", lambda target: target.tile == CHANNEL)
    show.until(lambda: right.holding == 2)
    assert np.array_equal(world.pictures[2].pixels[..., :3], made.pixels)
    assert not hall.arrangement.moved, "a click moves no wall"
    eyes = world.player.eyes
    show.hold("right", eyes @ Pose((0.05, -0.15, -0.5)))
    held = np.abs(show.looking() - visualizations).max(axis=2) > 24
    assert held[left_eye].mean() > 0.3, "it is seen in the hand"

    place(show)
    assert np.abs(np.subtract(scores(show), first)).max() > 1e-3
    show.hold("right", Pose((0.6, 0.4, -2.6)))
    world.gallery.pointing.shown = MapAt(0, wall.node, CHANNEL)
    show.exhibit.renderer.read(world, wait=True)
    assert world.gallery.reading.values.mean() == pytest.approx(made.activation, rel=5e-3), "it reads what was made"

    surface, answered = noise_surface(1), scores(show)
    show.stand(towards((surface.pose @ Pose((0.0, 0.1, 0.7))).position, surface.pose.position))
    show.hold("right", surface.pose @ Pose((0.0, -0.2, 0.5), towards((0.0, -0.2, 0.5), (0.0, 0.0, 0.0)).orientation))
    swatch = show.looking()[240:300, 210:270]
    assert swatch.std(axis=(0, 1)).min() > 30, "its grains are seen"
    show.press("right", lambda target: (target.kind, target.index) == ("noise", 1))
    show.until(lambda: right.holding == 3)
    assert world.pictures[3].name.startswith("uniform noise")
    place(show)
    assert scores(show) != answered
    assert world.shelf.columns == 4
    assert world.notices == []
