"""Many placings at once, as rows of an array: what geometry.py does one by one."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from vrcnn.scene.geometry import Placing

COLUMNS = 8  # x, y, z in m, scale; orientation x, y, z, w


def rows_of(placings: Iterable[Placing]) -> np.ndarray:
    """(N, 8) float64."""
    rows = [(*placing.pose.position, placing.scale, *placing.pose.orientation) for placing in placings]
    return np.array(rows, np.float64).reshape(-1, COLUMNS)


def between(before: np.ndarray, after: np.ndarray, share: float) -> np.ndarray:
    """Placings on the way from one to the other; turns take the shorter way."""
    same = np.sign((before[:, 4:] * after[:, 4:]).sum(1, keepdims=True) + 1e-12)
    rows = (1 - share) * before * np.concatenate([np.ones((len(before), 4)), np.repeat(same, 4, 1)], 1) + share * after
    rows[:, 4:] /= np.linalg.norm(rows[:, 4:], axis=1, keepdims=True)
    return rows


def carried(placing: Placing, rows: np.ndarray) -> np.ndarray:
    """Placings given in the inner frame of `placing`, in its outer one."""
    matrix = placing.pose.matrix()
    x, y, z, w = placing.pose.orientation
    product = np.array([[w, -z, y, x], [z, w, -x, y], [-y, x, w, z], [-x, -y, -z, w]])
    result = rows.copy()
    result[:, :3] = placing.scale * rows[:, :3] @ matrix[:3, :3].T + matrix[:3, 3]
    result[:, 3] *= placing.scale
    result[:, 4:] = rows[:, 4:] @ product.T
    return result


def applied(rows: np.ndarray, points: np.ndarray) -> np.ndarray:
    """(N, 3) points, each given in the frame of its row, in the outer frame."""
    return rows[:, :3] + rotated(rows[:, 4:], rows[:, 3:4] * points)


def brought_back(rows: np.ndarray, points: np.ndarray) -> np.ndarray:
    """(N, 3) points of the outer frame, each in the frame of its row."""
    inverse = rows[:, 4:] * (-1.0, -1.0, -1.0, 1.0)
    return rotated(inverse, points - rows[:, :3]) / rows[:, 3:4]


def rotated(turns: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """(N, 3) vectors, each turned by its unit quaternion of (N, 4)."""
    axis, share = turns[:, :3], turns[:, 3:4]
    twice = 2.0 * np.cross(axis, vectors)
    return vectors + share * twice + np.cross(axis, twice)


def back_matrices(rows: np.ndarray) -> np.ndarray:
    """(N, 3, 4): what takes a point of the outer frame (x, y, z, 1) to its place, in m, along each row's axes."""
    x, y, z, w = rows[:, 4:].T
    axes = np.empty((len(rows), 3, 3))
    axes[:, 0] = np.stack([1 - 2 * (y * y + z * z), 2 * (x * y + z * w), 2 * (x * z - y * w)], 1)
    axes[:, 1] = np.stack([2 * (x * y - z * w), 1 - 2 * (x * x + z * z), 2 * (y * z + x * w)], 1)
    axes[:, 2] = np.stack([2 * (x * z + y * w), 2 * (y * z - x * w), 1 - 2 * (x * x + y * y)], 1)
    return np.concatenate([axes, -axes @ rows[:, :3, None]], 2)
