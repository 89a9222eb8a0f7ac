"""The wave: light that travels once along all edges, from the input to the output, in the order of the computation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vrcnn.network.graph import Graph
from vrcnn.scene.layering import depths

if TYPE_CHECKING:
    from vrcnn.scene.world import World

SECONDS = 2.3  # from the input to the output
BEYOND = 0.2  # of the way, that the light goes on so that its trail ends too


@dataclass(frozen=True)
class Wave:
    """`began` is when it left the input (World.time, s)."""

    began: float
    seconds: float = SECONDS


def ways(graph: Graph) -> list[float]:
    """Per node, where it stands between the inputs, 0, and the last output, 1."""
    depth_of = depths(graph)
    return [depth / max(1, *depth_of) for depth in depth_of]


def front(world: World) -> float | None:
    """Where the light is, None where there is none; never ahead of the network that computes."""
    if world.wave is None:
        return None
    share = (world.time - world.wave.began) / world.wave.seconds
    jobs = [hall.job for hall in world.halls]
    share = min([share, *(job.done / job.total for job in jobs if job.running and job.total)])
    return share if 0 <= share <= 1 + BEYOND else None
