"""Chooses which nodes of a full graph are shown, and joins the edges through those that are not.

At detail "layers" the graph reads as people draw it:

- A convolution, linear or attention layer stands for itself and the normalization and activation right behind it, as
  long as nothing else reads what lies between; what is shown is the chain's end, under the layer's name. Pools,
  resamplings and operations of unknown kind do the same, an addition or product takes an activation only, a
  concatenation nothing. A product of a tensor with a function of itself (x * sigmoid(x)) counts as an activation.
- A normalization or activation that continues no chain (as before the convolutions of a pre-activation network) is
  hidden where only convolutions, linear and attention layers read it, and shown elsewhere.
- A concatenation that a later one extends is hidden, and whoever reads it gets an edge from its newest part only: in
  a dense block every layer follows the one before it, and the block's last concatenation joins them all.
- Operations that only move numbers (views, slices, dropout) are hidden, and so is everything that does not depend on
  the input (weights prepared on the fly, constants) or has no maps (scalars).
- What the network returns is always shown, by the nearest shown node before it where it only moved numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from vrcnn.errors import UserError
from vrcnn.network.families import SAME_NUMBERS
from vrcnn.network.graph import Edge, Graph, Group, Node

LEVELS = ("layers", "all")

_LAYERS = frozenset({"convolution", "linear", "attention"})
_POINTWISE = frozenset({"normalization", "activation"})
_TAIL = {
    "convolution": _POINTWISE,
    "linear": _POINTWISE,
    "attention": _POINTWISE,
    "pooling": _POINTWISE,
    "resample": _POINTWISE,
    "other": _POINTWISE,
    "normalization": _POINTWISE,
    "activation": _POINTWISE,
    "merge": frozenset({"activation"}),
}


def reduce(graph: Graph, detail: str = "layers") -> Graph:
    """The shown part of a full `graph`, renumbered; `detail` is one of LEVELS.

    Nodes are in the order in which their shown tensors come to exist, so every edge leads from an earlier to a later
    node. Node.members and Node.operations tell what each stands for. Raises UserError for another level.
    """
    if detail not in LEVELS:
        raise UserError(f"There is no detail {detail!r}: choose one of {', '.join(LEVELS)}.")
    wiring = _Wiring(graph)
    if detail == "all":
        chains: list[tuple[int, ...]] = [(node.index,) for node in graph.nodes if wiring.live[node.index]]
        return _Contraction(wiring, chains, {}).graph()
    growing = _growing(wiring)
    return _Contraction(wiring, _Chains(wiring, growing).shown(), growing).graph()


class _Wiring:
    """The graph with quick access to sources and targets; only what depends on an input is `live`."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.nodes = graph.nodes
        self.results = frozenset(graph.outputs)
        self.sources: list[list[int]] = [[] for _ in graph.nodes]
        self.targets: list[list[int]] = [[] for _ in graph.nodes]
        self.live = [node.family == "input" for node in graph.nodes]
        for edge in sorted(graph.edges, key=lambda edge: edge.target):  # a node's sources are settled before it
            if self.live[edge.source]:
                self.live[edge.target] = True
                self.sources[edge.target].append(edge.source)
                self.targets[edge.source].append(edge.target)

    def keeps_numbers(self, node: Node) -> bool:
        """True for dropout, contiguous and the like, that leave every number at its place."""
        return node.operation in SAME_NUMBERS and len(self.sources[node.index]) == 1


