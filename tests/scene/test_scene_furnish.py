"""Furnishing: names that fit, pictures on their slots, the answer on the boards, nothing rebuilt without a reason."""

from dataclasses import replace

import numpy as np
import pytest
from furnished import boards, items, texts
from graphs import node, repeated, residual, volumes

from vrcnn.engine.messages import Score
from vrcnn.engine.plan import plan_maps
from vrcnn.network.graph import FAMILIES, Graph
from vrcnn.scene.build import build_world, lay_out
from vrcnn.scene.controlling import controls_of
from vrcnn.scene.drawables import Drawables
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.geometry import Pose
from vrcnn.scene.lectern import detail_buttons
from vrcnn.scene.picture_numbers import overlay_number
from vrcnn.scene.presence import furnish_presence
from vrcnn.scene.rooms import room_name
from vrcnn.scene.signs import wrap
from vrcnn.scene.theme import DARK
from vrcnn.scene.typography import text_width
from vrcnn.scene.world import Notice, Picture, Target


@pytest.fixture
def world():
    graph = residual()
    world = build_world("test", graph, plan_maps(graph.nodes), ["cat.jpg", "coffee.jpg"])
    world.pictures[0].pixels = np.zeros((10, 20, 4), "u1")
    return world


def test_every_wall_is_named_with_its_layer_its_shape_and_its_operations(world):
    groups = Furnisher().furnish(world)
    assert len(items(groups["grids 0"], "grids")) == len(world.hall.walls)
    for expected in ("block.a", "16 × 8 × 8", "Conv2d", "head.fc", "1000"):
        assert expected in texts(groups["walls 0"])


def test_the_shelf_shows_decoded_pictures_and_the_names_of_all(world):
    workplace = Furnisher().furnish(world)["workplace"]
    assert [image.picture for image in workplace.images] == [0]
    assert {"cat.jpg", "coffee.jpg"} <= set(texts(workplace))


def test_the_boards_at_the_easel_and_at_the_exit_show_the_answer(world):
    world.hall.scores = (Score(967, "espresso", 0.95), Score(1, "cup", 0.03))
    world.hall.results_revision += 1
    for board in boards(world):
        assert "espresso" in texts(board)
        assert "95 %" in texts(board)


def test_the_boards_say_why_there_is_no_answer(world):
    world.hall.no_scores = "This network's output is not a list of classes."
    for board in boards(world):
        assert "not a list of classes" in " ".join(texts(board))


def test_groups_are_made_anew_only_when_what_they_show_has_changed(world):
    furnisher = Furnisher()
    before = dict(furnisher.furnish(world))
    world.time += 1.0
    world.hands["mouse"].aim = Pose((0, 1.6, 0))
    assert all(furnisher.furnish(world)[name] is group for name, group in before.items())
    world.hall.results_revision += 1
    after = furnisher.furnish(world)
    assert [name for name in before if after[name] is not before[name]] == ["exit 0", "board 0"]


def test_the_boards_show_a_legend_with_the_overlay_s_colours(world):
    red, green = (0.9, 0.2, 0.2), (0.2, 0.8, 0.3)
    world.hall.scores = (Score(15, "person", 0.61, red), Score(0, "background", 0.39, green))
    world.hall.answer_kind = "segments"
    for board in boards(world):
        assert "What the network sees" in texts(board)
        assert {"person", "61 %", "background", "39 %"} <= set(texts(board))
        assert [box.role for box in board.boxes if isinstance(box.role, tuple)] == [red, green]
    world.hall.answer_kind = "boxes"
    for board in boards(world):
        assert "What the network found" in texts(board)


def test_a_long_legend_tells_how_many_more_there_are(world):
    world.hall.scores = tuple(Score(n, f"class {n}", 0.05, (0.5, 0.5, 0.5)) for n in range(20))
    world.hall.answer_kind = "segments"
    for board in boards(world):
        assert "class 6" in texts(board)
        assert "class 7" not in texts(board)
        assert "and 13 more" in texts(board)


def test_the_easel_shows_the_overlay_while_it_is_asked_for(world):
    world.easel.picture, world.hall.answer_kind = 0, "segments"
    furnisher = Furnisher()
    before = furnisher.furnish(world)["workplace"]
    assert "Class map" not in texts(before)
    world.overlays[0], world.overlaid = Picture("answer", np.zeros((30, 10, 4), "u1")), True
    overlaid = furnisher.furnish(world)["workplace"]
    on_easel = max(overlaid.images, key=lambda image: image.height)
    assert on_easel.picture == overlay_number(0)
    assert on_easel.height == pytest.approx(3 * on_easel.width)
    assert {"Class map", "Picture"} <= set(texts(overlaid))
    world.overlaid = False
    plain = furnisher.furnish(world)["workplace"]
    assert max(plain.images, key=lambda image: image.width).picture == 0


def test_the_lectern_lights_what_was_chosen_and_pulses_until_it_is_there(world):
    furnisher = Furnisher()

    def lit():
        accents = [box.pose for box in furnisher.furnish(world)["lectern 0"].boxes if box.role == "accent"]
        return next(button.pose for button in detail_buttons(world.hall) if button.pose in accents)

    assert lit() == detail_buttons(world.hall)[1].pose
    world.hall.wanted = world.hall.scope.with_detail("all")
    assert lit() == detail_buttons(world.hall)[2].pose
    glows = set()
    for _ in range(10):
        world.time += 0.1
        glows |= {box.glow for box in furnisher.furnish(world)["lectern 0"].boxes if box.pose == lit()}
    assert len(glows) > 4
    lay_out(world.hall, world.hall.graph, plan_maps(world.hall.graph.nodes), world.hall.wanted)
    steady = furnisher.furnish(world)["lectern 0"]
    world.time += 0.1
    assert furnisher.furnish(world)["lectern 0"] is steady


