"""What a visitor can do, told in intents: walk, turn, take, place, enlarge, turn a page, choose what is shown."""

from dataclasses import replace
from math import pi

import numpy as np
import pytest
from graphs import chain, repeated, residual, volumes

from vrcnn.engine.plan import plan_maps
from vrcnn.network.scope import LEVELS, Scope
from vrcnn.scene.build import build_world
from vrcnn.scene.easel_controls import overlay_switch, slice_slider
from vrcnn.scene.geometry import Pose, multiply, turn
from vrcnn.scene.intents import (
    ChooseDetail,
    Enlarge,
    HandMoved,
    HeadMoved,
    Look,
    Move,
    Quit,
    Release,
    Screenshot,
    Select,
    Turn,
)
from vrcnn.scene.lectern import detail_buttons
from vrcnn.scene.requests import ChangeScope, Leave, Pulse, RunPicture, ShowPage, TakeScreenshot
from vrcnn.scene.shelving import page_buttons, slot_pose
from vrcnn.scene.tools import Tools
from vrcnn.scene.world import Notice, Picture, Player


@pytest.fixture
def world():
    graph = residual()
    world = build_world("test", graph, plan_maps(graph.nodes), [f"{n}.jpg" for n in range(20)])
    world.player = Player()
    for picture in world.pictures:
        picture.pixels = np.zeros((10, 20, 4), "u1")
    return world


def look_at(world, point):
    """The look that turns the desktop's view straight to a point."""
    ex, ey, ez = world.player.eyes.position
    x, y, z = point[0] - ex, point[1] - ey, point[2] - ez
    yaw, pitch = np.arctan2(-x, -z), np.arctan2(y, np.hypot(x, z))
    return Look(float(yaw) - world.player.yaw, float(pitch) - world.player.pitch)


def aiming(origin, point):
    """A controller at `origin` that aims at a point."""
    x, y, z = (b - a for a, b in zip(origin, point, strict=True))
    return Pose(origin, turn(float(np.arctan2(-x, -z)), float(np.arctan2(y, np.hypot(x, z)))))


def of(kind, requests):
    return [request for request in requests if isinstance(request, kind)]


def test_a_click_takes_a_picture_and_a_click_on_the_easel_places_it(world):
    tools = Tools()
    tools.step(world, [look_at(world, slot_pose(world.shelf, 5).position)], 0.01)
    tools.step(world, [Select("mouse")], 0.01)
    assert of(RunPicture, tools.step(world, [Release("mouse")], 0.01)) == []
    assert world.hands["mouse"].holding == 5
    tools.step(world, [look_at(world, world.easel.pose.position)], 0.01)
    requests = tools.step(world, [Select("mouse")], 0.01)
    assert of(RunPicture, requests) == [RunPicture(5)]
    assert world.easel.picture == 5
    assert world.hands["mouse"].holding is None
    assert of(RunPicture, tools.step(world, [Release("mouse")], 0.01)) == [], "once only"


def test_a_picture_can_be_dragged_to_the_easel(world):
    tools = Tools()
    tools.step(world, [look_at(world, slot_pose(world.shelf, 2).position), Select("mouse")], 0.01)
    tools.step(world, [look_at(world, world.easel.pose.position)], 0.01)
    assert of(RunPicture, tools.step(world, [Release("mouse")], 0.01)) == [RunPicture(2)]


def test_a_controller_takes_by_the_trigger_and_places_by_bringing_it_to_the_easel(world):
    tools = Tools()
    at_shelf = aiming((-1.0, 1.3, -1.6), slot_pose(world.shelf, 3).position)
    requests = tools.step(world, [HeadMoved(Pose((0, 1.7, 0))), HandMoved("right", at_shelf, at_shelf)], 0.01)
    assert of(Pulse, requests), "the controller ticks when something can be taken"
    tools.step(world, [Select("right")], 0.01)
    assert world.hands["right"].holding == 3
    x, y, z = world.easel.pose.position
    beside = Pose((x, y, z + 0.15), turn(yaw=pi / 2))  # near the canvas but aiming past it
    tools.step(world, [HandMoved("right", beside, beside)], 0.01)
    assert of(RunPicture, tools.step(world, [Release("right")], 0.01)) == [RunPicture(3)]


