"""Turns the shelf's pages, and brings pictures of the set onto it that it did not begin with."""

from __future__ import annotations

from collections.abc import Iterable

from vrcnn.scene.requests import Request, ShowPage
from vrcnn.scene.results_requests import BringPictures
from vrcnn.scene.shelf_filter import Selection
from vrcnn.scene.world import Picture, World

VISITING = 128  # pictures at most that only filters show; each keeps a place in the renderer's memory


def turn_page(world: World, step: int) -> list[Request]:
    """The next page, or the one before, round and round."""
    return show_page(world, (world.shelf.page + step) % world.shelf.pages(len(world.pictures)))


def show_selection(world: World, selection: Selection | None) -> list[Request]:
    """Another selection from its first page on; None for all that the shelf began with."""
    world.shelf.selection = selection
    return show_page(world, 0)


def show_page(world: World, page: int) -> list[Request]:
    """A page; those of its pictures that have no number as yet get one."""
    shelf = world.shelf
    shelf.page = page
    brought = [] if shelf.selection is None else bring(world, shelf.places_shown.tolist())
    shelf.visitors = frozenset(world.catalogue.visitors)
    world.pictures_revision += 1
    page_shown = ShowPage(tuple(shelf.shown(len(world.pictures))))
    return [BringPictures(tuple(brought)), page_shown] if brought else [page_shown]


def borrow(world: World, places: Iterable[int]) -> list[Request]:
    """Pictures of the set for elsewhere than the shelf, which stays as it is."""
    shown = [] if world.shelf.selection is None else world.shelf.places_shown.tolist()
    brought = bring(world, [*shown, *places])
    world.shelf.visitors = frozenset(world.catalogue.visitors)
    world.pictures_revision += 1
    numbers = tuple(number for number, _ in brought)
    return [BringPictures(tuple(brought)), ShowPage(numbers)] if brought else []


def bring(world: World, places: list[int]) -> list[tuple[int, int]]:
    """Numbers for those of these places in the set that have none: new ones, or those of visitors nobody uses."""
    catalogue, used = world.catalogue, _used(world)
    brought = []
    for place in places:
        if place in catalogue.numbers:
            continue
        number = len(world.pictures)
        if len(catalogue.visiting) >= VISITING:
            free = (each for each in catalogue.visiting if each not in places and catalogue.numbers[each] not in used)
            leaving = next(free, None)
            if leaving is not None:
                number = catalogue.numbers.pop(leaving)
                catalogue.visiting.remove(leaving)
        picture = Picture(catalogue.described.names[place], path=catalogue.described.paths[place])
        if number == len(world.pictures):
            world.pictures.append(picture)
        else:
            world.pictures[number] = picture
        catalogue.numbers[place] = number
        catalogue.visiting.append(place)
        brought.append((number, place))
    return brought


def _used(world: World) -> set[int | None]:
    """The numbers of pictures that somebody has or sees elsewhere than on the shelf."""
    hands: Iterable[int | None] = (hand.holding for hand in world.hands.values())
    return {world.easel.picture, world.enlarged, *hands, *(flight.picture for flight in world.flights)}
