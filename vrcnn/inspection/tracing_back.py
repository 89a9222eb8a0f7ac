"""What drives a channel, followed back layer by layer to the input, the strongest of each step.

Through a convolution or a linear layer the channels of its input that add most are followed; through a concatenation,
a reshape, a chunk the channel that the numbers come from; through an addition the same channel of each summand; through
normalizations, activations and pools the same channel.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from vrcnn.inspection.driving import driven
from vrcnn.inspection.exact import KEPT, Exact, has_weights
from vrcnn.inspection.results import PathLink
from vrcnn.inspection.weighted import Weighted
from vrcnn.network.graph import Node
from vrcnn.network.map_reading import reading_of, shape_read
from vrcnn.network.map_tensors import maps_of
from vrcnn.network.recorder import Cancelled, never

_SUMS = frozenset({"add", "sub", "stack", "sum"})
_GATES = frozenset({"mul", "div"})
_SAME = frozenset({"normalization", "activation", "pooling", "resample", "merge", "other"})
_MOVES = frozenset({"cat", "stack", "PixelShuffle", "PixelUnshuffle", "ChannelShuffle", "pixel_shuffle", "chunk"})
MOVES = 4  # tensors of channels' numbers that are kept
LEAST = 1e-4  # of what was asked for; less is not followed


@dataclass(frozen=True)
class _Part:
    """What a channel of `source` adds, with its share of all that comes in; None where it is only handed on."""

    source: int
    channel: int
    share: float
    contribution: float | None
    through: str


class TracingBack:
    """Follows channels of one pass; the layers `shown` are what links lead to and from."""

    def __init__(self, exact: Exact, shown: frozenset[int], strongest: int) -> None:
        self._exact, self._shown, self._strongest = exact, shown, strongest
        self._sources: dict[int, list[int]] = {}
        for edge in exact.graph.edges:
            self._sources.setdefault(edge.target, []).append(edge.source)
        self._calls: dict[int, Weighted | None] = {}
        self._moves: dict[int, Tensor] = {}  # of the operations that were followed last
        self.ended: dict[str, None] = {}

    def links(self, node: int, channel: int, cancelled: Callable[[], bool] = never) -> list[PathLink]:
        """All links from this channel back, the nearest first. Raises what Exact.tensors does."""
        self._prepare(node, cancelled)
        waiting: dict[int, dict[int, float]] = {node: {channel: 1.0}}
        links: list[PathLink] = []
        while waiting:
            if cancelled():
                raise Cancelled
            target = max(waiting)
            flows = waiting.pop(target)
            followed = self._followed(flows)
            links = [kept for link in links if (kept := _kept(link, target, flows, followed)) is not None]
            if not self._sources.get(target):
                continue
            for each, flow in followed.items():
                parts = _strongest(self._behind(target, each, cancelled), self._strongest)
                whole = sum(part.share for part in parts)
                for part in parts:
                    onward = flow * part.share / whole if whole else 0.0
                    if onward < LEAST:
                        continue
                    links.append(
                        PathLink(
                            part.source, part.channel, target, each, part.share, onward, part.contribution, part.through
                        )
                    )
                    there = waiting.setdefault(part.source, {})
                    there[part.channel] = there.get(part.channel, 0.0) + onward
        return links

    def _prepare(self, node: int, cancelled: Callable[[], bool]) -> None:
        """Has one pass make all tensors that will be needed, unless they are too many to be kept."""
        nodes = self._exact.graph.nodes
        before, waiting = {node}, [node]
        while waiting:
            fresh = [source for source in self._sources.get(waiting.pop(), []) if source not in before]
            before.update(fresh)
            waiting += fresh
        needed: set[int] = set()
        for each in before:
            if has_weights(nodes[each]):
                needed |= self._exact.reads_of(each)
            elif nodes[each].operation in _SUMS:
                needed.update(self._sources.get(each, []))
        if sum(4 * math.prod(nodes[each].shape) for each in needed) <= KEPT:
            self._exact.tensors(sorted(needed), cancelled)

    def _followed(self, flows: Mapping[int, float]) -> dict[int, float]:
        """The strongest channels of a layer, which take over what came to the others."""
        kept = sorted(flows, key=lambda channel: -flows[channel])[: self._strongest]
        part = sum(flows[channel] for channel in kept) / sum(flows.values())
        return {channel: flows[channel] / part for channel in kept}

    def _behind(self, node: int, channel: int, cancelled: Callable[[], bool]) -> list[_Part]:
        """The channels of shown layers that come into this one, through operations that are not shown."""
        found: dict[tuple[int, int], _Part] = {}
        waiting = [_Part(node, channel, 1.0, None, "")]
        while waiting:
            here = waiting.pop()
            parts = self._step(here.source, here.channel, cancelled)
            for part in _strongest(parts, max(self._strongest, 8)):
                share = here.share * part.share
                said = part if here.contribution is None else here
                onward = _Part(part.source, part.channel, share, said.contribution, said.through)
                if part.source in self._shown or not self._sources.get(part.source):
                    key = part.source, part.channel
                    before = found.get(key)
                    found[key] = onward if before is None else _joined(before, onward)
                elif share > LEAST:
                    waiting.append(onward)
        return list(found.values())

    def _step(self, index: int, channel: int, cancelled: Callable[[], bool]) -> list[_Part]:
        """What one operation reads for a channel of its tensor."""
        nodes, sources = self._exact.graph.nodes, self._sources.get(index, [])
        node = nodes[index]
        if has_weights(node):
            return self._weighted(node, channel, sources, cancelled)
        if node.family == "shape" or node.operation in _MOVES:
            return self._moved(node, channel, sources)
        if node.family not in _SAME:
            self.ended[f"{node.name} ({node.operation}) mixes its channels in a way that is not followed"] = None
            return []
        wide = [source for source in sources if _channels(nodes[source]) == _channels(node)]
        if not wide:
            self.ended[f"{node.name} ({node.operation}) reads other channels than it makes"] = None
            return []
        if len(wide) == 1 or node.family != "merge":
            return [_Part(wide[0], channel, 1.0, None, node.name)]
        if node.operation in _GATES:
            return [_Part(source, channel, 1.0 / len(wide), None, node.name) for source in wide]
        tensors = self._exact.tensors(wide, cancelled)
        values = [_map(nodes[source], tensors[source], channel).double() for source in wide]
        strengths = [float(each.abs().mean()) for each in values]
        whole = sum(strengths) or 1.0
        return [
            _Part(source, channel, strength / whole, float(value.mean()), node.name)
            for source, strength, value in zip(wide, strengths, values, strict=True)
        ]

    def _weighted(self, node: Node, channel: int, sources: list[int], cancelled: Callable[[], bool]) -> list[_Part]:
        if node.index not in self._calls:
            self._calls[node.index] = self._exact.weighted(node.index, cancelled)
        call = self._calls[node.index]
        if call is None or not sources or channel >= call.outputs:
            self.ended[f"{node.name} ({node.operation}) could not be called again"] = None
            return []
        found, first = driven(call, channel), call.inputs_of(channel).start
        whole = float(found.strengths.sum()) or 1.0
        order = found.strengths.argsort(descending=True)[: max(self._strongest, 8)]
        return [
            _Part(
                sources[0],
                first + int(each),
                float(found.strengths[each]) / whole,
                float(found.means[each]),
                node.name,
            )
            for each in order
        ]

    def _moved(self, node: Node, channel: int, sources: list[int]) -> list[_Part]:
        """Runs the operation on tensors whose every value is the number of its channel, and looks what comes out."""
        nodes = self._exact.graph.nodes
        if node.operation == "cat" and sum(_channels(nodes[source]) for source in sources) == _channels(node):
            for source in sources:
                if channel < _channels(nodes[source]):
                    return [_Part(source, channel, 1.0, None, node.name)]
                channel -= _channels(nodes[source])
        firsts: dict[int, int] = {}
        count = 1
        for source in dict.fromkeys(sources):
            firsts[source] = count
            count += _channels(nodes[source])
        try:
            if node.index not in self._moves:
                moved = self._exact.replayed(node.index, lambda source: _marked(nodes[source], firsts.get(source, 0)))
                while len(self._moves) >= MOVES:
                    self._moves.pop(next(iter(self._moves)))
                self._moves[node.index] = moved[node.port]
            marks = _map(node, self._moves[node.index], channel).flatten().round().long()
        except (RuntimeError, IndexError, ValueError, KeyError):
            self.ended[f"{node.name} ({node.operation}) moves its channels in a way that is not followed"] = None
            return []
        marks, counts = marks[marks > 0].unique(return_counts=True)
        parts = []
        for mark, often in zip(marks.tolist(), counts.tolist(), strict=True):
            source = max((each for each in firsts if firsts[each] <= mark), key=firsts.__getitem__)
            parts.append(_Part(source, mark - firsts[source], often / int(counts.sum()), None, node.name))
        return parts


def _kept(link: PathLink, node: int, flows: Mapping[int, float], followed: Mapping[int, float]) -> PathLink | None:
    """The link, with what it takes over where it leads from a channel of `node` that is followed; None elsewhere."""
    if link.source != node:
        return link
    channel = link.source_channel
    return replace(link, flow=link.flow * followed[channel] / flows[channel]) if channel in followed else None


def _strongest(parts: list[_Part], count: int) -> list[_Part]:
    return sorted(parts, key=lambda part: -part.share)[:count]


def _joined(one: _Part, other: _Part) -> _Part:
    larger = max(one, other, key=lambda part: part.share)
    return _Part(one.source, one.channel, one.share + other.share, larger.contribution, larger.through)


def _channels(node: Node) -> int:
    reading = reading_of(node)
    return 0 if reading is None else shape_read(node.shape, reading)[0]


def _map(node: Node, tensor: Tensor, channel: int) -> Tensor:
    reading = reading_of(node)
    if reading is None:
        raise ValueError(f"{node.name} has no maps")
    return maps_of(tensor, reading)[channel]


def _marked(node: Node, first: int) -> Tensor:
    """A tensor of the node's shape whose values are `first` and the number of their channel."""
    reading = reading_of(node)
    axis = -1 if reading is None else max(reading.axes.find("C"), reading.axes.find("F"))
    marks = torch.full(node.shape, float(first))
    if axis >= 0:
        shape = [-1 if each == axis else 1 for each in range(len(node.shape))]
        marks = marks + torch.arange(node.shape[axis], dtype=marks.dtype).reshape(shape)
    return marks
