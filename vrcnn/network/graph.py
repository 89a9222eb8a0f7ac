"""The computational graph as plain data: nodes, edges and groups. No torch; everything fits into JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

FAMILIES = (
    "input",
    "convolution",
    "normalization",
    "activation",
    "pooling",
    "linear",
    "merge",  # add, cat, mul: several tensors become one
    "resample",
    "attention",
    "shape",  # flatten, permute, getitem: the same numbers in another order
    "other",
    "output",
)


@dataclass(frozen=True)
class Marks:
    """What the developer said of a node with vrcnn.probe, hide, label and position; the defaults say nothing.

    Attributes:
        title: what to call it instead of its name.
        probed: it is to be shown at every detail but "blocks", on its own.
        hidden: it is not to be shown at any detail but "all".
        channels: names of its first channels.
        depth, lane: where it stands along the path (0 at the entrance) and beside it (0 on the trunk).
        after: names or titles of the nodes that it follows, instead of the ones that it reads.
    """

    title: str = ""
    probed: bool = False
    hidden: bool = False
    channels: tuple[str, ...] = ()
    depth: int | None = None
    lane: int | None = None
    after: tuple[str, ...] = ()


UNMARKED = Marks()


@dataclass(frozen=True)
class Window:
    """How a convolution or a pool slides over its space: a number for each axis of it, the last one's last.

    `padding` is what stands before the first value. `transposed` windows spread a value instead of gathering some.
    `edges` says what the padding holds: "zeros", "reflect", "replicate" or "circular".
    """

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[int, ...]
    dilation: tuple[int, ...]
    transposed: bool = False
    edges: str = "zeros"


@dataclass(frozen=True)
class Node:
    """One operation of the forward pass and the tensor that it produced.

    Attributes:
        index: position in the order of execution; the node's identity within its graph.
        name: what people call it: the module's path ("layer1.0.conv1"), or for a functional op the path of
            the module that called it plus the op ("layer1.0.add"). Unique: a second call gets "@2".
        operation: "Conv2d", "add", "cat", "input", ...
        family: one of FAMILIES.
        module: path of the enclosing module, "" for the network itself.
        shape: shape of the produced tensor, the batch first.
        call: the how-manieth call of the same module this is, from 0.
        parameters: number of parameters that belong to this node alone.
        members: in a reduced graph, the indices (of the full graph) of the nodes that this one stands for, in
            order; the last is the one whose tensor is shown. Empty in a full graph.
        operations: in a reduced graph, the operations of the members, such as ("Conv2d", "BatchNorm2d", "ReLU").
        port: which tensor of the call this is, from 0, where a call has several: those that it returned; of an
            "opaque" node, the arguments of the operation that first read it; of an input, all input tensors.
        layer: path of the module whose call this is; "" for a functional operation.
        settings: what it was told besides tensors, such as "3, 64, kernel_size=(7, 7)" or "dim=1"; at most 200 letters.
        line: the user's line that called it, as "file:number"; "" where no line of a file did.
        axes: what the axes of `shape` mean, a letter each (network/axes.py): "NCHW", "NLC", ...; "" when unknown.
        grid: (rows, columns) in which the last rows * columns of the tokens "L" lie; None where they have no places.
        marks: what the developer said of it.
        window: of a convolution, a pool or a padding, how it slides; None of everything else.
    """

    index: int
    name: str
    operation: str
    family: str
    module: str
    shape: tuple[int, ...]
    call: int = 0
    parameters: int = 0
    members: tuple[int, ...] = ()
    operations: tuple[str, ...] = ()
    port: int = 0
    layer: str = ""
    settings: str = ""
    line: str = ""
    axes: str = ""
    grid: tuple[int, int] | None = None
    marks: Marks = UNMARKED
    window: Window | None = None

    @property
    def title(self) -> str:
        """What people call it: the developer's word for it, else its name."""
        return self.marks.title or self.name


@dataclass(frozen=True)
class Edge:
    """Data flows from the tensor of node `source` into node `target` (both are Node.index)."""

    source: int
    target: int


@dataclass(frozen=True)
class Group:
    """A module that has children: a stage or a block. `nodes` holds the indices of all nodes inside it.

    `kind` is the class's name, such as "Bottleneck"; `title` what the developer calls it with vrcnn.group, which makes
    it a room of its own; "" without.
    """

    path: str
    kind: str
    nodes: tuple[int, ...]
    title: str = ""


@dataclass(frozen=True)
class Run:
    """Blocks of the same structure and shapes, one behind the other: "×12". Only reduced graphs have runs.

    Attributes:
        path: path of the first block; the run's identity.
        kind: the blocks' class, such as "Bottleneck".
        blocks: paths of all blocks, in order.
        folded: whether only the last block is shown, standing for all.
        nodes: the shown nodes in its blocks.
    """

    path: str
    kind: str
    blocks: tuple[str, ...]
    folded: bool
    nodes: tuple[int, ...]


@dataclass(frozen=True)
class Graph:
    """What one forward pass did. Node.index is its position in `nodes` for a full graph and for a reduced one.

    `outputs` holds the indices of the nodes whose tensors the network returned (in a reduced graph: that stand for
    them), in order; they need no nodes of their own. `parameters` counts the numbers in all parameters that the pass
    used, also at nodes that a reduced graph does not show.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    groups: tuple[Group, ...] = field(default=())
    outputs: tuple[int, ...] = field(default=())
    runs: tuple[Run, ...] = field(default=())
    parameters: int = 0

    def sources(self, index: int) -> tuple[int, ...]:
        """Indices of the nodes whose tensors node `index` reads, in the order of its arguments."""
        return tuple(edge.source for edge in self.edges if edge.target == index)

    def targets(self, index: int) -> tuple[int, ...]:
        """Indices of the nodes that read the tensor of node `index`."""
        return tuple(edge.target for edge in self.edges if edge.source == index)


def channel_names(node: Node, graph: Graph, labels: Sequence[str], channels: int) -> tuple[str, ...]:
    """The names of a shown node's channels: the developer's, or of an answer of so many `channels` those of the
    classes; empty without."""
    if node.marks.channels:
        return node.marks.channels
    return tuple(labels) if node.index in graph.outputs and len(labels) == channels else ()
