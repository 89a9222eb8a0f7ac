"""Why no gradient comes from a layer to the picture: which operation lets none through, where, and for what reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from vrcnn.network.differentiable import Truncated
from vrcnn.network.failure import ForwardError
from vrcnn.network.graph import Graph, Node
from vrcnn.network.recorder import Diverged

FLAT = frozenset(
    {"sign", "sgn", "round", "floor", "ceil", "trunc", "fix", "heaviside", "floor_divide", "fake_quantize"}
)
"""Operations that are steps: torch gives them a gradient, and it is zero everywhere."""
_OF_NUMBERS = frozenset({"tensor", "as_tensor", "asarray", "from_numpy", "frombuffer", "scalar_tensor"})
INDEPENDENT = "it does not depend on the picture"


@dataclass(frozen=True)
class _Note:
    """What was seen of a tensor when it came to exist."""

    differentiable: bool
    enabled: bool
    inference: bool
    floating: bool
    quantized: bool


def obstacle(
    module: torch.nn.Module,
    graph: Graph,
    tensor: int,
    arguments: tuple[Any, ...],
    keywords: Mapping[str, Any],
    picture: Tensor,
) -> str | None:
    """What keeps the gradient of the tensor with this index from `picture`, which is among the arguments.

    A clause without a full stop, such as "argmax (model.py:12) makes whole numbers, which have no gradient". None where
    the gradient comes through. Runs the network once forward and backward, inside of `differentiable`. Raises
    ForwardError where the forward fails without gradients as well, Diverged where it takes another way than the graph.
    """
    return _Search(graph, tensor).reason(module, arguments, keywords, picture)


def gradient_of(tensor: Tensor, picture: Tensor) -> Tensor | None:
    """Of a random sum over the tensor, the same each time; None where the picture has no part in it.

    (A plain sum may be constant, such as that of class probabilities. It is summed here since torch.autograd imports
    sympy, half a second, where it is given what to sum by.)
    """
    generator = torch.Generator().manual_seed(0)
    weights = torch.randn(tensor.shape, generator=generator).to(tensor.device, tensor.dtype)
    total = (tensor * weights).sum()
    (gradient,) = torch.autograd.grad(total.abs() if total.is_complex() else total, picture, allow_unused=True)
    return gradient


class _Search:
    """One run of the network in which every tensor that the wanted one depends on is watched, there and back."""

    def __init__(self, graph: Graph, tensor: int) -> None:
        self._graph = graph
        self._tensor = tensor
        self._sources = _sources(graph)
        self._before = _ancestors(self._sources, tensor)
        self._notes: dict[int, _Note] = {}
        self._gradients: dict[int, bool] = {}  # by node: whether any number of its gradient was not zero
        self._latest: int | None = None
        self._found: Tensor | None = None

    def reason(
        self, module: torch.nn.Module, arguments: tuple[Any, ...], keywords: Mapping[str, Any], picture: Tensor
    ) -> str | None:
        truncated = Truncated(module, self._graph, *self._before)
        try:
            with torch.enable_grad():
                truncated.visit(arguments, keywords, self._deliver, copied=True)
        except ForwardError as error:
            return self._failed(error, truncated, arguments, keywords)
        found = self._found
        if found is None:
            raise Diverged("the tensor was not made")
        if not found.requires_grad:
            return self._cut()
        try:
            gradient = gradient_of(found, picture)
        except RuntimeError as error:
            if "memory" in str(error):
                raise
            return self._refused(error)
        if gradient is None:
            return self._lost(frozenset())
        return None if gradient.count_nonzero() else self._lost(FLAT)

    def _deliver(self, index: int, tensor: Tensor) -> None:
        self._notes[index] = _Note(
            tensor.requires_grad,
            torch.is_grad_enabled(),
            torch.is_inference_mode_enabled(),
            tensor.is_floating_point() or tensor.is_complex(),
            tensor.is_quantized,
        )
        if tensor.requires_grad:
            tensor.register_hook(lambda gradient: self._came(index, gradient))
        if index == self._tensor:
            self._found = tensor

    def _came(self, index: int, gradient: Tensor | None) -> None:
        self._gradients[index] = gradient is not None and bool(gradient.count_nonzero())
        self._latest = index

    def _failed(
        self, error: ForwardError, truncated: Truncated, arguments: tuple[Any, ...], keywords: Mapping[str, Any]
    ) -> str:
        """The forward fails; what follows when it does so only with gradients."""
        with torch.no_grad():
            truncated.visit(arguments, keywords, lambda index, tensor: None)
        where = f" ({error.line})" if error.line else ""
        return f"{error.headline.rstrip('.')}{where}"

    def _cut(self) -> str:
        """The tensor has no gradient: the last operation that could have had one and does not is to blame.

        One that makes truth values or whole numbers may be beside the way, so that others are blamed first.
        """
        cuts = [index for index in self._before if self._is_cut(index)]
        if not cuts:
            return INDEPENDENT
        index = max(cuts, key=lambda index: (self._notes[index].floating, index))
        note, node = self._notes[index], self._graph.nodes[index]
        if node.operation in ("detach", "data"):
            why = "takes its numbers out of the gradient"
        elif note.inference:
            why = "runs under torch.inference_mode(), which makes no gradients"
        elif not note.enabled:
            why = "runs under torch.no_grad(), which makes no gradients"
        elif node.operation in _OF_NUMBERS:
            why = "makes a tensor of plain numbers, which bring no gradient along"
        elif node.operation == "opaque":
            why = "has its numbers from code that torch cannot see, such as numpy's"
        elif note.quantized:
            why = "computes with quantized numbers, which have no gradient"
        elif not note.floating:
            why = "makes whole numbers or truth values, which have no gradient"
        else:
            why = "has no derivative in torch"
        return f"{_called(node)} {why}"

    def _is_cut(self, index: int) -> bool:
        sources = self._sources.get(index, ())
        operation = self._graph.nodes[index].operation
        if operation.endswith("_like") or operation.startswith("new_"):  # they read a shape, and no numbers
            return False
        return index in self._notes and not self._notes[index].differentiable and any(map(self._is_lit, sources))

    def _is_lit(self, index: int) -> bool:
        return index in self._notes and self._notes[index].differentiable

    def _refused(self, error: RuntimeError) -> str:
        """The backward fails, in the operation that was handed a gradient last."""
        node = self._graph.nodes[self._tensor if self._latest is None else self._latest]
        message = " ".join(str(error).split()).split(". ")[0].rstrip(".")
        return f"{_called(node)} has no derivative in torch ({message})"

    def _lost(self, flat: frozenset[str]) -> str | None:
        """A gradient sets out and nothing of it arrives: the operation that is nearest to the picture had some of it.

        With `flat`, only one of these operations is to blame; another may be closed by chance.
        """
        for index in sorted(index for index, some in self._gradients.items() if some):
            sources = self._sources.get(index, ())
            lit = [source for source in sources if self._is_lit(source)]
            inner = [source for source in sources if self._is_cut(source)]  # within an autograd function of one's own
            node = self._graph.nodes[inner[-1] if inner and not lit else index]
            if any(self._gradients.get(source) for source in lit) or (flat and node.operation not in flat):
                continue
            why = "is a step, whose gradient is zero everywhere" if flat else "gives no gradient to what it reads"
            return f"{_called(node)} {why}"
        return None if flat else INDEPENDENT


def _called(node: Node) -> str:
    """What people call it, what it does, and where."""
    words = [] if node.name == node.operation else [node.operation]
    words += [node.line] if node.line else []
    return f"{node.name} ({', '.join(words)})" if words else node.name


def _sources(graph: Graph) -> dict[int, list[int]]:
    sources: dict[int, list[int]] = {}
    for edge in graph.edges:
        sources.setdefault(edge.target, []).append(edge.source)
    return sources


def _ancestors(sources: Mapping[int, list[int]], tensor: int) -> list[int]:
    """The node and all that it depends on, in the order of execution."""
    found, waiting = {tensor}, [tensor]
    while waiting:
        for source in sources.get(waiting.pop(), ()):
            if source not in found:
                found.add(source)
                waiting.append(source)
    return sorted(found)
