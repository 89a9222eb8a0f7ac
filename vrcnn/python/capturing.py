"""vrcnn.capture: the graph of a network and what its layers computed, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor, nn

from vrcnn.errors import UserError
from vrcnn.export.graph_json import as_json
from vrcnn.export.graph_words import Described
from vrcnn.network.detail import reduce
from vrcnn.network.example import arguments_of
from vrcnn.network.graph import Graph, Node
from vrcnn.network.guard import unchanged
from vrcnn.network.keeping import copied
from vrcnn.network.operations import unwrap
from vrcnn.network.recorder import Recorder
from vrcnn.network.scope import Scope
from vrcnn.network.trace import trace


@dataclass(frozen=True)
class Captured:
    """One pass of a network.

    Attributes:
        name: of the network.
        graph: the nodes that the detail shows, and the edges between them.
        full: every operation of the pass.
        activations: by a node's name, the tensor that it made: the exact numbers, the whole batch. bfloat16, which
            numpy has not, is float32.
        output: what the network returned, its tensors as arrays.
        scope: the detail.
    """

    name: str
    graph: Graph
    full: Graph
    activations: Mapping[str, np.ndarray]
    output: Any
    scope: Scope

    @property
    def axes(self) -> dict[str, str]:
        """What the axes of each array mean, a letter each: "NCHW" is batch, channel, row, column (docs/capture.md)."""
        return {node.name: node.axes for node in self.graph.nodes}

    @property
    def channels(self) -> dict[str, tuple[str, ...]]:
        """The channels' names, where the developer gave some with vrcnn.label."""
        return {node.name: node.marks.channels for node in self.graph.nodes if node.marks.channels}

    def node(self, name: str) -> Node:
        """The node of this name. Raises KeyError."""
        return next((node for node in self.graph.nodes if name in (node.name, node.title)), None) or _missing(name)

    def to_json(self) -> str:
        """The graph as JSON, as `vrcnn graph --json` writes it."""
        return as_json(Described(self.name, self.full, self.graph, self.scope))

    def __repr__(self) -> str:
        size = sum(array.nbytes for array in self.activations.values())
        return f"Captured({self.name}: {len(self.activations)} of {len(self.graph.nodes)} nodes, {size / 1e6:.1f} MB)"


def capture(model: nn.Module, x: Any, *, detail: str = "layers", layers: Any = None) -> Captured:
    """Runs a network once, in eval mode and without gradients, and returns its graph and activations.

    The module is afterwards as it was. `x` is what the network takes: a tensor, a tuple of arguments, a dictionary of
    keyword arguments, nested as the forward takes them. `layers` chooses nodes by name; by default all that the detail
    ("blocks", "layers" or "all") shows. Raises UserError where the forward fails or takes another way each time.
    """
    if not isinstance(model, nn.Module):
        raise UserError(f"vrcnn.capture was given a {type(model).__name__}: give a torch.nn.Module.")
    scope = Scope(detail, "never")
    arguments, keywords = arguments_of(x, model)
    with unchanged(model):
        full = trace(model, arguments, keywords)
        graph = reduce(full, scope)
        chosen = [node for node in graph.nodes if node.shape and (layers is None or node.name in layers)]
        unknown = [name for name in layers or () if all(node.name != name for node in graph.nodes)]
        if unknown:
            raise UserError(
                f'The network shows no layer "{unknown[0]}" at detail "{detail}": see graph.nodes for names.'
            )
        found: dict[int, np.ndarray] = {}
        recorder = Recorder(model, full, {node.members[-1]: node.index for node in chosen})
        output = recorder.run(arguments, keywords, lambda index, tensor: found.update({index: copied(tensor, True)}))
    activations = {graph.nodes[index].name: found[index] for index in sorted(found)}
    return Captured(type(unwrap(model)).__name__, graph, full, activations, _arrays(output), scope)


def _missing(name: str) -> Node:
    raise KeyError(name)


def _arrays(output: Any) -> Any:
    match output:
        case Tensor():
            return copied(output, True)
        case Mapping():
            return {key: _arrays(value) for key, value in output.items()}
        case tuple() if hasattr(output, "_fields"):
            return {name: _arrays(value) for name, value in zip(output._fields, output, strict=True)}
        case tuple():
            return tuple(_arrays(value) for value in output)
        case list():
            return [_arrays(value) for value in output]
    return output
