"""Rails along which frames hang: before a wall, beside it in the air, and on from those that hang there already."""

from __future__ import annotations

from dataclasses import dataclass
from math import dist

from vrcnn.scene.drawables import Box
from vrcnn.scene.gallery import Frame
from vrcnn.scene.geometry import Pose, Ray, Vector, hit_rectangle, rotate
from vrcnn.scene.hall import Hall, Wall
from vrcnn.scene.map_shapes import frame_size
from vrcnn.scene.wall_shape import FRAME, head_of
from vrcnn.scene.world import World

GAP = 0.05  # m between neighbours
PLACES, PITCH = 4, 0.42  # of a rail in the air; m from one to the next
HEIGHT = 1.32  # m above the wall's foot: the lower edges of frames on a rail, so that they hang before the eyes
ABOVE = 0.6  # m higher over the path
BESIDE, BEFORE = 0.16, 0.035  # m between a wall, or its head, and the rail beside it; before the wall's face
SEEN, MOST = 4.5, 2  # m of the room from the eyes to a rail that is offered; how many of those before walls are
POINTED = 7.0  # m of the room, from which a ray reaches a place on a rail
THICK, DEEP, TICK = 0.007, 0.014, 0.03  # m, of the line and of the marks between its places


@dataclass(frozen=True)
class Rail:
    """A line that frames stand on with their lower edges, `length` m along the x axis of `start`, its left end.

    They face along +z. One in the air has so many `places`, all of the same width; one before a wall has none.
    """

    start: Pose
    length: float
    places: int = 0

    def at(self, along: float, frame: Frame) -> Pose:
        """Where a frame hangs whose middle is `along` m from the left end."""
        return self.start @ Pose((along, frame_size(frame)[1] / 2, 0.0))

    def middle(self, place: int) -> float:
        """How far along a place is, in m."""
        return (place + 0.5) * self.length / self.places


def rails(world: World, frame: Frame) -> list[Rail]:
    """Those that are offered to somebody who carries a frame: one in the air, and those before the walls that are
    nearest to the eyes.

    The one in the air is beside the wall that the frame is of, where that is near; else beside the one that they stand
    at, else the nearest one.
    """
    of, eyes, scale = frame.reading.at, world.player.eyes.position, world.player.scale
    key = of, eyes, scale, world.journey.at, tuple((id(hall), hall.standing_key) for hall in world.halls)
    if world.gallery.offered is None or world.gallery.offered[0] != key:
        world.gallery.offered = key, _rails(world, of.hall, of.node)
    return world.gallery.offered[1]


def _rails(world: World, of_hall: int, of_node: int) -> list[Rail]:
    eyes, reach = world.player.eyes.position, SEEN * world.player.scale
    air: list[tuple[int, float, Rail]] = []
    across: list[tuple[float, Hall, Wall]] = []
    for number, hall in enumerate(world.halls):
        whole = hall.placing
        x, y, z = whole.inverse().apply(eyes)
        for index, wall in walls_near(hall, eyes, reach):
            wall_x, wall_y, wall_z = wall.pose.position
            ahead_x, ahead_y, ahead_z = rotate(wall.pose.orientation, (0.0, 0.0, 1.0))
            if (x - wall_x) * ahead_x + (y - wall_y) * ahead_y + (z - wall_z) * ahead_z <= 0:
                continue  # its back is towards the eyes
            across.append((dist(whole.apply(wall.pose.position), eyes), hall, wall))
            rank = 0 if (of_hall, of_node) == (number, wall.node) else 1 if world.journey.at == (number, index) else 2
            if air and rank > air[0][0]:
                continue
            rail = beside(hall, wall)
            apart = min(dist(rail.start.apply((share * rail.length, 0.0, 0.0)), eyes) for share in (0.0, 0.5, 1.0))
            if apart < reach and (not air or (rank, apart) < air[0][:2]):
                air = [(rank, apart, rail)]
    nearest = sorted(across, key=lambda each: each[0])[:MOST]
    return [*(rail for _, _, rail in air), *(before(hall, wall) for _, hall, wall in nearest)]


def walls_near(hall: Hall, point: Vector, reach: float) -> list[tuple[int, Wall]]:
    """The open walls of a hall, with their positions in it, of which something, or the rail beside it, may be within
    `reach` m of a point of the world."""
    placing = hall.placing
    x, _, z = placing.inverse().apply(point)
    room = reach / placing.scale + BESIDE + PLACES * PITCH / placing.scale
    found = []
    for index, wall in enumerate(hall.walls):
        wall_x, _, wall_z = wall.pose.position
        most = room + wall.width * wall.scale / 2
        near = abs(wall_x - x) < most and abs(wall_z - z) < most
        if near and wall.shown and not wall.folded:
            found.append((index, wall))
    return found


