"""The labels of the controllers' buttons: when they come and go, what they say, and that they can be read."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from wearer import Wearer

from vrcnn.scene.anchors import Anchors
from vrcnn.scene.button_labels import FADE, FIRST, columns, follow_labels, signs, threads, words
from vrcnn.scene.controllers import ENLARGE, GRAB, KINDS, MENU, SELECT, STEER
from vrcnn.scene.drawables import Box, Label
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.geometry import Placing, Pose, rotate, turn
from vrcnn.scene.headset_intents import ControllerChanged
from vrcnn.scene.typography import text_width
from vrcnn.scene.world import World
from vrcnn.scene.world_panels import MENU as MENU_PANEL
from vrcnn.scene.world_panels import WorldPanel

EYES = Pose((0.0, 1.6, 0.0), turn(pitch=-0.3))


def worn(kind: str = "touch", labels: str = "first minute") -> World:
    """Somebody with a headset, and such controllers half a metre before the eyes."""
    world = World([])
    world.player.head = EYES
    world.comfort = replace(world.comfort, labels=labels)
    for name, side in (("left", -1), ("right", 1)):
        world.hands[name].controller = kind
        world.hands[name].grip = EYES @ Pose((0.18 * side, -0.05, -0.5), turn(pitch=1.0))
    return world


def pass_by(world: World, seconds: float, step: float = 0.05) -> None:
    for _ in range(round(seconds / step)):
        world.time += step
        follow_labels(world, step)


def shown(world: World, name: str = "right") -> float:
    return world.hands[name].labelling.shown


def test_labels_fade_in_stay_for_a_minute_and_fade_out():
    world = worn()
    follow_labels(world, FADE / 2)
    assert 0.3 < shown(world) < 0.7
    pass_by(world, 1.0)
    assert shown(world) == 1.0
    pass_by(world, FIRST - 2.0)
    assert shown(world) == 1.0
    pass_by(world, 1.0 + FADE / 2)
    assert 0.0 < shown(world) < 1.0
    pass_by(world, FADE)
    assert shown(world) == 0.0
    assert seen(world, "right") == ([], [])


def test_another_controller_is_labelled_for_a_minute_again_and_only_it():
    world = worn()
    pass_by(world, FIRST + 2.0)
    world.hands["left"].controller = "index"
    pass_by(world, 1.0)
    assert (shown(world, "left"), shown(world, "right")) == (1.0, 0.0)


def test_a_headset_that_is_put_on_again_labels_them_again():
    world = worn()
    pass_by(world, FIRST + 2.0)
    world.headset.present = False
    pass_by(world, 2.0)
    assert shown(world) == 0.0
    world.headset.present = True
    pass_by(world, 1.0)
    assert shown(world) == 1.0


def test_a_controller_held_up_to_the_eyes_is_labelled_whenever_that_is():
    world = worn()
    pass_by(world, FIRST + 2.0)
    world.hands["right"].grip = EYES @ Pose((0.02, -0.03, -0.3), turn(pitch=1.0))
    pass_by(world, 1.0)
    assert (shown(world, "left"), shown(world, "right")) == (0.0, 1.0)
    world.hands["right"].grip = EYES @ Pose((0.25, -0.1, 0.05))
    pass_by(world, 1.0)
    assert shown(world) == 0.0, "beside the head it is near, but nobody looks at it"
    world.player.scale = 20.0
    world.hands["right"].grip = world.player.eyes @ Pose((0.4, -0.6, -6.0))
    pass_by(world, 1.0)
    assert shown(world) == 1.0, "near is near in the visitor's own measure"


@pytest.mark.parametrize(("choice", "expected"), [("always", 1.0), ("never", 0.0)])
def test_somebody_may_want_them_always_or_never(choice, expected):
    world = worn(labels=choice)
    pass_by(world, FIRST + 2.0)
    assert shown(world) == expected


def test_they_are_out_of_the_way_of_what_the_hand_holds_and_of_the_menu_at_its_wrist():
    world = worn()
    world.hands["right"].holding = 0
    world.panels.open[MENU_PANEL] = WorldPanel(MENU_PANEL, Pose(), 0.3, 0.4)
    world.panels.menu_hand = "left"
    pass_by(world, 1.0)
    assert (shown(world, "left"), shown(world, "right")) == (0.0, 0.0)


@pytest.mark.parametrize("kind", KINDS)
def test_every_button_is_named_and_nothing_else(kind):
    for name in ("left", "right"):
        said = words(worn(kind), name)
        assert set(said) == set(KINDS[kind].parts)
        assert all(line for lines in said.values() for line in lines)


def test_the_words_follow_the_main_hand_and_how_one_wants_to_move():
    world = worn()
    assert words(world, "left")[STEER] == ("teleport",)
    assert words(world, "right")[STEER] == ("turn, scroll, fly",)
    world.comfort = replace(world.comfort, left_handed=True, travel="smooth", turning="none")
    assert words(world, "right")[STEER] == ("walk",)
    assert words(world, "left")[STEER] == ("scroll, fly",)
    assert words(world, "left")[SELECT] == ("take, press",)
    assert words(world, "left")[MENU] == ("menu",)
    assert words(world, "left")[ENLARGE] == ("enlarge",)
    world.hands["right"].grip = None
    assert words(world, "left")[STEER] == ("scroll, walk",), "a hand alone has to do what the other one does"
    assert words(worn("simple"), "left")[SELECT] == ("take, press", "on the ground: teleport")
    assert words(worn("hand"), "left")[GRAB] == ("grab", "both: move the world")


def seen(world: World, name: str) -> tuple[list[Box], list[Label]]:
    """All of a hand's labels in the world's frame, the threads first."""
    boxes, labels = threads(world, name), []
    for column in columns(world, name):
        plates, words = signs(column.side, column.rows, column.shown)
        scale, carry = column.placing.scale, column.placing.carry
        for plate in plates:
            width, height, depth = plate.size
            size = scale * width, scale * height, scale * depth
            boxes.append(replace(plate, pose=carry(plate.pose), size=size))
        labels += [replace(label, pose=carry(label.pose), height=scale * label.height) for label in words]
    return boxes, labels


def read(world: World, name: str) -> tuple[list[Box], list[Label]]:
    world.hands[name].labelling.shown = 1.0
    return seen(world, name)


@pytest.mark.parametrize("scale", [1.0, 8.0])
@pytest.mark.parametrize("kind", KINDS)
def test_labels_can_be_read_face_the_eyes_and_do_not_lie_on_one_another(kind, scale):
    world = worn(kind)
    world.player.scale = scale
    grip = world.hands["right"].grip
    world.hands["right"].grip = Placing(world.player.eyes, scale).carry(EYES.inverse() @ grip)
    for roll in (0.0, 0.9, 2.5, 4.0):
        turned = Pose(world.hands["right"].grip.position, turn(roll, roll / 2))
        world.hands["right"].grip = turned
        boxes, labels = read(world, "right")
        lines = [line for said in words(world, "right").values() for line in said]
        assert sorted(label.text for label in labels) == sorted(lines)
        back = world.player.eyes.inverse()
        spots = []
        for label in labels:
            assert label.height / scale >= 0.005, "smaller than 5 mm at arm's length"
            assert rotate(label.pose.orientation, (0, 0, 1)) == pytest.approx(
                rotate(world.player.eyes.orientation, (0, 0, 1))
            )
            x, y, z = (side / scale for side in back.apply(label.pose.position))
            width = text_width(label.text, label.height) / scale
            left = x if label.align == "left" else x - width
            spots.append((left, left + width, y, y + label.height / scale))
            assert -z < 0.56
        for one, other in combinations(spots, 2):
            aside = one[1] < other[0] or other[1] < one[0]
            assert aside or one[3] < other[2] or other[3] < one[2], "two lines lie on one another"
        assert all(box.opacity == 1 for box in boxes), "the texts behind them would shine through"


def test_a_thread_leads_from_each_button_to_its_label():
    world = worn("touch")
    boxes, labels = read(world, "right")
    threads = [box for box in boxes if box.role == "text"]
    plates = [box for box in boxes if box.role == "panel"]
    assert len(threads) == len(plates) == len(words(world, "right"))
    for thread, plate in zip(threads, plates, strict=True):
        ends = [thread.pose.apply((0, 0, side * thread.size[2] / 2)) for side in (-1, 1)]
        back = plate.pose.inverse()
        edges = [abs(abs(back.apply(end)[0]) - plate.size[0] / 2) < 0.001 for end in ends]
        assert any(edges)
    assert len(labels) > len(plates), "the grip's has two lines"


def test_nobody_sets_labels_that_nobody_sees():
    world = worn()
    world.hands["right"].grip = EYES @ Pose((0.2, -0.6, 0.1))
    assert read(world, "right") == ([], [])


def test_labels_grow_out_of_the_buttons():
    world = worn()
    full = read(world, "right")[1]
    world.hands["right"].labelling.shown = 0.3
    young = seen(world, "right")[1]
    for early, late in zip(young, full, strict=True):
        assert early.height < late.height
    assert all(0 < box.opacity < 1 for box in seen(world, "right")[0])


def test_labels_move_with_their_hand_and_nothing_of_them_is_made_anew():
    wearer = Wearer()
    wearer.do(*(ControllerChanged(name, "touch") for name in ("left", "right")))
    furnisher, anchors, world = Furnisher(), Anchors(), wearer.world
    groups = []
    for step in range(3):
        wearer.move("right", world.player.eyes @ Pose((0.18 + 0.02 * step, -0.05, -0.5), turn(pitch=1.0)))
        wearer.do(seconds=1.0)
        groups.append(furnisher.furnish(world)["button labels"])
        for part, column in zip(groups[-1].standing, columns(world, "right"), strict=True):
            row = anchors.of(world)[part.anchor]
            assert row[:4] == pytest.approx((*column.placing.pose.position, column.placing.scale), abs=1e-5)
    assert groups[0] is groups[1] is groups[2]
    assert [label.text for part in groups[0].standing for label in part.labels].count("menu") == 1
    world.comfort = replace(world.comfort, labels="never")
    wearer.do(seconds=1.0)
    assert furnisher.furnish(world)["button labels"].standing == ()