def test_letting_go_elsewhere_keeps_the_picture_in_the_hand(world):
    tools = Tools()
    at_shelf = aiming((-1.0, 1.3, -1.6), slot_pose(world.shelf, 3).position)
    tools.step(world, [HandMoved("right", at_shelf, at_shelf), Select("right")], 0.01)
    away = Pose((0, 1, 2), turn(yaw=pi))
    tools.step(world, [HandMoved("right", away, away), Release("right")], 0.01)
    assert world.hands["right"].holding == 3


def test_a_press_on_the_empty_shelf_puts_the_picture_back(world):
    tools = Tools()
    world.hands["mouse"].holding = 4
    edge = world.shelf.pose.apply((-world.shelf.width / 2 + 0.005, world.shelf.height / 2 - 0.005, 0.0))
    tools.step(world, [look_at(world, edge), Select("mouse")], 0.01)
    assert world.hands["mouse"].holding is None


def test_the_page_button_shows_the_next_pictures_and_asks_for_them(world):
    tools = Tools()
    button = page_buttons(world.shelf, 20)[1]
    tools.step(world, [look_at(world, button.pose.position)], 0.01)
    requests = tools.step(world, [Select("mouse")], 0.01)
    assert of(ShowPage, requests) == [ShowPage((18, 19))]
    assert world.shelf.page == 1


def test_walking_follows_the_direction_of_sight_and_a_diagonal_is_no_faster(world):
    tools = Tools()
    tools.step(world, [Look(pi / 2, 0.0)], 0.0)
    tools.step(world, [Move(forward=1.0)], 0.1)
    x, _, z = world.player.position
    assert x < 0, "yaw to the left leads along -x"
    assert abs(z) < 1e-9
    straight = -x
    tools.step(world, [Move(forward=1.0, right=1.0)], 0.1)
    assert np.hypot(world.player.position[0] - x, world.player.position[2] - z) == pytest.approx(straight)


def test_running_is_faster_and_nobody_sinks_into_the_ground(world):
    tools = Tools()
    tools.step(world, [Move(forward=1.0)], 0.1)
    walked = -world.player.position[2]
    tools.step(world, [Move(forward=1.0, fast=True)], 0.1)
    assert -world.player.position[2] - walked > 2 * walked
    tools.step(world, [Move(up=-1.0)], 1.0)
    assert world.player.position[1] == 0.0


def test_the_hands_walk_and_turn_with_the_visitor_in_the_same_frame(world):
    tools, held = Tools(), Pose((0.2, 1.2, -0.4))
    tools.step(world, [HeadMoved(Pose((0, 1.7, 0))), HandMoved("right", held, held), Move(forward=1.0)], 0.1)
    assert world.hands["right"].grip == world.player.room.carry(held)
    tools.step(world, [HandMoved("right", held, held), Turn(pi / 6)], 0.1)
    assert world.hands["right"].aim == world.player.room.carry(held)


def test_a_snap_turn_keeps_the_head_where_it_is(world):
    tools = Tools()
    tools.step(world, [HeadMoved(Pose((0.7, 1.7, -0.4)))], 0.01)
    before = world.player.eyes
    tools.step(world, [Turn(pi / 6)], 0.01)
    after = world.player.eyes
    assert after.position == pytest.approx(before.position)
    assert after.forward == pytest.approx(Pose((0, 0, 0), multiply(turn(pi / 6), before.orientation)).forward)


def test_in_the_headset_walking_follows_the_head(world):
    tools = Tools()
    tools.step(world, [HeadMoved(Pose((0, 1.7, 0), turn(yaw=-pi / 2)))], 0.01)
    tools.step(world, [Move(forward=1.0)], 0.1)
    x, _, z = world.player.position
    assert x > 0
    assert abs(z) < 1e-9


