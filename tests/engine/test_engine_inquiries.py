"""What is asked of a network beside its pictures: with a real worker, in its own time, and given up when told to."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import pytest
from tiny_networks import Tiny, Watched, noise, of_kind, source

from vrcnn.engine.inquiries import Workbench
from vrcnn.engine.messages import InquiryDone, InquiryFailed, InquiryProgress, JobDone, PictureLoaded
from vrcnn.errors import UserError
from vrcnn.network.recorder import Cancelled


class Counting:
    """Takes `total` steps, and sends a message of its own at each; `during` is done in each."""

    def __init__(self, total: int, title: str = "Counting", during=lambda workbench, done: None) -> None:
        self.title, self.total, self.during = title, total, during
        self.begun = 0

    def steps(self, workbench: Workbench) -> Iterator[tuple[int, int]]:
        self.begun += 1
        for done in range(self.total):
            self.during(workbench, done)
            workbench.send(PictureLoaded(done, self.title, np.zeros((1, 1, 4), np.uint8)))
            yield done + 1, self.total


@pytest.fixture
def watched() -> Iterator[Watched]:
    with Watched(source(Tiny(), noise(1), noise(2))) as watched:
        watched.run(0)
        watched.arrived.clear()
        yield watched


def test_all_steps_are_taken_and_told_of(watched: Watched):
    number = watched.worker.inquiries.ask(Counting(5))
    arrived = watched.rest()
    assert [message.picture for message in of_kind(arrived, PictureLoaded)] == [0, 1, 2, 3, 4]
    assert of_kind(arrived, InquiryProgress)[0] == InquiryProgress(number, "Counting", 0, 0, None)
    assert arrived[-1] == InquiryDone(number)


def test_it_has_the_network_with_its_present_picture(watched: Watched):
    found = []
    watched.worker.inquiries.ask(Counting(1, "", lambda workbench, _: found.append(workbench)))
    watched.rest()
    (arguments, keywords), expected = found[0].inputs(), watched.worker._source.inputs_of(noise(1).open())[0]
    assert found[0].picture == 0
    assert (arguments[0] == expected[0]).all()
    assert keywords == {}
    assert found[0].capture.full is watched.worker.full_graph


def test_those_without_a_title_come_first_and_are_not_told_of(watched: Watched):
    def ask_another(workbench: Workbench, done: int) -> None:
        if done == 0:
            watched.worker.inquiries.ask(Counting(1, "second"))
            watched.worker.inquiries.ask(Counting(1, ""))

    watched.worker.inquiries.ask(Counting(1, "first", ask_another))
    arrived = watched.rest()
    assert [message.name for message in of_kind(arrived, PictureLoaded)] == ["first", "", "second"]
    assert {message.title for message in of_kind(arrived, InquiryProgress)} == {"first", "second"}


def test_a_picture_comes_in_between_and_the_inquiry_goes_on(watched: Watched):
    def run(workbench: Workbench, done: int) -> None:
        if done == 1:
            watched.worker.run_picture(1)

    counting = Counting(4, during=run)
    watched.worker.inquiries.ask(counting)
    arrived = watched.rest()
    kinds = [type(message) for message in arrived]
    before = kinds[: kinds.index(JobDone)]
    assert before.count(PictureLoaded) == 2
    assert kinds.count(PictureLoaded) == 4
    assert counting.begun == 1


def test_a_cancelled_step_begins_the_inquiry_anew(watched: Watched):
    refused = []

    def refuse_once(workbench: Workbench, done: int) -> None:
        if not refused:
            refused.append(done)
            raise Cancelled

    counting = Counting(2, during=refuse_once)
    watched.worker.inquiries.ask(counting)
    arrived = watched.rest()
    assert counting.begun == 2
    assert len(of_kind(arrived, PictureLoaded)) == 2


def test_what_is_not_wanted_any_more_ends_at_its_next_step(watched: Watched):
    seen = []

    def stop(workbench: Workbench, done: int) -> None:
        if done == 2:
            watched.worker.inquiries.cancel(number)
            seen.append(workbench.called_away())

    number = watched.worker.inquiries.ask(Counting(100_000, during=stop))
    arrived = watched.rest()
    assert arrived[-1] == InquiryDone(number, cancelled=True)
    assert seen == [True]
    assert len(of_kind(arrived, PictureLoaded)) == 2
    watched.worker.inquiries.ask(Counting(1, "next"))
    assert [message.name for message in of_kind(watched.rest(), PictureLoaded)][-1] == "next"


def test_what_fails_is_told_and_the_next_is_answered(watched: Watched):
    def fail(workbench: Workbench, done: int) -> None:
        raise UserError("This cannot be counted.")

    number = watched.worker.inquiries.ask(Counting(1, during=fail))
    watched.worker.inquiries.ask(Counting(1, "next"))
    arrived = watched.rest()
    assert of_kind(arrived, InquiryFailed) == [InquiryFailed(number, "This cannot be counted.")]
    assert of_kind(arrived, PictureLoaded)[0].name == "next"


class Tidy:
    """Never ends by itself, and says so when it is given up."""

    title = "Tidying"

    def __init__(self) -> None:
        self.ended = self.begun = False

    def steps(self, workbench: Workbench) -> Iterator[tuple[int, int]]:
        try:
            while True:
                self.begun = True
                yield 0, 0
        finally:
            self.ended = True


@pytest.mark.parametrize("cancelled", [True, False], ids=["cancelled", "at the worker's end"])
def test_what_is_given_up_can_tidy_up_at_once(cancelled: bool):
    with Watched(source(Tiny(), noise(1))) as watched:
        tidy = Tidy()
        number = watched.worker.inquiries.ask(tidy)
        end = time.monotonic() + 20
        while not tidy.begun and time.monotonic() < end:
            time.sleep(0.001)
        if cancelled:
            watched.worker.inquiries.cancel(number)
            watched.rest()
            assert tidy.ended
    assert tidy.begun
    assert tidy.ended
