"""The picture on the easel behind a sieve: what the network reads then, and how much each of its channels changes.

A sieved pass is an ordinary pass of another input, so walls, boards and easel show it as they show any. Beside that
the maps of the picture without the sieve are kept, from one plain pass for each picture and weights, so that every
further turn of the sieve takes one pass and the subtraction. What is kept has at most KEPT bytes, and at most a quarter
of the memory for all maps; layers beyond that are compared afterwards, a group at a time, with two more passes each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from vrcnn.engine.answers import answer_of
from vrcnn.engine.shelf import EXAMPLE, Shelf
from vrcnn.engine.weights import written
from vrcnn.engine.xray_messages import ChannelChanges
from vrcnn.errors import UserError
from vrcnn.network.example import ExampleInput
from vrcnn.network.graph import Graph
from vrcnn.network.map_reading import Reading
from vrcnn.network.map_tensors import batch_of_maps
from vrcnn.network.recorder import Diverged
from vrcnn.network.source import NetworkSource
from vrcnn.susceptibility.formulas import DEAD
from vrcnn.susceptibility.sieve import Sieve
from vrcnn.susceptibility.transforms import sifted

if TYPE_CHECKING:
    from vrcnn.engine.inference import Inference
    from vrcnn.engine.messages import Message, Score

FIRST = 4  # reference pictures by which changes are told already
KEPT = 1 << 30  # bytes of maps without the sieve

Inputs = tuple[tuple[object, ...], dict[str, object]]
_Cancelled = Callable[[], bool]


def sieved_inputs(source: NetworkSource, inputs: Inputs, sieve: Sieve) -> Inputs:
    """The arguments and keywords of a pass with the picture behind a sieve. Raises UserError as `sifted` does."""
    arguments, keywords = inputs
    tensor = source.picture_tensor(arguments, keywords)
    if tensor is None:
        return inputs
    behind = ExampleInput(arguments, keywords, source.slot).with_tensor(sifted(tensor, sieve))
    return behind.arguments, behind.keywords


def positions_of(tensor: Tensor, reading: Reading) -> Tensor:
    """(maps, positions) float32: every value of each map, with those of all slices of a volume."""
    return batch_of_maps(tensor, reading, 1)[0].flatten(1).float()


@dataclass
class Spread:
    """How much channels vary over reference pictures: `count` values of each, their `mean` and the sum of the `squares`
    of what they differ from it, (maps,) float64 each."""

    count: int
    mean: np.ndarray
    squares: np.ndarray

    @classmethod
    def of(cls, maps: Tensor) -> Spread:
        """Of one picture's maps (maps, positions)."""
        mean = maps.mean(1, keepdim=True)
        squares = torch.linalg.vector_norm(maps - mean, dim=1).double() ** 2
        return cls(maps.shape[1], mean[:, 0].double().cpu().numpy(), squares.cpu().numpy())

    def joined(self, other: Spread) -> Spread:
        """Of the pictures of both (Chan, Golub and LeVeque 1979)."""
        count, apart = self.count + other.count, other.mean - self.mean
        squares = self.squares + other.squares + apart**2 * (self.count * other.count / count)
        return Spread(count, self.mean + apart * (other.count / count), squares)

    @property
    def deviation(self) -> np.ndarray:
        """(maps,) float64; NaN of a channel whose variance is below DEAD."""
        variance = self.squares / self.count
        return np.sqrt(np.where(variance < DEAD, np.nan, variance))


@dataclass
class Measuring:
    """The spread of the `wanted` layers over the reference pictures, so far: `done` of them; by full nodes."""

    wanted: frozenset[int] = frozenset()
    done: int = 0
    spreads: dict[int, Spread] = field(default_factory=dict)


@dataclass
class _Asked:
    """What a pass is compared for."""

    sieve: Sieve
    picture: int
    plain: Inputs
    behind: Inputs
    changes: dict[int, np.ndarray] = field(default_factory=dict)  # by full nodes: root of the mean square


