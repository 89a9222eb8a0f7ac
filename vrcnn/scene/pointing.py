"""Which map or visualization the visitor points at: at once for the pixel, and after a rest for what is told of it."""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.scene.feature_reading import FeatureReading
from vrcnn.scene.geometry import Vector
from vrcnn.scene.map_shapes import frame_shape, large_shape, size_of
from vrcnn.scene.reading import FeatureAt, MapAt, Reading, Subject
from vrcnn.scene.tiles import channel_at, pixel_at, pixel_on
from vrcnn.scene.world import Hand, World

REST = 0.15  # s for which a ray stays on a map before it is told of, so that nothing flickers while it sweeps
LINGER = 0.35  # s for which that stays when the ray has left


@dataclass(frozen=True)
class _Met:
    """What a hand points at."""

    hand: str
    subject: Subject
    point: Vector
    pixel: tuple[int, int] | None


def follow(world: World) -> None:
    """Brings the gallery's pointing up to date with what the hands point at."""
    gallery, now = world.gallery, world.time
    pointing = gallery.pointing
    met = next((met for name in by_rank(world) if (met := _met(world, name)) is not None), None)
    if gallery.large is not None:
        pointing.shown, pointing.left = gallery.large.subject, now
    if met is None:
        pointing.at = pointing.pixel = None
        if now - pointing.left > LINGER:
            pointing.shown = None
        return
    if met.subject != pointing.at:
        pointing.at, pointing.since = met.subject, now
    pointing.hand, pointing.point, pointing.left = met.hand, met.point, now
    if now - pointing.since >= REST:
        pointing.shown = met.subject
    pointing.pixel = met.pixel if pointing.shown == met.subject else None


def by_rank(world: World) -> tuple[str, str, str]:
    """The hands, the one that counts first where several point at something."""
    return "mouse", world.comfort.main, world.comfort.off


def reading_shown(world: World) -> Reading | None:
    """What is told of the map that the visitor rests on; None while its values are on their way."""
    return reading_of(world, world.gallery.pointing.shown)


def reading_of(world: World, subject: Subject | None) -> Reading | None:
    """What is known of a map: of the one that was read last, and of those in frames."""
    if isinstance(subject, int):
        frame = world.gallery.frame(subject)
        return frame.reading if frame is not None and isinstance(frame.reading, Reading) else None
    reading = world.gallery.reading
    return reading if reading is not None and reading.at == subject else None


def feature_shown(world: World) -> FeatureReading | None:
    """What is told of the visualization that the visitor rests on."""
    return feature_of(world, world.gallery.pointing.shown)


def feature_of(world: World, subject: Subject | None) -> FeatureReading | None:
    """What there is of a visualization, also where that is nothing; None for any other subject."""
    if isinstance(subject, int):
        frame = world.gallery.frame(subject)
        return frame.reading if frame is not None and isinstance(frame.reading, FeatureReading) else None
    if not isinstance(subject, FeatureAt):
        return None
    hall = world.halls[subject.hall]
    wall = hall.wall_of(subject.node)
    if wall is None or wall.span is None:
        return None
    feature = hall.features.of(hall.tensor_of(subject.node), subject.channel)
    title = wall.title if len(world.halls) == 1 else f"{hall.network} · {wall.title}"
    name = wall.channels[subject.channel] if subject.channel < len(wall.channels) else ""
    return FeatureReading(subject, feature, title, wall.span.count, name)


def pixel_shown(world: World) -> tuple[int, int] | None:
    """Row and column under the ray in the map of `reading_shown`, as far as they lie in it."""
    reading, pixel = reading_shown(world), world.gallery.pointing.pixel
    if reading is None or pixel is None:
        return None
    height, width = reading.values.shape
    return pixel if pixel[0] < height and pixel[1] < width else None


def forget(world: World, hall: int) -> None:
    """The maps of a hall are others from now on; what was pulled out of it stays."""
    gallery = world.gallery
    pointing = gallery.pointing
    if any(_of_hall(each, hall) for each in (pointing.at, pointing.shown)):
        pointing.at = pointing.shown = pointing.pixel = None
    if gallery.reading is not None and gallery.reading.at.hall == hall:
        gallery.reading = None
    if gallery.large is not None and _of_hall(gallery.large.subject, hall):
        gallery.large = None
    if gallery.pulling is not None and gallery.pulling.at.hall == hall:
        gallery.pulling = None
    gallery.sight = None


def subject_of(world: World, hand: Hand) -> Subject | None:
    """The map or visualization that a hand points at: on a wall, in a frame, or in the large view."""
    target = hand.target
    if target is None:
        return None
    match target.kind:
        case "wall" if target.tile is not None:
            wall = world.halls[target.hall].walls[target.index]
            shown = FeatureAt if target.visualized else MapAt
            return shown(target.hall, wall.node, channel_at(wall, target.tile))
        case "frame":
            return world.gallery.frames[target.index].number
        case "large" if world.gallery.large is not None:
            return world.gallery.large.subject
    return None


def _of_hall(subject: Subject | None, hall: int) -> bool:
    return isinstance(subject, MapAt | FeatureAt) and subject.hall == hall


def _met(world: World, name: str) -> _Met | None:
    hand = world.hands[name]
    subject, target = subject_of(world, hand), hand.target
    if subject is None or target is None or (world.gallery.large is not None and target.kind != "large"):
        return None
    if isinstance(subject, FeatureAt):
        return _Met(name, subject, target.point, None)
    size = size_of(subject, world.gallery, world.halls)
    if size is None:
        return None
    if target.kind == "wall":
        wall = world.halls[target.hall].walls[target.index]
        pixel = pixel_on(wall, target.u, target.v, *size)
    elif target.kind == "large":
        pixel = pixel_at(*large_shape(*size).place(target.u, target.v), *size)
    else:
        pixel = pixel_at(*frame_shape(world.gallery.frames[target.index].reading).place(target.u, target.v), *size)
    return _Met(name, subject, target.point, pixel)
