"""Finds layers by their names: which node shows one, and which scope would, where a folded run hides it."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import replace

from vrcnn.errors import UserError
from vrcnn.network.detail import reduce
from vrcnn.network.graph import Graph, Node, Run
from vrcnn.network.scope import Scope


def scope_showing(name: str, full: Graph, scope: Scope) -> Scope:
    """The scope with every run opened that hides the layer of this name or title in the `full` graph.

    Raises UserError when there is no such layer, or none at this detail.
    """
    graph = reduce(full, scope)
    while node_showing(name, full, graph) is None:
        hiding = next((run for run in graph.runs if run.folded and _has(run, name, full)), None)
        if hiding is None:
            raise UserError(_unknown(name, full, graph, scope))
        scope = scope.with_toggled(hiding.path)
        graph = reduce(full, scope)
    return scope


def node_showing(name: str, full: Graph, graph: Graph) -> Node | None:
    """The shown node of this name or title, or the one that an operation of this name is a part of."""
    named = (node for node in graph.nodes if name in (node.name, node.title))
    meant = _meant(name, full)
    parts = (node for node in graph.nodes if not meant.isdisjoint(node.members))
    return next(named, next(parts, None))


def nodes_named(names: Sequence[str], full: Graph, scope: Scope) -> list[tuple[Graph, Node]]:
    """The nodes of these names or titles, each with the shown graph that it is in; runs that hide one are opened.

    Raises UserError, with a sentence for each name that is not there.
    """
    found, unknown = [], []
    for name in names:
        try:
            shown = reduce(full, scope_showing(name, full, scope))
        except UserError as error:
            unknown.append(str(error))
            continue
        node = node_showing(name, full, shown)
        assert node is not None, "scope_showing has found it"
        found.append((shown, node))
    if unknown:
        raise UserError("\n  ".join(unknown))
    return found


def unfolded(full: Graph, scope: Scope) -> Graph:
    """What the scope would show of the `full` graph if every run of equal blocks were open."""
    return reduce(full, replace(scope, fold="never", toggled=frozenset()))


def _meant(name: str, full: Graph) -> set[int]:
    return {node.index for node in full.nodes if name in (node.name, node.title)}


def _has(run: Run, name: str, full: Graph) -> bool:
    """Whether an operation of this name is in one of the run's blocks."""
    places = [f"{full.nodes[index].module}." for index in _meant(name, full)]
    places += [f"{full.nodes[index].name}." for index in _meant(name, full)]
    return any(place.startswith(f"{block}.") for block in run.blocks for place in places)


def _unknown(name: str, full: Graph, graph: Graph, scope: Scope) -> str:
    if _meant(name, full):
        return f'The layer "{name}" is not shown at --detail {scope.detail}: give --detail all.'
    names = list(dict.fromkeys(word for node in (*graph.nodes, *full.nodes) for word in (node.title, node.name)))
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.3) or names[:3]
    return f'There is no layer "{name}" in this network: did you mean {", ".join(near)}?'
