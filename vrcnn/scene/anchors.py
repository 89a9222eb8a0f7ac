"""Anchors: the frames that drawables stand in. One for the world, one for each hall, one for each wall.

Where something is, is told to the renderer as a table of anchors in every frame that moves them, so that a wall in
somebody's hand, a network on its way to another layout or a model of it on a table need no new buffers.
"""

from __future__ import annotations

import numpy as np

from vrcnn.scene.geometry import Placing
from vrcnn.scene.hall import Hall
from vrcnn.scene.world import World

COLUMNS = 8  # x, y, z in m, scale; orientation x, y, z, w
WORLD = (0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


def number_anchors(world: World) -> None:
    """Gives every hall the numbers of its own anchor and its walls'; the world's is 0."""
    first = 1
    for hall in world.halls:
        hall.first_anchor = first
        first += 1 + len(hall.walls)


class Anchors:
    """Keeps the table of a World until something stands elsewhere."""

    def __init__(self) -> None:
        self._key: object = None
        self._walls: list[np.ndarray] = []
        self.table = np.zeros((0, COLUMNS), np.float32)

    def of(self, world: World) -> np.ndarray:
        """(anchors, 8) float32 in the world's frame; the same object as long as nothing moves."""
        key = id(world), [(hall.standing_key, hall.first_anchor) for hall in world.halls]
        moving = any(_share(hall, world.time) < 1 for hall in world.halls)
        if key != self._key or moving:
            self._key = None if moving else key
            rows = [np.array([WORLD])]
            for hall in world.halls:
                rows += [_rows([hall.placing]), _carried(hall.placing, _walls_of(hall, world.time))]
            self.table = np.concatenate(rows).astype(np.float32)
        return self.table


def _rows(placings: list[Placing]) -> np.ndarray:
    """(N, 8) float64."""
    rows = [(*placing.pose.position, placing.scale, *placing.pose.orientation) for placing in placings]
    return np.array(rows, np.float64).reshape(-1, COLUMNS)


def _walls_of(hall: Hall, time: float) -> np.ndarray:
    """Where the walls are in the hall's frame, on their way as far as they are by now."""
    after = _rows([wall.placing for wall in hall.walls])
    share = _share(hall, time)
    if hall.motion is None or share >= 1:
        return after
    before = _rows([hall.motion.before.get(wall.node, wall.placing) for wall in hall.walls])
    return _between(before, after, share * share * (3 - 2 * share))


def _share(hall: Hall, time: float) -> float:
    """How much of its way the hall's motion has made, 0 to 1."""
    if hall.motion is None:
        return 1.0
    return min(1.0, max(0.0, (time - hall.motion.started) / hall.motion.seconds))


def _between(before: np.ndarray, after: np.ndarray, share: float) -> np.ndarray:
    """Placings on the way from one to the other; turns take the shorter way."""
    same = np.sign((before[:, 4:] * after[:, 4:]).sum(1, keepdims=True) + 1e-12)
    rows = (1 - share) * before * np.concatenate([np.ones((len(before), 4)), np.repeat(same, 4, 1)], 1) + share * after
    rows[:, 4:] /= np.linalg.norm(rows[:, 4:], axis=1, keepdims=True)
    return rows


def _carried(placing: Placing, rows: np.ndarray) -> np.ndarray:
    """Placings given in the inner frame of `placing`, in its outer one."""
    matrix = placing.pose.matrix()
    x, y, z, w = placing.pose.orientation
    product = np.array([[w, -z, y, x], [z, w, -x, y], [-y, x, w, z], [-x, -y, -z, w]])
    carried = rows.copy()
    carried[:, :3] = placing.scale * rows[:, :3] @ matrix[:3, :3].T + matrix[:3, 3]
    carried[:, 3] *= placing.scale
    carried[:, 4:] = rows[:, 4:] @ product.T
    return carried
