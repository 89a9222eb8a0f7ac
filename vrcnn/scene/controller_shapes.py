"""The shapes of controllers, in metres of the room and in the frame of the right hand's grip.

OpenXR's grip pose (specification 1.1, "Standard pose identifiers") has its origin in the middle of the fist; its z runs
along the handle from the thumb to the little finger, its x out of the back of the right hand, and its y to where the
thumb rests. The ray of a controller leads down from the handle by about 40 degrees, to -y and -z.
"""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, radians, sin

import numpy as np

from vrcnn.scene.geometry import Pose, Vector, turn
from vrcnn.scene.solids import Section, Shape, ball, bent, joined, lofted, placed, rounded_box, turned

HEAD = Pose((0.0, 0.010, -0.052), turn(pitch=radians(-36)))  # of the plate under the thumb: y is its normal
_ROUND = 24


def _button(radius: float, height: float, sink: float = 0.0) -> Shape:
    """Round, with a soft edge, from y = 0 up."""
    soft = min(radius, height) * 0.35
    corner = [(radius - soft * (1 - cos(a)), height - soft * (1 - sin(a))) for a in np.radians((0, 30, 60, 90))]
    return turned([(radius, -0.002), *corner, (radius * 0.5, height - sink)], _ROUND)


def _stick() -> Shape:
    """A short stem with a hollow cap, from y = 0 up."""
    stem = [(0.0042, 0.0), (0.0036, 0.004), (0.0062, 0.0062), (0.0078, 0.0078), (0.0080, 0.0090)]
    return turned([*stem, (0.0074, 0.0100), (0.0062, 0.0100), (0.0036, 0.0088)], _ROUND)


def _well(radius: float) -> Shape:
    """What a stick stands in."""
    return turned([(radius, -0.002), (radius, 0.0008), (radius - 0.001, 0.0016), (radius - 0.0028, 0.0008)], _ROUND)


def _pad(radius: float, length: float = 1.0) -> Shape:
    flat = turned([(radius, -0.002), (radius, 0.0008), (radius - 0.0012, 0.0018), (radius * 0.6, 0.0014)], 32)
    return placed(flat, scale=(1.0, 1.0, length))


def _on_head(shape: Shape, x: float, z: float, y: float = 0.0, head: Pose = HEAD) -> Shape:
    """The shape on the plate under the thumb: `x` to the right and `z` towards the visitor, in m."""
    return placed(shape, head @ Pose((x, y, z)))


def _plate(width: float, length: float, height: float, depth: float) -> Shape:
    """A flat oval with round edges from y = -depth to `height`, as it lies on the head."""
    steps = [radians(a) for a in (-90, -60, -30, 0, 30, 60, 90)]
    soft = (height + depth) / 2
    middle = (height - depth) / 2
    profile = [(width - soft * (1 - cos(a)), middle + soft * sin(a)) for a in steps]
    return placed(turned(profile, 32), scale=(1.0, 1.0, length / width))


def _curve(points: list[Vector], count: int = 22) -> np.ndarray:
    """(count, 3): through the points, softly (Catmull and Rom's spline)."""
    knots = np.array([points[0], *points, points[-1]])
    at = np.linspace(0, len(points) - 1 - 1e-9, count)
    place = at.astype(int)
    t = (at - place)[:, None]
    a, b, c, d = (knots[place + k] for k in range(4))
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


def _halo(radius: float, centre: Vector, frame: Pose, width: float, thickness: float, opening: float = 0.0) -> Shape:
    """A band around `centre` of `frame`, in its plane of x and z; it may be open towards the visitor, by an angle in
    degrees, and bends inwards there."""
    if not opening:
        angles = np.arange(36) * 2 * pi / 36
        radii = np.full(36, radius)
    else:
        angles = np.radians(np.linspace(-90 + opening / 2, 270 - opening / 2, 34))
        ends = np.minimum(1.0, np.minimum(np.arange(34), np.arange(34)[::-1]) / 7)
        radii = radius * (0.58 + 0.42 * ends * ends * (3 - 2 * ends))
    out = np.stack([np.cos(angles), np.zeros(len(angles)), -np.sin(angles)], 1)
    turn_ = frame.matrix()
    path = (radii[:, None] * out + np.array(centre)) @ turn_[:3, :3].T + turn_[:3, 3]
    return bent(path, out @ turn_[:3, :3].T, width, thickness, closed=not opening, around=12)


def _handle(*cuts: tuple[float, float, float, float], ends: tuple[float, float] = (0.008, 0.012)) -> Shape:
    """From (z, y, half width, half depth), bottom first, in mm."""
    sections = [
        Section((0.0, y / 1000, -z / 1000), width / 1000, depth / 1000, pi, square=2.3) for z, y, width, depth in cuts
    ]
    return lofted(sections, ends)


def _trigger(pose: Pose, size: Vector = (0.017, 0.031, 0.015)) -> Shape:
    return placed(rounded_box(size, 0.0065, steps=4), pose)


_UNDER_HEAD = HEAD @ Pose((0.0, -0.021, -0.014), turn(pitch=radians(34)))


