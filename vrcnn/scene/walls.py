"""How large the walls are and what they say; where they stand is told by a layout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vrcnn.engine.plan import MapPlan, MapSize, MapSpan
from vrcnn.network.graph import Graph, Node, Run
from vrcnn.network.map_reading import maps_shape
from vrcnn.scene.geometry import Pose
from vrcnn.scene.hall import Wall, WallState
from vrcnn.scene.layering import slots
from vrcnn.scene.tiling import tile
from vrcnn.scene.titles import slices_of, wall_caption, wall_subtitle, wall_title

BOTTOM, EYE_LINE = 0.5, 1.45  # m; a low wall is centred on the eye line


def build_walls(graph: Graph, plan: MapPlan, labels: Sequence[str] = ()) -> list[Wall]:
    """A wall for every node that has maps or would have them with more memory, in the order of depths and lanes.

    `labels` are the names of the network's classes.
    """
    slot_of = slots(graph)
    run_of = {node: run for run in graph.runs if run.folded for node in run.nodes}
    shown = [node for node in graph.nodes if node.index in plan.spans or node.index in plan.left_out]
    shown.sort(key=lambda node: (slot_of[node.index].depth, slot_of[node.index].lane))
    return [
        replace(_wall(node, graph, plan, run_of.get(node.index), labels), slot=slot_of[node.index]) for node in shown
    ]


def usual_rise(height: float) -> float:
    """How high above its foot the middle of a wall is, in m."""
    return max(BOTTOM + height / 2, EYE_LINE)


def map_size(node: Node, span: MapSpan | None) -> tuple[int, MapSize]:
    """How many maps of which size a node has, or would have."""
    if span is not None:
        return span.count, span.size
    count, height, width = maps_shape(node) or (1, 1, 1)
    return count, MapSize(height, width)


def _wall(node: Node, graph: Graph, plan: MapPlan, run: Run | None, labels: Sequence[str]) -> Wall:
    span = plan.spans.get(node.index)
    count, size = map_size(node, span)
    tiling = tile(count, size)
    return Wall(
        node.index,
        span,
        Pose(),
        tiling.width,
        tiling.height,
        tiling.columns,
        tiling.rows,
        title=wall_title(node, run),
        subtitle=wall_subtitle(node, span),
        caption=wall_caption(node),
        family=node.family,
        state=WallState.LEFT_OUT if span is None else WallState.EMPTY,
        left_out=span is None,
        channels=_channels(node, graph, count, labels),
        stands_for=len(run.blocks) if run else 1,
        slices=slices_of(node),
        name=node.name,
        rise=usual_rise(tiling.height),
        rows_shown=tiling.rows,
        full=tiling,
    )


def _channels(node: Node, graph: Graph, count: int, labels: Sequence[str]) -> tuple[str, ...]:
    """The names of a node's maps: the developer's, or of an answer those of the classes."""
    if node.marks.channels:
        return node.marks.channels
    return tuple(labels) if node.index in graph.outputs and len(labels) == count else ()
