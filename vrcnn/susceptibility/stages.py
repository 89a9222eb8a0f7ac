"""The stages of a network: its layers of one map size each, and the layer that ends each of them. Plain data."""

from __future__ import annotations

from collections.abc import Sequence

from vrcnn.network.graph import Node
from vrcnn.network.map_reading import maps_shape


def stage_ends(layers: Sequence[Node]) -> tuple[int, ...]:
    """Places of the last layer of each map size with more than one channel, in the order of the computation.

    Of a ResNet these are the outputs of its four stages, of which the second to last is the second-last block, behind
    what comes before a max-pool where it has one. Vectors, such as the scores, are no stage.
    """
    last: dict[tuple[int, int], int] = {}
    for place, node in enumerate(layers):
        shape = maps_shape(node)
        if shape is not None and shape[0] > 1 and shape[1] * shape[2] > 1:
            last[shape[1:]] = place
    return tuple(sorted(last.values()))


def second_last(ends: Sequence[int]) -> int | None:
    """The end of the second-last stage; of a single stage this one, None where there is none."""
    return ends[-2] if len(ends) > 1 else ends[0] if ends else None
