"""A terminal sees one line that changes; a file a line now and then; both the time that is left."""

from __future__ import annotations

import io

import pytest

from vrcnn.progress import Progress, told_seconds


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_terminal_sees_a_line_that_changes_and_goes_away() -> None:
    screen, clock = Terminal(), Clock()
    progress = Progress(screen, clock)
    progress.begin()
    for second in range(10):
        clock.now = second
        progress.show(second / 10, f"conv · {second} of 10 channels")
    last = screen.getvalue().split("\r")[-1]
    assert "90%" in last
    assert "conv · 9 of 10 channels · 1 s left" in last
    assert last.count("━") == 22
    assert "\n" not in screen.getvalue()
    progress.say("A word.")
    after = screen.getvalue().split("\r")
    assert after[-1] == "A word.\n"
    assert after[-2].isspace()
    written = len(screen.getvalue())
    progress.clear()
    assert len(screen.getvalue()) == written, "nothing is there any more"


def test_a_file_hears_of_it_when_it_takes_long() -> None:
    file, clock = io.StringIO(), Clock()
    progress = Progress(file, clock)
    progress.begin()
    for second in range(100):
        clock.now = second
        progress.show(second / 100, "conv")
    assert file.getvalue().splitlines() == [" 30% conv · 70 s left", " 60% conv · 40 s left", " 90% conv · 10 s left"]


def test_what_was_done_before_does_not_count_for_the_pace() -> None:
    screen, clock = Terminal(), Clock()
    progress = Progress(screen, clock)
    progress.begin(0.5)
    clock.now = 10.0
    progress.show(0.6, "conv")
    assert "40 s left" in screen.getvalue()


@pytest.mark.parametrize(("seconds", "words"), [(0.2, "1 s"), (75, "75 s"), (600, "10 min"), (12_000, "3 h 20 min")])
def test_times_in_words(seconds: float, words: str) -> None:
    assert told_seconds(seconds) == words
