"""The stack: sheets one behind the other, all facing the entrance, as networks are drawn in papers.

The larger its maps, the higher is a sheet; the middles of all are at one height. The path runs past their left edges,
aslant, so that every sheet shows the beginning of its title beside the one before it. Branches are parallel lanes of
sheets further to the right.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from math import cos, log2, radians, sin

import numpy as np

from vrcnn.scene.layouts.standing import FIRST_WALL, PATH_HALF_WIDTH, Piece, Rows, Setting, Spot
from vrcnn.scene.paths import Path

ASLANT = radians(33)  # to the left, of the path behind the entrance
BEND = 1.4, 4.4  # m along the path, between which it turns
BETWEEN = 1.3  # m along the path from one sheet to the next, at least
SHARE = 0.42  # of a sheet's width, to stand in front of it
BETWEEN_LANES = 0.7  # m
LOWEST, HIGHEST = 0.95, 2.0  # m: sheets of the smallest maps and of the largest
SMALLEST = 6  # pixels: maps below are all as small
AXIS = 1.47  # m above the ground, where the middles of all sheets are
LEAST_SCALE, MOST_SCALE = 0.58, 1.1


def stack(rows: Rows) -> Setting:
    """Where the pieces stand in a stack."""
    largest = max((piece.side for row in rows for piece in row), default=1)
    scales = {piece.key: _scale(piece, largest) for row in rows for piece in row}
    lanes = _lanes(rows, scales)
    spots: dict[Hashable, Spot] = {}
    z, former = FIRST_WALL, 0.0
    for row in rows:
        widest = max(scales[piece.key] * piece.width for piece in row)
        if spots:
            z -= max(BETWEEN, SHARE * max(former, widest))
        former = widest
        for piece in row:
            outward = lanes[piece.key]
            x = PATH_HALF_WIDTH + outward * cos(ASLANT)
            spots[piece.key] = Spot(x, z + outward * sin(ASLANT), 1, -ASLANT, scales[piece.key], AXIS)
    return Setting(spots, _path(), -ASLANT)


def _scale(piece: Piece, largest: int) -> float:
    """Sheets of `largest` maps stand highest, and with every halving of the maps a step lower."""
    share = log2(max(SMALLEST, piece.side) / SMALLEST) / max(1.0, log2(max(SMALLEST, largest) / SMALLEST))
    wanted = LOWEST + (HIGHEST - LOWEST) * share
    return min(MOST_SCALE, max(LEAST_SCALE, wanted / piece.height))


def _lanes(rows: Rows, scales: dict[Hashable, float]) -> dict[Hashable, float]:
    """How far from the path each piece begins, in m along its row: lanes are straight as long as there are several."""
    found: dict[Hashable, float] = {}
    stretch: list[Sequence[Piece]] = []
    for row in [*rows, ()]:
        if len(row) > 1:
            stretch.append(row)
            continue
        widths: dict[int, float] = {}
        for piece in (piece for beside in stretch for piece in beside):
            width = scales[piece.key] * max(piece.width, piece.head) + BETWEEN_LANES
            widths[piece.slot.lane] = max(widths.get(piece.slot.lane, 0.0), width)
        starts = {lane: sum(widths[other] for other in widths if other < lane) for lane in widths}
        found.update({piece.key: starts[piece.slot.lane] for beside in stretch for piece in beside})
        found.update({piece.key: 0.0 for piece in row})
        stretch = []
    return found


def _path() -> Path:
    """Straight from the entrance, then aslant to the left."""
    along = np.linspace(*BEND, 40)
    heading = ASLANT * np.linspace(0.0, 1.0, 40)
    middle = (heading[1:] + heading[:-1]) / 2
    step = np.diff(along)
    x = np.concatenate([[0.0], np.cumsum(-np.sin(middle) * step)])
    z = np.concatenate([[-along[0]], -along[0] + np.cumsum(-np.cos(middle) * step)])
    return Path.through(along, x, z, heading)
