"""Undo and redo: the arrangements of all halls and the framed copies that hang, as they were before each change, and
as they were before undoing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from vrcnn.scene.arrangement import Arrangement
from vrcnn.scene.feature_reading import FeatureReading
from vrcnn.scene.gallery import Frame
from vrcnn.scene.geometry import Pose
from vrcnn.scene.reading import Reading
from vrcnn.scene.switching import take_up

if TYPE_CHECKING:
    from vrcnn.scene.world import World

MOST = 500  # steps that are kept
PAUSE = 0.6  # s: notches of a wheel that follow each other sooner are one change


@dataclass(frozen=True)
class Hung:
    """A framed copy that hangs, as in gallery.Frame."""

    number: int
    reading: Reading | FeatureReading
    pose: Pose
    place: int
    scale: float


@dataclass(frozen=True)
class State:
    """What can be undone: an arrangement for each hall, and what hangs, with the revision of the gallery then."""

    arrangements: tuple[Arrangement, ...]
    hung: tuple[Hung, ...]
    revision: int

    def same(self, other: State) -> bool:
        """Whether nothing is different."""
        return self.arrangements == other.arrangements and self.same_frames(other)

    def same_frames(self, other: State) -> bool:
        """Whether the same copies hang in the same places."""
        told, others = ([(h.number, id(h.reading), h.pose, h.scale) for h in state.hung] for state in (self, other))
        return told == others


@dataclass
class History:
    """`past` are the states before each change, the oldest first, `present` the one that the last change has made
    (None before the first frame), `future` those that were undone, the next one last. Until `settles` (World.time, s)
    a change may be part of the one before.
    """

    past: list[State] = field(default_factory=list)
    present: State | None = None
    future: list[State] = field(default_factory=list)
    settles: float = 0.0


def note(world: World) -> None:
    """Once a frame: whatever has changed since the last step is a step, unless somebody is still at it."""
    if world.time >= world.history.settles and not _in_hand(world) and not _carries(world):
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
    history, present = world.history, world.history.present
    arrangements = tuple(hall.arrangement for hall in world.halls)
    if present is None or len(present.arrangements) != len(arrangements):
        world.history = History(present=_state(world, arrangements))
    elif present.revision != world.gallery.revision or any(
        a is not b for a, b in zip(arrangements, present.arrangements, strict=True)
    ):
        now = _state(world, arrangements)
        if not now.same(present):
            history.past = [*history.past[1 - MOST :], present]
            history.future.clear()
        history.present = now


def _go(world: World, source: list[State], others: list[State]) -> bool:
    history, present = world.history, world.history.present
    if not source or present is None:
        return False
    others.append(present)
    state = source.pop()
    for number, (hall, arrangement) in enumerate(zip(world.halls, state.arrangements, strict=True)):
        if arrangement != hall.arrangement:
            take_up(world, number, arrangement)
        else:
            hall.arrangement = arrangement
    if not state.same_frames(_state(world, state.arrangements)):
        _hang_as(world, state.hung)
    history.present = replace(state, revision=world.gallery.revision)
    return True


def _state(world: World, arrangements: tuple[Arrangement, ...]) -> State:
    frames = world.gallery.frames
    hung = tuple(Hung(f.number, f.reading, f.pose, f.place, f.scale) for f in frames if f.pose is not None)
    return State(arrangements, hung, world.gallery.revision)


def _hang_as(world: World, hung: tuple[Hung, ...]) -> None:
    """These copies hang and no others; those that are carried stay in the hand, unless they are among them."""
    gallery, numbers = world.gallery, {each.number for each in hung}
    for hand in world.hands.values():
        if hand.carrying in numbers:
            hand.carrying = hand.grasp = hand.falls_into = None
            hand.gripping = False
        if hand.target is not None and hand.target.kind == "frame":
            hand.target = None
    gallery.between = None
    carried = [frame for frame in gallery.frames if frame.pose is None and frame.number not in numbers]
    gallery.frames = [Frame(each.number, each.reading, each.pose, each.place, each.scale) for each in hung]
    taken = {frame.place for frame in gallery.frames}
    for frame in carried:  # another copy has its place again
        if frame.place in taken:
            frame.place = min(set(range(len(taken) + len(carried) + 1)) - taken)
        taken.add(frame.place)
    gallery.frames += carried
    gallery.revision += 1


def _carries(world: World) -> bool:
    """Whether a hand carries a copy, which will hang somewhere or be put away."""
    return any(hand.carrying is not None for hand in world.hands.values())


def _in_hand(world: World) -> bool:
    """Whether a change is still being made: something is held or dragged."""
    return any(
        hand.hold is not None or (hand.dragging is not None and hand.dragging.kind == "scrollbar")
        for hand in world.hands.values()
    )
