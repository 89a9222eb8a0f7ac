"""Numbers as people write them."""

import pytest

from vrcnn.scene.wording import counted, duration, percent, rate, spoken, storage


@pytest.mark.parametrize(("count", "text"), [(950, "950"), (12_500, "12.5 thousand"), (4_652_008, "4.65 million")])
def test_large_counts_are_spoken(count, text):
    assert spoken(count) == text


@pytest.mark.parametrize(
    ("probability", "text"), [(1.0, "100 %"), (0.934, "93 %"), (0.0421, "4.2 %"), (0.0004, "< 0.1 %"), (0.0, "< 0.1 %")]
)
def test_percentages_have_sensible_digits(probability, text):
    assert percent(probability) == text


@pytest.mark.parametrize(
    ("part", "text"),
    [(0.0, "0 %"), (1.0, "100 %"), (0.9999, "99.9 %"), (0.996, "99.6 %"), (1e-5, "< 0.1 %")],
)
def test_of_what_is_counted_only_none_is_0_and_only_all_is_100(part, text):
    assert rate(part) == text


@pytest.mark.parametrize(("count", "text"), [(1, "1 layer"), (0, "0 layers"), (24_315, "24,315 layers")])
def test_nouns_agree_with_their_counts(count, text):
    assert counted(count, "layer") == text


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.0042, "4.2 ms"), (0.00999, "10 ms"), (0.084, "84 ms"), (0.9996, "1.0 s"), (1.31, "1.3 s"), (75.2, "75 s")],
)
def test_times_have_the_digits_that_matter(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_amounts_of_memory_read_as_they_are_given():
    told = {500: "500 bytes", 1 << 10: "1.0 KB", 500 << 20: "500 MB", 2 << 30: "2.0 GB", 1536 << 20: "1.5 GB"}
    assert {count: storage(count) for count in told} == told
