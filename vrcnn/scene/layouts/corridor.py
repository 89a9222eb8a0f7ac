"""The corridor: walls left and right of a straight path, turned towards the visitor like the pages of an open book.

The path leads from the entrance at the origin along -z. The trunk changes sides from depth to depth; branches stand
on the other side first, then further out in line with the wall beside the path.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from math import cos, radians, sin

from vrcnn.scene.layouts.standing import FIRST_WALL, PATH_HALF_WIDTH, Piece, Rows, Setting, Spot
from vrcnn.scene.paths import STRAIGHT

FACING = radians(50)  # between a wall's face and the way back to the entrance
LEAST_STEP = 0.9  # m along the path from one depth to the next
STAND_ROOM = 1.0  # m beyond half a wall's width, to stand in front of it
GAP_IN_LINE = 0.6  # m between walls of one line


def corridor(rows: Rows) -> Setting:
    """Where the pieces stand in a corridor."""
    return Setting(corridor_spots(rows), STRAIGHT)


def corridor_spots(rows: Rows) -> dict[Hashable, Spot]:
    """The same on whatever path, in path coordinates."""
    spots: dict[Hashable, Spot] = {}
    z = FIRST_WALL
    last: dict[int, tuple[float, float]] = {}  # side: z and width of the widest wall there
    side = -1
    for row in rows:
        lines = _lines(side, row)
        if spots:
            z -= LEAST_STEP
        for where, line in lines.items():
            if line and where in last:
                previous_z, previous_width = last[where]
                room = 0.5 * max(previous_width, max(piece.width for piece in line)) + STAND_ROOM
                z = min(z, previous_z - room)
        for where, line in lines.items():
            outward = 0.0
            for piece in line:
                x = where * (PATH_HALF_WIDTH + outward * cos(FACING))
                spots[piece.key] = Spot(x, z + outward * sin(FACING), where, -where * FACING)
                outward += piece.width + GAP_IN_LINE
            if line:
                last[where] = z, max(piece.width for piece in line)
        side = -side
    return spots


def _lines(side: int, row: Sequence[Piece]) -> dict[int, Sequence[Piece]]:
    """Which pieces of a depth stand on which side, in turns; by their lanes where the developer has placed one."""
    if any(piece.pinned for piece in row):
        return {where: [piece for piece in row if piece.slot.lane % 2 == odd] for odd, where in ((0, side), (1, -side))}
    return {side: row[0::2], -side: row[1::2]}
