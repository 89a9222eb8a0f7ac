"""Controllers on a real runtime: what the scripted hands do arrives as intents, for each kind of controller."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.headset_intents import ControllerChanged, Grab, OpenMenu, Steer
from vrcnn.scene.intents import Enlarge, HandMoved, Release, Select
from vrcnn.xr.profiles import HANDS, INDEX, PROFILES, SIMPLE, TOUCH

SETTLED = 6  # frames, within which a change of the scripted devices has surely arrived
ALL = pytest.mark.parametrize("profile", [INDEX, TOUCH, SIMPLE], ids=lambda each: each.kind.key)
WITH_STICK = pytest.mark.parametrize("profile", [INDEX, TOUCH], ids=lambda each: each.kind.key)


@pytest.fixture
def start(open_headset, window, make_program) -> Callable:
    """A focused program for which only some kinds of controllers are suggested; `kinds` is what it was told of them."""

    def start_with(*profiles):
        program = make_program(open_headset(profiles), window)
        program.focus()
        program.until(lambda: program.headset.current_profiles()["right"] is not None)
        program.steps(SETTLED)
        program.kinds = {each.hand: each.kind for each in program.of(ControllerChanged)}
        program.intents.clear()
        return program

    return start_with


def hand(program, name: str) -> HandMoved:
    """Where a hand was last."""
    return [each for each in program.of(HandMoved) if each.hand == name][-1]


def until_last(program, intent) -> None:
    """Runs until the last intent of that kind is this one."""
    program.until(lambda: program.of(type(intent))[-1] == intent)


def test_all_controllers_are_suggested_and_the_runtime_takes_its_own(start):
    program = start(*PROFILES)
    assert program.headset.current_profiles() == {"left": INDEX.path, "right": INDEX.path}
    assert program.kinds == {"left": "index", "right": "index"}
    program.steps(SETTLED)
    assert program.of(ControllerChanged) == [], "it is told once"


@ALL
def test_the_kind_of_controller_is_told_and_a_trigger_gives_one_select_and_one_release(start, rig, profile):
    program = start(profile)
    assert program.kinds == {"left": profile.kind.key, "right": profile.kind.key}
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


@ALL
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


@WITH_STICK
def test_a_squeezed_grip_grabs_until_it_is_opened(start, rig, profile):
    program = start(profile)
    rig.visitor.hand("left", squeeze=0.8)
    rig.visitor.hand("right", squeeze=1.0)
    program.until(lambda: len(program.of(Grab)) == 2)
    assert set(program.of(Grab)) == {Grab("left", True), Grab("right", True)}
    rig.visitor.hand("left", squeeze=0.0)
    program.until(lambda: len(program.of(Grab)) == 3)
    program.steps(SETTLED)
    assert program.of(Grab)[2:] == [Grab("left", False)]
    assert program.of(Select) == []


def test_fingers_that_rest_around_an_index_controller_grab_nothing(start, rig):
    program = start(INDEX)
    rig.visitor.hand("right", resting=True, squeeze=0.1)
    program.steps(SETTLED)
    assert program.of(Grab) == []
    rig.visitor.hand("right", squeeze=0.5)
    program.until(lambda: program.of(Grab))
    rig.visitor.hand("right", squeeze=0.25)
    program.steps(SETTLED)
    assert program.of(Grab) == [Grab("right", True)], "a hand that tires a little still holds"


@WITH_STICK
def test_each_stick_steers_in_every_frame_until_it_is_back(start, rig, profile):
    program = start(profile)
    for name in HANDS:
        rig.visitor.hand(name, stick=(0.0, 1.0))
        program.until(lambda: program.of(Steer))
        program.steps(SETTLED)
        assert program.of(Steer)[-1] == Steer(name, 0.0, 1.0)
        assert len(program.of(Steer)) >= SETTLED
        rig.visitor.hand(name, stick=(-1.0, 0.0))
        until_last(program, Steer(name, -1.0, 0.0))
        rig.visitor.hand(name, stick=(0.05, 0.05))
        until_last(program, Steer(name, 0.0, 0.0))
        program.intents.clear()
        program.steps(SETTLED)
        assert program.of(Steer) == []


@ALL
def test_a_menu_button_opens_the_menu_once_for_each_press(start, rig, profile):
    program, opened = start(profile), []
    for name in (*HANDS, "left"):
        opened.append(OpenMenu(name))
        rig.visitor.hand(name, menu=True)
        program.until(lambda: len(program.of(OpenMenu)) == len(opened))
        program.steps(SETTLED)
        rig.visitor.hand(name, menu=False)
        program.steps(SETTLED)
        assert program.of(OpenMenu) == opened


def test_a_touch_controller_s_own_menu_button_opens_the_menu_too(start, rig):
    program = start(TOUCH)
    rig.visitor.hand("left", system=True)
    program.until(lambda: program.of(OpenMenu))
    assert program.of(OpenMenu) == [OpenMenu("left")]


@WITH_STICK
def test_a_button_shows_large_while_one_hand_holds_it(start, rig, profile):
    program = start(profile)
    for name in HANDS:
        rig.visitor.hand(name, enlarge=True)
        program.until(lambda: program.of(Enlarge))
        program.steps(SETTLED)
    rig.visitor.hand("left", enlarge=False)
    program.steps(SETTLED)
    assert program.of(Enlarge) == [Enlarge(True)]
    rig.visitor.hand("right", enlarge=False)
    program.until(lambda: len(program.of(Enlarge)) == 2)
    assert program.of(Enlarge)[1] == Enlarge(False)
    assert program.of(OpenMenu) == []


def test_a_simple_controller_has_no_stick_and_no_grip(start, rig):
    program = start(SIMPLE)
    rig.visitor.hand("left", stick=(0.0, 1.0), squeeze=1.0, enlarge=True)
    program.steps(2 * SETTLED)
    assert {type(each) for each in program.intents if type(each).__module__ != "vrcnn.scene.intents"} == set()
    assert program.of(Enlarge) == []


def test_a_hand_that_is_not_tracked_is_nowhere(start, rig):
    program = start(*PROFILES)
    program.step()
    assert hand(program, "left").aim is not None
    rig.visitor.hand("left", tracked=False)
    program.until(lambda: hand(program, "left") == HandMoved("left", None, None))
    assert hand(program, "right").aim is not None
    rig.visitor.hand("left", tracked=True)
    program.until(lambda: hand(program, "left").aim is not None)
    assert program.of(ControllerChanged) == [], "it is still the same controller"


def hold_everything(program, rig) -> None:
    rig.visitor.hand("right", trigger=1.0, squeeze=1.0, enlarge=True, menu=True)
    rig.visitor.hand("left", stick=(0.0, 1.0))
    program.until(lambda: program.of(Select) and program.of(Steer) and program.of(Enlarge) and program.of(Grab))


def has_let_go_of_everything(program) -> bool:
    return (
        program.of(Release) == [Release("right")]
        and program.of(Grab) == [Grab("right", True), Grab("right", False)]
        and program.of(Steer)[-1] == Steer("left", 0.0, 0.0)
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
