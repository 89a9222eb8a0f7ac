"""Where every feature map of a network lies: one shelf per map size, shared by the worker and the renderer.

Plain data and arithmetic, no torch. The worker's arena and the renderer's texture arrays both follow this plan, so
that maps travel from one to the other as contiguous slices.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from vrcnn.network.graph import Node


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


@dataclass(frozen=True)
class MapSpan:
    """The maps of one node: `count` maps of one size, starting at `first` among all maps of that size.

    `row` is the first map's row in the table of statistics, which counts over all sizes.
    """

    node: int
    size: MapSize
    first: int
    count: int
    row: int


@dataclass(frozen=True)
class MapPlan:
    """Spans by node, and how many maps of each size there are in all."""

    spans: dict[int, MapSpan] = field(default_factory=dict)
    totals: dict[MapSize, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Number of feature maps in all."""
        return sum(self.totals.values())


def maps_shape(shape: tuple[int, ...]) -> tuple[int, int, int] | None:
    """(channels, height, width) of the maps that stand for the first item of a batched tensor of this shape.

    (N, C, H, W) gives C maps of HxW; (N, F) gives F maps of 1x1; (N, L, C) tokens give C maps of 1xL; of
    (N, C, D, H, W) the middle slice along D is shown. None where nothing can be shown (empty or scalar tensors).
    """
    if not shape or 0 in shape:
        return None
    match shape:
        case (_, channels, height, width) | (_, channels, _, height, width):
            return channels, height, width
        case (_, tokens, channels):
            return channels, 1, tokens
        case (_, features):
            return features, 1, 1
        case (features,):
            return features, 1, 1
    return None


def plan_maps(nodes: Iterable[Node]) -> MapPlan:
    """Lays the maps of all nodes out, size by size, in the order of execution. Nodes without maps get no span."""
    shapes = {node.index: shape for node in nodes if (shape := maps_shape(node.shape))}
    totals: dict[MapSize, int] = {}
    placed: list[tuple[int, MapSize, int, int]] = []
    for index, (count, height, width) in shapes.items():
        size = MapSize(height, width)
        placed.append((index, size, totals.get(size, 0), count))
        totals[size] = totals.get(size, 0) + count
    starts: dict[MapSize, int] = {}
    row = 0
    for size, total in totals.items():
        starts[size] = row
        row += total
    spans = {index: MapSpan(index, size, first, count, starts[size] + first) for index, size, first, count in placed}
    return MapPlan(spans, totals)
