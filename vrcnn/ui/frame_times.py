"""How long the last frames took, for the panel's figure and for benchmarks."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np


@dataclass
class FrameTimes:
    """The durations of the last 240 frames in seconds, the oldest first."""

    recent: deque[float] = field(default_factory=lambda: deque(maxlen=240))

    def add(self, seconds: float) -> None:
        """Notes one more frame."""
        self.recent.append(seconds)

    def percentile(self, percent: float) -> float:
        """The duration (s) that `percent` of the frames stay below; 0 while there are none."""
        if not self.recent:
            return 0.0
        ordered = np.sort(self.array())
        return float(ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))])

    @property
    def median(self) -> float:
        """The typical duration in seconds; 0 while there are none."""
        return self.percentile(50)

    def array(self) -> np.ndarray:
        """(N,) float32 seconds, the oldest first."""
        return np.fromiter(self.recent, np.float32, len(self.recent))
