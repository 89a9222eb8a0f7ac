"""The values on the pixels of a map that the eyes are close to: as a table, around the pixel that is pointed at."""

from __future__ import annotations

from dataclasses import dataclass
from math import dist

import numpy as np

from vrcnn.scene.colormaps import colours_of
from vrcnn.scene.colouring import colormap_of
from vrcnn.scene.drawables import Drawables, Label
from vrcnn.scene.geometry import Pose
from vrcnn.scene.lit_path import AHEAD, spot_of
from vrcnn.scene.map_shapes import MapShape, frame_shape, large_shape
from vrcnn.scene.pointing import pixel_shown, reading_shown
from vrcnn.scene.reading import MINUS, FeatureAt, MapAt, Reading, figure
from vrcnn.scene.theme import THEMES, Colour
from vrcnn.scene.typography import text_width
from vrcnn.scene.world import World

FAINT, FULL = 0.032, 0.042  # rad that a pixel takes of the sight, from which its number appears, and is all there
AROUND = 6, 4  # columns and rows at each side of the pixel that is pointed at
SNAP = 2  # pixels by which that moves before the table does
BEFORE = 0.001  # m before the map: more, and numbers are beside their pixels where the eyes are very close
ON_PANEL = 0.003  # m before a panel, where its map is
TALL, WIDE = 0.26, 0.86  # of a pixel: a number's height, and the most of its width
DARK, BRIGHT = (0.05, 0.06, 0.08), (0.97, 0.97, 0.95)
MIDDLE = 0.5  # of brightness, above which numbers are dark


@dataclass(frozen=True)
class Table:
    """The map of a reading on a rectangle of `width` x `height` m about `pose`; numbers are as strong as `shade`."""

    reading: Reading
    values: np.ndarray
    pose: Pose
    width: float
    height: float
    middle: tuple[int, int]
    shade: float


def close_map(world: World) -> MapAt | None:
    """The map on a wall whose pixels the eyes are that close to."""
    table = table_of(world)
    at = world.gallery.pointing.shown
    return at if table is not None and isinstance(at, MapAt) else None


def table_of(world: World) -> Table | None:
    """What is shown now; None where the eyes are too far away, or rest on no map."""
    reading = reading_shown(world)
    if reading is None or not _near(world, reading):
        return None
    pixel, placed = pixel_shown(world), _placed(world, reading)
    if pixel is None or placed is None:
        return None
    pose, width, height = placed
    rows, columns = reading.values.shape
    least = min(width / columns, height / rows)
    away = max(0.05, dist(world.player.eyes.position, world.gallery.pointing.point))
    shade = (least / away - FAINT) / (FULL - FAINT)
    if shade <= 0:
        return None
    row, column = (SNAP * round(place / SNAP) for place in pixel)
    shade = round(4 * min(1.0, shade)) / 4
    return Table(reading, _exact(world, reading), pose, width, height, (row, column), shade) if shade else None


def furnish_numbers(world: World) -> Drawables:
    """A label on each pixel of the table."""
    table = table_of(world)
    if table is None:
        return Drawables()
    rows, columns = table.values.shape
    across, down = AROUND
    wide, high = table.width / columns, table.height / rows
    top, left = max(0, table.middle[0] - down), max(0, table.middle[1] - across)
    part = table.values[top : table.middle[0] + down + 1, left : table.middle[1] + across + 1]
    theme = THEMES[world.theme]
    colormap = colormap_of(world.colouring, theme)
    low, high_end = table.reading.ends(world.colouring, colormap.diverging)
    colours = colours_of(colormap, np.nan_to_num(part.astype(np.float64)), low, high_end or 1.0, world.colouring.gamma)
    written = [in_few_letters(float(value)) for value in part.flat]
    cap = min(TALL * high, WIDE * wide / max(text_width(words, 1.0) for words in written))
    labels = []
    for ((row, column), _), words in zip(np.ndenumerate(part), written, strict=True):
        x = (left + column + 0.5) * wide - table.width / 2
        y = table.height / 2 - (top + row + 0.5) * high - cap / 2
        ink = _ink(colours[row, column], table.shade)
        labels.append(Label(words, table.pose @ Pose((x, y, BEFORE)), cap, "centre", ink))
    return Drawables(labels=tuple(labels))


