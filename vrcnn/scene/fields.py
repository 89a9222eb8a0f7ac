"""What the pixel under the ray sees of the picture: found in the network's graph, shown on the easel and in words."""

from __future__ import annotations

from vrcnn.network.graph import Graph, Node
from vrcnn.network.map_reading import reading_of, slice_index
from vrcnn.network.receptive_field import Field, ReceptiveFields, Region
from vrcnn.scene.drawables import Box, Label
from vrcnn.scene.gallery import Sight
from vrcnn.scene.geometry import Pose
from vrcnn.scene.hall import Hall
from vrcnn.scene.picture_numbers import input_number, overlay_number
from vrcnn.scene.pointing import pixel_shown
from vrcnn.scene.reading import MapAt
from vrcnn.scene.typography import text_width
from vrcnn.scene.world import World

Share = tuple[float, float, float, float]  # left, top, right, bottom: 0 to 1 across and down a picture
LINE, EDGE = 0.005, 0.0022  # m: of the outline, and of what is dark on both sides of it
TINT = 0.38  # over what is not seen
PAUSE = 0.04  # s from one field to the next: in a network of many branches each takes a few milliseconds
WORDS = 0.021  # m, cap height on the easel


class Sights:
    """Keeps what the visitor's pixel sees up to date; remembers the fields of each network's graph."""

    def __init__(self) -> None:
        self._fields: dict[int, tuple[Graph, ReceptiveFields]] = {}
        self._key: object = None
        self._found = -PAUSE  # World.time

    def follow(self, world: World) -> None:
        """Finds the field anew where the ray is on another pixel; while it sweeps over many, not for each of them."""
        at, pixel = world.gallery.pointing.shown, pixel_shown(world)
        if not isinstance(at, MapAt) or pixel is None:
            self._key, world.gallery.sight = None, None
            return
        hall = world.halls[at.hall]
        key = at, pixel, id(hall.full), hall.scope.slice
        sweeping = world.gallery.sight is not None and world.time - self._found < PAUSE
        if key != self._key and not sweeping:
            self._key, self._found = key, world.time
            world.gallery.sight = self._sight(hall, at, *pixel)

    def _sight(self, hall: Hall, at: MapAt, row: int, column: int) -> Sight | None:
        known = self._fields.get(at.hall)
        if known is None or known[0] is not hall.full:
            known = self._fields[at.hall] = hall.full, ReceptiveFields(hall.full)
        members = hall.graph.nodes[at.node].members
        number = members[-1] if members else at.node
        if number >= len(hall.full.nodes) or not known[1].any_picture:
            return None
        region = part_of(hall.full.nodes[number], at.channel, row, column, hall.scope.slice)
        return None if region is None else Sight(at.hall, known[1].of(number, region))


def part_of(node: Node, channel: int, row: int, column: int, slice: float = 0.5) -> Region | None:
    """Where the value of one pixel of a map lies in the tensor of its node; `slice` as in Scope."""
    reading = reading_of(node)
    if reading is None:
        return None
    found = []
    for letter, length in zip(reading.axes, node.shape, strict=True):
        index = {"C": channel, "F": channel, "H": row, "W": column, "D": slice_index(length, slice)}.get(letter, 0)
        if letter == "L":
            tokens = reading.rows * reading.columns
            index = row * reading.columns + column + (length - tokens if reading.last else 0)
        found.append((index, index))
    return tuple(found)


def sees(field: Field | None) -> str:
    """The receptive field in words."""
    if field is None:
        return "sees nothing of the picture"
    size = f"{field.height} × {field.width} px" if field.height > 1 else f"{field.width} samples"
    if field.unknown:
        return f"may see the whole picture, {size}: {field.unknown} is not followed"
    if field.whole:
        return f"sees the whole picture, {size}"
    rows, columns = field.bottom - field.top, field.right - field.left
    if field.height == 1:
        return f"sees {columns} of {size}"
    return f"sees {rows} × {columns} px of {size.removesuffix(' px')}"


