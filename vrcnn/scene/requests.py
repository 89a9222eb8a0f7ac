"""What a visitor's intents ask of the rest of the program: running, loading, leaving; the World cannot do it alone."""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.network.scope import Scope


@dataclass(frozen=True)
class RunPicture:
    """The picture on the easel shall run through the networks."""

    picture: int


@dataclass(frozen=True)
class ShowPage:
    """The pictures of the shelf's current page are wanted."""

    pictures: tuple[int, ...]


@dataclass(frozen=True)
class ChangeScope:
    """The visitor wants to see this of the network of hall number `hall`."""

    scope: Scope
    hall: int = 0


@dataclass(frozen=True)
class ShowLayer:
    """The visitor wants to stand before the layer of this name, which has no wall in hall number `hall` as yet."""

    name: str
    hall: int = 0


@dataclass(frozen=True)
class TakeScreenshot:
    """Save what is seen."""


@dataclass(frozen=True)
class Leave:
    """End the program."""


@dataclass(frozen=True)
class Pulse:
    """Let the controller of `hand` buzz for `seconds` with `strength` 0..1."""

    hand: str
    seconds: float
    strength: float


Request = RunPicture | ShowPage | ChangeScope | ShowLayer | TakeScreenshot | Leave | Pulse
