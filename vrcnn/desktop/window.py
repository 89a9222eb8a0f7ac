"""The desktop window: an OpenGL 4.3 surface, and what mouse and keyboard did since the last frame."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable
from typing import Any

import moderngl

# Dear ImGui's package brings its own GLFW: imported first, only that copy is loaded.
from imgui_bundle import imgui  # noqa: F401

# isort: split
import glfw

from vrcnn.desktop.icon import SIZE, icon
from vrcnn.errors import UserError
from vrcnn.ui.events import (
    Area,
    ButtonEvent,
    Event,
    FilesDropped,
    FocusChanged,
    KeyEvent,
    PointerMoved,
    Scrolled,
    TextTyped,
)

_BUTTONS = {
    glfw.MOUSE_BUTTON_LEFT: "left",
    glfw.MOUSE_BUTTON_RIGHT: "right",
    glfw.MOUSE_BUTTON_MIDDLE: "middle",
}
_KEYS = {value: name[4:] for name, value in vars(glfw).items() if name.startswith("KEY_")}
# Named, so that no search for them (a run of ldconfig) delays the start.
_LIBRARIES: Any = {"libgl": "libGL.so.1", "libx11": "libX11.so.6"} if sys.platform == "linux" else {}
_READ_FRAMEBUFFER, _DRAW_FRAMEBUFFER, _COLOR_BUFFER_BIT, _NEAREST = 0x8CA8, 0x8CA9, 0x4000, 0x2600
_OPTIONAL = (glfw.FEATURE_UNAVAILABLE, glfw.FEATURE_UNIMPLEMENTED, glfw.CURSOR_UNAVAILABLE)


class NoDisplay(UserError):  # noqa: N818 - as UserError, it is named for what happened
    """There is no screen to open a window on."""


class Window:
    """A window with a current OpenGL context. Sizes and positions are in pixels of its framebuffer.

    Attributes:
        handle: GLFW's window, for whoever binds a headset's session to its context.
        context: moderngl's view of the window's OpenGL context.
        events: what happened before the last `poll`, in order.
        claimed: areas where a click belongs to a panel; whoever draws panels writes them.
        typing: whether keys belong to a panel, written by the same.

    Raises NoDisplay without a screen, and UserError where the graphics driver has no OpenGL 4.3.
    """

    def __init__(self, title: str, size: tuple[int, int] = (1440, 900), visible: bool = True) -> None:
        _start_glfw()
        glfw.default_window_hints()
        glfw.window_hint(glfw.CONTEXT_VERSION_MAJOR, 4)
        glfw.window_hint(glfw.CONTEXT_VERSION_MINOR, 3)
        glfw.window_hint(glfw.OPENGL_PROFILE, glfw.OPENGL_CORE_PROFILE)
        glfw.window_hint(glfw.VISIBLE, visible)
        glfw.window_hint(glfw.SCALE_TO_MONITOR, True)
        glfw.window_hint_string(glfw.X11_CLASS_NAME, "vrcnn")
        glfw.window_hint_string(glfw.X11_INSTANCE_NAME, "vrcnn")
        self.handle: Any
        try:
            self.handle = glfw.create_window(*_fitting(size), title, None, None)
        except glfw.GLFWError as error:
            raise UserError(
                f"This machine's graphics driver cannot draw with OpenGL 4.3 ({_reason(error)}): install the graphics "
                "card's current driver (or, as on Debian, libgl1 and libgl1-mesa-dri), or set LIBGL_ALWAYS_SOFTWARE=1 "
                "to let the processor draw."
            ) from error
        self.events: tuple[Event, ...] = ()
        self.claimed: tuple[Area, ...] = ()
        self.typing = False
        self._pending: list[Event] = []
        glfw.make_context_current(self.handle)
        self.context = moderngl.create_context(require=430, **_LIBRARIES)
        self._bind = _call("glBindFramebuffer", ctypes.c_uint, ctypes.c_uint)
        self._blit = _call("glBlitFramebuffer", *[ctypes.c_int] * 8, ctypes.c_uint, ctypes.c_uint)
        self.set_vsync(True)
        image: Any = (SIZE, SIZE, icon().tolist())
        glfw.set_window_icon(self.handle, 1, [image])
        self._listen()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the framebuffer in pixels; (0, 0) while the window is minimized on some systems."""
        return glfw.get_framebuffer_size(self.handle)

    @property
    def scale(self) -> float:
        """How much larger than at 96 dots per inch things are to be drawn, from the desktop's settings."""
        return glfw.get_window_content_scale(self.handle)[0] or 1.0

    @property
    def should_close(self) -> bool:
        """Whether somebody asked the window to close."""
        return bool(glfw.window_should_close(self.handle))

    @property
    def focused(self) -> bool:
        """Whether keys go to this window."""
        return bool(glfw.get_window_attrib(self.handle, glfw.FOCUSED))

    def make_current(self) -> None:
        """Lets this thread's OpenGL calls go to this window."""
        glfw.make_context_current(self.handle)

    def poll(self) -> None:
        """Collects what happened since the last call into `events`."""
        glfw.poll_events()
        self.events = tuple(self._pending)
        self._pending.clear()

    def rest(self, seconds: float) -> None:
        """Waits, at most until something happens in the window; `poll` collects it."""
        glfw.wait_events_timeout(seconds)

    def show(self, framebuffer: moderngl.Framebuffer) -> None:
        """Puts a framebuffer of one sample a pixel onto the window and shows it; waits for the screen with vsync on.

        moderngl keeps the size that the window had when its context was made, so the copy is made without it.
        """
        (width, height), (across, down) = framebuffer.size, self.size
        self._bind(_READ_FRAMEBUFFER, framebuffer.glo)
        self._bind(_DRAW_FRAMEBUFFER, 0)
        self._blit(0, 0, width, height, 0, 0, across, down, _COLOR_BUFFER_BIT, _NEAREST)
        framebuffer.use()
        glfw.swap_buffers(self.handle)

    def set_vsync(self, on: bool) -> None:
        """Whether `show` waits for the screen; off while a headset paces the frames."""
        glfw.swap_interval(int(on))

    def capture_pointer(self, captured: bool) -> None:
        """Hides the pointer and keeps it in the window, its motion unaccelerated where possible; or frees it."""
        if glfw.raw_mouse_motion_supported():
            glfw.set_input_mode(self.handle, glfw.RAW_MOUSE_MOTION, captured)
        glfw.set_input_mode(self.handle, glfw.CURSOR, glfw.CURSOR_DISABLED if captured else glfw.CURSOR_NORMAL)

    @property
    def clipboard(self) -> str:
        """The text on the clipboard; "" where it holds something else, or nothing."""
        try:
            text = glfw.get_clipboard_string(None) or b""  # type: ignore[arg-type]
        except glfw.GLFWError:  # no text
            return ""
        return text.decode(errors="replace") if isinstance(text, bytes) else text

    def close(self) -> None:
        """Closes the window; its OpenGL objects are gone with it."""
        if self.handle is not None:
            self.context.release()
            glfw.destroy_window(self.handle)
            self.handle = None

    def _listen(self) -> None:
        glfw.set_key_callback(self.handle, self._on_key)
        glfw.set_char_callback(self.handle, self._on_letter)
        glfw.set_mouse_button_callback(self.handle, self._on_button)
        glfw.set_cursor_pos_callback(self.handle, self._on_pointer)
        glfw.set_scroll_callback(self.handle, self._on_scroll)
        glfw.set_window_focus_callback(self.handle, self._on_focus)
        # The package's own wrapper loses a whole drop with one name that is no UTF-8.
        self._drop = glfw._GLFWdropfun(self._on_drop)  # type: ignore[attr-defined]
        glfw._glfw.glfwSetDropCallback(self.handle, self._drop)  # type: ignore[attr-defined]

    def _pixels(self, x: float, y: float) -> tuple[float, float]:
        """A position in the desktop's units as one in pixels; they differ on macOS and Wayland."""
        width, height = glfw.get_window_size(self.handle)
        pixels_across, pixels_down = self.size
        return x * pixels_across / max(width, 1), y * pixels_down / max(height, 1)

    def _on_key(self, _window: Any, key: int, _scancode: int, action: int, _modifiers: int) -> None:
        if action != glfw.REPEAT and key in _KEYS:
            self._pending.append(KeyEvent(_KEYS[key], action == glfw.PRESS))

    def _on_letter(self, _window: Any, code: int) -> None:
        self._pending.append(TextTyped(chr(code)))

    def _on_button(self, _window: Any, button: int, action: int, _modifiers: int) -> None:
        if button in _BUTTONS:
            place = self._pixels(*glfw.get_cursor_pos(self.handle))
            self._pending.append(ButtonEvent(_BUTTONS[button], action == glfw.PRESS, *place))

    def _on_pointer(self, _window: Any, x: float, y: float) -> None:
        self._pending.append(PointerMoved(*self._pixels(x, y)))

    def _on_scroll(self, _window: Any, across: float, down: float) -> None:
        self._pending.append(Scrolled(across, down))

    def _on_focus(self, _window: Any, focused: int) -> None:
        self._pending.append(FocusChanged(bool(focused)))

    def _on_drop(self, _window: Any, count: int, paths: Any) -> None:
        self._pending.append(FilesDropped(tuple(os.fsdecode(paths[number]) for number in range(count))))