class Xray:
    """The changes of the channels of one network, for its Inference, on the worker's thread.

    Layers are known by their nodes in the full graph, so that they stay known in another scope.

    Attributes:
        sieve: which one is before the picture, None for none; any thread may set it, and the next pass takes it up.
        leftover: is called after a pass that leaves something to be done, as CatchUp does (xray_inquiries.py).
        over_set: what inquiries know of the set of pictures (xray_set.py), for those that follow.
        spreads: how much the channels of each layer vary over the reference pictures, as far as that is known.
    """

    def __init__(self, source: NetworkSource, shelf: Shelf, send: Callable[[Message], None]) -> None:
        self._source, self._shelf, self._send = source, shelf, send
        self.sieve: Sieve | None = None
        self.leftover: Callable[[], object] = lambda: None
        self.over_set: object = None
        self.spreads: dict[int, Spread] = {}
        self.measuring = Measuring()
        self._kept: dict[int, Tensor] = {}
        self._picture: object = None  # of which picture
        self._in_vain: object = None  # the one that there is nothing of to compare with
        self._network: tuple[object, ...] = ()  # of which weights
        self._full: Graph | None = None  # and of which way
        self._full_of: dict[int, int] = {}  # by the shown nodes
        self._readings: dict[int, Reading] = {}
        self._said: object = None  # what the network puts out without the sieve
        self._asked: _Asked | None = None

    @property
    def reads_pictures(self) -> bool:
        """Whether there is anything that a sieve could be held before."""
        return self._source.slot is not None

    def forget(self) -> None:
        """Everything that is kept, as no sieve is there any more."""
        self._kept, self._picture, self._said = {}, None, None
        self.let_go()

    def let_go(self) -> None:
        """The last sieved pass counts no longer: nothing more is told of what it changes."""
        self._asked = None

    def begin(
        self, inference: Inference, sieve: Sieve, picture: int, plain: Inputs, behind: Inputs, cancelled: _Cancelled
    ) -> None:
        """Before the pass of `behind`: sees to it that the maps of the `plain` input are there, with a pass if need be.

        A plain input that takes another way through the network than the sieved one, or on which the forward fails,
        leaves nothing to compare with. Raises Cancelled.
        """
        self.follow(inference)
        self._asked = _Asked(sieve, picture, plain, behind)
        identity = (picture, self._shelf.file(picture) if picture in self._shelf else None)
        if self._picture != identity:
            self._kept, self._picture, self._in_vain, self._said = {}, identity, None, None
        missing = {node for node, full in self._full_of.items() if full not in self._kept}
        if self._in_vain is None and missing and self._has_room(inference, missing):
            kept = dict(self._kept)
            try:
                self._keep(inference, plain, missing, kept, cancelled)
                self._kept = kept
            except (Diverged, UserError):
                self._in_vain = identity

    def follow(self, inference: Inference) -> None:
        """The network may have other weights by now, may go another way, and may be shown in another scope."""
        capture = inference.capture
        network = inference.weights, written(self._source.module)
        if network != self._network or capture.full is not self._full:
            self._network, self._full = network, capture.full
            self._kept, self._in_vain, self._said = {}, None, None
            self.spreads, self.measuring = {}, Measuring()
            self.let_go()
        spans = capture.plan.spans
        self._full_of = {node.index: node.members[-1] for node in capture.graph.nodes if node.index in spans}
        self._readings = {node: span.reading for node, span in spans.items()}
        wanted = frozenset(self.unmeasured.values())
        if wanted != self.measuring.wanted:
            self.measuring = Measuring(wanted)

    @property
    def wanted(self) -> bool:
        """Whether the pass that runs is a sieved one."""
        return self._asked is not None

    def compare(self, node: int, tensor: Tensor) -> None:
        """A sieved pass has come to this shown node: sends its ChannelChanges where that can be said."""
        asked, full = self._asked, self._full_of.get(node)
        kept = None if full is None else self._kept.get(full)
        if asked is None or full is None or kept is None:
            return
        difference = positions_of(tensor, self._readings[node]) - kept
        root = torch.linalg.vector_norm(difference, dim=1) / difference.shape[1] ** 0.5
        asked.changes[full] = root.double().cpu().numpy()
        self._tell(node)

    def plain_answer(self, source: NetworkSource) -> tuple[Score, ...]:
        """The scores of the picture without the sieve, as far as they are known."""
        if self._asked is None or self._said is None:
            return ()
        return answer_of(self._said, source.picture_tensor(*self._asked.plain), source.labels, source.task).scores

    def end(self) -> None:
        """The sieved pass is over: what it leaves to be done is asked for."""
        if self._asked is not None and (self.unmeasured or self.uncompared):
            self.leftover()

    @property
    def unmeasured(self) -> dict[int, int]:
        """The shown layers whose spread is not known: full nodes by shown ones."""
        return {node: full for node, full in self._full_of.items() if full not in self.spreads}

    @property
    def uncompared(self) -> list[int]:
        """The shown nodes that the last sieved pass was not compared at, as there was no memory for their maps."""
        done = {} if self._asked is None else self._asked.changes
        return [node for node, full in self._full_of.items() if full not in done]

    def measure(self, inference: Inference, inputs: Inputs, cancelled: _Cancelled) -> None:
        """One more reference picture. Raises Cancelled, Diverged, and UserError where the forward fails."""
        wanted, found = self.unmeasured, {}

        def deliver(node: int, tensor: Tensor) -> None:
            if node in wanted:
                found[wanted[node]] = Spread.of(positions_of(tensor, self._readings[node]))

        inference.forward(inputs, deliver, cancelled)
        spreads = self.measuring.spreads
        for full, spread in found.items():
            spreads[full] = spreads[full].joined(spread) if full in spreads else spread

    def take_measures(self) -> None:
        """All reference pictures were run; layers that none of them has come to have no spread."""
        nowhere = Spread(1, np.array(np.nan), np.array(np.nan))
        self.spreads |= {full: self.measuring.spreads.get(full, nowhere) for full in self.measuring.wanted}

    def tell(self) -> None:
        """Sends the changes at all layers that can be said by now."""
        for node in self._full_of:
            self._tell(node)

    def compare_rest(self, inference: Inference, cancelled: _Cancelled) -> Iterator[int]:
        """Compares at the layers that there was no memory for, a group at a time; yields how many are left. Raises
        Cancelled."""
        asked = self._asked
        while asked is not None and asked is self._asked and self._in_vain is None and self.uncompared:
            kept, aside = dict[int, Tensor](), self._kept
            try:
                self._keep(inference, asked.plain, set(self.uncompared), kept, cancelled)
                self._kept = kept
                inference.forward(asked.behind, self.compare, cancelled)
            except (Diverged, UserError):
                return
            finally:
                self._kept = aside
            yield len(self.uncompared)

    def _tell(self, node: int) -> None:
        asked, full = self._asked, self._full_of[node]
        early = self.measuring.spreads if self.measuring.done >= FIRST else {}
        spread = self.spreads.get(full, early.get(full))
        if asked is None or full not in asked.changes or spread is None:
            return
        changes = (asked.changes[full] / spread.deviation).astype(np.float32)
        picture = None if asked.picture == EXAMPLE else asked.picture
        self._send(ChannelChanges(asked.sieve, picture, node, changes))

    def _keep(
        self, inference: Inference, plain: Inputs, wanted: set[int], kept: dict[int, Tensor], cancelled: _Cancelled
    ) -> None:
        """Runs the plain input, and keeps the maps of the `wanted` shown nodes as far as there is room, one at least.

        Raises Diverged, Cancelled, and UserError where the forward fails.
        """
        room = self._room(inference) - sum(each.nbytes for each in kept.values())

        def deliver(node: int, tensor: Tensor) -> None:
            nonlocal room
            if node in wanted and (4 * tensor.numel() <= room or not kept):
                kept[self._full_of[node]] = maps = positions_of(tensor, self._readings[node]).clone()
                room -= maps.nbytes

        self._said = inference.forward(plain, deliver, cancelled)

    def _has_room(self, inference: Inference, nodes: set[int]) -> bool:
        """Whether the maps of at least one of these shown nodes can be kept beside the others."""
        used = sum(each.nbytes for each in self._kept.values())
        graph = inference.capture.graph
        least = min(4 * int(np.prod(node.shape)) for node in graph.nodes if node.index in nodes)
        return not self._kept or used + least <= self._room(inference)

    @staticmethod
    def _room(inference: Inference) -> int:
        return min(KEPT, inference.memory // 4)
