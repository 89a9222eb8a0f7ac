"""The feature maps that the visitor points at, sees large, and has pulled out to hang beside each other: plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from vrcnn.network.receptive_field import Field
from vrcnn.scene.feature_reading import FeatureReading
from vrcnn.scene.geometry import Pose, Vector
from vrcnn.scene.reading import MapAt, Reading, Subject


@dataclass
class Frame:
    """A copy of a feature map or of a visualization, framed.

    `pose` is the middle of the frame in the world; None while a hand carries it. `number` is its own for as long as the
    program runs, `place` among all that there are at a time. `scale` is how large it was made.
    """

    number: int
    reading: Reading | FeatureReading
    pose: Pose | None = None
    place: int = 0
    scale: float = 1.0


@dataclass(frozen=True)
class Large:
    """A map or visualization that is shown large on a panel, which stays at `pose` in the world, at a `scale`."""

    subject: Subject
    pose: Pose
    scale: float = 1.0


@dataclass(frozen=True)
class Pull:
    """A hand wants a copy of a map whose values are still on their way."""

    hand: str
    at: MapAt


@dataclass(frozen=True)
class Between:
    """Two `hands` have frame number `frame`: they took it `apart` m from each other when it was at `scale`.

    The first one has it at `grasp`, in its grip's frame.
    """

    hands: tuple[str, str]
    frame: int
    apart: float
    scale: float
    grasp: Pose


@dataclass
class Pointing:
    """At which map the visitor points.

    Attributes:
        at: the one under a ray now; `hand` is whose ray, `point` where it meets it in the world.
        since: World.time when the ray came to it; `left` when it was on a map last.
        shown: the one that is told of, as the ray has rested on it.
        pixel: row and column under the ray in the map that is shown.
    """

    at: Subject | None = None
    hand: str = "mouse"
    point: Vector = (0.0, 0.0, 0.0)
    since: float = 0.0
    left: float = 0.0
    shown: Subject | None = None
    pixel: tuple[int, int] | None = None


@dataclass(frozen=True)
class Sight:
    """The receptive field of the pixel under the ray, in the network of hall number `hall`; None where it is empty."""

    hall: int
    field: Field | None


@dataclass
class Gallery:
    """What the visitor reads and has pulled out.

    `reading` is the map that was read last, `made` counts all frames that there ever were, `revision` what hangs.
    `offered` is what rail.rails has found last, by its key.
    """

    pointing: Pointing = field(default_factory=Pointing)
    reading: Reading | None = None
    sight: Sight | None = None
    large: Large | None = None
    pulling: Pull | None = None
    between: Between | None = None
    frames: list[Frame] = field(default_factory=list)
    made: int = 0
    revision: int = 0
    offered: tuple[object, list[Any]] | None = None

    def frame(self, number: int) -> Frame | None:
        """The frame of this number."""
        return next((frame for frame in self.frames if frame.number == number), None)
