"""Keeps the large pictures of visualizations on the graphics card in step with what is shown: large, and in frames."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image

from vrcnn.render.image_pass import CELL
from vrcnn.scene.feature_reading import FeatureReading
from vrcnn.scene.picture_numbers import LARGE_FEATURE, frame_number
from vrcnn.scene.pointing import feature_of
from vrcnn.scene.world import World


class FeaturePictures:
    """Hands the renderer a picture when another one is to be shown under its number."""

    def __init__(self) -> None:
        self._shown: dict[int, np.ndarray] = {}

    def step(self, world: World, take: Callable[[int, np.ndarray], None]) -> None:
        """`take` gets a picture's number and (H, W, 4) uint8, at most CELL px a side."""
        for number, pixels in _wanted(world).items():
            if self._shown.get(number) is not pixels:
                self._shown[number] = pixels
                take(number, opaque(pixels))


def opaque(pixels: np.ndarray) -> np.ndarray:
    """(H, W, 3) uint8 as (H, W, 4), made smaller where it has more than CELL px a side."""
    picture = Image.fromarray(np.ascontiguousarray(pixels)).convert("RGBA")
    picture.thumbnail((CELL, CELL), Image.Resampling.LANCZOS)
    return np.array(picture)


def _wanted(world: World) -> dict[int, np.ndarray]:
    """The pixels of what is shown, by the pictures' numbers."""
    gallery = world.gallery
    readings = {
        frame_number(frame.place): frame.reading
        for frame in gallery.frames
        if isinstance(frame.reading, FeatureReading)
    }
    large = None if gallery.large is None else feature_of(world, gallery.large.subject)
    if large is not None:
        readings[LARGE_FEATURE] = large
    return {number: reading.made.pixels for number, reading in readings.items() if reading.made is not None}