def picture_seen(world: World) -> int | None:
    """The number of the picture on which the field is shown: the easel's, or the network's input where only that tells.

    None without a field, and where neither is there.
    """
    sight = world.gallery.sight
    if sight is None or sight.field is None or sight.field.height == 1 or world.easel.picture is None:
        return None
    if world.overlaid and world.overlaying == sight.hall and world.overlay is not None:
        return overlay_number(sight.hall)
    if sight.hall in world.inputs:
        return input_number(sight.hall)
    picture = world.pictures[world.easel.picture]
    return None if world.halls[sight.hall].crop is None or picture.pixels is None else world.easel.picture


def share_seen(world: World) -> Share | None:
    """Which part of the picture `picture_seen` it is."""
    sight, number = world.gallery.sight, picture_seen(world)
    if number is None or sight is None or sight.field is None:
        return None
    field = sight.field
    across, down = 1.0, 1.0  # the shares of the picture that the input has
    if number >= 0:
        crop, aspect = world.halls[sight.hall].crop or 1.0, world.pictures[number].aspect
        scale = crop * min(aspect / field.width, 1 / field.height)
        across, down = scale * field.width / aspect, scale * field.height
    return (
        0.5 + across * (field.left / field.width - 0.5),
        0.5 + down * (field.top / field.height - 0.5),
        0.5 + across * (field.right / field.width - 0.5),
        0.5 + down * (field.bottom / field.height - 0.5),
    )


def field_boxes(pose: Pose, width: float, height: float, share: Share, scale: float = 1.0) -> list[Box]:
    """An outline around a share of a picture of `width` x `height` m, and a tint over the rest of it."""
    left, right = (share[0] - 0.5) * width, (share[2] - 0.5) * width
    top, bottom = (0.5 - share[1]) * height, (0.5 - share[3]) * height
    boxes = []
    for x, y, w, h in (
        ((left - width / 2) / 2, 0.0, left + width / 2, height),
        ((right + width / 2) / 2, 0.0, width / 2 - right, height),
        ((left + right) / 2, (top + height / 2) / 2, right - left, height / 2 - top),
        ((left + right) / 2, (bottom - height / 2) / 2, right - left, bottom + height / 2),
    ):
        if w > 1e-4 and h > 1e-4:
            boxes.append(Box(pose @ Pose((x, y, 0.001)), (w, h, 0.0001), "panel", 1.0, TINT))
    line, edge = LINE * scale, EDGE * scale
    for grown, thick, z, role in ((0.0, line + 2 * edge, 0.002, "panel"), (edge, line, 0.003, "accent")):
        outline = left - grown - thick, bottom - grown - thick, right + grown + thick, top + grown + thick
        boxes += _outline(pose, outline, thick, z, role)
    return boxes


def field_words(pose: Pose, width: float, words: str) -> tuple[list[Box], list[Label]]:
    """A small plate with the words, its lower edge in the middle of `pose`."""
    cap = min(WORDS, WORDS * (width - 0.03) / max(text_width(words, WORDS), 1e-6))
    half = text_width(words, cap) / 2 + 0.016
    plate = Box(pose @ Pose((0, 0.026, 0.0)), (2 * half, 0.052, 0.012), "panel", 0.9)
    rim = Box(pose @ Pose((0, 0.0015, 0.002)), (2 * half, 0.003, 0.012), "accent", 1.0)
    return [plate, rim], [Label(words, pose @ Pose((0, 0.027 - cap / 2, 0.0075)), cap, "centre", "text")]


def _outline(pose: Pose, ends: tuple[float, float, float, float], thick: float, z: float, role: str) -> list[Box]:
    """Four bars just within these ends: left, bottom, right, top."""
    left, bottom, right, top = ends
    across, down = (left + right) / 2, (bottom + top) / 2
    return [
        *(
            Box(pose @ Pose((x, down, z)), (thick, top - bottom, 0.001), role, 1.0)
            for x in (left + thick / 2, right - thick / 2)
        ),
        *(
            Box(pose @ Pose((across, y, z)), (right - left - 2 * thick, thick, 0.001), role, 1.0)
            for y in (bottom + thick / 2, top - thick / 2)
        ),
    ]
