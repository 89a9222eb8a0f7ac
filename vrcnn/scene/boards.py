"""Furnishes the boards at the easel and at the exit: the classes that the network names, or its overlay's legend."""

from __future__ import annotations

from vrcnn.scene.anchors import fixture_anchor
from vrcnn.scene.drawables import Box, Drawables, Label, Shadow
from vrcnn.scene.fixtures import fixture_count, fixture_poses
from vrcnn.scene.geometry import Pose
from vrcnn.scene.hall import Hall, Surface
from vrcnn.scene.sieve_wording import behind_lines
from vrcnn.scene.signs import lines_of, panel, stand, wrap
from vrcnn.scene.typography import fit, text_width
from vrcnn.scene.verdict import score_lines, verdict
from vrcnn.scene.wording import percent

SHOWN = 5
# All in shares of the board's height, so that a larger board is read from further away.
HEADING, NAME = 0.036, 0.03  # cap heights
ROW, FIRST_ROW = 0.158, 0.12
VERDICT, ROW_BELOW_VERDICT, FIRST_BELOW_VERDICT = 0.105, 0.134, 0.212  # where the true class is known
BEHIND, BEHIND_LINE, BEHIND_MOST = 0.09, 0.062, 4  # lines about the sieve; how many classes stand below them
MARGIN = 0.07
LISTED, LISTED_ROW, CHIP = 8, 0.094, 0.042  # of a legend: rows, their height, the side of a colour's chip
HEADINGS = {"segments": "What the network sees", "boxes": "What the network found"}


def furnish_board(hall: Hall, named: bool = False) -> Drawables:
    """The board beside the easel; with the network's name where it is `named`, as there are others."""
    return _board(hall, hall.board, 0, hall.network if named else None)


def furnish_exit(hall: Hall) -> Drawables:
    """The board at the end of the path, which says the same."""
    own = fixture_poses(hall)[-1].inverse()
    board = Surface(own @ hall.exit.pose, hall.exit.width, hall.exit.height)
    return _board(hall, board, fixture_anchor(hall, fixture_count(hall) - 1))


def _board(hall: Hall, board: Surface, anchor: int, name: str | None = None) -> Drawables:
    boxes = panel(board.pose, board.width, board.height, strip="output")
    boxes += stand(board.pose, board.height / 2)
    x, _, z = board.pose.position
    more_boxes, labels = _answer(hall, board, name)
    owed_boxes, owed_labels = _owed(hall, board)
    more_boxes, labels = more_boxes + owed_boxes, labels + owed_labels
    shadows = (Shadow((x, 0, z), (0.9, 0.7)),)
    return Drawables(boxes=(*boxes, *more_boxes), labels=tuple(labels), shadows=shadows, anchor=anchor)


def _owed(hall: Hall, board: Surface) -> tuple[list[Box], list[Label]]:
    """A plate below the board, while the walls show something else than what the layers put out."""
    if not hall.quantity.owed:
        return [], []
    unit = board.height
    place, size = board.pose @ Pose((0, -board.height / 2 - 0.055 * unit, 0.0)), NAME * unit
    words, room = f"Walls: {hall.quantity.words}", board.width - 2 * MARGIN * unit
    size *= min(1.0, max(0.6, room / text_width(words, size, bold=True)))
    words = fit(words, size, room, bold=True)
    boxes = [Box(place @ Pose((0, 0, -0.008)), (board.width, 0.085 * unit, 0.016), "panel")]
    return boxes, [Label(words, place @ Pose((0, -size / 2, 0.001)), size, "centre", "running", bold=True)]


