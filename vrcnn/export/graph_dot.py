"""A graph in the language of Graphviz: a box for each node, nested clusters for the modules, an arrow for each edge.

The boxes have the colours of the walls, lightened for paper. The language: https://graphviz.org/doc/info/lang.html.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from vrcnn.export.graph_words import Described, below, homes, repeats, told_operations, told_shape
from vrcnn.network.graph import Group, Node
from vrcnn.scene.theme import DARK, Colour

PAPER = 0.82  # how much of a family's colour gives way to white
LETTERS = 60  # in one line of a box


@dataclass
class _Cluster:
    """A group with its nodes and the groups inside it; the network itself has no group."""

    group: Group | None = None
    nodes: list[Node] = field(default_factory=list)
    inside: dict[str, _Cluster] = field(default_factory=dict)


def as_dot(described: Described) -> str:
    """The graph as the text of a .dot file, for `dot -Tsvg`. Names may hold any letters."""
    graph = described.graph
    root = _Cluster()
    for node, groups in zip(graph.nodes, homes(graph), strict=True):
        cluster = root
        for group in groups:
            cluster = cluster.inside.setdefault(group.path, _Cluster(group))
        cluster.nodes.append(node)
    lines = [
        f"digraph {_quoted(described.name)} {{",
        f"  graph [label={_quoted(described.name)}, labelloc=t, rankdir=TB, compound=true, "
        'fontname="Helvetica", fontsize=11, color="#9aa5b5", fontcolor="#3a4250"];',
        '  node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=10, fontcolor="#11141a"];',
        f"  edge [color={_quoted(_hex(DARK['edge']))}, arrowsize=0.7];",
    ]
    lines += _written(root, described, repeats(graph), "  ")
    lines += [f"  n{edge.source} -> n{edge.target};" for edge in graph.edges]
    return "\n".join([*lines, "}"]) + "\n"


def _written(cluster: _Cluster, described: Described, told: dict[str, str], indent: str) -> Iterator[str]:
    for node in cluster.nodes:
        yield indent + _box(node, cluster.group, node.index in described.graph.outputs, told.get(node.name, ""))
    for path, inner in cluster.inside.items():
        assert inner.group is not None
        name = inner.group.title or below(path, cluster.group)
        label = " ".join(part for part in (name, f"({inner.group.kind})", told.get(path, "")) if part)
        yield f"{indent}subgraph {_quoted(f'cluster_{path}')} {{"
        yield f"{indent}  label={_quoted(label)};"
        yield f"{indent}  tooltip={_quoted(path)};"
        yield from _written(inner, described, told, indent + "  ")
        yield f"{indent}}}"


def _box(node: Node, group: Group | None, output: bool, told: str) -> str:
    name = node.marks.title or below(node.name, group)
    operations = told_operations(node)
    texts = [f"{name} {told}".strip(), *([operations] if operations != name else []), told_shape(node.shape)]
    colour = DARK[node.family]
    attributes = {
        "label": _escaped("\n".join(text if len(text) <= LETTERS else text[: LETTERS - 1] + "…" for text in texts)),
        "tooltip": _escaped("\n".join(part for part in (node.name, node.settings, node.line) if part)),
        "color": _hex(_darker(colour)),
        "fillcolor": _hex(_on_paper(colour)),
    }
    if output:
        attributes["peripheries"] = "2"
    if node.marks.probed:
        attributes["penwidth"] = "2.5"
    listed = ", ".join(f'{key}="{value}"' for key, value in attributes.items())
    return f"n{node.index} [{listed}];"


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    r"""For inside of quotation marks: backslashes and marks escaped, line ends as \n, no other control characters."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return "".join(letter if letter.isprintable() else " " for letter in escaped)


def _on_paper(colour: Colour) -> Colour:
    red, green, blue = (part + (1 - part) * PAPER for part in colour)
    return red, green, blue


def _darker(colour: Colour) -> Colour:
    red, green, blue = (part * 0.75 for part in colour)
    return red, green, blue


def _hex(colour: Colour) -> str:
    return "#" + "".join(f"{round(255 * part):02x}" for part in colour)
