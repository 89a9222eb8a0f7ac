"""A view: where an eye is, what it sees, and its matrices. The window, the headset and the renderer share it."""

from __future__ import annotations

from dataclasses import dataclass
from math import radians, tan

import numpy as np

from vrcnn.scene.geometry import Pose

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

    def projection(self) -> np.ndarray:
        """(4, 4) float64 clip-from-eye matrix with GL's depth range -1..1; acts on column vectors."""
        width, height = self.right - self.left, self.up - self.down
        return np.array(
            [
                [2 / width, 0, (self.right + self.left) / width, 0],
                [0, 2 / height, (self.up + self.down) / height, 0],
                [0, 0, -(FAR + NEAR) / (FAR - NEAR), -2 * FAR * NEAR / (FAR - NEAR)],
                [0, 0, -1, 0],
            ]
        )

    def matrix(self) -> np.ndarray:
        """(4, 4) float64 clip-from-world matrix; acts on column vectors."""
        return self.projection() @ self.pose.inverse().matrix()
