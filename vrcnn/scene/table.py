"""The table with the model of a network: where it stands, and how the hall is cut into strips that lie on it.

A hall along a straight path is long and narrow; like a text it is broken into lines, which lie side by side and all
lead away from the visitor. One along a winding path stays whole. Everything keeps its true size and place, at one
scale; but the walls are turned more to the front, so that all maps are seen from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import atan2, radians

import numpy as np

from vrcnn.scene.geometry import Placing, Pose, Vector, rotate, turn
from vrcnn.scene.hall import Hall, Surface, Wall

WIDEST, DEEPEST = 1.5, 1.0  # m of a model
EDGE = 0.07  # m of table around the model
HEIGHT, TILT = 0.86, radians(9)  # of the top's middle above the ground, in m; how far it leans towards the visitor
LARGEST = 0.05  # of true size, so that the walls before do not hide those behind
BETWEEN = 1.4  # m of the hall's between strips
END = 0.9  # m of the hall's before and behind the walls of a strip
MOST_STRIPS = 12
TURNED, STEEPEST = 0.6, radians(38)  # of a wall's turn that is left in the model, and the most of it
STRAIGHT = radians(15)  # by which a straight path may turn
SHIFT = 0.25  # of a strip's length, by which a cut moves to where a room begins
PATH = 1.5  # m: half of the path, which belongs to every strip

Extent = tuple[float, float, float, float, float, float]  # of a strip in m: left, right, both cuts, front and back


@dataclass(frozen=True)
class Strip:
    """A part of the hall, from `near` down to `far` (z in the hall's frame), and its `placing` on the table's top.

    `left` and `right` are how far its walls' models reach, x in the hall's frame.
    """

    near: float
    far: float
    left: float
    right: float
    placing: Placing


@dataclass(frozen=True)
class Model:
    """A hall on a table. `strips` lead from the input to the output; `walls` is where the models of all walls stand.

    Both are given in the frame of the top, which has its origin in the middle, x to the right and z towards the
    visitor; `width` and `depth` in m are the model's on it. `along` is None where the hall's path winds.
    """

    strips: tuple[Strip, ...]
    walls: tuple[Placing, ...]
    scale: float
    width: float
    depth: float
    along: Pose | None

    @property
    def base(self) -> Pose:
        """The hall's frame in that of the strips, in which a straight path leads along -z."""
        return self.along or Pose()

    def place_of(self, point: Vector) -> Vector:
        """Where a point of the hall's frame lies on the table's top; beyond the ends at the nearest one."""
        x, y, z = self.base.apply(point)
        number = int(_strips_at(self.strips, np.array([z]))[0])
        strip = self.strips[number]
        return strip.placing.apply((x, y, min(strip.near, max(strip.far, z))))


@dataclass
class Table:
    """A table in the world. `pose` is the middle of its foot on the ground and faces the visitor who asked for it.

    `hall` is the number of the network whose model it is; `pitch` how the desktop's visitor looked before.
    """

    hall: int
    pose: Pose
    pitch: float = 0.0
    _model: Model | None = field(default=None, repr=False, compare=False)
    _made_for: object = field(default=None, repr=False, compare=False)

    @property
    def top(self) -> Pose:
        """The middle of the top's upper side; its y axis points away from it."""
        return self.pose @ Pose((0.0, HEIGHT, 0.0), turn(pitch=TILT))

    def model(self, hall: Hall) -> Model:
        """What stands on it; made anew when something in the hall stands elsewhere."""
        if self._model is None or self._made_for != hall.standing_key:
            self._model, self._made_for = build_model(hall), hall.standing_key
        return self._model

    def surface_of(self, hall: Hall, index: int) -> Surface:
        """The face of a wall's model, in the world's frame."""
        wall = hall.walls[index]
        placing = Placing(self.top) @ self.model(hall).walls[index]
        return Surface(Pose(), wall.width, wall.height).carried(placing)


def build_model(hall: Hall) -> Model:
    """Cuts a hall into as many strips as make its model largest; one whose path winds stays whole."""
    along = _lengthwise(hall)
    base = Placing(along or Pose())
    placings = [turned(wall, base @ wall.placing, along is not None) for wall in hall.walls]
    middles = np.array([placing.pose.position[2] for placing in placings])
    corners = _corners(hall, placings)
    rooms = np.array([base.apply(plate.gate.position)[2] for plate in hall.plates if not plate.inner])
    most = min(MOST_STRIPS, max(1, len(middles))) if along is not None else 1
    choices = [_extents(_cuts(rooms, middles, corners, count), middles, corners) for count in range(1, most + 1)]
    extents = max(choices, key=_scale)
    scale = _scale(extents)
    width, depth = _total(extents)
    strips, left = [], -width / 2
    for low, high, near, far, front, _ in extents:
        at = Pose((scale * (left - low), 0.0, scale * (depth / 2 - front)))
        strips.append(Strip(near, far, low, high, Placing(at, scale)))
        left += high - low + BETWEEN
    walls = zip(_strips_at(strips, middles), placings, strict=True)
    stands = tuple(strips[number].placing @ placing for number, placing in walls)
    return Model(tuple(strips), stands, scale, scale * width, scale * depth, along)


def turned(wall: Wall, placing: Placing, straight: bool) -> Placing:
    """Where a wall of a model stands, instead of `placing`: along a straight path turned about its edge beside that,
    so that its links still end there."""
    x, _, z = rotate(placing.pose.orientation, (0.0, 0.0, 1.0))
    yaw = atan2(x, z)
    wanted = max(-STEEPEST, min(STEEPEST, TURNED * yaw))
    edge = placing.apply((-wall.outward * wall.width / 2 if straight else 0.0, 0.0, 0.0))
    pivot = Pose(edge) @ Pose(orientation=turn(wanted - yaw)) @ Pose(edge).inverse()
    return Placing(pivot @ placing.pose, placing.scale)


def _lengthwise(hall: Hall) -> Pose | None:
    """The hall's frame in one in which its path leads along -z; None where it winds past the walls."""
    if hall.path.straight or not hall.walls:
        return Pose()
    places = sorted(wall.spot.z for wall in hall.walls)
    if hall.path.turned(places[-1], places[0]) > STRAIGHT:
        return None
    middle = places[len(places) // 2]
    return Pose((0.0, 0.0, middle)) @ hall.path.at(0.0, middle).inverse()


def _corners(hall: Hall, placings: Sequence[Placing]) -> np.ndarray:
    """(walls, 2, 2): x and z in m of both ends of each wall in the hall's frame."""
    ends = [
        [placing.apply((side * wall.width / 2, 0.0, 0.0))[::2] for side in (-1, 1)]
        for wall, placing in zip(hall.walls, placings, strict=True)
    ]
    return np.array(ends, float).reshape(-1, 2, 2)


def _cuts(rooms: np.ndarray, middles: np.ndarray, corners: np.ndarray, count: int) -> list[float]:
    """z in m of the `count` + 1 borders of strips of about the same length, at fronts of `rooms` where that fits."""
    if not len(middles):
        return [0.0, -1.0]
    near, far = corners[:, :, 1].max() + END, corners[:, :, 1].min() - END
    length = (near - far) / count
    stands = np.unique(middles)
    between = (stands[1:] + stands[:-1]) / 2
    cuts = [near]
    for number in range(1, count):
        wanted = near - number * length
        for places, reach in ((rooms, SHIFT * length), (between, length / 2)):
            if len(places) and np.abs(places - wanted).min() < reach:
                wanted = float(places[np.abs(places - wanted).argmin()])
                break
        cuts.append(min(wanted, cuts[-1]))
    return [*cuts, far]


def _extents(cuts: list[float], middles: np.ndarray, corners: np.ndarray) -> list[Extent]:
    extents = []
    for near, far in pairwise(cuts):
        inside = corners[(middles <= near) & (middles > far)].reshape(-1, 2)
        x = np.append(inside[:, 0], (-PATH, PATH))
        z = np.append(inside[:, 1], (near, far))
        extents.append((float(x.min()), float(x.max()), near, far, float(z.max()), float(z.min())))
    return extents


def _total(extents: list[Extent]) -> tuple[float, float]:
    """Width and depth in m, at the hall's size, of strips beside each other."""
    width = sum(high - low for low, high, *_ in extents) + BETWEEN * (len(extents) - 1)
    return width, max(front - back for *_, front, back in extents)


def _scale(extents: list[Extent]) -> float:
    width, depth = _total(extents)
    return min(WIDEST / width, DEEPEST / depth, LARGEST)


def _strips_at(strips: Sequence[Strip], z: np.ndarray) -> np.ndarray:
    """The number of the strip that each z in m belongs to."""
    borders = np.array([-strip.far for strip in strips[:-1]])
    return np.searchsorted(borders, -z, side="right")
