"""How large framed maps and the large view of one are, and where on them the map lies. Lengths in m."""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.scene.feature_reading import FeatureReading
from vrcnn.scene.gallery import Frame, Gallery, Large
from vrcnn.scene.geometry import Pose
from vrcnn.scene.hall import Hall, Surface
from vrcnn.scene.reading import FeatureAt, MapAt, Reading, Subject
from vrcnn.scene.tiling import WIDEST_ASPECT

SIDE, LEAST_WIDTH = 0.34, 0.24  # of a framed map's longer side; of a frame with its caption
MARGIN, CAPTION = 0.014, 0.11  # around the map; below it, for the colour bar and three lines
PANEL = 1.44, 0.96  # the large view
PANEL_MARGIN, HEADING, MAP_ROOM = 0.045, 0.15, (0.76, 0.76)


@dataclass(frozen=True)
class MapShape:
    """A panel of `width` x `height` about its middle, and on it the map of `map_width` x `map_height` about (x, y)."""

    width: float
    height: float
    map_width: float
    map_height: float
    x: float = 0.0
    y: float = 0.0

    def place(self, u: float, v: float) -> tuple[float, float]:
        """Across and down the map (0 to 1 where on it) of a place on the panel, `u` and `v` from its top left."""
        across = ((u - 0.5) * self.width - self.x) / self.map_width + 0.5
        return across, 0.5 - ((0.5 - v) * self.height - self.y) / self.map_height


def size_of(subject: Subject, gallery: Gallery, halls: list[Hall]) -> tuple[int, int] | None:
    """Height and width in pixels of a map or a visualization, None where it is gone, or not there yet."""
    if isinstance(subject, int):
        frame = gallery.frame(subject)
        return None if frame is None else frame.reading.size
    wall = halls[subject.hall].wall_of(subject.node)
    span = None if wall is None else wall.span
    if span is None or subject.channel >= span.count:
        return None
    if isinstance(subject, FeatureAt):
        hall = halls[subject.hall]
        reading = FeatureReading(subject, hall.features.of(hall.tensor_of(subject.node), subject.channel))
        return None if reading.feature is None else reading.size
    return span.size.height, span.size.width


def frame_shape(reading: Reading | FeatureReading) -> MapShape:
    """Of a framed copy: the map above its caption."""
    width, height = _fitted(*reading.size, SIDE, SIDE)
    outer = height + 2 * MARGIN + CAPTION
    return MapShape(max(LEAST_WIDTH, width + 2 * MARGIN), outer, width, height, 0.0, outer / 2 - MARGIN - height / 2)


def large_shape(height: int, width: int) -> MapShape:
    """Of the large view of a map of so many pixels: the map at the left, below the heading."""
    map_width, map_height = _fitted(height, width, *MAP_ROOM)
    x = -PANEL[0] / 2 + PANEL_MARGIN + MAP_ROOM[0] / 2
    y = PANEL[1] / 2 - HEADING - MAP_ROOM[1] / 2
    return MapShape(*PANEL, map_width, map_height, x, y)


def frame_surface(frame: Frame) -> Surface | None:
    """The rectangle of a frame that hangs."""
    if frame.pose is None:
        return None
    return Surface(frame.pose, *frame_size(frame))


def frame_size(frame: Frame) -> tuple[float, float]:
    """Width and height of a frame, as large as it was made."""
    shape = frame_shape(frame.reading)
    return shape.width * frame.scale, shape.height * frame.scale


def large_surface(large: Large) -> Surface:
    """The rectangle of the large view."""
    return Surface(large.pose, PANEL[0] * large.scale, PANEL[1] * large.scale)


def on_wall(at: MapAt | FeatureAt, halls: list[Hall]) -> Pose | None:
    """Where the wall of a map stands in the world."""
    wall = halls[at.hall].wall_of(at.node)
    return None if wall is None else halls[at.hall].placing.carry(wall.pose)


def _fitted(height: int, width: int, room_width: float, room_height: float) -> tuple[float, float]:
    """Width and height of a map of so many pixels, as large as the room allows; very long ones are compressed."""
    aspect = min(max(width / height, 1 / WIDEST_ASPECT), WIDEST_ASPECT)
    return (
        (room_width, room_width / aspect) if aspect >= room_width / room_height else (room_height * aspect, room_height)
    )
