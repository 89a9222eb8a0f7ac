"""Results for a visitor before the screen: real mouse and keys, from the board's button to a picture in the hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from before_the_screen import Desk
from PIL import Image

from vrcnn.scene.confusion_board import confusion_controls, matrix_shown
from vrcnn.scene.geometry import Vector
from vrcnn.scene.shelf_bar import shelf_bar_controls
from vrcnn.scene.shelving import slot_pose
from vrcnn.scene.world_panels import FILTER, RESULTS

pytestmark = pytest.mark.gl
NETWORK = """
import torch
from torch import nn

torch.manual_seed(3)
model = nn.Sequential(nn.Conv2d(3, 6, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 4))
with torch.no_grad():
    model[4].weight.mul_(30)
images = "pictures"
input_size = (3, 8, 8)
labels = ["ant", "bee", "cow", "doe"]
"""


@pytest.fixture
def network(tmp_path: Path) -> Path:
    """A network with fifteen labelled pictures of each of its four classes."""
    random = np.random.default_rng(0)
    for name in ("ant", "bee", "cow", "doe"):
        (tmp_path / "pictures" / name).mkdir(parents=True)
        for number in range(15):
            pixels = random.integers(0, 255, (8, 8, 3)).astype(np.uint8)
            Image.fromarray(pixels).save(tmp_path / "pictures" / name / f"{number}.png")
    (tmp_path / "net.py").write_text(NETWORK)
    return tmp_path / "net.py"


def cell(desk: Desk, row: int, column: int) -> Vector:
    """The middle of a cell of the board, in the world."""
    matrix = matrix_shown(desk.world)
    assert matrix is not None
    surface = next(each.surface for each in confusion_controls(desk.world) if each.kind == "confusion")
    x = ((column + 0.5) / len(matrix.columns) - 0.5) * surface.width
    y = (0.5 - (row + 0.5) / len(matrix.rows)) * surface.height
    return surface.pose.apply((x, y, 0.0))


def test_from_the_button_on_the_board_to_a_wrong_picture_on_the_easel_and_the_panels(captured: Desk) -> None:
    desk, world = captured, captured.world
    desk.look_at(confusion_controls(world)[0].surface.pose.position)
    desk.visitor.click()
    desk.until(lambda: (found := world.hall.results) is not None and found.complete, "the evaluation")
    matrix = matrix_shown(world)
    assert matrix is not None
    wrong = np.where(np.array(matrix.true)[:, None] == np.array(matrix.predicted)[None], 0, matrix.counts)
    row, column = (int(each) for each in np.unravel_index(wrong.argmax(), wrong.shape))

    desk.look_at(cell(desk, row, column))
    target = world.hands["mouse"].target
    assert target is not None
    assert target.control is not None
    assert target.control.hint == f"{matrix.words(row, column)}"
    desk.visitor.click()
    desk.until(lambda: world.shelf.selection is not None, "the pictures on the shelf")
    count = int(matrix.counts[row, column])
    assert world.shelf.selection.words.startswith(f"{count} of 60: ")
    shown = world.shelf.shown(len(world.pictures))
    desk.until(lambda: all(world.pictures[number].pixels is not None for number in shown), "them to be decoded")

    desk.look_at(slot_pose(world.shelf, 0).position)
    desk.visitor.click()
    desk.until(lambda: world.hands["mouse"].holding == shown[0], "the first one in the hand")
    desk.look_at(world.easel.pose.position)
    desk.visitor.click()
    desk.until(lambda: world.easel.picture == shown[0], "it on the easel")
    desk.settle()
    assert world.hall.truth is not None
    assert world.hall.truth.label == matrix.rows[row]
    assert world.hall.scores[0].label == matrix.columns[column]

    back = shelf_bar_controls(world)[-1].surface.pose.position
    desk.look_at(back)
    desk.visitor.click()
    desk.until(lambda: world.shelf.selection is None, "all pictures back")

    for key, panel in (("F2", RESULTS), ("F3", FILTER)):
        desk.visitor.tap(key)
        desk.until(lambda name=panel: name in world.panels.open, f"the panel {panel}")
    desk.frames(3)
