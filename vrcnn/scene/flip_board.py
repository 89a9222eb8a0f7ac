"""The board over a network's answers: which of them flip behind the sieve, over a set of pictures."""

from __future__ import annotations

from vrcnn.engine.xray_messages import Flip, FlipsTold
from vrcnn.scene.controls import Control
from vrcnn.scene.drawables import Box, Drawables, Image, Label
from vrcnn.scene.geometry import Pose
from vrcnn.scene.hall import Hall, Surface
from vrcnn.scene.headset_intents import OpenPanel
from vrcnn.scene.shelving import fitted
from vrcnn.scene.sieve_panel_intents import PutFlipped
from vrcnn.scene.sieve_wording import flips_told
from vrcnn.scene.signs import lines_of, panel, upright, wrap
from vrcnn.scene.typography import fit, text_width
from vrcnn.scene.wording import percent
from vrcnn.scene.world import World
from vrcnn.scene.world_panels import FLIPS

# All in shares of the board's width, which is that of the board below it.
HEIGHT, BRIEF, GAP = 0.8, 0.36, 0.09  # brief while nothing is known yet
MARGIN, HEADING, LINE, NAME = 0.06, 0.036, 0.028, 0.029
ROWS, FIRST_ROW, ROW, THUMB = 4, 0.32, 0.104, 0.088
HINT = "Click for all answers that flip"
NOT_FOUND = "Nothing is known: it was stopped, or cannot be found, as a notice tells."


def is_shown(world: World, number: int) -> bool:
    """Whether it stands there: while the sieve is before the picture, where there is a set and there are answers."""
    hall = world.halls[number]
    return bool(world.sieving.before and world.catalogue.count and hall.scores and hall.answer_kind == "classes")


def flip_board_key(world: World, number: int) -> object:
    """Equal keys mean that the board of this hall would be the same again."""
    if not is_shown(world, number):
        return None
    hall = world.halls[number]
    told = hall.xray.flips, world.sieving.sieve, world.sieving.pictures, hall.xray.sought, bool(hall.inquiries)
    return told, hall.board.pose, hall.board.width, world.pictures_revision


def flip_boards_key(world: World) -> object:
    """Equal keys mean that the controls on all of these boards would be the same again."""
    return tuple(flip_board_key(world, number) for number in range(len(world.halls)))


def flip_controls(world: World) -> list[Control]:
    """The boards, which open the panel, and their rows, which put a picture on the easel."""
    controls = []
    for number, hall in enumerate(world.halls):
        if not is_shown(world, number):
            continue
        controls.append(Control("flips", surface_of(hall), HINT, OpenPanel(FLIPS), number, 0.012, 0.03, number))
        for place, flip in enumerate(_shown(hall.xray.flips)):
            words = f"Click to put {flip.name} on the easel"
            row = _row_surface(hall, place)
            index = number * ROWS + place
            controls.append(Control("flipped", row, words, PutFlipped(flip.place), index, 0.004, 0.004, number))
    return controls


def surface_of(hall: Hall) -> Surface:
    """Upright over the board beside the easel, as wide as that."""
    board = hall.board
    height = (BRIEF if hall.xray.flips is None else HEIGHT) * board.width
    edge = board.pose.apply((0.0, board.height / 2, 0.0))
    middle = Pose(edge, upright(board.pose)) @ Pose((0.0, GAP * board.width + height / 2, -0.02))
    return Surface(middle, board.width, height)


