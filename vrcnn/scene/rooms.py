"""Rooms: the floor plates of the groups that a visitor thinks of as stages and blocks."""

from __future__ import annotations

from vrcnn.network.graph import Graph, Group
from vrcnn.scene.corridor import PATH_HALF_WIDTH, inner_edge
from vrcnn.scene.geometry import Pose
from vrcnn.scene.world import Plate, Wall

MARGIN = 0.45  # m of plate before its first and behind its last wall
OVERHANG = 0.5  # m beyond the outermost wall
DOMINANT = 0.5  # a group with more than this share of all layers is no room but the house


def rooms(graph: Graph) -> list[Group]:
    """The groups that divide the network: its stages, or the blocks of a stage that holds most of it.

    A group that holds more than half of all layers is replaced by its own children, until none does.
    """
    children: dict[str, list[Group]] = {}
    known = {group.path for group in graph.groups}
    for group in graph.groups:
        children.setdefault(_parent(group.path, known), []).append(group)
    chosen = [group for group in children.get("", []) if group.path]
    total = max(1, len(graph.nodes))
    while any(_is_house(group, children, total) for group in chosen):
        chosen = [
            part
            for group in chosen
            for part in (children[group.path] if _is_house(group, children, total) else [group])
        ]
    return [group for group in chosen if len(group.nodes) > 1]


def build_plates(graph: Graph, walls: list[Wall]) -> list[Plate]:
    """A plate for every room, none overlapping another."""
    wall_of = {wall.node: wall for wall in walls}
    plates: list[Plate] = []
    nearest_free = float("inf")
    for group in rooms(graph):
        inside = [wall_of[node] for node in group.nodes if node in wall_of]
        if not inside:
            continue
        front = max(inner_edge(wall)[2] for wall in inside) + MARGIN
        back = min(inner_edge(wall)[2] for wall in inside) - MARGIN
        front = min(front, nearest_free)
        if front - back < 2 * MARGIN:
            continue
        half = max(abs(wall.pose.position[0]) + wall.width / 2 * 0.65 for wall in inside) + OVERHANG
        half = max(half, PATH_HALF_WIDTH + OVERHANG)
        plates.append(Plate(group.path, group.kind, Pose((0.0, 0.0, (front + back) / 2)), (2 * half, front - back)))
        nearest_free = back - 0.04
    return plates


def _is_house(group: Group, children: dict[str, list[Group]], total: int) -> bool:
    return len(group.nodes) > DOMINANT * total and bool(children.get(group.path))


def _parent(path: str, known: set[str]) -> str:
    """The nearest enclosing group that exists; "" for the network itself."""
    while path:
        path = path.rpartition(".")[0]
        if path in known:
            return path
    return ""
