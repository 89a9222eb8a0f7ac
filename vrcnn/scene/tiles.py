"""Which channel stands at which place of a wall's grid, and which pixel of its map a ray meets."""

from __future__ import annotations

from math import floor

import numpy as np

from vrcnn.scene.hall import Wall

FILL = 0.96  # of a cell's width and height; shaders/grid.frag
PAIRED = 0.016  # of a cell's width, by which a map and its visualization come closer; shaders/grid.frag


def channel_at(wall: Wall, place: int) -> int:
    """The number of the channel whose map stands at a place, counted row by row from the top left."""
    return place if wall.order is None else int(wall.order[place])


def place_of(wall: Wall, channel: int) -> int:
    """The place at which a channel's map stands."""
    return channel if wall.order is None else int(np.flatnonzero(wall.order == channel)[0])


def pixel_on(wall: Wall, u: float, v: float, height: int, width: int) -> tuple[int, int] | None:
    """Row and column of the pixel at `u`, `v` (0 to 1) of what a wall shows, where there is a map; None in a gap."""
    across, down = u * wall.columns, wall.first_row + v * wall.rows_shown
    aside = PAIRED if wall.cells > 1 and wall.columns > 1 else 0.0
    return pixel_in_cell(across % 1 - aside, down % 1, height, width)


def pixel_in_cell(across: float, down: float, height: int, width: int) -> tuple[int, int] | None:
    """Row and column of the pixel at `across`, `down` (0 to 1) of a cell with a map; None in the gap around it."""
    return pixel_at((across - 0.5) / FILL + 0.5, (down - 0.5) / FILL + 0.5, height, width)


def pixel_at(across: float, down: float, height: int, width: int) -> tuple[int, int] | None:
    """Row and column of the pixel at `across`, `down` (0 to 1) of a map; None beside it."""
    if not (0 <= across < 1 and 0 <= down < 1):
        return None
    return floor(down * height), floor(across * width)
