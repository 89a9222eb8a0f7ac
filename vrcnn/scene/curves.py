"""The curves of the graph's edges: low along the path for neighbours, arcs overhead for skips, one bus for many.

They are drawn in path coordinates, and then bent with the path.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from vrcnn.network.graph import Graph
from vrcnn.scene.buses import Bus, buses
from vrcnn.scene.hall import Link
from vrcnn.scene.paths import Path

FLOOR = 0.035  # m above the ground
ARC_LOW, ARC_HIGH = 2.75, 3.3  # m: over the heads of those who walk below
RAIL = 2.98  # m: a bus, over the middle of the path and below the gates
BESIDE = 0.28  # m between two buses along the same stretch of the path
JOINING = 1.1  # m along the path, in which a leg comes to its bus, at most
LONG, RAMP = 12.0, 3.0  # m along the path: arcs that go on level, and how long they rise
STEEP = 0.5  # m along the path
STEPS = 28
RAIL_STEP = 0.6  # m
STRAIGHT_STEP, BENT_STEP = 1.5, 0.4  # m


@dataclass(frozen=True)
class End:
    """What an edge leads to or from, in path coordinates: the foot (x, z) of a wall's edge beside the path, and how
    high the top of its head is. `rank` counts the rows before it; a closed door is no wall that links follow (`fixed`).
    """

    node: int
    x: float
    z: float
    top: float
    rank: int
    fixed: bool = False


def build_links(graph: Graph, ends: Mapping[int, End], path: Path, leave: float = 0.0) -> list[Link]:
    """A curve for every edge between two of `ends`, which are given by node; edges that are bundled share one.

    One that does not lead to the next row arcs: a skip, or the way to a wall that the developer has placed elsewhere.
    `leave` as in Setting.
    """
    pairs = _pairs(graph, ends)
    bundled = buses(pairs, {end.node: end.rank for end in ends.values()})
    inside = {pair for bus in bundled for pair in bus.pairs}
    end_of = {end.node: end for end in ends.values()}
    span = {(s, t): end_of[t].rank - end_of[s].rank for s, t in pairs}
    near = [pair for pair in pairs if span[pair] == 1 and (pair not in inside or _follows(pair, bundled))]
    far = [pair for pair in pairs if span[pair] != 1 and pair not in inside]
    links = _linked(near, end_of, _floors(near, end_of, leave), path)
    long = {(s, t) for s, t in far if abs(end_of[s].z - end_of[t].z) > LONG}
    short = [pair for pair in far if pair not in long]
    links += _linked(short, end_of, _arcs(short, end_of, span, leave != 0), path, skip=True)
    for s, t in long:
        curve = _viaduct(end_of[s], end_of[t], span[s, t], STRAIGHT_STEP if path.straight else BENT_STEP)
        links += _linked([(s, t)], end_of, curve[None], path, skip=True)
    for place, bus in zip(_abreast(bundled, end_of), bundled, strict=True):
        links += _bundle(bus, end_of, path, place)
    return sorted(links, key=lambda link: (link.source, link.target))


def bezier(start: np.ndarray, leave: np.ndarray, arrive: np.ndarray, end: np.ndarray, steps: int = STEPS) -> np.ndarray:
    """(..., steps + 1, 3) points on the cubic Bézier curves with these four control points, each (..., 3)."""
    t = np.linspace(0.0, 1.0, steps + 1)[:, None]
    start, leave, arrive, end = (np.asarray(point)[..., None, :] for point in (start, leave, arrive, end))
    return (1 - t) ** 3 * start + 3 * (1 - t) ** 2 * t * leave + 3 * (1 - t) * t**2 * arrive + t**3 * end


def _pairs(graph: Graph, ends: Mapping[int, End]) -> list[tuple[int, int]]:
    """The edges as pairs of ends' nodes, each once, without those within one end."""
    found = ((ends.get(edge.source), ends.get(edge.target)) for edge in graph.edges)
    pairs = ((source.node, target.node) for source, target in found if source is not None and target is not None)
    return list(dict.fromkeys(pair for pair in pairs if pair[0] != pair[1]))


def _follows(pair: tuple[int, int], bundled: Sequence[Bus]) -> bool:
    """Whether a bundled edge is drawn on the ground too, as the bus passes on what others read as well."""
    return any(pair in bus.pairs and len(bus.targets) > 1 for bus in bundled)


def _linked(
    pairs: Sequence[tuple[int, int]], end_of: Mapping[int, End], curves: np.ndarray, path: Path, skip: bool = False
) -> list[Link]:
    bent = path.bend(curves).astype("f4")
    return [
        Link(s, t, points, skip, attached=(not end_of[s].fixed, not end_of[t].fixed))
        for (s, t), points in zip(pairs, bent, strict=True)
    ]


def _points(nodes: Sequence[int], end_of: Mapping[int, End], height: float | None = None) -> np.ndarray:
    """(N, 3): the feet, at `height` above the ground, or the tops."""
    ends = [end_of[node] for node in nodes]
    rows = [(end.x, end.top if height is None else height, end.z) for end in ends]
    return np.array(rows, np.float64).reshape(-1, 3)


def _floors(pairs: Sequence[tuple[int, int]], end_of: Mapping[int, End], leave: float) -> np.ndarray:
    """Along the edge of the path, crossing it on the ground where the walls stand on different sides."""
    start, end = (_points([pair[part] for pair in pairs], end_of, FLOOR) for part in (0, 1))
    in_lane = np.abs(start[:, 0] - end[:, 0]) < 1e-6
    turned = np.where(in_lane, 0.0, leave)
    ahead = np.stack([-np.sin(turned), np.zeros(len(pairs)), -np.cos(turned)], 1)
    reach = 0.5 * ((end - start) * ahead).sum(1, keepdims=True) * ahead
    return bezier(start, start + reach, end - reach, end)


