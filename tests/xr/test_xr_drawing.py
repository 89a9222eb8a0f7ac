"""A visitor in the headset draws on the easel's picture, with the laser and with the controller's tip."""

from __future__ import annotations

from collections.abc import Iterator
from math import dist
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from wearing import Show, towards

from vrcnn.scene.drawing import COLOURS, Tool
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.headset_intents import OpenPanel
from vrcnn.scene.sketching import picture_surface
from vrcnn.scene.way_intents import ChooseTool
from vrcnn.scene.world_panels import DRAW

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
NETWORK = """
import torch
from torch import nn

torch.manual_seed(3)
model = nn.Sequential(nn.Conv2d(3, 6, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 4))
images = "pictures"
input_size = (3, 24, 24)
"""


@pytest.fixture
def show(rig, displays, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Show]:
    monkeypatch.setenv("VRCNN_CACHE", str(tmp_path / "cache"))
    (tmp_path / "pictures").mkdir()
    Image.new("RGB", (60, 60), "navy").save(tmp_path / "pictures" / "navy.png")
    (tmp_path / "net.py").write_text(NETWORK)
    show = Show(rig, tmp_path / "net.py")
    yield show
    show.close()
    assert rig.was_validated()


def paint(show: Show) -> np.ndarray:
    """Where there is paint on the picture."""
    picture = show.world.pictures[show.world.easel.picture or 0]
    assert picture.pixels is not None
    return (picture.pixels[..., :3] == COLOURS["red"]).all(2)


def draw(show: Show, start: Pose, end: Pose) -> None:
    """A stroke of the right hand, its trigger pulled between two poses of the world."""
    world, right = show.world, show.world.hands["right"]
    show.hold("right", start)
    show.until(lambda: right.grip is not None and dist(right.grip.position, start.position) < 2e-3)
    show.until(lambda: "right" in world.sketching.at)
    show.rig.visitor.hand("right", trigger=1.0)
    show.until(lambda: world.sketching.going is not None)
    show.hold("right", end)
    show.until(lambda: right.grip is not None and dist(right.grip.position, end.position) < 2e-3)
    show.rig.visitor.hand("right", trigger=0.0)
    show.until(lambda: world.sketching.going is None)


def test_the_laser_and_the_tip_of_a_controller_draw(show: Show) -> None:
    world = show.world
    show.until(lambda: show.headset.state == "FOCUSED" and not show.exhibit.busy)
    easel = picture_surface(world)
    assert easel is not None
    show.stand(towards(easel.pose.apply((0.0, 0.3, 1.0)), easel.pose.position))
    show.exhibit.step([OpenPanel(DRAW), ChooseTool(Tool(size=0.1))], 0.01)
    before = [score.probability for score in world.hall.scores]

    draw(show, easel.pose @ Pose((-0.15, 0.15, 0.6)), easel.pose @ Pose((0.15, 0.15, 0.6)))
    laser = paint(show)
    assert world.pictures[1].name == "navy.png, drawn on"
    assert laser.any()
    assert np.ptp(np.nonzero(laser)[1]) > 20, "from one place to the other"

    aside = Pose(orientation=turn(yaw=0.8))  # a tip draws where it is, wherever it points
    draw(show, easel.pose @ Pose((-0.1, -0.1, 0.02)) @ aside, easel.pose @ Pose((0.1, -0.1, 0.02)) @ aside)
    assert len(world.sketching.drawings[1].strokes) == 2
    assert (paint(show) & ~laser).sum() > 60
    show.until(lambda: show.exhibit.displays[0].idle and not show.exhibit.busy)
    assert [score.probability for score in world.hall.scores] != before
