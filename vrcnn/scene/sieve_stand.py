"""Furnishes the sieve: glass, frame and handle; its holder at the easel with the plate; the legend of the frames."""

from __future__ import annotations

import numpy as np

from vrcnn.scene.change_colours import SATURATED, change_colour
from vrcnn.scene.controls import Control
from vrcnn.scene.drawables import Box, Drawables, Label
from vrcnn.scene.geometry import Pose
from vrcnn.scene.hall import Surface
from vrcnn.scene.sieve_handling import PLATE
from vrcnn.scene.sieve_pattern import pattern
from vrcnn.scene.sieve_place import AT_REST, HANDLE, LENS, RIM, Held, holder, is_there, sieve_end, sieve_now
from vrcnn.scene.theme import THEMES
from vrcnn.scene.typography import text_width
from vrcnn.scene.world import World
from vrcnn.scene.xray_intents import StepSieveKind, TurnSieve
from vrcnn.susceptibility.sieve import TITLES

WIDTH, ROW = 0.3, 0.066  # m, of the plate below the holder, and the height of one of its two rows
BUTTON = 0.052  # m, the width of a button at either end of a row
DROP = 0.02  # m, from the glass to the plate
CAP, SMALL = 0.0235, 0.0155  # m, cap heights
TOLD = 0.024, 0.05  # m, cap height of what the sieve's own label tells, and how high its plate is
BESIDE_PLATE = 0.05  # m between the plate and the easel's frame, which the arm spans
STRIPES = 24  # of the legend's bar
BAR = 0.22, 0.036  # m
FAINT = 0.3  # of the pattern before the picture, which itself shows what the sieve does
THICK = 0.014  # m at full size


def furnish_sieve(world: World) -> Drawables:
    """The sieve itself, wherever it is now."""
    if not is_there(world):
        return Drawables()
    held, sieving = sieve_now(world), world.sieving
    pose, size = held.pose, held.size
    side, rim, thick = LENS * size, RIM * size, THICK * size
    wide, long = (length * size for length in HANDLE)
    down = -1.0 if sieving.in_hand is not None else 1.0
    outer = (side + rim) / 2
    boxes = [
        *(Box(pose @ Pose((x, 0, 0)), (rim, side + 2 * rim, thick), "wood") for x in (-outer, outer)),
        *(Box(pose @ Pose((0, y, 0)), (side, rim, thick), "wood") for y in (-outer, outer)),
        Box(pose @ Pose((0, down * (side / 2 + rim + long / 2), 0)), (wide, long, 1.4 * thick), "wood"),
        Box(pose @ Pose((0, down * (side / 2 + rim), 0)), (1.5 * wide, 0.6 * rim, 1.6 * thick), "frame"),
        Box(pose, (side, side, 0.2 * thick), "spark", 1.0, 0.07),
        *pattern(sieving.sieve, pose, side, FAINT if sieving.before else 1.0),
    ]
    role = "accent" if sieving.in_hand is not None or _pointed(world) else "running" if sieving.before else "frame"
    glow, edge, inner = 0.0 if role == "frame" else 0.9, 0.2 * rim, side / 2
    boxes += [Box(pose @ Pose((x, 0, 0)), (edge, side, 1.2 * thick), role, glow) for x in (-inner, inner)]
    boxes += [Box(pose @ Pose((0, y, 0)), (side, edge, 1.2 * thick), role, glow) for y in (-inner, inner)]
    labels = []
    if sieving.in_hand is not None or sieving.before:
        plate = _label(world, held)
        high, width = plate.height, plate.width
        boxes.append(Box(plate.pose @ Pose((0, 0, -0.003)), (width, high, 0.006), "panel"))
        cap = TOLD[0] * high / TOLD[1]
        labels.append(Label(sieving.sieve.told, plate.pose @ Pose((0, -cap / 2, 0.002)), cap, "centre", bold=True))
    return Drawables(boxes=tuple(boxes), labels=tuple(labels))


def sieve_key(world: World) -> object:
    """Equal keys mean that `furnish_sieve` would say the same again."""
    sieving = world.sieving
    return is_there(world) and (sieving.sieve, sieving.in_hand, sieving.before, sieve_now(world), _pointed(world))


def furnish_sieve_stand(world: World) -> Drawables:
    """The posts and the plate below them; and where the sieve has left its place, the legend of what it shows."""
    if not is_there(world):
        return Drawables()
    plate, rise = _plate(world), _rise()
    wide, high = plate.width, plate.height
    across = BESIDE_PLATE + 0.03
    boxes = [
        Box(plate.pose @ Pose((0, 0, -0.012)), (wide, high, 0.02), "panel"),
        Box(plate.pose @ Pose((0, 0, -0.022)), (wide + 0.02, high + 0.02, 0.02), "wood"),
        Box(plate.pose @ Pose(((wide + across) / 2, 0, -0.034)), (across, 0.03, 0.016), "wood"),
        *(Box(plate.pose @ Pose((x, (high + rise) / 2, -0.026)), (0.014, rise, 0.012), "wood") for x in _posts()),
    ]
    labels = []
    sieve = world.sieving.sieve
    for row, words in enumerate((TITLES[sieve.kind], sieve.told.removeprefix(TITLES[sieve.kind]).strip())):
        room = WIDTH - 2 * BUTTON - 0.03
        place = plate.pose @ Pose((0, _row(row) - CAP / 2, 0))
        cap = CAP * min(1.0, room / text_width(words, CAP, bold=row == 0))
        labels.append(Label(words, place, cap, "centre", bold=row == 0))
        for step in (-1, 1):
            button = _button(world, row, step)
            boxes.append(Box(button.pose @ Pose((0, 0, -0.004)), (button.width, button.height, 0.01), "track"))
            arrow = button.pose @ Pose((0, -0.011, 0.003))
            labels.append(Label("‹" if step < 0 else "›", arrow, 0.026, "centre", bold=True))
    if world.sieving.before:
        more_boxes, more_labels = _legend(world)
        boxes, labels = boxes + more_boxes, labels + more_labels
    return Drawables(boxes=tuple(boxes), labels=tuple(labels))


