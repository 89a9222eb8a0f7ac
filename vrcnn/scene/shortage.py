"""What the visitor is told when there is no room for the maps of all layers."""

from __future__ import annotations

from vrcnn.engine.plan import COPIES, MapPlan, MapSize
from vrcnn.network.graph import Graph
from vrcnn.network.map_reading import maps_shape
from vrcnn.scene.wording import counted, storage
from vrcnn.scene.world import Notice


def left_out_notice(plan: MapPlan, memory: int, refused: bool) -> Notice | None:
    """How many layers have no maps to stay within `memory` (bytes), and what helps; None when all have.

    `refused` says that it was the graphics card which had no room.
    """
    count = len(plan.left_out)
    if not count:
        return None
    them, are = ("it", "is") if count == 1 else ("one", "are")
    why = "as the graphics card has no room for more" if refused else f"to stay within {storage(memory)}"
    more = "" if refused else ", or give more with --memory"
    layers = counted(len(plan.spans) + count, "layer")
    return Notice(f"{count} of {layers} {are} left out {why}: point at {them} and press to bring it back{more}.")


def in_vain_notice(graph: Graph, plan: MapPlan, name: str, memory: int, refused: bool) -> Notice | None:
    """That the layer called `name`, which was asked for, is too large by itself; None when it is shown."""
    node = next((graph.nodes[index] for index in plan.left_out if graph.nodes[index].name == name), None)
    shape = maps_shape(node) if node is not None else None
    if node is None or shape is None:
        return None
    if refused:
        return Notice(f"The graphics card has no room for {node.title}.", node=node.index)
    count, height, width = shape
    needed, given = storage(COPIES * count * MapSize(height, width).bytes), storage(memory)
    return Notice(
        f"{node.title} alone needs {needed}, and there are {given} for all layers: give more with --memory.",
        node=node.index,
    )
