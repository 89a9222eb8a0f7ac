"""Bare hands: what the joints mean, on made-up hands; and on a real runtime, whose cameras are simulated."""

from __future__ import annotations

from itertools import pairwise
from math import dist, hypot

import numpy as np
import pytest

from vrcnn.scene.geometry import Pose, rotate, turn
from vrcnn.scene.headset_intents import ControllerChanged, FingersMoved, Grab
from vrcnn.scene.intents import HandMoved, Release, Select
from vrcnn.xr.hand_tracking import JOINTS, PALM, WRIST, Gestures
from vrcnn.xr.profiles import HAND, INDEX

FRAME = 16_666_667  # ns
STRETCHED, PINCHING, FIST = (0.0,) * 5, (0.0, 0.0, 0.0, 1.0, 1.0), (1.0,) * 5  # curls of the rig's simulated hand
OPEN_TIPS = ((0.03, 0.0, -0.1), (0.0, 0.0, -0.11), (-0.02, 0.0, -0.1), (-0.04, 0.0, -0.09))  # in the palm's frame
CLOSED_TIPS = ((0.02, -0.04, 0.0), (0.0, -0.03, 0.0), (-0.02, -0.035, 0.0), (-0.035, -0.03, 0.0))
HEAD = Pose((0.0, 1.6, 0.0))


def hand_at(palm: Pose, thumb=(0.06, -0.02, -0.03), tips=OPEN_TIPS, size: float = 1.0) -> tuple[Pose, ...]:
    """A left hand of which only those joints are right that are looked at, `size` times the usual one."""
    places = [(0.0, 0.0, 0.0)] * JOINTS
    places[WRIST], places[12], places[7], places[5] = (0.0, 0.0, 0.064), (0.0, 0.0, -0.031), (0.025, 0.0, -0.03), thumb
    for number, tip in zip((10, 15, 20, 25), tips, strict=True):
        places[number] = tip
    return tuple(Pose(palm.apply((size * x, size * y, size * z)), palm.orientation) for x, y, z in places)


def read(joints, hand: str = "left"):
    return Gestures(hand).read(joints, HEAD, FRAME)


@pytest.mark.parametrize("size", [0.7, 1.0, 1.2])
def test_an_open_hand_neither_pinches_nor_is_it_a_fist(size):
    found = read(hand_at(Pose((-0.2, 1.2, -0.4)), size=size))
    assert (found.pinch, found.fist) == (0.0, 0.0)


@pytest.mark.parametrize("size", [0.7, 1.0, 1.2])
def test_a_thumb_on_the_index_finger_is_a_pinch_for_hands_of_any_size(size):
    tip = (0.03, -0.05, -0.05)
    found = read(hand_at(Pose(), (0.03, -0.055, -0.045), (tip, *OPEN_TIPS[1:]), size))
    assert found.pinch == 1.0
    assert found.fist < HAND.grab_at[1]


def test_a_pinch_grows_as_the_tips_come_together():
    tip = (0.03, -0.05, -0.05)
    grown = [read(hand_at(Pose(), (0.03 + gap, -0.05, -0.05), (tip, *OPEN_TIPS[1:]))).pinch for gap in (0.07, 0.03, 0)]
    assert grown == sorted(grown)
    assert grown[0] == 0.0
    assert HAND.select_at[1] < grown[1] < HAND.select_at[0], "a finger's width apart: neither pressed nor let go"
    assert grown[2] == 1.0


@pytest.mark.parametrize("size", [0.7, 1.0, 1.2])
def test_a_fist_is_no_pinch(size):
    found = read(hand_at(Pose(), CLOSED_TIPS[0], CLOSED_TIPS, size))
    assert found.fist == 1.0
    assert found.pinch == 0.0


def test_one_stretched_finger_is_no_fist():
    assert read(hand_at(Pose(), tips=(OPEN_TIPS[0], *CLOSED_TIPS[1:]))).fist < 0.1


@pytest.mark.parametrize(("hand", "out_of_the_back"), [("right", 1.0), ("left", -1.0)])
def test_a_grip_lies_in_the_palm_as_the_specification_has_it(hand, out_of_the_back):
    palm = Pose((0.1, 1.0, -0.3), turn(0.7, -0.3))
    grip = read(hand_at(palm), hand).grip
    assert np.allclose(rotate(grip.orientation, (1.0, 0.0, 0.0)), np.array(palm.up) * out_of_the_back)
    towards_the_thumb = np.array(palm.right) * (-1.0 if hand == "right" else 1.0)
    assert np.allclose(grip.forward, towards_the_thumb)
    assert np.allclose(palm.inverse().apply(grip.position), (0.0, -0.03, 0.0))


def test_the_ray_goes_from_the_shoulder_through_the_knuckle_and_upright():
    palm = Pose((-0.2, 1.2, -0.5))
    aim = read(hand_at(palm)).aim
    shoulder = np.array((-0.17, 1.38, 0.05))
    knuckle = np.array(palm.apply((0.025, 0.0, -0.03)))
    assert np.allclose(aim.position, knuckle)
    assert np.allclose(aim.forward, (knuckle - shoulder) / np.linalg.norm(knuckle - shoulder))
    assert abs(aim.right[1]) < 1e-9


def test_a_head_that_nods_leaves_the_ray_alone_and_one_that_turns_takes_the_shoulder_along():
    joints = hand_at(Pose((-0.2, 1.2, -0.5)))
    straight = read(joints).aim
    nodding = Gestures("left").read(joints, Pose(HEAD.position, turn(0.0, -0.8)), FRAME).aim
    turned = Gestures("left").read(joints, Pose(HEAD.position, turn(0.5)), FRAME).aim
    assert np.allclose(nodding.forward, straight.forward)
    assert not np.allclose(turned.forward, straight.forward, atol=0.02)


