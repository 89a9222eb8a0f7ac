"""Furnishes the rooms: floors, gates with their names, and the doors of closed ones; each in its room's own frame."""

from __future__ import annotations

from math import pi

from vrcnn.scene.drawables import Box, Label, Shadow
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.hall import Plate, Surface
from vrcnn.scene.laying import DOOR
from vrcnn.scene.typography import fit, fit_name, text_width
from vrcnn.scene.wording import counted

GATE_HEIGHT, GATE_HALF_WIDTH, GATE_SIGN = 3.4, 1.16, 0.1  # m; a gate is a sign that hangs over the path
SIGN_HEIGHT = 0.27  # m
BUTTON = 0.3, 0.1  # m, at the end of a gate's sign
BESIDE = BUTTON[0] + 0.03  # m from one button to the next
FLAT = turn(pitch=-pi / 2)
ON_FLOOR, ON_INNER_FLOOR = 0.12, 0.085  # m, cap heights
INNER_BEHIND = 0.46  # m of an inner plate before its name, so that it does not lie on the outer room's
PLATE_TOP, INNER_TOP = 0.012, 0.018  # m
RIM = 0.014  # m, around an inner plate
LEAVES, LEAF_HEIGHT = 0.014, 1.52  # m: the slit between a door's leaves; their height
DEPTH = 0.42  # m, of the box behind a door

Parts = tuple[list[Box], list[Label], list[Shadow]]


def furnish_plate(plate: Plate) -> Parts:
    """A room as it is now, in the frame of `plate.pose`."""
    own = plate.pose.inverse()
    boxes, labels, shadows = _floor(plate, own), list[Label](), list[Shadow]()
    if plate.door is not None:
        more_boxes, more_labels, shadow = _door(plate, own @ plate.door.pose, plate.door.scale)
        return [*boxes, *more_boxes], more_labels, [shadow]
    gate = own @ plate.gate
    if plate.inner:
        words = fit(plate.title, ON_INNER_FLOOR, 2 * GATE_HALF_WIDTH)
        place = gate @ Pose((0.0, INNER_TOP + 0.004, -INNER_BEHIND), FLAT)
        labels.append(Label(words, place, ON_INNER_FLOOR, "centre", "muted"))
        for word, surface in (("close", room_button(plate)), ("features", features_button(plate))):
            button = own @ surface.pose
            boxes.append(Box(button, (BUTTON[0], BUTTON[1], 0.008), "track"))
            labels.append(Label(word, button @ Pose((0.0, -0.018, 0.006)), 0.036, "centre", "text"))
        return boxes, labels, shadows
    more_boxes, more_labels = _gate(plate, gate)
    on_floor = Label(plate.title, gate @ Pose((0.0, 0.014, -0.11), FLAT), ON_FLOOR, "centre", "muted", bold=True)
    return [*boxes, *more_boxes], [*more_labels, on_floor], shadows


def room_button(plate: Plate) -> Surface:
    """What closes a room or opens it, in the hall's frame: on its gate, on an inner room's floor, or the whole door."""
    if plate.door is not None:
        door = plate.door
        return Surface(door.carry(Pose((0.0, 0.0, 0.03))), DOOR[0] * door.scale, DOOR[1] * door.scale)
    if plate.inner:
        aside = min(GATE_HALF_WIDTH - BUTTON[0] / 2, text_width(plate.title, ON_INNER_FLOOR) / 2 + BUTTON[0])
        place = Pose((aside, INNER_TOP + 0.004, -INNER_BEHIND - ON_INNER_FLOOR / 2), FLAT)
        return Surface(plate.gate @ place, *BUTTON)
    place = Pose((GATE_HALF_WIDTH - BUTTON[0] / 2 - 0.02, GATE_HEIGHT - 0.13, 0.006))
    return Surface(plate.gate @ place, *BUTTON)


def features_button(plate: Plate) -> Surface:
    """What asks for the feature visualizations of an open room, in the hall's frame: beside what closes it."""
    beside = room_button(plate)
    return Surface(beside.pose @ Pose((BESIDE if plate.inner else -BESIDE, 0.0, 0.0)), *BUTTON)


def _floor(plate: Plate, own: Pose) -> list[Box]:
    boxes = []
    for pose, (width, depth) in plate.tiles:
        at = own @ pose
        if plate.inner:
            boxes.append(Box(at @ Pose((0, INNER_TOP / 2, 0)), (width, INNER_TOP, depth), "track"))
            size = width - 2 * RIM, INNER_TOP + 0.001, depth if len(plate.tiles) > 1 else depth - 2 * RIM
            boxes.append(Box(at @ Pose((0, size[1] / 2, 0)), size, "plate"))
        else:
            boxes.append(Box(at @ Pose((0, PLATE_TOP / 2, 0)), (width, PLATE_TOP, depth), "plate"))
    return boxes


