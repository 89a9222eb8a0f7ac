"""Small graphs for the scene's tests, written down by hand: a chain, a residual block, four branches, a dense block."""

from vrcnn.network.graph import Edge, Graph, Group, Node


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
