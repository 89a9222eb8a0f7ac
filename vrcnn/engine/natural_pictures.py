"""How the channels of a network answer to the pictures of its shelf, found when it is first wanted of a layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from vrcnn.featurevis.natural import NaturalAnswers
from vrcnn.featurevis.results import Baseline, Place, Sight
from vrcnn.featurevis.settings import Objective
from vrcnn.network.graph import Graph
from vrcnn.network.source import NetworkSource

SIGHTS = 4  # pictures beside a visualization


class NaturalPictures:
    """Of one network and one full graph of it."""

    def __init__(self, source: NetworkSource, full: Graph) -> None:
        self._source, self._full = source, full
        self._known: dict[tuple[int, Objective], NaturalAnswers] = {}

    def knows(self, place: Place, objective: Objective) -> bool:
        """Whether all pictures went through as far as this layer."""
        found = self._known.get((place.tensor, objective))
        return not self._source.pictures or (found is not None and found.finished)

    def find(self, place: Place, beside: Sequence[Place], objective: Objective, cancelled: Callable[[], bool]) -> None:
        """Takes all pictures as far as the layer, and those `beside` it, where that is not known.

        Raises Cancelled, and goes on from there in the next call; UserError for a layer that cannot be used.
        """
        if self.knows(place, objective):
            return
        answers = self._known.get((place.tensor, objective))
        if answers is None:
            new = {each.tensor: each for each in (place, *beside) if not self.knows(each, objective)}
            answers = NaturalAnswers(self._source, self._full, [*new.values()], objective=objective, top=SIGHTS)
            self._known.update({(tensor, objective): answers for tensor in new})
        while not answers.finished:
            answers.advance(cancelled)

    def baselines(self, place: Place, channels: Sequence[int], objective: Objective) -> dict[int, Baseline]:
        """By channel, of those that are known."""
        answers = self._known.get((place.tensor, objective))
        found = {} if answers is None else {channel: answers.baseline(place, channel) for channel in channels}
        return {channel: baseline for channel, baseline in found.items() if baseline is not None}

    def sights(self, place: Place, channel: int, objective: Objective) -> tuple[tuple[Sight, np.ndarray], ...]:
        """As in FeatureMade; empty where nothing is known."""
        answers = self._known.get((place.tensor, objective))
        return () if answers is None else answers.crops(place, channel)
