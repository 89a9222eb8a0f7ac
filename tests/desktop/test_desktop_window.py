"""The window opens where there is a screen and OpenGL 4.3, and says in a sentence what is missing elsewhere."""

import os
import subprocess
import sys

import glfw
import moderngl
import numpy as np
import pytest
from visitor import Visitor, until

from vrcnn.desktop.icon import SIZE, icon
from vrcnn.desktop.window import Window
from vrcnn.ui.events import ButtonEvent, Event, KeyEvent, PointerMoved, Scrolled

OPEN = """
from vrcnn.desktop.window import NoDisplay, Window
from vrcnn.errors import UserError
try:
    Window("A network", (320, 240)).close()
except NoDisplay as error:
    print("no display:", error)
except UserError as error:
    print("user error:", error)
"""


def opened_elsewhere(**environment: str | None) -> str:
    """What a fresh process says that opens a window in this environment."""
    variables = {name: value for name, value in (dict(os.environ) | environment).items() if value is not None}
    return subprocess.run(
        [sys.executable, "-c", OPEN], env=variables, capture_output=True, text=True, check=True
    ).stdout


def gathered(window: Window) -> list[Event]:
    """Polls like a frame loop and returns all that happened since."""
    window.poll()
    return list(window.events)


def halves(window: Window, size: tuple[int, int]) -> moderngl.Framebuffer:
    """A picture of `size`: its upper half red, its lower half blue."""
    pixels = np.zeros((size[1], size[0], 4), np.uint8)
    pixels[...] = (0, 0, 255, 255)
    pixels[size[1] // 2 :] = (255, 0, 0, 255)  # GL's rows count from the bottom
    return window.context.framebuffer([window.context.texture(size, 4, pixels.tobytes())])


@pytest.mark.gl
def test_what_is_drawn_is_seen_on_the_screen_upright(window: Window, visitor: Visitor) -> None:
    assert window.context.version_code >= 430
    assert window.size == (640, 480)
    assert window.scale > 0
    window.set_vsync(False)
    window.show(halves(window, (640, 480)))
    until(lambda: visitor.sees(320, 60) == (255, 0, 0), "red in the upper half")
    assert visitor.sees(320, 420) == (0, 0, 255)


@pytest.mark.gl
def test_a_resized_window_is_filled_again(window: Window, visitor: Visitor) -> None:
    glfw.set_window_size(window.handle, 900, 700)
    until(lambda: (window.poll(), window.size == (900, 700))[1], "the new size")
    picture = halves(window, (900, 700))
    until(lambda: (window.show(picture), visitor.sees(880, 20) == (255, 0, 0))[1], "red in the new corner")
    assert visitor.sees(880, 680) == (0, 0, 255)


@pytest.mark.gl
def test_keys_buttons_and_the_wheel_arrive_in_order_with_their_places(window: Window, visitor: Visitor) -> None:
    events: list[Event] = []
    visitor.point(200, 120)
    visitor.tap("w")
    visitor.click()
    visitor.click(4)  # the wheel, away from the visitor
    until(lambda: (events.extend(gathered(window)), any(isinstance(e, Scrolled) for e in events))[1], "the wheel")
    shown = [event for event in events if isinstance(event, KeyEvent | ButtonEvent | Scrolled)]
    assert shown == [
        KeyEvent("W", True),
        KeyEvent("W", False),
        ButtonEvent("left", True, 200, 120),
        ButtonEvent("left", False, 200, 120),
        Scrolled(0, 1),
    ]
    assert PointerMoved(200, 120) in events


@pytest.mark.gl
def test_a_window_larger_than_the_screen_is_made_to_fit(desk_thread: None) -> None:
    window = Window("A network", (4000, 3000), visible=False)
    try:
        assert window.size == (1280, 800)
    finally:
        window.close()


@pytest.mark.gl
def test_two_windows_live_side_by_side(window: Window) -> None:
    other = Window("Another", (100, 80), visible=False)
    assert other.size == (100, 80)
    other.close()
    window.make_current()
    window.context.clear()


def test_without_a_screen_the_sentence_says_so() -> None:
    said = opened_elsewhere(DISPLAY=None, WAYLAND_DISPLAY=None)
    assert said.startswith("no display: There is no screen to open a window on")
    assert said.count("\n") == 1


def test_a_screen_that_does_not_answer_is_no_screen() -> None:
    assert opened_elsewhere(DISPLAY=":3999", WAYLAND_DISPLAY=None).startswith("no display: There is no screen")


@pytest.mark.gl
def test_an_old_opengl_is_told_apart_from_no_screen(display: str) -> None:
    said = opened_elsewhere(MESA_GL_VERSION_OVERRIDE="3.3")
    assert said.startswith("user error: This machine's graphics driver cannot draw with OpenGL 4.3 (")
    assert "LIBGL_ALWAYS_SOFTWARE=1" in said


def test_only_one_copy_of_glfw_is_loaded() -> None:
    script = "import vrcnn.desktop.window; print({l.split()[-1] for l in open('/proc/self/maps') if 'libglfw' in l})"
    if not os.path.exists("/proc/self/maps"):
        pytest.skip("only Linux lists the libraries of a process in /proc")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.count("libglfw") == 1


def test_the_icon_has_round_corners_and_colours() -> None:
    pixels = icon()
    assert pixels.shape == (SIZE, SIZE, 4)
    assert pixels[0, 0, 3] == 0
    assert pixels[SIZE // 2, SIZE // 2, 3] == 255
    assert len(np.unique(pixels.reshape(-1, 4), axis=0)) == 5
