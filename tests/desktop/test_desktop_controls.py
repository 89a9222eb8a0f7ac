"""What a visitor does with mouse and keyboard becomes the intents that the rest of the program understands."""

from math import degrees

import glfw
import pytest
from visitor import Visitor, until

from vrcnn.desktop.controls import Controls
from vrcnn.desktop.window import Window
from vrcnn.scene.headset_intents import ChooseAudience, Panorama
from vrcnn.scene.intents import (
    ChooseDetail,
    ChooseLayout,
    ChooseTheme,
    Enlarge,
    FoldWall,
    HideWall,
    Intent,
    Look,
    Move,
    PullOut,
    PutAway,
    Quit,
    Redo,
    Release,
    ResetAll,
    ResetWall,
    Screenshot,
    Scroll,
    Select,
    SendWave,
    ShowHidden,
    StepColouring,
    Undo,
    ZoomTiles,
)
from vrcnn.ui.events import Area

pytestmark = pytest.mark.gl


class Desk:
    """A frame loop that keeps what was wanted."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.controls = Controls(window)
        self.wanted: list[Intent] = []

    def frame(self) -> list[Intent]:
        self.window.poll()
        intents = self.controls.intents(1 / 60)
        self.wanted += intents
        return intents

    def wait_for(self, *kinds: type) -> None:
        until(lambda: (self.frame(), set(kinds) <= {type(intent) for intent in self.wanted})[1], f"{kinds}")

    def settle(self) -> list[Intent]:
        """A few frames in which everything on its way arrives; returns what was wanted since the last call."""
        for _ in range(10):
            self.frame()
            glfw.wait_events_timeout(0.01)
        wanted, self.wanted = self.wanted, []
        return wanted


@pytest.fixture
def desk(window: Window, visitor: Visitor) -> Desk:
    visitor.point(320, 240)
    desk = Desk(window)
    desk.settle()
    return desk


@pytest.fixture
def captured(desk: Desk, visitor: Visitor) -> Desk:
    visitor.click()
    until(lambda: (desk.frame(), desk.controls.captured)[1], "the mouse to be captured")
    desk.settle()
    return desk


def test_the_first_click_captures_the_mouse_and_selects_nothing(desk: Desk, visitor: Visitor) -> None:
    assert not desk.controls.captured
    visitor.click()
    assert desk.settle() == []
    assert desk.controls.captured
    assert glfw.get_input_mode(desk.window.handle, glfw.CURSOR) == glfw.CURSOR_DISABLED


def test_a_click_on_a_panel_does_not_capture_the_mouse(desk: Desk, visitor: Visitor) -> None:
    desk.window.claimed = (Area(300, 200, 400, 300),)
    visitor.click()
    assert desk.settle() == []
    assert not desk.controls.captured


def test_a_captured_click_selects_and_releases(captured: Desk, visitor: Visitor) -> None:
    visitor.button_down()
    captured.wait_for(Select)
    assert captured.settle() == [Select("mouse")]
    visitor.button_up()
    assert captured.settle() == [Release("mouse")]


def test_the_right_button_enlarges_while_it_is_down(captured: Desk, visitor: Visitor) -> None:
    visitor.button_down(3)
    assert captured.settle() == [Enlarge(True)]
    visitor.button_up(3)
    assert captured.settle() == [Enlarge(False)]


def test_escape_frees_the_mouse_and_does_not_quit(captured: Desk, visitor: Visitor) -> None:
    visitor.tap("Escape")
    assert captured.settle() == []
    assert not captured.controls.captured
    visitor.tap("Escape")
    assert captured.settle() == []
    assert not captured.window.should_close


def test_escape_lets_go_of_what_a_button_still_holds(captured: Desk, visitor: Visitor) -> None:
    visitor.button_down()
    captured.settle()
    visitor.tap("Escape")
    assert captured.settle() == [Release("mouse")]
    visitor.button_up()
    assert captured.settle() == []


def test_mouse_motion_turns_the_view_while_captured(captured: Desk, visitor: Visitor) -> None:
    visitor.nudge(3, 0)  # a first one tells where the mouse is
    captured.settle()
    for _ in range(10):
        visitor.nudge(10, -5)
    looks = [intent for intent in captured.settle() if isinstance(intent, Look)]
    yaw, pitch = degrees(sum(look.yaw for look in looks)), degrees(sum(look.pitch for look in looks))
    assert yaw == pytest.approx(-11, abs=0.5)  # to the right
    assert pitch == pytest.approx(5.5, abs=0.5)  # upwards


def test_a_free_mouse_does_not_turn_the_view(desk: Desk, visitor: Visitor) -> None:
    visitor.nudge(40, 40)
    assert desk.settle() == []


def test_keys_walk_in_every_frame_and_stop_once(desk: Desk, visitor: Visitor) -> None:
    visitor.press("w")
    visitor.press("d")
    visitor.press("Shift_L")
    visitor.press("space")
    desk.settle()
    assert [desk.frame(), desk.frame()] == [[Move(1, 1, 1, fast=True)]] * 2
    for key in ("w", "d", "Shift_L", "space"):
        visitor.release(key)
    assert desk.settle()[-1] == Move(0, 0, 0)
    assert desk.settle() == []


def test_opposite_keys_cancel_and_control_goes_down(desk: Desk, visitor: Visitor) -> None:
    for key in ("w", "s", "a", "Control_L"):
        visitor.press(key)
    desk.settle()
    assert desk.frame() == [Move(-1, -1, 0)]
    for key in ("w", "s", "a", "Control_L"):
        visitor.release(key)


def test_nobody_walks_on_after_the_window_lost_the_keyboard(desk: Desk, visitor: Visitor) -> None:
    visitor.press("w")
    desk.wait_for(Move)
    other = Window("In front", (50, 50))
    desk.settle()
    assert desk.frame() == []
    other.close()
    desk.window.make_current()
    visitor.release("w")


def test_f12_asks_for_a_picture_once(desk: Desk, visitor: Visitor) -> None:
    visitor.tap("F12")
    assert desk.settle() == [Screenshot()]
    visitor.press("Shift_L")
    visitor.tap("F12")
    visitor.release("Shift_L")
    assert desk.settle() == [Panorama()]


def test_where_the_window_shows_another_s_sight_the_mouse_is_free(captured: Desk, visitor: Visitor) -> None:
    visitor.button_down()
    captured.settle()
    captured.controls.turns = False
    assert captured.settle() == [Release("mouse")]
    assert not captured.controls.captured
    visitor.button_up()
    visitor.click()
    assert captured.settle() == []
    assert not captured.controls.captured
    visitor.tap("y")
    assert captured.settle() == [ChooseAudience()]


@pytest.mark.parametrize(("key", "level"), [("1", "blocks"), ("2", "layers"), ("3", "all")])
def test_the_keys_1_2_3_choose_the_detail(desk: Desk, visitor: Visitor, key: str, level: str) -> None:
    visitor.tap(key)
    assert desk.settle() == [ChooseDetail(level)]


@pytest.mark.parametrize(
    ("key", "part", "step"),
    [
        ("c", "colormap", 1),
        ("v", "range", 1),
        ("b", "order", 1),
        ("bracketleft", "gamma", -1),
        ("bracketright", "gamma", 1),
    ],
)
def test_keys_choose_how_values_are_shown(desk: Desk, visitor: Visitor, key: str, part: str, step: int) -> None:
    visitor.tap(key)
    assert desk.settle() == [StepColouring(part, step)]


def test_tab_frees_the_mouse_for_the_panel(captured: Desk, visitor: Visitor) -> None:
    visitor.tap("Tab")
    assert captured.settle() == []
    assert not captured.controls.captured


def test_closing_the_window_quits(desk: Desk) -> None:
    glfw.set_window_should_close(desk.window.handle, True)
    assert desk.frame() == [Quit()]


@pytest.mark.parametrize(("key", "intent"), [("t", ChooseTheme()), ("i", SendWave()), ("l", ChooseLayout())])
def test_keys_change_theme_and_layout_and_send_the_wave(desk: Desk, visitor: Visitor, key: str, intent: Intent) -> None:
    visitor.tap(key)
    assert desk.settle() == [intent]


@pytest.mark.parametrize(
    ("key", "intent"),
    [
        ("f", FoldWall("mouse")),
        ("x", HideWall("mouse")),
        ("BackSpace", ResetWall("mouse")),
        ("equal", ZoomTiles("mouse", 1)),
        ("KP_Add", ZoomTiles("mouse", 1)),
        ("minus", ZoomTiles("mouse", -1)),
        ("e", PullOut("mouse")),
        ("Delete", PutAway("mouse")),
        ("u", Undo()),
        ("r", Redo()),
    ],
)
def test_keys_handle_the_wall_that_is_looked_at(desk: Desk, visitor: Visitor, key: str, intent: Intent) -> None:
    visitor.tap(key)
    assert desk.settle() == [intent]


@pytest.mark.parametrize(("key", "intent"), [("BackSpace", ResetAll()), ("x", ShowHidden())])
def test_with_shift_keys_mean_all_walls(desk: Desk, visitor: Visitor, key: str, intent: Intent) -> None:
    visitor.press("Shift_L")
    visitor.tap(key)
    visitor.release("Shift_L")
    assert desk.settle() == [intent]


def test_the_wheel_speaks_to_the_world_while_the_mouse_is_captured(captured: Desk, visitor: Visitor) -> None:
    visitor.click(4)
    visitor.click(5)
    visitor.click(5)
    assert notches(captured) == -1.0
    visitor.tap("Escape")
    captured.settle()
    visitor.click(4)
    assert captured.settle() == []


def notches(desk: Desk) -> float:
    return sum(intent.notches for intent in desk.settle() if isinstance(intent, Scroll) and intent.hand == "mouse")
