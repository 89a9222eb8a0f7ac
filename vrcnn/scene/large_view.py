"""Furnishes the large view of a feature map: its pixels, its colours, its numbers, and what the pixel sees; or that of
a visualization (large_feature.py)."""

from __future__ import annotations

from vrcnn.scene.colouring import colormap_of
from vrcnn.scene.drawables import Drawables, Image
from vrcnn.scene.feature_reading import feature_key
from vrcnn.scene.features import FACES
from vrcnn.scene.fields import field_boxes, picture_seen, sees, share_seen
from vrcnn.scene.framed_maps import FRAMES, frames_plan
from vrcnn.scene.large_feature import lay_feature
from vrcnn.scene.map_shapes import HEADING, MAP_ROOM, PANEL, PANEL_MARGIN, MapShape, large_shape, size_of
from vrcnn.scene.picture_numbers import LARGE_FEATURE
from vrcnn.scene.pointing import feature_of, pixel_shown, reading_of
from vrcnn.scene.reading import FeatureAt, Reading, figure
from vrcnn.scene.reading import share as in_percent
from vrcnn.scene.sheet import Sheet, ends_in_words, zero_along
from vrcnn.scene.shelving import fitted
from vrcnn.scene.theme import THEMES
from vrcnn.scene.tiles import place_of
from vrcnn.scene.wording import counted
from vrcnn.scene.world import Player, World

TITLE, SUBTITLE, ROW, VALUE = 0.032, 0.021, 0.0175, 0.034  # m, cap heights
HINT = 0.0135
LINE = 0.038  # m from row to row
BAR, BAR_HEIGHT = 0.026, 0.29
COLUMN = -PANEL[0] / 2 + PANEL_MARGIN + MAP_ROOM[0] + 0.05  # where what is beside the map begins
RIGHT = PANEL[0] / 2 - PANEL_MARGIN
TOP = PANEL[1] / 2 - HEADING
PICTURE_ROOM = RIGHT - COLUMN, 0.3  # width and height of the picture below the numbers


def furnish_large(world: World) -> Drawables:
    """The panel, as long as somebody looks at a map large; the numbers once they have come."""
    large = world.gallery.large
    size = None if large is None else size_of(large.subject, world.gallery, world.halls)
    if large is None or size is None:
        return Drawables()
    shape, sheet = large_shape(*size), Sheet(large.pose, large.scale)
    sheet.box((0, 0, -0.006), (*PANEL, 0.012), "panel", 1.0)
    sheet.box((0, 0, -0.012), (PANEL[0] + 0.014, PANEL[1] + 0.014, 0.012), "frame", 0.6)
    reading, feature = reading_of(world, large.subject), feature_of(world, large.subject)
    if feature is None or feature.made is None:
        _lay_map(world, sheet, shape)
    if feature is not None:
        lay_feature(sheet, shape, feature, LARGE_FEATURE)
    if reading is not None:
        _head(sheet, reading)
        _bar(world, sheet, reading)
        _numbers(sheet, reading)
        _pixel(world, sheet, reading, shape)
    if reading is not None or (feature is not None and feature.made is not None):
        _foot(sheet, world.player)
    return sheet.drawables()


def large_key(world: World) -> tuple[object, ...]:
    """Equal keys mean that `furnish_large` would say the same again."""
    gallery = world.gallery
    if gallery.large is None:
        return ()
    subject = gallery.large.subject
    wall = None if isinstance(subject, int) else world.halls[subject.hall].wall_of(subject.node)
    return (
        *(gallery.large, gallery.revision, id(reading_of(world, subject)), pixel_shown(world), gallery.sight),
        feature_key(feature_of(world, subject)),
        *(world.colouring, world.theme, world.pictures_revision, world.overlaid, id(wall and wall.order)),
    )


def numbers_of(reading: Reading) -> list[tuple[str, str]]:
    """What the values come to, as rows of a label and a figure."""
    known = reading.statistics
    height, width = reading.values.shape
    rows = [
        ("minimum", figure(known.least)),
        ("maximum", figure(known.largest)),
        ("mean", figure(known.mean)),
        ("deviation", figure(known.deviation)),
        ("sparsity", f"{in_percent(known.zeros)} exactly 0"),
        ("size", f"{height} × {width}"),
    ]
    if known.nonfinite:
        rows.append(("not finite", counted(known.nonfinite, "value")))
    return rows


def _lay_map(world: World, sheet: Sheet, shape: MapShape) -> None:
    assert world.gallery.large is not None
    subject = world.gallery.large.subject
    if isinstance(subject, int):
        span, place, hall = frames_plan(world.gallery).spans[subject], 0, FRAMES
    else:
        wall = world.halls[subject.hall].wall_of(subject.node)
        if wall is None or wall.span is None:
            return
        span, place, hall = wall.span, place_of(wall, subject.channel), subject.hall
    face = FACES[1] if isinstance(subject, FeatureAt) else FACES[0]
    sheet.map(shape.x, shape.y, shape.map_width, shape.map_height, span, place, hall, face)


