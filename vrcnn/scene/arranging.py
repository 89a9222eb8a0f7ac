"""Puts the walls of a hall where its arrangement has them, and lets them show what it says."""

from __future__ import annotations

from dataclasses import replace

from vrcnn.scene.arrangement import Arrangement, Handling
from vrcnn.scene.hall import Hall, Motion, Wall
from vrcnn.scene.laying import lay
from vrcnn.scene.tiling import Window, cells_of, next_columns, opening_zoom, window

SECONDS = 0.25  # that a wall needs to a place where nobody carries it
TO_ANOTHER_LAYOUT = 0.9  # seconds, also where rooms are closed or opened
MOST_APART = 24  # walls that are drawn apart from the others, before all are drawn anew


def arrange(hall: Hall) -> None:
    """Every wall as the layout and the hall's arrangement have it."""
    for wall in hall.walls:
        _place(hall, wall)
        _handle(hall, wall)
    hall.apart.clear()
    hall.placing_revision += 1
    hall.handling_revision += 1


def rearrange(hall: Hall, arrangement: Arrangement, time: float) -> None:
    """The hall in another arrangement; walls and network glide there from World.time `time` on."""
    before, whole = {wall.node: wall.placing for wall in hall.walls}, hall.arrangement.whole
    anew = (arrangement.layout, arrangement.closed) != (hall.arrangement.layout, hall.arrangement.closed)
    hall.arrangement = arrangement
    if anew:
        _lay_anew(hall)
    changed = []
    for number, wall in enumerate(hall.walls):
        _place(hall, wall)
        if _handle(hall, wall):
            changed.append(number)
    _draw_apart(hall, changed)
    hall.placing_revision += 1
    seconds = TO_ANOTHER_LAYOUT if anew else SECONDS
    hall.motion = Motion(before, time, seconds, whole if whole != arrangement.whole else None, anew)


def move_one(hall: Hall, wall: Wall, arrangement: Arrangement) -> None:
    """The hall in an arrangement in which this wall alone stands elsewhere, at once: it is in somebody's hand."""
    hall.arrangement = arrangement
    _place(hall, wall)
    hall.motion = None
    hall.placing_revision += 1


def handle_one(hall: Hall, number: int, arrangement: Arrangement) -> None:
    """The hall in an arrangement in which wall `number` alone shows something else."""
    hall.arrangement = arrangement
    wall = hall.walls[number]
    before = _shape(wall)
    if _handle(hall, wall):
        if number in hall.apart and _shape(wall) == before:
            hall.slid_revision += 1
        else:
            _draw_apart(hall, [number])


def open_doors(hall: Hall, wall: Wall, time: float) -> None:
    """Opens the rooms that a wall is in, so that it is shown."""
    inside = {group.path for group in hall.graph.groups if wall.node in group.nodes}
    rearrange(hall, replace(hall.arrangement, closed=hall.arrangement.closed - inside), time)


def most_first_row(wall: Wall) -> float:
    """The row with which the last window of a wall begins."""
    return max(0.0, wall.rows - wall.rows_shown)


def next_zoom(wall: Wall, step: int) -> float | None:
    """Handling.zoom with which a wall's tiles are a step larger (1) or smaller (-1); None where they cannot be."""
    if wall.full is None or wall.span is None:
        return None
    columns = next_columns(wall.full, wall.columns, step, wall.cells)
    if columns is None:
        return None
    opens = opening_zoom(wall.full, wall.span.size, wall.face)
    untouched = window(wall.full, wall.span.count, opens, wall.cells).columns
    return 1.0 if columns == untouched else wall.full.columns / columns / opens


def with_face(wall: Wall, handling: Handling, face: str) -> Handling:
    """The handling with which a wall shows another face, one of FACES, and at its top the same channels as now."""
    shown = _window(wall, handling.zoom, face)
    if shown is None:
        return replace(handling, face=face)
    first = wall.first_row * wall.columns / wall.cells
    return replace(handling, face=face, first_row=first * cells_of(face) / shown.columns)


def _lay_anew(hall: Hall) -> None:
    """Walls that have changed to the other side of the path, or stand higher, look different, too."""
    before = [(wall.outward, wall.rise) for wall in hall.walls]
    lay(hall)
    if before != [(wall.outward, wall.rise) for wall in hall.walls]:
        hall.apart.clear()
        hall.handling_revision += 1


def _place(hall: Hall, wall: Wall) -> None:
    placing = wall.home @ hall.arrangement.offset(wall.name)
    wall.pose, wall.scale = placing.pose, placing.scale


def _handle(hall: Hall, wall: Wall) -> bool:
    """Folded, hidden, and which of its tiles it shows; returns whether it looks different now."""
    handling, before = hall.arrangement.handling(wall.name), (_shape(wall), wall.first_row)
    wall.folded, wall.hidden = handling.folded, handling.hidden
    shown = _window(wall, handling.zoom, handling.face)
    if shown is not None:
        wall.face = handling.face
        wall.columns, wall.rows, wall.rows_shown = shown.columns, shown.rows, shown.rows_shown
        wall.first_row = min(max(0.0, handling.first_row), most_first_row(wall))
    return (_shape(wall), wall.first_row) != before


def _shape(wall: Wall) -> tuple[object, ...]:
    """What says where a wall can be pointed at, and at what."""
    return wall.folded, wall.hidden, wall.columns, wall.rows_shown, wall.face


def _window(wall: Wall, zoom: float, face: str) -> Window | None:
    """The tiles that it shows with this Handling.zoom and face; None where it has no maps."""
    if wall.full is None or wall.span is None:
        return None
    opens = opening_zoom(wall.full, wall.span.size, face)
    return window(wall.full, wall.span.count, opens * zoom, cells_of(face))


def _draw_apart(hall: Hall, changed: list[int]) -> None:
    """These walls look different now; as long as they are few, the others need not be drawn anew."""
    if not changed:
        return
    hall.apart += [number for number in changed if number not in hall.apart]
    hall.apart_revision += 1
    if len(hall.apart) > MOST_APART:
        hall.apart.clear()
        hall.handling_revision += 1