class _Chains:
    """Runs of nodes that are shown as one."""

    def __init__(self, wiring: _Wiring, growing: dict[int, int]) -> None:
        self._wiring = wiring
        self._growing = growing

    def shown(self) -> list[tuple[int, ...]]:
        """The chains that are shown, each in order of execution."""
        taken: set[int] = set()
        chains = []
        for node in self._wiring.nodes:
            if not self._wiring.live[node.index] or node.index in taken:
                continue
            if node.family == "shape" or node.index in self._growing:
                continue
            chain = self._follow(node)
            if self._is_shown(node, chain):
                chains.append(chain)
                taken.update(chain)
            elif node.family in _POINTWISE:
                taken.update(chain)
        return chains

    def _is_shown(self, head: Node, chain: tuple[int, ...]) -> bool:
        if head.family == "input" or not self._wiring.results.isdisjoint(chain):
            return True
        shape = self._wiring.nodes[chain[-1]].shape
        if len(shape) < 2 or 0 in shape:
            return False
        if head.family not in _POINTWISE or len(self._wiring.sources[head.index]) > 1:
            return True
        return any(reader.family not in _LAYERS for reader in self._readers(chain[-1]))

    def _readers(self, index: int) -> Iterable[Node]:
        """Who reads a node, be it through operations that only move numbers."""
        for target in self._wiring.targets[index]:
            if self._wiring.nodes[target].family == "shape":
                yield from self._readers(target)
            else:
                yield self._wiring.nodes[target]

    def _follow(self, head: Node) -> tuple[int, ...]:
        """`head` and what may follow it without anything else reading what lies between."""
        allowed = _TAIL.get(head.family, frozenset())
        if head.operation in ("cat", "stack", "setitem"):
            allowed = frozenset()
        chain = [head.index]
        while allowed and chain[-1] not in self._wiring.results:
            link = self._next(chain[-1], allowed) or self._self_gate(chain[-1], allowed)
            if not link:
                break
            chain += link
        return tuple(chain)

    def _next(self, index: int, allowed: frozenset[str]) -> tuple[int, ...]:
        targets = self._wiring.targets[index]
        if len(targets) != 1:
            return ()
        follower = self._wiring.nodes[targets[0]]
        if len(self._wiring.sources[follower.index]) != 1:
            return ()
        if follower.family in allowed or (allowed and self._wiring.keeps_numbers(follower)):
            return (follower.index,)
        return ()

    def _self_gate(self, index: int, allowed: frozenset[str]) -> tuple[int, ...]:
        """The nodes of x * f(x) for a pointwise f, as in Swish: x is read by the start of f and by the product."""
        targets = self._wiring.targets[index]
        if len(targets) != 2 or "activation" not in allowed:
            return ()
        start, product = targets
        gate = [start]
        while (link := self._next(gate[-1], _POINTWISE)) and link[0] != product:
            gate += link
        inside = self._wiring.nodes[start].family in _POINTWISE and not self._wiring.results.intersection(gate)
        closes = self._wiring.targets[gate[-1]] == [product] and self._wiring.nodes[product].operation == "mul"
        if inside and closes and len(self._wiring.sources[product]) == 2:
            return (*gate, product)
        return ()


def _growing(wiring: _Wiring) -> dict[int, int]:
    """Concatenations that a later one extends, each with the later one's index.

    A later one extends an earlier one when it reads all that the earlier one read and more, or when it reads the
    earlier one and a single new tensor.
    """
    joins = [node.index for node in wiring.nodes if node.operation == "cat" and wiring.live[node.index]]
    parts = {index: frozenset(wiring.sources[index]) for index in joins}
    readers: dict[int, list[int]] = {}
    for index in joins:
        for part in parts[index]:
            readers.setdefault(part, []).append(index)
    found: dict[int, int] = {}
    for index in joins:
        if index in wiring.results:
            continue
        first = next(iter(parts[index]))
        later = [other for other in readers.get(first, []) if other > index and parts[index] < parts[other]]
        later += [other for other in readers.get(index, []) if len(parts[other]) == 2]
        if later:
            found[index] = min(later)
    return found


class _Contraction:
    """The reduced graph: which shown nodes stand for each node of the full one, and the edges between them."""

    def __init__(self, wiring: _Wiring, chains: list[tuple[int, ...]], growing: dict[int, int]) -> None:
        self._wiring = wiring
        self._growing = growing
        self._chains = sorted(chains, key=lambda chain: chain[-1])
        self._place = {member: place for place, chain in enumerate(self._chains) for member in chain}
        self._standing: dict[int, tuple[int, ...]] = {}

    def graph(self) -> Graph:
        nodes = tuple(self._node(place, chain) for place, chain in enumerate(self._chains))
        edges = {
            Edge(source, place): None
            for place, chain in enumerate(self._chains)
            for source in self._sources(chain[0])
            if source != place
        }
        groups = []
        for group in self._wiring.graph.groups:
            inside = frozenset(group.nodes)
            shown = tuple(place for place, chain in enumerate(self._chains) if chain[0] in inside)
            if shown:
                groups.append(Group(group.path, group.kind, shown))
        outputs = {shown: None for index in self._wiring.graph.outputs for shown in self._standing_for(index)}
        return Graph(nodes, tuple(edges), tuple(groups), tuple(outputs))

    def _node(self, place: int, chain: tuple[int, ...]) -> Node:
        members = [self._wiring.nodes[index] for index in chain]
        return replace(
            members[0],
            index=place,
            shape=members[-1].shape,
            parameters=sum(member.parameters for member in members),
            members=chain,
            operations=tuple(member.operation for member in members),
        )

    def _sources(self, index: int) -> list[int]:
        """Shown nodes that the node reads, in the order of its arguments."""
        found: dict[int, None] = {}
        for source in self._wiring.sources[index]:
            if self._growing.get(source) == index:  # the last concatenation of a dense block joins all parts
                found.update(dict.fromkeys(self._sources(source)))
            else:
                found.update(dict.fromkeys(self._standing_for(source)))
        return list(found)

    def _standing_for(self, index: int) -> tuple[int, ...]:
        """The shown nodes that a reader of this node is connected to."""
        if index in self._place:
            return (self._place[index],)
        if index not in self._standing:
            sources = self._wiring.sources[index]
            if index in self._growing:
                sources = [max(source for source in sources if source not in self._growing)]
            standing = dict.fromkeys(shown for source in sources for shown in self._standing_for(source))
            self._standing[index] = tuple(standing)
        return self._standing[index]
