"""Small graphs for the scene's tests, by hand: chains, a residual block, branches, equal blocks, volumes."""

from dataclasses import replace

from vrcnn.network.graph import Edge, Graph, Group, Marks, Node, Run


def node(index: int, name: str, shape=(1, 16, 8, 8), family="convolution", operation="Conv2d") -> Node:
    return Node(index, name, operation, family, name.rpartition(".")[0], shape, parameters=10)


def chain(length: int = 6) -> Graph:
    nodes = tuple(node(i, f"conv{i}") for i in range(length))
    return Graph(nodes, tuple(Edge(i, i + 1) for i in range(length - 1)))


def residual() -> Graph:
    """input -> a -> b -> add, with the input also going straight into the add."""
    nodes = (
        node(0, "input", (1, 3, 32, 32), "input", "input"),
        node(1, "block.a"),
        node(2, "block.b"),
        node(3, "block.add", family="merge", operation="add"),
        node(4, "head.pool", family="pooling", operation="AvgPool2d"),
        node(5, "head.fc", (1, 1000), "linear", "Linear"),
    )
    edges = (Edge(0, 1), Edge(1, 2), Edge(0, 3), Edge(2, 3), Edge(3, 4), Edge(4, 5))
    return Graph(nodes, edges, (Group("block", "Block", (1, 2, 3)), Group("head", "Head", (4, 5))))


def branches(count: int = 4) -> Graph:
    """One source, `count` parallel convolutions of two steps, one concat."""
    nodes = [node(0, "stem")]
    edges = []
    ends = []
    for branch in range(count):
        first, second = len(nodes), len(nodes) + 1
        nodes += [node(first, f"branch{branch}.a"), node(second, f"branch{branch}.b")]
        edges += [Edge(0, first), Edge(first, second)]
        ends.append(second)
    join = len(nodes)
    nodes.append(node(join, "cat", (1, 16 * count, 8, 8), "merge", "cat"))
    edges += [Edge(end, join) for end in ends]
    return Graph(tuple(nodes), tuple(edges))


def dense(layers: int = 8) -> Graph:
    """Every layer reads the one before; the last concat reads all."""
    nodes = [node(i, f"dense.{i}") for i in range(layers)] + [node(layers, "dense.cat", (1, 128, 8, 8), "merge", "cat")]
    edges = [Edge(i, i + 1) for i in range(layers - 1)] + [Edge(i, layers) for i in range(layers)]
    return Graph(tuple(nodes), tuple(edges))


def marked(length: int = 5, **marks_of_node: Marks) -> Graph:
    """A chain whose nodes "conv<i>" have these marks."""
    graph = chain(length)
    nodes = tuple(replace(node, marks=marks_of_node.get(node.name, node.marks)) for node in graph.nodes)
    return replace(graph, nodes=nodes)


def repeated(folded: bool = True) -> Graph:
    """A stem and three blocks "stage.0" to "stage.2" of two convolutions each; folded, only the last one is shown."""
    shown = (2,) if folded else (0, 1, 2)
    nodes = [node(0, "stem")]
    for block in shown:
        nodes += [node(len(nodes), f"stage.{block}.a"), node(len(nodes) + 1, f"stage.{block}.b")]
    inside = tuple(range(1, len(nodes)))
    blocks = tuple(f"stage.{block}" for block in range(3))
    groups = [Group("stage", "Sequential", inside)]
    groups += [Group(f"stage.{block}", "Block", (2 * n + 1, 2 * n + 2)) for n, block in enumerate(shown)]
    run = Run("stage.0", "Block", blocks, folded, inside)
    edges = tuple(Edge(i, i + 1) for i in range(len(nodes) - 1))
    return Graph(tuple(nodes), edges, tuple(groups), (len(nodes) - 1,), (run,))


def volumes(depth: int = 16) -> Graph:
    """Two layers of volumes, the second half as deep."""
    shapes = ((1, 2, depth, 8, 8), (1, 4, depth // 2, 8, 8))
    nodes = tuple(
        replace(node(i, f"conv{i}", shape, operation="Conv3d"), axes="NCDHW") for i, shape in enumerate(shapes)
    )
    return Graph(nodes, (Edge(0, 1),))
