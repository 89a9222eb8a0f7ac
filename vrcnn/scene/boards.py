"""Furnishes the boards: the classes that the network names, with their percentages, at the easel and at the exit."""

from __future__ import annotations

from vrcnn.scene.drawables import Box, Drawables, Label, Shadow
from vrcnn.scene.geometry import Pose
from vrcnn.scene.signs import lines_of, panel, stand, wrap
from vrcnn.scene.typography import fit, text_width
from vrcnn.scene.world import Surface, World

SHOWN = 5
HEADING, NAME = 0.036, 0.03  # m, cap heights
ROW = 0.158  # m
MARGIN = 0.07  # m


def furnish_boards(world: World) -> Drawables:
    """All boards; they show the same."""
    boxes: list[Box] = []
    labels: list[Label] = []
    shadows: list[Shadow] = []
    for board in world.boards:
        boxes += panel(board.pose, board.width, board.height, strip="output")
        boxes += stand(board.pose, board.height / 2)
        x, _, z = board.pose.position
        shadows.append(Shadow((x, 0, z), (0.9, 0.7)))
        more_boxes, more_labels = _answer(world, board)
        boxes += more_boxes
        labels += more_labels
    return Drawables(boxes=tuple(boxes), labels=tuple(labels), shadows=tuple(shadows))


def percent(probability: float) -> str:
    """Sensible digits: 93 %, 4.2 %, < 0.1 %."""
    value = 100 * probability
    if value >= 99.95:
        return "100 %"
    if value >= 9.95:
        return f"{value:.0f} %"
    return f"{value:.1f} %" if value >= 0.1 else "< 0.1 %"


def _answer(world: World, board: Surface) -> tuple[list[Box], list[Label]]:
    left, right = -board.width / 2 + MARGIN, board.width / 2 - MARGIN
    room = right - left
    top = board.height / 2 - MARGIN - HEADING
    face = 0.001
    labels = [Label("What the network says", board.pose @ Pose((left, top, face)), HEADING, bold=True)]
    if not world.scores:
        text = (
            "This network's output is not a list of classes."
            if world.scores_known
            else "Nothing yet: put a picture on the easel."
        )
        lines = wrap(text, NAME, room, 4)
        return [], labels + lines_of(lines, board.pose @ Pose((left, top - 0.13, face)), NAME, 1.9, "muted")
    boxes: list[Box] = []
    for place, score in enumerate(world.scores[:SHOWN]):
        baseline = top - 0.12 - place * ROW
        figure = percent(score.probability)
        figure_room = text_width(figure, NAME) + 0.05
        first = place == 0
        name = fit(score.label, NAME, room - figure_room, bold=first)
        labels.append(Label(name, board.pose @ Pose((left, baseline, face)), NAME, role="text", bold=first))
        labels.append(
            Label(figure, board.pose @ Pose((right, baseline, face)), NAME, "right", "text" if first else "muted")
        )
        bar = baseline - 0.042
        boxes.append(Box(board.pose @ Pose((0, bar, 0)), (room, 0.018, 0.008), "track"))
        filled = max(0.004, room * score.probability)
        boxes.append(
            Box(
                board.pose @ Pose((left + filled / 2, bar, 0.002)),
                (filled, 0.018, 0.01),
                "accent" if first else "edge",
                glow=0.9,
            )
        )
    return boxes, labels
