"""Sliders with a fixed number of places, fixed to something: a plate with a groove, notches and a knob."""

from __future__ import annotations

from vrcnn.scene.drawables import Box
from vrcnn.scene.geometry import Pose, Ray, rotate
from vrcnn.scene.hall import Surface

KNOB = 0.03, 0.062  # m
NOTCHED = 32  # places with a notch each; more would stand too close


def slider_boxes(slider: Surface, places: int, at: int) -> list[Box]:
    """A slider whose knob is at the place of number `at`, of `places` in all, the first at its left end."""
    track = _track(slider)
    x = (at / max(1, places - 1) - 0.5) * track
    height = 0.022
    boxes = [
        Box(slider.pose @ Pose((0, 0, -0.012)), (slider.width, slider.height, 0.018), "panel"),
        Box(slider.pose @ Pose((0, 0, -0.02)), (slider.width + 0.02, slider.height + 0.02, 0.02), "wood"),
        Box(slider.pose @ Pose((0, height, -0.001)), (track, 0.012, 0.008), "track"),
        Box(slider.pose @ Pose(((x - track / 2) / 2, height, 0.0)), (x + track / 2, 0.012, 0.01), "accent", glow=0.55),
    ]
    if 1 < places <= NOTCHED:
        boxes += [
            Box(slider.pose @ Pose(((notch / (places - 1) - 0.5) * track, height, 0.001)), (0.003, 0.02, 0.008), "edge")
            for notch in range(places)
        ]
    boxes.append(Box(slider.pose @ Pose((x, height, 0.008)), (KNOB[0], KNOB[1] * 0.7, 0.02), "accent", glow=0.9))
    return boxes


def share_at(slider: Surface, ray: Ray) -> float | None:
    """How far along the track (0 at its left end, 1 at its right, also beyond) a ray meets the slider's plane, from in
    front of it; None where it does not."""
    back = slider.pose.inverse()
    (ox, _, oz), (dx, _, dz) = back.apply(ray.origin), rotate(back.orientation, ray.direction)
    if oz <= 0 or dz >= 0:
        return None
    return (ox - oz / dz * dx) / _track(slider) + 0.5


def _track(slider: Surface) -> float:
    return slider.width - 0.06
