"""Framed copies of maps and visualizations: pulled out, carried, hung beside each other, taken again and put away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import atan2, dist

from vrcnn.scene.feature_reading import FeatureReading
from vrcnn.scene.gallery import Frame, Large, Pull
from vrcnn.scene.geometry import Pose, rotate, turn
from vrcnn.scene.haptics import AWAY, PLACE, PULL, REFUSED, SNAP, TAKE
from vrcnn.scene.history import PAUSE
from vrcnn.scene.holding import within
from vrcnn.scene.map_shapes import frame_size, on_wall, size_of
from vrcnn.scene.picture_numbers import FRAMES
from vrcnn.scene.pointing import feature_of, reading_of, subject_of
from vrcnn.scene.rail import GAP, Rail, along_row, free, nearest_place, pointed_place, taken_by, walls_near
from vrcnn.scene.reading import MapAt, Reading, Subject
from vrcnn.scene.requests import Request
from vrcnn.scene.world import Hand, Notice, World

MOST = FRAMES
REACH, FREE = 2.2, 1.15  # m of the room: how far a wall may be to be hung at; how far away a frame hangs in the air
BEFORE_A_WALL = 0.035  # m
FALLS = 0.3  # m of the room: how near to a place of a row or rail a frame falls into it
NEXT = 2.5  # of its width, within which a frame finds another place where one is taken
AGAINST = 0.2  # m of the room before a wall, within which what a hand holds hangs flat on it
AT_THE_SIDE, HELD = 0.62, 0.75  # how large a frame is in the desktop's hand and in a controller's, close to the eyes
IN_HAND = Pose((0.0, 0.2, -0.06))  # m of the room
LOWEST = 0.3  # m above the ground
NOTCH, FRAME_LIMITS = 1.1, (0.3, 4.0)  # times larger for each notch of the wheel; how large a frame may be made
LARGE_AT, CLOSEST = 1.15, 0.3  # m of the room before the eyes
TOO_MANY = "There are {most} framed maps already: put one away with Delete, or with a press on the shelf."


def enlarged(world: World, names: Iterable[str]) -> Large | None:
    """The large view of the map that the first of these hands to point at one points at, straight before the eyes and
    nearer than what it is on."""
    for hand in (world.hands[name] for name in names):
        subject, target = subject_of(world, hand), hand.target
        if subject is None or target is None or target.kind == "large" or not _is_there(world, subject):
            continue
        eyes, unit = world.player.eyes, world.player.scale
        reach = max(CLOSEST * unit, min(LARGE_AT * unit, 0.8 * dist(eyes.position, target.point)))
        return Large(subject, eyes @ Pose((0.0, 0.0, -reach)), reach / LARGE_AT)
    return None


def pull_out(world: World, name: str) -> list[Request]:
    """A copy of the map that a hand points at, or that is shown large, comes into that hand."""
    hand, gallery = world.hands[name], world.gallery
    subject = gallery.large.subject if gallery.large is not None else subject_of(world, hand)
    if subject is None or hand.carrying is not None or hand.holding is not None:
        return []
    reading, feature = reading_of(world, subject), feature_of(world, subject)
    if reading is not None:
        return _carry(world, name, reading)
    if feature is not None and feature.feature is not None and feature.made is not None:
        return _carry(world, name, replace(feature, feature=replace(feature.feature)))  # as it is now
    if isinstance(subject, MapAt):
        gallery.pulling = Pull(name, subject)
    return []


def finish_pull(world: World) -> list[Request]:
    """Once the values have come that a hand waits for, it carries the copy."""
    pull = world.gallery.pulling
    reading = None if pull is None else reading_of(world, pull.at)
    if pull is None or reading is None:
        return []
    world.gallery.pulling = None
    return _carry(world, pull.hand, reading)


def put_away(world: World, name: str) -> list[Request]:
    """The frame in the hand, or the one that it points at, is gone."""
    hand, gallery = world.hands[name], world.gallery
    number = hand.carrying
    if number is None and hand.target is not None and hand.target.kind == "frame":
        number = gallery.frames[hand.target.index].number
    if number is None:
        return []
    for other in world.hands.values():
        if other.carrying == number:
            other.carrying = other.grasp = None
            other.gripping = False
        other.target = None
    gallery.frames = [frame for frame in gallery.frames if frame.number != number]
    gallery.revision += 1
    return [AWAY.by(name)]


def press(world: World, name: str) -> list[Request] | None:
    """What a press does with frames; None where it has nothing to do with them."""
    hand, gallery = world.hands[name], world.gallery
    target = hand.target
    if hand.carrying is not None:
        if target is not None and target.kind == "shelf":
            return put_away(world, name)
        if target is not None and target.control is not None:
            return None
        return hang(world, name)
    if hand.holding is not None:
        return None
    if gallery.large is not None:
        return pull_out(world, name)
    if target is not None and target.kind == "frame":
        return take_frame(world, name, target.index)
    return None


@dataclass(frozen=True)
class Spot:
    """Where a frame would hang. Where it falls into a place, `rail` is the line through it, and `place` tells the place
    apart from others."""

    pose: Pose
    rail: Rail | None = None
    place: object = None


def place_for(world: World, hand: Hand, frame: Frame) -> Pose | None:
    """Where a press of this hand, or opening it, would hang a frame."""
    spot = spot_for(world, hand, frame)
    return None if spot is None else spot.pose


def spot_for(world: World, hand: Hand, frame: Frame) -> Spot | None:
    """The same with what it falls into: a row with others, a rail, a wall; or free in the air.

    It is asked for several times a frame and kept as long as nothing has moved that it follows from.
    """
    key = (
        *(hand.grip, hand.aim, hand.grasp, hand.target, frame.number, frame.scale),
        *(world.gallery.revision, world.player.eyes, world.player.scale, world.journey.at),
        tuple((id(hall), hall.standing_key) for hall in world.halls),
    )
    if hand.spot is None or hand.spot[0] != key:
        hand.spot = key, _spot_for(world, hand, frame)
    return hand.spot[1]


def frame_in(world: World, hand: Hand) -> Frame | None:
    """The frame that a hand carries."""
    return None if hand.carrying is None else world.gallery.frame(hand.carrying)


def _spot_for(world: World, hand: Hand, frame: Frame) -> Spot | None:
    unit, ray, target = world.player.scale, hand.ray, hand.target
    if hand.grasp is not None and hand.grip is not None:
        return _settled(world, frame, _against_walls(world, upright(hand.grip @ hand.grasp)))
    if ray is None or (target is not None and (target.control is not None or target.kind in ("shelf", "panel"))):
        return None
    if target is not None and target.kind == "frame":
        neighbour = world.gallery.frames[target.index]
        pose = _along_the_row(world, neighbour, frame, 1 if target.u >= 0.5 else -1)
        return None if pose is None else Spot(pose, along_row(neighbour, frame), pose)
    pointed = pointed_place(world, frame, ray, None if target is None else target.distance)
    if pointed is not None:
        return Spot(*pointed, pointed[0])
    facing = None if target is None or target.distance > REACH * unit else _facing(world, hand)
    if facing is not None and target is not None:
        return _settled(world, frame, Pose(target.point, facing.orientation) @ Pose((0.0, 0.0, BEFORE_A_WALL)))
    reach = FREE * unit if target is None else max(CLOSEST * unit, min(FREE * unit, target.distance - 0.1 * unit))
    x, y, z = ray.at(reach)
    ex, _, ez = world.player.eyes.position
    height = frame_size(frame)[1]
    return _settled(world, frame, Pose((x, max(y, LOWEST + height / 2), z), turn(yaw=atan2(ex - x, ez - z))))


def upright(pose: Pose) -> Pose:
    """A pose that faces the same way over the ground, neither leaning nor tilted."""
    x, y, z = rotate(pose.orientation, (0.0, 0.0, 1.0))
    if abs(y) > 0.95:  # it lies flat: the way that its upper edge points, or its lower one
        x, _, z = rotate(pose.orientation, (0.0, -y, 0.0))
    return Pose(pose.position, turn(yaw=atan2(x, z)))


def held_frame(world: World, name: str, frame: Frame) -> tuple[Pose, float] | None:
    """Where a frame in this hand is, in the world, and at which scale: as the hand took it, or as one is carried."""
    hand, unit = world.hands[name], world.player.scale
    if hand.grip is None or hand.bearing is None:
        return None
    if hand.grasp is not None:
        return hand.grip @ hand.grasp, frame.scale
    if name == "mouse":
        return hand.grip, AT_THE_SIDE
    x, y, z = IN_HAND.position
    return hand.bearing @ Pose((x * unit, y * unit, z * unit)), HELD * unit


def feel_places(world: World) -> list[Request]:
    """Once a frame: a hand feels it when what it carries would fall into another place."""
    requests: list[Request] = []
    for name, hand in world.hands.items():
        frame = frame_in(world, hand)
        spot = None if frame is None else spot_for(world, hand, frame)
        place = None if spot is None else spot.place
        if place is not None and place != hand.falls_into:
            requests.append(SNAP.by(name))
        hand.falls_into = place
    return requests


def _is_there(world: World, subject: Subject) -> bool:
    return size_of(subject, world.gallery, world.halls) is not None


def _carry(world: World, name: str, reading: Reading | FeatureReading) -> list[Request]:
    gallery = world.gallery
    gallery.large = None
    free = sorted(set(range(MOST)) - {frame.place for frame in gallery.frames})
    if not free:
        world.notices.append(Notice(TOO_MANY.format(most=MOST)))
        return [REFUSED.by(name)]
    gallery.made += 1
    gallery.frames.append(Frame(gallery.made, reading, place=free[0]))
    gallery.revision += 1
    world.hands[name].carrying = gallery.made
    return [PULL.by(name)]


def scale_frame(world: World, name: str, notches: float) -> bool:
    """The wheel makes the frame larger or smaller that the hand carries, or points at; False where there is none."""
    frame, gallery = framed(world, name), world.gallery
    if frame is None:
        return False
    frame.scale = within(frame.scale * NOTCH**notches, FRAME_LIMITS)
    world.history.settles = world.time + PAUSE
    gallery.revision += 1
    return True


def framed(world: World, name: str) -> Frame | None:
    """The frame that a hand carries, or points at."""
    hand = world.hands[name]
    if hand.carrying is not None:
        return world.gallery.frame(hand.carrying)
    pointed_at = hand.target is not None and hand.target.kind == "frame" and hand.hold is None
    return world.gallery.frames[hand.target.index] if pointed_at and hand.target is not None else None


def hang(world: World, name: str) -> list[Request]:
    """The frame in the hand hangs from now on."""
    hand, gallery = world.hands[name], world.gallery
    frame = frame_in(world, hand)
    pose = None if frame is None else place_for(world, hand, frame)
    if frame is None or pose is None:
        return []
    frame.pose = pose
    for other in world.hands.values():
        if other.carrying == frame.number:
            other.carrying = other.grasp = other.falls_into = None
            other.gripping = False
    gallery.revision += 1
    return [PLACE.by(name)]


def take_frame(world: World, name: str, index: int) -> list[Request]:
    """The frame at this place of the gallery comes into the hand."""
    hand, frame = world.hands[name], world.gallery.frames[index]
    frame.pose, hand.carrying, hand.target = None, frame.number, None
    world.gallery.revision += 1
    return [TAKE.by(name)]


def _facing(world: World, hand: Hand) -> Pose | None:
    """The pose of the wall or board that a hand points at."""
    target = hand.target
    if target is None:
        return None
    hall = world.halls[target.hall]
    match target.kind:
        case "wall":
            return on_wall(MapAt(target.hall, hall.walls[target.index].node, 0), world.halls)
        case "board":
            return hall.board.pose if target.index == 0 else hall.placing.carry(hall.exit.pose)
    return None


def _along_the_row(world: World, neighbour: Frame, frame: Frame, side: int) -> Pose | None:
    """The first free place beside a frame, or beyond those that hang there already."""
    for _ in range(MOST):
        place = _beside(neighbour, frame, side)
        taken = None if place is None else taken_by(world, frame, place)
        if taken is None:
            return place
        neighbour = taken
    return None


def _settled(world: World, frame: Frame, wanted: Pose) -> Spot:
    """Where a frame that is to hang at `wanted` hangs: in a row or on a rail where it comes near to a free place.

    Where another one hangs already, it goes on to the next place.
    """
    reach = FALLS * world.player.scale
    if not free(world, frame, wanted):
        reach = max(reach, NEXT * frame_size(frame)[0])
    spots = [
        Spot(place, along_row(neighbour, frame), place)
        for neighbour in world.gallery.frames
        for side in (-1, 1)
        if neighbour.number != frame.number
        and (place := _beside(neighbour, frame, side)) is not None
        and dist(place.position, wanted.position) < reach
        and free(world, frame, place)
    ]
    found = nearest_place(world, frame, wanted, reach)
    if found is not None:
        place, rail = found
        spots.append(Spot(place, rail, (rail.start, place if rail.places else None)))
    return min(spots, key=lambda spot: dist(spot.pose.position, wanted.position), default=Spot(wanted))


def _against_walls(world: World, held: Pose) -> Pose:
    """What a hand holds close to a wall hangs flat before it."""
    reach = AGAINST * world.player.scale
    for hall in world.halls:
        for _, wall in walls_near(hall, held.position, reach):
            placing = hall.placing @ wall.placing
            x, y, z = placing.pose.inverse().apply(held.position)
            inside = abs(x) < wall.width * placing.scale / 2 and abs(y) < wall.height * placing.scale / 2
            if inside and -reach / 2 < z < reach:
                return placing.pose @ Pose((x, y, BEFORE_A_WALL))
    return held


def _beside(neighbour: Frame, frame: Frame, side: int) -> Pose | None:
    """The place at the left (-1) or right (1) of a neighbour, their lower edges at one height."""
    if neighbour.pose is None:
        return None
    (width, height), (other_width, other_height) = frame_size(neighbour), frame_size(frame)
    across = (width + other_width) / 2 + GAP
    return neighbour.pose @ Pose((side * across, (other_height - height) / 2, 0.0))