def furnish_flip_board(world: World, number: int) -> Drawables:
    """How many answers flip, and the first of them; before they were looked for, how to find them."""
    if not is_shown(world, number):
        return Drawables()
    hall = world.halls[number]
    told, board = hall.xray.flips, surface_of(hall)
    unit = board.width
    boxes = panel(board.pose, board.width, board.height, strip="accent")
    for side in (-1, 1):
        foot = board.pose @ Pose((side * 0.3 * unit, -board.height / 2 - GAP * unit / 2, -0.03))
        boxes.append(Box(foot, (0.03 * unit, (GAP + 0.06) * unit, 0.02), "frame"))
    left, top = (MARGIN - 0.5) * unit, board.height / 2 - (MARGIN + HEADING) * unit
    room, size = (1 - 2 * MARGIN) * unit, LINE * unit
    labels = [Label("Answers that flip", board.pose @ Pose((left, top, 0.001)), HEADING * unit, bold=True)]
    below = board.pose @ Pose((left, top - 0.075 * unit, 0.001))
    if told is None:
        lines = wrap(_invitation(world, hall), size, room, 4)
        return Drawables(boxes=tuple(boxes), labels=(*labels, *lines_of(lines, below, size, 1.9, "muted")))
    labels.append(Label(fit(flips_told(told, twin=False), size, room, bold=True), below, size, bold=True))
    if told.flipped_untrained is not None:
        words = f"of its untrained twin: {told.flipped_untrained:,} of {told.done - told.skipped:,}"
        below = below @ Pose((0.0, -0.052 * unit, 0.0))
        labels.append(Label(fit(words, size, room), below, size, role="text"))
    behind = f"behind {told.sieve.told}" + (f", {told.total - told.done:,} to go" if told.done < told.total else "")
    stale = told.sieve != world.sieving.sieve
    line = below @ Pose((0.0, -0.055 * unit, 0.0))
    labels.append(Label(fit(behind, size, room), line, size, role="muted" if stale else "accent text"))
    images: list[Image] = []
    for place, flip in enumerate(_shown(told)):
        more, image = _row(world, hall, place, flip)
        labels += more
        images += image
    return Drawables(boxes=tuple(boxes), labels=tuple(labels), images=tuple(images))


def _invitation(world: World, hall: Hall) -> str:
    count = min(world.sieving.pictures, world.catalogue.count)
    if hall.xray.sought is not None and not hall.inquiries:
        return NOT_FOUND
    if hall.xray.sought is not None:
        return f"{count:,} pictures are on their way through the network, each before and behind the sieve."
    return f"A press here runs {count:,} pictures through the network, before and behind {world.sieving.sieve.told}."


def _shown(told: FlipsTold | None) -> tuple[Flip, ...]:
    return () if told is None else told.flips[:ROWS]


def _row_surface(hall: Hall, place: int) -> Surface:
    board = surface_of(hall)
    unit = board.width
    y = board.height / 2 - (FIRST_ROW + (place + 0.5) * ROW) * unit
    return Surface(board.pose @ Pose((0.0, y, 0.004)), (1 - MARGIN) * unit, ROW * unit * 0.94)


def _row(world: World, hall: Hall, place: int, flip: Flip) -> tuple[list[Label], list[Image]]:
    """The picture where somebody has it, and its answers before and behind."""
    row, unit = _row_surface(hall, place), hall.board.width
    size, left = NAME * unit, (MARGIN - 0.5) * unit
    number, images = world.catalogue.numbers.get(flip.place), list[Image]()
    picture = None if number is None else world.pictures[number]
    if number is not None and picture is not None and picture.pixels is not None:
        width, height = fitted(picture, THUMB * unit)
        images.append(Image(number, row.pose @ Pose((left + THUMB * unit / 2, 0.0, 0.001)), width, height))
    left += (THUMB + 0.025) * unit
    room = (0.5 - MARGIN) * unit - left
    before, behind = (
        f"{name} {percent(probability)}"
        for name, probability in ((flip.before, flip.probability_before), (flip.behind, flip.probability_behind))
    )
    before = fit(f"{before} →", size, 0.56 * room)
    begin = left + text_width(before, size) + 0.014 * unit
    behind = fit(behind, size, (0.5 - MARGIN) * unit - begin, bold=True)
    name = fit(flip.name, 0.75 * size, room)
    return [
        Label(before, row.pose @ Pose((left, 0.1 * size, 0.0)), size, role="text"),
        Label(behind, row.pose @ Pose((begin, 0.1 * size, 0.0)), size, role="accent text", bold=True),
        Label(name, row.pose @ Pose((left, -1.35 * size, 0.0)), 0.75 * size, role="muted"),
    ], images
