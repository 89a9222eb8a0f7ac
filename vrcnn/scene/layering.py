"""Which depth and which lane a layer stands in: longest-path layering, the trunk first, branches beside it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from vrcnn.network.graph import Graph


@dataclass(frozen=True)
class Slot:
    """Where a node stands in the order of the walk: `depth` from the input, `lane` 0 for the trunk, others beside."""

    depth: int = 0
    lane: int = 0


def depths(graph: Graph) -> list[int]:
    """Per node the number of edges on the longest way from an input: every edge leads to a greater depth.

    Nodes that the developer has placed stand at their depth; what follows them is counted from there.
    """
    pinned = [node.marks.depth for node in graph.nodes]
    result = [depth or 0 for depth in pinned]
    for edge in sorted(graph.edges, key=lambda edge: edge.target):
        if pinned[edge.target] is None:
            result[edge.target] = max(result[edge.target], result[edge.source] + 1)
    return result


def trunk(graph: Graph) -> set[int]:
    """The nodes of the longest way through the network, preferring the way with the most parameters."""
    total = len(graph.nodes)
    incoming: list[list[int]] = [[] for _ in range(total)]
    for edge in graph.edges:
        incoming[edge.target].append(edge.source)
    best: list[tuple[int, int]] = []
    previous: list[int | None] = []
    for node in graph.nodes:
        origin = max(incoming[node.index], key=lambda index: best[index], default=None)
        length, parameters = best[origin] if origin is not None else (0, 0)
        best.append((length + 1, parameters + node.parameters))
        previous.append(origin)
    walk: int | None = max(range(total), key=lambda index: best[index], default=None)
    result: set[int] = set()
    while walk is not None:
        result.add(walk)
        walk = previous[walk]
    return result


def slots(graph: Graph) -> list[Slot]:
    """A slot for every node. Within a depth the trunk's node has lane 0; the others keep the lane of their source
    where it is free, so that a branch runs straight until it joins again. Nodes that the developer has placed come
    first; of several in one place, each later one stands in the next free lane.
    """
    depth_of = depths(graph)
    main = trunk(graph)
    sources: list[list[int]] = [[] for _ in graph.nodes]
    for edge in graph.edges:
        sources[edge.target].append(edge.source)
    lane_of: dict[int, int] = {}
    taken: dict[int, set[int]] = {}
    for node in graph.nodes:
        if node.marks.lane is not None:
            used = taken.setdefault(depth_of[node.index], set())
            lane_of[node.index] = next(lane for lane in count(max(0, node.marks.lane)) if lane not in used)
            used.add(lane_of[node.index])
    for node in sorted(graph.nodes, key=lambda node: (depth_of[node.index], node.index not in main, node.index)):
        if node.index in lane_of:
            continue
        used = taken.setdefault(depth_of[node.index], set())
        if node.index in main and 0 not in used:
            lane = 0
        else:
            wished = [lane_of[source] for source in sources[node.index] if lane_of.get(source, 0) > 0]
            lane = next((lane for lane in wished if lane not in used), 0)
            while lane == 0 or lane in used:
                lane += 1
        used.add(lane)
        lane_of[node.index] = lane
    return [Slot(depth_of[node.index], lane_of[node.index]) for node in graph.nodes]
