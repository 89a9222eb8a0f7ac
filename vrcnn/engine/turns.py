"""Long jobs of several threads, one at a time: they take turns in the order in which they come."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_LOOK_UP = 0.01  # s between two looks at whether somebody is called away


class Turns:
    """A line of threads. One that waits may be called away."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._line: deque[object] = deque()

    @property
    def awaited(self) -> bool:
        """Whether somebody waits while another one has its turn."""
        return len(self._line) > 1

    @contextmanager
    def turn(self, called_away: Callable[[], bool]) -> Iterator[bool]:
        """Waits for this thread's turn, which lasts as long as the block; False where it was called away before."""
        ticket = object()
        with self._changed:
            self._line.append(ticket)
            while self._line[0] is not ticket and not called_away():
                self._changed.wait(_LOOK_UP)
            first = self._line[0] is ticket
            if not first:
                self._line.remove(ticket)
        try:
            yield first
        finally:
            if first:
                with self._changed:
                    self._line.popleft()
                    self._changed.notify_all()
