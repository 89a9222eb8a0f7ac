"""What wishes on the sieve's panels do to the World: another sieve, more pictures, flipped ones on easel and shelf."""

from __future__ import annotations

from vrcnn.engine.xray_messages import FlipsTold
from vrcnn.scene.requests import Request, RunPicture, ShowPage
from vrcnn.scene.shelf_filter import ShelfFilter, select
from vrcnn.scene.shelf_pages import borrow, show_selection
from vrcnn.scene.sieve_panel_intents import (
    ChooseSieve,
    ChooseSievePictures,
    ColourFrames,
    PutFlipped,
    ShowFlipped,
    SievePanelAction,
)
from vrcnn.scene.world import Notice, World
from vrcnn.scene.xray_acting import change_sieve

NONE_FLIPPED = "No answer is known to flip.", "Open the panel of the answers that flip, and wait for it."


def act_on_sieve_panel(world: World, action: SievePanelAction) -> list[Request]:
    """Applies one of them."""
    sieving = world.sieving
    match action:
        case ChooseSieve(sieve):
            return change_sieve(world, sieve)
        case ChooseSievePictures(count):
            sieving.pictures = max(1, count)
        case ColourFrames(on):
            sieving.frames = not sieving.frames if on is None else on
        case PutFlipped(place):
            found = _first_flipped(world) if place < 0 else place
            if found is not None and found < world.catalogue.count:
                return put_from_set(world, found)
            world.notices.append(Notice(*NONE_FLIPPED))
        case ShowFlipped(hall):
            told = world.halls[hall].xray.flips
            if told is None or not told.flips:
                world.notices.append(Notice(*NONE_FLIPPED))
                return []
            return show_selection(world, select(world, flipped_filter(told, hall)))
    return []


def flipped_filter(told: FlipsTold, hall: int) -> ShelfFilter:
    """The pictures whose answers flip, in the order of the set."""
    places = tuple(sorted(flip.place for flip in told.flips))
    return ShelfFilter(among=places, about=f"another answer behind {told.sieve.told}", hall=hall)


def put_from_set(world: World, place: int) -> list[Request]:
    """Puts the picture at this place of the set on the easel, whether the shelf shows it or not."""
    borrowed = borrow(world, [place])
    number = world.catalogue.numbers[place]
    return [*borrowed, ShowPage((number,)), RunPicture(number)]


def _first_flipped(world: World) -> int | None:
    told = world.hall.xray.flips
    return told.flips[0].place if told is not None and told.flips else None
