"""A session's whole life on a real runtime: states, pictures in both eyes, poses, colours, and every kind of end."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.intents import HeadMoved

UP = ["IDLE", "READY", "SYNCHRONIZED", "VISIBLE", "FOCUSED"]
DOWN = ["VISIBLE", "SYNCHRONIZED", "STOPPING", "IDLE", "EXITING"]


def middle(picture: np.ndarray, eye: int) -> np.ndarray:
    """The mean colour around the middle of what one eye sees."""
    height, width = picture.shape[:2]
    x = width // 4 + eye * width // 2
    return picture[height // 2 - 5 : height // 2 + 5, x - 5 : x + 5].mean(axis=(0, 1))


def composited(program, rig) -> np.ndarray:
    """What the headset shows: on a busy machine the runtime needs more frames than a few until it does."""
    program.focus()
    program.steps(10)
    program.until(lambda: rig.grab().any())
    return rig.grab()


def test_a_session_lives_through_every_state_until_it_is_asked_to_exit(program):
    program.focus()
    program.headset.request_exit()
    program.until(lambda: program.headset.closed)
    assert program.headset.states == UP + DOWN
    assert not program.headset.lost


def test_each_eye_shows_what_was_drawn_for_it(program, rig):
    picture = composited(program, rig)
    assert np.allclose(middle(picture, 0), (255, 0, 0), atol=3)
    assert np.allclose(middle(picture, 1), (0, 0, 255), atol=3)


@pytest.mark.parametrize("colour", [(128, 128, 128), (30, 60, 200), (250, 180, 20), (10, 10, 10)])
def test_a_colour_arrives_as_it_was_painted(program, rig, colour):
    program.colours = colour, colour
    assert np.allclose(middle(composited(program, rig), 0), colour, atol=4)


TAKERS = (
    *("create_session", "create_swapchain", "begin_session", "end_session", "destroy_session"),
    *("wait_frame", "begin_frame", "end_frame"),
    *("acquire_swapchain_image", "wait_swapchain_image", "release_swapchain_image"),
)


def test_calls_that_take_the_opengl_context_away_are_got_over(rig, window, open_headset, make_program, monkeypatch):
    import glfw
    import xr

    taken: set[str] = set()

    def takes(name: str):
        call = getattr(xr, name)

        def took(*given):
            try:
                return call(*given)
            finally:
                taken.add(name)
                glfw.make_context_current(None)

        return took

    for name in TAKERS:
        monkeypatch.setattr(xr, name, takes(name))
    program = make_program(open_headset(), window)
    program.colours = (30, 60, 200), (30, 60, 200)
    assert np.allclose(middle(composited(program, rig), 0), (30, 60, 200), atol=4)
    program.headset.close()
    assert taken == set(TAKERS)
    framebuffer = window.context.simple_framebuffer((4, 4))
    framebuffer.clear(0.0, 1.0, 0.0, 1.0)
    assert framebuffer.read(components=3)[:3] == b"\x00\xff\x00", "the window has its context"


def test_the_eyes_follow_the_head(program, rig):
    program.focus()
    rig.visitor.move(Pose((0.5, 1.2, -0.7), turn(yaw=0.6)))
    program.until(lambda: abs(program.views[0].pose.position[1] - 1.2) < 1e-4)
    left, right = (np.array(view.pose.position) for view in program.views)
    assert np.allclose((left + right) / 2, (0.5, 1.2, -0.7), atol=1e-4)
    assert 0.05 < np.linalg.norm(right - left) < 0.08
    assert np.allclose(program.views[0].pose.forward, turn_forward(0.6), atol=1e-4)
    assert np.dot(right - left, program.views[0].pose.right) > 0
    head = program.of(HeadMoved)[-1].pose
    assert np.allclose(head.position, (0.5, 1.2, -0.7), atol=1e-4)


def turn_forward(yaw: float) -> tuple[float, float, float]:
    return Pose(orientation=turn(yaw=yaw)).forward


def test_a_field_of_view_has_its_signs_right(program):
    program.focus()
    program.steps(2)
    for view in program.views:
        assert view.left < 0 < view.right
        assert view.down < 0 < view.up


def test_close_ends_a_focused_session_as_the_runtime_wants_it(program):
    program.focus()
    program.headset.close()
    assert program.headset.closed
    assert program.headset.states == UP + DOWN


@pytest.mark.parametrize("state", ["UNKNOWN", "IDLE", "READY", "SYNCHRONIZED", "VISIBLE", "FOCUSED", "EXITING"])
def test_close_works_from_every_state(program, state):
    headset = program.headset
    if state == "EXITING":
        program.focus()
        headset.request_exit()
        program.until(lambda: headset.closed)
    elif state != "UNKNOWN":
        program.until(lambda: state in headset.states)
    headset.close()
    assert headset.closed
    assert not headset.lost
    headset.close()


def test_close_works_in_the_middle_of_a_frame(program):
    program.focus()
    frame = program.headset.begin()
    assert frame is not None
    program.headset.close()
    assert program.headset.states == UP + DOWN


def test_nothing_happens_to_a_closed_headset(program):
    program.headset.close()
    program.headset.poll()
    program.headset.request_exit()
    program.headset.pulse("left", 0.1, 1.0)
    assert program.headset.begin() is None


def test_a_runtime_that_dies_leaves_the_program_alive(program, rig):
    program.focus()
    rig.monado.kill()
    program.until(lambda: program.headset.closed)
    assert program.headset.lost


def test_a_runtime_that_dies_in_the_middle_of_a_frame_leaves_the_program_alive(program, rig):
    program.focus()
    frame = program.headset.begin()
    rig.monado.kill()
    program.headset.end(frame)
    program.until(lambda: program.headset.closed)
    assert program.headset.lost


@pytest.mark.parametrize(
    "call",
    [
        lambda headset: headset.poll(),
        lambda headset: headset.begin(),
        lambda headset: headset.request_exit(),
        lambda headset: headset.pulse("right", 0.1, 1.0),
        lambda headset: headset.current_profiles(),
    ],
    ids=["poll", "begin", "request_exit", "pulse", "current_profiles"],
)
def test_whichever_call_finds_the_runtime_dead_tells_it_quietly(program, rig, call):
    program.focus()
    rig.monado.kill()
    for _ in range(3):
        call(program.headset)
    program.headset.poll()
    assert program.headset.closed
    assert program.headset.lost


def test_runtimes_that_die_at_any_moment_leave_the_program_alive(program, rig, open_headset):
    for delay in (0.0, 0.003, 0.007, 0.011, 0.015):
        program.focus()
        killing = threading.Timer(delay, rig.monado.kill)
        killing.start()
        program.until(lambda: program.headset.closed)
        assert program.headset.lost
        killing.join()
        rig.monado.start()
        program.headset = open_headset()
    program.focus()


def test_close_after_the_runtime_died_is_quiet(program, rig):
    program.focus()
    rig.monado.kill()
    program.headset.close()
    assert program.headset.closed


def test_the_window_draws_on_after_the_runtime_died(program, rig, window):
    program.focus()
    rig.monado.kill()
    program.until(lambda: program.headset.closed)
    framebuffer = window.context.simple_framebuffer((4, 4))
    framebuffer.clear(0.0, 1.0, 0.0, 1.0)
    assert framebuffer.read(components=3)[:3] == b"\x00\xff\x00"


def test_a_second_headset_can_be_opened_after_the_first_was_lost(program, rig, open_headset):
    program.focus()
    rig.monado.kill()
    program.until(lambda: program.headset.closed)
    rig.monado.start()
    program.headset = open_headset()
    program.focus()
    drawn = program.drawn
    program.steps(5)
    assert program.drawn > drawn


def test_the_headset_tells_its_name_and_size(program):
    assert "Monado" in program.headset.name
    width, height = program.headset.size
    assert width > 100
    assert height > 100
