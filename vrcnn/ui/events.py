"""What panels need to know of a window: its size, its scale and what mouse and keyboard did since the last frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class KeyEvent:
    """A key went down or came up. `key` is its name on an English keyboard: "W", "SPACE", "LEFT_SHIFT", "F12"."""

    key: str
    down: bool


@dataclass(frozen=True)
class TextTyped:
    """A letter was typed, as the keyboard's own layout has it."""

    text: str


@dataclass(frozen=True)
class PointerMoved:
    """The pointer is at (x, y), in pixels of the framebuffer from its top left corner."""

    x: float
    y: float


@dataclass(frozen=True)
class ButtonEvent:
    """A mouse button ("left", "right" or "middle") went down or came up at (x, y) pixels."""

    button: str
    down: bool
    x: float
    y: float


@dataclass(frozen=True)
class Scrolled:
    """The wheel turned by these many notches; `down` is negative when the content shall move up."""

    across: float
    down: float


@dataclass(frozen=True)
class FocusChanged:
    """The window came to the front, or another took its place."""

    focused: bool


@dataclass(frozen=True)
class FilesDropped:
    """Files and folders were dropped on the window."""

    paths: tuple[str, ...]


Event = KeyEvent | TextTyped | PointerMoved | ButtonEvent | Scrolled | FocusChanged | FilesDropped


@dataclass(frozen=True)
class Area:
    """A rectangle in pixels of the framebuffer from its top left corner."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, x: float, y: float) -> bool:
        """Whether the point lies inside."""
        return self.left <= x < self.right and self.top <= y < self.bottom


class Screen(Protocol):
    """Where panels are drawn and where their events come from: a window, or a quad in the world.

    `size` is in pixels, `scale` is how much larger than at 96 dots per inch things are to be drawn, `events` are those
    since the last frame in their order. Whoever draws panels writes into `claimed` where a click belongs to a panel,
    and into `typing` whether keys do.
    """

    claimed: tuple[Area, ...]
    typing: bool

    @property
    def size(self) -> tuple[int, int]: ...

    @property
    def scale(self) -> float: ...

    @property
    def events(self) -> tuple[Event, ...]: ...
