"""Furnishes framed copies of feature maps, on the walls and in the hands: the map, its colours, and what it is of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from vrcnn.engine.plan import MapPlan, MapSize, MapSpan
from vrcnn.scene.anchors import held_anchor
from vrcnn.scene.colouring import colormap_of
from vrcnn.scene.drawables import Box, Drawables
from vrcnn.scene.feature_reading import FeatureReading
from vrcnn.scene.gallery import Frame, Gallery
from vrcnn.scene.geometry import Pose
from vrcnn.scene.hanging import frame_in, held_frame, spot_for
from vrcnn.scene.map_shapes import MARGIN, MapShape, frame_shape
from vrcnn.scene.picture_numbers import frame_number
from vrcnn.scene.rail import Rail, rail_boxes, rails
from vrcnn.scene.sheet import Sheet, ends_in_words, zero_along
from vrcnn.scene.signs import wrap
from vrcnn.scene.theme import THEMES
from vrcnn.scene.typography import text_width
from vrcnn.scene.world import World

FRAMES = -1  # the number under which the renderer has the maps of the frames, as those of a hall
LAYER, CHANNEL, PICTURE, ENDS = 0.0165, 0.0135, 0.0125, 0.0105  # m, cap heights
BAR = 0.009
RIM = 0.012  # of the frame around the sheet


def frames_plan(gallery: Gallery) -> MapPlan:
    """Where the renderer keeps the frames' maps: each is a layer of one map, under its frame's number."""
    totals: dict[MapSize, int] = {}
    firsts: list[tuple[Frame, MapSize, int]] = []
    for frame in gallery.frames:
        if isinstance(frame.reading, FeatureReading):
            continue
        size = MapSize(*frame.reading.size)
        firsts.append((frame, size, totals.get(size, 0)))
        totals[size] = totals.get(size, 0) + 1
    starts: dict[MapSize, int] = {}
    row = 0
    for size, total in totals.items():
        starts[size] = row
        row += total
    spans = {frame.number: MapSpan(frame.number, size, first, 1, starts[size] + first) for frame, size, first in firsts}
    return MapPlan(spans, totals)


def furnish_frames(world: World) -> Drawables:
    """Those that hang."""
    sheets = [
        _framed(world, frame, frame.pose, frame.scale) for frame in world.gallery.frames if frame.pose is not None
    ]
    return _together(sheets)


def frames_key(world: World) -> tuple[object, ...]:
    """Equal keys mean that `furnish_frames` would say the same again."""
    return world.gallery.revision, world.colouring, world.theme


def furnish_carried(world: World) -> Drawables:
    """Those in the hands, each in the frame of its hand's anchor, so that nothing is made anew as it moves."""
    return Drawables(
        standing=tuple(
            replace(_framed(world, frame, Pose()).drawables(), anchor=held_anchor(world, name))
            for name, frame in _held(world)
        )
    )


def carried_key(world: World) -> tuple[object, ...]:
    """Equal keys mean that `furnish_carried` would say the same again."""
    held = [(held_anchor(world, name), frame.number) for name, frame in _held(world)]
    return (*held, *frames_key(world)) if held else ()


def furnish_places(world: World) -> Drawables:
    """An outline where a press would hang what a hand carries, the rails, and which frame a hand would take."""
    sheets: list[Sheet] = []
    boxes: list[Box] = []
    for name, frame in _held(world):
        spot = spot_for(world, world.hands[name], frame)
        sheets += [] if spot is None else [_outline(frame, spot.pose)]
        boxes += _rail_boxes(world, frame, None if spot is None else spot.rail)
    for hand in world.hands.values():
        target = hand.target
        if hand.carrying is None and hand.holding is None and target is not None and target.kind == "frame":
            sheets.append(_behind(world.gallery.frames[target.index]))
    together = _together(sheets)
    return replace(together, boxes=(*together.boxes, *boxes))


def places_key(world: World) -> tuple[object, ...]:
    """Equal keys mean that `furnish_places` would say the same again."""
    hands: list[object] = []
    for hand in world.hands.values():
        frame = frame_in(world, hand)
        if frame is not None:
            hands.append((hand.grip, hand.aim, hand.target, hand.grasp, frame.number, frame.scale))
        elif hand.target is not None and hand.target.kind == "frame" and hand.holding is None:
            hands.append(hand.target.index)
    return (*hands, *frames_key(world)) if hands else ()


def _held(world: World) -> Iterator[tuple[str, Frame]]:
    """The hands that carry a frame, and which; of two that have the same one the first."""
    shown: set[int] = set()
    for name, hand in world.hands.items():
        frame = frame_in(world, hand)
        if frame is not None and frame.number not in shown and held_frame(world, name, frame) is not None:
            shown.add(frame.number)
            yield name, frame


