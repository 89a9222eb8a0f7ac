"""The window as a visitor meets it: real mouse and keys, the real frame loop, a small network that can misbehave."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from before_the_screen import BLACK, BLUE, GREEN, RED, WHITE, YELLOW, Desk
from PIL import Image
from visitor import until
from Xlib import X
from Xlib.display import Display
from Xlib.protocol.event import ClientMessage

from vrcnn.loop import SWITCH_INTERVAL, undisturbed
from vrcnn.network.scope import LEVELS, Scope
from vrcnn.scene.hall import WallState
from vrcnn.scene.lectern import detail_buttons
from vrcnn.scene.shelving import slot_pose
from vrcnn.scene.wave import front

pytestmark = pytest.mark.gl


def test_the_first_picture_is_on_the_easel_and_every_wall_has_maps(desk: Desk) -> None:
    desk.settle()
    assert desk.world.easel.picture == RED
    assert desk.states() == {WallState.READY}
    assert {score.label for score in desk.world.hall.scores} == {"ant", "bee", "cow", "doe"}
    assert sum(desk.scores()) == pytest.approx(1)
    assert desk.world.notices == []


def test_a_picture_is_taken_with_a_click_and_placed_with_another(captured: Desk) -> None:
    desk = captured
    scores, walls = desk.scores(), desk.seen()
    desk.press(GREEN)
    desk.look_at(desk.world.easel.pose.position)
    assert desk.world.easel.picture == RED, "it is in the hand still"
    desk.visitor.click()
    desk.until(lambda: desk.world.easel.picture == GREEN, "the picture on the easel")
    desk.settle()
    assert desk.states() == {WallState.READY}
    assert np.abs(np.subtract(sorted(desk.scores()), sorted(scores))).max() > 1e-3
    assert np.abs(desk.seen() - walls).max() > 60


def test_the_right_button_shows_a_picture_large_while_it_is_held(captured: Desk) -> None:
    desk = captured
    desk.look_at(slot_pose(desk.world.shelf, GREEN).position)
    desk.visitor.button_down(3)
    desk.until(lambda: desk.world.enlarged == GREEN, "the picture to be shown large")
    desk.until(lambda: desk.visitor.sees(440, 330)[1] > 200, "green on the screen, beside the middle")
    assert desk.visitor.sees(440, 330)[0] < 60
    desk.visitor.button_up(3)
    desk.until(lambda: desk.world.enlarged is None, "the picture to go")
    desk.until(lambda: desk.visitor.sees(440, 330)[1] < 200, "the shelf again")


def test_the_keys_walk_where_the_visitor_looks(desk: Desk) -> None:
    desk.settle()
    start = desk.world.player.position
    for key, axis, sign in (("w", 2, -1), ("d", 0, 1), ("s", 2, 1), ("a", 0, -1), ("space", 1, 1)):
        before = desk.world.player.position[axis]
        desk.visitor.press(key)
        desk.until(lambda a=axis, b=before, s=sign: s * (desk.world.player.position[a] - b) > 0.3, f"{key} to walk")
        desk.visitor.release(key)
        desk.frames(3)
    stopped = desk.world.player.position
    desk.frames(10)
    assert desk.world.player.position == stopped != start


def test_f12_saves_what_is_seen_without_the_panels(desk: Desk, tmp_path: Path) -> None:
    desk.settle()
    desk.until(lambda: front(desk.world) is None, "the wave to reach the output")
    desk.visitor.tap("F12")
    desk.until(lambda: (tmp_path / "vrcnn-screenshot-001.png").exists(), "the file")
    desk.visitor.tap("F12")
    desk.until(lambda: (tmp_path / "vrcnn-screenshot-002.png").exists(), "another file")
    with Image.open(tmp_path / "vrcnn-screenshot-001.png") as saved:
        pixels = np.asarray(saved).astype(int)
    assert pixels.shape == (480, 640, 3)
    assert np.abs(pixels - desk.seen()).max() <= 1


def test_escape_frees_the_mouse(captured: Desk) -> None:
    captured.visitor.tap("Escape")
    captured.until(lambda: not captured.loop.controls.captured, "the mouse to be free")
    yaw = captured.world.player.yaw
    captured.visitor.nudge(60, 0)
    captured.frames(10)
    assert captured.world.player.yaw == yaw
    assert not captured.loop.leaving, "Esc ends nothing"


def test_a_forward_that_raises_becomes_a_notice_and_the_next_picture_works(captured: Desk) -> None:
    desk = captured
    desk.place(WHITE)
    desk.settle()
    (notice,) = desk.world.notices
    assert notice.headline == "mood (Moody) failed: ValueError: too bright to look at."
    assert "moods.py:" in notice.detail
    assert desk.world.hall.scores == (), "what the network said of another picture is gone"
    assert WallState.RUNNING not in desk.states()
    assert desk.states() != {WallState.READY}
    assert not desk.world.hall.job.running
    desk.place(GREEN)
    desk.settle()
    assert desk.states() == {WallState.READY}
    assert len(desk.world.hall.scores) == 4


def test_not_a_number_is_told_once_and_shown(captured: Desk) -> None:
    desk = captured
    desk.place(BLACK)
    desk.settle()
    (notice,) = desk.world.notices
    assert "not a number (NaN)" in notice.headline
    assert desk.states() == {WallState.READY}
    assert desk.world.hall.scores == ()
    assert "NaN" in desk.world.hall.no_scores
    desk.place(RED)
    desk.settle()
    assert len(desk.world.hall.scores) == 4
    assert not any(wall.nonfinite for wall in desk.world.hall.walls)


def test_another_way_through_the_network_lays_the_walls_out_anew(captured: Desk) -> None:
    desk = captured
    few = [wall.title for wall in desk.world.hall.walls]
    desk.place(BLUE)
    desk.settle()
    many = [wall.title for wall in desk.world.hall.walls]
    assert len(many) > len(few)
    assert any(title.startswith("extra") for title in many)
    assert desk.states() == {WallState.READY}
    last = desk.world.hall.walls[-1].pose
    desk.world.player.position = last.apply((0.0, -1.6, 1.0))
    desk.look_at(last.position)
    assert desk.world.hands["mouse"].target.index == len(many) - 1
    desk.exhibit.place(RED)  # while the visitor looks at a wall that is about to go
    desk.settle()
    assert [wall.title for wall in desk.world.hall.walls] == few
    assert desk.states() == {WallState.READY}
    assert desk.world.notices == []


def test_a_press_on_the_lectern_shows_every_operation(captured: Desk) -> None:
    desk = captured
    few = len(desk.world.hall.walls)
    desk.look_at(detail_buttons(desk.world.hall)[LEVELS.index("all")].pose.position)
    desk.visitor.click()
    desk.until(lambda: len(desk.world.hall.walls) > few, "more walls")
    desk.settle()
    assert desk.world.hall.scope == Scope(detail="all")
    assert desk.states() == {WallState.READY}


def test_frames_go_on_while_the_network_takes_its_time(captured: Desk) -> None:
    desk = captured
    desk.place(YELLOW)
    times = []
    while desk.exhibit.displays[0].worker.busy:
        begin = time.perf_counter()
        desk.loop.frame(1 / 60)
        times.append(time.perf_counter() - begin)
    assert sum(times) > 0.5, "the network still ran"
    assert len(times) >= 8
    assert max(times) < 0.5, "no frame waited for it"


def test_ctrl_c_ends_the_loop(desk: Desk) -> None:
    before = signal.getsignal(signal.SIGINT)  # a shell lets its background jobs ignore it
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    desk.loop.run()
    timer.join()
    assert desk.loop.leaving
    assert signal.getsignal(signal.SIGINT) is before, "afterwards it interrupts as before"


@pytest.mark.parametrize("way", ["the window is closed", "Ctrl-C"])
def test_the_command_ends_with_0_when(way: str, network: Path, display: str) -> None:
    timeline = network.with_name("timeline")
    environment = os.environ | {"XR_RUNTIME_JSON": str(network.with_name("none.json")), "VRCNN_TIMELINE": str(timeline)}
    command = [sys.executable, "-m", "vrcnn", "run", str(network)]
    program = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    screen = Display(display)
    try:
        until(
            lambda: program.poll() is not None or (timeline.exists() and "first_frame" in timeline.read_text()),
            "the first frame",
            60,
        )
        if way == "Ctrl-C":
            program.send_signal(signal.SIGINT)
        else:
            _close(screen, _window_named(screen, "vrcnn · Moods"))
        said = program.communicate(timeout=20)
    finally:
        program.kill()
        screen.close()
    assert program.returncode == 0, said
    assert said[0] == ""
    assert said[1].startswith("No headset: No OpenXR runtime is set up")
    assert said[1].count("\n") == 1


def _window_named(screen: Display, name: str) -> Any:
    """The shown window of this title, or None."""
    for window in screen.screen().root.query_tree().children:
        title = window.get_full_text_property(screen.intern_atom("_NET_WM_NAME"))
        if title == name and window.get_attributes().map_state == X.IsViewable:
            return window
    return None


def _close(screen: Display, window: Any) -> None:
    """Asks a window to close, as a window manager does when its cross is clicked."""
    protocols, delete = screen.intern_atom("WM_PROTOCOLS"), screen.intern_atom("WM_DELETE_WINDOW")
    message = ClientMessage(window=window, client_type=protocols, data=(32, [delete, X.CurrentTime, 0, 0, 0]))
    window.send_event(message)
    screen.flush()


def test_the_collector_passes_over_what_was_loaded_only_while_frames_are_drawn() -> None:
    before = sys.getswitchinterval()
    with undisturbed():
        assert gc.get_freeze_count() > 10_000
        assert sys.getswitchinterval() == pytest.approx(SWITCH_INTERVAL)
    assert gc.get_freeze_count() == 0
    assert sys.getswitchinterval() == before
