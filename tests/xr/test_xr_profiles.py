"""What can be said of the bindings without a runtime: the table itself, and how parts become buttons and ways."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from vrcnn.scene.controllers import ENLARGE, GRAB, KINDS, MENU, SELECT, STEER
from vrcnn.scene.geometry import Pose
from vrcnn.scene.headset_intents import ControllerChanged, FingersMoved, Grab, OpenMenu, Steer
from vrcnn.scene.intents import HandMoved, Release, Select
from vrcnn.xr.actions import Hand, Parts, Trigger, past_dead_zone, stick_way
from vrcnn.xr.hand_tracking import Gestures
from vrcnn.xr.profiles import AIM, BY_PATH, GRIP, HAND, HAPTIC, INDEX, PAD, PROFILES, TOUCH, VIVE

FUNCTIONS = (SELECT, GRAB, STEER, MENU, ENLARGE)
NAMED = {  # by a word of a part's name on the labels: the components that it may stand for
    "trigger": "trigger/value",
    "grip": "squeeze/",
    "stick": "thumbstick",
    "trackpad": "trackpad",
    "A": "a/click",
    "X": "x/click",
    "B": "b/click",
    "Y": "y/click",
    "menu": "menu/click",
    "select": "select/click",
    "pinch": "pinch_ext/value",
    "fist": "grasp_ext/value",
}


@pytest.mark.parametrize("profile", PROFILES, ids=lambda each: each.kind.key)
@pytest.mark.parametrize("hand", ["left", "right"])
def test_each_hand_has_what_its_kind_is_said_to_have_and_nothing_else(profile, hand):
    bound = {action for action, _ in getattr(profile, hand)}
    assert bound & set(FUNCTIONS) == set(profile.kind.parts)
    assert {GRIP, AIM} <= bound
    assert HAPTIC in bound or profile is HAND


@pytest.mark.parametrize("profile", PROFILES, ids=lambda each: each.kind.key)
@pytest.mark.parametrize("hand", ["left", "right"])
def test_labels_name_the_parts_that_are_bound(profile, hand):
    for action, part in profile.kind.parts.items():
        components = [component for name, component in getattr(profile, hand) if name == action]
        words = [word.strip(",") for word in part.split()]
        meant = [NAMED[word] for word in words if word in NAMED]
        assert meant, f"{part!r} names no part"
        assert any(f"input/{each}" in component for each in meant for component in components), (part, components)


def test_a_pad_counts_only_while_it_is_pressed_where_the_label_says_so():
    for profile in PROFILES:
        pressed = "pressed" in profile.kind.parts.get(STEER, "")
        assert (PAD in dict(profile.left)) == (PAD in dict(profile.right)) == pressed
    assert PAD in dict(VIVE.left)


@pytest.mark.parametrize(
    ("stick_there", "pad_there", "pad_pressed", "way"),
    [
        (True, False, False, (0.5, -1.0)),  # a stick
        (True, True, False, (0.0, 0.0)),  # a pad on which a thumb rests
        (True, True, True, (0.5, -1.0)),  # a pad that is pressed
        (False, False, False, (0.0, 0.0)),  # neither
    ],
)
def test_a_thumb_that_rests_on_a_pad_steers_nothing(stick_there, pad_there, pad_pressed, way):
    stick = SimpleNamespace(is_active=stick_there, current_state=SimpleNamespace(x=0.5, y=-1.0))
    assert stick_way(stick, SimpleNamespace(is_active=pad_there, current_state=pad_pressed)) == way


def test_every_kind_has_one_profile():
    assert sorted(profile.kind.key for profile in PROFILES) == sorted(KINDS)
    assert len(BY_PATH) == len(PROFILES)


def test_a_trigger_presses_late_and_releases_early():
    trigger = Trigger()
    values = (0.0, 0.45, 0.5, 0.45, 0.4, 0.39, 0.45, 1.0)
    changed = [False, False, True, False, False, True, False, True]
    assert [trigger.update(value, (0.5, 0.4)) for value in values] == changed


def test_every_part_is_released_below_where_it_was_pressed():
    for profile in PROFILES:
        for pressed, released in (profile.select_at, profile.grab_at):
            assert 0.1 < released < pressed < 1.0


@pytest.mark.parametrize(
    ("stick", "walk"), [((0.1, 0.1), (0, 0)), ((0, 1), (0, 1)), ((1, 0), (1, 0)), ((0, 0.575), (0, 0.5))]
)
def test_the_dead_zone_is_cut_out_and_the_rest_reaches_from_0_to_1(stick, walk):
    assert past_dead_zone(*stick) == pytest.approx(walk)


def test_a_stick_in_a_corner_is_not_faster():
    x, y = past_dead_zone(1.0, 1.0)
    assert np.hypot(x, y) == pytest.approx(1.0)


def test_a_hand_tells_what_has_changed_and_nothing_twice():
    hand, here = Hand(Gestures("left")), Pose((0.0, 1.0, 0.0))
    moved = HandMoved("left", here, here)
    held = Parts(here, here, select=1.0, grab=1.0, stick=(0.0, -1.0), menu=True)
    assert hand.follow("left", Parts(here, here), TOUCH) == [moved]
    first = hand.follow("left", held, TOUCH)
    assert first == [moved, Select("left"), Grab("left", True), OpenMenu("left"), Steer("left", 0.0, -1.0)]
    assert hand.follow("left", held, TOUCH) == [moved, Steer("left", 0.0, -1.0)]
    last = hand.follow("left", Parts(), TOUCH)
    assert last == [HandMoved("left", None, None), Release("left"), Grab("left", False), Steer("left", 0.0, 0.0)]
    assert hand.follow("left", Parts(), TOUCH) == [HandMoved("left", None, None)]


def test_a_squeeze_counts_by_what_the_controller_measures():
    """Way on a Touch controller, force on an Index one."""
    for profile, grabs in ((INDEX, True), (TOUCH, False)):
        hand = Hand(Gestures("right"))
        assert (Grab("right", True) in hand.follow("right", Parts(grab=0.4), profile)) == grabs


def test_another_controller_is_told_once_and_none_at_all_as_well():
    hand = Hand(Gestures("right"))
    told = [hand.told("right", kind) for kind in (None, None, "index", "index", "hand", None)]
    changes = [None, "index", "hand", None]
    assert [each for some in told for each in some] == [ControllerChanged("right", kind) for kind in changes]
    assert [len(some) for some in told] == [1, 0, 1, 0, 1, 1]


def test_fingers_are_told_while_they_are_seen_and_once_that_they_are_not():
    hand, joints = Hand(Gestures("right")), (Pose(),) * 26
    told = [hand.touched("right", each) for each in ((), joints, joints, (), ())]
    assert told == [
        [],
        [FingersMoved("right", joints)],
        [FingersMoved("right", joints)],
        [FingersMoved("right", ())],
        [],
    ]
