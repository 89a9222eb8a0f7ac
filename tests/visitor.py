"""A visitor at the desk for the tests: moves a real mouse and presses real keys, through the X server."""

from __future__ import annotations

import time
from collections.abc import Callable

from Xlib import XK, X
from Xlib.display import Display
from Xlib.ext import xtest


class Visitor:
    """Sends what devices would send to the display called `name`; keys are named as X names them ("w", "Shift_L")."""

    def __init__(self, name: str) -> None:
        self.display = Display(name)

    def press(self, key: str) -> None:
        self._fake(X.KeyPress, self._code(key))

    def release(self, key: str) -> None:
        self._fake(X.KeyRelease, self._code(key))

    def tap(self, key: str) -> None:
        self.press(key)
        self.release(key)

    def point(self, x: int, y: int) -> None:
        """Moves the pointer to a place on the screen, in pixels from its top left corner."""
        self._fake(X.MotionNotify, 0, x, y)

    def nudge(self, dx: int, dy: int) -> None:
        """Moves the mouse by so many counts."""
        self._fake(X.MotionNotify, 1, dx, dy)

    def button_down(self, button: int = 1) -> None:
        self._fake(X.ButtonPress, button)

    def button_up(self, button: int = 1) -> None:
        self._fake(X.ButtonRelease, button)

    def click(self, button: int = 1) -> None:
        self.button_down(button)
        self.button_up(button)

    def sees(self, x: int, y: int) -> tuple[int, int, int]:
        """Red, green and blue of a place on the screen."""
        blue, green, red = self.display.screen().root.get_image(x, y, 1, 1, X.ZPixmap, 0xFFFFFFFF).data[:3]
        return red, green, blue

    def close(self) -> None:
        self.display.close()

    def _code(self, key: str) -> int:
        code = self.display.keysym_to_keycode(XK.string_to_keysym(key))
        assert code, f"this keyboard has no {key}"
        return code

    def _fake(self, kind: int, detail: int, x: int = 0, y: int = 0) -> None:
        xtest.fake_input(self.display, kind, detail, x=x, y=y)
        self.display.sync()


def until(found: Callable[[], object], what: str, seconds: float = 10.0) -> None:
    """Calls `found` until it is true; fails the test with `what` was waited for."""
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.005)
