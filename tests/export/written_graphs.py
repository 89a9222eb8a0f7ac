"""Small graphs for the tests of what is written to disk: a folded run of blocks, odd names, marks and a side branch."""

from pathlib import Path

from vrcnn.export.graph_words import Described
from vrcnn.network.graph import Edge, Graph, Group, Marks, Node, Run
from vrcnn.network.scope import Scope

FOLDER = Path("project").absolute()
ODD = 'a "b" \\ c\\'


def small() -> Described:
    """input -> stem -> two equal blocks, of which the last is shown as ×2 -> head, which has a title and channels."""
    line = f"{FOLDER / 'net.py'}:7"
    full = (
        Node(0, "input", "input", "input", "", (1, 3, 8, 8)),
        Node(1, "stem", "Conv2d", "convolution", "", (1, 4, 8, 8), 0, 112, layer="stem", settings="3, 4", line=line),
        Node(2, "stem_norm", "BatchNorm2d", "normalization", "", (1, 4, 8, 8), 0, 8),
        Node(3, "blocks.0.conv", "Conv2d", "convolution", "blocks.0", (1, 4, 8, 8), 0, 148),
        Node(4, "blocks.0.add", "add", "merge", "blocks.0", (1, 4, 8, 8)),
        Node(5, "blocks.1.conv", "Conv2d", "convolution", "blocks.1", (1, 4, 8, 8), 0, 148),
        Node(6, "blocks.1.add", "add", "merge", "blocks.1", (1, 4, 8, 8)),
        Node(7, "head", "Linear", "linear", "", (1, 2), 0, 10, line="elsewhere/other.py:12"),
    )
    edges = ((0, 1), (1, 2), (2, 3), (2, 4), (3, 4), (4, 5), (4, 6), (5, 6), (6, 7))
    marks = Marks(title="Answer", probed=True, channels=("cat", "dog"), depth=4, lane=1, after=("stem",))
    shown = (
        Node(0, "input", "input", "input", "", (1, 3, 8, 8), members=(0,), operations=("input",), axes="NCHW"),
        Node(
            1, "stem", "Conv2d", "convolution", "", (1, 4, 8, 8), 0, 120, (1, 2), ("Conv2d", "BatchNorm2d"), line=line
        ),
        Node(2, "blocks.1.conv", "Conv2d", "convolution", "blocks.1", (1, 4, 8, 8), 0, 148, (5,), ("Conv2d",)),
        Node(3, "blocks.1.add", "add", "merge", "blocks.1", (1, 4, 8, 8), 0, 0, (6,), ("add",)),
        Node(4, "head", "Linear", "linear", "", (1, 2), 0, 10, (7,), line="elsewhere/other.py:12", marks=marks),
    )
    graph = Graph(
        shown,
        (Edge(0, 1), Edge(1, 2), Edge(1, 3), Edge(2, 3), Edge(3, 4)),
        (Group("blocks", "Sequential", (2, 3), "Body"), Group("blocks.1", "Block", (2, 3))),
        (4,),
        (Run("blocks.0", "Block", ("blocks.0", "blocks.1"), True, (2, 3)),),
    )
    parameters = sum(node.parameters for node in full)
    whole = Graph(full, tuple(Edge(*each) for each in edges), (), (7,), parameters=parameters)
    return Described("Small", whole, graph, Scope("layers"))


def odd() -> Described:
    """Two nodes whose names hold what a language may stumble over: quotation marks, backslashes, line ends, ×."""
    nodes = (
        Node(0, ODD, "input", "input", "", ()),
        Node(1, "größe\n2 \N{SNOWMAN}; -> [x] {y} <b>", 'say "hi"', "other", "", (1, 2), settings="sep='\\n'"),
    )
    graph = Graph(nodes, (Edge(0, 1),), (Group(ODD, 'K"', (0, 1), "</TABLE>"),), (1,))
    return Described(f"{ODD}\n", graph, graph, Scope("all"))


def long_names(count: int = 30) -> Described:
    """A deep module with names, shapes, settings and lines that no terminal has room for."""
    path = ".".join(f"part{number}" for number in range(12))
    nodes = tuple(
        Node(
            index,
            f"{path}.layer_with_a_rather_long_name_{index}",
            "Conv2d",
            "convolution",
            path,
            (1, 123456, 123456, 123456),
            0,
            10**10 + index,
            operations=tuple(f"Operation{number}" for number in range(9)),
            line=f"{FOLDER / 'deep' / 'in' / 'some' / 'folder' / 'of_a_large_project' / 'network.py'}:{1000 + index}",
        )
        for index in range(count)
    )
    groups = tuple(
        Group(".".join(path.split(".")[:depth]), "Module", tuple(range(count)), "") for depth in range(1, 13)
    )
    graph = Graph(nodes, tuple(Edge(index, index + 1) for index in range(count - 1)), groups, (count - 1,))
    return Described("Long", graph, graph, Scope("all"))