def beside(hall: Hall, wall: Wall) -> Rail:
    """The rail in the air beside a wall, in the wall's plane.

    It is away from the path where walls stand one behind the other; else, as the wall before hides that side, over the
    path, so high that one walks below.
    """
    placing = hall.placing @ wall.placing
    head, length = head_of(wall), PLACES * PITCH
    over_path = hall.arrangement.layout != "stack"
    side = -wall.outward if over_path else wall.outward
    edge = max(wall.width / 2 + FRAME, head.x * side + head.width / 2) * placing.scale + BESIDE
    height = _height(wall, placing.scale) + (ABOVE if over_path else 0.0)
    return Rail(placing.pose @ Pose((edge if side > 0 else -edge - length, height, BEFORE)), length, PLACES)


def before(hall: Hall, wall: Wall) -> Rail:
    """The rail across a wall's face."""
    placing = hall.placing @ wall.placing
    width, half = wall.width * placing.scale, wall.height * placing.scale / 2
    y = max(-half, min(_height(wall, placing.scale), half - PITCH))
    return Rail(placing.pose @ Pose((-width / 2, y, BEFORE)), width)


def along_row(neighbour: Frame, frame: Frame) -> Rail:
    """The line on which a frame hangs beside a neighbour, as far as the places on both sides of it."""
    assert neighbour.pose is not None
    (width, height), room = frame_size(neighbour), frame_size(frame)[0] + GAP
    start = neighbour.pose @ Pose((-width / 2 - room, -height / 2, 0.0))
    return Rail(start, width + 2 * room)


def nearest_place(world: World, frame: Frame, wanted: Pose, reach: float) -> tuple[Pose, Rail] | None:
    """The place on a rail, free of others, that is nearest to where a frame is to hang, within `reach` m."""
    found: list[tuple[float, Pose, Rail]] = []
    for rail in rails(world, frame):
        x, y, z = rail.start.inverse().apply(wanted.position)
        height, half = frame_size(frame)[1], frame_size(frame)[0] / 2
        if not -half <= x <= rail.length + half or abs(z) > reach:
            continue
        if rail.places:
            places = [rail.at(rail.middle(place), frame) for place in range(rail.places)]
        elif abs(y - height / 2) < reach / 2 and rail.length > 2 * half:
            places = [rail.at(min(max(x, half), rail.length - half), frame)]
        else:
            continue
        found += [(dist(place.position, wanted.position), place, rail) for place in places if free(world, frame, place)]
    nearest = min(found, key=lambda each: each[0], default=None)
    return None if nearest is None or nearest[0] >= reach else nearest[1:]


def pointed_place(world: World, frame: Frame, ray: Ray, before_it: float | None) -> tuple[Pose, Rail] | None:
    """The free place of a rail in the air that a ray points at, nearer than `before_it` m where something is there."""
    limit = min(POINTED * world.player.scale, before_it or POINTED * world.player.scale)
    height = frame_size(frame)[1]
    for rail in rails(world, frame):
        if rail.places:
            hit = hit_rectangle(ray, rail.at(rail.length / 2, frame), rail.length, max(height, PITCH))
            if hit is not None and hit[0] <= limit:
                place = rail.at(rail.middle(min(rail.places - 1, int(hit[1] * rail.places))), frame)
                if free(world, frame, place):
                    return place, rail
    return None


def free(world: World, frame: Frame, place: Pose) -> bool:
    """Whether no other frame hangs at a place."""
    return taken_by(world, frame, place) is None


def taken_by(world: World, frame: Frame, place: Pose) -> Frame | None:
    """Another frame that hangs at a place."""
    width = frame_size(frame)[0]
    for other in world.gallery.frames:
        if other.pose is None or other.number == frame.number:
            continue
        if dist(other.pose.position, place.position) < 0.45 * (width + frame_size(other)[0]):
            return other
    return None


def rail_boxes(rail: Rail, chosen: bool) -> list[Box]:
    """The line, and marks between its places; brighter where what is carried would hang there."""
    role, glow = ("accent", 1.0) if chosen else ("edge", 0.8)
    middle = rail.start @ Pose((rail.length / 2, -THICK / 2, 0.0))
    boxes = [Box(middle, (rail.length, THICK, DEEP), role, glow)]
    parts = max(1, rail.places)
    for place in range(parts + 1):
        end = rail.start @ Pose((place * rail.length / parts, TICK / 2 - THICK, 0.0))
        boxes.append(Box(end, (THICK, TICK, DEEP), role, glow))
    return boxes


def _height(wall: Wall, scale: float) -> float:
    """Of a rail above the wall's middle, in m of the world."""
    return HEIGHT - wall.rise * scale
