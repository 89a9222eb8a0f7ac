"""Undo and redo: the arrangements of all halls as they were before each change, and as they were before undoing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vrcnn.scene.arrangement import Arrangement
from vrcnn.scene.switching import take_up

if TYPE_CHECKING:
    from vrcnn.scene.world import World

MOST = 500  # steps that are kept
PAUSE = 0.6  # s: notches of a wheel that follow each other sooner are one change

Arrangements = tuple[Arrangement, ...]  # one for each hall


@dataclass
class History:
    """`past` are the arrangements before each change, the oldest first, `present` those that the last change has made
    (None before the first frame), `future` those that were undone, the next one last. Until `settles` (World.time, s)
    a change may be part of the one before.
    """

    past: list[Arrangements] = field(default_factory=list)
    present: Arrangements | None = None
    future: list[Arrangements] = field(default_factory=list)
    settles: float = 0.0


def note(world: World) -> None:
    """Once a frame: whatever has changed since the last step is a step, unless somebody is still at it."""
    if world.time >= world.history.settles and not _in_hand(world):
        _settle(world)


def undo(world: World) -> bool:
    """Takes the last change back; False where there is none, or something is in a hand."""
    if _in_hand(world):
        return False
    _settle(world)
    return _go(world, world.history.past, world.history.future)


def redo(world: World) -> bool:
    """Makes the change again that was undone last; False where there is none, or something is in a hand."""
    if _in_hand(world):
        return False
    _settle(world)
    return _go(world, world.history.future, world.history.past)


def _settle(world: World) -> None:
    history, now = world.history, tuple(hall.arrangement for hall in world.halls)
    if history.present is None or len(history.present) != len(now):
        world.history = History(present=now)
    elif any(a is not b for a, b in zip(now, history.present, strict=True)):
        if now != history.present:
            history.past = [*history.past[1 - MOST :], history.present]
            history.future.clear()
        history.present = now


def _go(world: World, source: list[Arrangements], others: list[Arrangements]) -> bool:
    history = world.history
    if not source or history.present is None:
        return False
    others.append(history.present)
    history.present = source.pop()
    for number, (hall, arrangement) in enumerate(zip(world.halls, history.present, strict=True)):
        if arrangement != hall.arrangement:
            take_up(world, number, arrangement)
        else:
            hall.arrangement = arrangement
    return True


def _in_hand(world: World) -> bool:
    """Whether a change is still being made: something is held or dragged."""
    return any(
        hand.hold is not None or (hand.dragging is not None and hand.dragging.kind == "scrollbar")
        for hand in world.hands.values()
    )
