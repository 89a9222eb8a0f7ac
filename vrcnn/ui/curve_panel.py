"""The small panel beside the sieve: which sieve it is, what it does to the networks now, and the curve."""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.scene.intents import Intent
from vrcnn.scene.sieve_wording import NO_SET, told_short
from vrcnn.scene.world import World
from vrcnn.scene.world_panels import TITLE, WorldPanel
from vrcnn.ui.events import Area
from vrcnn.ui.panel_pen import MARGIN, Pen
from vrcnn.ui.sieve_plot import draw_plot, mark
from vrcnn.ui.theme import SMALL

LINE = 29.0  # points, from one network to the next
MOST = 4  # networks that have a line


@dataclass
class CurvePanel:
    """Keeps nothing: all that it tells is in the World."""

    def title(self, world: World, panel: WorldPanel) -> str:
        return world.sieving.sieve.told.capitalize()

    def key(self, world: World, panel: WorldPanel) -> object:
        return curve_key(world)

    def moves(self, world: World) -> bool:
        return False

    def scroll(self, notches: float) -> None:
        """There is nothing beyond what is shown."""

    def draw(self, pen: Pen, world: World, panel: WorldPanel) -> list[Intent]:
        width, height = pen.size
        y, room = TITLE + 8.0, width - 2 * MARGIN
        if not world.catalogue.count:
            pen.text(MARGIN, y, NO_SET, "muted", SMALL, room=room)
        for number, hall in enumerate(world.halls[:MOST] if world.catalogue.count else ()):
            mark(pen, MARGIN + 7, y + 14, number, 6.0)
            told = told_short(world, number)
            pen.text(width - MARGIN, y, told, "text", SMALL * 1.05, strong=True, align=1.0)
            left = room - pen.width(told, SMALL * 1.05, True) - 40
            pen.text(MARGIN + 24, y, hall.network, "muted", SMALL * 1.05, room=left)
            y += LINE
        return draw_plot(pen, world, Area(MARGIN, y + 4, width - MARGIN, height - 14), titled=False)


def curve_key(world: World) -> object:
    """Equal keys mean that curves and what is said of them would be the same again."""
    told = [
        (hall.network, hall.xray.curves.get(world.sieving.sieve.kind), len(hall.xray.asked), bool(hall.inquiries))
        for hall in world.halls
    ]
    return world.sieving.sieve, world.sieving.pictures, told, world.here
