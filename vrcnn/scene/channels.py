"""The names of channels, written on their tiles where there is room to read them."""

from __future__ import annotations

from math import ceil, floor

from vrcnn.scene.drawables import Box, Label
from vrcnn.scene.geometry import Pose
from vrcnn.scene.hall import Wall
from vrcnn.scene.tiles import channel_at
from vrcnn.scene.typography import ELLIPSIS, text_width

LEAST_HEIGHT = 0.07  # m of a tile that has room for a name
MOST = 64  # names on a wall
LETTERS = 4  # at least, of a shortened name
SMALLEST, LARGEST = 0.0105, 0.026  # m, cap heights
SHARE = 0.13  # of a tile's height
UNDER = 0.05  # of a tile's height, for the line of progress; shaders/grid.frag


def channel_names(wall: Wall) -> tuple[list[Box], list[Label]]:
    """A dark strip at the foot of each tile that has a name, with the name; none on tiles that are too small.

    Where a wall shows both, the strip is on the map's tile; on a visualization it leaves room for a line of progress.
    """
    width, height = wall.width / wall.columns, wall.height / wall.rows_shown
    if not wall.channels or height < LEAST_HEIGHT:
        return [], []
    cap = min(LARGEST, max(SMALLEST, SHARE * min(width, height)))
    inner, strip = 0.96 * width, 2.1 * cap
    lift = UNDER if wall.face == "visualizations" else 0.0
    count = wall.columns * wall.rows if wall.span is None else wall.span.count
    boxes: list[Box] = []
    labels: list[Label] = []
    first = ceil(max(0, floor(wall.first_row)) * wall.columns / wall.cells)
    for tile in range(first, min(first + MOST, count)):
        channel = channel_at(wall, tile)
        text = _shortened(wall.channels[channel], cap, inner - cap) if channel < len(wall.channels) else ""
        if not text:
            continue
        row, column = divmod(tile * wall.cells, wall.columns)
        x = (column + 0.5) * width - wall.width / 2
        foot = wall.height / 2 - (row - wall.first_row + 0.98 - lift) * height
        if foot < -wall.height / 2 - 1e-6 or foot + strip > wall.height / 2:
            continue
        boxes.append(Box(Pose((x, foot + strip / 2, 0.002)), (inner, strip, 0.002), "panel", 1.0, 0.82))
        labels.append(Label(text, Pose((x - inner / 2 + cap / 2, foot + 0.55 * cap, 0.004)), cap))
    return boxes, labels


def _shortened(name: str, cap: float, width: float) -> str:
    """The name, or its beginning with an ellipsis; "" where not even LETTERS of it fit."""
    if text_width(name, cap) <= width:
        return name
    kept = len(name) - 1
    while kept >= LETTERS and text_width(name[:kept] + ELLIPSIS, cap) > width:
        kept -= 1
    return name[:kept].rstrip(" ,") + ELLIPSIS if kept >= LETTERS else ""
