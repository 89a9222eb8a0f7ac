"""Which part of the network's input a value of one of its tensors depends on, from the full graph alone.

A part of a tensor is a range of indices for each of its axes. It is followed backward, operation by operation, until
it reaches the inputs; where ways meet, the smallest ranges that hold both count. How each operation reads its sources
is in field_rules.py. What it cannot tell reads everything, and the field says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vrcnn.network.field_rules import Reading, Region, rule, whole
from vrcnn.network.graph import Graph, Node

__all__ = ["Field", "ReceptiveFields", "Region", "whole"]


@dataclass(frozen=True)
class Field:
    """Rows `top` to `bottom` and columns `left` to `right` (both exclusive) of an input of `height` x `width` px.

    `unknown` is the operation of which is not known what it reads, so that the whole input counts; "" where all is
    known. A signal is one row.
    """

    top: int
    bottom: int
    left: int
    right: int
    height: int
    width: int
    unknown: str = ""

    @property
    def whole(self) -> bool:
        """Whether nothing of the input is left out."""
        return (self.bottom - self.top, self.right - self.left) == (self.height, self.width)


class ReceptiveFields:
    """The fields of one full graph. Asking for one takes time linear in the nodes before it."""

    def __init__(self, graph: Graph) -> None:
        self._nodes = graph.nodes
        sources: list[list[int]] = [[] for _ in graph.nodes]
        for edge in graph.edges:
            sources[edge.target].append(edge.source)
        depends = [node.family == "input" for node in graph.nodes]
        self._reads: list[tuple[bool, list[tuple[int, Reading | None]]]] = []  # of each node what it has from the input
        for node in graph.nodes:
            read = sources[node.index]
            known, readings = rule(node, [graph.nodes[source] for source in read])
            depends[node.index] |= any(depends[source] for source in read)
            kept = [(source, each) for source, each in zip(read, readings, strict=True) if depends[source]]
            self._reads.append((known or not kept, kept))
        self._picture = next((node for node in graph.nodes if _is_picture(node)), None)

    @property
    def any_picture(self) -> bool:
        """Whether an input is a picture, or a signal, so that anything has a field in it."""
        return self._picture is not None

    def of(self, node: int, region: Region) -> Field | None:
        """What a part of the tensor of `node` depends on; None where that is nothing, or no input is a picture."""
        picture = self._picture
        if picture is None or len(region) != len(self._nodes[node].shape):
            return None
        regions: list[Region | None] = [None] * (node + 1)
        regions[node] = region
        unknown = ""
        for index in range(node, picture.index, -1):
            here = regions[index]
            if here is None:
                continue
            known, reads = self._reads[index]
            if not known:
                unknown = unknown or self._nodes[index].operation
            for source, reading in reads:
                there = here if reading is None else reading(here)
                if there is not None:
                    former = regions[source]
                    regions[source] = there if former is None or former is there else _joined(former, there)
        found = regions[picture.index] if picture.index <= node else None
        return None if found is None else _field(picture, found, unknown)


def _is_picture(node: Node) -> bool:
    return node.family == "input" and len(node.shape) > 2 and ("H" in node.axes or "L" in node.axes)


def _joined(former: Region, later: Region) -> Region:
    """The least region that holds both; mostly that is the later one, as fields grow on their way back."""
    for (low, high), (first, last) in zip(former, later, strict=True):
        if low < first or high > last:
            return tuple((min(a, c), max(b, d)) for (a, b), (c, d) in zip(former, later, strict=True))
    return later


def _field(picture: Node, region: Sequence[tuple[int, int]], unknown: str) -> Field:
    axes, shape = picture.axes, picture.shape
    rows, columns = axes.find("H"), axes.find("W") if "H" in axes else axes.find("L")
    top, bottom = (0, 0) if rows < 0 else region[rows]
    left, right = region[columns]
    return Field(top, bottom + 1, left, right + 1, 1 if rows < 0 else shape[rows], shape[columns], unknown)
