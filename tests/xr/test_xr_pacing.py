"""The share of the resolution that is drawn, with frames of made-up times: down calmly, up slowly, no to and fro."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from vrcnn.xr.pacing import CALM, COUNTED, SETTLING, STEPS, Pacing

PERIOD = 1 / 90


def run(
    pacing: Pacing, seconds: float, takes: Callable[[float], float], begin: float = 1.0
) -> list[tuple[float, float]]:
    """Frames for `seconds`, each shown at the first period after it is done; (time, share) after each.

    `takes` says from the share how long a frame takes (s).
    """
    now, worked, seen = begin, 0.0, []
    while now < begin + seconds:
        pacing.frame(now, PERIOD, worked)
        seen.append((now, pacing.share))
        worked = takes(pacing.share)
        now += PERIOD * max(1, -int(-worked / PERIOD // 1))
    return seen


def changes(seen: list[tuple[float, float]]) -> list[float]:
    return [time for (_, before), (time, share) in pairwise(seen) if share != before]


def test_frames_that_come_in_time_are_drawn_in_full():
    pacing = Pacing()
    seen = run(pacing, 30.0, lambda share: 0.7 * PERIOD)
    assert {share for _, share in seen} == {1.0}
    assert pacing.missed == 0


def test_frames_that_never_come_in_time_go_to_the_floor_step_by_step_and_stay_there():
    pacing = Pacing()
    seen = run(pacing, 120.0, lambda share: 5.5 * PERIOD * share**2 + 2 * PERIOD)
    times = changes(seen)
    assert len(times) == len(STEPS) - 1
    assert pacing.share == STEPS[-1] == 0.6
    assert all(later - earlier >= SETTLING for earlier, later in pairwise(times))
    assert times[-1] - seen[0][0] < 10.0


def test_it_stops_where_frames_come_in_time():
    pacing = Pacing()
    seen = run(pacing, 60.0, lambda share: 1.2 * PERIOD * share**2)
    assert pacing.share == 0.9
    assert len(changes(seen)) == 1, "what a step up would take is known, and it is not tried"


def test_it_comes_back_when_the_load_is_gone():
    pacing = Pacing()
    run(pacing, 20.0, lambda share: 3.0 * PERIOD)
    assert pacing.share == 0.6
    seen = run(pacing, 60.0, lambda share: 0.5 * PERIOD * share**2, begin=21.0)
    assert pacing.share == 1.0
    times = changes(seen)
    assert all(later - earlier >= CALM for earlier, later in pairwise(times))


def test_a_graphics_card_that_is_late_without_a_trace_in_our_own_time_makes_no_to_and_fro():
    """The times that we see are short; only the display times tell. A step up is tried, less and less often."""
    pacing = Pacing()
    now, changed, before = 1.0, [], pacing.share
    while now < 601.0:
        pacing.frame(now, PERIOD, 0.3 * PERIOD)
        if pacing.share != before:
            changed.append(now)
            before = pacing.share
        now += 2 * PERIOD if pacing.share > 0.8 else PERIOD
    last = [time for time in changed if time > 301.0]
    assert len(last) <= 8, "at most a try in 80 s"
    assert len([time for time in changed if time <= 61.0]) <= 9


@pytest.mark.parametrize("every", [0.6, 3.0])
def test_a_stall_now_and_then_is_counted_and_changes_nothing(every):
    pacing, now, next_stall = Pacing(), 1.0, 1.5
    while now < 40.0:
        pacing.frame(now, PERIOD, 0.5 * PERIOD)
        assert pacing.share == 1.0
        now += PERIOD
        if now >= next_stall:
            now, next_stall = now + 5 * PERIOD, now + every
    assert pacing.missed == pytest.approx(5 * COUNTED / every, rel=0.15)


def test_missed_frames_are_forgotten_after_a_while():
    pacing = Pacing()
    run(pacing, 3.0, lambda share: 1.5 * PERIOD)
    assert pacing.missed > 50
    run(pacing, COUNTED + 1.0, lambda share: 0.2 * PERIOD, begin=4.0)
    assert pacing.missed == 0


def test_a_pause_is_nobody_s_fault():
    pacing = Pacing()
    run(pacing, 2.0, lambda share: 0.5 * PERIOD)
    run(pacing, 2.0, lambda share: 0.5 * PERIOD, begin=300.0)
    assert pacing.missed == 0
    run(pacing, 2.0, lambda share: 0.5 * PERIOD, begin=100.0)  # another runtime, another clock
    assert pacing.missed == 0


def test_a_runtime_that_tells_no_period_changes_nothing():
    pacing = Pacing()
    for frame in range(500):
        pacing.frame(1.0 + 0.1 * frame, 0.0, 0.09)
    assert (pacing.share, pacing.missed) == (1.0, 0)


def test_a_runtime_that_plans_with_the_frames_own_pace_is_not_taken_at_its_word():
    """Monado's period grows with what frames take: each comes after one such period, and all are late."""
    pacing = Pacing()
    for frame in range(20):
        pacing.frame(1.0 + PERIOD * frame, PERIOD, 0.5 * PERIOD)
    for frame in range(200):
        pacing.frame(2.0 + 3 * PERIOD * frame, 3 * PERIOD, 2.5 * PERIOD)
    assert pacing.share == 0.6
    assert pacing.missed >= 390


def test_another_refresh_rate_is_the_measure_from_then_on():
    pacing = Pacing()
    for frame in range(200):
        pacing.frame(1.0 + frame / 120, 1 / 120, 0.003, 120.0)
    for frame in range(200):
        pacing.frame(3.0 + frame / 72, 1 / 72, 0.003, 72.0)
    assert pacing.share == 1.0
    assert pacing.missed <= 40, "the moment of the change"


def test_a_held_resolution_stays_and_missed_frames_are_told():
    pacing = Pacing(held=True)
    run(pacing, 20.0, lambda share: 3.5 * PERIOD)
    assert pacing.share == 1.0
    assert pacing.missed > 100
