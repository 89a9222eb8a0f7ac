"""The window's own view is drawn as often as the headset's frames can spare, and no oftener."""

from __future__ import annotations

from vrcnn.desktop.audience_pace import BEST, CALM, FIRST, RAREST, AudiencePace

PERIOD = 1 / 90


def run(pace: AudiencePace, frames: int, cost: float = 0.0, start: float = 0.0) -> tuple[list[int], float]:
    """Frames of a headset, of which the next one comes `cost` seconds late after each picture; in which of them
    pictures were drawn, and the time of the last."""
    drawn, now = [], start
    for number in range(frames):
        pace.frame(now, PERIOD)
        late = 0.0
        if pace.due(PERIOD):
            drawn.append(number)
            late = cost
        now += PERIOD * (1 + round(late / PERIOD))
    return drawn, now


def test_the_first_picture_comes_at_once() -> None:
    drawn, _ = run(AudiencePace(), 1)
    assert drawn == [0]


def test_where_there_is_time_to_spare_pictures_come_with_every_second_frame() -> None:
    pace = AudiencePace()
    assert pace.every == FIRST
    drawn, _ = run(pace, 4 * CALM)
    assert pace.every == BEST
    assert drawn[-1] - drawn[-2] == BEST


def test_pictures_that_hold_up_the_headset_come_rarely_and_often_again_when_they_do_not() -> None:
    pace = AudiencePace()
    drawn, now = run(pace, 200, cost=PERIOD)
    assert pace.every == RAREST
    assert len(drawn) < 12, "five of them until it was known"
    drawn, _ = run(pace, (RAREST - BEST + 1) * CALM, start=now + PERIOD)
    assert pace.every == BEST


def test_a_headset_that_is_late_by_itself_is_not_put_down_to_the_window() -> None:
    pace, now = AudiencePace(), 0.0
    for number in range(300):
        pace.frame(now, PERIOD)
        pace.due(PERIOD)
        now += PERIOD * (2 if number % 12 == 11 and pace._since_picture > 1 else 1)
    assert pace.every <= 2 * BEST


def test_a_headset_that_showed_nothing_for_a_while_was_not_held_up() -> None:
    pace = AudiencePace()
    for start in (0.0, 50.0):
        for number in range(3 * FIRST):
            pace.frame(start + number * PERIOD, PERIOD)
            pace.due(PERIOD)
        pace.frame(0.0, 0.0)
        pace.due(PERIOD)
    assert pace.every == FIRST


def test_another_view_is_drawn_at_once() -> None:
    pace = AudiencePace()
    run(pace, 100, cost=PERIOD)
    pace.due(PERIOD)
    assert not pace.due(PERIOD)
    pace.hurry()
    assert pace.due(0.0)


def test_a_picture_waits_for_a_frame_that_has_the_time_but_not_for_ever() -> None:
    pace = AudiencePace()
    pace.frame(0.0, PERIOD)
    assert pace.due(0.5 * PERIOD)
    pace.takes = 0.4 * PERIOD
    for spare, due in ((0.3, [False] * (RAREST - 1)), (0.5, [False] * (FIRST - 1) + [True])):
        came = []
        for number in range(len(due)):
            pace.frame(number * PERIOD, PERIOD)
            came.append(pace.due(spare * PERIOD))
        assert came == due
        pace.frame(RAREST * PERIOD, PERIOD)
        assert pace.due(-PERIOD) == (spare == 0.3)
