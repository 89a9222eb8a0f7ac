"""What a visitor wants, free of any device. Mouse, keyboard and controllers all make these.

Hands are "left", "right", or "mouse" (the one hand of the desktop, which aims where the view looks).
"""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.scene.geometry import Pose


@dataclass(frozen=True)
class HeadMoved:
    """The headset is at `pose` in the stage's frame (the floor of the room, in metres)."""

    pose: Pose


@dataclass(frozen=True)
class HandMoved:
    """A controller holds at `grip` and aims along `aim`, both in the stage's frame; None while it is not tracked."""

    hand: str
    grip: Pose | None
    aim: Pose | None


@dataclass(frozen=True)
class Look:
    """The desktop's view turns by these angles (rad): `yaw` positive to the left, `pitch` positive upwards."""

    yaw: float
    pitch: float


@dataclass(frozen=True)
class Move:
    """Walk: each part from -1 to 1, relative to where the visitor looks; `fast` is running."""

    right: float = 0.0
    up: float = 0.0
    forward: float = 0.0
    fast: bool = False


@dataclass(frozen=True)
class Turn:
    """Turn at once by `angle` (rad, positive to the left), about the visitor's head."""

    angle: float


@dataclass(frozen=True)
class Select:
    """The trigger or the left button went down."""

    hand: str


@dataclass(frozen=True)
class Release:
    """The trigger or the left button came up."""

    hand: str


@dataclass(frozen=True)
class Enlarge:
    """Show what is held or pointed at large (`on`), or no longer."""

    on: bool


@dataclass(frozen=True)
class ChooseDetail:
    """Show this much of the network: one of LEVELS."""

    level: str


@dataclass(frozen=True)
class Screenshot:
    """Save what is seen now."""


@dataclass(frozen=True)
class Quit:
    """Leave the program."""


Intent = HeadMoved | HandMoved | Look | Move | Turn | Select | Release | Enlarge | ChooseDetail | Screenshot | Quit
