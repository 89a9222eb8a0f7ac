"""What a closer look marks on the walls: maps that are dead, constant or saturated, and what a step multiplies."""

from __future__ import annotations

from vrcnn.inspection.results import CONSTANT, DEAD, SATURATED, LayerNumbers, Question, Step
from vrcnn.scene.drawables import Box, Drawables, Label
from vrcnn.scene.geometry import Pose
from vrcnn.scene.hall import Hall, Wall
from vrcnn.scene.inspecting import STEP, Subject, source_wall, subject_of
from vrcnn.scene.lit_path import AHEAD, spot_of
from vrcnn.scene.resting import outline
from vrcnn.scene.typography import text_width
from vrcnn.scene.world import World
from vrcnn.scene.world_panels import INSPECT, WorldPanel

ROLES = {DEAD: "failed", CONSTANT: "muted", SATURATED: "accent"}
CAP, MOST = 0.075, 0.016  # of a tile's height, and in m at most: the height of a mark's letters
BACK = AHEAD - 0.006  # m from where bands of light end to just before the maps
RIM, FINE = 0.006, 0.0035  # m, of the outlines of a tile and of a patch


def furnish_marks(world: World, number: int) -> Drawables:
    """The marks on the tiles of hall `number`, and the outlines of the steps that panels show."""
    hall = world.halls[number]
    boxes: list[Box] = []
    labels: list[Label] = []
    if hall.inspection.marking:
        for wall in hall.walls:
            found = hall.inspection.answers.get(Question("layer", hall.tensor_of(wall.node)))
            if isinstance(found, LayerNumbers) and wall.span is not None:
                _mark(wall, found, boxes, labels)
    for panel, step in _steps(world, number):
        subject = subject_of(world, panel)
        if subject is not None:
            boxes += _outlined(hall, subject, step, panel.entry)
    return Drawables(boxes=tuple(boxes), labels=tuple(labels), anchor=hall.first_anchor)


def marks_key(world: World, number: int) -> object:
    """Equal keys mean that `furnish_marks` would say the same again."""
    hall = world.halls[number]
    steps = [(id(step), panel.entry) for panel, step in _steps(world, number)]
    if not hall.inspection.marking and not steps:
        return None
    stands = hall.first_anchor, hall.standing_key, hall.slid_revision, hall.order_revision
    return stands, hall.inspection.marking and hall.inspection.revision, steps


def _steps(world: World, number: int) -> list[tuple[WorldPanel, Step]]:
    found = []
    for panel in world.panels.open.values():
        if panel.name != INSPECT or panel.page != STEP or panel.hall != number:
            continue
        subject = subject_of(world, panel)
        if subject is not None:
            step = subject.hall.inspection.step(subject.tensor, subject.channel, subject.pixel)
            found += [] if step is None else [(panel, step)]
    return found


def _mark(wall: Wall, numbers: LayerNumbers, boxes: list[Box], labels: list[Label]) -> None:
    """A small plate in the lower left corner of each tile that has something to tell."""
    marked = (numbers.dead | numbers.constant | numbers.saturated).nonzero()[0]
    for channel in marked.tolist():
        spot = spot_of(wall, channel)
        if spot.size is None:
            continue
        state = numbers.state(channel)
        cap = min(CAP * spot.size[1], MOST * wall.scale)
        wide, high = text_width(state, cap) + 2.2 * cap, 2.0 * cap
        x, y = (wide - spot.size[0]) / 2, (high - spot.size[1]) / 2
        face = spot.pose @ Pose((0.0, 0.0, -BACK))
        boxes.append(Box(face @ Pose((x, y, 0.0)), (wide, high, 0.001), "panel", 1.0, 0.9))
        dot = Pose(((high - spot.size[0]) / 2 - 0.4 * cap, y, 0.001))
        boxes.append(Box(face @ dot, (0.35 * cap, high, 0.001), ROLES[state], 1.0))
        words = Pose((1.3 * cap - spot.size[0] / 2, y - cap / 2, 0.002))
        labels.append(Label(state, face @ words, cap, "left", "text"))


def _outlined(hall: Hall, subject: Subject, step: Step, entry: int) -> list[Box]:
    """The pixel on its tile, and the patch that it reads on the tile of the input that the panel shows."""
    height, width = subject.size
    row, column = subject.pixel
    boxes = _rectangle(subject.wall, subject.channel, (height, width), (row, column, row + 1, column + 1))
    source = source_wall(hall, step.layer.operation)
    sizes, kernel = step.input_shape[-2:], step.kernel.shape[1:]
    if source is None or source.span is None or len(kernel) != 2 or len(step.origin) != 2:
        return boxes
    if (source.span.size.height, source.span.size.width) != sizes:
        return boxes
    reach = [_reach(step, axis) for axis in (0, 1)]
    top, left = step.origin
    channel = step.first_input + max(0, entry)
    ends = max(0, top), max(0, left), min(sizes[0], top + reach[0]), min(sizes[1], left + reach[1])
    return boxes + _rectangle(source, channel, sizes, ends)


def _reach(step: Step, axis: int) -> int:
    """How many places of the input a patch spans along an axis."""
    size, dilation, stride = step.kernel.shape[1 + axis], step.dilation[axis], step.stride[axis]
    span = (size - 1) * dilation + 1
    return span if step.kind != "transposed convolution" else max(1, -(-span // stride))


def _rectangle(wall: Wall, channel: int, size: tuple[int, int], ends: tuple[int, int, int, int]) -> list[Box]:
    """The outline of pixels (top, left, bottom, right) of a map, and a fine one around its tile."""
    spot = spot_of(wall, channel)
    top, left, bottom, right = ends
    if spot.size is None or bottom <= top or right <= left:
        return []
    (wide, high), (rows, columns) = spot.size, size
    face = spot.pose @ Pose((0.0, 0.0, -BACK))
    x = ((left + right) / 2 / columns - 0.5) * wide
    y = (0.5 - (top + bottom) / 2 / rows) * high
    thick = min(FINE, 0.03 * high)
    patch = outline(face @ Pose((x, y, 0.001)), (right - left) / columns * wide, (bottom - top) / rows * high, thick)
    return [*patch, *outline(face, wide, high, min(RIM, 0.03 * high))]
