"""The part of a session, and of a tour's stop, that is about the sieve before the easel."""

from __future__ import annotations

from typing import Any

from vrcnn.export.plain import Misfit, taken
from vrcnn.export.session_opening import Opening
from vrcnn.export.session_parts import Part, register
from vrcnn.scene.world import World
from vrcnn.susceptibility.sieve import parsed


def told_sieve(world: World) -> dict[str, Any]:
    """Which sieve it is, as the command line has it, and whether it stands before the picture."""
    return {"text": world.sieving.sieve.text, "before": world.sieving.before}


def _take_sieve(told: Any, opening: Opening) -> None:
    members = taken(dict[str, Any], told, "sieve")
    sieving = opening.world.sieving
    text = taken(str, members.get("text", sieving.sieve.text), "sieve.text")
    before = taken(bool, members.get("before", True), "sieve.before")
    try:
        sieve = parsed(text)
    except ValueError as error:
        raise Misfit(f"sieve.text: {error}") from error
    sieving.sieve, sieving.before = sieve, before
    if before:
        sieving.in_hand = None
    opening.look_through(sieve if before else None)


register(Part("sieve", told_sieve, _take_sieve, lambda world: (world.sieving.sieve, world.sieving.before)))
