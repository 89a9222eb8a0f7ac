"""Solids as triangles, from a few numbers each: turned, drawn out along a spine, bent along a path, rounded.

Metres, or units that a drawable scales. Solids are closed; their triangles run counterclockwise seen from outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, radians, sin

import numpy as np

from vrcnn.scene.geometry import Pose, Vector

SEGMENTS = 20  # around a solid that is turned or bent
CREASE = 38.0  # degrees between two triangles from which on the edge between them is sharp
_ROUNDING = 4  # steps around a rounded end
_POINT = 1e-9  # of a ring that is a point


@dataclass(frozen=True)
class Shape:
    """V vertices and T triangles: `places` and `normals` (V, 3) float32, `triangles` (T, 3) uint32.

    `bulges` (V,) float32 are how far a vertex stands out along z beyond its place, in units of the scale across (x):
    so the ends of a capsule stay round, however long it is drawn.
    """

    places: np.ndarray
    normals: np.ndarray
    triangles: np.ndarray
    bulges: np.ndarray


@dataclass(frozen=True)
class Section:
    """A cut through a lofted solid, square to its spine, which runs along z.

    `centre` in m; `width` and `depth` are half the size along x and y; `pitch` in radians turns the cut about x;
    `square` is 2 for an ellipse, and more for what is nearly a rectangle.
    """

    centre: Vector
    width: float
    depth: float
    pitch: float = 0.0
    square: float = 2.4

    def moved(self, along: float, inward: float) -> Section:
        """The cut `along` m further on the spine, and smaller by `inward` m all around."""
        x, y, z = self.centre
        centre = x, y - along * sin(self.pitch), z + along * cos(self.pitch)
        width, depth = max(_POINT, self.width - inward), max(_POINT, self.depth - inward)
        return Section(centre, width, depth, self.pitch, self.square)

    def ring(self, segments: int) -> np.ndarray:
        """(segments, 3): the cut's outline."""
        angles = np.arange(segments) * 2 * pi / segments
        across, over = np.cos(angles), np.sin(angles)
        power = 2 / self.square
        x = self.width * np.sign(across) * np.abs(across) ** power
        y = self.depth * np.sign(over) * np.abs(over) ** power
        ring = np.stack([x, y * cos(self.pitch), y * sin(self.pitch)], 1)
        return ring + np.array(self.centre)


def lofted(sections: Sequence[Section], rounding: tuple[float, float] = (0.0, 0.0), segments: int = SEGMENTS) -> Shape:
    """A solid through these cuts, whose first and last edge are rounded by so many m."""
    first, last = sections[0], sections[-1]
    steps = [radians(90 * step / _ROUNDING) for step in range(1, _ROUNDING + 1)]
    before = [first.moved(-r * sin(a), r * (1 - cos(a))) for r in rounding[:1] if r for a in reversed(steps)]
    after = [last.moved(r * sin(a), r * (1 - cos(a))) for r in rounding[1:] if r for a in steps]
    return skinned([section.ring(segments) for section in (*before, *sections, *after)])


def turned(profile: Sequence[tuple[float, float]], segments: int = SEGMENTS) -> Shape:
    """A solid of revolution about y: (radius, height) from its lower end to its upper one."""
    angles = np.arange(segments) * 2 * pi / segments
    around = np.stack([np.cos(angles), np.zeros(segments), np.sin(angles)], 1)
    return skinned([max(r, _POINT) * around + (0.0, y, 0.0) for r, y in profile])


def ball(segments: int = SEGMENTS, rows: int = 10) -> Shape:
    """A sphere of radius 1."""
    angles = [pi * row / rows - pi / 2 for row in range(rows + 1)]
    return turned([(cos(a), sin(a)) for a in angles], segments)


def bent(path: np.ndarray, out: np.ndarray, width: float, thickness: float, closed: bool, around: int = 10) -> Shape:
    """A band along `path` (N, 3) m: half `thickness` along the unit vectors `out` (N, 3), half `width` across them.

    A `closed` one ends where it begins; any other has round ends.
    """
    ahead = np.roll(path, -1, 0) - np.roll(path, 1, 0)
    if not closed:
        ahead[0], ahead[-1] = path[1] - path[0], path[-1] - path[-2]
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    across = np.cross(ahead, out)
    angles = np.arange(around) * 2 * pi / around
    waist = width * np.cos(angles), thickness * np.sin(angles)
    rings = [p + np.outer(waist[0], a) + np.outer(waist[1], o) for p, a, o in zip(path, across, out, strict=True)]
    if closed:
        return skinned([*rings, rings[0]], closed=True)
    steps = [radians(90 * step / _ROUNDING) for step in range(1, _ROUNDING + 1)]
    least = min(width, thickness)

    def end(place: int, sign: float, angle: float) -> np.ndarray:
        flat = rings[place] - path[place]
        return path[place] + max(cos(angle), _POINT) * flat + sign * least * sin(angle) * ahead[place]

    before = [end(0, -1.0, angle) for angle in reversed(steps)]
    after = [end(-1, 1.0, angle) for angle in steps]
    return skinned([*before, *rings, *after])


def rounded_box(size: Vector, radius: float, steps: int = 3) -> Shape:
    """A box of `size` m around the origin, edges and corners rounded by `radius` m."""
    inner = [side / 2 - radius for side in size]
    quarter = [radians(90 * step / steps) for step in range(steps + 1)]
    rings = []
    for up in (-1, 1):
        for tilt in quarter if up > 0 else quarter[::-1]:
            ring = []
            for corner in range(4):
                sx, sz = ((1, 1), (-1, 1), (-1, -1), (1, -1))[corner]
                for angle in quarter:
                    turn = angle + corner * pi / 2
                    flat = radius * cos(tilt)
                    place = flat * cos(turn), up * radius * sin(tilt), flat * sin(turn)
                    ring.append((sx * inner[0] + place[0], up * inner[1] + place[1], sz * inner[2] + place[2]))
            rings.append(np.array(ring))
    return skinned(rings)


