"""The collector's rounds come when a frame has time for them, and late rather than never when none has."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from vrcnn.loop import undisturbed
from vrcnn.tidying import OVERDUE, ROUNDS, YOUNG_OBJECTS, Tidying


@pytest.fixture
def rounds() -> Iterator[list[int]]:
    """The generations that were collected; the collector makes no rounds of its own."""
    made: list[int] = []

    def note(phase: str, told: dict[str, int]) -> None:
        if phase == "stop":
            made.append(told["generation"])

    gc.collect()
    with undisturbed():
        gc.callbacks.append(note)
        yield made
        gc.callbacks.remove(note)
    gc.collect()


def litter(count: int) -> None:
    """Circles of references, which only the collector finds."""
    for _ in range(count + 200):  # lists that come from Python's store of them are not counted
        circle: list[object] = []
        circle.append(circle)


def test_no_round_is_made_unless_it_is_told_of_time(rounds: list[int]) -> None:
    litter(20 * YOUNG_OBJECTS)
    assert rounds == []


def test_a_round_is_made_where_there_is_time_and_something_to_find(rounds: list[int]) -> None:
    tidying = Tidying()
    tidying.spare(1.0)
    assert rounds == [], "nothing is due"
    litter(YOUNG_OBJECTS)
    tidying.spare(0.0)
    tidying.spare(-1.0)
    assert rounds == [], "there is no time"
    tidying.spare(1.0)
    assert rounds == [1]
    assert gc.get_count()[0] < YOUNG_OBJECTS // 10


def test_without_any_time_it_is_made_late(rounds: list[int]) -> None:
    tidying = Tidying()
    for _ in range(2 * OVERDUE):
        litter(YOUNG_OBJECTS)
        tidying.spare(0.0)
    assert rounds == [1, 1]


def test_now_and_then_a_round_goes_over_all(rounds: list[int]) -> None:
    tidying = Tidying()
    for _ in range(ROUNDS + 1):
        litter(YOUNG_OBJECTS)
        tidying.spare(10.0)
    assert rounds == [1] * ROUNDS + [2]


def test_a_round_over_all_that_never_has_time_comes_at_last(rounds: list[int]) -> None:
    tidying = Tidying()
    tidying._takes[2] = 1000.0
    tidying._rounds = OVERDUE * ROUNDS - 1
    for _ in range(2):
        litter(YOUNG_OBJECTS)
        tidying.spare(10.0)
    assert rounds == [1, 2]
