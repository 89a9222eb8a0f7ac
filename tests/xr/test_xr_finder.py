"""The search for a headset in the background: when it goes on, when it gives up, and that it leaves nothing open."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from vrcnn.xr import errors, finder
from vrcnn.xr.errors import HeadsetUnavailable
from vrcnn.xr.finder import Finder

DOWN = HeadsetUnavailable(errors.SERVICE_DOWN, may_come=True)
NOWHERE = HeadsetUnavailable(errors.NO_RUNTIME)
UNPLUGGED = HeadsetUnavailable(errors.NO_HEADSET, may_come=True)


class Machine:
    """What there is on a machine: runtimes refuse with `refusal`, and find their headset unless `missing` says why."""

    def __init__(self) -> None:
        self.refusal: Exception | None = None
        self.missing: Exception | None = None
        self.made = self.open = self.asked = 0
        self.most_open = 0
        self.threads: set[int] = set()

    def runtime(self, wanted: tuple[str, ...]):
        machine = self

        class Runtime:
            def __init__(self) -> None:
                machine.threads.add(threading.get_ident())
                if machine.refusal is not None:
                    raise machine.refusal
                machine.made += 1
                machine.open += 1
                machine.most_open = max(machine.most_open, machine.open)

            def find_headset(self) -> None:
                machine.asked += 1
                if machine.missing is not None:
                    raise machine.missing

            def close(self) -> None:
                machine.open -= 1

        return Runtime()


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine()
    monkeypatch.setattr(finder, "Runtime", machine.runtime)
    monkeypatch.setattr(finder, "PAUSE", 0.01)
    return machine


@pytest.fixture
def search(machine: Machine) -> Iterator[Finder]:
    search = Finder()
    yield search
    search.close()
    assert machine.open == 0, "every connection is closed or was taken"


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def test_a_headset_that_is_there_is_handed_over_once(machine, search):
    search.begin()
    until(lambda: machine.asked)
    found = []
    until(lambda: found.append(search.take()) or found[-1] is not None)
    assert search.take() is None
    assert not search.looking
    assert threading.get_ident() not in machine.threads, "no frame waits for it"
    found[-1].close()


def test_it_goes_on_until_the_service_is_up(machine, search):
    machine.refusal = DOWN
    search.begin(longest_pause=0.01)
    until(lambda: search.looks > 3)
    assert search.refusal is DOWN
    machine.refusal = None
    found = []
    until(lambda: found.append(search.take()) or found[-1] is not None)
    found[-1].close()


def test_a_connection_whose_headset_is_missing_is_kept_and_asked_again(machine, search):
    machine.missing = UNPLUGGED
    search.begin(longest_pause=0.01)
    until(lambda: machine.asked > 3)
    assert machine.made == 1
    search.end()
    until(lambda: machine.open == 0)


def test_a_connection_that_breaks_is_made_anew(machine, search):
    machine.missing = RuntimeError("the runtime is gone")
    search.begin(longest_pause=0.01)
    until(lambda: machine.made > 2)
    assert machine.most_open == 1
    assert "RuntimeError" in str(search.refusal)


@pytest.mark.parametrize("stubborn", [False, True])
def test_without_any_runtime_it_gives_up_unless_it_is_stubborn(machine, search, stubborn):
    machine.refusal = NOWHERE
    search.begin(longest_pause=0.01, stubborn=stubborn)
    if stubborn:
        until(lambda: search.looks > 3)
    else:
        until(lambda: search.given_up)
    assert search.looking is stubborn
    assert search.refusal is NOWHERE


def test_the_pauses_of_a_search_that_nobody_asked_for_grow(machine, search):
    machine.refusal = DOWN
    search.begin(longest_pause=1000.0)
    time.sleep(0.3)
    assert search.looks <= 6


def test_what_was_found_and_not_taken_is_closed(machine, search):
    search.begin()
    until(lambda: machine.asked)
    time.sleep(0.05)
    search.end()
    assert machine.open == 0
    assert search.take() is None
    assert not search.looking


def test_a_search_that_is_begun_anew_waits_for_the_one_before(machine, search):
    machine.missing = UNPLUGGED
    for _ in range(5):
        search.begin(longest_pause=0.01)
        until(lambda: machine.asked)
    assert machine.most_open == 1
