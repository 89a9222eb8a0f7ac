"""Runs: blocks of the same structure and shapes, one behind the other, and the graph in which one stands for all.

A run's blocks are modules with the same parent, one executed right behind the other, of the same class and with the
same nodes: names within the block, operations, shapes of what is shown, edges between them and names that the
developer gave. Each reads the one before it. Dropout, which does nothing here, makes no difference. A module that is a
single layer (a convolution with its normalization) is no block.

Nothing that is read elsewhere vanishes: whoever reads a block from outside of its run also reads the run's last block,
at the same place. So dense layers, which the block's last concatenation reads all, are one run; a block that something
else reads (a decoder, a head) or that the network returns is the last of its run.

In a folded run only the last block is shown. It reads what any block of the run reads from outside, each node what its
likes read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from vrcnn.network.blocks import children_by_path
from vrcnn.network.contraction import quotient
from vrcnn.network.families import SAME_NUMBERS
from vrcnn.network.graph import Edge, Graph, Group, Marks, Node, Run
from vrcnn.network.scope import Scope

WALK = 120  # walls: with one a second, people walk past them for two minutes, which is about as long as a visit lasts


def with_runs(graph: Graph, scope: Scope) -> Graph:
    """A reduced graph with its runs, folded or open as `scope` has it. Runs inside of folded blocks are left out."""
    found = find_runs(graph)
    folded = _folds_at_first(graph, scope)
    runs = [replace(run, folded=folded != (run.path in scope.toggled)) for run in found]
    return _fold(graph, runs)


def find_runs(graph: Graph) -> list[Run]:
    """All runs of a reduced graph, outer ones before those inside of their blocks; none is folded."""
    readers: list[list[int]] = [[] for _ in graph.nodes]
    for edge in graph.edges:
        readers[edge.source].append(edge.target)
    runs = []
    for siblings in children_by_path(graph.groups).values():
        siblings = [group for group in siblings if _is_block(group, graph.nodes)]
        for alike in _alike(sorted(siblings, key=lambda group: group.nodes[0]), graph.nodes, readers):
            for blocks in _closed(alike, readers, frozenset(graph.outputs)):
                paths = tuple(block.path for block in blocks)
                inside = tuple(node for block in blocks for node in block.nodes)
                runs.append(Run(paths[0], blocks[0].kind, paths, False, inside))
    return sorted(runs, key=lambda run: (run.path.count("."), run.nodes[0]))


def _folds_at_first(graph: Graph, scope: Scope) -> bool:
    if scope.fold != "auto" or scope.detail == "all":
        return scope.fold == "always"
    walls = sum(len(node.shape) > 1 and 0 not in node.shape for node in graph.nodes)
    return scope.detail == "blocks" or walls > WALK


def _alike(siblings: list[Group], nodes: tuple[Node, ...], readers: list[list[int]]) -> Iterable[list[Group]]:
    """Sequences of two and more siblings, each equal to the one before it and reading it."""
    signatures: dict[str, object] = {}
    sequence: list[Group] = []
    for group in siblings:
        if sequence:
            before = sequence[-1]
            if _may_be_alike(before, group) and _reads(group, before, readers):
                for each in (before, group):
                    if each.path not in signatures:
                        signatures[each.path] = _signature(each, nodes, readers)
                if signatures[before.path] == signatures[group.path]:
                    sequence.append(group)
                    continue
            if len(sequence) > 1:
                yield sequence
        sequence = [group]
    if len(sequence) > 1:
        yield sequence


def _is_block(group: Group, nodes: tuple[Node, ...]) -> bool:
    """False for modules that show nothing but one of their layers."""
    return len(group.nodes) > 1 or nodes[group.nodes[0]].name == group.path


def _may_be_alike(one: Group, other: Group) -> bool:
    return (one.kind, one.title, len(one.nodes)) == (other.kind, other.title, len(other.nodes))


def _reads(group: Group, before: Group, readers: list[list[int]]) -> bool:
    inside = frozenset(group.nodes)
    return any(not inside.isdisjoint(readers[node]) for node in before.nodes)


def _signature(group: Group, nodes: tuple[Node, ...], readers: list[list[int]]) -> object:
    """What two blocks have in common when they are alike."""
    position = {node: number for number, node in enumerate(group.nodes)}
    parts = []
    for index in group.nodes:
        node = nodes[index]
        name = node.name[len(group.path) :] if node.name.startswith(group.path) else node.name
        inner = tuple(sorted(position[reader] for reader in readers[index] if reader in position))
        operations = tuple(operation for operation in node.operations if operation not in SAME_NUMBERS)
        parts.append((name, node.operation, operations, node.shape, _said(node.marks), inner))
    return tuple(parts)


def _said(marks: Marks) -> tuple[object, ...]:
    return marks.probed, marks.channels, "" if marks.probed else marks.title  # a probe's title is numbered


def _closed(blocks: list[Group], readers: list[list[int]], results: frozenset[int]) -> Iterable[list[Group]]:
    """The runs in a sequence of equal blocks: it ends behind each block that is read or returned on its own."""
    if len(blocks) < 2:
        return
    inside = {node for block in blocks for node in block.nodes}
    read_at_last = [frozenset(readers[node]) for node in blocks[-1].nodes]
    start = 0
    for end, block in enumerate(blocks[:-1], 1):
        if any(
            node in results or any(reader not in inside and reader not in known for reader in readers[node])
            for node, known in zip(block.nodes, read_at_last, strict=True)
        ):
            yield from _closed(blocks[start:end], readers, results)
            start = end
    if start == 0:
        yield blocks
    else:
        yield from _closed(blocks[start:], readers, results)


@dataclass(frozen=True)
class _Hidden:
    """A node of a block that is folded away: the block, and the node at the same place in the run's last block."""

    block: str
    like: int


def _fold(graph: Graph, runs: list[Run]) -> Graph:
    group_of = {group.path: group for group in graph.groups}
    hidden: dict[int, _Hidden] = {}
    for run in runs:  # the outer ones first
        if run.folded:
            last = group_of[run.blocks[-1]].nodes
            for block in run.blocks[:-1]:
                for node, like in zip(group_of[block].nodes, last, strict=True):
                    hidden.setdefault(node, _Hidden(block, like))
    if not hidden:
        return replace(graph, runs=tuple(runs))
    shown = [node for node in graph.nodes if node.index not in hidden]
    place = {node.index: position for position, node in enumerate(shown)}
    edges = [
        Edge(place[joined[0]], place[joined[1]])
        for edge in graph.edges
        if (joined := _joined(edge.source, edge.target, hidden)) is not None
    ]
    places = [place.get(node.index) for node in graph.nodes]
    reduced = quotient(graph, shown, places, edges)
    kept = []
    for run in runs:
        inside = tuple(place[node] for node in run.nodes if node in place)
        if inside:
            kept.append(replace(run, nodes=inside))
    return replace(reduced, runs=tuple(kept))


def _joined(source: int, target: int, hidden: dict[int, _Hidden]) -> tuple[int, int] | None:
    """An edge between the shown nodes that stand for both ends; None where it leads from one block to the next."""
    while source in hidden:
        if target not in hidden or hidden[target].block != hidden[source].block:
            return None
        source, target = hidden[source].like, hidden[target].like
    while target in hidden:
        target = hidden[target].like
    return source, target
