"""What the visitor sees of the controller in their hand: the model of its kind, lit while it is used, and labelled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from wearing import Show

from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.theme import DARK
from vrcnn.xr.profiles import TOUCH

pytestmark = pytest.mark.slow
EYES = Pose((0.0, 1.6, -2.0))
BEFORE_THEM = EYES @ Pose((0.05, -0.05, -0.4), turn(pitch=0.9))
MODEL = """
from torch import nn

model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU())
input_size = (3, 32, 32)
"""


@pytest.fixture
def show(rig, displays, tmp_path: Path) -> Iterator[Show]:
    (tmp_path / "small.py").write_text(MODEL)
    show = Show(rig, tmp_path / "small.py", (TOUCH,))
    yield show
    show.close()


def accented(picture: np.ndarray) -> int:
    """How many pixels have about the accent's colour."""
    return int((np.abs(picture - np.array(DARK["accent"]) * 255).max(2) < 40).sum())


def test_a_controller_is_seen_in_the_hand_with_its_labels_and_lights_up_while_it_is_used(show: Show):
    world, visitor, hand = show.world, show.rig.visitor, show.world.hands["right"]
    show.until(lambda: show.headset.state == "FOCUSED")
    show.settled()
    show.stand(EYES)
    show.hold("right", Pose((3.0, 1.0, 0.0)))
    without = show.looking()
    show.hold("right", BEFORE_THEM)
    show.until(lambda: hand.controller == "touch" and hand.labelling.shown == 1.0)
    labelled = show.looking()
    world.comfort = replace(world.comfort, labels="never")
    show.until(lambda: hand.labelling.shown == 0.0)
    plain = show.looking()
    assert (np.abs(plain - without).max(2) > 12).mean() > 0.01, "the controller is seen"
    assert (np.abs(labelled - plain).max(2) > 12).mean() > 0.005, "its labels are seen"

    at_rest = accented(plain)
    visitor.hand("right", squeeze=1.0)
    show.until(lambda: hand.grabbing)
    assert accented(show.looking()) > at_rest + 20, "the grip lights up"
    visitor.hand("right", squeeze=0.0)
    show.until(lambda: not hand.grabbing)
    assert abs(accented(show.looking()) - at_rest) < 10
