"""A view: where an eye is, what it sees, and its matrices. The window, the headset and the renderer share it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import radians, tan

import numpy as np

from vrcnn.scene.geometry import Pose, Vector

NEAR, FAR = 0.05, 400.0  # m
FIELD_OF_VIEW = 65.0  # degrees, vertical: of a window and of pictures in files


@dataclass(frozen=True)
class View:
    """One eye. The field of view is given by tangents, as OpenXR's angles are asymmetric: left and down negative."""

    pose: Pose
    left: float
    right: float
    down: float
    up: float

    @classmethod
    def symmetric(cls, pose: Pose, aspect: float, vertical_degrees: float = FIELD_OF_VIEW) -> View:
        """A window's view; `aspect` is width divided by height."""
        up = tan(radians(vertical_degrees) / 2)
        return cls(pose, -up * aspect, up * aspect, -up, up)

    def moved(self, origin: Pose) -> View:
        """The same eye, whose pose was given in the frame of `origin`."""
        return View(origin @ self.pose, self.left, self.right, self.down, self.up)

    @cached_property
    def axes(self) -> tuple[Vector, Vector, Vector]:
        """The directions to the right, up and forward."""
        return self.pose.right, self.pose.up, self.pose.forward

    def matrix(self) -> np.ndarray:
        """(4, 4) float64 clip-from-world matrix with GL's depth range -1..1; acts on column vectors."""
        width, height = self.right - self.left, self.up - self.down
        aside, above = (self.right + self.left) / width, (self.up + self.down) / height
        depth, nearness = (FAR + NEAR) / (FAR - NEAR), -2 * FAR * NEAR / (FAR - NEAR)
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
