"""How far a long command is, on one line of a terminal; where the output goes to a file, a line now and then."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from typing import TextIO

QUICK = 0.1  # s between two pictures of the line
SLOW = 30.0  # s between two lines of a file
BAR = 24  # characters


def told_seconds(seconds: float) -> str:
    """ "40 s", "12 min", "3 h 20 min"."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02} min"


class Progress:
    """Shows a share of the work that is done, some words, and the time that is left at the pace so far."""

    def __init__(self, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._clock = clock
        self._terminal = self._stream.isatty()
        self._began = clock()
        self._first = 0.0  # the share at the beginning
        self._shown: float | None = None
        self._wide = 0

    def begin(self, share: float = 0.0) -> None:
        """The time from now on counts, as something that is `share` done already."""
        self._began, self._first, self._shown = self._clock(), share, None

    def show(self, share: float, words: str) -> None:
        """`share` is 0 to 1. Only now and then anything is written."""
        now = self._clock()
        if self._shown is not None and now - self._shown < (QUICK if self._terminal else SLOW):
            return
        if not self._terminal and self._shown is None:
            self._shown = now  # a file hears of it when it takes long
            return
        self._shown = now
        left = self._seconds_left(share, now)
        told = f"{words} · {told_seconds(left)} left" if left is not None else words
        if self._terminal:
            full = round(BAR * min(1.0, share))
            self._line(f"{'━' * full}{'─' * (BAR - full)} {share:4.0%} {told}")
        else:
            self._write(f"{share:4.0%} {told}\n")

    def say(self, line: str) -> None:
        """A line that stays."""
        self.clear()
        self._write(f"{line}\n")

    def clear(self) -> None:
        """Takes the line away."""
        if self._wide:
            self._write("\r" + " " * self._wide + "\r")
            self._wide = 0

    def _seconds_left(self, share: float, now: float) -> float | None:
        done, spent = share - self._first, now - self._began
        return spent * (1 - share) / done if done > 0 and spent > 1 and share < 1 else None

    def _line(self, text: str) -> None:
        text = text[: shutil.get_terminal_size().columns - 1]
        self._write("\r" + text.ljust(self._wide))
        self._wide = len(text)

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
