"""The corridor: walls left and right of a straight path, turned towards the visitor like the pages of an open book.

The path leads from the entrance at the origin along -z. The trunk changes sides from depth to depth; branches stand
on the other side first, then further out in line with the wall beside the path.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from math import cos, radians, sin

from vrcnn.engine.plan import MapPlan, MapSize, MapSpan, maps_shape
from vrcnn.network.graph import Graph, Node, Run
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.hall import Wall, WallState
from vrcnn.scene.layering import Slot, slots
from vrcnn.scene.tiling import tile
from vrcnn.scene.titles import slices_of, wall_caption, wall_subtitle, wall_title

PATH_HALF_WIDTH = 1.3  # m
FACING = radians(50)  # between a wall's face and the way back to the entrance
FIRST_WALL = -4.6  # z in m of the first wall's edge beside the path
BOTTOM, EYE_LINE = 0.5, 1.45  # m; a low wall is centred on the eye line
LEAST_STEP = 0.9  # m along the path from one depth to the next
STAND_ROOM = 1.0  # m beyond half a wall's width, to stand in front of it
GAP_IN_LINE = 0.6  # m between walls of one line


def build_walls(graph: Graph, plan: MapPlan, labels: Sequence[str] = ()) -> list[Wall]:
    """A wall for every node that has maps or would have them with more memory, in the order of depth.

    `labels` are the names of the network's classes.
    """
    slot_of = slots(graph)
    run_of = {node: run for run in graph.runs if run.folded for node in run.nodes}
    rows: dict[int, list[Node]] = defaultdict(list)
    for node in graph.nodes:
        if node.index in plan.spans or node.index in plan.left_out:
            rows[slot_of[node.index].depth].append(node)
    walls: list[Wall] = []
    z = FIRST_WALL
    last: dict[int, tuple[float, float]] = {}  # side: z and width of the nearest wall there
    side = -1
    for depth in sorted(rows):
        row = sorted(rows[depth], key=lambda node: slot_of[node.index].lane)
        lines = _lines(side, row, slot_of)
        sized = {
            where: [_sized(node, graph, plan, run_of.get(node.index), labels) for node in nodes]
            for where, nodes in lines.items()
        }
        if walls:
            z -= LEAST_STEP
        for where, line in sized.items():
            if line and where in last:
                previous_z, previous_width = last[where]
                room = 0.5 * max(previous_width, max(wall.width for wall in line)) + STAND_ROOM
                z = min(z, previous_z - room)
        for where, line in sized.items():
            outward = 0.0
            for wall in line:
                wall.home = wall.pose = _standing(where, z, outward + wall.width / 2, wall.rise)
                wall.outward = float(where)
                outward += wall.width + GAP_IN_LINE
                walls.append(wall)
            if line:
                last[where] = z, max(wall.width for wall in line)
        side = -side
    return walls


def inner_edge(wall: Wall) -> tuple[float, float, float]:
    """The foot of a wall's edge that is nearest to the path: (x, 0, z) in m."""
    side = 1.0 if wall.pose.position[0] > 0 else -1.0
    x, _, z = wall.pose.apply((-side * wall.width / 2, 0.0, 0.0))
    return x, 0.0, z


def _standing(side: int, z: float, outward: float, rise: float) -> Pose:
    """Pose of a wall whose centre is `outward` m along its line, counted from its foot beside the path."""
    x = side * (PATH_HALF_WIDTH + outward * cos(FACING))
    return Pose((x, rise, z + outward * sin(FACING)), turn(yaw=-side * FACING))


def _lines(side: int, row: list[Node], slot_of: list[Slot]) -> dict[int, list[Node]]:
    """Which nodes of a depth stand on which side, in turns; by their lanes where the developer has placed one."""
    if any(node.marks.lane is not None for node in row):
        return {
            where: [node for node in row if slot_of[node.index].lane % 2 == odd]
            for odd, where in ((0, side), (1, -side))
        }
    return {side: row[0::2], -side: row[1::2]}


def _maps_of(node: Node, span: MapSpan | None) -> tuple[int, MapSize]:
    """How many maps of which size a node has, or would have."""
    if span is not None:
        return span.count, span.size
    count, height, width = maps_shape(node) or (1, 1, 1)
    return count, MapSize(height, width)


def _channels(node: Node, graph: Graph, count: int, labels: Sequence[str]) -> tuple[str, ...]:
    """The names of a node's maps: the developer's, or of an answer those of the classes."""
    if node.marks.channels:
        return node.marks.channels
    return tuple(labels) if node.index in graph.outputs and len(labels) == count else ()


def _sized(node: Node, graph: Graph, plan: MapPlan, run: Run | None, labels: Sequence[str]) -> Wall:
    span = plan.spans.get(node.index)
    count, size = _maps_of(node, span)
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
        rise=max(BOTTOM + tiling.height / 2, EYE_LINE),
        rows_shown=tiling.rows,
        full=tiling,
    )
