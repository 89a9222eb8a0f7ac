"""A full graph with quick access to what reads what, and to what of it may be shown at all."""

from __future__ import annotations

from vrcnn.network.families import SAME_NUMBERS
from vrcnn.network.graph import Graph


class Wiring:
    """Sources and targets of every node, among those only that are live: that depend on an input, or are probed.

    Attributes:
        nodes: those of the full graph.
        results: the nodes whose tensors the network returned.
        sources, targets: by node, the live nodes that it reads, in the order of its arguments, and that read it.
        live: by node, whether it depends on an input.
        hidden: by node, whether the developer took it out of what is shown but at detail "all".
        probed: by node, whether it is to be shown on its own; nothing is at detail "blocks".
        parameters: by node, its own and those of the weights that were prepared for it without any input.
    """

    def __init__(self, graph: Graph, detail: str) -> None:
        self.graph = graph
        self.nodes = graph.nodes
        self.results = frozenset(graph.outputs)
        self.hidden = [node.marks.hidden for node in graph.nodes]
        self.probed = [
            node.marks.probed and detail != "blocks" and bool(node.shape) and 0 not in node.shape
            for node in graph.nodes
        ]
        self.sources: list[list[int]] = [[] for _ in graph.nodes]
        self.targets: list[list[int]] = [[] for _ in graph.nodes]
        self.live = [node.family == "input" or self.probed[node.index] for node in graph.nodes]
        self.parameters = [node.parameters for node in graph.nodes]
        for edge in sorted(graph.edges, key=lambda edge: edge.target):  # a node's sources are settled before it
            if self.live[edge.source]:
                self.live[edge.target] = True
                self.sources[edge.target].append(edge.source)
                self.targets[edge.source].append(edge.target)
            else:
                self.parameters[edge.target] += self.parameters[edge.source]
                self.parameters[edge.source] = 0

    def keeps_numbers(self, index: int) -> bool:
        """True for dropout, contiguous and the like, that leave every number at its place."""
        return self.nodes[index].operation in SAME_NUMBERS and len(self.sources[index]) == 1

    def passes(self, index: int) -> bool:
        """True for nodes that are not shown for what they are: they only move numbers, or they are hidden."""
        return (self.nodes[index].family == "shape" and not self.probed[index]) or self.hidden[index]
