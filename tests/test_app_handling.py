"""Walls in the hands of a visitor before the screen: real mouse, wheel and keys, and a session that is found again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from before_the_screen import Desk

from vrcnn.export.preferences import PreferencesKeeper
from vrcnn.export.session_files import SessionKeeper
from vrcnn.scene.geometry import Placing

pytestmark = pytest.mark.gl
WHEEL_UP, WHEEL_DOWN = 4, 5


def test_a_wall_is_dragged_with_the_mouse_scaled_with_the_wheel_and_put_back_with_u(captured: Desk) -> None:
    desk = captured
    desk.stand_before("second")
    wall, before = desk.wall_of("second"), desk.seen()
    desk.visitor.button_down()
    desk.until(lambda: desk.world.hands["mouse"].hold is not None, "the wall in the hand")
    desk.visitor.nudge(140, -60)
    desk.until(lambda: wall.placing != wall.home, "the wall to follow")
    desk.frames(5)
    ray, hold = desk.world.hands["mouse"].ray, desk.world.hands["mouse"].hold
    foot = (desk.world.hall.placing @ wall.placing).apply((0.0, -wall.rise, 0.0))
    held = Placing(desk.world.hall.placing.pose @ wall.pose).pose.apply(hold.point)
    under = np.subtract(ray.at(hold.distance), foot)[[0, 2]]
    assert np.subtract(held, (desk.world.hall.placing @ wall.placing).pose.position)[[0, 2]] == pytest.approx(under)
    assert foot[1] == pytest.approx(0.0, abs=1e-6)
    desk.visitor.click(WHEEL_UP)
    desk.visitor.click(WHEEL_UP)
    desk.until(lambda: wall.scale > 1.2, "the wall to grow")
    assert wall.scale == pytest.approx(1.1**2)
    desk.visitor.button_up()
    desk.until(lambda: desk.world.hands["mouse"].hold is None, "the wall to be let go")
    desk.frames(3)
    assert len(desk.world.history.past) == 1, "all of it is one step"
    desk.visitor.tap("u")
    desk.until(lambda: wall.placing == wall.home, "the wall to be put back")
    desk.visitor.tap("r")
    desk.until(lambda: wall.scale == pytest.approx(1.1**2), "the wall to be there again")
    desk.visitor.tap("u")
    desk.until(lambda: wall.placing == wall.home, "the wall to be put back")
    desk.visitor.nudge(-140, 60)
    desk.frames(40)
    assert np.abs(desk.seen() - before).mean() < 4


def test_the_keys_fold_hide_enlarge_and_bring_back(captured: Desk) -> None:
    desk = captured
    desk.stand_before("second")
    wall = desk.wall_of("second")
    for key, change in (
        ("equal", lambda: wall.windowed),
        ("minus", lambda: not wall.windowed),
        ("f", lambda: wall.folded),
    ):
        desk.visitor.tap(key)
        desk.until(change, key)
    desk.look_at((desk.world.hall.placing @ wall.placing).apply((0.0, 1.02 - wall.rise, 0.0)))
    desk.visitor.tap("BackSpace")
    desk.until(lambda: not wall.folded, "the wall to be reset")
    desk.look_at((desk.world.hall.placing @ wall.placing).pose.position)
    desk.visitor.tap("x")
    desk.until(lambda: wall.hidden, "the wall to be hidden")
    desk.visitor.press("Shift_L")
    desk.visitor.tap("x")
    desk.until(lambda: not wall.hidden, "the wall to be shown again")
    desk.visitor.release("Shift_L")
    desk.visitor.tap("f")
    desk.until(lambda: wall.folded, "the wall to be folded again")
    desk.visitor.press("Shift_L")
    desk.visitor.tap("BackSpace")
    desk.until(lambda: not wall.folded, "everything to be reset")
    desk.visitor.release("Shift_L")


def test_what_was_left_is_found_again_in_the_session(captured: Desk, tmp_path: Path) -> None:
    desk = captured
    session = tmp_path / "mine.json"
    desk.exhibit.keep(SessionKeeper(session), PreferencesKeeper(tmp_path / "preferences.json"))
    desk.stand_before("second")
    desk.visitor.tap("f")
    desk.until(lambda: desk.wall_of("second").folded, "the wall to be folded")
    desk.until(session.exists, "the session to be written")
    again = SessionKeeper(session)
    desk.world.hall.arrangement = type(desk.world.hall.arrangement)()
    desk.exhibit.keep(again, PreferencesKeeper(tmp_path / "preferences.json"))
    assert desk.wall_of("second").folded
    assert desk.world.notices == []