def test_what_is_held_or_pointed_at_is_shown_large_while_asked_for(world):
    tools = Tools()
    tools.step(world, [look_at(world, slot_pose(world.shelf, 1).position)], 0.01)
    tools.step(world, [Enlarge(True)], 0.01)
    assert world.enlarged == 1
    tools.step(world, [Enlarge(False)], 0.01)
    assert world.enlarged is None


def test_a_notice_is_put_away_by_pressing_it(world):
    from vrcnn.scene.signs import NOTICE

    tools = Tools()
    world.notices.append(Notice("Something went wrong."))
    aim = aiming((0.0, 1.3, 0.0), world.player.room.inverse().apply(NOTICE.pose.position))
    tools.step(world, [HeadMoved(Pose((0.0, 1.6, 0.0))), HandMoved("right", aim, aim)], 0.01)
    tools.step(world, [Select("right")], 0.01)
    assert world.notices == []


def place(graph, scope=Scope(), plan=None):
    world = build_world("test", graph, plan or plan_maps(graph.nodes), ["a.jpg"], scope)
    world.player, world.easel.picture = Player(), 0
    return world


def press(world, point, *, hand="mouse"):
    """What is asked for when a visitor presses at a point of the world, with the mouse or with a controller."""
    tools = Tools()
    if hand == "mouse":
        tools.step(world, [look_at(world, point)], 0.01)
        return tools.step(world, [Select(hand), Release(hand)], 0.01)
    aim = aiming((0.0, 1.3, point[2] + 1.2), point)
    tools.step(world, [HeadMoved(Pose((0, 1.6, 0))), HandMoved(hand, aim, aim)], 0.01)
    return tools.step(world, [HandMoved(hand, aim, aim), Select(hand), Release(hand)], 0.01)


BOTH_HANDS = pytest.mark.parametrize("hand", ["mouse", "right"])


@BOTH_HANDS
def test_the_lectern_s_buttons_choose_the_detail(hand):
    for number, level in enumerate(LEVELS):
        world = place(residual(), Scope(toggled=frozenset({"block"})))
        asked = of(ChangeScope, press(world, detail_buttons(world.hall)[number].pose.position, hand=hand))
        assert asked == ([] if level == "layers" else [ChangeScope(Scope(level))])
        assert world.hall.chosen.detail == level


def test_the_keys_choose_the_detail_once_each():
    world = place(residual())
    requests = Tools().step(world, [ChooseDetail("all"), ChooseDetail("all"), ChooseDetail("blocks")], 0.01)
    assert [request.scope.detail for request in of(ChangeScope, requests)] == ["all", "blocks"]


@BOTH_HANDS
def test_a_run_s_sign_opens_it_and_another_press_folds_it_again(hand):
    world = place(repeated(), Scope(fold="always"))
    world.player.position = (0.0, 0.0, world.hall.folds[0].pose.position[2] + 1.5)
    at = world.hall.folds[0].pose.position
    if hand == "right":
        at = world.player.room.inverse().apply(at)
    first = of(ChangeScope, press(world, at, hand=hand))
    assert [request.scope.toggled for request in first] == [{"stage.0"}]
    again = of(ChangeScope, press(world, at, hand=hand))
    assert [request.scope.toggled for request in again] == [frozenset()]


def test_a_press_on_a_wall_that_was_left_out_demands_its_maps():
    graph = chain(3)
    plan = replace(plan_maps([node for node in graph.nodes if node.index != 1]), left_out=frozenset({1}))
    world = place(graph, plan=plan)
    wall = world.hall.wall_of(1)
    x, _, z = wall.pose.apply((0.0, 0.0, 1.5))
    world.player.position = x, 0.0, z
    assert of(ChangeScope, press(world, wall.pose.position)) == [ChangeScope(Scope(demanded=("conv1",)))]
    other = world.hall.wall_of(0)
    x, _, z = other.pose.apply((0.0, 0.0, 1.5))
    world.player.position = x, 0.0, z
    assert of(ChangeScope, press(world, other.pose.position)) == [], "its maps are there"