def _arcs(
    pairs: Sequence[tuple[int, int]], end_of: Mapping[int, End], span: Mapping[tuple[int, int], int], steep: bool
) -> np.ndarray:
    """From the top of one wall over the others to the top of the next; longer ones rise higher.

    They are `steep` at both ends where the walls stand close behind each other.
    """
    start, end = (_points([pair[part] for pair in pairs], end_of) for part in (0, 1))
    height = np.array([_height(span[pair]) for pair in pairs])
    run = 0.3 * (end[:, 2] - start[:, 2])
    if steep:
        run = np.clip(run, -STEEP, STEEP)
    leave, arrive = start.copy(), end.copy()
    leave[:, 1] += (height - start[:, 1]) * 4 / 3
    arrive[:, 1] += (height - end[:, 1]) * 4 / 3
    leave[:, 2] += run
    arrive[:, 2] -= run
    return bezier(start, leave, arrive, end)


def _height(span: int) -> float:
    return min(ARC_HIGH, ARC_LOW + 0.08 * abs(span))


def _viaduct(source: End, target: End, span: int, step: float) -> np.ndarray:
    """A long arc: it rises at once, goes on level above all walls, with a point every `step` m, and comes down late."""
    length = abs(target.z - source.z)
    level = ceil((length - 2 * RAMP) / step)
    along = np.concatenate(
        [
            RAMP * np.linspace(0.0, 1.0, STEPS // 2, endpoint=False),
            np.linspace(RAMP, length - RAMP, level + 1),
            length - RAMP * np.linspace(1.0, 0.0, STEPS // 2 + 1)[1:],
        ]
    )
    share, high = along / length, _height(span)
    climbed = [1 - (1 - np.minimum(1.0, distance / RAMP)) ** 3 for distance in (along, length - along)]
    y = high - (high - source.top) * (1 - climbed[0]) - (high - target.top) * (1 - climbed[1])
    x = source.x + (target.x - source.x) * share * share * (3 - 2 * share)
    return np.stack([x, y, source.z + (target.z - source.z) * share], 1)


def _abreast(bundled: Sequence[Bus], end_of: Mapping[int, End]) -> list[float]:
    """How far aside of the path's middle each bus runs, so that none runs within another."""
    taken: list[tuple[float, float, int]] = []
    places = []
    for bus in bundled:
        near = max(end_of[node].z for node in bus.sources)
        far = min(end_of[node].z for node in bus.targets)
        used = {place for other_near, other_far, place in taken if near > other_far and far < other_near}
        place = next(place for place in range(len(used) + 1) if place not in used)
        taken.append((near, far, place))
        places.append(BESIDE * ((place + 1) // 2) * (-1.0 if place % 2 else 1.0))
    return places


def _bundle(bus: Bus, end_of: Mapping[int, End], path: Path, aside: float) -> list[Link]:
    """The bus, a leg from every source to it and one to every target."""
    sources, targets = sorted(bus.sources, key=lambda n: -end_of[n].z), sorted(bus.targets, key=lambda n: -end_of[n].z)
    stops = np.array([end_of[node].z for node in targets])
    reads = {node: max((stop for stop in stops if stop < end_of[node].z), default=stops[-1]) for node in sources}
    feeds = {
        node: min((end_of[source].z for source in sources if end_of[source].z > end_of[node].z), default=end_of[node].z)
        for node in targets
    }
    joins = [end_of[node].z - min(JOINING, 0.45 * abs(end_of[node].z - reads[node])) for node in sources]
    leaves = [end_of[node].z + min(JOINING, 0.45 * abs(feeds[node] - end_of[node].z)) for node in targets]
    near, far = max(joins), min([*leaves, *joins])
    rail = np.zeros((max(2, ceil((near - far) / RAIL_STEP) + 1), 3))
    rail[:, 0], rail[:, 1], rail[:, 2] = aside, RAIL, np.linspace(near, far, len(rail))
    first, last = sources[0], targets[-1]
    links = [Link(first, last, path.bend(rail).astype("f4"), bus=True, attached=(False, False))]
    skips = {s for s, t in bus.pairs if end_of[t].rank - end_of[s].rank != 1 or len(targets) == 1}
    climbing = [(node, join) for node, join in zip(sources, joins, strict=True) if node in skips]
    up = _legs(_points([node for node, _ in climbing], end_of), [join for _, join in climbing], aside)
    down = _legs(_points(targets, end_of), leaves, aside)[:, ::-1]
    for (node, _), points in zip(climbing, path.bend(up).astype("f4"), strict=True):
        target = next((other for other in targets if end_of[other].rank > end_of[node].rank), last)
        links.append(Link(node, target, points, True, attached=(not end_of[node].fixed, False)))
    for node, points in zip(targets, path.bend(np.ascontiguousarray(down)).astype("f4"), strict=True):
        source = next((other for other in sources[::-1] if end_of[other].rank < end_of[node].rank), first)
        links.append(Link(source, node, points, True, attached=(False, not end_of[node].fixed)))
    return links


def _legs(tops: np.ndarray, meets: Sequence[float], aside: float) -> np.ndarray:
    """From the tops of walls, first upwards, to where they meet the bus."""
    end = np.stack([np.full(len(tops), aside), np.full(len(tops), RAIL), np.array(meets)], 1)
    leave, arrive = tops.copy(), end.copy()
    leave[:, 1] = RAIL + 0.12
    arrive[:, 2] -= 0.6 * (end[:, 2] - tops[:, 2])
    return bezier(tops, leave, arrive, end, STEPS // 2)
