"""Collects the nodes, edges, groups and marks of a graph while a pass goes on; knows names, not tensors' origins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn

from vrcnn.annotations import marks_of
from vrcnn.network.graph import UNMARKED, Edge, Graph, Group, Marks, Node, Window
from vrcnn.network.operations import is_leaf

_UNPORTED = frozenset({"input", "opaque"})  # their ports count something else: see graph.Node


@dataclass(frozen=True)
class Call:
    """What the nodes of one call have in common. The fields are those of graph.Node; `name` is not yet unique."""

    name: str
    operation: str
    family: str
    module: str
    layer: str = ""
    settings: str = ""
    line: str = ""
    window: Window | None = None


class GraphBuilder:
    """The graph as it grows. Nodes are added in the order of execution."""

    def __init__(self, paths: Mapping[nn.Module, str]) -> None:
        self.nodes: list[Node] = []
        self.from_input: list[bool] = []  # by node: whether it depends on an input
        self.read: set[int] = set()  # nodes that another one reads
        self._paths = paths
        self._edges: dict[Edge, None] = {}
        self._calls: dict[str, int] = {}
        self._owned: set[int] = set()  # parameters that have a node
        self._words = {path: words for module, path in paths.items() if (words := marks_of(module))}
        self._hidden = tuple(path for path, words in self._words.items() if words.get("hidden"))
        self._placed = {path: words for path, words in self._words.items() if "depth" in words}
        self._entered: set[str] = set()  # modules with a place whose first node stands there

    def count(self, name: str) -> int:
        """How often the name was counted before."""
        call = self._calls[name] = self._calls.get(name, -1) + 1
        return call

    def add(self, call: Call, tensors: Sequence[Tensor], sources: Sequence[int], parameters: int = 0) -> list[int]:
        """A node for each tensor that a call made, by port; the first has the parameters."""
        number = self.count(call.name)
        return [
            self.add_port(call, shape_of(tensor), sources, number, port, 0 if port else parameters)
            for port, tensor in enumerate(tensors)
        ]

    def add_port(
        self, call: Call, shape: tuple[int, ...], sources: Sequence[int], number: int, port: int, parameters: int = 0
    ) -> int:
        """The node of one tensor of the `number`-th call of this name."""
        index = len(self.nodes)
        name = call.name if number == 0 else f"{call.name}@{number + 1}"
        self.nodes.append(
            Node(
                index,
                name if port == 0 or call.operation in _UNPORTED else f"{name}[{port}]",
                call.operation,
                call.family,
                call.module,
                shape,
                number,
                parameters,
                port=port,
                layer=call.layer,
                settings=call.settings,
                line=call.line,
                marks=self._marks(call) if self._words else UNMARKED,
                window=call.window,
            )
        )
        self._edges.update((Edge(source, index), None) for source in sources)
        self.read.update(sources)
        self.from_input.append(call.family == "input" or any(self.from_input[source] for source in sources))
        return index

    def own(self, parameters: Iterable[Tensor]) -> int:
        """Numbers in those parameters that no earlier node has: each belongs to the node that first uses it."""
        total = 0
        with torch._C.DisableTorchFunction():
            for parameter in parameters:
                if id(parameter) not in self._owned:
                    self._owned.add(id(parameter))
                    total += parameter.numel()
        return total

    def returned(self, path: str, nodes: Sequence[int]) -> None:
        """A user's module gave back the tensors of these nodes: what is said of the module is said of them."""
        words = self._words.get(path, {})
        for place, index in enumerate(nodes):
            said: dict[str, Any] = {name: words[name] for name in ("channels",) if name in words}
            if place == 0 and "title" in words:
                said["title"] = words["title"]
            if said:
                self.mark(index, **said)

    def mark(self, index: int, **said: Any) -> None:
        """Adds to the marks of a node."""
        node = self.nodes[index]
        self.nodes[index] = replace(node, marks=replace(node.marks, **said))

    def probed(self, index: int, name: str, layer: str, after: tuple[str, ...]) -> None:
        """The developer calls the tensor of this node `name`; a name that comes again is numbered."""
        number = self.count(f"probe {name}")
        title = name if number == 0 else f"{name}@{number + 1}"
        self.mark(index, title=title, probed=True, after=after)
        if layer:
            self.nodes[index] = replace(self.nodes[index], layer=layer)

    def graph(self, outputs: Sequence[int]) -> Graph:
        """All that was collected; `outputs` are the nodes whose tensors the network returned."""
        parameters = sum(node.parameters for node in self.nodes)
        outputs = tuple(dict.fromkeys(outputs))
        return Graph(tuple(self.nodes), tuple(self._edges), self._groups(), outputs, parameters=parameters)

    def _marks(self, call: Call) -> Marks:
        where = call.layer or call.module
        own = self._words.get(call.layer, {}) if call.layer else {}
        depth, lane = self._place(where)
        return Marks(
            title=own.get("title", ""),
            channels=own.get("channels", ()),
            hidden=any(_within(where, path) for path in self._hidden),
            depth=depth,
            lane=lane,
        )

    def _place(self, where: str) -> tuple[int | None, int | None]:
        """Depth and lane as said of the innermost module around; the depth for its first node only."""
        inside = [path for path in self._placed if _within(where, path)]
        if not inside:
            return None, None
        path = max(inside, key=len)
        words = self._placed[path]
        first = path not in self._entered
        self._entered.add(path)
        return (words["depth"] if first else None), words["lane"]

    def _groups(self) -> tuple[Group, ...]:
        by_path: dict[str, list[int]] = {}
        for node in self.nodes:
            path = node.module
            while path:
                by_path.setdefault(path, []).append(node.index)
                path = path.rpartition(".")[0]
        groups = []
        for module, path in self._paths.items():
            title = self._words.get(path, {}).get("group", "")
            inside = list(by_path.get(path, ()))
            if title and is_leaf(module):
                inside = [node.index for node in self.nodes if node.layer == path]
            composed = not is_leaf(module) and next(module.children(), None) is not None
            if path and inside and (title or composed):
                groups.append(Group(path, type(module).__name__, tuple(inside), title))
        return tuple(groups)


def shape_of(tensor: Tensor) -> tuple[int, ...]:
    """The shape of a tensor; that of a nested one, which has none, is that of a scalar."""
    return () if tensor.is_nested else tuple(tensor.shape)


def _within(path: str, enclosing: str) -> bool:
    return path == enclosing or enclosing == "" or path.startswith(f"{enclosing}.")
