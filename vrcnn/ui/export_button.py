"""The button in the bar of other panels that opens the one of exports, about what they speak of."""

from __future__ import annotations

from vrcnn.scene.export_intents import OpenExport
from vrcnn.scene.intents import Intent
from vrcnn.scene.world import HANDS
from vrcnn.scene.world_panels import ATTRIBUTION, INSPECT, RESULTS, TITLE, TOUR, WALL, WorldPanel
from vrcnn.ui.events import Area
from vrcnn.ui.panel_pen import Pen
from vrcnn.ui.theme import SMALL

ON = (WALL, INSPECT, RESULTS, ATTRIBUTION, TOUR)
WIDE = 100.0  # points


def export_room(panel: WorldPanel) -> float:
    """How many points of the bar it takes away from the title."""
    return WIDE if panel.name in ON else 0.0


def export_button(pen: Pen, panel: WorldPanel) -> list[Intent]:
    """Draws it beside the one that closes the panel, and returns what a press asks for."""
    if panel.name not in ON:
        return []
    right = pen.size[0] - TITLE - 12
    place = Area(right - WIDE, 4, right, TITLE - 6)
    return [OpenExport(pen.pressed or HANDS[0])] if pen.button("open export", place, "Export", size=SMALL) else []
