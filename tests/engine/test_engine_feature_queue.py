"""What is wanted of feature visualizations: in which order and batches it is made, and what becomes of the rest."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from vrcnn.engine.feature_batches import Batch, Lookup, Seeing, channels_told
from vrcnn.engine.feature_queue import SUSPENDED, FeatureQueue
from vrcnn.engine.messages import FeatureProgress, FeaturesFailed, Message
from vrcnn.featurevis.results import Place
from vrcnn.featurevis.settings import Settings

A, B, C = Place("a", 1), Place("b", 2), Place("c", 3)
SETTINGS = Settings()
OTHER = replace(SETTINGS, steps=7)


class Desk:
    """A queue whose messages are collected; what is looked up is found when `kept` has it."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.queue = FeatureQueue(threading.Condition(), self.sent.append)
        self.kept: set[tuple[int, int]] = set()

    def make(self, *wanted: tuple[Place, object], settings: Settings = SETTINGS, anew: bool = True) -> None:
        self.queue.make([(place, tuple(channels)) for place, channels in wanted], settings, True, anew)  # type: ignore[arg-type]

    def next(self) -> Batch | None:
        """What is to be made now, after what is to be looked up."""
        while isinstance(job := self.queue.next(), Lookup):
            found = {channel for channel in job.channels if (job.place.tensor, channel) in self.kept}
            self.queue.found(job, job.channels, found)
        return job

    def finish(self, batch: Batch | None, failed: bool = False) -> None:
        assert batch is not None
        for channel in batch.channels:
            self.queue.made(batch, channel, self.progress, failed)

    def order(self) -> list[tuple[int, tuple[int, ...]]]:
        """Everything that is left, as it is made."""
        made = []
        while (batch := self.next()) is not None:
            made.append((batch.place.tensor, batch.channels))
            self.finish(batch)
        return made

    @property
    def progress(self) -> FeatureProgress:
        self.queue.tell_progress()
        told = self.sent[-1]
        assert isinstance(told, FeatureProgress)
        return told


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_channels_of_one_layer_are_made_eight_at_a_time_in_the_order_in_which_they_were_asked_for(desk):
    desk.make((A, range(10)), (B, (5,)))
    assert desk.order() == [(1, tuple(range(8))), (1, (8, 9)), (2, (5,))]
    assert desk.next() is None
    assert not desk.queue.busy


def test_channels_with_other_settings_are_made_apart(desk):
    desk.make((A, (0, 1)))
    desk.make((A, (2, 3)), settings=OTHER)
    first, second = desk.next(), None
    desk.finish(first)
    second = desk.next()
    assert (first.channels, first.settings) == ((2, 3), OTHER), "what was asked for last comes first"
    assert (second.channels, second.settings) == ((0, 1), SETTINGS)


def test_what_is_begun_goes_on_though_something_else_is_asked_for(desk):
    desk.make((A, range(4)))
    begun = desk.next()
    desk.make((B, (0,)))
    assert desk.queue.goes_on(begun)
    assert desk.next() is begun


def test_what_the_visitor_looks_at_comes_first_and_what_was_begun_is_gone_on_with_afterwards(desk):
    desk.make((A, range(16)), (B, range(16)), (C, range(3)))
    begun = desk.next()
    desk.queue.look_first([(2, 11), (2, None), (3, None)])
    assert not desk.queue.goes_on(begun)
    looked = desk.next()
    assert (looked.place, looked.channels) == (B, (0, 1, 2, 11, 12, 13, 14, 15)), "the one under the ray, and the next"
    desk.finish(looked)
    assert desk.next().channels == tuple(range(3, 11)), "then the rest of its wall"
    desk.queue.look_first([(3, None)])
    third = desk.next()
    assert third.place == C
    desk.finish(third)
    desk.queue.look_first([(1, None)])
    assert desk.next() is begun


def test_looking_at_a_channel_of_a_batch_that_was_begun_takes_that_up(desk):
    desk.make((A, range(16)))
    first = desk.next()
    desk.queue.look_first([(1, 9)])
    second = desk.next()
    assert second is not first
    desk.queue.look_first([(1, 3)])
    assert desk.next() is first
    desk.queue.look_first([(99, 3), (98, None)])
    assert desk.next() is first, "nobody wants these"


