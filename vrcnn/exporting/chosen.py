"""Which layers and channels are exported: found by name and checked before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from vrcnn.errors import UserError
from vrcnn.export.feature_names import channel_word, layer_words
from vrcnn.exporting.subject import Subject
from vrcnn.network.finding import nodes_named
from vrcnn.network.graph import Graph, Node, channel_names
from vrcnn.network.map_reading import Reading, reading_of, shape_read
from vrcnn.network.map_tensors import maps_of
from vrcnn.scene.export_wishes import ExportWishes, Span


@dataclass(frozen=True)
class ChosenLayer:
    """A layer with the channels of it that are wanted.

    Attributes:
        node: of the shown graph; `tensor` which tensor of the full graph it shows.
        word: what its files begin with; `names` those of its channels, empty without.
        reading: how its maps are found in the tensor; `count` how many there are, `size` their (height, width).
        channels: the numbers of the wanted ones, ascending.
        slice: which slice of a volume, 0 to 1.
    """

    node: Node
    tensor: int
    word: str
    names: tuple[str, ...]
    reading: Reading
    count: int
    size: tuple[int, int]
    channels: tuple[int, ...]
    slice: float

    @property
    def axis(self) -> int | None:
        """Which axis of the tensor counts the channels; None where the maps are a single one."""
        letters = self.reading.axes
        return next((letters.index(letter) for letter in "CF" if letter in letters), None)

    def channel_name(self, channel: int) -> str:
        """That of its class, or the developer's; "" without."""
        return self.names[channel] if channel < len(self.names) else ""

    def channel_word(self, channel: int) -> str:
        """What the channel's file is called: "17", "281_tabby"."""
        return channel_word(channel, self.count, self.channel_name(channel))

    def maps(self, tensor: Tensor) -> Tensor:
        """(channels, height, width) float32: the wanted maps of the layer's tensor."""
        maps = maps_of(tensor, self.reading, self.slice)
        return self._picked(maps, 0).to(torch.float32)

    def values(self, tensor: Tensor) -> Tensor:
        """The tensor as it is, with the wanted channels alone where it has an axis of them."""
        return tensor if self.axis is None else self._picked(tensor, self.axis)

    def _picked(self, tensor: Tensor, axis: int) -> Tensor:
        return tensor if len(self.channels) == self.count else tensor.index_select(axis, torch.tensor(self.channels))


def choose_layers(subject: Subject, wishes: ExportWishes) -> list[ChosenLayer]:
    """The layers that are wished for, in the order of execution; without names those of all nodes that are shown.

    Raises UserError, with a sentence for each name that is not there, and where a channel is not.
    """
    shown = subject.shown
    named = wishes.layers is not None
    nodes = nodes_named(wishes.layers, subject.full, subject.scope) if wishes.layers is not None else []
    if not named:
        nodes = [(shown, node) for node in shown.nodes]
    words = layer_words(node.name for node in (*subject.full.nodes, *(node for _, node in nodes)))
    chosen: dict[int, ChosenLayer] = {}
    for graph, node in nodes:
        layer = _layer(subject, graph, node, words[node.name], wishes.channels, named)
        if layer is not None:
            chosen.setdefault(layer.tensor, layer)
    if not chosen:
        raise UserError(f"No layer of {subject.source.name} has the channels that are wanted.")
    return [chosen[tensor] for tensor in sorted(chosen)]


def _layer(
    subject: Subject, graph: Graph, node: Node, word: str, spans: Sequence[Span] | None, named: bool
) -> ChosenLayer | None:
    reading = reading_of(node)
    if reading is None:
        if named:
            raise UserError(f"Layer {node.title} has no feature maps: its tensor is empty or a single number.")
        return None
    count, height, width = shape_read(node.shape, reading)
    spans = spans or [(0, count - 1)]
    missing = next((last for _, last in spans if last >= count), None)
    if missing is not None and named:
        has = f"{count:,} channels, 0 to {count - 1}" if count > 1 else "1 channel, number 0"
        raise UserError(f"Layer {node.title} has {has}: there is no channel {missing}.")
    channels = {channel for first, last in spans for channel in range(first, min(last, count - 1) + 1)}
    if not channels:
        return None
    return ChosenLayer(
        node=node,
        tensor=node.members[-1] if node.members else node.index,
        word=word,
        names=channel_names(node, graph, subject.source.labels or (), count),
        reading=reading,
        count=count,
        size=(height, width),
        channels=tuple(sorted(channels)),
        slice=subject.scope.slice,
    )
