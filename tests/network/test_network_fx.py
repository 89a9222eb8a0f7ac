"""Nodes and edges agree with those of torch.fx, wherever fx can trace a network.

fx writes down what the forward's Python says, vrcnn what a pass does. They agree up to this mapping, which is all that
the comparison below leaves out:

- Leaves: fx is told to keep the modules whole that vrcnn does (torch's own layers and subclasses that keep their
  forward). All other modules are opened by both.
- Names: an operation has vrcnn's plain name in both, so that operator.iadd, torch.add and Tensor.add_ are "add".
- Left out of fx: parameters and buffers (get_attr), and whatever makes no tensor: sizes, arithmetic with them, indices
  into tuples, assertions.
- A call with several tensors is one node with getitem nodes behind it in fx, and a node for each port in vrcnn.
- A tensor that was written to in place comes from the writing operation in vrcnn. fx names the variable, so its graph
  is run, and each tensor is followed as the object that it is.
- Left out of vrcnn: the weights of an attention, which it shows and no Python names.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import networks
import pytest
import torch
from networks import picture
from torch import Tensor, fx, nn
from zoo.representative import ARCHITECTURES, opened

from vrcnn.network.graph import Graph
from vrcnn.network.guard import unchanged
from vrcnn.network.operations import is_leaf, operation_name, produced, torch_class
from vrcnn.network.structures import distinct, tensors
from vrcnn.network.trace import trace

ATTENTION = "attention weights"
Place = tuple[int, int]  # of a tensor: which call made it, and which of its tensors it is


@dataclass(frozen=True)
class Called:
    """A call as both can tell it: what was run, and from where it read."""

    operation: str
    sources: frozenset[Place]


@dataclass
class Seen:
    """What has been read off an fx graph so far. All tensors are kept, so that their identities last."""

    calls: list[Called] = field(default_factory=list)
    places: dict[int, Place] = field(default_factory=dict)
    kept: list[Any] = field(default_factory=list)


class Symbolic(fx.Tracer):
    """fx with the same leaves as vrcnn."""

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        return is_leaf(m)


class Following(fx.Interpreter):
    """Runs an fx graph and writes down every call that makes a tensor."""

    def __init__(self, module: fx.GraphModule) -> None:
        super().__init__(module, garbage_collect_values=False)
        self.seen = Seen()

    def run_node(self, n: fx.Node) -> Any:
        seen = self.seen
        args, kwargs = self.fetch_args_kwargs_from_env(n)
        sources = frozenset(seen.places[id(each)] for each in tensors((args, kwargs)) if id(each) in seen.places)
        result = super().run_node(n)
        seen.kept += [result, args, kwargs]
        if n.op in ("get_attr", "output") or (n.op == "call_function" and not _makes_a_tensor(n, args, result)):
            return result
        operation = self._operation(n, args)
        for port, tensor in enumerate(made := distinct(produced(operation, args, result))):
            seen.places[id(tensor)] = (len(seen.calls), port)
        if made:
            seen.calls.append(Called(operation, sources))
        return result

    def _operation(self, n: fx.Node, args: tuple[Any, ...]) -> str:
        if n.op == "placeholder":
            return "input"
        if n.op == "call_module":
            return torch_class(self.fetch_attr(str(n.target))).__name__
        if n.target is getattr:
            return str(args[1])
        return operation_name(getattr(Tensor, n.target) if isinstance(n.target, str) else n.target)


def _makes_a_tensor(node: fx.Node, args: tuple[Any, ...], result: Any) -> bool:
    """Whether a function of the graph did more than to hand on one of several tensors."""
    return (
        bool(tensors(result))
        and any(isinstance(each, Tensor) for each in tensors(args))
        and (
            operation_name(node.target) != "getitem" or isinstance(args[0], Tensor)  # type: ignore[arg-type]
        )
    )


def calls_of_fx(module: nn.Module, arguments: tuple[Any, ...]) -> list[Called]:
    """The calls of the graph that fx makes of `module`. Raises whatever fx raises when it cannot."""
    following = Following(fx.GraphModule(module, Symbolic().trace(module)))
    with torch.no_grad():
        following.run(*arguments)
    return following.seen.calls


def calls_of(graph: Graph) -> list[Called]:
    """The calls of vrcnn's graph, in their order."""
    nodes = [node for node in graph.nodes if node.operation != ATTENTION]
    places: dict[int, Place] = {}
    count = -1
    for node in nodes:
        is_first = node.port == 0 or node.operation == "input"
        count += is_first
        places[node.index] = (count, 0 if is_first else node.port)
    return [
        Called(node.operation, frozenset(places[source] for source in graph.sources(node.index)))
        for node in nodes
        if places[node.index][1] == 0
    ]


BEYOND_FX = {
    "torchvision:swin_t": "its attention is a function that torchvision hides from fx as a whole",
    "torchvision:fasterrcnn_mobilenet_v3_large_320_fpn": "its forward walks a list of pictures",
    "torchvision:ssdlite320_mobilenet_v3_large": "its forward walks a list of pictures",
    "torchvision:raft_small": "its forward decides by sizes",
    "pytorchcv:quartznet5x5_en_ls": "its forward asks for lengths",
    "pytorchcv:unet_cityscapes": "its forward walks over what a part returned",
}


@pytest.mark.slow
@pytest.mark.parametrize("architecture", [each for each in ARCHITECTURES if each not in BEYOND_FX])
def test_a_library_s_architecture_has_the_calls_and_edges_that_fx_finds(architecture: str) -> None:
    module, arguments, keywords = opened(architecture)
    with unchanged(module):
        assert calls_of(trace(module, arguments, keywords)) == calls_of_fx(module, arguments)


@pytest.mark.parametrize(
    "network",
    [networks.Chain, networks.Residual, networks.Shared, networks.Branches, networks.Splitting, networks.Functional],
)
def test_a_small_network_has_the_calls_and_edges_that_fx_finds(network: type[nn.Module]) -> None:
    module = network().eval()
    assert calls_of(trace(module, (picture(),), {})) == calls_of_fx(module, (picture(),))


def test_a_missing_edge_would_be_noticed() -> None:
    module = networks.Residual().eval()
    graph = trace(module, (picture(),), {})
    shorter = Graph(graph.nodes, graph.edges[:-1], graph.groups, graph.outputs)
    assert calls_of(shorter) != calls_of_fx(module, (picture(),))