def _call(name: str, *arguments: type) -> Callable[..., None]:
    """A function of the OpenGL context that is current."""
    address = ctypes.cast(glfw.get_proc_address(name), ctypes.c_void_p).value or 0
    return ctypes.CFUNCTYPE(None, *arguments)(address)


def _start_glfw() -> None:
    reporting: dict[int | None, str] = {None: "raise", **dict.fromkeys(_OPTIONAL, "ignore")}
    glfw.ERROR_REPORTING = reporting  # type: ignore[assignment]
    try:
        glfw.init()
    except glfw.GLFWError as error:
        raise NoDisplay(
            f"There is no screen to open a window on ({_reason(error)}): start from a desktop session, or set DISPLAY."
        ) from error


def _reason(error: Exception) -> str:
    """GLFW's own words without its error number."""
    text = str(error.args[0])
    text = text.partition(") ")[2] or text
    return text.removeprefix("b'").rstrip("'.")


def _fitting(size: tuple[int, int]) -> tuple[int, int]:
    """`size`, made smaller where the screen's free part is smaller."""
    monitor = glfw.get_primary_monitor()
    if monitor is None:
        return size
    _, _, width, height = glfw.get_monitor_workarea(monitor)
    return (min(size[0], width) or size[0], min(size[1], height) or size[1])