def numbers_key(world: World) -> object:
    """Equal keys mean that `furnish_numbers` would say the same again."""
    table = table_of(world)
    if table is None:
        return None
    looks = world.theme, world.colouring, id(table.values), id(table.reading)
    return table.pose, table.width, table.middle, table.shade, looks


def in_few_letters(value: float) -> str:
    """A value in four digits that matter at most: "0.4312", "−12.4", "3.2e−5"."""
    if value == 0 or not np.isfinite(value) or not 1e-3 <= abs(value) < 1e5:
        return figure(value)
    return f"{value:.4g}".replace("-", MINUS)


def _exact(world: World, reading: Reading) -> np.ndarray:
    """The values of the map: as the network has them where that is known, else as they are stored on its wall."""
    at = world.gallery.pointing.shown
    if isinstance(at, MapAt) and not reading.quantity.owed:
        hall = world.halls[at.hall]
        known = hall.inspection.channel(hall.tensor_of(at.node), at.channel)
        here = known is not None and known.layer.picture == world.easel.picture
        if known is not None and here and known.map.shape == reading.values.shape:
            return known.map
    return reading.true_values


def _near(world: World, reading: Reading) -> bool:
    """Whether the pixels may be large enough: of a map on a wall, which most are, this is known at once."""
    at = world.gallery.pointing.shown
    if not isinstance(at, MapAt) or world.gallery.large is not None:
        return True
    hall = world.halls[at.hall]
    wall = hall.wall_of(at.node)
    if wall is None:
        return False
    tile = wall.width / wall.columns * wall.scale * hall.placing.scale
    away = dist(world.player.eyes.position, world.gallery.pointing.point)
    return tile / reading.values.shape[1] > FAINT * max(0.05, away)


def _placed(world: World, reading: Reading) -> tuple[Pose, float, float] | None:
    """Where the map is that is pointed at: the pose of its middle in the world, its width and its height."""
    gallery = world.gallery
    at = gallery.pointing.shown
    if gallery.large is not None and gallery.large.subject == at:
        return _on(large_shape(*reading.size), gallery.large.pose, gallery.large.scale)
    if isinstance(at, int):
        frame = gallery.frame(at)
        return None if frame is None or frame.pose is None else _on(frame_shape(reading), frame.pose, frame.scale)
    if at is None or isinstance(at, FeatureAt):
        return None
    hall = world.halls[at.hall]
    wall = hall.wall_of(at.node)
    spot = None if wall is None else spot_of(wall, at.channel)
    if spot is None or spot.size is None:
        return None
    scale = hall.placing.scale
    pose = hall.placing.carry(spot.pose) @ Pose((0.0, 0.0, -AHEAD * scale))
    return pose, spot.size[0] * scale, spot.size[1] * scale


def _on(shape: MapShape, pose: Pose, scale: float) -> tuple[Pose, float, float]:
    return (
        pose @ Pose((shape.x * scale, shape.y * scale, ON_PANEL * scale)),
        shape.map_width * scale,
        shape.map_height * scale,
    )


def _ink(ground: np.ndarray, shade: float) -> Colour:
    """Dark on a bright pixel and bright on a dark one, which comes out of its colour as the shade grows."""
    bright = float(ground @ (0.299, 0.587, 0.114))
    ink = DARK if bright > MIDDLE else BRIGHT
    red, green, blue = (shade * mine + (1 - shade) * float(under) for mine, under in zip(ink, ground, strict=True))
    return red, green, blue
