"""A tour, stepped on the World: stops that follow each other, pauses, ends, and what changes of it come to."""

from __future__ import annotations

import pytest
from graphs import residual

from vrcnn.engine.plan import plan_maps
from vrcnn.scene.build import build_world
from vrcnn.scene.journey import Glide, Stand
from vrcnn.scene.tools import Tools
from vrcnn.scene.tour import Stop, Tour
from vrcnn.scene.tour_intents import (
    ChooseStop,
    DeleteStop,
    EndTour,
    GoToStop,
    MoveStop,
    NextStop,
    NoteStop,
    PlayTour,
    ShowStop,
    UpdateStop,
)
from vrcnn.scene.touring import HOW, NO_STOPS, note_stop
from vrcnn.scene.world import World


@pytest.fixture
def world() -> World:
    graph = residual()
    world = build_world("test", graph, plan_maps(graph.nodes), [])
    world.touring.tour = Tour("Three", tuple(Stop(name, seconds=2.0) for name in ("one", "two", "three")))
    return world


def shown(requests: list[object]) -> list[int]:
    return [request.number for request in requests if isinstance(request, ShowStop)]


def test_it_goes_on_by_itself_waits_for_flights_and_ends(world: World) -> None:
    tools, seen = Tools(), []
    seen += shown(tools.step(world, [PlayTour()], 0.01))
    world.journey.glide = Glide(
        Stand((0.0, 0.0, 0.0), 0.0, 0.0), Stand((0.0, 0.0, -3.0), 0.0, 0.0), world.time, 3.0, True
    )
    times = []
    for _ in range(1200):
        came = shown(tools.step(world, [], 0.01))
        seen += came
        times += [world.time] * len(came)
    assert seen == [0, 1, 2]
    assert times[0] == pytest.approx(3.0 + 2.0, abs=0.05), "the stop counts from where the flight ends"
    assert times[1] == pytest.approx(times[0] + 2.0, abs=0.05)
    assert world.touring.at is None
    assert not world.touring.going


def test_it_can_wait_go_on_and_be_stepped_through(world: World) -> None:
    tools = Tools()
    assert shown(tools.step(world, [NextStop(1)], 0.01)) == [0]
    assert not world.touring.going
    assert all(shown(tools.step(world, [], 0.05)) == [] for _ in range(100)), "nobody has asked it to go on"
    assert shown(tools.step(world, [NextStop(1)], 0.01)) == [1]
    assert shown(tools.step(world, [NextStop(-1)], 0.01)) == [0]
    assert shown(tools.step(world, [NextStop(-1)], 0.01)) == []
    tools.step(world, [PlayTour(True)], 0.01)
    for _ in range(50):
        tools.step(world, [], 0.01)
    tools.step(world, [PlayTour(False)], 0.01)
    assert all(shown(tools.step(world, [], 0.05)) == [] for _ in range(100))
    assert shown(tools.step(world, [GoToStop(2)], 0.01)) == [2]
    tools.step(world, [NextStop(1)], 0.01)
    assert world.touring.at is None, "behind the last stop it is over"


def test_without_stops_it_says_how_to_make_some(world: World) -> None:
    world.touring.tour = Tour()
    for _ in range(2):
        assert shown(Tools().step(world, [PlayTour()], 0.01)) == []
    (notice,) = world.notices
    assert (notice.headline, notice.detail) == (NO_STOPS, HOW)


def test_stops_are_added_changed_moved_and_deleted(world: World) -> None:
    tools = Tools()
    tools.step(world, [GoToStop(1), ChooseStop(0)], 0.01)
    note_stop(world, None, Stop("between"))
    assert [stop.title for stop in world.touring.tour.stops] == ["one", "between", "two", "three"]
    assert world.touring.stop.title == "two", "the stop that is shown stays the same"
    assert world.touring.chosen == 1
    tools.step(world, [MoveStop(1, -1)], 0.01)
    assert [stop.title for stop in world.touring.tour.stops] == ["between", "one", "two", "three"]
    tools.step(world, [MoveStop(0, -1), MoveStop(3, 1)], 0.01)
    assert [stop.title for stop in world.touring.tour.stops] == ["between", "one", "two", "three"]
    requests = tools.step(world, [UpdateStop(0, "named", "told", view=False)], 0.01)
    assert (world.touring.tour.stops[0].title, world.touring.tour.stops[0].text) == ("named", "told")
    assert not any(isinstance(request, NoteStop) for request in requests)
    requests = tools.step(world, [UpdateStop(0)], 0.01)
    assert NoteStop(0, "named", "told") in requests, "what is seen is taken down by whoever can"
    tools.step(world, [DeleteStop(0)], 0.01)
    assert world.touring.stop.title == "two"
    tools.step(world, [DeleteStop(1)], 0.01)
    assert world.touring.at is None, "the one that was shown is gone"
    assert [stop.title for stop in world.touring.tour.stops] == ["one", "three"]
    tools.step(world, [PlayTour(), EndTour()], 0.01)
    assert world.touring.at is None
