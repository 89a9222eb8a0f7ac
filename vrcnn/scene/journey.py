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
    """The desktop's visitor on the way from one place to another since `started` (World.time, s), for `seconds`.

    `gently` they begin slowly; else they are off at once.
    """

    before: Stand
    after: Stand
    started: float
    seconds: float = 0.25
    gently: bool = False

    def at(self, time: float) -> Stand:
        """Where they are."""
        share = min(1.0, max(0.0, (time - self.started) / self.seconds))
        eased = share * share * (3 - 2 * share) if self.gently else 1 - (1 - share) ** 3
        before, after = self.before, self.after
        x, y, z = (a + eased * (b - a) for a, b in zip(before.position, after.position, strict=True))
        yaw, pitch = (a + eased * (b - a) for a, b in ((before.yaw, after.yaw), (before.pitch, after.pitch)))
        return Stand((x, y, z), yaw, pitch)


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
