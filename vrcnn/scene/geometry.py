"""Poses, rays and rectangles. Metres and radians; right-handed; x right, y up, z towards the viewer, as in OpenXR."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, sin

import numpy as np

Vector = tuple[float, float, float]
Quaternion = tuple[float, float, float, float]  # x, y, z, w


def multiply(a: Quaternion, b: Quaternion) -> Quaternion:
    """The rotation that does `b` first, then `a`."""
    ax, ay, az, aw = a
    bx, by, bz, bw = b
    return (
        aw * bx + ax * bw + ay * bz - az * by,
        aw * by - ax * bz + ay * bw + az * bx,
        aw * bz + ax * by - ay * bx + az * bw,
        aw * bw - ax * bx - ay * by - az * bz,
    )


def rotate(q: Quaternion, v: Vector) -> Vector:
    """The vector `v` turned by the unit quaternion `q`."""
    x, y, z, w = q
    vx, vy, vz = v
    tx, ty, tz = 2 * (y * vz - z * vy), 2 * (z * vx - x * vz), 2 * (x * vy - y * vx)
    return (
        vx + w * tx + y * tz - z * ty,
        vy + w * ty + z * tx - x * tz,
        vz + w * tz + x * ty - y * tx,
    )


def turn(yaw: float = 0.0, pitch: float = 0.0) -> Quaternion:
    """Rotation by `yaw` about y (positive to the left) after `pitch` about x (positive upwards), in radians."""
    around_y = (0.0, sin(yaw / 2), 0.0, cos(yaw / 2))
    around_x = (sin(pitch / 2), 0.0, 0.0, cos(pitch / 2))
    return multiply(around_y, around_x)


def roll_and_pitch(roll: float, pitch: float) -> Quaternion:
    """Rotation by `roll` about z after `pitch` about x, in radians."""
    around_z = (0.0, 0.0, sin(roll / 2), cos(roll / 2))
    around_x = (sin(pitch / 2), 0.0, 0.0, cos(pitch / 2))
    return multiply(around_z, around_x)


@dataclass(frozen=True)
class Pose:
    """A position (m) and an orientation (unit quaternion x, y, z, w). It looks along its own -z; +z is its face."""

    position: Vector = (0.0, 0.0, 0.0)
    orientation: Quaternion = (0.0, 0.0, 0.0, 1.0)

    def apply(self, point: Vector) -> Vector:
        """A point of this pose's own frame, in the frame that the pose is given in."""
        x, y, z = rotate(self.orientation, point)
        px, py, pz = self.position
        return x + px, y + py, z + pz

    def __matmul__(self, other: Pose) -> Pose:
        """The pose `other`, given in this pose's own frame, in the frame that this one is given in."""
        return Pose(self.apply(other.position), multiply(self.orientation, other.orientation))

    def inverse(self) -> Pose:
        """The pose that undoes this one."""
        x, y, z, w = self.orientation
        back = (-x, -y, -z, w)
        px, py, pz = self.position
        return Pose(rotate(back, (-px, -py, -pz)), back)

    @property
    def forward(self) -> Vector:
        return rotate(self.orientation, (0.0, 0.0, -1.0))

    @property
    def right(self) -> Vector:
        return rotate(self.orientation, (1.0, 0.0, 0.0))

    @property
    def up(self) -> Vector:
        return rotate(self.orientation, (0.0, 1.0, 0.0))

    def matrix(self) -> np.ndarray:
        """(4, 4) float64; columns are the axes and the position; acts on column vectors."""
        matrix = np.eye(4)
        for column, axis in enumerate(((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))):
            matrix[:3, column] = rotate(self.orientation, axis)
        matrix[:3, 3] = self.position
        return matrix


@dataclass(frozen=True)
class Placing:
    """A frame of its own within another: at `pose` in it, and `scale` times as large."""

    pose: Pose = Pose()
    scale: float = 1.0

    def apply(self, point: Vector) -> Vector:
        """A point of the inner frame, in the outer one."""
        x, y, z = point
        return self.pose.apply((self.scale * x, self.scale * y, self.scale * z))

    def carry(self, pose: Pose) -> Pose:
        """A pose of the inner frame, in the outer one."""
        return Pose(self.apply(pose.position), multiply(self.pose.orientation, pose.orientation))

    def __matmul__(self, other: Placing) -> Placing:
        """The placing `other`, given in the inner frame, in the outer one."""
        return Placing(self.carry(other.pose), self.scale * other.scale)

    def inverse(self) -> Placing:
        """The placing of the outer frame in the inner one."""
        back = self.pose.inverse()
        x, y, z = back.position
        return Placing(Pose((x / self.scale, y / self.scale, z / self.scale), back.orientation), 1 / self.scale)


@dataclass(frozen=True)
class Ray:
    """A half line: origin (m) and unit direction."""

    origin: Vector
    direction: Vector

    @classmethod
    def of(cls, pose: Pose) -> Ray:
        """The ray along which a pose looks (or a controller aims)."""
        return cls(pose.position, pose.forward)

    def at(self, distance: float) -> Vector:
        x, y, z = self.origin
        dx, dy, dz = self.direction
        return x + distance * dx, y + distance * dy, z + distance * dz


def hit_rectangle(ray: Ray, pose: Pose, width: float, height: float) -> tuple[float, float, float] | None:
    """Where a ray meets the front of a rectangle centred at `pose` and facing along its +z.

    Returns (distance in m, u, v), u and v in 0..1 from the left and from the top edge; None when it passes by or
    comes from behind.
    """
    back = pose.inverse()
    ox, oy, oz = back.apply(ray.origin)
    dx, dy, dz = rotate(back.orientation, ray.direction)
    if oz <= 0 or dz >= 0:
        return None
    distance = -oz / dz
    u = (ox + distance * dx) / width + 0.5
    v = 0.5 - (oy + distance * dy) / height
    if not (0 <= u <= 1 and 0 <= v <= 1):
        return None
    return distance, u, v
