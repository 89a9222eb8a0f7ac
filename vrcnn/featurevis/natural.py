"""Which natural pictures the channels of a network answer to most, and to which part of them.

A set of pictures goes through the network once, as far as the last of the layers that are asked about, in batches; of
each picture nothing stays but what every channel makes of it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from vrcnn.errors import UserError
from vrcnn.featurevis.crops import Crops
from vrcnn.featurevis.objectives import values
from vrcnn.featurevis.ranking import Ranking
from vrcnn.featurevis.results import Baseline, Place, Sight
from vrcnn.featurevis.settings import Objective
from vrcnn.featurevis.target import Target
from vrcnn.network.arrays import PictureError
from vrcnn.network.differentiable import Truncated
from vrcnn.network.example import ExampleInput
from vrcnn.network.graph import Graph
from vrcnn.network.guard import unchanged
from vrcnn.network.pictures import PictureFile
from vrcnn.network.recorder import Cancelled, Diverged, never
from vrcnn.network.source import NetworkSource

TOP = 9
TOGETHER = 8  # pictures in a batch, at most; more of them are no faster
ALIKE = 1e-6  # of the best value, by which the average falls short of it at least unless all pictures are alike
MEMORY = 512 << 20  # bytes of activations of a batch, about


@dataclass(frozen=True)
class Skipped:
    """A picture of the set that could not be used, and why: a clause, such as "is truncated"."""

    name: str
    reason: str


class NaturalAnswers:
    """The pictures of a set that every channel of some layers answers to most.

    Attributes:
        done: how many of the `total` pictures went through.
        skipped: those of them that could not be used.
    """

    def __init__(
        self,
        source: NetworkSource,
        full: Graph,
        places: Sequence[Place],
        pictures: Sequence[PictureFile] | None = None,
        objective: Objective = Objective(),
        top: int = TOP,
    ) -> None:
        """`full` is the graph of the source's example input, `pictures` the set: by default those of the source.

        Raises UserError for a layer that cannot be used.
        """
        self.pictures = source.pictures if pictures is None else pictures
        self.done = 0
        self.skipped: list[Skipped] = []
        self._source = source
        self._objective = objective
        self._targets = {place.tensor: Target(source, full, place) for place in places}
        self._rankings = {tensor: Ranking(target.channels, top) for tensor, target in self._targets.items()}
        self._truncated = Truncated(source.module, full, *self._targets)
        self._together = _together(full, max(self._targets, default=0))
        self._crops = Crops(source, full, self._targets, self.pictures)
        self._loaded: list[tuple[int, Tensor]] = []  # pictures (1, C, ...) that are about to go through

    @property
    def total(self) -> int:
        """Pictures in the set."""
        return len(self.pictures)

    @property
    def finished(self) -> bool:
        """Whether all pictures went through."""
        return self.done >= self.total

    def advance(self, cancelled: Callable[[], bool] = never) -> None:
        """Takes the next few pictures through the network. Raises Cancelled and goes on from there in the next call."""
        if self.finished:
            return
        self._load(cancelled)
        if not self._loaded:
            return
        batch = torch.cat([tensor for _, tensor in self._loaded])
        numbers = np.array([number for number, _ in self._loaded])
        with unchanged(self._source.module):
            if len(numbers) > 1 and self._targets[max(self._targets)].batches:
                try:
                    self._pass(numbers, batch, cancelled)
                    self._leave(len(numbers))
                    return
                except (UserError, Diverged, ValueError):
                    pass  # one of them may be to blame
            for row in range(len(numbers)):
                try:
                    self._pass(numbers[row : row + 1], batch[row : row + 1], cancelled)
                except Diverged:
                    self._skip(int(numbers[row]), "takes another way through the network than the example input")
                except (UserError, ValueError) as error:
                    self._skip(int(numbers[row]), f"does not go through the network ({_headline(error)})")
                self._leave(1)

    def baseline(self, place: Place, channel: int) -> Baseline | None:
        """What the objective is on the pictures so far; None where none could be used."""
        return self._rankings[place.tensor].baseline(channel)

    def sights(self, place: Place, channel: int) -> tuple[Sight, ...]:
        """The pictures with the largest values, the best first; none where the channel answers to all of them alike."""
        known = self.baseline(place, channel)
        if known is None or known.best - known.average <= ALIKE * abs(known.best):
            return ()
        return tuple(
            Sight(picture, self.pictures[picture].name, value, self._crops.box(place.tensor, channel, picture, spot))
            for picture, value, spot in self._rankings[place.tensor].of(channel)
        )

    def crops(self, place: Place, channel: int, side: int = 128) -> tuple[tuple[Sight, np.ndarray], ...]:
        """The same with what the network sees in the box, (H, W, 3) uint8, at most `side` px a side.

        Leaves out pictures that are gone by now.
        """
        found = []
        for sight in self.sights(place, channel):
            try:
                found.append((sight, self._crops.pixels(sight, side)))
            except PictureError:
                continue
        return tuple(found)

    def _load(self, cancelled: Callable[[], bool]) -> None:
        """Opens as many pictures as go through together; those are of one size, and follow each other in the set."""
        while len(self._loaded) < self._together:
            number = self.done + len(self._loaded)
            if number >= self.total:
                return
            if cancelled():
                raise Cancelled
            try:
                tensor = self._crops.input_of(number)
            except PictureError as error:
                if self._loaded:
                    return  # it comes first the next time
                self._skip(number, str(error))
                self.done += 1
                continue
            if self._loaded and tensor.shape != self._loaded[0][1].shape:
                return
            self._loaded.append((number, tensor))

    def _pass(self, numbers: np.ndarray, pictures: Tensor, cancelled: Callable[[], bool]) -> None:
        """All layers get to know of these pictures, or none of them where this raises."""
        found: dict[int, tuple[np.ndarray, np.ndarray]] = {}

        def deliver(tensor: int, made: Tensor) -> None:
            maps = self._targets[tensor].maps_in(made, pictures)
            found[tensor] = self._answers(maps.float())

        example = ExampleInput(self._source.arguments, self._source.keywords, self._source.slot)
        given = example.with_tensor(pictures.clone())  # a forward may write to its input in place
        self._truncated.visit(given.arguments, given.keywords, deliver, cancelled)
        for tensor, (reached, spots) in found.items():
            self._rankings[tensor].add(numbers, reached, spots)

    def _answers(self, maps: Tensor) -> tuple[np.ndarray, np.ndarray]:
        """(n, channels) each: the objective, and where within a map it is largest, for `maps` (n, channels, ...)."""
        count, channels = maps.shape[:2]
        if self._objective.kind in ("direction", "dream"):
            reached = values(maps, [0] * count, self._objective)[:, None].expand(count, channels)
        else:
            every = range(channels)
            reached = torch.stack([values(each.expand(channels, *each.shape), every, self._objective) for each in maps])
        if self._objective.kind == "neuron":
            middle = int(np.ravel_multi_index([side // 2 for side in maps.shape[2:]], maps.shape[2:]))
            spots = torch.full((count, channels), middle)
        else:
            spots = maps.flatten(2).argmax(2)
        return reached.double().cpu().numpy(), spots.cpu().numpy()

    def _leave(self, count: int) -> None:
        del self._loaded[:count]
        self.done += count

    def _skip(self, number: int, reason: str) -> None:
        self.skipped.append(Skipped(self.pictures[number].name, reason))


def _together(graph: Graph, last: int) -> int:
    """Pictures in a batch whose activations fit into MEMORY: what an operation reads and makes is there at a time."""
    largest = max(
        (
            sum(math.prod(graph.nodes[each].shape) for each in (node.index, *graph.sources(node.index)))
            for node in graph.nodes[: last + 1]
        ),
        default=0,
    )
    return max(1, min(TOGETHER, MEMORY // max(1, 2 * 4 * largest)))


def _headline(error: Exception) -> str:
    return str(getattr(error, "headline", error)).rstrip(".")
