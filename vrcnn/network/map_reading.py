"""How the feature maps are found in a tensor: which axis counts them, and in which rows and columns they lie.

Plain data and arithmetic, no torch.
"""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.network.axes import default_axes
from vrcnn.network.graph import Node

LONGEST_LINE = 1024  # tokens or samples that stand in one row


@dataclass(frozen=True)
class Reading:
    """How the maps are found in a tensor: the first item of the batch, the chosen slice of a volume, and then

    Attributes:
        axes: a letter for each axis of the tensor, as in Node.axes. A map for each channel "C" or feature "F" (a
            single one without them), its rows "H" and columns "W".
        rows, columns: of the maps of tokens "L": the last rows * columns of them, row by row, when `last`; else the
            first. Both 0 where the axes tell.
    """

    axes: str
    rows: int = 0
    columns: int = 0
    last: bool = False


def reading_of(node: Node) -> Reading | None:
    """How the maps of this node are found in its tensor; None where nothing can be shown (empty or scalar tensors).

    A line of more than LONGEST_LINE tokens or samples stands in several rows of equal length, as text does; the last
    few that fill no row of their own, fewer than there are rows, are not shown.
    """
    axes = node.axes or default_axes(len(node.shape))
    if not axes or 0 in node.shape:
        return None
    if "L" not in axes:
        return Reading(axes)
    if node.grid is not None:
        return Reading(axes, *node.grid, last=True)
    return Reading(axes, *folded_line(node.shape[axes.index("L")]))


def folded_line(tokens: int) -> tuple[int, int]:
    """(rows, columns) in which a line of tokens or samples without places of their own stands."""
    rows = -(-tokens // LONGEST_LINE)
    return rows, tokens // rows


def maps_shape(node: Node) -> tuple[int, int, int] | None:
    """(channels, height, width) of the maps that stand for the first item of a node's tensor, None where it has none.

    Of "NCHW" and "NHWC" C maps of HxW; of tokens or samples ("NLC", "NCL") C maps in their grid, without one of 1xL,
    folded into rows where they are many; of volumes one slice; of vectors F maps of 1x1; of attention weights a map of
    queries by keys for each head.
    """
    reading = reading_of(node)
    return None if reading is None else shape_read(node.shape, reading)


def shape_read(shape: tuple[int, ...], reading: Reading) -> tuple[int, int, int]:
    """(channels, height, width) of the maps in a tensor of this shape."""
    extent = dict(zip(reading.axes, shape, strict=True))
    height, width = reading.rows or extent.get("H", 1), reading.columns or extent.get("W", 1)
    return extent.get("C", extent.get("F", 1)), height, width


def slice_index(depth: int, share: float) -> int:
    """Which of `depth` slices stands at `share` (0 to 1) of a volume."""
    return round(min(1.0, max(0.0, share)) * (depth - 1))
