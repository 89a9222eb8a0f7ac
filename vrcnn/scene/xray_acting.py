"""What wishes for the sieve do to the World: before the picture or away, another kind, another amount, sorted walls."""

from __future__ import annotations

from dataclasses import replace

from vrcnn.scene.requests import Request
from vrcnn.scene.sieve_place import begin_flight
from vrcnn.scene.world import World
from vrcnn.scene.xray_intents import SortByChange, StepSieveKind, ToggleSieve, TurnSieve, XrayAction
from vrcnn.scene.xray_requests import LookThrough
from vrcnn.susceptibility.sieve import Sieve

BY_CHANGE = "susceptibility"


def act_on_sieve(world: World, action: XrayAction) -> list[Request]:
    """Applies one of them."""
    match action:
        case ToggleSieve():
            return take_away(world) if world.sieving.before else put_before(world)
        case StepSieveKind(step):
            return change_sieve(world, world.sieving.sieve.of_kind(step))
        case TurnSieve(steps):
            return change_sieve(world, world.sieving.sieve.turned(steps))
        case SortByChange():
            sort_by_change(world)
    return []


def put_before(world: World) -> list[Request]:
    """The sieve flies before the picture, out of its holder or a hand, and the networks look through it."""
    sieving = world.sieving
    begin_flight(world)
    was, sieving.before, sieving.in_hand = sieving.before, True, None
    return [] if was else [LookThrough(sieving.sieve)]


def take_away(world: World) -> list[Request]:
    """The sieve flies back into its holder; where it was before the picture, the networks look at that again."""
    sieving = world.sieving
    begin_flight(world)
    was, sieving.before, sieving.in_hand = sieving.before, False, None
    return [LookThrough(None)] if was else []


def change_sieve(world: World, sieve: Sieve) -> list[Request]:
    """Another sieve in the same frame, wherever that is; the newest one supersedes those that still run."""
    if sieve == world.sieving.sieve:
        return []
    world.sieving.sieve = sieve
    return [LookThrough(sieve)] if world.sieving.before else []


def sort_by_change(world: World) -> None:
    """The channels that change most come first on every wall; once more, and they stand as before."""
    colouring, sieving = world.colouring, world.sieving
    if colouring.order == BY_CHANGE:
        before = sieving.order_before if sieving.order_before != BY_CHANGE else "index"
        world.colouring = replace(colouring, order=before)
    else:
        sieving.order_before = colouring.order
        world.colouring = replace(colouring, order=BY_CHANGE)
