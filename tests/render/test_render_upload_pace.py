"""The portion that a frame uploads follows how fast this machine is."""

from vrcnn.render.upload_pace import AIM, FIRST, LEAST, MOST, SECONDS, UploadPace


def settled(bytes_per_second: float) -> int:
    pace = UploadPace()
    for _ in range(40):
        pace.adapt(pace.budget, pace.budget / bytes_per_second)
    return pace.budget


def test_the_portion_settles_at_what_the_machine_manages_in_the_time():
    assert abs(settled(2e9) - 2e9 * AIM * SECONDS) < 1000


def test_the_portion_stays_within_its_bounds():
    assert settled(1e12) == MOST
    assert settled(1e6) == LEAST


def test_one_slow_frame_does_not_decide():
    pace = UploadPace()
    pace.adapt(FIRST, 10.0)
    assert pace.budget > 0.49 * FIRST


def test_a_small_rest_says_nothing_about_the_speed():
    pace = UploadPace()
    pace.adapt(1000, 1.0)
    assert pace.budget == FIRST