def sieve_stand_key(world: World) -> object:
    """Equal keys mean that `furnish_sieve_stand` and `sieve_controls` would say the same again."""
    sieving = world.sieving
    stands = is_there(world), world.easel.pose, world.theme, world.here
    return *stands, sieving.sieve, sieving.before, sieving.in_hand is None


def sieve_controls(world: World) -> list[Control]:
    """The plate's buttons, and the label of the sieve before the picture."""
    if not is_there(world):
        return []
    hall = world.here
    controls = []
    for step, words in ((-1, "kind of sieve before"), (1, "next kind of sieve")):
        hint = f"Click for the {words}"
        controls.append(Control(PLATE, _button(world, 0, step), hint, StepSieveKind(step), step, 0.006, 0.01, hall))
    for step, words in ((-1, "back"), (1, "further")):
        hint = f"Click to turn the sieve {words}"
        controls.append(Control(PLATE, _button(world, 1, step), hint, TurnSieve(step), 2 * step, 0.006, 0.01, hall))
    if world.sieving.before and world.sieving.in_hand is None:
        label = _label(world, sieve_end(world))
        controls.append(Control(PLATE, label, "Click for the next kind of sieve", StepSieveKind(1), 3, 0.0, 0.01, hall))
    return controls


def _pointed(world: World) -> bool:
    """Whether a press of some hand would take it."""
    return any(hand.target is not None and hand.target.kind == "sieve" for hand in world.hands.values())


def _plate(world: World) -> Surface:
    """Below the holder; kind and amount are told on it."""
    below = (LENS / 2 + RIM) * AT_REST + DROP + ROW + 0.01
    return Surface(holder(world) @ Pose((0.0, -below, 0.0)), WIDTH, 2 * ROW + 0.02)


def _rise() -> float:
    """From the plate's upper edge to the upper end of the two posts that the sieve leans on, in m."""
    return DROP + (LENS + 2 * RIM) * AT_REST


def _posts() -> tuple[float, float]:
    """Where they are, behind the frame's sides, from the plate's middle, in m."""
    aside = (LENS + RIM) / 2 * AT_REST
    return -aside, aside


def _row(row: int) -> float:
    """The middle of a row above that of the plate, in m."""
    return ROW / 2 - row * ROW


def _button(world: World, row: int, step: int) -> Surface:
    """At the left (-1) or the right end (1) of a row."""
    x = step * (WIDTH - BUTTON - 0.016) / 2
    return Surface(_plate(world).pose @ Pose((x, _row(row), 0.008)), BUTTON, ROW - 0.012)


def _label(world: World, held: Held) -> Surface:
    """The plate on the sieve's frame, readable wherever it is: on its lower edge."""
    size = held.size if world.sieving.in_hand is None else 1.6 * held.size
    cap, high = (length * size for length in TOLD)
    width = text_width(world.sieving.sieve.told, cap, bold=True) + 2.4 * cap
    y = (0.2 * TOLD[1] - LENS / 2) * held.size if world.sieving.before else -(LENS + RIM) / 2 * held.size
    return Surface(held.pose @ Pose((0.0, y, THICK * held.size)), width, high)


def _legend(world: World) -> tuple[list[Box], list[Label]]:
    """What the frames' colours stand for, where the sieve hangs else."""
    theme, face = THEMES[world.theme], holder(world) @ Pose((0.0, 0.02, -0.004))
    wide, high = WIDTH, 0.236
    (long, thick), stripe = BAR, BAR[0] / STRIPES
    boxes = [
        Box(face @ Pose((0, 0, -0.012)), (wide, high, 0.012), "panel"),
        Box(face @ Pose((0, high / 2 + 0.003, -0.012)), (wide, 0.006, 0.014), "running", glow=0.8),
    ]
    for number in range(STRIPES):
        x = (number + 0.5) * stripe - long / 2
        colour = change_colour(SATURATED * number / (STRIPES - 1), theme)
        boxes.append(Box(face @ Pose((x, 0.005, -0.004)), (stripe * 1.02, thick, 0.006), colour, glow=1.0))
    none = face @ Pose((-long / 2 + 0.012, -0.082, -0.004))
    boxes.append(Box(none, (0.024, 0.024, 0.006), change_colour(float(np.nan), theme), glow=1.0))
    labels = [
        Label("Frames tell how much", face @ Pose((0, 0.081, 0)), 0.0185, "centre", bold=True),
        Label("a channel changes", face @ Pose((0, 0.05, 0)), 0.0185, "centre", bold=True),
        Label("no variation", none @ Pose((0.022, -SMALL / 2, 0.004)), SMALL, "left", "muted"),
    ]
    for words, share in (("0", 0.0), ("0.5", 1 / 3), ("1", 2 / 3), ("1.5 SD", 1.0)):
        place = face @ Pose(((share - 0.5) * long, -0.04, 0))
        labels.append(Label(words, place, SMALL, "centre", "text"))
    return boxes, labels
