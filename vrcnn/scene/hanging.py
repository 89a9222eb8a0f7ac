"""Framed copies of maps and visualizations: pulled out, carried, hung beside each other, taken again and put away."""

from __future__ import annotations

from dataclasses import replace
from math import atan2, dist

from vrcnn.scene.feature_reading import FeatureReading
from vrcnn.scene.gallery import Frame, Large, Pull
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.haptics import AWAY, PLACE, PULL, TAKE
from vrcnn.scene.map_shapes import frame_shape, on_wall, size_of
from vrcnn.scene.picture_numbers import FRAMES
from vrcnn.scene.pointing import feature_of, reading_of, subject_of
from vrcnn.scene.reading import MapAt, Reading, Subject
from vrcnn.scene.requests import Request
from vrcnn.scene.world import Hand, Notice, World

MOST = FRAMES
REACH, FREE = 2.2, 1.15  # m: how far a wall may be to be hung at; how far away a frame hangs in the air
BEFORE_A_WALL = 0.035  # m
GAP, SNAP = 0.05, 0.3  # m between neighbours; how near to a neighbour's side a frame falls into the row
LOWEST = 0.3  # m above the ground
LARGE_AT, CLOSEST = 1.15, 0.3  # m before the eyes
TOO_MANY = "There are {most} framed maps already: put one away with Delete, or with a press on the shelf."


def enlarged(world: World) -> Large | None:
    """The large view of the map that a hand points at, straight before the eyes and nearer than what it is on."""
    for hand in world.hands.values():
        subject, target = subject_of(world, hand), hand.target
        if subject is None or target is None or target.kind == "large" or not _is_there(world, subject):
            continue
        eyes = world.player.eyes
        reach = max(CLOSEST, min(LARGE_AT, 0.8 * dist(eyes.position, target.point)))
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
        other.carrying = None if other.carrying == number else other.carrying
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
        return _hang(world, name)
    if hand.holding is not None:
        return None
    if gallery.large is not None:
        return pull_out(world, name)
    if target is not None and target.kind == "frame":
        frame = gallery.frames[target.index]
        frame.pose, hand.carrying, hand.target = None, frame.number, None
        gallery.revision += 1
        return [TAKE.by(name)]
    return None


def place_for(world: World, hand: Hand, frame: Frame) -> Pose | None:
    """Where a press of this hand would hang a frame: in a row with others, before a wall, or free in the air."""
    ray, target = hand.ray, hand.target
    if ray is None or (target is not None and (target.control is not None or target.kind == "shelf")):
        return None
    if target is not None and target.kind == "frame":
        return _along_the_row(world, world.gallery.frames[target.index], frame, 1 if target.u >= 0.5 else -1)
    facing = None if target is None or target.distance > REACH else _facing(world, hand)
    if facing is not None and target is not None:
        wanted = Pose(target.point, facing.orientation) @ Pose((0.0, 0.0, BEFORE_A_WALL))
    else:
        reach = FREE if target is None else max(CLOSEST, min(FREE, target.distance - 0.1))
        x, y, z = ray.at(reach)
        ex, _, ez = world.player.eyes.position
        height = frame_shape(frame.reading).height
        wanted = Pose((x, max(y, LOWEST + height / 2), z), turn(yaw=atan2(ex - x, ez - z)))
    return _snapped(world, frame, wanted)


def _is_there(world: World, subject: Subject) -> bool:
    return size_of(subject, world.gallery, world.halls) is not None


def _carry(world: World, name: str, reading: Reading | FeatureReading) -> list[Request]:
    gallery = world.gallery
    gallery.large = None
    free = sorted(set(range(MOST)) - {frame.place for frame in gallery.frames})
    if not free:
        world.notices.append(Notice(TOO_MANY.format(most=MOST)))
        return []
    gallery.made += 1
    gallery.frames.append(Frame(gallery.made, reading, place=free[0]))
    gallery.revision += 1
    world.hands[name].carrying = gallery.made
    return [PULL.by(name)]


def _hang(world: World, name: str) -> list[Request]:
    hand, gallery = world.hands[name], world.gallery
    frame = None if hand.carrying is None else gallery.frame(hand.carrying)
    pose = None if frame is None else place_for(world, hand, frame)
    if frame is None or pose is None:
        return []
    frame.pose, hand.carrying = pose, None
    gallery.revision += 1
    return [PLACE.by(name)]


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
        taken = None if place is None else _at(world, frame, place)
        if taken is None:
            return place
        neighbour = taken
    return None


def _snapped(world: World, frame: Frame, wanted: Pose) -> Pose:
    """Where a frame that is to hang at `wanted` hangs: in a row with its neighbour where it comes near to one."""
    places = [
        place
        for neighbour in world.gallery.frames
        for side in (-1, 1)
        if neighbour.number != frame.number
        and (place := _beside(neighbour, frame, side)) is not None
        and dist(place.position, wanted.position) < SNAP
        and _at(world, frame, place) is None
    ]
    return min(places, key=lambda place: dist(place.position, wanted.position), default=wanted)


def _beside(neighbour: Frame, frame: Frame, side: int) -> Pose | None:
    """The place at the left (-1) or right (1) of a neighbour, their lower edges at one height."""
    if neighbour.pose is None:
        return None
    one, other = frame_shape(neighbour.reading), frame_shape(frame.reading)
    across = (one.width + other.width) / 2 + GAP
    return neighbour.pose @ Pose((side * across, (other.height - one.height) / 2, 0.0))


def _at(world: World, frame: Frame, place: Pose) -> Frame | None:
    """Another frame that hangs at a place."""
    width = frame_shape(frame.reading).width
    for other in world.gallery.frames:
        if other.pose is not None and other.number != frame.number:
            room = 0.45 * (width + frame_shape(other.reading).width)
            if dist(other.pose.position, place.position) < room:
                return other
    return None
