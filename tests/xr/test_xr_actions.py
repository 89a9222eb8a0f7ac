"""Controllers on a real runtime: what the scripted hands do arrives as intents, for each kind of controller."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import radians
from pathlib import Path

import numpy as np
import pytest

from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.intents import Enlarge, HandMoved, Move, Release, Select, Turn
from vrcnn.xr.actions import SNAP, SnapTurn, Trigger, past_dead_zone
from vrcnn.xr.profiles import HANDS, INDEX, MOVE, PROFILES, SELECT, SIMPLE, TOUCH, TURN

SETTLED = 6  # frames, within which a change of the scripted devices has surely arrived


@pytest.fixture
def start(open_headset, window, make_program) -> Callable:
    """A focused program for which only some kinds of controllers are suggested."""

    def start_with(*profiles):
        program = make_program(open_headset(profiles), window)
        program.focus()
        program.until(lambda: program.headset.current_profiles()["right"] is not None)
        program.steps(SETTLED)
        program.intents.clear()
        return program

    return start_with


def hand(program, name: str) -> HandMoved:
    """Where a hand was last."""
    return [each for each in program.of(HandMoved) if each.hand == name][-1]


def test_all_controllers_are_suggested_and_the_runtime_takes_its_own(start):
    program = start(*PROFILES)
    assert program.headset.current_profiles() == {"left": INDEX.path, "right": INDEX.path}


@pytest.mark.parametrize("profile", [INDEX, TOUCH, SIMPLE], ids=lambda each: each.name)
def test_a_trigger_gives_one_select_and_one_release(start, rig, profile):
    program = start(profile)
    rig.visitor.hand("right", trigger=1.0)
    program.until(lambda: program.of(Select))
    program.steps(SETTLED)
    assert program.of(Select) == [Select("right")]
    assert program.of(Release) == []
    rig.visitor.hand("right", trigger=0.0)
    program.until(lambda: program.of(Release))
    program.steps(SETTLED)
    assert program.of(Select) == [Select("right")]
    assert program.of(Release) == [Release("right")]


@pytest.mark.parametrize("profile", [INDEX, TOUCH, SIMPLE], ids=lambda each: each.name)
def test_hands_are_where_the_visitor_holds_them(start, rig, profile):
    program = start(profile)
    held = Pose((0.3, 1.1, -0.6), turn(yaw=-0.4, pitch=0.2))
    rig.visitor.hand("right", pose=held)
    program.steps(SETTLED)
    found = hand(program, "right")
    assert found.aim is not None
    assert found.grip is not None
    assert np.allclose(found.aim.position, held.position, atol=1e-3)
    assert np.allclose(found.aim.forward, held.forward, atol=1e-3)
    assert np.allclose(found.grip.position, held.position, atol=1e-3)


def test_each_trigger_speaks_for_its_own_hand(start, rig):
    program = start(*PROFILES)
    rig.visitor.hand("left", trigger=1.0)
    program.until(lambda: program.of(Select))
    assert program.of(Select) == [Select("left")]


def test_a_resting_finger_does_not_chatter(start, rig):
    program = start(INDEX)
    for value in (0.3, 0.49, 0.55, 0.45, 0.52, 0.42, 0.6):
        rig.visitor.hand("right", trigger=value)
        program.steps(SETTLED)
    assert program.of(Select) == [Select("right")]
    assert program.of(Release) == []
    rig.visitor.hand("right", trigger=0.35)
    program.until(lambda: program.of(Release))


@pytest.mark.parametrize("profile", [INDEX, TOUCH], ids=lambda each: each.name)
def test_the_left_stick_walks_and_stops(start, rig, profile):
    program = start(profile)
    rig.visitor.hand("left", stick=(0.0, 1.0))
    program.until(lambda: program.of(Move))
    program.steps(SETTLED)
    assert program.of(Move)[-1] == Move(right=0.0, forward=1.0)
    rig.visitor.hand("left", stick=(-1.0, 0.0))
    program.until(lambda: program.of(Move)[-1] == Move(right=-1.0, forward=0.0))
    rig.visitor.hand("left", stick=(0.05, 0.05))
    program.until(lambda: program.of(Move)[-1] == Move())
    program.intents.clear()
    program.steps(SETTLED)
    assert program.of(Move) == []


@pytest.mark.parametrize("profile", [INDEX, TOUCH], ids=lambda each: each.name)
def test_the_right_stick_turns_once_for_each_flick(start, rig, profile):
    program = start(profile)
    for flicks, (x, angle) in enumerate(((1.0, -SNAP), (-1.0, SNAP), (-1.0, SNAP)), 1):
        rig.visitor.hand("right", stick=(x, 0.0))
        program.until(lambda wanted=flicks: len(program.of(Turn)) == wanted)
        program.steps(SETTLED)
        assert len(program.of(Turn)) == flicks
        assert program.of(Turn)[-1] == Turn(angle)
        rig.visitor.hand("right", stick=(0.0, 0.0))
        program.steps(SETTLED)
    assert pytest.approx(radians(30)) == SNAP
    assert program.of(Move) == []


def test_the_upper_button_shows_large_while_it_is_held(start, rig):
    program = start(INDEX)
    rig.visitor.hand("right", b=True)
    program.until(lambda: program.of(Enlarge))
    rig.visitor.hand("right", b=False)
    program.until(lambda: len(program.of(Enlarge)) == 2)
    assert program.of(Enlarge) == [Enlarge(True), Enlarge(False)]


def test_a_simple_controller_has_no_stick_and_needs_none(start, rig):
    program = start(SIMPLE)
    assert program.headset.current_profiles()["right"] == SIMPLE.path
    rig.visitor.hand("left", stick=(0.0, 1.0))
    program.steps(SETTLED)
    assert program.of(Move) == []


def test_a_hand_that_is_not_tracked_is_nowhere(start, rig):
    program = start(*PROFILES)
    assert hand_or_none(program, "left") is None  # nothing was kept from before
    rig.visitor.hand("left", tracked=False)
    program.until(lambda: hand_or_none(program, "left") == HandMoved("left", None, None))
    assert hand(program, "right").aim is not None
    rig.visitor.hand("left", tracked=True)
    program.until(lambda: hand(program, "left").aim is not None)


def hand_or_none(program, name: str) -> HandMoved | None:
    return hand(program, name) if program.of(HandMoved) else None


def hold_everything(program, rig) -> None:
    rig.visitor.hand("right", trigger=1.0, b=True)
    rig.visitor.hand("left", stick=(0.0, 1.0))
    program.until(lambda: program.of(Select) and program.of(Move) and program.of(Enlarge))


def has_let_go_of_everything(program) -> bool:
    return (
        program.of(Release) == [Release("right")]
        and program.of(Move)[-1] == Move()
        and program.of(Enlarge)[-1] == Enlarge(False)
        and hand(program, "right") == HandMoved("right", None, None)
    )


def test_what_is_held_when_the_session_ends_is_let_go(start, rig):
    program = start(*PROFILES)
    hold_everything(program, rig)
    program.headset.request_exit()
    program.until(lambda: program.headset.closed)
    program.step()
    assert program.of(Select) == [Select("right")]
    assert has_let_go_of_everything(program)


def test_what_is_held_when_the_runtime_dies_is_let_go(start, rig):
    program = start(*PROFILES)
    hold_everything(program, rig)
    rig.monado.kill()
    program.until(lambda: program.headset.closed)
    program.step()
    assert has_let_go_of_everything(program)


def test_what_is_held_when_another_program_takes_the_focus_is_let_go_and_the_focus_comes_back(start, rig):
    program = start(*PROFILES)
    hold_everything(program, rig)
    with another_program():
        program.until(lambda: program.headset.state != "FOCUSED")
        program.until(lambda: has_let_go_of_everything(program))
    program.focus()
    program.until(lambda: len(program.of(Select)) == 2)
    assert not program.headset.closed


@contextmanager
def another_program() -> Iterator[None]:
    """A second OpenXR program, in a process of its own, for as long as the block runs."""
    process = subprocess.Popen([sys.executable, Path(__file__).parent / "rig" / "guest.py"], stdin=subprocess.PIPE)
    try:
        yield
    finally:
        process.communicate(timeout=20)
    assert process.returncode == 0


def test_a_pulse_is_taken_by_the_runtime(start, rig):
    program = start(*PROFILES)
    for name in HANDS:
        program.headset.pulse(name, 0.05, 0.8)
    program.steps(2)
    assert rig.was_validated()
    assert not program.headset.closed


def test_a_pulse_for_the_mouse_is_nothing(start):
    start(*PROFILES).headset.pulse("mouse", 0.05, 0.8)


def test_a_trigger_presses_late_and_releases_early():
    trigger = Trigger()
    values = (0.0, 0.45, 0.5, 0.45, 0.4, 0.39, 0.45, 1.0)
    assert [trigger.update(value) for value in values] == [False, False, True, False, False, True, False, True]


def test_a_snap_turn_waits_for_the_stick_to_come_back():
    snap = SnapTurn()
    ways = (0.5, 0.8, 1.0, 0.5, 0.8, 0.3, -0.9, -0.9)
    assert [snap.update(x) for x in ways] == [0, -SNAP, 0, 0, 0, 0, SNAP, 0]


@pytest.mark.parametrize(
    ("stick", "walk"), [((0.1, 0.1), (0, 0)), ((0, 1), (0, 1)), ((1, 0), (1, 0)), ((0, 0.575), (0, 0.5))]
)
def test_the_dead_zone_is_cut_out_and_the_rest_reaches_from_0_to_1(stick, walk):
    assert past_dead_zone(*stick) == pytest.approx(walk)


def test_a_stick_in_a_corner_is_not_faster():
    x, y = past_dead_zone(1.0, 1.0)
    assert np.hypot(x, y) == pytest.approx(1.0)


def test_every_controller_can_select_and_all_with_a_stick_can_walk_and_turn():
    for profile in PROFILES:
        assert SELECT in profile.left
        assert SELECT in profile.right
        assert profile is SIMPLE or (MOVE in profile.left and TURN in profile.right)


def test_no_controller_is_listed_twice():
    assert len({profile.path for profile in PROFILES}) == len(PROFILES)