def on_slider(world, share):
    slider = slice_slider(world)
    return slider.pose.apply(((share - 0.5) * (slider.width - 0.06), 0.0, 0.0))


def test_a_press_on_the_slider_shows_that_slice():
    world = place(volumes(16))
    assert world.hall.slices == 16
    (request,) = of(ChangeScope, press(world, on_slider(world, 0.2)))
    assert request.scope.slice == pytest.approx(3 / 15)
    assert world.hall.slice_shown == 3


def test_dragging_the_slider_asks_once_for_each_slice_and_stops_when_let_go():
    world, tools = place(volumes(16)), Tools()
    tools.step(world, [look_at(world, on_slider(world, 8 / 15))], 0.01)
    asked = of(ChangeScope, tools.step(world, [Select("mouse")], 0.01))
    for share in np.linspace(8 / 15, 1.0, 200):
        asked += of(ChangeScope, tools.step(world, [look_at(world, on_slider(world, share))], 0.01))
    slices = [round(request.scope.slice * 15) for request in asked]
    assert slices == list(range(9, 16)), "each once, the one that was shown not at all"
    tools.step(world, [Release("mouse")], 0.01)
    assert of(ChangeScope, tools.step(world, [look_at(world, on_slider(world, 0.0))], 0.01)) == []


def test_a_drag_beyond_the_slider_s_end_stays_at_the_last_slice():
    world, tools = place(volumes(8)), Tools()
    tools.step(world, [look_at(world, on_slider(world, 0.5))], 0.01)
    tools.step(world, [Select("mouse")], 0.01)
    x, y, z = on_slider(world, 1.3)
    tools.step(world, [look_at(world, (x, y + 0.2, z))], 0.01)
    assert world.hall.slice_shown == 7


def test_a_controller_drags_the_slider_too():
    world, tools = place(volumes(16)), Tools()
    requests = []
    for share, intents in ((0.5, []), (0.5, [Select("right")]), (0.9, []), (0.9, [Release("right")]), (0.1, [])):
        aim = aiming((0.6, 1.1, -0.9), on_slider(world, share))
        moved = [HeadMoved(Pose((0, 1.6, 0))), HandMoved("right", aim, aim)]
        requests += tools.step(world, [*moved, *intents], 0.01)
    assert round(of(ChangeScope, requests)[-1].scope.slice * 15) == round(0.9 * 15)


@BOTH_HANDS
def test_the_easel_s_switch_compares_the_picture_with_the_answer(hand):
    world = place(residual())
    assert overlay_switch(world) is None
    world.overlays[0], world.overlaid = Picture("answer", np.zeros((8, 8, 4), "u1")), True
    at = overlay_switch(world).pose.position
    for shown in (False, True):
        before = world.pictures_revision
        press(world, at, hand=hand)
        assert world.overlaid is shown
        assert world.pictures_revision > before


def test_what_is_enlarged_at_the_easel_is_what_it_shows():
    world, tools = place(residual()), Tools()
    world.overlays[0], world.overlaid = Picture("answer", np.zeros((8, 8, 4), "u1")), True
    tools.step(world, [look_at(world, world.easel.pose.position)], 0.01)
    tools.step(world, [Enlarge(True)], 0.01)
    assert world.picture(world.enlarged) is world.overlay


def test_another_picture_on_the_easel_ends_the_former_answer_s_overlay(world):
    world.overlays[0], world.overlaid = Picture("answer", np.zeros((8, 8, 4), "u1")), True
    world.hands["mouse"].holding = 4
    press(world, world.easel.pose.position)
    assert world.easel.picture == 4
    assert not world.overlaid
    assert world.overlay is None


def test_screenshot_and_quit_are_passed_on(world):
    assert Tools().step(world, [Screenshot(), Quit()], 0.01) == [TakeScreenshot(), Leave()]
