"""What a question is about: the shown layer, its members in the pass, and where a pixel stands in their tensors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from vrcnn.errors import UserError
from vrcnn.inspection.exact import Exact, has_weights
from vrcnn.network.graph import Graph, Node
from vrcnn.network.map_reading import Reading, reading_of, shape_read
from vrcnn.network.map_tensors import batch_of_maps, maps_of

_MIXING = frozenset({"pooling", "resample", "attention", "convolution", "linear", "input", "merge"})
_ELEMENTWISE = frozenset({"add", "sub", "mul", "div"})


@dataclass(frozen=True)
class Subject:
    """A layer in the pass of an Exact.

    Attributes:
        node: the shown node, of the graph that the walls are of.
        tensor: the index of its tensor in that full graph; `index` the same in the pass.
        members: its members in the pass, in order.
        operation: the last of those with weights, None without; `kind` of it is told by Exact.weighted.
        reading: how its maps lie in its tensor.
    """

    node: Node
    tensor: int
    index: int
    members: tuple[int, ...]
    operation: int | None
    reading: Reading

    @property
    def channels(self) -> int:
        return shape_read(self.node.shape, self.reading)[0]

    @property
    def size(self) -> tuple[int, int]:
        """(rows, columns) of a map."""
        return shape_read(self.node.shape, self.reading)[1:]


def subject_of(tensor: int, full: Graph, shown: Graph, exact: Exact) -> Subject:
    """The layer that shows this tensor of the `full` graph. Raises UserError where it has no maps, or where the pass
    does not come past it.
    """
    node = next((each for each in shown.nodes if each.members and each.members[-1] == tensor), full.nodes[tensor])
    index = exact.node_of(full.nodes[tensor])
    if index is None:
        raise UserError(
            f'This picture takes another way through the network, which does not come past "{node.title}": choose a '
            "layer that it always comes past."
        )
    reading = reading_of(node)
    if reading is None:
        raise UserError(f'"{node.title}" has no feature maps: its tensor has no values or one only.')
    found = (exact.node_of(full.nodes[member]) for member in node.members or (tensor,))
    members = tuple(member for member in found if member is not None)
    weighted = [each for each in members if has_weights(exact.graph.nodes[each])]
    return Subject(node, tensor, index, members, weighted[-1] if weighted else None, reading)


def values_of(subject: Subject, tensor: Tensor) -> Tensor:
    """(channels, ...): all values of the first item, the depth of volumes as well."""
    axes = subject.reading.axes
    if "N" in axes:
        tensor, axes = tensor.select(axes.index("N"), 0), axes.replace("N", "")
    reading = Reading(axes, subject.reading.rows, subject.reading.columns, subject.reading.last)
    return batch_of_maps(tensor, reading, 1)[0]


def place_of(
    subject: Subject, channel: int, pixel: tuple[int, int], slice: float, exact: Exact
) -> tuple[tuple[int, ...], tuple[int, ...] | None]:
    """Where a pixel of a map stands: in the shown tensor, and in that of the operation with the weights.

    The second is None where a value of the one is not made of one value of the other, as behind a pool.
    """
    shape = subject.node.shape
    flat = int(maps_of(_numbered(shape), subject.reading, slice)[channel, pixel[0], pixel[1]])
    shown = _unravelled(flat, shape)
    node, graph = subject.index, exact.graph
    while node != subject.operation:
        sources = [each for each in graph.sources(node) if each in subject.members]
        if not sources:
            return shown, None
        here, source = graph.nodes[node], max(sources)
        if here.family == "shape" and here.operation != "Identity":
            try:
                moved = exact.replayed(node, lambda index: _numbered(graph.nodes[index].shape))
            except RuntimeError:  # such as of a tensor whose numbers torch does not copy
                return shown, None
            flat = int(moved[here.port].flatten()[flat])
        elif graph.nodes[source].shape != here.shape or (here.family in _MIXING and here.operation not in _ELEMENTWISE):
            return shown, None
        node = source
    return shown, _unravelled(flat, graph.nodes[node].shape)


def _numbered(shape: tuple[int, ...]) -> Tensor:
    count = int(np.prod(shape, dtype=np.int64))
    return torch.arange(count).reshape(shape)


def _unravelled(flat: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(int(each) for each in np.unravel_index(flat, shape))
