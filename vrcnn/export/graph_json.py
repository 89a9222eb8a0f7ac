"""A graph as JSON; docs/capture.md explains every key."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from vrcnn import __version__
from vrcnn.export.graph_words import Described
from vrcnn.network.graph import Marks, Node


def as_json(described: Described) -> str:
    """The graph as one JSON object, in ASCII, a line for each node, edge and group, keys always in the same order."""
    graph = described.graph
    names = [node.name for node in described.full.nodes]
    said: dict[str, Any] = {
        "vrcnn": __version__,
        "network": described.name,
        "input": {node.name: list(node.shape) for node in described.inputs},
        "detail": described.scope.detail,
        "fold": described.scope.fold,
        "nodes": [_node(node, names) for node in graph.nodes],
        "edges": [[edge.source, edge.target] for edge in graph.edges],
        "groups": [
            {"path": group.path, "kind": group.kind, "title": group.title, "nodes": list(group.nodes)}
            for group in graph.groups
        ],
        "runs": [
            {
                "path": run.path,
                "kind": run.kind,
                "blocks": list(run.blocks),
                "folded": run.folded,
                "nodes": list(run.nodes),
            }
            for run in graph.runs
        ],
        "outputs": list(graph.outputs),
        "parameters": described.parameters,
    }
    return "{\n" + ",\n".join(f" {_written(key)}: {_value(value)}" for key, value in said.items()) + "\n}\n"


def _node(node: Node, names: list[str]) -> dict[str, Any]:
    said = {
        "index": node.index,
        "name": node.name,
        "title": node.title,
        "operation": node.operation,
        "family": node.family,
        "layer": node.layer,
        "module": node.module,
        "shape": list(node.shape),
        "axes": node.axes,
        "grid": None if node.grid is None else list(node.grid),
        "parameters": node.parameters,
        "settings": node.settings,
        "line": node.line,
        "operations": list(node.operations or (node.operation,)),
        "members": [names[member] for member in node.members] or [node.name],
    }
    if node.window is not None:
        said["window"] = asdict(node.window)
    return said | _marks(node.marks)


def _marks(marks: Marks) -> dict[str, Any]:
    """What the developer said beside the title, as far as it was."""
    said: dict[str, Any] = {}
    if marks.probed:
        said["probed"] = True
    if marks.hidden:
        said["hidden"] = True
    if marks.channels:
        said["channels"] = list(marks.channels)
    if marks.depth is not None:
        said["position"] = [marks.depth, marks.lane or 0]
    if marks.after:
        said["after"] = list(marks.after)
    return said


def _value(value: Any) -> str:
    if not isinstance(value, list) or not value:
        return _written(value)
    return "[\n" + ",\n".join(f"  {_written(item)}" for item in value) + "\n ]"


def _written(value: Any) -> str:
    return json.dumps(value, allow_nan=False)
