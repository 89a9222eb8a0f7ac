"""The corridor: walls left and right of a straight path, turned towards the visitor like the pages of an open book.

The path leads from the entrance at the origin along -z. The trunk changes sides from depth to depth; branches stand
on the other side first, then further out in line with the wall beside the path.
"""

from __future__ import annotations

from collections import defaultdict
from math import cos, radians, sin

from vrcnn.engine.plan import MapPlan
from vrcnn.network.graph import Graph, Node
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.layering import slots
from vrcnn.scene.tiling import tile
from vrcnn.scene.world import Wall

PATH_HALF_WIDTH = 1.3  # m
FACING = radians(50)  # between a wall's face and the way back to the entrance
FIRST_WALL = -4.6  # z in m of the first wall's edge beside the path
BOTTOM, EYE_LINE = 0.5, 1.45  # m; a low wall is centred on the eye line
LEAST_STEP = 0.9  # m along the path from one depth to the next
STAND_ROOM = 1.0  # m beyond half a wall's width, to stand in front of it
GAP_IN_LINE = 0.6  # m between walls of one line

_PLAIN_WORDS = {
    "BatchNorm2d": "BatchNorm",
    "add": "Add",
    "cat": "Concat",
    "input": "Input",
    "mul": "Multiply",
    "relu": "ReLU",
}


def build_walls(graph: Graph, plan: MapPlan) -> list[Wall]:
    """A wall for every node that has maps, in the order of depth."""
    slot_of = slots(graph)
    rows: dict[int, list[Node]] = defaultdict(list)
    for node in graph.nodes:
        if node.index in plan.spans:
            rows[slot_of[node.index].depth].append(node)
    walls: list[Wall] = []
    z = FIRST_WALL
    last: dict[int, tuple[float, float]] = {}  # side: z and width of the nearest wall there
    side = -1
    for depth in sorted(rows):
        row = sorted(rows[depth], key=lambda node: slot_of[node.index].lane)
        lines = {side: row[0::2], -side: row[1::2]}
        sized = {where: [_sized(node, plan) for node in nodes] for where, nodes in lines.items()}
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
                wall.pose = _standing(where, z, outward + wall.width / 2, wall.height)
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


def _standing(side: int, z: float, outward: float, height: float) -> Pose:
    """Pose of a wall whose centre is `outward` m along its line, counted from its foot beside the path."""
    x = side * (PATH_HALF_WIDTH + outward * cos(FACING))
    y = max(BOTTOM + height / 2, EYE_LINE)
    return Pose((x, y, z + outward * sin(FACING)), turn(yaw=-side * FACING))


def _sized(node: Node, plan: MapPlan) -> Wall:
    span = plan.spans[node.index]
    tiling = tile(span.count, span.size)
    size = span.size
    subtitle = f"{span.count}" if size.height == size.width == 1 else f"{span.count} × {size.height} × {size.width}"
    operations = node.operations or (node.operation,)
    return Wall(
        node.index,
        span,
        Pose(),
        tiling.width,
        tiling.height,
        tiling.columns,
        tiling.rows,
        title=node.name,
        subtitle=subtitle,
        caption=" · ".join(_PLAIN_WORDS.get(operation, operation) for operation in operations),
        family=node.family,
    )
