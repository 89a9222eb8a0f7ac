"""The pattern on the sieve's glass, by which its kind and amount are known from afar. The same every time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vrcnn.scene.drawables import Box
from vrcnn.scene.geometry import Pose, roll_and_pitch
from vrcnn.susceptibility.sieve import AMOUNTS, STRONGER, Sieve

DEPTH = 0.0012  # m
VEIL, LINES = 0.34, 0.3  # opacity of the milkiest glass, and of lines
_TURNS = {"right": 0.0, "up": np.pi / 2, "left": np.pi, "down": -np.pi / 2}


def strength(sieve: Sieve) -> float:
    """How much it takes, among the amounts that one turns through: 0 the least, 1 the most."""
    amounts = AMOUNTS[sieve.kind]
    place = min(range(len(amounts)), key=lambda each: abs(amounts[each] - sieve.amount)) / (len(amounts) - 1)
    return place if STRONGER[sieve.kind] > 0 else 1.0 - place


def pattern(sieve: Sieve, pose: Pose, side: float, opacity: float = 1.0) -> list[Box]:
    """Boxes on a glass of this `side` in m, whose middle is at `pose`; fainter with less than full `opacity`."""
    return [replace(box, opacity=box.opacity * opacity) for box in _boxes(sieve, pose, side)]


def _boxes(sieve: Sieve, pose: Pose, side: float) -> list[Box]:
    share = strength(sieve)
    match sieve.kind:
        case "low-pass":
            return _veils(pose, side, share)
        case "shift":
            return _arrows(pose @ Pose(orientation=roll_and_pitch(_TURNS[sieve.direction], 0.0)), side, share)
        case "windows":
            return _grid(pose, side, round(12 - 9 * share))
        case "patches":
            return _squares(pose, side, round(3 + 7 * share))
    return _grains(pose, side, share)


def _veils(pose: Pose, side: float, share: float) -> list[Box]:
    """Milky glass, denser to the middle."""
    opacity = (0.25 + 0.75 * share) * VEIL / 6
    return [
        Box(pose @ Pose((0, 0, DEPTH * number)), (side * size, side * size, DEPTH), "text", 1.0, opacity)
        for number, size in enumerate(np.linspace(0.98, 0.28, 6).tolist())
    ]


def _arrows(pose: Pose, side: float, share: float) -> list[Box]:
    """Lines with heads, as long as the way that pixels go."""
    boxes, long, thick = [], side * (0.16 + 0.5 * share), 0.011 * side
    for row in (-0.28, 0.0, 0.28):
        boxes.append(_bar(pose, (0.0, row * side), (long, thick)))
        for turn in (-0.7, 0.7):
            tip = pose @ Pose((long / 2, row * side, 0.0), roll_and_pitch(turn, 0.0))
            boxes.append(_bar(tip, (-0.05 * side, 0.0), (0.1 * side, thick)))
    return boxes


def _grid(pose: Pose, side: float, count: int) -> list[Box]:
    places = ((np.arange(1, count) / count - 0.5) * side).tolist()
    thick = 0.007 * side
    return [
        *(_bar(pose, (at, 0.0), (thick, side)) for at in places),
        *(_bar(pose, (0.0, at), (side, thick)) for at in places),
    ]


def _squares(pose: Pose, side: float, count: int) -> list[Box]:
    """Every other field of a board, some of them not where they were."""
    random, cell = np.random.default_rng(3), side / count
    fields = [(row, column) for row in range(count) for column in range(count) if (row + column) % 2]
    boxes = []
    for row, column in fields:
        opacity = 0.12 + 0.2 * float(random.random())
        x, y = ((each + 0.5) * cell - side / 2 for each in (column, row))
        boxes.append(_bar(pose, (x, y), (0.86 * cell, 0.86 * cell), opacity))
    return boxes


def _grains(pose: Pose, side: float, share: float) -> list[Box]:
    """The finer the band of the noise, the smaller and the more they are."""
    random = np.random.default_rng(5)
    count, size = round(24 + 96 * share), side * (0.05 - 0.034 * share)
    places = random.uniform(-0.46, 0.46, (count, 2)) * side
    return [_bar(pose, (x, y), (size, size), 0.35) for x, y in places.tolist()]


def _bar(pose: Pose, at: tuple[float, float], size: tuple[float, float], opacity: float = LINES) -> Box:
    return Box(pose @ Pose((*at, DEPTH)), (*size, DEPTH), "text", 1.0, opacity)
