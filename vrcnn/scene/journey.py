"""How a visitor who asked for a layer gets there, and at which wall they stand: plain data of the World."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from vrcnn.scene.geometry import Vector


@dataclass(frozen=True)
class Stand:
    """Where a visitor stands, and how the desktop's view is turned, as in Player."""

    position: Vector
    yaw: float
    pitch: float


@dataclass(frozen=True)
class Glide:
    """The desktop's visitor on the way from one place to another since `started` (World.time, s)."""

    before: Stand
    after: Stand
    started: float


@dataclass(frozen=True)
class Reached:
    """Where a visitor was brought last: before the wall of the layer `name` in hall number `hall`."""

    hall: int
    name: str
    position: Vector


@dataclass
class Journey:
    """The visitor's way.

    Attributes:
        glide: on the desktop, where they are just now carried to.
        jumped: when (World.time, s) they were put somewhere else at once, in a headset.
        reached: where they were brought last; they may have walked on since.
        at: the wall that they stand at, as (hall, position in Hall.walls); None far from any.
    """

    glide: Glide | None = None
    jumped: float = -inf
    reached: Reached | None = None
    at: tuple[int, int] | None = None
