"""A network as the battery runs it: batches of pictures in, scores of classes and the maps of its layers out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import torch
from torch import Tensor, nn

from vrcnn.network.differentiable import Entire
from vrcnn.network.example import ExampleInput
from vrcnn.network.graph import Graph, Node
from vrcnn.network.guard import unchanged
from vrcnn.network.map_reading import Reading, reading_of
from vrcnn.network.map_tensors import batch_of_maps

MEMORY = 256 << 20  # bytes of activations of a batch, about
MOST_TOGETHER = 64  # pictures of a batch
WEIGHT = 64  # activations for each number of a picture, about, where the graph is not known

Deliver = Callable[[int, Tensor], None]


@dataclass(frozen=True)
class Subject:
    """What is measured.

    Attributes:
        name: what people call it.
        module: the network, which is left as it is.
        example: the arguments of a forward pass, with the place of the picture among them.
        scores: (n, K) before softmax, out of what the network puts out for n pictures; None where it has no classes.
        full: the graph of the example; None where layers are not measured.
        layers: the shown nodes that are measured, each with its members in the full graph.
    """

    name: str
    module: nn.Module
    example: ExampleInput
    scores: Callable[[object], Tensor] | None = None
    full: Graph | None = None
    layers: tuple[Node, ...] = ()

    def with_module(self, module: nn.Module, name: str) -> Subject:
        """The same of another network of the same structure."""
        return replace(self, module=module, name=name)

    @cached_property
    def readings(self) -> dict[int, Reading]:
        """How maps lie in the tensors of the layers, by their places; those without maps are left out."""
        found = {place: reading_of(node) for place, node in enumerate(self.layers)}
        return {place: reading for place, reading in found.items() if reading is not None}

    @cached_property
    def _entire(self) -> Entire:
        assert self.full is not None
        wanted = {self.layers[place].members[-1]: place for place in self.readings}
        return Entire(self.module, self.full, wanted)

    def run(
        self,
        pictures: Tensor,
        deliver: Deliver | None = None,
        instead: Mapping[int, Callable[[Tensor], Tensor]] | None = None,
    ) -> object:
        """The output for `pictures` (n, C, ...), in eval mode and without gradients.

        Hands (place, maps (n, channels, ...)) of each layer to `deliver`, views of what the network goes on with.
        `instead` has what the network goes on with in place of one layer's tensor, by the layer's place. Raises what
        Entire.run raises, or what the network raises.
        """
        given = self.given(pictures)
        with unchanged(self.module), torch.no_grad():
            if deliver is None and instead is None:
                return self.module(*given.arguments, **given.keywords)
            substitute = None
            if instead:
                ((place, change),) = instead.items()
                substitute = (self.layers[place].members[-1], change)

            def hand_over(place: int, tensor: Tensor) -> None:
                if deliver is not None:
                    deliver(place, batch_of_maps(tensor, self.readings[place], len(pictures)))

            return self._entire.run(given.arguments, given.keywords, hand_over, substitute=substitute)

    def scores_of(self, pictures: Tensor) -> Tensor:
        """(n, K); only where there are classes."""
        assert self.scores is not None
        return self.scores(self.run(pictures))

    def together(self, shape: tuple[int, ...]) -> int:
        """How many pictures (C, ...) go through at a time, so that the memory for their maps is bounded."""
        numbers = WEIGHT * torch.Size(shape).numel()
        if self.full is not None:
            numbers = sum(torch.Size(node.shape).numel() for node in self.layers) or numbers
        return max(1, min(MOST_TOGETHER, MEMORY // (4 * numbers)))

    def silencing(self, place: int, channels: Tensor) -> Callable[[Tensor], Tensor]:
        """What sets these `channels` (indices) of a layer's tensor to zero, in a copy."""
        axes = self.readings[place].axes
        axis = axes.index("C") if "C" in axes else axes.index("F")

        def change(tensor: Tensor) -> Tensor:
            return tensor.index_fill(axis, channels.to(tensor.device), 0)

        return change

    def given(self, pictures: Tensor) -> ExampleInput:
        """The network's arguments with a copy of these pictures on its device."""
        place = self.example.tensor
        assert place is not None
        own = pictures.to(place.device, place.dtype)
        return self.example.with_tensor(own.clone() if own is pictures else own)  # a forward may write to its input
