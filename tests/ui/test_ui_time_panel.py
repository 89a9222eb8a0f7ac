"""The panel of a training's course: what it tells, and what is pressed and dragged on it."""

from __future__ import annotations

from collections.abc import Iterator

import moderngl
import pytest
from test_ui_world_panels import Worn, context  # noqa: F401 - the fixture

from vrcnn.scene.training import Moment, Training
from vrcnn.scene.training_intents import ChooseCheckpoint, PlayTraining, StepCheckpoint
from vrcnn.scene.world_panels import POINTS, TIME, PanelPress
from vrcnn.ui.time_panel import curves_of

pytestmark = pytest.mark.gl


@pytest.fixture
def worn(context: moderngl.Context) -> Iterator[Worn]:  # noqa: F811
    worn = Worn(context)
    moments = (Moment(step, f"step-{step}", {"loss": 1.0 / step, "accuracy": step / 100}) for step in range(1, 6))
    worn.world.training = Training(tuple(moments), shown=2, tensors=3, count=8)
    yield worn
    worn.faces.close()


def test_its_buttons_ask_for_the_neighbours_and_to_play(worn: Worn):
    worn.open(TIME)
    assert worn.press(TIME, "back") == [StepCheckpoint(-1)]
    assert worn.press(TIME, "on") == [StepCheckpoint(1)]
    assert worn.press(TIME, "play") == [PlayTraining()]


def test_at_the_ends_there_is_nothing_beyond(worn: Worn):
    worn.world.training.shown = 4
    worn.open(TIME)
    assert "on" not in worn.buttons(TIME)
    worn.world.training.wanted = 0
    worn.frame()
    assert "back" not in worn.buttons(TIME)


def test_a_press_on_the_line_chooses_the_nearest_checkpoint(worn: Worn):
    worn.open(TIME)
    area, (width, _) = dict(worn.faces._faces[TIME].buttons)["track"], POINTS[TIME]
    _, v = worn.point(TIME, "track")
    for share, number in ((0.04, 0), (0.3, 1), (0.97, 4)):
        u = (area.left + share * (area.right - area.left)) / width
        worn.world.panels.events.append(PanelPress("right", TIME, u, v))
        assert worn.frame() == [ChooseCheckpoint(number)]


def test_the_picture_of_it_changes_with_the_checkpoint(worn: Worn):
    worn.open(TIME)
    before = worn.pixels(TIME)
    worn.world.training.wanted = 4
    worn.frame()
    assert (worn.pixels(TIME) != before).any()


def test_without_a_training_it_says_how_to_have_one(worn: Worn):
    worn.world.training = None
    worn.open(TIME)
    assert [name for name in worn.buttons(TIME) if name != "close"] == []
    assert (worn.pixels(TIME) > 100).any()


def test_curves_are_those_numbers_that_were_told_twice_or_more():
    moments = (Moment(0, "a", {"loss": 4.0, "once": 1.0}), Moment(1, "b"), Moment(2, "c", {"loss": 2.0}))
    assert curves_of(Training(moments)) == [("loss", [(0.0, 1.0), (1.0, 0.0)])]
    flat = Training((Moment(0, "a", {"rate": 0.1}), Moment(1, "b", {"rate": 0.1})))
    assert curves_of(flat) == [("rate", [(0.0, 0.0), (1.0, 0.0)])]