def test_only_a_few_batches_stay_begun_and_the_least_advanced_one_waits_again(desk):
    places = [Place(f"layer {number}", number) for number in range(SUSPENDED + 3)]
    desk.make(*((place, (0,)) for place in places))
    begun = []
    for number, place in enumerate(places):
        desk.queue.look_first([(place.tensor, None)])
        begun.append(desk.next())
        desk.queue.worked(begun[-1], 0.1, 0.9 - 0.1 * number)
    kept = desk.queue.begun()
    assert len(kept) == SUSPENDED + 1
    assert begun[0] in kept
    assert begun[-1] in kept
    assert not desk.queue.wants(begun[-2])
    desk.queue.look_first([])
    assert sorted(tensor for tensor, _ in desk.order()) == sorted(place.tensor for place in places), "none is lost"


def test_a_channel_that_is_asked_for_again_in_another_way_is_made_once_and_so(desk):
    desk.make((A, range(3)))
    begun = desk.next()
    desk.make((A, (1,)), settings=OTHER)
    assert desk.progress.total == 3
    assert not desk.queue.made(begun, 1, desk.progress), "nobody waits for the former one"
    assert desk.queue.made(begun, 0, desk.progress)
    assert desk.queue.made(begun, 2, desk.progress)
    assert desk.next().settings == OTHER


def test_what_waits_already_is_not_asked_for_twice(desk):
    desk.make((A, range(12)), anew=False)
    desk.next()
    desk.make((A, range(12)), anew=False)
    assert desk.progress.total == 12
    assert [channels for _, channels in desk.order()] == [tuple(range(8)), (8, 9, 10, 11)]


def test_what_is_on_disk_is_not_made(desk):
    desk.kept = {(1, 3), (1, 20)}
    desk.make((A, range(24)), anew=False)
    batch = desk.next()
    assert batch.channels == (0, 1, 2, 4, 5, 6, 7, 8)
    assert desk.progress.done == 1, "it is found as soon as its part of the layer was looked up"
    desk.finish(batch)
    assert [channel for _, channels in desk.order() for channel in channels] == [*range(9, 20), 21, 22, 23]
    assert (desk.progress.done, desk.progress.total) == (24, 24)


def test_anew_is_made_though_it_is_on_disk(desk):
    desk.kept = {(1, 3)}
    desk.make((A, (3,)), anew=True)
    assert desk.next().channels == (3,)


def test_walls_are_loaded_before_anything_is_made_and_those_that_are_looked_at_first(desk):
    desk.make((A, (0,)))
    desk.queue.load([(B, range(20)), (C, (1,))], SETTINGS, False)
    desk.queue.look_first([(3, None)])
    jobs = [desk.queue.next() for _ in range(3)]
    assert [(job.place, len(job.channels), job.only) for job in jobs] == [(C, 1, True), (B, 16, True), (B, 4, True)]
    assert desk.progress.total == 1, "loading is no work to wait for"
    desk.queue.found(jobs[1], jobs[1].channels[:10], [3])
    assert desk.queue.next().channels == tuple(range(10, 16)), "what it was called away from is loaded later"
    assert desk.next().place == A


def test_a_pause_is_answered_at_once_and_ends_with_the_next_word(desk):
    desk.make((A, range(3)))
    batch = desk.next()
    desk.queue.hold(True)
    assert not desk.queue.wants(batch)
    assert not desk.queue.busy
    assert desk.queue.next() is None
    assert (desk.sent[-1].paused, desk.sent[-1].running, desk.sent[-1].seconds_left) == (True, False, None)
    desk.queue.hold(False)
    assert desk.next() is batch
    assert desk.sent[-1].running


def test_there_is_nothing_to_pause_where_nothing_waits(desk):
    desk.queue.hold(True)
    assert not desk.progress.paused
    desk.make((A, (0,)))
    assert desk.next().channels == (0,)


def test_giving_all_up_is_told_at_once_and_nothing_more_is_sent_of_it(desk):
    desk.make((A, range(9)))
    batch = desk.next()
    desk.queue.hold(True)
    desk.queue.drop()
    assert desk.sent[-1] == FeatureProgress("", 0, 0, 0, None, False, False, 0)
    sent = len(desk.sent)
    assert not desk.queue.tell(batch, desk.sent[-1])
    assert not desk.queue.made(batch, 0, desk.sent[-1])
    assert len(desk.sent) == sent
    assert not desk.queue.wants(batch)
    assert desk.queue.next() is None