def _touch_body() -> Shape:
    handle = _handle(
        (-58, -2, 13.5, 14.5), (-38, -1, 14.5, 16.5), (-6, 1, 15.5, 17.5), (20, 1, 16, 17), (36, 0, 16, 14)
    )
    head = _on_head(_plate(0.027, 0.030, 0.005, 0.017), 0.0, 0.0)
    return joined(handle, head)


def _touch_ring() -> Shape:
    return _halo(0.049, (0.0, -0.001, -0.018), HEAD, 0.0055, 0.0022, opening=96)


def _touch_trim() -> Shape:
    return joined(
        _on_head(_plate(0.0235, 0.0265, 0.0064, 0.002), 0.0, 0.0),
        _on_head(_well(0.0105), -0.0085, -0.004, 0.0064),
        _on_head(_button(0.0034, 0.0006), 0.004, 0.0175, 0.0064),
    )


def _index_body() -> Shape:
    handle = _handle((-70, -1, 13, 14), (-50, 0, 14, 16), (-10, 1, 14, 16.5), (20, 3, 14.5, 16.5), (40, 6, 15, 16))
    return joined(handle, _on_head(_plate(0.0265, 0.036, 0.004, 0.013), 0.0, 0.002))


def _index_strap() -> Shape:
    points = [
        (0.021, 0.008, -0.060),
        (0.046, 0.006, -0.048),
        (0.058, 0.002, -0.014),
        (0.055, 0.000, 0.026),
        (0.034, -0.001, 0.058),
        (0.008, -0.001, 0.070),
    ]
    path = _curve([(x, y, z) for x, y, z in points])
    ahead = np.gradient(path, axis=0)
    out = np.cross(np.array((0.0, 1.0, 0.0)), ahead)
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    return bent(path, out, 0.0095, 0.0028, closed=False)


def _index_trim() -> Shape:
    return joined(
        _on_head(_plate(0.0232, 0.0325, 0.0054, 0.002), 0.0, 0.002),
        _on_head(_well(0.0105), -0.0095, -0.010, 0.0054),
        _on_head(_pad(0.0062, 1.75), 0.0015, 0.0065, 0.0054),
    )


def _index_grip() -> Shape:
    """What the fingers press: a sleeve around the handle."""
    cuts = ((-42, 0, 15.2, 17.0), (-10, 1, 15.3, 17.7), (14, 2.4, 15.4, 17.8))
    return _handle(*cuts, ends=(0.003, 0.003))


def _wand_body() -> Shape:
    handle = _handle(
        (-112, 0, 15, 12), (-60, 0, 15.5, 12.5), (0, 0, 17, 13.5), (40, 0, 20, 14), (72, -2, 21, 13), ends=(0.01, 0.01)
    )
    return joined(handle, placed(ball(20, 8), Pose((0.0, -0.004, -0.074)), (0.0215, 0.0140, 0.020)))


_WAND_RING = Pose((0.0, -0.016, -0.098), turn(pitch=radians(-42)))


def _wand_ring() -> Shape:
    return _halo(0.046, (0.0, 0.0, -0.022), _WAND_RING, 0.0085, 0.0085)


def _wand_trim() -> Shape:
    return joined(
        placed(_pad(0.0205), Pose((0.0, 0.0132, -0.040))),
        placed(_button(0.0040, 0.0012), Pose((0.0, 0.0134, 0.0))),
    )


def _wand_grip() -> Shape:
    side = rounded_box((0.004, 0.009, 0.030), 0.0018)
    return joined(*(placed(side, Pose((x, 0.0, 0.022))) for x in (-0.0158, 0.0158)))


def _motion_body() -> Shape:
    handle = _handle((-72, 0, 14, 16), (-45, 0, 15, 17), (-8, 1, 16, 18), (20, 1, 17, 17), (36, 0, 17, 14))
    return joined(handle, _on_head(_plate(0.028, 0.034, 0.004, 0.015), 0.0, 0.0))


_MOTION_RADIUS = 0.054
_MOTION_RING = HEAD @ Pose((0.0, -0.008, -0.070), turn(pitch=radians(-14)))


def _motion_ring() -> Shape:
    return _halo(_MOTION_RADIUS, (0.0, 0.0, 0.0), _MOTION_RING, 0.0075, 0.0032)


def _motion_lights() -> Shape:
    """The small lights around the ring, by which the headset sees it."""
    angles = np.arange(12) * 2 * pi / 12 + 0.26
    outside = _MOTION_RADIUS + 0.003
    light = ball(8, 4)
    return joined(
        *(
            placed(light, _MOTION_RING @ Pose((outside * cos(a), 0.0, -outside * sin(a))), (0.0016,) * 3)
            for a in angles.tolist()
        )
    )


def _motion_trim() -> Shape:
    return joined(
        _on_head(_plate(0.0245, 0.0305, 0.0054, 0.002), 0.0, 0.0),
        _on_head(_well(0.0100), 0.0095, -0.011, 0.0054),
        _on_head(_button(0.0030, 0.0007), 0.0, 0.0235, 0.0054),
    )


