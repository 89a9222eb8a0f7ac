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
        if pace.due():
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
        pace.due()
        now += PERIOD * (2 if number % 12 == 11 and pace._since_picture > 1 else 1)
    assert pace.every <= 2 * BEST


def test_another_view_is_drawn_at_once() -> None:
    pace = AudiencePace()
    run(pace, 100, cost=PERIOD)
    pace.due()
    assert not pace.due()
    pace.hurry()
    assert pace.due()
