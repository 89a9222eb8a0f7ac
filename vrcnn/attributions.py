"""Attributions of the picture on the easel: asked of a network's worker, and shown when they have come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vrcnn.attribution.results import Attribution, Wish
from vrcnn.engine.attributing import Attribute
from vrcnn.scene.heat import heat_pixels
from vrcnn.scene.picture_numbers import heat_number

if TYPE_CHECKING:
    from vrcnn.display import Display


def find_attribution(display: Display, wish: Wish) -> None:
    """Asks for one; what is looked for still is given up."""
    attributing = display.hall.attributing
    stop_attribution(display)
    attributing.number = display.worker.inquiries.ask(Attribute(wish, display.hall.chosen.slice))


def stop_attribution(display: Display) -> None:
    """Gives up what is looked for."""
    attributing = display.hall.attributing
    if attributing.number is not None:
        display.worker.inquiries.cancel(attributing.number)
        attributing.number = None


def end_attribution(display: Display, number: int) -> None:
    """The inquiry of this number is over."""
    if display.hall.attributing.number == number:
        display.hall.attributing.number = None


def take_attribution(display: Display, found: Attribution) -> None:
    """Lays it over the picture, unless that is another one by now."""
    if found.picture in (display.world.easel.picture, None):
        display.show_picture(heat_number(display.number), heat_pixels(found))
        display.hall.attributing.take(found)


def renewed(display: Display) -> Wish | None:
    """What is to be looked for again as another picture comes; what is looked for now is given up."""
    attributing = display.hall.attributing
    wanted = attributing.number is not None or (attributing.found is not None and attributing.shown)
    stop_attribution(display)
    return attributing.wish if wanted else None
