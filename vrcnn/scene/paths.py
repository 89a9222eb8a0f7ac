"""The path that a visitor walks along through a hall, straight or winding.

What stands along it is told in path coordinates first: x m to the right of the path's middle, y m above the ground, and
z, minus the m along the path. On a straight path these are the hall's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vrcnn.scene.geometry import Pose, turn

BEYOND = 1000.0  # m by which a path goes on straight at both ends


@dataclass(frozen=True)
class Path:
    """`along` (K,) in m, rising, are places on the way; there its middle is at `x`, `z` in the hall's frame, and it
    leads towards `heading` (rad, 0 along -z, positive to the left), each (K,). Without any, it is straight.
    """

    along: np.ndarray | None = None
    x: np.ndarray | None = None
    z: np.ndarray | None = None
    heading: np.ndarray | None = None

    @classmethod
    def through(cls, along: np.ndarray, x: np.ndarray, z: np.ndarray, heading: np.ndarray) -> Path:
        """A path that goes on straight before the first of these places and behind the last."""
        ahead_x, ahead_z = -np.sin(heading[[0, -1]]), -np.cos(heading[[0, -1]])
        steps = np.array([-BEYOND, BEYOND])
        ends = [along[[0, -1]] + steps, x[[0, -1]] + steps * ahead_x, z[[0, -1]] + steps * ahead_z, heading[[0, -1]]]
        inner = (along, x, z, heading)
        return cls(*(np.concatenate([end[:1], part, end[1:]]) for part, end in zip(inner, ends, strict=True)))

    @property
    def straight(self) -> bool:
        return self.along is None

    def bend(self, points: np.ndarray) -> np.ndarray:
        """(..., 3) points in path coordinates, in the hall's frame."""
        if self.along is None or self.x is None or self.z is None or self.heading is None:
            return points
        aside, along = points[..., 0], -points[..., 2]
        heading = np.interp(along, self.along, self.heading)
        bent = np.array(points, np.float64)
        bent[..., 0] = np.interp(along, self.along, self.x) + aside * np.cos(heading)
        bent[..., 2] = np.interp(along, self.along, self.z) - aside * np.sin(heading)
        return bent

    def at(self, x: float, z: float) -> Pose:
        """The place on the ground at these path coordinates, looking along the path."""
        return self.all_at([(x, z)])[0]

    def all_at(self, places: Sequence[tuple[float, float]]) -> list[Pose]:
        """The same for many (x, z)."""
        if self.along is None or self.heading is None:
            return [Pose((x, 0.0, z)) for x, z in places]
        points = np.insert(np.array(places, np.float64).reshape(-1, 2), 1, 0.0, axis=1)
        headings = np.interp(-points[:, 2], self.along, self.heading).tolist()
        return [
            Pose((x, 0.0, z), turn(heading))
            for (x, _, z), heading in zip(self.bend(points).tolist(), headings, strict=True)
        ]

    def turned(self, near: float, far: float) -> float:
        """By how much (rad) the path turns between two z of path coordinates."""
        if self.along is None or self.heading is None:
            return 0.0
        return float(abs(np.subtract(*np.interp([-near, -far], self.along, self.heading))))


STRAIGHT = Path()
