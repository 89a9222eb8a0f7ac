"""A closer look in the whole exhibit: a channel traced back lights its path, anew with every picture, and goes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from showing import Album, Show, shades, shows
from test_exhibit_reading import rest_on, wall_named

from vrcnn.inspection.results import Question, Step
from vrcnn.inspections import look_anew
from vrcnn.render.context import standalone_context
from vrcnn.scene.headset_intents import OpenPanel
from vrcnn.scene.inspect_intents import StepThrough, TraceBack
from vrcnn.scene.lit_path import furnish_lit
from vrcnn.scene.world_panels import INSPECT

DEAD = """
import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Conv2d(3, 3, 3), nn.ReLU(), nn.Flatten())
with torch.no_grad():
    model[0].weight.abs_()
    model[0].bias.copy_(torch.tensor([99.0, -99.0, 99.0]))
input_size = (3, 8, 8)
"""

pytestmark = pytest.mark.gl


@pytest.fixture
def show(tmp_path: Path) -> Iterator[Callable[..., Show]]:
    context = standalone_context()
    with shows(tmp_path, context) as opened:
        yield opened
    context.release()


def another_picture(shown: Show) -> None:
    """The second one runs, and what is looked at is asked anew."""
    shown.exhibit.place(1)
    shown.settle()
    shown.settle()


def test_a_step_through_what_is_pointed_at_follows_the_picture_on_the_easel(show) -> None:
    shown = show(Album(shades(2)))
    shown.settle()
    hall, wall = shown.world.hall, wall_named(shown, "4")
    rest_on(shown, wall, 7)
    shown.exhibit.step([StepThrough("mouse")], 0.01)
    shown.settle()
    (question,) = hall.inspection.answers
    first = hall.inspection.answers[question]
    assert isinstance(first, Step)
    assert (first.channel, first.layer.name, first.layer.picture_name) == (7, "4", "0.png")
    assert first.value == pytest.approx(first.computed, abs=1e-6)
    another_picture(shown)
    second = hall.inspection.answers[question]
    assert second.layer.picture_name == "1.png"
    assert second.value == pytest.approx(second.computed, abs=1e-6) != first.value
    assert np.array_equal(first.kernel, second.kernel)


def test_questions_of_layers_that_are_gone_are_dropped(show) -> None:
    shown = show(Album(shades(1)))
    shown.settle()
    hall = shown.world.hall
    kept, gone = Question("layer", 3), Question("layer", len(hall.full.nodes) + 5)
    hall.inspection.want(kept)
    hall.inspection.want(gone)
    hall.inspection.keep(hall.full, hall.full)
    assert hall.inspection.asked == [kept]


def test_a_channel_that_is_pointed_at_is_traced_back_in_light(show) -> None:
    shown = show(Album(shades(2)))
    shown.settle()
    world, hall = shown.world, shown.world.hall
    wall = wall_named(shown, "4")
    rest_on(shown, wall, 11)
    shown.exhibit.step([TraceBack("mouse")], 0.01)
    shown.settle()
    path = hall.inspection.lit
    assert path is not None
    assert (path.layer.tensor, path.channel, path.layer.picture_name) == (hall.tensor_of(wall.node), 11, "0.png")
    drawn = furnish_lit(world, 0)
    assert len(drawn.ribbons) == len(path.links) > 3
    assert (world.hall.motion, drawn.anchor) == (None, hall.first_anchor)
    another_picture(shown)
    assert hall.inspection.lit.layer.picture_name == "1.png", "the numbers are of the present picture"
    shown.exhibit.step([TraceBack("mouse")], 0.01)
    assert hall.inspection.lit is None
    assert not furnish_lit(world, 0).ribbons


def test_pictures_in_haste_leave_each_question_waiting_once_and_the_last_is_told(show) -> None:
    shown = show(Album(shades(6)))
    shown.settle()
    display, hall = shown.exhibit.displays[0], shown.world.hall
    rest_on(shown, wall_named(shown, "4"), 3)
    shown.exhibit.step([TraceBack("mouse")], 0.01)
    most = 0
    for number in (1, 2, 3, 4, 5):
        shown.exhibit.place(number)
        for _ in range(3):
            look_anew(display)
            shown.exhibit.step([], 0.01)
            most = max(most, len(display.inspecting.waiting))
    shown.settle()
    shown.settle()
    assert most == 1
    assert not display.inspecting.waiting
    assert hall.inspection.lit.layer.picture_name == "5.png"


def test_a_layer_with_dead_channels_is_looked_at_with_other_pictures_once(show) -> None:
    shown = show(Album(shades(4)), DEAD)
    shown.settle()
    display, hall = shown.exhibit.displays[0], shown.world.hall
    rest_on(shown, wall_named(shown, "0"), 1)
    shown.exhibit.step([OpenPanel(INSPECT)], 0.01)
    for _ in range(4):
        shown.settle()
    tensor = hall.tensor_of(wall_named(shown, "0").node)
    found = hall.inspection.layer(tensor)
    assert found is not None
    assert (found.pictures, found.dead.tolist()) == (4, [False, True, False])
    assert display.inspecting.counted == {tensor}
    another_picture(shown)
    assert hall.inspection.layer(tensor).pictures == 4
