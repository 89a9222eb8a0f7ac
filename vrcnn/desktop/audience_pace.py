"""How often the window draws a view of its own while a headset is worn, so that no frame of it is late for that."""

from __future__ import annotations

BEST, FIRST, RAREST = 2, 3, 30  # a picture for the audience with every so many of the headset's frames
BLAMED = 2  # frames after such a picture of which a late one is put down to it
CALM = 90  # frames without one that is put down to it, after which pictures come more often
LATE = 1.5  # periods of the headset from one frame to the next


class AudiencePace:
    """Pictures come in frames that have time to spare for them: rarer as soon as one has held up the headset all the
    same, and slowly more often while none does.

    For what the processor does for a picture is measured, but not what a graphics card does later: whether the
    headset's next frames come in time tells of that.

    Attributes:
        every: a picture is due with every so many frames of the headset.
        takes: what the last picture took of the processor's time, in s.
    """

    def __init__(self) -> None:
        self.every = FIRST
        self.takes = 0.0
        self._since_picture = RAREST
        self._since_late = 0
        self._last: float | None = None

    def frame(self, time: float, period: float) -> None:
        """One more frame of the headset, to be shown at `time` (s, on any clock); `period` (s) is what lies between two
        of them where none is missed, 0 while the headset shows none."""
        late = self._last is not None and time - self._last > LATE * period
        self._last = time if period > 0 else None
        if late and self._since_picture < BLAMED:
            self.every = min(RAREST, 2 * self.every)
            self._since_late = 0
        elif self._since_late >= CALM:
            self.every = max(BEST, self.every - 1)
            self._since_late = 0
        else:
            self._since_late += 1
        self._since_picture += 1

    def hurry(self) -> None:
        """A picture is due at once, as there is none of what is to be shown."""
        self._since_picture = RAREST

    def due(self, spare: float) -> bool:
        """Whether one shall be drawn now, `spare` s before the headset's next frame; it counts as drawn then.

        A headset that never has time to spare has one in RAREST frames late for it.
        """
        short = spare < self.takes and self._since_picture < RAREST
        if self._since_picture < self.every or short:
            return False
        self._since_picture = 0
        return True
