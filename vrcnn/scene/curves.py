"""The curves of the graph's edges: low along the path for neighbours, arcs overhead for skips, one bus for many."""

from __future__ import annotations

import numpy as np

from vrcnn.network.graph import Graph
from vrcnn.scene.corridor import PATH_HALF_WIDTH, inner_edge
from vrcnn.scene.hall import Link, Wall
from vrcnn.scene.layering import depths

FLOOR = 0.035  # m above the ground
ARC_LOW, ARC_HIGH = 2.75, 3.3  # m: over the heads of those who walk below
BUS_SOURCES = 4  # from this many inputs on, edges bundle on the floor
STEPS = 28


def build_links(graph: Graph, walls: list[Wall]) -> list[Link]:
    """A curve for every edge whose two nodes have walls.

    One that does not lead to the next depth arcs: a skip, or the way to a wall that the developer has placed elsewhere.
    """
    wall_of = {wall.node: wall for wall in walls}
    depth_of = depths(graph)
    links: list[Link] = []
    for edge in graph.edges:
        source, target = wall_of.get(edge.source), wall_of.get(edge.target)
        if source is None or target is None:
            continue
        span = depth_of[edge.target] - depth_of[edge.source]
        bundled = len(graph.sources(edge.target)) > BUS_SOURCES
        if bundled:
            points = _bus(source, target)
        elif span != 1:
            points = _arc(source, target, abs(span))
        else:
            points = _floor(source, target)
        links.append(Link(edge.source, edge.target, points.astype("f4"), skip=span != 1 and not bundled))
    return links


def bezier(start: np.ndarray, leave: np.ndarray, arrive: np.ndarray, end: np.ndarray, steps: int = STEPS) -> np.ndarray:
    """(steps + 1, 3) points on the cubic Bézier curve with these four control points."""
    t = np.linspace(0.0, 1.0, steps + 1)[:, None]
    return (1 - t) ** 3 * start + 3 * (1 - t) ** 2 * t * leave + 3 * (1 - t) * t**2 * arrive + t**3 * end


def _moved(point: np.ndarray, x: float, y: float, z: float) -> np.ndarray:
    return point + np.array([x, y, z])


def _foot(wall: Wall, height: float) -> np.ndarray:
    x, _, z = inner_edge(wall)
    return np.array([x, height, z])


def _floor(source: Wall, target: Wall) -> np.ndarray:
    """Along the edge of the path, crossing it on the ground where the walls stand on different sides."""
    start, end = _foot(source, FLOOR), _foot(target, FLOOR)
    reach = np.array([0.0, 0.0, 0.5 * (end[2] - start[2])])
    return bezier(start, start + reach, end - reach, end)


def _arc(source: Wall, target: Wall, span: int) -> np.ndarray:
    """From the top of one wall over the others to the top of the next; longer ones rise higher."""
    start, end = _foot(source, _top(source)), _foot(target, _top(target))
    height = min(ARC_HIGH, ARC_LOW + 0.08 * span)
    lift = (height - np.array([start[1], end[1]])) * 4 / 3
    run = 0.3 * (end[2] - start[2])
    return bezier(start, _moved(start, 0, lift[0], run), _moved(end, 0, lift[1], -run), end)


def _bus(source: Wall, target: Wall) -> np.ndarray:
    """Down to the rail along the path's edge on the target's side, and along it."""
    start, end = _foot(source, FLOOR), _foot(target, FLOOR)
    rail = np.sign(end[0]) * (PATH_HALF_WIDTH - 0.12)
    joined = np.array([rail, FLOOR, start[2] + 0.35 * max(-3.0, end[2] - start[2])])
    leave = bezier(start, _moved(start, 0, 0, -0.5), _moved(joined, 0, 0, 0.5), joined, STEPS // 2)
    left = np.array([rail, FLOOR, end[2] + min(0.8, 0.3 * (start[2] - end[2]))])
    arrive = bezier(left, _moved(left, 0, 0, -0.4), _moved(end, 0, 0, 0.4), end, STEPS // 3)
    return np.concatenate([leave, arrive])


def _top(wall: Wall) -> float:
    return wall.pose.position[1] + wall.height / 2
