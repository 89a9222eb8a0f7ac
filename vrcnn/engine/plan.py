"""Where every feature map of a network lies: one shelf per map size, shared by the worker and the renderer.

Plain data and arithmetic, no torch. The worker's arena and the renderer's texture arrays both follow this plan, so
that maps travel from one to the other as contiguous slices.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from vrcnn.network.graph import Node
from vrcnn.network.map_reading import Reading, reading_of, shape_read

COPIES = 3  # of all maps: the picture that is shown and the next one in main memory, and the textures
LARGEST_SIDE = 16384  # pixels of a texture that every OpenGL 4.3 can draw
_INFORMATION_OF_FAMILY = {
    "shape": 1,
    "resample": 1,
    "normalization": 2,
    "activation": 2,
    "pooling": 2,
    "merge": 3,
    "input": 5,
    "output": 5,
}
_INFORMATION_OF_OPERATION = {
    **dict.fromkeys(("cat", "stack", "hstack", "vstack", "dstack"), 1),
    **dict.fromkeys(("ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"), 4),
    **dict.fromkeys(("conv_transpose1d", "conv_transpose2d", "conv_transpose3d"), 4),
}
_BYTES_PER_PIXEL, _BYTES_PER_MAP = 2, 16  # float16, and four float32 of statistics


@dataclass(frozen=True, order=True)
class MapSize:
    """Height and width of a feature map in pixels."""

    height: int
    width: int

    def levels(self) -> tuple[tuple[int, int], ...]:
        """(height, width) of every mip level, the full size first, 1x1 last, halved and rounded down as in GL."""
        sizes = [(self.height, self.width)]
        while sizes[-1] != (1, 1):
            height, width = sizes[-1]
            sizes.append((max(1, height // 2), max(1, width // 2)))
        return tuple(sizes)

    @property
    def halvings(self) -> int:
        """How often maps of this size must be halved before a texture takes them."""
        return next(number for number, level in enumerate(self.levels()) if max(level) <= LARGEST_SIDE)

    @property
    def bytes(self) -> int:
        """Memory of one map with its mip levels and statistics."""
        return sum(height * width for height, width in self.levels()) * _BYTES_PER_PIXEL + _BYTES_PER_MAP


@dataclass(frozen=True)
class MapSpan:
    """The maps of one node: `count` maps of one size, starting at `first` among all maps of that size.

    `row` is the first map's row in the table of statistics, which counts over all sizes; `reading` tells how the maps
    are found in the node's tensor. Maps that are larger than a texture are kept as their mip level number `halvings`,
    which is of this `size`.
    """

    node: int
    size: MapSize
    first: int
    count: int
    row: int
    reading: Reading = Reading("NCHW")
    halvings: int = 0


@dataclass(frozen=True)
class MapPlan:
    """Spans by node, and how many maps of each size there are in all.

    `left_out` are the nodes whose maps did not fit into the memory; `whole` is how many bytes one copy of all maps
    would have, with those that were left out.
    """

    spans: dict[int, MapSpan] = field(default_factory=dict)
    totals: dict[MapSize, int] = field(default_factory=dict)
    left_out: frozenset[int] = frozenset()
    whole: int = 0

    @property
    def count(self) -> int:
        """Number of feature maps in all."""
        return sum(self.totals.values())

    @property
    def bytes(self) -> int:
        """Memory of one copy of all maps that are kept, with mip levels and statistics."""
        return sum(total * size.bytes for size, total in self.totals.items())


def plan_maps(nodes: Iterable[Node], budget: int | None = None, demanded: Sequence[str] = ()) -> MapPlan:
    """Lays the maps of all nodes out, size by size, in the order of execution. Nodes without maps get no span.

    `budget` is in bytes, for COPIES copies of the maps, their mip levels and statistics. Where they do not fit, whole
    nodes are left out, the least informative first, until the rest fits:

    1. what only repeats other walls: concatenations, moved numbers, resampling without weights;
    2. normalizations and activations on their own, pooling;
    3. sums and products;
    4. convolutions, linear layers, attention and everything else with weights of its own;
    5. the network's inputs and outputs;
    6. the nodes whose names are `demanded`, the one that was demanded last at the very end.

    Among equals the largest goes first, so that few walls are lost, and of equal ones the later. Then the gap is
    filled: the most informative that were left out come back as far as they fit, the smaller first. What alone is
    larger than the budget is never kept, except for the smallest node of all where everything is.
    """
    items = []
    for node in nodes:
        reading = reading_of(node)
        if reading is not None:
            count, height, width = shape_read(node.shape, reading)
            full = MapSize(height, width)
            kept = MapSize(*full.levels()[full.halvings])
            items.append(_Item(node, reading, count, kept, full.halvings))
    left_out = frozenset[int]() if budget is None else _left_out(items, budget // COPIES, demanded)
    whole = sum(item.bytes for item in items)
    items = [item for item in items if item.node.index not in left_out]
    totals: dict[MapSize, int] = {}
    firsts = []
    for item in items:
        firsts.append(totals.get(item.size, 0))
        totals[item.size] = firsts[-1] + item.count
    starts: dict[MapSize, int] = {}
    row = 0
    for size, total in totals.items():
        starts[size] = row
        row += total
    spans = {
        item.node.index: MapSpan(
            item.node.index, item.size, first, item.count, starts[item.size] + first, item.reading, item.halvings
        )
        for item, first in zip(items, firsts, strict=True)
    }
    return MapPlan(spans, totals, left_out, whole)


@dataclass(frozen=True)
class _Item:
    """The maps of a node before they have a place."""

    node: Node
    reading: Reading
    count: int
    size: MapSize
    halvings: int

    @property
    def bytes(self) -> int:
        return self.count * self.size.bytes


def _left_out(items: Iterable[_Item], room: int, demanded: Sequence[str]) -> frozenset[int]:
    """The nodes that `plan_maps` leaves out, so that the others take at most `room` bytes."""
    sizes = {item.node.index: item.bytes for item in items}
    if sum(sizes.values()) <= room:
        return frozenset()
    order = {name: place for place, name in enumerate(demanded)}
    ranked = sorted(items, key=lambda item: (_information(item.node, order), -sizes[item.node.index], -item.node.index))
    indices = [item.node.index for item in ranked]
    out = {index for index in indices if sizes[index] > room}
    if len(out) == len(indices):
        return frozenset(out - {min(indices, key=lambda index: (sizes[index], index))})
    used = sum(size for index, size in sizes.items() if index not in out)
    gone = []
    for index in indices:
        if used <= room:
            break
        if index not in out:
            gone.append(index)
            used -= sizes[index]
    for index in reversed(gone):
        if used + sizes[index] <= room:
            used += sizes[index]
        else:
            out.add(index)
    return frozenset(out)


def _information(node: Node, demanded: dict[str, int]) -> int:
    """How much the maps of a node tell that no other wall does; more is more."""
    if node.name in demanded:
        return 6 + demanded[node.name]
    return _INFORMATION_OF_OPERATION.get(node.operation, _INFORMATION_OF_FAMILY.get(node.family, 4))
