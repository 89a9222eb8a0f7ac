"""Pictures that change while they are shown: when the networks run the next state of one, and how often they do."""

from __future__ import annotations

import time
from collections.abc import Sequence

from vrcnn.display import Display

SMOOTHING = 0.7  # how much of the rate is that of before
PAUSE = 2.0  # s after which nothing is said of a rate any more


class Passes:
    """Of a picture whose states follow one another; there is never more than one that waits."""

    def __init__(self) -> None:
        self._began = 0.0  # s, time.perf_counter(): when the last pass did
        self._rate = 0.0

    @property
    def rate(self) -> float:
        """Passes per second; 0 where none has begun for a while."""
        return self._rate if time.perf_counter() - self._began < PAUSE + 1 / max(self._rate, 0.1) else 0.0

    def run(self, displays: Sequence[Display], picture: int) -> None:
        """Runs the picture as it is now, in place of what runs."""
        now, follows = time.perf_counter(), self.rate > 0 or self._began > 0
        took = now - self._began
        if follows and took < 3 * PAUSE:
            self._rate = 1 / took if self._rate == 0 else 1 / (SMOOTHING / self._rate + (1 - SMOOTHING) * took)
        self._began = now
        for display in displays:
            display.run(picture, calm=True)

    @staticmethod
    def done(displays: Sequence[Display]) -> bool:
        """Whether all networks have done with what they were given last."""
        return all(display.idle for display in displays)
