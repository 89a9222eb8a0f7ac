"""Files that are dropped on the window, and Ctrl+V, which neither lets the visitor sink nor changes the range.

A real drop needs another program that offers one (XDND); what GLFW calls then is called here as it calls it.
"""

from __future__ import annotations

import ctypes
import os

import glfw
import pytest
from visitor import Visitor, until

from vrcnn.desktop.chords import PATIENCE
from vrcnn.desktop.controls import Controls
from vrcnn.desktop.window import Window
from vrcnn.scene.intents import Intent, Move, StepColouring
from vrcnn.scene.way_intents import BringFiles, FreezeCamera, PastePicture

pytestmark = pytest.mark.gl


class Desk:
    """A frame loop that keeps what was wanted."""

    def __init__(self, window: Window) -> None:
        self.window, self.controls = window, Controls(window)
        self.wanted: list[Intent] = []

    def frame(self, seconds: float = 1 / 60) -> None:
        self.window.poll()
        self.wanted += self.controls.intents(seconds)

    def until(self, intent: Intent) -> None:
        until(lambda: (self.frame(), intent in self.wanted)[1], f"{intent}")

    def rest(self) -> None:
        for _ in range(10):
            self.frame()
            glfw.wait_events_timeout(0.01)


@pytest.fixture
def desk(window: Window, visitor: Visitor) -> Desk:
    visitor.point(320, 240)
    desk = Desk(window)
    desk.rest()
    return desk


def test_what_is_dropped_is_brought_whatever_its_name(desk: Desk) -> None:
    names = [b"photos/cat.png", "ünïcode 図.png".encode(), b"latin \xe9.jpg"]
    window = ctypes.cast(desk.window.handle, ctypes.POINTER(glfw._GLFWwindow))
    desk.window._drop(window, len(names), (ctypes.c_char_p * len(names))(*names))
    desk.frame()
    (brought,) = desk.wanted
    assert isinstance(brought, BringFiles)
    assert [os.fsencode(path) for path in brought.paths] == names


def test_ctrl_v_pastes_and_nobody_sinks(desk: Desk, visitor: Visitor) -> None:
    visitor.press("Control_L")
    desk.rest()
    visitor.press("v")
    desk.until(PastePicture())
    desk.frame(5 * PATIENCE)
    visitor.release("v")
    desk.rest()
    visitor.release("Control_L")
    desk.rest()
    assert desk.wanted == [PastePicture()]
    visitor.tap("v")
    desk.until(StepColouring("range", 1))


def test_ctrl_alone_still_flies_down_after_a_moment(desk: Desk, visitor: Visitor) -> None:
    visitor.press("Control_L")
    until(lambda: (desk.frame(), "LEFT_CONTROL" in desk.controls._held)[1], "Ctrl")
    assert desk.wanted == []
    desk.frame(PATIENCE)
    assert [type(intent) for intent in desk.wanted] == [Move]
    assert desk.wanted[0] == Move(0.0, -1.0, 0.0)
    visitor.release("Control_L")
    desk.until(Move(0.0, 0.0, 0.0))


def test_ctrl_v_pastes_for_who_flies_down_too(desk: Desk, visitor: Visitor) -> None:
    visitor.press("Control_L")
    until(lambda: (desk.frame(), "LEFT_CONTROL" in desk.controls._held)[1], "Ctrl")
    desk.frame(PATIENCE)
    visitor.press("v")
    desk.until(PastePicture())
    assert desk.wanted[-1] == Move(0.0, 0.0, 0.0), "they stop"
    visitor.release("v")
    visitor.release("Control_L")
    desk.rest()


def test_f9_freezes_the_camera(desk: Desk, visitor: Visitor) -> None:
    visitor.tap("F9")
    desk.until(FreezeCamera())


def test_the_text_on_the_clipboard_is_read(desk: Desk) -> None:
    assert desk.window.clipboard == ""
    glfw.set_clipboard_string(None, "photos/cat.png")
    assert desk.window.clipboard == "photos/cat.png"
