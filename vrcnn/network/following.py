"""What a probe's `after` names: the nodes that a tensor follows in the world, whatever the computation says."""

from __future__ import annotations

from vrcnn.network.graph import Graph


class Followed:
    """The nodes of a full graph by what the developer may call them: name, title, or a group's path or title."""

    def __init__(self, graph: Graph) -> None:
        self._called: dict[str, list[int]] = {}
        if not any(node.marks.after for node in graph.nodes):
            return
        for node in graph.nodes:
            for name in {node.name, node.title}:
                self._called.setdefault(name, []).append(node.index)
        for group in graph.groups:
            for name in {group.path, group.title} - {""}:
                self._called.setdefault(name, []).extend(group.nodes)

    def before(self, name: str, index: int) -> int | None:
        """The last node of this name that was there before node `index`; None without one."""
        return max((each for each in self._called.get(name, ()) if each < index), default=None)


def unknown_names(graph: Graph) -> list[tuple[str, str]]:
    """(title, name) of every marked node of a full graph that is to come `after` something that is not before it."""
    followed = Followed(graph)
    return [
        (node.title, name)
        for node in graph.nodes
        for name in node.marks.after
        if followed.before(name, node.index) is None
    ]