def _framed(world: World, frame: Frame, pose: Pose, scale: float = 1.0) -> Sheet:
    reading, shape = frame.reading, frame_shape(frame.reading)
    sheet = Sheet(pose, scale)
    sheet.box((0, 0, -0.006), (shape.width, shape.height, 0.012), "panel", 0.9)
    sheet.box((0, 0, -0.010), (shape.width + 2 * RIM, shape.height + 2 * RIM, 0.014), "wood", 0.25)
    if isinstance(reading, FeatureReading):
        _lay_feature(sheet, shape, reading, frame.place)
        return sheet
    span = frames_plan(world.gallery).spans[frame.number]
    sheet.map(shape.x, shape.y, shape.map_width, shape.map_height, span, 0, FRAMES)
    colormap = colormap_of(world.colouring, THEMES[world.theme])
    ends = reading.ends(world.colouring, colormap.diverging)
    left, room = -shape.width / 2 + MARGIN, shape.width - 2 * MARGIN
    y = shape.y - shape.map_height / 2 - 0.016
    low, high = ends_in_words(ends)
    sides = max(text_width(low, ENDS), text_width(high, ENDS)) + 0.008
    length = room - 2 * sides
    sheet.bar((0.0, y), (length, BAR), ends, colormap, world.colouring.gamma)
    sheet.write(-length / 2 - 0.007, y - ENDS / 2, low, ENDS, sides, "muted", align="right")
    sheet.write(length / 2 + 0.007, y - ENDS / 2, high, ENDS, sides, "muted")
    zero = zero_along(ends)
    if zero is not None:
        sheet.write((zero - 0.5) * length, y - BAR - 0.0135, "0", ENDS, 0.02, "muted", align="centre")
    y -= 0.042
    sheet.write(left, y, reading.layer, LAYER, room, bold=True)
    sheet.write(left, y - 0.0245, reading.channel_words, CHANNEL, room)
    sheet.write(left, y - 0.0475, reading.picture, PICTURE, room, "muted")
    return sheet


def _lay_feature(sheet: Sheet, shape: MapShape, reading: FeatureReading, place: int) -> None:
    """A visualization above its caption."""
    sheet.image(frame_number(place), shape.x, shape.y, shape.map_width, shape.map_height)
    left, room = -shape.width / 2 + MARGIN, shape.width - 2 * MARGIN
    y = shape.y - shape.map_height / 2 - 0.03
    sheet.write(left, y, reading.layer, LAYER, room, bold=True)
    sheet.write(left, y - 0.0245, reading.channel_words, CHANNEL, room)
    words, role = reading.lines[0]
    for row, line in enumerate(wrap(words, PICTURE, room, 2)):
        sheet.write(left, y - 0.047 - 0.0195 * row, line, PICTURE, room, "muted" if role == "text" else role)


def _outline(frame: Frame, pose: Pose) -> Sheet:
    """Where a press, or opening the hand, would hang what a hand carries."""
    shape, sheet, edge = frame_shape(frame.reading), Sheet(pose, frame.scale), 0.006
    width, height = shape.width + 2 * RIM, shape.height + 2 * RIM
    sheet.box((0, 0, -0.01), (width, height, 0.004), "accent", 1.0, 0.12)
    for side in (-1, 1):
        sheet.box((side * width / 2, 0, -0.006), (edge, height + edge, 0.008), "accent")
        sheet.box((0, side * height / 2, -0.006), (width - edge, edge, 0.008), "accent")
    return sheet


def _rail_boxes(world: World, frame: Frame, chosen: Rail | None) -> list[Box]:
    """The rails in the air near the visitor, and the one that the frame would fall into."""
    offered = [rail for rail in rails(world, frame) if rail.places and rail != chosen]
    boxes = [box for rail in offered for box in rail_boxes(rail, False)]
    return boxes if chosen is None else [*boxes, *rail_boxes(chosen, True)]


def _behind(frame: Frame) -> Sheet:
    """A glowing frame behind the one that a press would take."""
    assert frame.pose is not None
    shape, sheet = frame_shape(frame.reading), Sheet(frame.pose, frame.scale)
    sheet.box((0, 0, -0.014), (shape.width + 2 * RIM + 0.02, shape.height + 2 * RIM + 0.02, 0.008), "accent")
    return sheet


def _together(sheets: list[Sheet]) -> Drawables:
    return Drawables(
        grids=tuple(grid for sheet in sheets for grid in sheet.grids),
        boxes=tuple(box for sheet in sheets for box in sheet.boxes),
        labels=tuple(label for sheet in sheets for label in sheet.labels),
        images=tuple(image for sheet in sheets for image in sheet.images),
    )
