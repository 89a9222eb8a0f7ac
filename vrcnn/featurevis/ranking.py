"""Which pictures of a set each channel of a layer answers to most, kept while the set goes by."""

from __future__ import annotations

import numpy as np

from vrcnn.featurevis.results import Baseline


class Ranking:
    """The best `top` pictures of each of `channels` channels, and what all pictures come to on average.

    Of equal values the one of the picture with the smaller number counts as larger. A value that is no finite number
    is passed over. Takes memory for the best pictures alone, however many there are.
    """

    def __init__(self, channels: int, top: int) -> None:
        self._values = np.full((top, channels), -np.inf)
        self._pictures = np.full((top, channels), -1, np.int64)
        self._places = np.zeros((top, channels), np.int64)
        self._sums = np.zeros(channels)
        self._counts = np.zeros(channels, np.int64)

    def add(self, pictures: np.ndarray, values: np.ndarray, places: np.ndarray) -> None:
        """`values` (n, channels) of the pictures numbered `pictures` (n,), and `places` (n, channels) within maps."""
        finite = np.isfinite(values)
        self._counts += finite.sum(0)
        self._sums += np.where(finite, values, 0.0).sum(0, dtype=np.float64)
        numbers = np.broadcast_to(pictures[:, None], values.shape)
        every = np.concatenate((self._values, np.where(finite, values, -np.inf)))
        whose = np.concatenate((self._pictures, np.where(finite, numbers, -1)))
        order = np.lexsort((whose, -every), axis=0)[: len(self._values)]
        self._values = np.take_along_axis(every, order, 0)
        self._pictures = np.take_along_axis(whose, order, 0)
        self._places = np.take_along_axis(np.concatenate((self._places, places)), order, 0)

    def of(self, channel: int) -> list[tuple[int, float, int]]:
        """(picture, value, place) of the best pictures of a channel, the best first."""
        known = self._pictures[:, channel] >= 0
        columns = (each[known, channel].tolist() for each in (self._pictures, self._values, self._places))
        return list(zip(*columns, strict=True))

    def baseline(self, channel: int) -> Baseline | None:
        """What the channel comes to on the pictures so far; None before the first."""
        count = int(self._counts[channel])
        if count == 0:
            return None
        return Baseline(float(self._values[0, channel]), float(self._sums[channel]) / count, count)
