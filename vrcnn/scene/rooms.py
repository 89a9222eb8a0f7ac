"""Rooms: the groups that a visitor thinks of as stages and blocks, and what they are called."""

from __future__ import annotations

from vrcnn.network.graph import Graph, Group, Run
from vrcnn.scene.titles import block_range

DOMINANT = 0.5  # a group with more than this share of all layers is no room but the house


def rooms(graph: Graph) -> list[Group]:
    """The groups that divide the network: its stages, or the blocks of a stage that holds most of it.

    A group that holds more than half of all layers is replaced by its own children, until none does. A group that the
    developer has named is a room, in place of those that hold it.
    """
    children: dict[str, list[Group]] = {}
    known = {group.path for group in graph.groups}
    for group in graph.groups:
        children.setdefault(_parent(group.path, known), []).append(group)
    chosen = [group for group in children.get("", []) if group.path]
    total = max(1, len(graph.nodes))
    named = _enclosing({group.path for group in graph.groups if group.title}, known)
    while any(_is_house(group, children, total, named) for group in chosen):
        chosen = [
            part
            for group in chosen
            for part in (children[group.path] if _is_house(group, children, total, named) else [group])
        ]
    return [group for group in chosen if len(group.nodes) > 1 or group.title]


def inner_rooms(group: Group, graph: Graph) -> list[Group]:
    """The rooms within a room: the groups that it is made of, where it is made of several."""
    known = {other.path for other in graph.groups}
    parts = [other for other in graph.groups if _parent(other.path, known) == group.path and len(other.nodes) > 1]
    return parts if len(parts) > 1 else []


def room_title(group: Group, graph: Graph, run: Run | None = None, alone: bool = False) -> str:
    """What stands on a room's gate: the developer's names for it and for what holds it, else the end of its path.

    A folded `run` stands for the range of its blocks. What holds a room `alone` is told elsewhere.
    """
    outside = () if alone else graph.groups
    names = [outer.title for outer in outside if outer.title and group.path.startswith(f"{outer.path}.")]
    own = group.title or room_name(block_range(run) if run else group.path)
    return " › ".join([*names, own])


def room_name(path: str) -> str:
    """What a room is called on its sign: the end of its path from the last word that is no number on.

    "features.denseblock2" is denseblock2, "layer1.0" is layer1.0.
    """
    parts = path.split(".")
    first = max((place for place, part in enumerate(parts) if not part[:1].isdigit()), default=0)
    return ".".join(parts[first:])


def _enclosing(paths: set[str], known: set[str]) -> set[str]:
    """All groups around these; empty paths are the network itself."""
    found: set[str] = set()
    for path in paths:
        while path := _parent(path, known):
            found.add(path)
    return found


def _is_house(group: Group, children: dict[str, list[Group]], total: int, opened: set[str]) -> bool:
    """Whether a group is opened to its children: it holds a room that was named, or most of a network."""
    if group.path in opened:
        return True
    return not group.title and len(group.nodes) > DOMINANT * total and bool(children.get(group.path))


def _parent(path: str, known: set[str]) -> str:
    """The nearest enclosing group that exists; "" for the network itself."""
    while path:
        path = path.rpartition(".")[0]
        if path in known:
            return path
    return ""