def _head(sheet: Sheet, reading: Reading) -> None:
    left, room = -PANEL[0] / 2 + PANEL_MARGIN, PANEL[0] - 2 * PANEL_MARGIN
    y = PANEL[1] / 2 - PANEL_MARGIN - TITLE
    sheet.write(left, y, reading.layer, TITLE, room * 0.62, bold=True)
    sheet.write(left, y - 0.043, reading.full_channel_words, SUBTITLE, room * 0.62)
    sheet.write(RIGHT, y, reading.picture, SUBTITLE, room * 0.35, "muted", align="right")


def _foot(sheet: Sheet, player: Player) -> None:
    """What a press does, as none of the hints tells it here."""
    words = "Click: a copy to carry" if player.head is None else "Trigger: a copy to carry"
    sheet.write(RIGHT, -PANEL[1] / 2 + 0.017, words, HINT, RIGHT - COLUMN, "muted", align="right")


def _bar(world: World, sheet: Sheet, reading: Reading) -> None:
    """The colours from the lower to the upper end, with the values that they stand for."""
    colormap = colormap_of(world.colouring, THEMES[world.theme])
    ends = reading.ends(world.colouring, colormap.diverging)
    x, y = COLUMN + BAR / 2, TOP - BAR_HEIGHT / 2
    sheet.bar((x, y), (BAR, BAR_HEIGHT), ends, colormap, world.colouring.gamma)
    left, (low, high) = COLUMN + BAR + 0.018, ends_in_words(ends)
    sheet.write(left, TOP - ROW, high, ROW, 0.13)
    sheet.write(left, TOP - BAR_HEIGHT, low, ROW, 0.13)
    zero = zero_along(ends)
    if zero is not None and 0.12 < zero < 0.88:
        sheet.write(left, y + (zero - 0.5) * BAR_HEIGHT - ROW / 2, "0", ROW, 0.1)


def _numbers(sheet: Sheet, reading: Reading) -> None:
    left = COLUMN + 0.2
    for row, (label, words) in enumerate(numbers_of(reading)):
        y = TOP - ROW - row * LINE
        sheet.write(left, y, label, ROW, 0.11, "muted")
        sheet.write(RIGHT, y, words, ROW, 0.2, align="right")


def _pixel(world: World, sheet: Sheet, reading: Reading, shape: MapShape) -> None:
    """The value under the ray, its place on the map, and on the picture what it sees."""
    y = TOP - BAR_HEIGHT - 0.065
    room = RIGHT - COLUMN
    pixel = pixel_shown(world)
    if pixel is None:
        sheet.write(COLUMN, y, "Point at a pixel to read its value.", ROW, room, "muted")
        return
    row, column = pixel
    sheet.write(COLUMN, y - 0.008, reading.told(row, column), VALUE, 0.26, bold=True)
    sheet.write(RIGHT, y - 0.008, f"row {row:,}, column {column:,}", ROW, 0.28, "muted", align="right")
    height, width = reading.values.shape
    _mark(sheet, shape, row / height, column / width, 1 / height, 1 / width)
    sight = world.gallery.sight
    if sight is None:
        return
    sheet.write(COLUMN, y - 0.052, sees(sight.field), ROW * 0.92, room, "text")
    number, seen = picture_seen(world), share_seen(world)
    picture = None if number is None else world.picture(number)
    if number is None or seen is None or picture is None:
        return
    wide, high = fitted(picture, 1.0)
    size = min(PICTURE_ROOM[0] / wide, PICTURE_ROOM[1] / high)
    wide, high = size * wide, size * high
    middle = COLUMN + wide / 2, -PANEL[1] / 2 + PANEL_MARGIN + PICTURE_ROOM[1] - high / 2
    place = sheet.at(*middle, 0.002)
    scale = sheet.scale
    sheet.images.append(Image(number, place, wide * scale, high * scale))
    sheet.boxes += field_boxes(place, wide * scale, high * scale, seen, 0.6 * scale)


def _mark(sheet: Sheet, shape: MapShape, top: float, left: float, height: float, width: float) -> None:
    """An outline around the pixel under the ray."""
    w, h, thick = shape.map_width * width, shape.map_height * height, 0.0028
    x = shape.x + (left + width / 2 - 0.5) * shape.map_width
    y = shape.y + (0.5 - top - height / 2) * shape.map_height
    for grown, role, z in ((2 * thick, "panel", 0.0045), (thick, "accent", 0.0055)):
        for side in (-1, 1):
            sheet.box((x + side * (w / 2 + grown / 2), y, z), (grown, h + 2 * grown, 0.001), role)
            sheet.box((x, y + side * (h / 2 + grown / 2), z), (w, grown, 0.001), role)
