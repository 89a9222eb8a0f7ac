"""Small shapes by name, made when they are first asked for: the teleport marker, the joints of hands, controllers.

What lies on the ground lies in the plane of x and z and looks up along y; what points, points along -z, as a ray does.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import cos, pi, sin

import numpy as np

from vrcnn.scene import controller_shapes
from vrcnn.scene.controller_parts import MODELS, merged, of_hand, roles_of
from vrcnn.scene.solids import Shape, ball, bent, capsule, extruded, joined, mirrored, rounded_box, skinned, turned

RING_THICKNESS = 0.045  # half of it, of the ring's radius
_ROUND = 40  # segments of what is looked at from nearby


def _ring() -> Shape:
    """Flat, of radius 1 to its middle line."""
    angles = np.arange(_ROUND) * 2 * pi / _ROUND
    out = np.stack([np.cos(angles), np.zeros(_ROUND), np.sin(angles)], 1)
    return bent(out, out, RING_THICKNESS, RING_THICKNESS, closed=True, around=6)


def _disc() -> Shape:
    """Of radius 1 and height 1, its lower face at y = 0."""
    return turned([(1.0, 0.0), (1.0, 1.0)], _ROUND)


def _arrow() -> Shape:
    """A broad chevron of length 1 and height 1, from z = 0.5 to its tip at z = -0.5, y from 0."""
    return extruded([(0.0, -0.5), (-0.42, 0.5), (0.0, 0.26), (0.42, 0.5)], 1.0)


def _cone() -> Shape:
    """Radius 1 at z = 0, its tip at z = -1."""
    around = [(cos(a), sin(a)) for a in np.arange(24) * 2 * pi / 24]
    rings = [np.array([(r * x, r * y, z) for x, y in around]) for r, z in ((1.0, 0.0), (1e-9, -1.0))]
    return skinned(rings)


def _rod() -> Shape:
    """Radius 1, from the origin to z = -1."""
    around = [(cos(a), sin(a)) for a in np.arange(12) * 2 * pi / 12]
    return skinned([np.array([(x, y, z) for x, y in around]) for z in (0.0, -1.0)])


def _of_the_left_hand(name: str) -> Callable[[], Shape]:
    return lambda: mirrored(shape(name))


def _all(model: str, role: str) -> Callable[[], Shape]:
    return lambda: joined(*(shape(part.shape) for part in MODELS[model] if part.role == role))


_OF_CONTROLLERS: dict[str, Callable[[], Shape]] = {
    **controller_shapes.MAKERS,
    **{merged(model, role): _all(model, role) for model in MODELS for role in roles_of(model)},
}
MAKERS: dict[str, Callable[[], Shape]] = {
    "ring": _ring,
    "disc": _disc,
    "arrow": _arrow,
    "sphere": ball,
    "capsule": capsule,
    "cone": _cone,
    "rod": _rod,
    "block": lambda: rounded_box((1.0, 1.0, 1.0), 0.12),
    **_OF_CONTROLLERS,
    **{of_hand(name, "left"): _of_the_left_hand(name) for name in _OF_CONTROLLERS},
}


@cache
def shape(name: str) -> Shape:
    """The shape of this name, one of MAKERS; KeyError where there is none."""
    return MAKERS[name]()