def test_a_pinch_does_not_move_the_ray():
    gestures, palm = Gestures("left"), Pose((-0.2, 1.2, -0.5))
    before = gestures.read(hand_at(palm), HEAD, FRAME).aim
    tip = (0.03, -0.05, -0.05)
    after = gestures.read(hand_at(palm, tip, (tip, *OPEN_TIPS[1:])), HEAD, 2 * FRAME)
    assert after.pinch == 1.0
    assert after.aim == before


def test_a_tremor_is_taken_out_and_a_moving_hand_is_followed():
    gestures, random = Gestures("left"), np.random.default_rng(5)
    trembling = [(-0.2 + random.normal(0.0, 0.001), 1.2 + random.normal(0.0, 0.001), -0.5) for _ in range(120)]
    seen = [gestures.read(hand_at(Pose(place)), HEAD, n * FRAME).aim.position for n, place in enumerate(trembling)]
    rough = np.mean([dist(a, b) for a, b in pairwise(trembling[20:])])
    calm = np.mean([dist(a, b) for a, b in pairwise(seen[20:])])
    assert calm < rough / 4
    path = [(-0.2 + 0.02 * step, 1.2, -0.5) for step in range(1, 20)]  # 1.2 m/s
    for n, place in enumerate(path, len(trembling)):
        followed = gestures.read(hand_at(Pose(place)), HEAD, n * FRAME).aim.position
    assert path[-1][0] + 0.025 - followed[0] < 0.02, "no more than a frame behind"


def test_a_hand_that_was_out_of_sight_comes_back_where_it_is():
    gestures = Gestures("left")
    gestures.read(hand_at(Pose((-0.2, 1.2, -0.5))), HEAD, FRAME)
    found = gestures.read(hand_at(Pose((0.3, 0.9, -0.2))), HEAD, FRAME + 10**9)
    assert np.allclose(found.aim.position, (0.325, 0.9, -0.23))


@pytest.fixture
def bare(open_headset, window, make_program, rig):
    """A focused program whose visitor has bare hands."""
    program = make_program(open_headset((HAND,)), window)
    program.focus()
    program.until(lambda: program.of(ControllerChanged))
    rig.visitor.move(HEAD)
    for name, x in (("left", -0.2), ("right", 0.2)):
        rig.visitor.hand(name, pose=Pose((x, 1.2, -0.4)), bare=True, curls=STRETCHED)
    program.until(lambda: {each.hand for each in program.of(FingersMoved)} == {"left", "right"})
    return program


def last(program, kind: type, hand: str):
    return [each for each in program.of(kind) if each.hand == hand][-1]


def test_the_runtime_s_hands_are_hands(bare, rig):
    assert set(bare.of(ControllerChanged)[-2:]) == {
        ControllerChanged("left", "hand"),
        ControllerChanged("right", "hand"),
    }
    for hand, outwards in (("left", -1), ("right", 1)):
        joints = last(bare, FingersMoved, hand).joints
        assert len(joints) == JOINTS
        assert 0.08 < dist(joints[WRIST].position, joints[12].position) < 0.11
        moved = last(bare, HandMoved, hand)
        assert dist(moved.grip.position, joints[PALM].position) < 0.05
        x, _, z = moved.aim.forward
        assert hypot(x, z) > 0.8
        assert z < 0
        assert abs(x) < 0.3
        assert joints[25].position[0] * outwards > joints[10].position[0] * outwards, "little fingers are outside"
    assert rig.was_validated()


def test_a_pinch_selects_and_a_fist_grabs(bare, rig):
    rig.visitor.hand("right", curls=PINCHING)
    bare.until(lambda: bare.of(Select))
    rig.visitor.hand("right", curls=STRETCHED)
    bare.until(lambda: bare.of(Release))
    rig.visitor.hand("left", curls=FIST)
    bare.until(lambda: bare.of(Grab))
    rig.visitor.hand("left", curls=STRETCHED)
    bare.until(lambda: len(bare.of(Grab)) == 2)
    assert bare.of(Select) == [Select("right")]
    assert bare.of(Release) == [Release("right")]
    assert bare.of(Grab) == [Grab("left", True), Grab("left", False)]


def test_a_hand_that_is_lost_from_sight_lets_go(bare, rig):
    rig.visitor.hand("right", curls=PINCHING)
    bare.until(lambda: bare.of(Select))
    rig.visitor.hand("right", bare=False)
    bare.until(lambda: bare.of(Release))
    assert last(bare, FingersMoved, "right") == FingersMoved("right", ())
    assert last(bare, HandMoved, "right") == HandMoved("right", None, None)
    assert last(bare, ControllerChanged, "right") == ControllerChanged("right", None)
    assert last(bare, HandMoved, "left").aim is not None


def test_a_controller_that_is_laid_down_gives_way_to_the_hand_and_back(open_headset, window, make_program, rig):
    program = make_program(open_headset((INDEX, HAND)), window)
    program.focus()
    program.until(lambda: ControllerChanged("right", "index") in program.of(ControllerChanged))
    rig.visitor.hand("right", bare=True, pose=Pose((0.2, 1.2, -0.4)))
    program.steps(6)
    assert program.of(FingersMoved) == [], "fingers around a controller are not told"
    rig.visitor.hand("right", tracked=False)
    program.until(lambda: program.of(FingersMoved))
    assert last(program, ControllerChanged, "right").kind == "hand"
    rig.visitor.hand("right", tracked=True)
    program.until(lambda: last(program, ControllerChanged, "right").kind == "index")
    assert last(program, FingersMoved, "right").joints == ()
