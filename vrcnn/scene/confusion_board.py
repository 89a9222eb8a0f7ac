"""The board at the right of the entrance: how often the network is right, and which class it takes for which."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi, radians, sin

from vrcnn.engine.metrics import summary
from vrcnn.engine.results import TOP
from vrcnn.scene.confusion_matrix import Matrix, matrix_of
from vrcnn.scene.controls import Control
from vrcnn.scene.drawables import Box, Drawables, Image, Label, Shadow
from vrcnn.scene.geometry import Pose, roll_and_pitch, turn
from vrcnn.scene.hall import Surface
from vrcnn.scene.intents import CancelInquiry
from vrcnn.scene.picture_numbers import CONFUSION
from vrcnn.scene.results_acting import evaluating
from vrcnn.scene.results_intents import Evaluate, FilterShelf
from vrcnn.scene.signs import lines_of, panel, stand, wrap
from vrcnn.scene.site import ARC_MIDDLE, FIRST_ANGLE, NEXT_ANGLE
from vrcnn.scene.typography import fit, text_width
from vrcnn.scene.wording import counted, rate
from vrcnn.scene.world import Target, World

WIDTH, HEIGHT, MIDDLE = 1.62, 1.86, 1.2  # m; the middle's height above the ground
RADIUS, ANGLE, BESIDE = 3.15, radians(74), radians(24)  # where it stands; the angle to the last board beside it
MARGIN = 0.07
HEADING, LINE, NAME, SMALLEST = 0.05, 0.03, 0.025, 0.011  # m, cap heights
LEAST_NAMES, ROW_NAMES, COLUMN_NAMES = 0.13, 0.36, 0.28  # m for the classes' names
HEAD, FOOT = 0.25, 0.3  # m, for the heading, and for the buttons and what is pointed at
TOLD = HEIGHT / 2 - 0.225  # m below the middle, the line about what is pointed at
BUTTON, BUTTON_WIDTH = 0.09, 0.44
FRAME = 0.007  # m, of the frame around the cell that is pointed at
HIGHEST = 0.1  # m, of a cell that is higher than it is wide
STRONG = 0.6  # colours on which the panel's own is read better than that of text
IDLE = "Point at a cell: a press puts its pictures on the shelf."


@dataclass(frozen=True)
class Square:
    """Where the matrix is on the board, in m from its middle: the `left` and the `top` edge, `width` and `height`, and
    those of a `cell`; the cap heights of the rows' and the columns' names, with the `room` that they have."""

    left: float
    top: float
    width: float
    height: float
    cell: tuple[float, float]
    caps: tuple[float, float]
    room: tuple[float, float]


@lru_cache(4)
def square_of(matrix: Matrix) -> Square:
    """As large as the names leave room for; cells are not much higher than they are wide."""
    across, down = WIDTH - 2 * MARGIN, HEIGHT - HEAD - FOOT
    rows, columns = len(matrix.rows), len(matrix.columns)
    caps = tuple(max(SMALLEST, min(NAME, 0.5 * (down - LEAST_NAMES) / count)) for count in (rows, columns))
    longest = [
        max(text_width(name, cap) for name in names) + 0.045
        for names, cap in zip((matrix.rows, matrix.columns), caps, strict=True)
    ]
    beside, above = (
        min(most, max(LEAST_NAMES, each)) for most, each in zip((ROW_NAMES, COLUMN_NAMES), longest, strict=True)
    )
    width = min(across - beside, down - above) if rows == columns else across - beside
    height = min(down - above, rows * max(HIGHEST, width / columns))
    left = (beside - width) / 2 if width < across - beside else WIDTH / 2 - MARGIN - width
    cell = width / columns, height / rows
    return Square(left, HEIGHT / 2 - HEAD - above, width, height, cell, (caps[0], caps[1]), (beside, above))


def board_surface(world: World) -> Surface:
    """Where it stands, in the world: to the right of all boards beside the easel."""
    angle = _angle(world)
    x, z = ARC_MIDDLE
    at = x + RADIUS * sin(angle), MIDDLE, z - RADIUS * cos(angle)
    return Surface(Pose(at, turn(yaw=-angle, pitch=radians(-5))), WIDTH, HEIGHT)


def _angle(world: World) -> float:
    """To the right of the way ahead."""
    return max(ANGLE, FIRST_ANGLE + (len(world.halls) - 1) * NEXT_ANGLE + BESIDE)


def is_shown(world: World) -> bool:
    """Whether there is anything to tell: labels, or results."""
    return world.catalogue.labelled or world.hall.results is not None


def matrix_shown(world: World) -> Matrix | None:
    """The matrix on the board, where it has one."""
    results = world.hall.results
    if results is None or not results.labelled:
        return None
    matrix = matrix_of(results)
    return matrix if matrix.rows else None


def confusion_key(world: World) -> object:
    """Equal keys mean that the board would be the same again."""
    if not is_shown(world):
        return None
    return id(world.hall.results), world.here, len(world.halls), evaluating(world, world.here) is not None


def confusion_buttons_key(world: World) -> object:
    """Equal keys mean that its buttons would be the same again."""
    return (confusion_key(world), _status(world), _filtered(world)) if is_shown(world) else None


def confusion_controls(world: World) -> list[Control]:
    """The matrix, whose cells are told apart while they are pointed at, and the buttons below."""
    if not is_shown(world):
        return []
    controls = [
        Control("evaluate", surface, hint, intent, number, 0.008, 0.01, world.here)
        for number, (surface, _, hint, intent) in enumerate(_buttons(world))
    ]
    matrix = matrix_shown(world)
    if matrix is not None:
        surface = _matrix_surface(world, matrix)
        controls.append(Control("confusion", surface, IDLE, FilterShelf(), hall=world.here, rim=0.0, behind=0.1))
    return controls


def cell_control(world: World, target: Target) -> Control | None:
    """What a press on the matrix means where a ray meets it."""
    matrix = matrix_shown(world)
    if matrix is None:
        return None
    row, column = matrix.cell(target.u, target.v)
    wanted = FilterShelf(matrix.filter(row, column, world.here))
    words = matrix.words(row, column)
    surface = _cell(world, matrix, row, column)
    return Control("confusion", surface, words, wanted, row * len(matrix.columns) + column, 0.0, 0.1, world.here)


def furnish_confusion(world: World) -> Drawables:
    """The board with all that does not depend on who points where."""
    if not is_shown(world):
        return Drawables()
    board = board_surface(world)
    boxes = panel(board.pose, board.width, board.height, strip="output") + stand(board.pose, board.height / 2)
    labels, images = _heading(world, board), []
    matrix = matrix_shown(world)
    if matrix is not None:
        surface = _matrix_surface(world, matrix)
        images.append(Image(CONFUSION, surface.pose, surface.width, surface.height))
        labels += _names(board, matrix) + _numbers(surface, matrix)
    x, _, z = board.pose.position
    shadow = Shadow((x, 0, z), (WIDTH, 0.7), -_angle(world))
    return Drawables(boxes=tuple(boxes), labels=tuple(labels), images=tuple(images), shadows=(shadow,))


def furnish_confusion_buttons(world: World) -> Drawables:
    """Its buttons, which tell how far an evaluation is."""
    boxes, labels = [], []
    for surface, words, _, _ in _buttons(world) if is_shown(world) else ():
        boxes.append(Box(surface.pose, (surface.width, surface.height, 0.02), "track"))
        labels.append(Label(words, surface.pose @ Pose((0, -0.012, 0.0115)), 0.026, "centre"))
    return Drawables(boxes=tuple(boxes), labels=tuple(labels))


def pointed_key(world: World) -> object:
    """Equal keys mean that `furnish_pointed` would say the same again."""
    found = _pointed(world)
    return None if found is None else (found.index, confusion_key(world))


def furnish_pointed(world: World) -> Drawables:
    """What the cell says that somebody points at, with a frame around it."""
    matrix, control = matrix_shown(world), _pointed(world)
    if matrix is None:
        return Drawables()
    words = IDLE if control is None else control.hint
    if control is None and matrix.shown < matrix.occurring:
        words = f"The {matrix.shown} of {matrix.occurring} classes confused most. {IDLE}"
    board = board_surface(world)
    place = board.pose @ Pose((MARGIN - WIDTH / 2, -TOLD, 0.001))
    role = "muted" if control is None else "text"
    told = Label(fit(words, LINE, WIDTH - 2 * MARGIN, control is not None), place, LINE, "left", role)
    if control is None:
        return Drawables(labels=(told,))
    cell = control.surface
    across, down = (cell.width + FRAME, FRAME, 0.006), (FRAME, cell.height + FRAME, 0.006)
    sides = [(0.0, cell.height / 2, across), (0.0, -cell.height / 2, across)]
    sides += [(cell.width / 2, 0.0, down), (-cell.width / 2, 0.0, down)]
    frame = [Box(cell.pose @ Pose((x, y, 0.004)), size, "accent", glow=1.0) for x, y, size in sides]
    return Drawables(boxes=tuple(frame), labels=(told,))


def _pointed(world: World) -> Control | None:
    targets = (world.hands[hand].target for hand in (world.comfort.main, world.comfort.off, "mouse"))
    return next((t.control for t in targets if t is not None and t.kind == "confusion" and t.control is not None), None)


def _heading(world: World, board: Surface) -> list[Label]:
    hall, room = world.hall, WIDTH - 2 * MARGIN
    corner = board.pose @ Pose((MARGIN - WIDTH / 2, HEIGHT / 2 - MARGIN - HEADING, 0.001))
    words = "What is taken for what" if len(world.halls) == 1 else f"What {hall.network} takes for what"
    labels = [Label(fit(words, HEADING, room, bold=True), corner, HEADING, bold=True)]
    below = corner @ Pose((0.0, -0.068, 0.0))
    results = hall.results
    if results is None or not results.labelled or matrix_shown(world) is None:
        told = _invitation(world) if results is None else results.how
        return labels + lines_of(wrap(told, LINE, room, 6), below, LINE, 1.9, "muted")
    total = summary(results)
    done = "" if results.complete else f" of {results.total:,}"
    right = rate(total.accuracy or 0.0)
    told = f"{right} of {total.counted:,}{done} pictures right"
    if len(results.names) > TOP:
        told += f", {rate(total.top5 or 0.0)} among the first 5"
    return [*labels, Label(fit(told, LINE, room), below, LINE, role="text")]


def _invitation(world: World) -> str:
    if evaluating(world, world.here) is not None:
        return f"All {counted(world.catalogue.count, 'picture')} are on their way through the network."
    return (
        f"{counted(world.catalogue.count, 'picture')} with labels: a press below runs them all through the network and "
        "shows here which classes it takes for which."
    )


def _names(board: Surface, matrix: Matrix) -> list[Label]:
    square, labels = square_of(matrix), []
    (across, down), (beside, above) = square.cell, (room - 0.035 for room in square.room)
    corner = board.pose @ Pose((square.left - 0.025, square.top + 0.05, 0.001))
    labels += [
        Label("taken for →", corner, 0.019, "right", "muted"),
        Label("shows ↓", corner @ Pose((0.0, -0.033, 0.0)), 0.019, "right", "muted"),
    ]
    for number, name in enumerate(matrix.rows):
        cap = square.caps[0]
        at = square.left - 0.02, square.top - (number + 0.5) * down - cap / 2, 0.001
        labels.append(Label(fit(name, cap, beside), board.pose @ Pose(at), cap, "right"))
    for number, name in enumerate(matrix.columns):
        cap = square.caps[1]
        at = square.left + (number + 0.5) * across + cap / 2, square.top + 0.016, 0.001
        place = board.pose @ Pose(at, roll_and_pitch(pi / 2, 0.0))
        labels.append(Label(fit(name, cap, above), place, cap, "left"))
    return labels


def _numbers(surface: Surface, matrix: Matrix) -> list[Label]:
    """The counts in the cells that have room for them."""
    across, down = square_of(matrix).cell
    cap = min(0.026, 0.34 * min(across, down))
    labels = []
    for row, column in zip(*(each.tolist() for each in matrix.counts.nonzero()), strict=True):
        words = f"{matrix.counts[row, column]:,}"
        if cap >= SMALLEST and text_width(words, cap) <= 0.86 * across:
            x, y = _middle(matrix, row, column)
            role = "panel" if matrix.strength[row, column] > STRONG else "text"
            labels.append(Label(words, surface.pose @ Pose((x, y - cap / 2, 0.002)), cap, "centre", role))
    return labels


def _matrix_surface(world: World, matrix: Matrix) -> Surface:
    square = square_of(matrix)
    middle = square.left + square.width / 2, square.top - square.height / 2, 0.002
    return Surface(board_surface(world).pose @ Pose(middle), square.width, square.height)


def _cell(world: World, matrix: Matrix, row: int, column: int) -> Surface:
    x, y = _middle(matrix, row, column)
    return Surface(_matrix_surface(world, matrix).pose @ Pose((x, y, 0.0)), *square_of(matrix).cell)


def _middle(matrix: Matrix, row: int, column: int) -> tuple[float, float]:
    """Of a cell, in m from the middle of the matrix."""
    square = square_of(matrix)
    across, down = square.cell
    return (column + 0.5) * across - square.width / 2, square.height / 2 - (row + 0.5) * down


Button = tuple[Surface, str, str, Evaluate | CancelInquiry | FilterShelf]


def _buttons(world: World) -> list[Button]:
    """(where, words, hint, what a press means), from the left."""
    running = evaluating(world, world.here)
    if running is not None:
        found: list[tuple[str, str, Evaluate | CancelInquiry | FilterShelf]] = [
            (f"Cancel ({_status(world)})", "Click to stop: what was judged stays", CancelInquiry(running, world.here))
        ]
    else:
        again = world.hall.results is not None
        words = "Evaluate again" if again else "Evaluate"
        found = [(words, "Click to run all pictures through the network", Evaluate(world.here))]
    if _filtered(world):
        found.append(("All pictures back", "Click: the shelf as it began", FilterShelf()))
    pose = board_surface(world).pose
    left, y = MARGIN - WIDTH / 2, MARGIN + BUTTON / 2 - HEIGHT / 2
    return [
        (Surface(pose @ Pose((left + (n + 0.5) * (BUTTON_WIDTH + 0.02), y, 0.012)), BUTTON_WIDTH, BUTTON), *each)
        for n, each in enumerate(found)
    ]


def _status(world: World) -> str:
    """How far a running evaluation is, in whole parts of a hundred; "" without one."""
    running = evaluating(world, world.here)
    if running is None:
        return ""
    status = world.hall.inquiries[running]
    return f"{100 * status.done // status.total} %" if status.total else "waits"


def _filtered(world: World) -> bool:
    return world.shelf.selection is not None
