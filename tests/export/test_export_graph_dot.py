"""The Graphviz form of a graph keeps to the language whatever the names are, and `dot` draws it where it is there."""

import re
import shutil
import subprocess

import pytest
from written_graphs import long_names, odd, small

from vrcnn.export.graph_dot import as_dot
from vrcnn.export.graph_words import Described
from vrcnn.network.graph import FAMILIES, Edge, Graph, Node
from vrcnn.network.scope import Scope

TOKEN = re.compile(r'\s*(?:("(?:[^"\\\n]|\\[^\n])*")|([A-Za-z_]\w*|\d+(?:\.\d+)?)|(->|[{}\[\];=,]))')
ALL = [small(), odd(), long_names(), Described("None", Graph((), ()), Graph((), ()), Scope())]


def tokens(text: str) -> list[str]:
    """The words of the language: quoted texts, names and signs. Fails on anything else."""
    found, place = [], 0
    while place < len(text.rstrip()):
        match = TOKEN.match(text, place)
        assert match, f"no word of the language: {text[place : place + 40]!r}"
        found.append(next(part for part in match.groups() if part is not None))
        place = match.end()
    return found


def boxes(text: str) -> dict[str, str]:
    """The label of each box as it is shown, by the box's identity."""
    found = re.findall(r'^ *(n\d+) \[label="((?:[^"\\]|\\.)*)"', text, re.MULTILINE)
    shown = {r"\"": '"', r"\\": "\\", r"\n": "\n"}
    return {name: re.sub(r"\\.", lambda part: shown[part[0]], label) for name, label in found}


@pytest.mark.parametrize("described", ALL, ids=lambda described: described.scope.detail + described.name[:2])
def test_every_word_is_one_of_the_language_and_every_bracket_closes(described):
    words = tokens(as_dot(described))
    assert words[0] == "digraph"
    for opening, closing in ("{}", "[]"):
        depth = 0
        for word in words:
            depth += (word == opening) - (word == closing)
            assert depth >= 0
        assert depth == 0


def test_boxes_tell_name_operations_and_shape():
    shown = boxes(as_dot(small()))
    assert shown["n0"] == "input\n1×3×8×8"
    assert shown["n1"] == "stem\nConv2d, BatchNorm2d\n1×4×8×8"
    assert shown["n2"] == "conv\nConv2d\n1×4×8×8", "below its clusters' names"
    assert shown["n4"] == "Answer\nLinear\n1×2"


def test_names_with_marks_and_backslashes_are_shown_as_they_are():
    shown = boxes(as_dot(odd()))
    assert shown["n0"].startswith('a "b" \\ c\\\n')
    assert shown["n1"].startswith('größe\n2 ☃; -> [x] {y} <b>\nsay "hi"\n')


def test_modules_are_clusters_inside_of_clusters_and_a_folded_run_tells_how_many():
    text = as_dot(small())
    outer, inner = text.index('subgraph "cluster_blocks" {'), text.index('subgraph "cluster_blocks.1" {')
    assert outer < inner < text.index("n2 [") < text.index("n3 [") < text.index("}", inner)
    assert 'label="Body (Sequential)"' in text
    assert 'label="1 (Block) ×2"' in text
    assert text.index("n4 [") < outer, "the head is outside"


def test_every_edge_is_an_arrow():
    arrows = re.findall(r"^  n(\d+) -> n(\d+);$", as_dot(small()), re.MULTILINE)
    assert {(int(source), int(target)) for source, target in arrows} == {(0, 1), (1, 2), (1, 3), (2, 3), (3, 4)}


def test_every_family_has_a_colour_and_outputs_a_second_frame():
    nodes = tuple(Node(index, family, family, family, "", (1, 2)) for index, family in enumerate(FAMILIES))
    graph = Graph(nodes, (Edge(0, 1),), (), (3,))
    text = as_dot(Described("Families", graph, graph, Scope()))
    assert len(re.findall(r'fillcolor="#[0-9a-f]{6}"', text)) == len(FAMILIES)
    assert [line.split()[0] for line in text.splitlines() if "peripheries" in line] == ["n3"]


@pytest.mark.skipif(shutil.which("dot") is None, reason="there is no `dot` to draw with: apt-get install graphviz")
@pytest.mark.parametrize("described", ALL, ids=lambda described: described.scope.detail + described.name[:2])
def test_dot_draws_it_without_a_word_of_complaint(described):
    text = as_dot(described)
    drawn = subprocess.run(["dot", "-Tsvg"], input=text.encode(), capture_output=True, check=True)
    assert drawn.stderr == b""
    svg = drawn.stdout.decode()
    assert svg.count('class="node"') == len(described.graph.nodes)
    assert svg.count('class="edge"') == len(described.graph.edges)