def _simple_body() -> Shape:
    cuts = ((-70, 0, 15, 9), (-30, 0, 16.5, 10.5), (30, 0, 17, 11), (66, 0, 16, 9.5))
    return _handle(*cuts, ends=(0.009, 0.009))


def _simple_trim() -> Shape:
    return placed(_well(0.0132), Pose((0.0, 0.0102, -0.036)))


def _finger(places: list[Vector], radius: float) -> Shape:
    """A bent finger through these places."""
    path = _curve(places, 9)
    ahead = np.gradient(path, axis=0)
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    out = np.array((0.0, 0.0, 1.0)) - ahead * ahead[:, 2:]
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    return bent(path, out, radius, radius, closed=False, around=12)


def _hand_palm() -> Shape:
    """A fist that is half open, for hands of which no joints are known."""
    cuts = (
        (0.052, 0.004, 0.018, 0.024),
        (0.030, 0.010, 0.015, 0.031),
        (0.0, 0.014, 0.0135, 0.039),
        (-0.030, 0.017, 0.012, 0.040),
    )
    sections = [Section((x, 0.0, y), thick, wide, pi, square=2.6) for y, x, thick, wide in cuts]
    palm = placed(lofted(sections, (0.008, 0.010)), Pose((0.0, 0.0, 0.0), turn(pitch=-pi / 2)))
    fingers = []
    for z, reach in ((-0.029, 1.0), (-0.010, 1.08), (0.010, 1.02), (0.028, 0.85)):
        places = [
            (0.016, -0.032, z),
            (0.004, -0.032 - 0.034 * reach, z),
            (-0.022, -0.034 - 0.026 * reach, z),
            (-0.030, -0.018 - 0.018 * reach, z),
        ]
        fingers.append(_finger(places, 0.0088))
    return joined(palm, *fingers)


def _hand_thumb() -> Shape:
    places = [(0.006, 0.026, -0.034), (-0.012, 0.010, -0.056), (-0.024, -0.014, -0.062), (-0.028, -0.036, -0.056)]
    return _finger(places, 0.0104)


# By "model part"; those of the left hand are mirrored.
MAKERS: dict[str, Callable[[], Shape]] = {
    "touch body": _touch_body,
    "touch ring": _touch_ring,
    "touch trim": _touch_trim,
    "touch trigger": lambda: _trigger(_UNDER_HEAD),
    "touch grip": lambda: placed(
        rounded_box((0.009, 0.013, 0.034), 0.0042), Pose((-0.0125, -0.009, -0.008), turn(yaw=radians(-4)))
    ),
    "touch stick": lambda: _on_head(_stick(), -0.0085, -0.004, 0.0066),
    "touch lower": lambda: _on_head(_button(0.0052, 0.0024), 0.0105, 0.0035, 0.0062),
    "touch upper": lambda: _on_head(_button(0.0052, 0.0024), 0.0095, -0.0110, 0.0062),
    "index body": _index_body,
    "index strap": _index_strap,
    "index trim": _index_trim,
    "index trigger": lambda: _trigger(_UNDER_HEAD @ Pose((0.0, 0.003, 0.0)), (0.0155, 0.032, 0.0135)),
    "index grip": _index_grip,
    "index stick": lambda: _on_head(_stick(), -0.0095, -0.010, 0.0056),
    "index lower": lambda: _on_head(_button(0.0044, 0.0022), 0.0135, 0.0060, 0.0052),
    "index upper": lambda: _on_head(_button(0.0044, 0.0022), 0.0130, -0.0080, 0.0052),
    "wand body": _wand_body,
    "wand ring": _wand_ring,
    "wand trim": _wand_trim,
    "wand trigger": lambda: _trigger(Pose((0.0, -0.0185, -0.050), turn(pitch=radians(-24))), (0.015, 0.028, 0.014)),
    "wand grip": _wand_grip,
    "wand pad": lambda: placed(_pad(0.0182), Pose((0.0, 0.0142, -0.040))),
    "wand menu": lambda: placed(_button(0.0038, 0.0016), Pose((0.0, 0.0134, -0.0680))),
    "motion body": _motion_body,
    "motion ring": _motion_ring,
    "motion lights": _motion_lights,
    "motion trim": _motion_trim,
    "motion trigger": lambda: _trigger(_UNDER_HEAD),
    "motion grip": lambda: placed(
        rounded_box((0.008, 0.016, 0.020), 0.0038), Pose((-0.0138, -0.004, -0.012), turn(yaw=radians(-4)))
    ),
    "motion stick": lambda: _on_head(_stick(), 0.0095, -0.011, 0.0056),
    "motion pad": lambda: _on_head(_pad(0.0098), -0.0100, 0.0040, 0.0054),
    "motion menu": lambda: _on_head(_button(0.0034, 0.0016), 0.0105, 0.0125, 0.0052),
    "simple body": _simple_body,
    "simple trim": _simple_trim,
    "simple select": lambda: placed(_button(0.0115, 0.0036, 0.0008), Pose((0.0, 0.0104, -0.036))),
    "simple menu": lambda: placed(_button(0.0050, 0.0022), Pose((0.0, 0.0104, -0.004))),
    "hand palm": _hand_palm,
    "hand thumb": _hand_thumb,
}
