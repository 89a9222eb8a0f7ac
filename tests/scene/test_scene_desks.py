"""The desks at the entrance: every button does what it says, what is chosen is lit, and nothing is made anew for it."""

from dataclasses import replace

import numpy as np
import pytest
from furnished import texts
from graphs import residual

from vrcnn.engine.plan import plan_maps
from vrcnn.scene.build import build_world
from vrcnn.scene.colormaps import colours_along
from vrcnn.scene.colouring import COLORMAPS, ORDERS, RANGES, Colouring
from vrcnn.scene.controlling import controls_of
from vrcnn.scene.desk import Choice, Desk, Row, desk_controls, furnish_desk
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.geometry import Pose
from vrcnn.scene.intents import Colour, HandMoved, Look, Release, Select, SendWave
from vrcnn.scene.lectern import lectern
from vrcnn.scene.theme import THEMES
from vrcnn.scene.tools import Tools
from vrcnn.scene.typography import text_width
from vrcnn.scene.view_desk import view_desk

HANDS = pytest.mark.parametrize("hand", ["mouse", "right"])


@pytest.fixture
def world():
    graph = residual()
    return build_world("test", graph, plan_maps(graph.nodes), ["cat.jpg"])


def press(world, words, hand="right", number=0):
    """A press of a hand on the button of the view desk with these words, of several the `number`th."""
    found = [surface for surface, choice in view_desk(world).buttons() if choice.words == words and choice.intent]
    point, tools = found[number].pose.position, Tools()
    if hand == "mouse":
        eyes = world.player.eyes.position
        x, y, z = (a - b for a, b in zip(point, eyes, strict=True))
        yaw, pitch = np.arctan2(-x, -z) - world.player.yaw, np.arctan2(y, np.hypot(x, z)) - world.player.pitch
        tools.step(world, [Look(float(yaw), float(pitch))], 0.01)
    else:
        aim = world.player.room.inverse().carry(found[number].pose @ Pose((0.0, 0.0, 0.15)))
        tools.step(world, [HandMoved(hand, aim, aim)], 0.01)
    assert world.hands[hand].target.control is not None
    return tools.step(world, [Select(hand), Release(hand)], 0.01)


def lit(world):
    return {choice.words for _, choice in view_desk(world).buttons() if choice.lit}


def test_what_is_chosen_is_lit(world):
    assert lit(world) == {"berlin", "Layer", "Index", "Dark", "Activations"}
    world.colouring = Colouring("fixed", fixed=2.5, colormap="grey", order="variance")
    world.theme = "light"
    assert lit(world) == {"grey", "± 2.5", "Variance", "Light", "Activations"}
    world.colouring = Colouring("percentile", 80.0)
    assert lit(world) == {"vik", "80 %", "Index", "Light", "Activations"}, "the theme's own colormap"


@HANDS
def test_buttons_choose_range_order_colormap_and_look(world, hand):
    for words in ("Map", "Variance", "cividis", "Light"):
        press(world, words, hand)
    assert (world.colouring.range, world.colouring.order, world.colouring.colormap) == ("map", "variance", "cividis")
    assert world.theme == "light"
    assert world.colouring.gamma == Colouring().gamma


@HANDS
def test_gamma_and_the_limit_of_a_range_are_stepped(world, hand):
    press(world, "+", hand)
    assert world.colouring.gamma > 0.75
    press(world, "−", hand)
    assert world.colouring.gamma == 0.75
    press(world, "95 %", hand)
    press(world, "+", hand, number=1)
    assert world.colouring == Colouring("percentile", 98.0)
    press(world, "± 1", hand)
    press(world, "−", hand, number=1)
    assert (world.colouring.range, world.colouring.fixed) == ("fixed", 0.5)


def test_follow_the_data_sends_the_wave(world):
    press(world, "Follow the data")
    assert world.wave is not None


def test_there_is_a_button_for_every_choice(world):
    intents = [control.intent for control in controls_of(world) if control.kind == "view"]
    chosen = [intent.colouring for intent in intents if isinstance(intent, Colour)]
    for part, choices in (
        ("range", RANGES),
        ("order", ORDERS),
        ("colormap", [colormap.name for colormap in COLORMAPS]),
    ):
        assert set(choices) <= {getattr(colouring, part) for colouring in chosen}
    assert SendWave() in intents


def test_a_hint_for_every_button_and_words_that_fit(world):
    world.colouring = replace(world.colouring, range="percentile")
    for desk in (view_desk(world), lectern(world.hall, 0)):
        for surface, choice in desk.buttons():
            assert (choice.intent is None) == (choice.hint == "")
            assert choice.hint == "" or choice.hint.startswith("Click ")
            assert choice.swatch or text_width(choice.words, 0.0235, bold=choice.lit) < surface.width - 0.006


def test_buttons_do_not_overlap_and_stay_on_their_plate(world):
    for desk in (view_desk(world), lectern(world.hall, 0)):
        spans = []
        for surface, _ in desk.buttons():
            x, y, _ = desk.pose.inverse().apply(surface.pose.position)
            spans.append((x - surface.width / 2, x + surface.width / 2, y - surface.height / 2, y + surface.height / 2))
            assert -desk.width / 2 < spans[-1][0] < spans[-1][1] < desk.width / 2
            assert -desk.height / 2 < spans[-1][2] < spans[-1][3] < desk.height / 2
        for number, (left, right, low, high) in enumerate(spans):
            for other in spans[:number]:
                assert right < other[0] or left > other[1] or high < other[2] or low > other[3]


def test_swatches_have_the_colours_of_their_colormaps(world):
    boxes = [box for box in Furnisher().furnish(world)["view"].boxes if isinstance(box.role, tuple)]
    stripes = len(boxes) // len(COLORMAPS)
    for number, colormap in enumerate(COLORMAPS):
        shown = np.array([box.role for box in boxes[number * stripes : (number + 1) * stripes]])
        np.testing.assert_allclose(shown, colours_along(colormap, np.linspace(0, 1, stripes)), atol=1e-3)


def test_a_desk_is_made_anew_only_when_a_choice_has_changed(world):
    furnisher = Furnisher()
    before = furnisher.furnish(world)["view"]
    world.time += 1
    assert furnisher.furnish(world)["view"] is before
    world.colouring = replace(world.colouring, gamma=1.0)
    assert "1" in texts(furnisher.furnish(world)["view"])
    shown = furnisher.furnish(world)["view"]
    world.theme = next(theme for theme in THEMES if theme != world.theme)
    assert furnisher.furnish(world)["view"] is not shown


def test_captions_are_no_buttons():
    rows = (Row("One", (Choice("a", "Click", SendWave()), Choice("only words"))),)
    desk = Desk("test", Pose(), 0.6, rows, 3)
    (control,) = desk_controls(desk)
    assert (control.intent, control.hint, control.hall) == (SendWave(), "Click", 3)
    assert texts(furnish_desk(desk)) == ["One", "a", "only words"]
