"""The panels of tours in the headset: stops are chosen, written, moved, deleted after a question; a stop's text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import moderngl
import numpy as np
import pytest
from test_ui_world_panels import Worn, context  # noqa: F401 - the fixture

from vrcnn.scene.acting import act
from vrcnn.scene.tour import Stop, Tour
from vrcnn.scene.tour_intents import (
    AddStop,
    CancelFilm,
    ChooseStop,
    DeleteStop,
    EndTour,
    FilmTurntable,
    GoToStop,
    MoveStop,
    NextStop,
    OpenSession,
    PlayTour,
    SaveSession,
    Snapshot,
    UpdateStop,
)
from vrcnn.scene.world_panels import STOP, TOUR

pytestmark = pytest.mark.gl


@pytest.fixture
def worn(context: moderngl.Context) -> Iterator[Worn]:  # noqa: F811
    worn = Worn(context)
    stops = tuple(Stop(f"Stop {number}", f"What is told at {number}.") for number in range(7))
    worn.world.touring.tour = Tour("Seven", stops)
    yield worn
    worn.faces.close()


def write(worn: Worn, line: str, words: str) -> None:
    """With the keyboard that lies over the panel."""
    worn.press(TOUR, line)
    for letter in words:
        worn.press(TOUR, "key space" if letter == " " else f"key {letter}")
    worn.press(TOUR, "key done")


def test_a_stop_is_chosen_gone_to_moved_and_deleted_after_a_question(worn: Worn) -> None:
    worn.open(TOUR)
    (choice,) = worn.press(TOUR, "stop 2")
    assert choice == ChooseStop(2)
    act(worn.world, choice)
    worn.frame()
    assert worn.press(TOUR, "stop 2") == [GoToStop(2)]
    assert worn.press(TOUR, "up") == [MoveStop(2, -1)]
    assert worn.press(TOUR, "down") == [MoveStop(2, 1)]
    assert worn.press(TOUR, "delete") == []
    assert "up" not in worn.buttons(TOUR)
    assert worn.press(TOUR, "keep it") == []
    worn.press(TOUR, "delete")
    assert worn.press(TOUR, "delete it") == [DeleteStop(2)]


def test_words_are_written_and_go_to_a_new_stop_or_to_the_one_that_is_chosen(worn: Worn) -> None:
    worn.open(TOUR)
    assert worn.press(TOUR, "these words") == [UpdateStop(0, "Stop 0", "What is told at 0.", view=False)]
    worn.faces._faces[TOUR].contents.name.text = ""
    write(worn, "title", "my stop")
    assert worn.press(TOUR, "update") == [UpdateStop(0, "my stop", "What is told at 0.")]
    assert worn.press(TOUR, "add") == [AddStop("my stop", "What is told at 0.")]
    assert worn.press(TOUR, "add") == [AddStop("", "")], "the words of the stop that is chosen are not another's"


def test_its_other_pages_save_open_and_take_pictures_and_films(worn: Worn) -> None:
    worn.open(TOUR)
    worn.press(TOUR, "page Session")
    assert worn.press(TOUR, "save") == [SaveSession("")]
    assert "open" not in worn.buttons(TOUR)
    write(worn, "file", "mine.json")
    assert worn.press(TOUR, "save") == [SaveSession("mine.json")]
    assert worn.press(TOUR, "open") == [OpenSession("mine.json")]
    worn.press(TOUR, "page Pictures")
    assert worn.press(TOUR, "take") == [Snapshot(1, False)]
    worn.press(TOUR, "times 4 ×")
    worn.press(TOUR, "alone")
    assert worn.press(TOUR, "take") == [Snapshot(4, True)]
    assert worn.press(TOUR, "turn network") == [FilmTurntable()]
    worn.world.touring.filming = 0.3
    worn.frame()
    assert worn.press(TOUR, "cancel film") == [CancelFilm()]


def test_a_stop_tells_its_text_and_leads_on(worn: Worn) -> None:
    worn.world.touring.at = 0
    worn.open(STOP)
    first = worn.pixels(STOP)
    assert "before" not in worn.buttons(STOP)
    assert worn.press(STOP, "next") == [NextStop(1)]
    assert worn.press(STOP, "play") == [PlayTour(True)]
    assert worn.press(STOP, "end") == [EndTour()]
    worn.world.touring.at = 6
    worn.frame()
    assert (np.abs(worn.pixels(STOP).astype(int) - first).max(axis=2) > 30).mean() > 0.001
    assert "next" not in worn.buttons(STOP)


def test_a_stop_shows_below_its_text_what_it_claims_and_what_was_measured(worn: Worn) -> None:
    stop, measured = Stop("Shift", "Told.", claim="shift:1 of a > 3 * shift:1 of b"), {"shift:1 of a": 1.0}
    pixels = []
    worn.world.touring.at = 0
    worn.open(STOP)
    for tour in (
        Tour("One", (Stop("Shift", "Told."),)),
        Tour("One", (stop,), measured=measured),
        Tour("One", (stop,), measured={**measured, "shift:1 of b": 0.2}),
        Tour("One", (stop,), measured={**measured, "shift:1 of b": 0.9}),
    ):
        worn.world.touring.tour, worn.world.touring.at = tour, 0
        worn.frame()
        pixels.append(worn.pixels(STOP).astype(int))
    differ = [(np.abs(one - other).max(axis=2) > 30).mean() for one, other in pairwise(pixels)]
    assert differ[0] > 0.005, "the claim is there"
    assert all(each > 0.0005 for each in differ[1:]), "and so are the values"
