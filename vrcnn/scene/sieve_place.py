"""Where the sieve is: in its holder at the easel, in a hand, before the picture, or on its way there."""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.scene.delivering import between
from vrcnn.scene.geometry import Pose
from vrcnn.scene.hall import Surface
from vrcnn.scene.world import World
from vrcnn.scene.xray import SieveFlight

LENS = 0.6  # m, each side of the glass at its full size
RIM = 0.025  # m at full size: the frame around it
HANDLE = 0.05, 0.15  # m at full size: how wide the handle is, and how long
AT_REST, HELD = 0.4, 0.42  # of its full size: in its holder, and in a hand
FLIGHT = 0.3  # s
BEFORE = 0.07  # m, from the picture to the glass before it
BESIDE, ABOVE = 0.215, 0.185  # m from the canvas to the glass in its holder: from its left edge, from its middle
IN_HAND = Pose((0.0, 0.2, -0.05))  # m of the room, from the grip to the middle of the glass
AT_THE_SIDE = Pose((-0.06, 0.04, 0.0))  # m, the same in the desktop's hand
SPARE = 0.03  # m around the handle in which it is met too


@dataclass(frozen=True)
class Held:
    """Where the middle of the sieve's glass is, in the world, and how large the sieve, in shares of its full size."""

    pose: Pose
    size: float


def holder(world: World) -> Pose:
    """The middle of the glass while it rests at the left of the easel."""
    easel = world.easel
    return easel.pose @ Pose((-easel.width / 2 - BESIDE, ABOVE, 0.0))


def is_there(world: World) -> bool:
    """Whether there is a sieve to be seen: not where no network reads pictures, unless it is put before an example."""
    return bool(world.pictures) or world.sieving.before or world.sieving.in_hand is not None


def sieve_end(world: World) -> Held:
    """Where the sieve is as soon as it has arrived."""
    sieving = world.sieving
    held = None if sieving.in_hand is None else _in_hand(world, sieving.in_hand)
    if held is not None:
        return held
    if sieving.before:
        return Held(world.easel.pose @ Pose((0.0, 0.0, BEFORE)), world.easel.width / (LENS + RIM))
    return Held(holder(world), AT_REST)


def sieve_now(world: World) -> Held:
    """Where the sieve is in this frame."""
    end, flight = sieve_end(world), world.sieving.flight
    if flight is None or not flying(world):
        return end
    share = (world.time - flight.began) / FLIGHT
    eased = share * share * (3 - 2 * share)
    return Held(between(flight.start, end.pose, eased), flight.size + eased * (end.size - flight.size))


def flying(world: World) -> bool:
    """Whether it is on its way."""
    flight = world.sieving.flight
    return flight is not None and 0 <= world.time - flight.began < FLIGHT


def begin_flight(world: World) -> None:
    """From where it is now it goes on to wherever it is to be after this."""
    now = sieve_now(world)
    world.sieving.flight = SieveFlight(now.pose, now.size, world.time)


def sieve_surface(world: World) -> Surface | None:
    """Where it is taken: all of it in its holder, its handle before the picture, which is met through the glass."""
    if world.sieving.in_hand is not None or not is_there(world):
        return None
    end = sieve_end(world)
    side, (wide, long) = (LENS + 2 * RIM) * end.size, (length * end.size for length in HANDLE)
    if world.sieving.before:
        up = Pose((0.0, side / 2 + long / 2, 0.0))
        return Surface(end.pose @ up, wide + 2 * SPARE, long)
    return Surface(end.pose @ Pose((0.0, long / 2, 0.0)), side, side + long)


def sieve_place_key(world: World) -> object:
    """Equal keys mean that `sieve_surface` and what is fixed beside it are where they were."""
    return world.easel.pose, world.sieving.in_hand is None, world.sieving.before, is_there(world)


def _in_hand(world: World, name: str) -> Held | None:
    hand, unit = world.hands[name], world.player.scale
    if hand.grip is None or hand.bearing is None:
        return None
    if hand.grasp is not None:
        return Held(hand.grip @ hand.grasp, HELD * unit)
    if name == "mouse":
        return Held(hand.grip @ AT_THE_SIDE, HELD)
    x, y, z = IN_HAND.position
    return Held(hand.bearing @ Pose((x * unit, y * unit, z * unit)), HELD * unit)