def test_walls_and_slider_tell_the_slice_and_follow_it():
    graph = volumes(16)
    world = build_world("test", graph, plan_maps(graph.nodes), ["a.jpg"])
    furnisher = Furnisher()
    assert {"2 × 16 × 8 × 8, slice 9", "4 × 8 × 8 × 8, slice 5"} <= set(texts(furnisher.furnish(world)["walls 0"]))
    assert "Slice 9 of 16" in texts(furnisher.furnish(world)["workplace"])
    world.hall.wanted = replace(world.hall.scope, slice=0.0)
    assert "Slice 1 of 16" in texts(furnisher.furnish(world)["workplace"]), "at once"
    world.hall.scope, world.hall.wanted = world.hall.wanted, None
    assert "2 × 16 × 8 × 8, slice 1" in texts(furnisher.furnish(world)["walls 0"])


def test_a_narrow_wall_has_a_head_wide_enough_for_its_title():
    graph = Graph((node(0, "encoder.line", (1, 1, 300, 20)),), ())
    world = build_world("test", graph, plan_maps(graph.nodes), [])
    assert world.hall.walls[0].width < 0.2
    assert {"encoder.line", "1 × 300 × 20"} <= set(texts(Furnisher().furnish(world)["walls 0"]))


def test_what_a_press_is_for_is_framed_while_pointed_at():
    graph = repeated()
    plan = replace(plan_maps(graph.nodes[1:]), left_out=frozenset({0}))
    world = build_world("test", graph, plan, ["a.jpg"])
    world.hall.slices, world.easel.picture = 4, 0
    world.overlays[0] = Picture("answer", np.zeros((8, 8, 4), "u1"))
    controls = controls_of(world)
    kinds = {control.kind for control in controls}
    at_the_entrance = {"lectern", "view", "features", "noise", "overlay", "slider", "plinth", "sieve plate"}
    assert kinds == at_the_entrance | {"fold", "left out", "room", "room features"}
    for control in controls:
        target = Target(control.kind, control.index, 1.0, (0.0, 0.0, 0.0), control=control)
        world.hands["mouse"].target = target
        assert target.useful
        (frame,) = furnish_presence(world).boxes
        assert frame.role == "accent"
        assert frame.size[:2] > (control.surface.width, control.surface.height)
    world.hands["mouse"].target = Target("wall", 1, 1.0, (0.0, 0.0, 0.0))
    assert furnish_presence(world).boxes == ()


def test_what_is_held_is_in_the_hand_and_faint_on_the_shelf(world):
    hand = world.hands["right"]
    hand.grip = hand.aim = Pose((0.2, 1.2, -0.4))
    hand.holding = 0
    groups = Furnisher().furnish(world)
    assert [image.picture for image in groups["presence"].images] == [0]
    beam = max(groups["presence"].boxes, key=lambda box: box.size[2])
    assert beam.size[2] > 1, "the laser of the dominant hand"
    assert groups["workplace"].images[0].opacity < 1


def test_the_newest_notice_stands_before_whoever_wears_a_headset(world):
    world.player.head = Pose((0, 1.6, 0))
    world.notices = [Notice("An older one."), Notice("layer1.conv failed: sizes differ.", "expected 64, got 32")]
    shown = " ".join(texts(Furnisher().furnish(world)["notice"]))
    assert "layer1.conv failed" in shown
    assert "got 32" in shown
    assert "older" not in shown
    world.player.head = None
    assert Furnisher().furnish(world)["notice"] == Drawables(), "the window has cards of its own"


def test_a_network_that_reads_no_picture_has_no_shelf_and_an_easel_that_says_so(world):
    world.pictures, world.easel.picture = [], None
    workplace = Furnisher().furnish(world)["workplace"]
    assert "Pictures" not in texts(workplace)
    assert "reads no picture" in " ".join(texts(workplace))


def test_every_family_of_operations_has_a_colour_in_the_theme():
    assert set(FAMILIES) <= set(DARK.roles)


def test_every_role_that_is_drawn_has_a_colour_in_the_theme(world):
    world.notices, world.player.head = [Notice("x")], Pose((0, 1.6, 0))
    for group in Furnisher().furnish(world).values():
        for kind in ("boxes", "labels", "ribbons"):
            roles = {item.role for item in items(group, kind)}
            assert {role for role in roles if isinstance(role, str)} <= set(DARK.roles)


@pytest.mark.parametrize(
    ("path", "name"), [("features.denseblock2", "denseblock2"), ("layer1.0", "layer1.0"), ("a.b.3", "b.3"), ("7", "7")]
)
def test_a_room_is_called_by_the_end_of_its_path(path, name):
    assert room_name(path) == name


def test_wrapped_lines_fit_and_the_last_is_shortened():
    lines = wrap("one two three four five six seven eight nine ten eleven twelve", 0.03, 0.4, 3)
    assert len(lines) == 3
    assert all(text_width(line, 0.03) <= 0.4 for line in lines)
    assert "…" in lines[-1]
