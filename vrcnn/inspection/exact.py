"""The network's own tensors of one picture, as exactly as it makes them, and its calls, to be run again on those.

The calls are known from a tape (network/tape.py) and the tensors from a recorded pass, kept until the next picture, so
that a second question needs no pass.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from vrcnn.inspection.counting import Counting
from vrcnn.inspection.weighted import Weighted, quantized, watch_weights
from vrcnn.network import attention
from vrcnn.network.differentiable import Truncated
from vrcnn.network.graph import Graph, Node
from vrcnn.network.guard import unchanged
from vrcnn.network.operations import unwrap
from vrcnn.network.recorder import Diverged, never
from vrcnn.network.structures import tensors
from vrcnn.network.tape import Call, Tape, record_tape

KEPT = 1 << 30  # bytes of tensors that are kept for another question


class Exact:
    """One network with the tensors of one input; `take` gives it another one."""

    def __init__(self, module: nn.Module) -> None:
        self._module = unwrap(module)
        self._arguments: tuple[Any, ...] = ()
        self._keywords: Mapping[str, Any] = {}
        self._tape: Tape | None = None
        self._calls: dict[int, Call] = {}
        self.weights: object = None  # which ones, and how often they were written to
        self._kept: dict[int, Tensor] = {}
        self._counted: dict[int, int] | None = None

    def take(self, arguments: tuple[Any, ...], keywords: Mapping[str, Any]) -> None:
        """Another input; what is kept stays where it is the same one, and the network has the same weights."""
        weights = tuple((each.data_ptr(), each._version) for each in self._module.parameters())
        same = _same(tensors((arguments, keywords)), tensors((self._arguments, self._keywords)))
        if self._tape is not None and same and weights == self.weights:
            return
        self.weights = weights
        self._arguments, self._keywords = arguments, keywords
        self._kept.clear()
        if self._tape is None:
            self.record()

    @property
    def graph(self) -> Graph:
        """Every operation of the pass."""
        assert self._tape is not None, "take has recorded one"
        return self._tape.graph

    def node_of(self, node: Node) -> int | None:
        """The index of a node of another full graph; None where this pass does not come past it."""
        nodes = self.graph.nodes
        if node.index < len(nodes) and _alike(nodes[node.index], node):
            return node.index
        return next((each.index for each in nodes if _alike(each, node)), None)

    def tensors(self, nodes: Iterable[int], cancelled: Callable[[], bool] = never) -> dict[int, Tensor]:
        """What these nodes have made, each a copy that nobody writes to. Raises what Truncated.visit does, Diverged too
        where a tensor has another shape.
        """
        wanted = list(dict.fromkeys(nodes))
        missing = [node for node in wanted if node not in self._kept]
        if missing:
            made: dict[int, Tensor] = {}
            self._visit(missing, lambda node, tensor: made.__setitem__(node, tensor.clone()), cancelled)
            self._kept |= made
        found = {node: self._kept.pop(node) for node in wanted}
        self._kept |= found
        self._forget(keep=len(found))
        return found

    def visit(
        self, nodes: Iterable[int], deliver: Callable[[int, Tensor], None], cancelled: Callable[[], bool] = never
    ) -> None:
        """Calls `deliver(node, tensor)` as each comes to exist, and keeps none. Raises Diverged as Truncated.visit."""
        self._visit([*nodes], deliver, cancelled)

    def call_of(self, node: int) -> Call | None:
        """The call that made it; None of inputs and of what nobody can run again from outside."""
        return self._calls.get(node)

    def replayed(self, node: int, value_of: Callable[[int], Tensor]) -> list[Tensor]:
        """Runs the call that made `node` again on other tensors, those of the nodes that it reads; what it makes."""
        with unchanged(self._module):
            return self._calls[node].replay(value_of)

    def reads_of(self, node: int) -> frozenset[int]:
        """The nodes whose tensors the call that made it needs; none of an input's."""
        call = self._calls.get(node)
        return frozenset() if call is None else call.reads

    def weighted(self, node: int, cancelled: Callable[[], bool] = never) -> Weighted | None:
        """The convolution or linear layer that made this node's tensor; None where another call did."""
        call = self._calls.get(node)
        if call is None:
            return None
        given, here = self.tensors(call.reads, cancelled), self.graph.nodes[node]
        if here.layer and any(tensor.is_quantized for tensor in given.values()):
            made = self.tensors([node], cancelled)[node]
            return quantized(self._module.get_submodule(here.layer), next(iter(given.values())), made)
        found = watch_weights(lambda: self.replayed(node, given.__getitem__))
        return next((each for each in reversed(found) if tuple(each.result.shape) == here.shape), None)

    def weighted_exactly(self, node: int, cancelled: Callable[[], bool] = never) -> Weighted | None:
        """The same with what the pass itself has made there, instead of what the call makes when it runs again."""
        made = self.tensors((*self.reads_of(node), node), cancelled)[node]
        found = self.weighted(node, cancelled)
        return None if found is None else replace(found, result=made.dequantize() if made.is_quantized else made)

    def multiply_adds(self, cancelled: Callable[[], bool] = never) -> Mapping[int, int]:
        """How many each call of a whole pass takes, by the first of the nodes that it makes; those with any."""
        if self._counted is None:
            nodes = [node.index for node in self.graph.nodes if node.operation != attention.OPERATION]
            counted: dict[int, int] = {}
            with Counting() as counting:

                def note(node: int, _: Tensor) -> None:
                    before = sum(counted.values())
                    if counting.multiply_adds > before:
                        counted[node] = counting.multiply_adds - before

                self._visit(nodes, note, cancelled)
            self._counted = counted
        return self._counted

    def _visit(self, nodes: list[int], deliver: Callable[[int, Tensor], None], cancelled: Callable[[], bool]) -> None:
        graph = self.graph

        def fitting(node: int, tensor: Tensor) -> None:
            if tuple(tensor.shape) != graph.nodes[node].shape:
                raise Diverged(f"a tensor has the shape {tuple(tensor.shape)}")
            deliver(node, tensor)

        with unchanged(self._module), torch.no_grad():
            truncated = Truncated(self._module, graph, *nodes)
            truncated.visit(*self._inputs(), fitting, cancelled)

    def _inputs(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Copies, as a forward may write to them."""
        return copy.deepcopy((self._arguments, dict(self._keywords)))

    def record(self) -> None:
        """Traces the pass of this input anew, as it took another way than the one before. Raises ForwardError."""
        self._kept.clear()
        with unchanged(self._module):
            self._tape = record_tape(self._module, *self._inputs())
        self._calls = {node: call for call in self._tape.calls for node in call.nodes}
        self._counted = None

    def _forget(self, keep: int) -> None:
        """Those that were not asked for longest, as far as the rest is too much; the last `keep` stay."""
        size = sum(tensor.numel() * tensor.element_size() for tensor in self._kept.values())
        for node in list(self._kept)[: len(self._kept) - keep]:
            if size <= KEPT:
                return
            tensor = self._kept.pop(node)
            size -= tensor.numel() * tensor.element_size()


def has_weights(node: Node) -> bool:
    """Whether it is a convolution, a transposed one or a linear layer."""
    return node.family in ("convolution", "linear") or bool(re.match(r"(Lazy)?(Conv|Linear)|conv", node.operation))


def _same(some: Sequence[Tensor], others: Sequence[Tensor]) -> bool:
    return len(some) == len(others) and all(map(torch.equal, some, others))


def _alike(one: Node, other: Node) -> bool:
    return (one.name, one.operation, one.port, one.shape) == (other.name, other.operation, other.port, other.shape)
