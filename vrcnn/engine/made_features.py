"""The feature visualizations of one network that were made: on disk, and the numbers of the last ones in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import numpy as np

from vrcnn.featurevis.cache import FeatureCache, digest
from vrcnn.featurevis.colours import InputColours
from vrcnn.featurevis.results import Place, Visualization
from vrcnn.featurevis.settings import Settings
from vrcnn.network.fingerprint import Fingerprint, NetworkKey
from vrcnn.network.graph import Graph
from vrcnn.network.source import NetworkSource

RECENT = 256 << 20  # bytes of numbers

_Channel = tuple[int, int]  # tensor of the full graph, and channel


class MadeFeatures:
    """Belongs to the worker's thread. `identify` comes before anything about the disk."""

    def __init__(self, source: NetworkSource, cache: FeatureCache, colours: Callable[[], InputColours]) -> None:
        self._source, self._cache, self._colours = source, cache, colours
        self._fingerprint: tuple[Graph, Fingerprint] | None = None
        self._key: NetworkKey | None = None
        self._asked: dict[_Channel, tuple[Settings, str]] = {}  # settings and start of the last one
        self._recent: OrderedDict[_Channel, np.ndarray] = OrderedDict()
        self._bytes = 0

    def identify(self, full: Graph, cancelled: Callable[[], bool]) -> None:
        """Finds out which network it is, unless that is known. Raises Cancelled."""
        if self._fingerprint is None or self._fingerprint[0] is not full:
            self._fingerprint = full, Fingerprint(self._source, full, self._colours().words)
            self._key = None
        if self._key is None:
            self._key = self._fingerprint[1].key(cancelled)

    def doubt(self) -> None:
        """Its weights may be others from now on."""
        self._key = None

    def clear(self) -> None:
        """Tensors and channels are others from now on."""
        self._asked.clear()
        self._recent.clear()
        self._bytes = 0
        self.doubt()

    @property
    def stored(self) -> int:
        """Bytes on disk."""
        return self._cache.bytes(self._known)

    def find(
        self, place: Place, channel: int, settings: Settings, start: np.ndarray | None = None
    ) -> Visualization | None:
        """What is on disk of it; `start` (C, H, W) is what the ascent starts from, where that is no noise."""
        origin = digest(start)
        found = self._cache.find(self._known, place, channel, settings, origin)
        if found is None:
            return None
        self._asked[place.tensor, channel] = settings, origin
        self._remember(place.tensor, channel, found[1].astype(np.float32))
        return found[0]

    def find_last(self, place: Place, channel: int) -> Visualization | None:
        """What is on disk of the last one of the channel."""
        if (place.tensor, channel) not in self._asked:
            return None
        found = self._cache.find(self._known, place, channel, *self._asked[place.tensor, channel])
        return None if found is None else found[0]

    def take(
        self, visualization: Visualization, values: np.ndarray, asked: Settings, start: np.ndarray | None = None
    ) -> None:
        """Keeps a new one; `values` (C, H, W) float32 in units of the network's input.

        Raises UserError where it cannot be written to the disk; its numbers are in memory then.
        """
        where, origin = (visualization.place.tensor, visualization.channel), digest(start)
        self._asked[where] = asked, origin
        self._remember(*where, values)
        self._cache.keep(self._known, visualization, values, asked, origin)

    def values(self, place: Place, channel: int) -> np.ndarray | None:
        """(C, H, W) float32: what the channel's last visualization gives to the network; None where that is gone.

        Exactly, if it was made of late; what was on disk alone is rounded to float16.
        """
        where = place.tensor, channel
        if where in self._recent:
            self._recent.move_to_end(where)
            return self._recent[where]
        if where not in self._asked:
            return None
        settings, origin = self._asked[where]
        found = self._cache.find(self._known, place, channel, settings, origin)
        return None if found is None else found[1].astype(np.float32)

    def forget(self) -> None:
        """Deletes all of the network's. Raises UserError where that fails."""
        self._asked.clear()
        self._recent.clear()
        self._bytes = 0
        self._cache.forget(self._known)

    @property
    def _known(self) -> NetworkKey:
        assert self._key is not None, "identify() comes first"
        return self._key

    def _remember(self, tensor: int, channel: int, values: np.ndarray) -> None:
        former = self._recent.pop((tensor, channel), None)
        self._bytes += values.nbytes - (0 if former is None else former.nbytes)
        self._recent[tensor, channel] = values
        while self._bytes > RECENT:
            self._bytes -= self._recent.popitem(last=False)[1].nbytes
