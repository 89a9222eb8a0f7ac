"""What the written forms of a graph share: what is described, where each node is at home, and how things are told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from vrcnn.network.graph import Graph, Group, Node
from vrcnn.network.scope import Scope


@dataclass(frozen=True)
class Described:
    """A network's graph that is to be written down.

    Attributes:
        name: what people call the network.
        full: every operation of the pass.
        graph: the nodes that are shown.
        scope: why these.
    """

    name: str
    full: Graph
    graph: Graph
    scope: Scope

    @property
    def inputs(self) -> tuple[Node, ...]:
        """The tensors that the network was given."""
        return tuple(node for node in self.full.nodes if node.family == "input")

    @property
    def parameters(self) -> int:
        """Numbers in all parameters that the pass used, of nodes that are not shown too."""
        return self.full.parameters


def homes(graph: Graph) -> list[tuple[Group, ...]]:
    """For each node the groups that it is in, the outermost first.

    A group that holds a single node tells nothing that the node does not, and is left out, unless it has a title and
    the node is only a part of it.
    """
    found: list[list[Group]] = [[] for _ in graph.nodes]
    for group in sorted(graph.groups, key=lambda each: len(each.path)):
        whole = len(group.nodes) == 1 and graph.nodes[group.nodes[0]].name == group.path
        if whole or (len(group.nodes) < 2 and not group.title):
            continue
        for index in group.nodes:
            around = found[index]
            if not around or group.path.startswith(around[-1].path + "."):
                around.append(group)
    return [tuple(groups) for groups in found]


def repeats(graph: Graph) -> dict[str, str]:
    """What is said of a block that stands in a run, by the block's path: "×12", or for the first of an open run
    "first of 12"."""
    told: dict[str, str] = {}
    for run in graph.runs:
        if run.folded:
            told.update(dict.fromkeys(run.blocks, f"×{len(run.blocks)}"))
        else:
            told[run.path] = f"first of {len(run.blocks)}"
    return told


def below(path: str, group: Group | None) -> str:
    """A path as it reads inside a group: "conv1" for "layer1.0.conv1" in "layer1.0"."""
    return path.removeprefix(f"{group.path}.") if group else path


def told_operations(node: Node) -> str:
    """ "Conv2d, BatchNorm2d, ReLU"; of a block, its class and what is in it: "Bottleneck: Conv2d ×3, add"."""
    operations = node.operations or (node.operation,)
    counts = Counter(operations)
    listed = ", ".join(name if count == 1 else f"{name} ×{count}" for name, count in counts.items())
    return listed if node.operation in counts else f"{node.operation}: {listed}"


def told_shape(shape: Sequence[int]) -> str:
    """ "1×64×112×112"; "scalar" for a tensor of no axes."""
    return "×".join(map(str, shape)) or "scalar"


def shortened(text: str, width: int) -> str:
    """The text, with "…" for its middle where it is longer than `width`; its end tells more than its middle."""
    if len(text) <= width:
        return text
    end = width // 2
    return text[: width - end - 1] + "…" + text[len(text) - end :]
