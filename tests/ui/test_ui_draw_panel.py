"""The tools to draw: what is pressed on the panel, and what it tells."""

from __future__ import annotations

from collections.abc import Iterator

import moderngl
import numpy as np
import pytest
from test_ui_world_panels import Worn, context  # noqa: F401 - the fixture

from vrcnn.network.strokes import BOX, BRUSH, DISC, ERASER, MEAN, Stroke
from vrcnn.scene.camera_status import CameraStatus
from vrcnn.scene.drawing import SIZES, Drawing, Tool
from vrcnn.scene.way_intents import (
    ChooseTool,
    ClearStrokes,
    FreezeCamera,
    KeepDrawing,
    PastePicture,
    ShowEaselLarge,
    StepStroke,
)
from vrcnn.scene.world import Picture
from vrcnn.scene.world_panels import DRAW
from vrcnn.ui.draw_panel import NO_PICTURES, NOTHING, _told, rates

pytestmark = pytest.mark.gl


@pytest.fixture
def worn(context: moderngl.Context) -> Iterator[Worn]:  # noqa: F811
    worn = Worn(context)
    worn.world.pictures = [Picture("cat.jpg", np.zeros((8, 8, 4), np.uint8))]
    worn.world.easel.picture = 0
    yield worn
    worn.faces.close()


def test_tools_colours_sizes_and_fills_are_chosen(worn: Worn) -> None:
    worn.open(DRAW)
    sketching = worn.world.sketching
    assert worn.press(DRAW, "tool Eraser") == [ChooseTool(Tool(ERASER))]
    assert worn.press(DRAW, "colour blue") == [ChooseTool(Tool(BRUSH, "blue"))]
    assert worn.press(DRAW, "size Huge") == [ChooseTool(Tool(size=SIZES[-1][1]))]
    sketching.tool = Tool(BOX, "blue")
    worn.frame()
    assert "colour blue" not in worn.buttons(DRAW)
    assert worn.press(DRAW, "fill The mean") == [ChooseTool(Tool(BOX, "blue", fill=MEAN))]
    assert worn.press(DRAW, "tool Soft disc") == [ChooseTool(Tool(DISC, "blue"))]


def test_what_cannot_be_done_has_no_button(worn: Worn) -> None:
    worn.open(DRAW)
    assert not {"undo", "redo", "clear", "camera"} & set(worn.buttons(DRAW))
    assert worn.press(DRAW, "keep") == [KeepDrawing()]
    assert worn.press(DRAW, "large") == [ShowEaselLarge()]
    assert worn.press(DRAW, "paste") == [PastePicture()]
    drawing = worn.world.sketching.drawings[0] = Drawing(0)
    drawing.add(Stroke(BRUSH, ((0.5, 0.5),)))
    worn.frame()
    assert worn.press(DRAW, "undo") == [StepStroke(-1)]
    assert worn.press(DRAW, "clear") == [ClearStrokes()]
    drawing.step(-1)
    worn.frame()
    assert worn.press(DRAW, "redo") == [StepStroke(1)]
    worn.world.camera = CameraStatus("camera 0", 0, rate=30.0)
    worn.frame()
    assert worn.press(DRAW, "camera") == [FreezeCamera()]


def test_it_tells_what_a_press_does_and_how_fast_the_network_follows(worn: Worn) -> None:
    world = worn.world
    assert _told(world) == "Pull the trigger and drag to paint on the picture."
    assert rates(world) == ""
    world.sketching.rate, world.camera = 0.5, CameraStatus("camera 0", 0, rate=29.6)
    assert rates(world) == "The network follows every 2.0 s, camera 0 30 times a second"
    world.camera = CameraStatus("camera 0", 0, live=False)
    world.sketching.rate = 0.0
    assert rates(world) == "Camera 0 is frozen"
    world.easel.picture = None
    assert _told(world) == NOTHING
    world.pictures = []
    assert _told(world) == NO_PICTURES
