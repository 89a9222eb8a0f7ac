"""The window's pointer as a pen: while the mouse is free it draws on the picture that it is on."""

from __future__ import annotations

from collections.abc import Callable
from math import radians, tan

from vrcnn.scene.camera import FIELD_OF_VIEW
from vrcnn.scene.intents import Intent, Release, Select
from vrcnn.scene.way_intents import PointAt
from vrcnn.ui.events import ButtonEvent, Event, PointerMoved, Screen

HAND = "mouse"


class PointerPen:
    """`draws` says whether the pointer is on something to draw on, by tangents of the view's angles (PointAt)."""

    def __init__(self, window: Screen) -> None:
        self._window = window
        self.draws: Callable[[float, float], bool] = lambda across, up: False
        self._pressed = self._points = False

    def hear(self, event: Event) -> list[Intent] | None:
        """What an event means while the mouse is free; None where it is none of the pen's."""
        match event:
            case PointerMoved(x, y):
                if self._pressed or self._is_over(x, y):
                    self._points = True
                    return [PointAt(self._tangents(x, y))]
                return self.leave()
            case ButtonEvent("left", True, x, y) if self._is_over(x, y):
                self._pressed = self._points = True
                return [PointAt(self._tangents(x, y)), Select(HAND)]
            case ButtonEvent("left", False, x, y) if self._pressed:
                self._pressed = False
                return [PointAt(self._tangents(x, y)), Release(HAND)]
        return None

    def leave(self) -> list[Intent]:
        """The pointer is on nothing to draw on any more, or the mouse turns the view."""
        found = self.let_go()
        if self._points:
            self._points = False
            found.append(PointAt(None))
        return found

    def let_go(self) -> list[Intent]:
        """Ends a stroke that a button still draws."""
        found: list[Intent] = [Release(HAND)] if self._pressed else []
        self._pressed = False
        return found

    def _is_over(self, x: float, y: float) -> bool:
        return not any(area.holds(x, y) for area in self._window.claimed) and self.draws(*self._tangents(x, y))

    def _tangents(self, x: float, y: float) -> tuple[float, float]:
        width, height = self._window.size
        up = tan(radians(FIELD_OF_VIEW) / 2)
        return (2 * x / max(width, 1) - 1) * up * width / max(height, 1), (1 - 2 * y / max(height, 1)) * up
