"""How much of the headset's resolution is drawn: less where frames come late, more again after a calm while.

Arithmetic only. A frame is late where the runtime gives the next one a display time more than a period further on. The
period is the display's: Monado tells of longer ones as soon as frames are late, as it plans with their own pace then.
"""

from __future__ import annotations

from collections import deque

STEPS = (1.0, 0.9, 0.8, 0.7, 0.6)  # shares of the full width and height
COUNTED = 10.0  # s, for which missed frames are told
PAUSE = 2.0  # s between two frames: nobody drew meanwhile, so nobody was late
REMEMBERED = 30  # frames, over which lateness and load are averaged
LATE = 0.25  # of the frames late, on average: too many
SETTLING = 1.0  # s between two steps down
CALM, LONGEST_CALM = 5.0, 80.0  # s without a late frame before a step up: at first, and after relapses
RELAPSE = 10.0  # s after a step up, within which a step down says that it was too early
FULL = 0.85  # of the period, that a step up may be expected to take


class Pacing:
    """Follows a headset's frames, one by one.

    Attributes:
        share: of the full width and height, that is to be drawn.
        missed: frames that were shown late, or not at all, within the last COUNTED seconds.

    With `held` the share stays as it is, and frames are counted only.
    """

    def __init__(self, held: bool = False) -> None:
        self._held = held
        self._step = 0
        self._last: float | None = None
        self._period = float("inf")
        self._misses: deque[tuple[float, int]] = deque()
        self._lateness = self._load = 0.0
        self._changed = self._late = self._raised = float("-inf")
        self._calm = CALM

    @property
    def share(self) -> float:
        return STEPS[self._step]

    @property
    def missed(self) -> int:
        return sum(count for _, count in self._misses)

    def frame(self, display_time: float, period: float, worked: float, refresh_rate: float = 0.0) -> None:
        """A frame that is to be shown at `display_time` for `period`; `worked` is how long the one before took, from
        the moment that its turn came to its end.

        All in seconds, and the display's `refresh_rate` in Hz; 0 is what the runtime does not tell. Without that rate
        the display's period is the shortest that was told.
        """
        last, self._last = self._last, display_time
        if refresh_rate > 0.0:
            self._period = 1.0 / refresh_rate
        elif period > 0.0:
            self._period = min(self._period, period)
        period = self._period
        if period == float("inf") or last is None or not 0.0 < display_time - last < PAUSE:
            self._lateness = 0.0
            self._late = display_time
            return
        missed = round((display_time - last) / period) - 1
        if missed > 0:
            self._misses.append((display_time, missed))
            self._late = display_time
        while self._misses and self._misses[0][0] <= display_time - COUNTED:
            self._misses.popleft()
        self._lateness += (float(missed > 0) - self._lateness) / REMEMBERED
        self._load += (worked / period - self._load) / REMEMBERED
        if not self._held:
            self._choose(display_time)

    def _choose(self, now: float) -> None:
        if self._lateness > LATE:
            if self._step + 1 < len(STEPS) and now - self._changed >= SETTLING:
                relapsed = now - self._raised <= RELAPSE
                self._calm = min(2.0 * self._calm, LONGEST_CALM) if relapsed else CALM
                self._go(self._step + 1, now)
        elif self._step and now - max(self._late, self._changed) >= self._calm:
            growth = (STEPS[self._step - 1] / STEPS[self._step]) ** 2
            if self._load * growth <= FULL:
                self._raised = now
                self._go(self._step - 1, now)

    def _go(self, step: int, now: float) -> None:
        self._step, self._changed, self._lateness = step, now, 0.0