def extruded(outline: Sequence[tuple[float, float]], height: float) -> Shape:
    """A plate over an outline of (x, z), star-shaped about its mean, from y = 0 to `height`."""
    flat = np.array(outline, float)
    low = np.stack([flat[:, 0], np.zeros(len(flat)), flat[:, 1]], 1)
    high = low + np.array((0.0, height, 0.0))
    return skinned([low, high])


def capsule(around: int = 12) -> Shape:
    """From the origin to z = -1 and of radius 1; `bulges` make its ends round under any scale (r, r, length)."""
    steps = [radians(90 * step / _ROUNDING) for step in range(_ROUNDING + 1)]
    angles = np.arange(around) * 2 * pi / around
    circle = np.stack([np.cos(angles), np.sin(angles), np.zeros(around)], 1)
    rings, bulges = [], []
    for end, sign in ((0.0, 1.0), (-1.0, -1.0)):
        for a in steps[::-1] if end == 0.0 else steps:
            rings.append(max(cos(a), _POINT) * circle + (0.0, 0.0, 10 * end + sign * sin(a)))
            bulges.append(np.full(around, sign * sin(a)))
    long = skinned(rings)
    bulge = np.where(long.places[:, 2] > 0, long.places[:, 2], np.minimum(0.0, long.places[:, 2] + 10))
    places = long.places.copy()
    places[:, 2] = (places[:, 2] - bulge) / 10
    return Shape(places, long.normals, long.triangles, bulge.astype(np.float32))


def skinned(rings: Sequence[np.ndarray], closed: bool = False) -> Shape:
    """The skin over rings of equally many points each, (N, 3); flat at both ends unless they are one another."""
    count = len(rings[0])
    places = np.concatenate(rings)
    around = np.arange(count)
    following = (around + 1) % count
    triangles = []
    for row in range(len(rings) - 1):
        low, high = row * count, (row + 1) * count
        triangles.append(np.stack([low + around, low + following, high + following], 1))
        triangles.append(np.stack([low + around, high + following, high + around], 1))
    if not closed:
        for row, order in ((0, (0, 2, 1)), (len(rings) - 1, (0, 1, 2))):
            middle = len(places)
            places = np.concatenate([places, rings[row].mean(0, keepdims=True)])
            fan = np.stack([np.full(count, middle), row * count + around, row * count + following], 1)
            triangles.append(fan[:, order])
    return shaded(places, np.concatenate(triangles))


def shaded(places: np.ndarray, triangles: np.ndarray, crease: float = CREASE) -> Shape:
    """A solid with normals that are smooth but over edges sharper than `crease` degrees; its inside is inside.

    `places` (V, 3) m, `triangles` (T, 3). Points that coincide are one, and triangles without an area are left out.
    """
    _, first, same = np.unique(np.round(places, 7), axis=0, return_index=True, return_inverse=True)
    triangles = same.reshape(-1)[triangles]
    places = places[first].astype(np.float64)
    a, b, c = (places[triangles[:, corner]] for corner in range(3))
    across = np.cross(b - a, c - a)
    area = np.linalg.norm(across, axis=1)
    kept = area > 1e-12
    triangles, across, area = triangles[kept], across[kept], area[kept]
    if (places[triangles[:, 0]] * across).sum() < 0:  # six times the volume
        triangles, across = triangles[:, ::-1], -across
    facing = across / area[:, None]
    corners = triangles.reshape(-1)
    owners = np.repeat(np.arange(len(triangles)), 3)
    meets = np.zeros((len(places), len(triangles)), bool)
    meets[corners, owners] = True
    smooth = meets[corners] & (facing[owners] @ facing.T > cos(radians(crease)))
    normals = smooth @ across
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    rows = np.concatenate([corners[:, None], np.round(normals, 4)], 1)
    _, first, same = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    return Shape(
        places[corners[first]].astype(np.float32),
        normals[first].astype(np.float32),
        same.reshape(-1, 3).astype(np.uint32),
        np.zeros(len(first), np.float32),
    )


def placed(shape: Shape, pose: Pose = Pose(), scale: Vector = (1.0, 1.0, 1.0)) -> Shape:
    """The solid elsewhere, and larger or smaller along its axes; it has no bulges."""
    turn = pose.matrix()
    normals = shape.normals / np.array(scale) @ turn[:3, :3].T
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    places = shape.places * np.array(scale) @ turn[:3, :3].T + turn[:3, 3]
    return Shape(places.astype(np.float32), normals.astype(np.float32), shape.triangles, shape.bulges)


def mirrored(shape: Shape) -> Shape:
    """The solid as a mirror at x = 0 shows it."""
    mirror = np.array((-1.0, 1.0, 1.0), np.float32)
    return Shape(
        shape.places * mirror, shape.normals * mirror, np.ascontiguousarray(shape.triangles[:, ::-1]), shape.bulges
    )


def joined(*shapes: Shape) -> Shape:
    """Several solids as one."""
    starts = np.cumsum([0, *(len(shape.places) for shape in shapes[:-1])])
    return Shape(
        np.concatenate([shape.places for shape in shapes]),
        np.concatenate([shape.normals for shape in shapes]),
        np.concatenate(
            [shape.triangles + np.uint32(start) for shape, start in zip(shapes, starts, strict=True)], dtype=np.uint32
        ),
        np.concatenate([shape.bulges for shape in shapes]),
    )
