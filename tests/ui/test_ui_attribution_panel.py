"""The panel of attributions: what its buttons ask for, and what it tells of an attribution that is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import moderngl
import numpy as np
import pytest
from test_ui_world_panels import Worn, context  # noqa: F401 - the fixture

from vrcnn.attribution.results import Attribution, Wish
from vrcnn.engine.messages import Score
from vrcnn.scene.attribution_intents import Attribute, ChooseAttribution, SetHeat, ShowOnWalls, ToggleHeat
from vrcnn.scene.hall import InquiryStatus
from vrcnn.scene.intents import CancelInquiry
from vrcnn.scene.world_panels import ATTRIBUTION
from vrcnn.ui.attribution_panel import found_words

pytestmark = pytest.mark.gl


@pytest.fixture
def worn(context: moderngl.Context) -> Iterator[Worn]:  # noqa: F811
    worn = Worn(context)
    worn.world.hall.scores = (Score(4, "tabby", 0.7), Score(2, "tiger", 0.2))
    worn.world.easel.picture = 0
    worn.open(ATTRIBUTION)
    yield worn
    worn.faces.close()


def found(**settings: float) -> Attribution:
    wish = Wish("integrated-gradients")
    return Attribution(wish, 4, "tabby", 3.0, "", np.ones((2, 2), np.float32), np.ones((3, 2, 2)), 0, settings)


def test_its_buttons_choose_method_class_and_walls(worn: Worn):
    assert worn.press(ATTRIBUTION, "method Occlusion") == [ChooseAttribution(Wish("occlusion"), 0)]
    assert worn.press(ATTRIBUTION, "class 2") == [ChooseAttribution(Wish(index=2), 0)]
    assert worn.press(ATTRIBUTION, "walls Gradients") == [ShowOnWalls("gradients", 0)]
    assert worn.press(ATTRIBUTION, "find") == [Attribute(0)]
    assert "layer on" not in worn.buttons(ATTRIBUTION)


def test_grad_cam_has_layers_to_choose(worn: Worn):
    wish = Wish("grad-cam")
    worn.world.hall.attributing.wish = wish
    worn.frame()
    (chosen,) = worn.press(ATTRIBUTION, "layer on")
    assert chosen.wish.layer
    worn.world.hall.attributing.wish = chosen.wish
    worn.frame()
    assert worn.press(ATTRIBUTION, "layer back") == [ChooseAttribution(replace(wish, layer=""), 0)]


def test_while_it_is_looked_for_it_can_be_cancelled(worn: Worn):
    worn.world.hall.attributing.number = 7
    worn.world.hall.inquiries[7] = InquiryStatus("Occlusion", 3, 10, None)
    worn.frame()
    assert "find" not in worn.buttons(ATTRIBUTION)
    assert worn.press(ATTRIBUTION, "cancel") == [CancelInquiry(7, 0)]


def test_what_is_there_can_be_faded_and_hidden(worn: Worn):
    assert "shown" not in worn.buttons(ATTRIBUTION)
    worn.world.hall.attributing.take(found())
    worn.frame()
    assert worn.press(ATTRIBUTION, "shown") == [ToggleHeat(0)]
    (faded,) = worn.press(ATTRIBUTION, "less")
    assert faded == SetHeat(pytest.approx(0.7), 0)


def test_integrated_gradients_tell_whether_they_add_up():
    told = found_words(found(**{"sum": 2.75, "score of the baseline": 0.5}))
    assert told == "Integrated gradients of tabby: score 3.00, adds up to 2.75 of 2.50"
