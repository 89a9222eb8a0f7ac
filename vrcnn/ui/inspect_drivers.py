"""The inspect panel's page of drivers: which input channels a channel listens to, by weight and by what they add."""

from __future__ import annotations

import numpy as np

from vrcnn.inspection.results import Drivers
from vrcnn.scene.hall import Wall
from vrcnn.scene.inspecting import source_wall
from vrcnn.scene.intents import GoTo, Intent
from vrcnn.scene.reading import figure
from vrcnn.ui.events import Area
from vrcnn.ui.inspect_look import Look, caption, tell_why_not, wrapped
from vrcnn.ui.panel_pen import GAP, Pen, columns
from vrcnn.ui.theme import SMALL

ROW = 46.0  # points
NAMES, VALUES = 96.0, 84.0  # points of a row: for the input's number at its left, for its value at its right


def draw_drivers(pen: Pen, look: Look, area: Area) -> list[Intent]:
    """Two lists of bars, the strongest above; a press goes to that channel and inspects it."""
    drivers = look.answer(Drivers, "drivers")
    if drivers is None:
        tell_why_not(pen, look, area)
        return []
    source = source_wall(look.subject.hall, drivers.layer.operation)
    words = "Press an input to go to it and look what drives that."
    if source is None:
        words = "The layer of these inputs is not shown at this level; 3 shows all operations."
    elif source is not None:
        words = f"Inputs are the channels of {source.title}. {words}"
    y = area.top
    for part in wrapped(pen, words, area.right - area.left)[:2]:
        pen.text(area.left, y, part, "muted", SMALL * 1.08)
        y += 28
    wishes: list[Intent] = []
    strongest = float(np.max(drivers.strengths)) if drivers.strengths.size else 0.0
    heaviest = float(np.max(drivers.norms)) if drivers.norms.size else 0.0
    lists = (
        ("By what they add here", drivers.by_contribution, drivers.contributions, drivers.strengths, strongest),
        ("By the norm of their weights", drivers.by_weight, drivers.norms, drivers.norms, heaviest),
    )
    count = max(1, int((area.bottom - y - 40) / ROW))
    look.most = max(0, len(drivers.by_weight) - count)
    first = min(look.first, look.most)
    for place, (title, order, values, sizes, largest) in zip(columns(area, 2, 3 * GAP), lists, strict=True):
        top = caption(pen, place.left, y + 8, title, place.right - place.left)
        for line, rank in enumerate(range(first, min(len(order), first + count))):
            row = Area(place.left, top + line * ROW, place.right, top + line * ROW + ROW - 6)
            number = int(order[rank])
            size = float(sizes[rank]) / largest if largest > 0 else 0.0
            if _draw_row(pen, f"{title} {number}", number, float(values[rank]), size, row, source is not None):
                wishes += _walk_to(look, source, number)
    return wishes


def _draw_row(pen: Pen, name: str, number: int, value: float, size: float, row: Area, usable: bool) -> bool:
    over, flash = pen.felt(name, row, usable)
    if over or flash:
        pen.fill(row, "accent" if flash else "track", 6.0, 0.5 if flash else 1.0)
    pen.text(row.left + 8, row.top + 8, f"input {number:,}", size=SMALL)
    track = Area(row.left + NAMES, row.top + 13, row.right - VALUES, row.bottom - 13)
    pen.fill(track, "track", 3.0, 0.8)
    bar = Area(track.left, track.top, track.left + size * (track.right - track.left), track.bottom)
    pen.fill(bar, "failed" if value < 0 else "running", 3.0)
    pen.text(row.right - 6, row.top + 8, figure(value), size=SMALL, align=1.0)
    return over and bool(pen.pressed)


def _walk_to(look: Look, source: Wall | None, number: int) -> list[Intent]:
    if source is None:
        return []
    return [GoTo(source.name, look.panel.hall), look.turned(wall=source.name, channel=number)]
