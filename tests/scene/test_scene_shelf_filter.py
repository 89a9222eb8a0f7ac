"""What the shelf shows of a set of pictures: exactly those that are asked for, under numbers that stay valid."""

from __future__ import annotations

import numpy as np
import pytest
from graphs import residual
from labelled import KINDS, evaluated, label
from visiting import Visit

from vrcnn.scene.acting import act
from vrcnn.scene.intents import TurnPage
from vrcnn.scene.requests import ShowPage
from vrcnn.scene.results_intents import FilterShelf, ResampleShelf
from vrcnn.scene.results_requests import BringPictures
from vrcnn.scene.shelf_filter import SAMPLE, ShelfFilter, places_of
from vrcnn.scene.shelf_pages import VISITING
from vrcnn.scene.shelving import put_on_shelf
from vrcnn.scene.world import World


@pytest.fixture
def world() -> World:
    world = Visit(residual()).world
    label(world)
    world.hall.results = evaluated()
    return world


def asked_for(world: World, wanted: ShelfFilter, place: int) -> bool:
    """The same as a plain sentence about one picture."""
    results = world.hall.results
    assert results is not None
    name, kind = world.catalogue.described.names[place], place % 4
    judged = results.predicted[place] >= 0
    true, predicted = (KINDS[index] if judged else "" for index in (results.true[place], results.predicted[place]))
    words = wanted.words.casefold().split()
    if not all(any(word in text for text in (name, KINDS[kind], true, predicted)) for word in words):
        return False
    if wanted.group is not None and kind != wanted.group:
        return False
    if not wanted.of_results:
        return True
    return bool(
        judged
        and wanted.true in (None, results.true[place])
        and wanted.predicted in (None, results.predicted[place])
        and (wanted.outcome == "all" or (true == predicted) == (wanted.outcome == "right"))
        and wanted.least <= results.scores[place, 0] <= wanted.most
    )


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (ShelfFilter(), "all"),
        (ShelfFilter(group=2), "fox"),
        (ShelfFilter(true=0, predicted=1), "cat taken for dog"),
        (ShelfFilter(true=3, predicted=3), "red hen, seen as such"),
        (ShelfFilter(predicted=1), "taken for dog"),
        (ShelfFilter(outcome="wrong"), "wrong"),
        (ShelfFilter(outcome="right", least=0.5), "right, 50 % to 100 % sure"),
        (ShelfFilter(least=0.3, most=0.4), "30 % to 40 % sure"),
        (ShelfFilter(words="Cat 1"), '"Cat 1"'),
        (ShelfFilter(words="hen", outcome="wrong"), 'wrong, "hen"'),
        (ShelfFilter(words="nothing of the kind"), '"nothing of the kind"'),
    ],
)
def test_a_filter_shows_what_a_plain_loop_finds(world: World, wanted: ShelfFilter, words: str):
    found = places_of(world.catalogue, world.hall.results, wanted).tolist()
    assert found == [place for place in range(400) if asked_for(world, wanted, place)]
    act(world, FilterShelf(wanted))
    assert world.shelf.selection is not None
    assert world.shelf.selection.words == f"{len(found)} of 400: {words}"


@pytest.mark.parametrize("order", ["least sure", "most sure"])
def test_they_come_in_the_order_of_how_sure_the_network_is(world: World, order: str):
    results = world.hall.results
    places = places_of(world.catalogue, results, ShelfFilter(order=order))
    sure = results.confidence[places] * (1 if order == "least sure" else -1)
    assert (np.diff(sure) >= 0).all()
    assert len(places) == results.judged.sum()


def test_a_sample_is_drawn_by_its_seed_and_another_press_draws_others(world: World):
    act(world, FilterShelf(ShelfFilter(outcome="right")))
    right = set(world.shelf.selection.places.tolist())
    act(world, ResampleShelf())
    first = world.shelf.selection
    assert first.words == f"{SAMPLE} of 400: right, a sample, seed 0"
    assert set(first.places.tolist()) < right
    act(world, ResampleShelf())
    second = world.shelf.selection
    assert second.filter.seed == 1
    assert second.places.tolist() != first.places.tolist()
    again = places_of(world.catalogue, world.hall.results, first.filter)
    assert again.tolist() == first.places.tolist(), "the same seed draws the same"


def named(world: World) -> list[str]:
    return [world.pictures[number].name for number in world.shelf.shown(len(world.pictures))]


def test_every_page_has_its_pictures_and_asks_for_those_that_are_new(world: World):
    described = world.catalogue.described
    requests = act(world, FilterShelf(ShelfFilter(group=1)))
    places = world.shelf.selection.places.tolist()
    for page in range(world.shelf.pages(len(world.pictures))):
        expected = [described.names[place] for place in places[page * 18 : page * 18 + 18]]
        assert named(world) == expected
        brought = [pair for request in requests if isinstance(request, BringPictures) for pair in request.pictures]
        assert all(world.pictures[number].name == described.names[place] for number, place in brought)
        assert requests[-1] == ShowPage(tuple(world.shelf.shown(len(world.pictures))))
        requests = act(world, TurnPage(1))
    assert world.shelf.page == 0, "round and round"


def test_back_to_all_is_the_shelf_as_it_began(world: World):
    before = named(world)
    act(world, FilterShelf(ShelfFilter(group=3)))
    assert named(world) != before
    act(world, FilterShelf())
    assert named(world) == before
    assert world.shelf.pages(len(world.pictures)) == 4


def test_numbers_that_somebody_uses_keep_their_pictures(world: World):
    act(world, FilterShelf(ShelfFilter(group=1)))
    held, easel = world.shelf.shown(len(world.pictures))[3], world.shelf.shown(len(world.pictures))[5]
    world.hands["mouse"].holding = held
    world.put_on_easel(easel)
    names = world.pictures[held].name, world.pictures[easel].name
    for group in (0, 1, 2, 3):
        act(world, FilterShelf(ShelfFilter(group=group)))
        for _ in range(6):
            act(world, TurnPage(1))
    assert (world.pictures[held].name, world.pictures[easel].name) == names
    assert len(world.pictures) == 64 + VISITING
    numbers = list(world.catalogue.numbers.values())
    assert len(numbers) == len(set(numbers))
    for place, number in world.catalogue.numbers.items():
        assert world.pictures[number].name == world.catalogue.described.names[place]


def test_a_picture_that_was_made_stands_at_the_end_of_the_shelf_as_it_began(world: World):
    act(world, FilterShelf(ShelfFilter(group=1)))
    number = len(world.pictures)
    put_on_shelf(world, number, "noise", np.zeros((4, 4, 4), np.uint8))
    assert "noise" not in named(world), "the selection stays"
    act(world, FilterShelf())
    world.shelf.page = world.shelf.page_of(number)
    assert named(world)[-1] == "noise"


def test_without_a_set_nothing_is_filtered():
    world = Visit(residual()).world
    before = named(world)
    assert act(world, FilterShelf(ShelfFilter(words="x"))) == []
    assert act(world, ResampleShelf()) == []
    assert named(world) == before
