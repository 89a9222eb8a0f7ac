"""Where a picture goes that a hand lets go: onto the easel, or through the air back to its place on the shelf."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vrcnn.scene.drawables import Drawables, Image
from vrcnn.scene.geometry import Pose, Vector
from vrcnn.scene.haptics import LET_GO, PLACE
from vrcnn.scene.requests import Request, RunPicture
from vrcnn.scene.shelving import PICTURE_SIDE, fitted, slot_pose
from vrcnn.scene.world import Flight, Hand, World

PLACE_REACH = 0.35  # m of the room between a held picture and the easel at which letting go places it
FLIGHT = 0.45  # s for the way back to the shelf
ARC = 0.12  # of the way, by which it rises on it
HELD_SIDE = 0.26  # m of the room, the longer side of a picture in a hand
IN_HAND = Pose((0.0, 0.16, -0.06))  # m of the room


@dataclass(frozen=True)
class Held:
    """Where a picture in a hand is, in the world, and how long its longer side is, in m."""

    pose: Pose
    side: float


def held_picture(world: World, name: str) -> Held | None:
    """The picture in this hand: as the hand took it, or else as a hand carries one."""
    hand = world.hands[name]
    if hand.holding is None or hand.grip is None or hand.bearing is None:
        return None
    if hand.grasp is not None:
        return Held(hand.grip @ hand.grasp, PICTURE_SIDE)
    if name == "mouse":
        return Held(hand.grip, HELD_SIDE)
    scale = world.player.scale
    x, y, z = IN_HAND.position
    return Held(hand.bearing @ Pose((scale * x, scale * y, scale * z), IN_HAND.orientation), HELD_SIDE * scale)


def at_easel(world: World, name: str) -> bool:
    """Whether a picture that the hand lets go is placed: the hand points at the easel, or it or the picture is near."""
    hand = world.hands[name]
    if hand.target is not None and hand.target.kind == "easel":
        return True
    if name == "mouse" or hand.grip is None:
        return False
    held = held_picture(world, name) if hand.grasp is not None else None
    points = [hand.grip.position] if held is None else [hand.grip.position, held.pose.position]
    return min(_from_easel(world, point) for point in points) < PLACE_REACH * world.player.scale


def place(world: World, name: str) -> list[Request]:
    """The picture in the hand comes onto the easel."""
    hand = world.hands[name]
    picture = hand.holding
    _emptied(hand)
    if picture is None:
        return []
    world.put_on_easel(picture)
    return [RunPicture(picture), PLACE.by(name)]


def put_back(world: World, name: str) -> list[Request]:
    """The picture in the hand flies back to the shelf."""
    hand, held = world.hands[name], held_picture(world, name)
    picture = hand.holding
    _emptied(hand)
    if picture is None:
        return []
    if held is not None:
        world.flights.append(Flight(picture, held.pose, held.side, world.time))
    return [LET_GO.by(name)]


def fly(world: World) -> None:
    """Once a frame: those that have arrived are on the shelf."""
    world.flights = [flight for flight in world.flights if world.time - flight.began < FLIGHT]


def furnish_flights(world: World) -> Drawables:
    """The pictures on their way."""
    images = []
    for flight in world.flights:
        share = min(1.0, (world.time - flight.began) / FLIGHT)
        eased = share * share * (3 - 2 * share)
        end, side = _home(world, flight.picture)
        pose = between(flight.start, end, eased)
        width, height = fitted(world.pictures[flight.picture], flight.side + eased * (side - flight.side))
        images.append(Image(flight.picture, pose, width, height))
    return Drawables(images=tuple(images))


def flights_key(world: World) -> object:
    """Equal keys mean that `furnish_flights` would say the same again."""
    return (tuple(world.flights), world.time) if world.flights else None


def between(start: Pose, end: Pose, share: float) -> Pose:
    """The pose at `share` (0 to 1) of a way through the air, which rises a little."""
    way = np.subtract(end.position, start.position)
    rise = 4 * share * (1 - share) * ARC * float(np.linalg.norm(way))
    x, y, z = (np.array(start.position) + share * way).tolist()
    one, other = np.array(start.orientation), np.array(end.orientation)
    mixed = (1 - share) * one + share * (other if float(one @ other) >= 0 else -other)
    a, b, c, d = (mixed / np.linalg.norm(mixed)).tolist()
    return Pose((x, y + rise, z), (a, b, c, d))


def _emptied(hand: Hand) -> None:
    hand.holding = hand.grasp = None
    hand.gripping = False


def _home(world: World, picture: int) -> tuple[Pose, float]:
    """Where on the shelf a picture belongs, and how large it is there; one of another page vanishes behind it."""
    shelf = world.shelf
    shown = shelf.shown(len(world.pictures))
    if picture in shown:
        return slot_pose(shelf, shown.index(picture)), PICTURE_SIDE
    return shelf.pose @ Pose((0.0, 0.0, -0.05)), 0.02


def _from_easel(world: World, point: Vector) -> float:
    """From a point to the nearest point of the easel's canvas, in m."""
    easel = world.easel
    x, y, z = easel.pose.inverse().apply(point)
    dx, dy = max(0.0, abs(x) - easel.width / 2), max(0.0, abs(y) - easel.height / 2)
    return (dx * dx + dy * dy + z * z) ** 0.5
