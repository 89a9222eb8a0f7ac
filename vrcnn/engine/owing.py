"""A pass there and back: what a class's score owes to each value of the layers that are shown, written as it comes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from vrcnn.engine.maps import MapWriter, Written
from vrcnn.engine.plan import MapSpan
from vrcnn.engine.scoring import Scoring, scoring_of
from vrcnn.errors import UserError
from vrcnn.network import attention
from vrcnn.network.differentiable import Entire, differentiable
from vrcnn.network.example import mapped
from vrcnn.network.graph import Graph
from vrcnn.network.obstacle import obstacle
from vrcnn.network.quantity import Quantity
from vrcnn.network.recorder import Diverged
from vrcnn.network.source import NetworkSource

Inputs = tuple[tuple[object, ...], dict[str, object]]


class NothingOwed(UserError):  # noqa: N818
    """There is no class's score, or no gradient of it."""


@dataclass
class Owing:
    """Passes there and back through one network along one full graph, for the `wanted` nodes (graph's to shown).

    `copied` is found out: whether the forward overwrites what its backward needs (network/differentiable.py).
    """

    source: NetworkSource
    full: Graph
    wanted: Mapping[int, int]
    copied: bool = False

    def __post_init__(self) -> None:
        self._entire = Entire(self.source.module, self.full, self.wanted)
        self._shapes = {shown: self.full.nodes[index].shape for index, shown in self.wanted.items()}
        self._never = {
            self.wanted[node.index]
            for node in self.full.nodes
            if node.operation == attention.OPERATION and node.index in self.wanted
        }  # they are worked out beside the pass

    def run(
        self,
        inputs: Inputs,
        quantity: str,
        of: int | None,
        writer: MapWriter,
        spans: Mapping[int, MapSpan],
        announce: Callable[[list[Written], Quantity], None],
        cancelled: Callable[[], bool],
    ) -> Any:
        """The network's output, without gradients; `announce` is told of the layers from the last to the first.

        A layer that the score does not depend on owes it exactly zero. One without gradients of its own, such as whole
        numbers, is not told of. Raises NothingOwed, and whatever Entire.run raises.
        """
        with differentiable(self.source.module):
            try:
                return self._run(inputs, quantity, of, writer, spans, announce, cancelled)
            except RuntimeError as error:
                if self.copied or "inplace" not in str(error):
                    raise
                self.copied = True
                return self._run(inputs, quantity, of, writer, spans, announce, cancelled)

    def _run(
        self,
        inputs: Inputs,
        quantity: str,
        of: int | None,
        writer: MapWriter,
        spans: Mapping[int, MapSpan],
        announce: Callable[[list[Written], Quantity], None],
        cancelled: Callable[[], bool],
    ) -> Any:
        leaves: list[Tensor] = []
        (arguments, keywords), reads_numbers = _grown(inputs, leaves), bool(leaves)
        waiting: dict[int, Tensor] = {}
        told = Quantity(quantity)

        def deliver(node: int, tensor: Tensor) -> None:
            if not (reads_numbers or tensor.requires_grad) and tensor.is_floating_point() and tensor.is_leaf:
                leaves.append(tensor.requires_grad_(True))  # of words and the like: from the first numbers on
            if not tensor.requires_grad or node in self._never:
                return
            if tensor.shape != self._shapes[node]:
                raise Diverged(f"a tensor of shape {self._shapes[node]} has another shape")
            values = tensor.detach()
            waiting[node] = values.clone() if quantity == "activation-x-gradient" else values
            tensor.register_hook(lambda gradient: come(node, gradient))

        def come(node: int, gradient: Tensor) -> None:
            values = waiting.pop(node, None)
            if values is not None:
                with torch.no_grad():
                    owed = gradient.float() * values.float() if quantity == "activation-x-gradient" else gradient
                    announce(writer.write_scaled(spans[node], owed.detach()), told)

        output = self._entire.run(arguments, keywords, deliver, cancelled, self.copied)
        scoring = self._scoring(output, inputs)
        index = self._chosen(scoring, of)
        told = Quantity(quantity, scoring.name(index))
        score = scoring.of(output)[0, index]
        if not score.requires_grad:
            raise NothingOwed(self._why(inputs))
        torch.autograd.grad(score, leaves, allow_unused=True)
        for node in list(waiting):
            come(node, torch.zeros_like(waiting[node]))
        return mapped(output, Tensor.detach)

    def _scoring(self, output: object, inputs: Inputs) -> Scoring:
        source = self.source
        tensor = source.picture_tensor(*inputs)
        try:
            return scoring_of(output, tensor, source.labels, source.task, source.name)
        except UserError as error:
            raise NothingOwed(str(error)) from None

    @staticmethod
    def _chosen(scoring: Scoring, of: int | None) -> int:
        try:
            return scoring.chosen(of)
        except UserError as error:
            raise NothingOwed(str(error)) from None

    def _why(self, inputs: Inputs) -> str:
        what = "The classes' scores have no gradient"
        arguments, keywords = inputs
        picture = self.source.picture_tensor(arguments, keywords)
        if picture is None or not self.full.outputs:
            return f"{what}."
        leaves: list[Tensor] = []
        arguments, keywords = _grown(inputs, leaves)
        picture = self.source.picture_tensor(arguments, keywords)
        try:
            assert picture is not None
            module: nn.Module = self.source.module
            reason = obstacle(module, self.full, self.full.outputs[0], arguments, keywords, picture)
        except Diverged:
            reason = None
        return f"{what}: {reason}." if reason else f"{what}."


def _grown(inputs: Inputs, leaves: list[Tensor]) -> Inputs:
    """The same inputs, copied, with gradients for all floating-point numbers; their tensors are added to `leaves`."""

    def grow(tensor: Tensor) -> Tensor:
        if not (tensor.is_floating_point() or tensor.is_complex()):
            return tensor.clone()
        leaf = tensor.detach().clone().requires_grad_(True)
        leaves.append(leaf)
        return leaf.clone()  # which a forward may write to

    arguments, keywords = inputs
    return mapped(arguments, grow), mapped(keywords, grow)
