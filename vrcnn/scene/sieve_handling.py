"""What hands do with the sieve: take it, hold it before the picture, let it go, turn it with the wheel or the stick."""

from __future__ import annotations

from math import trunc

from vrcnn.scene.haptics import LET_GO, PLACE, TAKE
from vrcnn.scene.requests import Request
from vrcnn.scene.sieve_place import begin_flight, sieve_end
from vrcnn.scene.world import World
from vrcnn.scene.xray_acting import change_sieve, put_before, take_away
from vrcnn.scene.xray_requests import LookThrough

PLATE = "sieve plate"  # the kind of the controls that turn it
ASIDE, AHEAD = 0.06, 0.4  # m of the room: how far beside the canvas and how far before it counts as before it
LEAVES = 0.06  # m of the room by which a hand has to go further away again before the sieve is no longer before


def take_sieve(world: World, name: str, near: bool = False) -> list[Request]:
    """The sieve comes into this hand; where the hand itself takes it, it stays in the hand as it was taken."""
    hand, sieving = world.hands[name], world.sieving
    if sieving.in_hand is not None or hand.grip is None:
        return []
    grasp = hand.grip.inverse() @ sieve_end(world).pose if near else None
    begin_flight(world)
    was, sieving.in_hand, hand.grasp, hand.target = sieving.before, name, grasp, None
    sieving.before = was and name != "mouse" and _is_before(world, name)
    return [*([LookThrough(None)] if was and not sieving.before else []), TAKE.by(name)]


def let_sieve_go(world: World, name: str) -> list[Request]:
    """At the easel it snaps before the picture, elsewhere it flies back to its holder."""
    hand, there = world.hands[name], at_picture(world, name)
    requests = put_before(world) if there else take_away(world)
    hand.grasp, hand.gripping = None, False
    return [*requests, (PLACE if there else LET_GO).by(name)]


def press_with_sieve(world: World, name: str) -> list[Request] | None:
    """What a press does of a hand that has the sieve, or points at it; None where it has nothing to do with it."""
    hand = world.hands[name]
    target = hand.target
    if world.sieving.in_hand == name:
        return None if target is not None and target.control is not None else let_sieve_go(world, name)
    empty = hand.holding is None and hand.carrying is None and hand.hold is None
    if target is not None and target.kind == "sieve" and empty:
        return take_sieve(world, name)
    return None


def follow_sieve_in_hand(world: World) -> list[Request]:
    """Once a frame: what a hand holds before the picture is before it; a hand that is gone has it no longer."""
    sieving, name = world.sieving, world.sieving.in_hand
    if name is None:
        return []
    if world.hands[name].grip is None:
        world.hands[name].grasp = None
        return take_away(world)
    there = name != "mouse" and _is_before(world, name)
    if there == sieving.before:
        return []
    sieving.before = there
    return [LookThrough(sieving.sieve if there else None)]


def at_picture(world: World, name: str) -> bool:
    """Whether the sieve comes before the picture when this hand lets it go: it points there, or is near."""
    target = world.hands[name].target
    if target is not None and target.kind == "easel":
        return True
    return name != "mouse" and _is_before(world, name)


def turnable(world: World, name: str) -> bool:
    """Whether a wheel turns the sieve: this hand has it, or points at it, at its plate or at the picture behind it."""
    sieving, target = world.sieving, world.hands[name].target
    if sieving.in_hand is not None and name == sieving.in_hand:
        return True
    if target is None:
        return False
    return target.kind in ("sieve", PLATE) or (target.kind == "easel" and sieving.before)


def turn_by_wheel(world: World, name: str, notches: float) -> list[Request] | None:
    """Turns it a step for each whole notch; None where the wheel means something else."""
    if not turnable(world, name):
        return None
    sieving = world.sieving
    if notches * sieving.turning < 0:
        sieving.turning = 0.0
    sieving.turning += notches
    steps = trunc(sieving.turning)
    sieving.turning -= steps
    return change_sieve(world, sieving.sieve.turned(steps)) if steps else []


def _is_before(world: World, name: str) -> bool:
    """Whether the glass in the hand, or the hand, is before the canvas; once it is, a little further off is so too."""
    easel, unit, grip = world.easel, world.player.scale, world.hands[name].grip
    slack = LEAVES * unit if world.sieving.before else 0.0
    points = [sieve_end(world).pose.position] + ([] if grip is None else [grip.position])
    for point in points:
        x, y, z = easel.pose.inverse().apply(point)
        beside = max(abs(x) - easel.width / 2, abs(y) - easel.height / 2)
        if beside < ASIDE * unit + slack and -ASIDE * unit - slack < z < AHEAD * unit + slack:
            return True
    return False
