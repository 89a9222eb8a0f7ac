"""What it means to hold a wall, or a whole network: at the end of a ray, in a hand, or between two. Arithmetic only.

Everything is said of a thing's foot: a placing in the world, upright, with the thing's scale. A `unit` is how many m of
the world are one of the visitor's room (Player.scale): in it a hand's movements are told.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, dist, pi

from vrcnn.scene.geometry import Placing, Pose, Quaternion, Ray, Vector, multiply, rotate, turn

STILL, STILL_ANGLE = 0.02, 0.012  # m, and rad at the ray's end: less is no movement but a hand that presses
STILL_TURN = 0.05  # rad of the hand itself
STILL_RATIO = 0.03  # the same of two hands' distance
STEADY = 0.05  # m: hands that are closer do not say how a thing is to be turned or how large
DOWN = 0.3  # m that a thing has to be lifted before it leaves the ground


@dataclass(frozen=True)
class Hold:
    """A hand holds the wall of layer `name` in hall number `hall`, or the whole network where there is no name.

    `distance` in m along the ray to the held point `point`, which is given in m from the foot along the foot's axes;
    `heading` is the ray's when it was taken, `start` the foot's placing then, `grip` the hand's position. `moving`
    tells that it was moved since, so that it follows every movement from now on. `grasp` is the hand's pose then, where
    it holds the thing itself and not with its ray.
    """

    hall: int
    name: str | None
    distance: float
    point: Vector
    heading: float
    start: Placing
    grip: Vector
    moving: bool = False
    grasp: Pose | None = None

    @property
    def thing(self) -> tuple[int, str | None]:
        """What is held, whichever hand holds it."""
        return self.hall, self.name


def taken(thing: tuple[int, str | None], ray: Ray, distance: float, grip: Vector, foot: Placing) -> Hold:
    """The hold of a hand that takes a thing at `distance` m along its ray."""
    back = foot.pose.inverse()
    return Hold(*thing, distance, back.apply(ray.at(distance)), heading(ray), foot, grip)


def grasped(thing: tuple[int, str | None], grasp: Pose, foot: Placing) -> Hold:
    """The hold of a hand that takes the thing itself."""
    point = foot.pose.inverse().apply(grasp.position)
    return Hold(*thing, 0.0, point, 0.0, foot, grasp.position, grasp=grasp)


def heading(ray: Ray) -> float:
    """Where a ray leads over the ground: 0 along -z, positive to the left, in rad."""
    x, _, z = ray.direction
    return atan2(-x, -z)


def turned(before: Quaternion, after: Quaternion) -> float:
    """By which angle (rad, positive to the left) a hand has turned about the vertical, however it is held."""
    x, y, z, w = before
    _, about, _, rest = multiply(after, (-x, -y, -z, w))
    angle = 2 * atan2(about, rest)
    return angle - 2 * pi if angle > pi else angle + 2 * pi if angle < -pi else angle


def moves(hold: Hold, ray: Ray, unit: float = 1.0) -> bool:
    """Whether the ray has left the place at which it took the thing."""
    before = hold.start.pose.apply(hold.point)
    return dist(before, ray.at(hold.distance)) > max(STILL * unit, STILL_ANGLE * hold.distance)


def grasp_moves(grasp: Pose, now: Pose, unit: float = 1.0) -> bool:
    """Whether the hand that took the thing at `grasp` is somewhere else now."""
    turn_since = abs(turned(grasp.orientation, now.orientation))
    return dist(grasp.position, now.position) > STILL * unit or turn_since > STILL_TURN


def followed(hold: Hold, now: Pose, slack: float | None) -> Placing:
    """The foot of what a hand itself has taken: moved as the hand has moved, and turned about the vertical as it has
    turned; on the ground until it is lifted by more than `slack` m."""
    grasp = now if hold.grasp is None else hold.grasp
    angle = turn(turned(grasp.orientation, now.orientation))
    orientation = multiply(angle, hold.start.pose.orientation)
    x, y, z = (a - b for a, b in zip(now.position, rotate(orientation, hold.point), strict=True))
    return Placing(Pose((x, _height(hold, y, slack), z), orientation), hold.start.scale)


def carried(hold: Hold, ray: Ray, slack: float | None) -> Placing:
    """The foot of what is held, so that the held point is at its distance on the ray, and turned as the ray has turned.

    It stays on the ground until it is lifted by more than `slack` m; without `slack` always at its height.
    """
    orientation = multiply(turn(heading(ray) - hold.heading), hold.start.pose.orientation)
    x, y, z = (a - b for a, b in zip(ray.at(hold.distance), rotate(orientation, hold.point), strict=True))
    return Placing(Pose((x, _height(hold, y, slack), z), orientation), hold.start.scale)


def pair_moves(first: Hold, second: Hold, grips: tuple[Vector, Vector], unit: float = 1.0) -> bool:
    """Whether two hands that hold one thing have left the places at which they took it."""
    ratio = dist(*grips) / max(STEADY * unit, dist(first.grip, second.grip))
    return abs(ratio - 1) > STILL_RATIO or dist(_middle(*grips), _middle(first.grip, second.grip)) > STILL * unit


def stretched(
    first: Hold,
    second: Hold,
    grips: tuple[Vector, Vector],
    limits: tuple[float, float],
    slack: float | None,
    unit: float = 1.0,
) -> Placing:
    """The foot of what two hands hold: it grows about itself with their distance, turns and moves with them.

    `limits` are those of the scale.
    """
    before, now = _between(first.grip, second.grip), _between(*grips)
    apart, ratio, angle = dist(first.grip, second.grip), 1.0, 0.0
    steady = STEADY * unit
    if apart > steady:
        ratio = max(steady, dist(*grips)) / apart
    if min(_over_ground(before), _over_ground(now)) > steady:
        angle = atan2(now[0], now[2]) - atan2(before[0], before[2])
    moved = _between(_middle(first.grip, second.grip), _middle(*grips))
    x, y, z = (a + b for a, b in zip(first.start.pose.position, moved, strict=True))
    orientation = multiply(turn(angle), first.start.pose.orientation)
    return Placing(Pose((x, _height(first, y, slack), z), orientation), within(first.start.scale * ratio, limits))


def within(scale: float, limits: tuple[float, float]) -> float:
    """The scale, or the limit that it is beyond."""
    return min(max(scale, limits[0]), limits[1])


def _height(hold: Hold, y: float, slack: float | None) -> float:
    """Of the foot, in m, where the hand has it at `y`."""
    start = hold.start.pose.position[1]
    if slack is None:
        return start
    return _settled(y - start + _unsettled(start, slack), slack)


def _settled(height: float, slack: float) -> float:
    """On the ground up to `slack`, at its height from twice of it on, and without a jump between."""
    return height if height >= 2 * slack else max(0.0, 2 * (height - slack))


def _unsettled(height: float, slack: float) -> float:
    """What `_settled` makes this height of."""
    return height if height >= 2 * slack or height <= 0 else slack + height / 2


def _middle(a: Vector, b: Vector) -> Vector:
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2, (a[2] + b[2]) / 2


def _between(a: Vector, b: Vector) -> Vector:
    return b[0] - a[0], b[1] - a[1], b[2] - a[2]


def _over_ground(way: Vector) -> float:
    return (way[0] ** 2 + way[2] ** 2) ** 0.5
