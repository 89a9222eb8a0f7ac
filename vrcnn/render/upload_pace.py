"""How many bytes of feature maps a frame uploads: as many as this machine manages in a short time."""

from __future__ import annotations

import time

from vrcnn.render.map_store import MapStore

SECONDS = 0.0015  # of a frame, which lasts 11 ms in a headset
LEAST, MOST = 256 << 10, 16 << 20  # bytes
FIRST = 1 << 20
AIM = 0.8  # of SECONDS, so that hardly any portion takes longer than these


class UploadPace:
    """Uploads a portion a frame, and sizes the next one by how long this one took."""

    def __init__(self) -> None:
        self.budget = FIRST

    def upload(self, maps: MapStore) -> None:
        """Uploads at most `budget` bytes of what waits."""
        before = maps.pending
        if not before:
            return
        start = time.perf_counter()
        maps.upload(self.budget)
        seconds = max(time.perf_counter() - start, 1e-6)
        self.adapt(before - maps.pending, seconds)

    def adapt(self, uploaded: int, seconds: float) -> None:
        """Takes what was measured half into account, so that one slow frame does not decide."""
        if uploaded >= LEAST // 2:  # of less, the time says little
            wanted = uploaded / seconds * AIM * SECONDS
            self.budget = int(min(MOST, max(LEAST, (self.budget + wanted) / 2)))
