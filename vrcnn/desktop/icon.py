"""The window's icon: three walls of maps, one behind the other, in the colours of the dark theme."""

from __future__ import annotations

import numpy as np

from vrcnn.scene.theme import DARK

SIZE = 32  # px
RADIUS = 6  # px, of its round corners


def icon() -> np.ndarray:
    """(32, 32, 4) uint8 picture, rows from the top."""
    pixels = np.zeros((SIZE, SIZE, 4), np.uint8)
    from_corner = np.maximum(np.abs(np.indices((SIZE, SIZE)) - (SIZE - 1) / 2) - (SIZE / 2 - RADIUS), 0)
    pixels[np.hypot(*from_corner) < RADIUS] = _colour("panel")
    for left, top, height, role in ((4, 7, 18, "frame"), (11, 9, 14, "running"), (20, 6, 20, "accent")):
        width = 5 if role != "accent" else 8
        pixels[top : top + height, left : left + width] = _colour(role)
    pixels[10:26:5, 20:28] = pixels[6:26, 24] = _colour("panel")
    return pixels


def _colour(role: str) -> tuple[int, int, int, int]:
    red, green, blue = (round(255 * part) for part in DARK[role])
    return red, green, blue, 255
