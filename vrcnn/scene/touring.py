"""What the visitor's wishes do to a tour, and how it goes on by itself."""

from __future__ import annotations

from dataclasses import replace

from vrcnn.scene.requests import Request
from vrcnn.scene.tour import Stop
from vrcnn.scene.tour_intents import (
    AddStop,
    ChooseStop,
    DeleteStop,
    EndTour,
    GoToStop,
    MoveStop,
    NextStop,
    NoteStop,
    PlayTour,
    ShowStop,
    TourAction,
    UpdateStop,
)
from vrcnn.scene.world import Notice, World
from vrcnn.scene.world_panels import STOP

NO_STOPS = "This tour has no stops yet."
HOW = "Add one where you stand, on the panel of the session (F8)."


def act_on_tour(world: World, action: TourAction) -> list[Request]:
    """Applies one action; what needs more than the World becomes a request."""
    touring = world.touring
    stops = touring.tour.stops
    match action:
        case PlayTour(on):
            wanted = not touring.going if on is None else on
            if wanted and touring.at is None:
                return _go(world, 0, going=True)
            touring.going, touring.since = wanted, world.time
        case NextStop(step):
            if touring.at is None:
                return _go(world, 0 if step > 0 else len(stops) - 1, touring.going)
            if touring.at + step >= len(stops):
                end_tour(world)
            elif touring.at + step >= 0:
                return _go(world, touring.at + step, touring.going)
        case GoToStop(number):
            return _go(world, number, touring.going)
        case EndTour():
            end_tour(world)
        case ChooseStop(number):
            touring.chosen = number
        case AddStop(title, text):
            return [NoteStop(None, title, text)]
        case UpdateStop(number, title, text, view) if number < len(stops):
            stop = stops[number]
            stop = replace(stop, title=stop.title if title is None else title, text=stop.text if text is None else text)
            touring.tour = touring.tour.with_stop(number, stop)
            return [NoteStop(number, stop.title, stop.text)] if view else []
        case MoveStop(number, step):
            moved = touring.tour.with_moved(number, step)
            if moved is not touring.tour:
                touring.chosen = number + step
                touring.at = number + step if touring.at == number else touring.at
            touring.tour = moved
        case DeleteStop(number) if number < len(stops):
            touring.tour = touring.tour.without(number)
            touring.chosen = max(0, min(touring.chosen, len(stops) - 2))
            if touring.at == number:
                end_tour(world)
            elif touring.at is not None and touring.at > number:
                touring.at -= 1
        case _:
            return [action]  # type: ignore[list-item]  # those that are requests, too
    return []


def note_stop(world: World, number: int | None, stop: Stop) -> None:
    """A stop with what was taken down, in place of this one, or a new one behind the chosen one."""
    touring = world.touring
    if number is not None:
        touring.tour = touring.tour.with_stop(number, stop)
        return
    stops = touring.tour.stops
    place = min(touring.chosen + 1, len(stops)) if stops else 0
    touring.tour = replace(touring.tour, stops=(*stops[:place], stop, *stops[place:]))
    touring.chosen = place
    if touring.at is not None and touring.at >= place:
        touring.at += 1


def follow_tour(world: World) -> list[Request]:
    """Once a frame: where the tour goes on by itself and its stop was shown long enough, the next one, or the end."""
    touring = world.touring
    stop = touring.stop
    if touring.at is not None and stop is None:
        end_tour(world)
    if world.journey.glide is not None:
        touring.since = world.time
    if not touring.going or stop is None or touring.at is None or world.time - touring.since < stop.seconds:
        return []
    if touring.at + 1 < len(touring.tour.stops):
        return _go(world, touring.at + 1, going=True)
    end_tour(world)
    return []


def end_tour(world: World) -> None:
    """No stop is shown any more; the visitor stays where they are."""
    world.touring.at, world.touring.going = None, False
    world.panels.close(STOP)


def _go(world: World, number: int, going: bool) -> list[Request]:
    touring = world.touring
    if not touring.tour.stops:
        world.notices[:] = [*(told for told in world.notices if told.headline != NO_STOPS), Notice(NO_STOPS, HOW)]
        return []
    if not 0 <= number < len(touring.tour.stops):
        return []
    touring.at = touring.chosen = number
    touring.going, touring.since = going, world.time
    return [ShowStop(number)]
