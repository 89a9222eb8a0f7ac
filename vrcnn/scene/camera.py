"""A view: where an eye is, what it sees, and its matrices. The window, the headset and the renderer share it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import radians, tan

import numpy as np

from vrcnn.scene.geometry import Placing, Pose, Vector

NEAR, FAR = 0.05, 400.0  # m
FIELD_OF_VIEW = 65.0  # degrees, vertical: of a window and of pictures in files


@dataclass(frozen=True)
class View:
    """One eye. The field of view is given by tangents, as OpenXR's angles are asymmetric: left and down negative.

    `scale` is how many metres of the world are a metre to this eye; it sees from `near` to `far` m of the world.
    """

    pose: Pose
    left: float
    right: float
    down: float
    up: float
    scale: float = 1.0

    @classmethod
    def symmetric(cls, pose: Pose, aspect: float, vertical_degrees: float = FIELD_OF_VIEW) -> View:
        """A window's view; `aspect` is width divided by height."""
        up = tan(radians(vertical_degrees) / 2)
        return cls(pose, -up * aspect, up * aspect, -up, up)

    def moved(self, room: Placing) -> View:
        """The same eye, whose pose was given in the frame of `room`."""
        pose, scale = room.carry(self.pose), room.scale * self.scale
        return View(pose, self.left, self.right, self.down, self.up, scale)

    @property
    def near(self) -> float:
        return NEAR * self.scale

    @property
    def far(self) -> float:
        return FAR * max(1.0, self.scale)

    @cached_property
    def axes(self) -> tuple[Vector, Vector, Vector]:
        """The directions to the right, up and forward."""
        return self.pose.right, self.pose.up, self.pose.forward

    def matrix(self) -> np.ndarray:
        """(4, 4) float64 clip-from-world matrix with GL's depth range -1..1; acts on column vectors."""
        width, height = self.right - self.left, self.up - self.down
        aside, above = (self.right + self.left) / width, (self.up + self.down) / height
        near, far = self.near, self.far
        depth, nearness = (far + near) / (far - near), -2 * far * near / (far - near)
        px, py, pz = self.pose.position
        across, upwards, ahead = ((x, y, z, -(x * px + y * py + z * pz)) for x, y, z in self.axes)
        return np.array(
            [
                [2 / width * a - aside * c for a, c in zip(across, ahead, strict=True)],
                [2 / height * b - above * c for b, c in zip(upwards, ahead, strict=True)],
                [depth * c for c in ahead[:3]] + [depth * ahead[3] + nearness],
                ahead,
            ]
        )