def _gate(plate: Plate, gate: Pose) -> tuple[list[Box], list[Label]]:
    """A sign over the path: the room's name, what it is, and the button that closes it."""
    sign = 2 * GATE_HALF_WIDTH + 0.06
    own = plate.pose.inverse()
    boxes = [
        Box(gate @ Pose((0.0, GATE_HEIGHT - SIGN_HEIGHT / 2 + 0.005, 0.0)), (sign, SIGN_HEIGHT, 0.028), "panel"),
        Box(gate @ Pose((0.0, GATE_HEIGHT + 0.012, 0.0)), (sign, 0.016, 0.032), "edge", glow=0.6),
    ]
    kind_height = GATE_SIGN * 0.55
    left, right = -GATE_HALF_WIDTH + 0.1, GATE_HALF_WIDTH - BUTTON[0] - BESIDE - 0.1
    room = right - left
    base, face = GATE_HEIGHT - 0.18, 0.018
    title = fit_name(plate.title, GATE_SIGN, room * 0.7, bold=True)
    counted_kind = plate.kind if plate.stands_for == 1 else f"×{plate.stands_for}  {plate.kind}"
    kind = fit(counted_kind, kind_height, room - text_width(title, GATE_SIGN, bold=True) - 0.12)
    labels = [
        Label(title, gate @ Pose((left, base, face)), GATE_SIGN, bold=True),
        Label(kind, gate @ Pose((right, base, face)), kind_height, align="right", role="muted"),
    ]
    for word, surface in (("close", room_button(plate)), ("features", features_button(plate))):
        button = own @ surface.pose
        boxes.append(Box(button @ Pose((0.0, 0.0, 0.006)), (*BUTTON, 0.014), "track"))
        labels.append(Label(word, button @ Pose((0.0, -0.024, 0.014)), 0.05, "centre", "text"))
    return boxes, labels


def _door(plate: Plate, door: Pose, scale: float) -> tuple[list[Box], list[Label], Shadow]:
    """Two leaves in a frame, with a sign above them: the name, how much is inside, and that it can be opened."""
    width, height = DOOR[0] * scale, DOOR[1] * scale
    leaf, tall = (width - 0.1 - LEAVES) / 2, LEAF_HEIGHT * scale
    bottom = -height / 2
    middle = bottom + 0.05 + tall / 2
    boxes = [
        Box(door @ Pose((0, 0, -DEPTH / 2 - 0.02)), (width, height, DEPTH), "head"),
        Box(door @ Pose((0, height / 2 + 0.008, -DEPTH / 2 - 0.02)), (width, 0.016, DEPTH), "edge", glow=0.6),
        Box(door @ Pose((0, bottom + (0.1 + tall) / 2, -0.012)), (width, 0.1 + tall, 0.016), "frame"),
    ]
    for side in (-1, 1):
        at = door @ Pose((side * (leaf + LEAVES) / 2, middle, 0.0))
        boxes.append(Box(at, (leaf, tall, 0.02), "track"))
        boxes.append(Box(at @ Pose((0, 0, 0.006)), (leaf - 0.12, tall - 0.12, 0.014), "panel"))
        boxes.append(Box(at @ Pose((-side * (leaf / 2 - 0.035), 0.0, 0.022)), (0.018, 0.2 * scale, 0.024), "accent"))
    left, room = -width / 2 + 0.06, width - 0.12
    top = height / 2
    title_height, line = 0.092 * scale, 0.05 * scale
    title = fit_name(plate.title, title_height, room, bold=True)
    blocks = f"   ·   ×{plate.stands_for}  {plate.kind}" if plate.stands_for > 1 else ""
    inside = fit(f"{counted(plate.layers, 'layer')}{blocks}", line, room)
    labels = [
        Label(title, door @ Pose((left, top - 0.16 * scale, 0.002)), title_height, bold=True),
        Label(inside, door @ Pose((left, top - 0.27 * scale, 0.002)), line, role="muted"),
        Label("open", door @ Pose((left, top - 0.4 * scale, 0.002)), line, role="accent text", bold=True),
    ]
    x, _, z = door.apply((0.0, 0.0, -DEPTH / 2))
    return boxes, labels, Shadow((x, 0.0, z), (width + 0.5, 1.0))