def test_natural_pictures_come_last_but_for_the_channel_that_is_looked_at(desk):
    desk.queue.see(B, (4, 5), SETTINGS.objective)
    desk.queue.see(B, (5, 6), SETTINGS.objective)
    desk.make((A, (0,)))
    batch = desk.next()
    assert batch.place == A
    desk.queue.look_first([(2, 6), (2, None)])
    assert not desk.queue.goes_on(batch)
    seeing = desk.queue.next()
    assert seeing == Seeing(B, (4, 5, 6), SETTINGS.objective)
    assert desk.next() is batch
    desk.queue.put_off(seeing)
    desk.queue.look_first([])
    desk.finish(desk.next())
    assert desk.queue.busy
    assert desk.queue.next() == seeing
    assert not desk.queue.busy


def test_counts_begin_anew_once_everything_is_made(desk):
    desk.make((A, range(2)))
    desk.finish(desk.next(), failed=True)
    assert (desk.progress.done, desk.progress.total, desk.progress.failed) == (2, 2, 2)
    assert not desk.progress.running
    desk.make((B, (0,)))
    assert (desk.progress.done, desk.progress.total, desk.progress.failed) == (0, 1, 0)


def test_a_layer_that_cannot_be_used_fails_as_a_whole_and_the_others_go_on(desk):
    desk.make((A, range(20)), (B, (0,)))
    desk.next()
    desk.queue.fail(A, "It cannot be differentiated.", "")
    assert desk.sent[-2] == FeaturesFailed(A, tuple(range(20)), "It cannot be differentiated.", "")
    assert (desk.progress.done, desk.progress.failed, desk.progress.total) == (20, 20, 21)
    assert desk.order() == [(2, (0,))]


def test_with_too_little_memory_fewer_channels_are_made_together(desk):
    desk.make((A, range(8)), (B, range(8)))
    desk.queue.give_back(desk.next(), 4)
    assert [channels for tensor, channels in desk.order() if tensor == 1] == [(0, 1, 2, 3), (4, 5, 6, 7)]
    desk.make((B, range(8)))
    assert desk.next().channels == tuple(range(8)), "only in that layer"


def test_several_variants_of_each_channel_leave_room_for_fewer_channels(desk):
    desk.make((A, range(8)), settings=replace(SETTINGS, objective=replace(SETTINGS.objective, variants=4)))
    assert desk.next().channels == (0, 1)


def test_the_time_left_follows_from_the_pace(desk):
    desk.make((A, range(16)))
    batch = desk.next()
    desk.queue.worked(batch, 0.1, 0.05)
    assert desk.progress.seconds_left is None, "nobody can tell yet"
    desk.queue.worked(batch, 1.9, 0.5)
    assert desk.progress.seconds_left == pytest.approx(0.5 * 12, rel=0.05)
    for channel in batch.channels[:7]:
        desk.queue.made(batch, channel, desk.progress)
    desk.queue.worked(batch, 1.0, 0.1)
    assert desk.progress.seconds_left > 0.5 * 8.9, "the last one is tried again"
    desk.queue.made(batch, 7, desk.progress, attempts=9)
    assert desk.progress.seconds_left > 0.5 * 8 * 1.9, "and such may come again"


def test_the_title_names_the_layer_and_its_channels(desk):
    desk.make((A, range(8)))
    assert desk.progress.title == "a"
    desk.next()
    assert desk.progress.title == "a, channels 0 to 7"
    assert channels_told((9, 3)) == "channels 3, 9"
    assert channels_told((4,)) == "channel 4"


def test_asking_for_a_whole_network_takes_the_asker_little_time(desk):
    from time import perf_counter

    everything = [(Place(f"layer {number}", number), range(200)) for number in range(150)]
    started = perf_counter()
    desk.make(*everything, anew=False)
    desk.make(*everything, settings=OTHER, anew=False)
    assert perf_counter() - started < 1.0
    assert desk.progress.total == 30_000
    desk.queue.look_first([(140, 3), (140, None)])
    started = perf_counter()
    for _ in range(100):
        desk.queue.goes_on(desk.next())
    assert perf_counter() - started < 1.0