def _answer(hall: Hall, board: Surface, name: str | None) -> tuple[list[Box], list[Label]]:
    unit = board.height
    heading, size = HEADING * unit, NAME * unit
    left, right = -board.width / 2 + MARGIN * unit, board.width / 2 - MARGIN * unit
    room = right - left
    top = board.height / 2 - (MARGIN + HEADING) * unit
    face = 0.001
    words = name or HEADINGS.get(hall.answer_kind, "What the network says")
    sieved = [line for line in behind_lines(hall) or () if line]
    if sieved and hall.answer_kind in HEADINGS:
        words = f"{name or 'The network'}: {sieved[0]}"
    labels = [Label(fit(words, heading, room, bold=True), board.pose @ Pose((left, top, face)), heading, bold=True)]
    if not hall.scores:
        lines = wrap(hall.no_scores, size, room, 4)
        return [], labels + lines_of(lines, board.pose @ Pose((left, top - 0.13 * unit, face)), size, 1.9, "muted")
    if hall.answer_kind in HEADINGS:
        boxes, more = _legend(hall, board.pose @ Pose((left, top, 0)), room, unit)
        return boxes, labels + more
    boxes = []
    for place, told_of_it in enumerate(sieved):
        place_of = Pose((left, top - (BEHIND + place * BEHIND_LINE) * unit, face))
        words, role = fit(told_of_it, size, room, bold=place == 0), "accent text" if place == 0 else "text"
        labels.append(Label(words, board.pose @ place_of, size, role=role, bold=place == 0))
    lower = BEHIND_LINE * len(sieved)
    told, row, begin = verdict(hall), ROW_BELOW_VERDICT if sieved else ROW, FIRST_ROW + lower
    if told is not None:
        row, begin = ROW_BELOW_VERDICT, FIRST_BELOW_VERDICT + lower
        words, place_of = fit(told.words, size, room, bold=True), Pose((left, top - (VERDICT + lower) * unit, face))
        labels.append(Label(words, board.pose @ place_of, size, role=told.role, bold=True))
    for place, line in enumerate(score_lines(hall, BEHIND_MOST if sieved else SHOWN)):
        baseline = top - (begin + place * row) * unit
        figure = percent(line.probability)
        marked = line.first or line.true
        name = fit(line.label, size, room - text_width(figure, size) - 0.05 * unit, bold=marked)
        labels += [
            Label(name, board.pose @ Pose((left, baseline, face)), size, role="text", bold=marked),
            Label(figure, board.pose @ Pose((right, baseline, face)), size, "right", "text" if marked else "muted"),
        ]
        bar, thick = baseline - 0.042 * unit, 0.018 * unit
        filled = max(0.004, room * line.probability)
        boxes += [
            Box(board.pose @ Pose((0, bar, 0)), (room, thick, 0.008), "track"),
            Box(
                board.pose @ Pose((left + filled / 2, bar, 0.002)),
                (filled, thick, 0.01),
                line.role,
                glow=0.9,
            ),
        ]
    return boxes, labels


def _legend(hall: Hall, corner: Pose, room: float, unit: float) -> tuple[list[Box], list[Label]]:
    """A chip in the overlay's colour, the name and the share or score, row by row; `corner` is the heading's start."""
    boxes: list[Box] = []
    labels: list[Label] = []
    size, chip = NAME * unit, CHIP * unit
    rest = len(hall.scores) - LISTED
    shown = hall.scores[: LISTED if rest <= 0 else LISTED - 1]
    for place, score in enumerate(shown):
        baseline = -(0.115 + place * LISTED_ROW) * unit
        figure = percent(score.probability)
        indent = chip + 0.03 * unit
        name = fit(score.label, size, room - indent - text_width(figure, size) - 0.05 * unit, bold=place == 0)
        role = "text" if place == 0 else "muted"
        middle = baseline + size / 2
        rim, place_of_chip = chip * 1.12, corner @ Pose((chip / 2, middle, 0.0))
        boxes += [
            Box(place_of_chip @ Pose((0, 0, 0.003)), (chip, chip, 0.012), score.colour or "edge", glow=1.0),
            Box(place_of_chip, (rim, rim, 0.010), "edge"),  # so that a dark chip stands out from the board
        ]
        labels += [
            Label(name, corner @ Pose((indent, baseline, 0.001)), size, bold=place == 0),
            Label(figure, corner @ Pose((room, baseline, 0.001)), size, "right", role),
        ]
    if rest > 0:
        at = corner @ Pose((chip + 0.03 * unit, -(0.115 + len(shown) * LISTED_ROW) * unit, 0.001))
        labels.append(Label(f"and {rest + 1} more", at, size, role="muted"))
    return boxes, labels
