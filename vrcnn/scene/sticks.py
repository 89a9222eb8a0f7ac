"""What the two sticks mean: the off hand's travels, the main hand's turns, scrolls and flies."""

from __future__ import annotations

from math import copysign, hypot, radians

from vrcnn.scene import movement
from vrcnn.scene.handling import pointed
from vrcnn.scene.hanging import framed
from vrcnn.scene.intents import Scroll
from vrcnn.scene.locomotion import darken, go, raise_seated
from vrcnn.scene.movement import Stick
from vrcnn.scene.panel_acting import act_by_panel
from vrcnn.scene.requests import Request
from vrcnn.scene.sieve_handling import turnable
from vrcnn.scene.walking import turn_about_head
from vrcnn.scene.world import World

PUSHED, CENTRED = 0.35, 0.25  # of a stick's way: when it begins to mean something, and when that is over
ASKED = 0.6  # of a stick's way, for an arc or a step back
FLICKED, FLICKED_BACK = 0.7, 0.4  # of a stick's way, for one snap turn, and before the next one
NOTCHES = 7.0  # of a wheel each second


def get_about(world: World, seconds: float) -> list[Request]:
    """Once a frame, before the hands are moved: walks, flies, turns and scrolls as the sticks say."""
    raise_seated(world)
    requests: list[Request] = []
    moving = False
    for name, stick in world.movement.sticks.items():
        _mean(world, stick, name)
        if world.movement.grab is not None:
            continue
        match stick.meaning:
            case movement.WALK:
                go(world, stick.x, 0.0, stick.y, seconds)
                moving = True
            case movement.FLY:
                go(world, 0.0, stick.y, 0.0, seconds)
                moving = True
            case movement.SCROLL:
                requests += act_by_panel(world, Scroll(name, NOTCHES * stick.y * seconds))
            case movement.TURN:
                moving |= _turn(world, stick, seconds)
    darken(world, moving, seconds)
    return requests


def scrollable(world: World, name: str) -> bool:
    """Whether what a hand holds or points at can be scrolled, or scaled as with a wheel."""
    hand, found = world.hands[name], pointed(world, name)
    if turnable(world, name):
        return True
    if (
        hand.hold is not None
        or hand.carrying is not None
        or (hand.target is not None and hand.target.kind in ("plinth", "panel"))
    ):
        return True
    return framed(world, name) is not None or (found is not None and found[1].windowed)


def _mean(world: World, stick: Stick, name: str) -> None:
    """Finds out what a stick is pushed for. An arc ends only in a jump (teleport.py).

    Where the off hand is nowhere, as with a single controller, the main one travels in its place.
    """
    way, aside = hypot(stick.x, stick.y), abs(stick.x) > abs(stick.y)
    main, alone = name == world.comfort.main, world.hands[world.comfort.off].aim is None
    if stick.meaning == movement.AIM:
        return
    if way == 0 or (way < CENTRED and stick.meaning != movement.WALK):
        stick.meaning, stick.flicked = "", False
    if stick.meaning or way == 0:
        return
    if not main and _walks(world, name):
        stick.meaning = movement.WALK
    elif way < PUSHED:
        return
    elif main and aside:
        stick.meaning = movement.TURN
    elif main and scrollable(world, name):
        stick.meaning = movement.SCROLL
    elif main and not alone:
        stick.meaning = movement.FLY
    elif _walks(world, name):
        stick.meaning = movement.WALK
    elif not aside and abs(stick.y) >= ASKED:
        stick.meaning = movement.AIM if stick.y > 0 else movement.BACK
        stick.flicked, stick.angle = False, 0.0


def _walks(world: World, name: str) -> bool:
    """Whether the hand that travels walks, and asks for no jump."""
    travel = world.comfort.travel
    return travel == "smooth" or (travel == "both" and world.hands[name].grabbing)


def _turn(world: World, stick: Stick, seconds: float) -> bool:
    """Turns the visitor; returns whether that was a smooth turn."""
    comfort = world.comfort
    if comfort.turning == "smooth":
        turn_about_head(world, -stick.x * radians(comfort.turn_speed) * seconds)
        return True
    if abs(stick.x) < FLICKED_BACK:
        stick.flicked = False
    elif abs(stick.x) >= FLICKED and not stick.flicked:
        stick.flicked = True
        if comfort.turning == "snap":
            turn_about_head(world, -copysign(radians(comfort.snap), stick.x))
    return False
