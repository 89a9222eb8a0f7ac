"""Where the walls of a hall stand, as an array that is kept from frame to frame: only what has moved is read again."""

from __future__ import annotations

import numpy as np

from vrcnn.scene.geometry import Pose
from vrcnn.scene.hall import Hall
from vrcnn.scene.placings import COLUMNS, rows_of


class WallRows:
    """Keeps the rows of one hall."""

    def __init__(self) -> None:
        self._poses: list[Pose] = []
        self._rows = np.zeros((0, COLUMNS))

    def of(self, hall: Hall) -> np.ndarray:
        """(walls, 8) in the hall's frame, as in placings.py; the same array each time, which nobody else may change."""
        walls = hall.walls
        if len(walls) != len(self._poses):
            self._rows = rows_of(wall.placing for wall in walls)
            self._poses = [wall.pose for wall in walls]
            return self._rows
        for place, (wall, pose) in enumerate(zip(walls, self._poses, strict=True)):
            if wall.pose is not pose or wall.scale != self._rows[place, 3]:
                self._rows[place] = rows_of([wall.placing])[0]
                self._poses[place] = wall.pose
        return self._rows
