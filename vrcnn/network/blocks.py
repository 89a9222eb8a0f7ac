"""Which modules are blocks, and the reduced graph in which each of them is one node, its output.

Blocks are found from the network's own module downwards. A module is opened, so that its children and its own nodes
take its place, when it is one of torch's containers and has modules with children, or when it holds more than a quarter
of all that is shown at detail "layers". When a module is opened, all modules of its class are, containers excepted. A
module that the developer named with vrcnn.group is opened for its size only. What is not opened is a block.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from vrcnn.network import attention
from vrcnn.network.contraction import joined_marks, quotient
from vrcnn.network.graph import Edge, Graph, Group, Node
from vrcnn.network.operations import parent_path
from vrcnn.network.wiring import Wiring

CONTAINERS = frozenset({"Sequential", "ModuleList", "ModuleDict"})
LARGEST = 0.25  # of all nodes: what holds more is a part of the network with blocks of its own


def join_blocks(wiring: Wiring, layers: Graph) -> Graph:
    """`layers`, the graph at detail "layers", with one node for each block.

    Its tensor is that of the last node inside that is read from outside or returned, or of the last one without any;
    further such nodes stay nodes of their own, each standing for what led to it. A block with a single node stays as
    it is, unless the developer named it.
    """
    total = len(layers.nodes)
    blocks = [group for group in find_blocks(layers.groups, total) if len(group.nodes) > 1 or group.title]
    return _Joining(wiring, layers, blocks).graph()


def find_blocks(groups: Iterable[Group], total: int) -> list[Group]:
    """The groups that are blocks, of a graph with `total` nodes at detail "layers"."""
    children = children_by_path(groups)
    opened_kinds: set[str] = set()
    blocks = list(children.get("", ()))
    while True:
        opened = [group for group in blocks if _is_opened(group, children, total, opened_kinds)]
        if not opened:
            return blocks
        opened_kinds.update(group.kind for group in opened if group.kind not in CONTAINERS)
        paths = {group.path for group in opened}
        blocks = [group for group in blocks if group.path not in paths]
        blocks += [child for group in opened for child in children.get(group.path, ())]


def children_by_path(groups: Iterable[Group]) -> dict[str, list[Group]]:
    """By the path of a group, "" for the network itself, the groups right inside it."""
    groups = list(groups)
    known = {group.path for group in groups}
    children: dict[str, list[Group]] = {}
    for group in groups:
        parent = parent_path(group.path)
        while parent and parent not in known:
            parent = parent_path(parent)
        children.setdefault(parent, []).append(group)
    return children


def _is_opened(group: Group, children: dict[str, list[Group]], total: int, opened_kinds: set[str]) -> bool:
    if len(group.nodes) > LARGEST * total:
        return True
    if group.title:
        return False
    return group.kind in opened_kinds or (group.kind in CONTAINERS and group.path in children)


class _Joining:
    def __init__(self, wiring: Wiring, layers: Graph, blocks: list[Group]) -> None:
        self._wiring = wiring
        self._layers = layers
        self._blocks = blocks
        self._block_of = {node: block.path for block in blocks for node in block.nodes}
        self._sources: list[list[int]] = [[] for _ in layers.nodes]
        self._named = {node.name: node.index for node in layers.nodes}
        self._exits = set(layers.outputs)
        for edge in layers.edges:
            self._sources[edge.target].append(edge.source)
            if self._block_of.get(edge.source) != self._block_of.get(edge.target):
                self._exits.add(edge.source)

    def graph(self) -> Graph:
        layers = self._layers
        shown = {node.index: node for node in layers.nodes if node.index not in self._block_of}
        stands_for = {index: index for index in shown}
        inside = self._unshown_members()
        for block in self._blocks:
            parts = self._parts(block)
            for part in parts:
                shown[part[-1]] = self._part_node(part)
                stands_for.update(dict.fromkeys(part, part[-1]))
            unread = [member for node in set(block.nodes).difference(*parts) for member in layers.nodes[node].members]
            shown[parts[-1][-1]] = self._block_node(block, parts[-1], [*unread, *inside[block.path]])
        place = {index: position for position, index in enumerate(sorted(shown))}
        places = [place[stands_for[index]] if index in stands_for else None for index in range(len(layers.nodes))]
        edges = [
            Edge(source, target)
            for edge in layers.edges
            if (source := places[edge.source]) is not None
            and (target := places[edge.target]) is not None
            and source != target
        ]
        blocks = {block.path for block in self._blocks}
        groups = tuple(group for group in layers.groups if not _is_inside(group.path, blocks))
        return quotient(replace(layers, groups=groups), [shown[index] for index in place], places, edges)

    def _parts(self, block: Group) -> list[tuple[int, ...]]:
        """For each node that is read from outside, itself at the end and before it all that led to it alone."""
        exits = [node for node in block.nodes if node in self._exits] or [block.nodes[-1]]
        taken: set[int] = set()
        parts = []
        for last in exits:
            part = [last]
            taken.add(last)
            for node in part:  # it grows meanwhile
                for source in self._sources[node]:
                    if self._block_of.get(source) == block.path and source not in taken:
                        taken.add(source)
                        part.append(source)
            parts.append(tuple(sorted(part)))
        return parts

    def _unshown_members(self) -> dict[str, list[int]]:
        """By block, the nodes of the full graph inside it that "layers" does not show, but that belong to the pass."""
        wiring = self._wiring
        known = {member for node in self._layers.nodes for member in node.members}
        blocks = {block.path for block in self._blocks}
        return {
            group.path: [
                index
                for index in group.nodes
                if index not in known
                and wiring.live[index]
                and not wiring.hidden[index]
                and wiring.nodes[index].operation != attention.OPERATION
            ]
            for group in wiring.graph.groups
            if group.path in blocks
        }

    def _part_node(self, part: tuple[int, ...], further: Iterable[int] = ()) -> Node:
        nodes = [self._layers.nodes[index] for index in part]
        last = nodes[-1]
        before = {member for node in nodes for member in node.members}.union(further) - {last.members[-1]}
        members = (*sorted(before), last.members[-1])
        placed = joined_marks(nodes)
        return replace(
            last,
            parameters=sum(self._wiring.parameters[member] for member in members),
            members=members,
            operations=tuple(self._wiring.nodes[member].operation for member in members),
            marks=replace(last.marks, depth=placed.depth, lane=placed.lane, after=()),
        )

    def _block_node(self, block: Group, part: tuple[int, ...], further: list[int]) -> Node:
        node = self._part_node(part, further)
        free = self._named.get(block.path, part[-1]) in part
        title = block.title or self._wiring.nodes[node.members[-1]].marks.title
        return replace(
            node,
            name=block.path if free else node.name,
            operation=block.kind,
            module=parent_path(block.path),
            layer=block.path,
            settings="",
            call=0,
            marks=replace(node.marks, title=title),
        )


def _is_inside(path: str, blocks: set[str]) -> bool:
    while path := parent_path(path):
        if path in blocks:
            return True
    return False
