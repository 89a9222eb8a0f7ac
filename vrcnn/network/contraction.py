"""Makes a reduced graph: nodes that stand for several, edges joined through what is not shown, indices anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vrcnn.network.following import Followed
from vrcnn.network.graph import Edge, Graph, Group, Marks, Node
from vrcnn.network.wiring import Wiring


def contract(wiring: Wiring, chains: list[tuple[int, ...]], growing: dict[int, int]) -> Graph:
    """The reduced graph of a full one in which each of `chains` is a node; edges run through what is in none.

    A chain reads what its first node reads and shows its last node's tensor. Who reads one of the `growing`
    concatenations (each given with the one that extends it) reads its newest part, but the last one reads all parts.
    """
    return _Contraction(wiring, chains, growing).graph()


def quotient(graph: Graph, nodes: Sequence[Node], places: Sequence[int | None], edges: Sequence[Edge]) -> Graph:
    """A reduced graph from a reduced one: `nodes`, whose indices are set here, in the order of their tensors.

    `places` tells for each node of `graph` which of `nodes` it is now, None where none shows it. `edges` are between
    positions in `nodes`; several alike count once.
    """
    numbered = tuple(replace(node, index=index) for index, node in enumerate(nodes))
    groups = []
    for group in graph.groups:
        shown = sorted({place for node in group.nodes if (place := places[node]) is not None})
        if shown:
            groups.append(replace(group, nodes=tuple(shown)))
    outputs = [place for index in graph.outputs if (place := places[index]) is not None]
    return Graph(numbered, tuple(dict.fromkeys(edges)), tuple(groups), tuple(dict.fromkeys(outputs)))


def joined_marks(members: Sequence[Node]) -> Marks:
    """What the developer said of nodes that are shown as one, whose last one's tensor is shown.

    The first title counts, but that of a last one that is probed wins; of the names of channels the last ones do.
    The place is the first one's that has one.
    """
    marks = [member.marks for member in members]
    last = marks[-1]
    titles = [each.title for each in marks if each.title and (each is last or not each.probed)]
    placed = next((each for each in marks if each.depth is not None), None)
    lanes = [each.lane for each in marks if each.lane is not None]
    return Marks(
        title=last.title if last.probed and last.title else next(iter(titles), ""),
        probed=last.probed,
        channels=next((each.channels for each in reversed(marks) if each.channels), ()),
        depth=placed.depth if placed else None,
        lane=placed.lane if placed and placed.lane is not None else next(iter(lanes), None),
        after=next((each.after for each in reversed(marks) if each.after), ()),
    )


class _Contraction:
    def __init__(self, wiring: Wiring, chains: list[tuple[int, ...]], growing: dict[int, int]) -> None:
        self._wiring = wiring
        self._growing = growing
        self._chains = sorted(chains, key=lambda chain: chain[-1])
        self._followed = Followed(wiring.graph)
        self._standing = self._find_standing()

    def graph(self) -> Graph:
        nodes = tuple(self._node(place, chain) for place, chain in enumerate(self._chains))
        edges = {
            Edge(source, node.index): None
            for node in nodes
            for source in self._sources(node, node.members[0])
            if source != node.index
        }
        outputs = {shown: None for index in self._wiring.graph.outputs for shown in self._standing[index]}
        return Graph(nodes, tuple(edges), self._groups(), tuple(outputs))

    def _node(self, place: int, chain: tuple[int, ...]) -> Node:
        members = [self._wiring.nodes[index] for index in chain]
        head, last = members[0], members[-1]
        return replace(
            head,
            index=place,
            shape=last.shape,
            axes=last.axes,
            grid=last.grid,
            parameters=sum(self._wiring.parameters[index] for index in chain),
            members=chain,
            operations=tuple(member.operation for member in members),
            marks=joined_marks(members) if any(member.marks is not head.marks for member in members) else head.marks,
        )

    def _groups(self) -> tuple[Group, ...]:
        place_of = {chain[0]: place for place, chain in enumerate(self._chains)}
        groups = []
        for group in self._wiring.graph.groups:
            shown = sorted(place_of[node] for node in group.nodes if node in place_of)
            if shown:
                groups.append(replace(group, nodes=tuple(shown)))
        return tuple(groups)

    def _sources(self, node: Node, head: int) -> list[int]:
        """Shown nodes that a shown one follows: those that it reads, in the order of its arguments, or was told to."""
        named = [self._followed.before(name, head) for name in node.marks.after]
        told = {shown: None for index in named if index is not None for shown in self._standing[index]}
        if earlier := [shown for shown in told if shown < node.index]:
            return earlier
        found: dict[int, None] = {}
        ahead = [(head, source) for source in reversed(self._wiring.sources[head])]
        while ahead:
            reader, source = ahead.pop()
            if self._growing.get(source) == reader:  # the last concatenation of a dense block joins all parts
                ahead += [(source, part) for part in reversed(self._wiring.sources[source])]
            else:
                found.update(dict.fromkeys(self._standing[source]))
        return list(found)

    def _find_standing(self) -> list[tuple[int, ...]]:
        """By node of the full graph, the shown nodes that a reader of it is connected to."""
        place_of = {member: place for place, chain in enumerate(self._chains) for member in chain}
        standing: list[tuple[int, ...]] = []
        for index, sources in enumerate(self._wiring.sources):
            if index in place_of:
                standing.append((place_of[index],))
                continue
            if index in self._growing:
                sources = [max(part for part in sources if part not in self._growing)]
            if len(sources) == 1:
                standing.append(standing[sources[0]])
            else:
                standing.append(tuple(dict.fromkeys(shown for source in sources for shown in standing[source])))
        return standing
