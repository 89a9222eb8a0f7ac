"""Walls whose maps memory is short for: hatched, with a plate in the middle that a press brings the maps back with."""

from __future__ import annotations

from math import pi, sqrt

from vrcnn.scene.drawables import Box, Label
from vrcnn.scene.geometry import Pose, roll_and_pitch
from vrcnn.scene.hall import Surface, Wall
from vrcnn.scene.signs import wrap

HEADLINE, HINT = "Left out to save memory", "Press to bring it back"
SPACING, MOST_LINES = 0.16, 28  # m between the hatch's lines, and how many at most
LINE, CAP = 0.012, 0.038  # m: a line's width, and the height of a capital letter
SLANT = roll_and_pitch(pi / 4, 0.0)


def plate(wall: Wall) -> Surface:
    """The plate in the middle of the wall, in the wall's frame."""
    return Surface(Pose((0, 0, 0.008)), min(0.82, wall.width * 0.86), min(0.2, wall.height * 0.5))


def furnish_left_out(wall: Wall) -> tuple[list[Box], list[Label]]:
    """The hatch and the plate with its two lines, in the wall's frame."""
    boxes = [
        Box(Pose((x, y, 0.0), SLANT), (length, LINE, 0.002), "track")
        for x, y, length in _hatch(wall.width, wall.height)
    ]
    sign = plate(wall)
    boxes.append(Box(sign.pose @ Pose((0, 0, -0.004)), (sign.width, sign.height, 0.008), "panel"))
    boxes.append(Box(sign.pose @ Pose((0, sign.height / 2, -0.002)), (sign.width, 0.006, 0.008), "accent", glow=0.8))
    room, labels = sign.width - 0.04, []
    lines = [(line, "text", True) for line in wrap(HEADLINE, CAP, room, 2, bold=True)]
    lines += [(line, "accent text", False) for line in wrap(HINT, CAP * 0.85, room, 2)]
    spacing = min(2.0 * CAP, (sign.height - 0.03) / len(lines))
    top = (len(lines) - 1) / 2 * spacing - CAP / 2
    for number, (line, role, bold) in enumerate(lines):
        height = CAP if bold else CAP * 0.85
        at = sign.pose @ Pose((0.0, top - number * spacing, 0.001))
        labels.append(Label(line, at, height, "centre", role, bold))
    return boxes, labels


def _hatch(width: float, height: float) -> list[tuple[float, float, float]]:
    """(x, y, length) of slanted lines that fill a rectangle around the origin: their middles and lengths, in m."""
    reach = width + height
    number = max(2, min(MOST_LINES, round(reach / (SPACING * sqrt(2)))))
    lines = []
    for place in range(number):
        offset = (place + 0.5) / number * reach - reach / 2  # y - x, from the lower right corner to the upper left
        left, right = max(-width / 2, -height / 2 - offset), min(width / 2, height / 2 - offset)
        if right - left > LINE:
            x = (left + right) / 2
            lines.append((x, x + offset, (right - left) * sqrt(2) - LINE))
    return lines
