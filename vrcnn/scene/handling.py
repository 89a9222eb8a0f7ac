"""What a visitor does to walls and to the whole network: take, carry, scale, slide, zoom, fold, hide, put back."""

from __future__ import annotations

from dataclasses import replace
from math import floor

from vrcnn.scene.arrangement import Arrangement, Handling
from vrcnn.scene.arranging import handle_one, move_one, next_zoom, rearrange
from vrcnn.scene.geometry import Placing, Pose, Vector
from vrcnn.scene.hall import Hall, Wall
from vrcnn.scene.haptics import LET_GO, TAKE
from vrcnn.scene.history import PAUSE
from vrcnn.scene.holding import (
    DOWN,
    Hold,
    carried,
    followed,
    grasp_moves,
    grasped,
    moves,
    pair_moves,
    stretched,
    taken,
    within,
)
from vrcnn.scene.plinth import FOOT, standing
from vrcnn.scene.requests import Request
from vrcnn.scene.switching import take_up
from vrcnn.scene.wall_controls import ON_THE_WALL
from vrcnn.scene.world import Hand, Target, World

WALL_LIMITS, WHOLE_LIMITS = (0.2, 4.0), (0.02, 3.0)  # of the scales
NOTCH = 1.1  # times larger for each notch of the wheel
SLIDE = 0.14  # of what a wall shows, for each notch; at least one row
TABLE: tuple[int, str | None] = (-1, "table")  # what a hand holds that has the table with the model


def take(world: World, name: str) -> list[Request]:
    """The hand takes the wall, or the plinth, that it points at; with one that another hand holds, it joins in."""
    hand = world.hands[name]
    target, ray = hand.target, hand.ray
    if target is None or ray is None or hand.aim is None:
        return []
    foot = _foot(world, thing_of(world, target))
    if foot is None:
        return []
    return _hold(world, name, taken(thing_of(world, target), ray, target.distance, _grip(hand), foot))


def grasp(world: World, name: str, target: Target) -> list[Request]:
    """The hand itself takes the wall, the plinth or the table that is within its reach, and carries it as it moves."""
    hand, thing = world.hands[name], thing_of(world, target)
    foot = _foot(world, thing)
    return [] if foot is None or hand.grip is None else _hold(world, name, grasped(thing, hand.grip, foot))


def thing_of(world: World, target: Target) -> tuple[int, str | None]:
    """What a hand holds (Hold.thing) that takes this."""
    if target.kind == "table":
        return TABLE
    if target.kind == "plinth":
        return target.hall, None
    return target.hall, world.halls[target.hall].walls[target.index].name


def release(world: World, name: str) -> list[Request]:
    """The hand lets go; another one that holds the same thing goes on with it from where it is."""
    hand = world.hands[name]
    hold, hand.hold = hand.hold, None
    if hold is None:
        return []
    for other in world.hands.values():
        if _holds(other, hold.thing):
            _take_anew(world, other)
    return [LET_GO.by(name)] if hold.moving else []


def carry(world: World) -> None:
    """Once a frame: what is held follows the hands."""
    for thing in {hand.hold.thing for hand in world.hands.values() if hand.hold is not None}:
        hands = [hand for hand in world.hands.values() if _holds(hand, thing) and _is_tracked(hand)]
        if _foot(world, thing) is None:  # its layer is not shown any more
            for hand in world.hands.values():
                if _holds(hand, thing):
                    hand.hold = None
        elif len(hands) == 2:
            _carry_between(world, thing, hands)
        elif len(hands) == 1 and sum(_holds(hand, thing) for hand in world.hands.values()) == 1:
            _carry_along(world, thing, hands[0])


def scroll(world: World, name: str, notches: float) -> None:
    """The wheel: scales what the hand holds, or the network at the plinth; slides the tiles of a wall it points at."""
    hand = world.hands[name]
    if hand.hold is not None:
        _scale(world, hand, hand.hold, NOTCH**notches)
        return
    target = hand.target
    if target is None:
        return
    if target.kind == "plinth":
        foot = _foot(world, (target.hall, None))
        if foot is not None:
            grown = within(foot.scale * NOTCH**notches, _limits(world, (target.hall, None)))
            _stand(world, (target.hall, None), replace(foot, scale=grown))
    elif (found := pointed(world, name)) is not None:
        number, wall = found
        step = max(1.0, SLIDE * wall.rows_shown)
        slide(world, target.hall, number, wall.first_row - notches * step)
    world.history.settles = world.time + PAUSE


def slide(world: World, hall_number: int, number: int, first_row: float) -> bool:
    """Lets a wall show its rows from `first_row` on; returns whether it shows others than before."""
    hall = world.halls[hall_number]
    wall, before = hall.walls[number], hall.walls[number].first_row
    first_row = min(max(0.0, first_row), wall.rows - wall.rows_shown)
    _handle(hall, number, replace(hall.arrangement.handling(wall.name), first_row=first_row))
    return wall.first_row != before


def zoom(world: World, name: str, step: int) -> None:
    """Larger (1) or smaller (-1) tiles on the wall that the hand points at; the one under the ray stays there."""
    found, hand = pointed(world, name), world.hands[name]
    if found is None or hand.target is None:
        return
    number, wall = found
    factor = next_zoom(wall, step)
    if factor is None:
        return
    hall = world.halls[hand.target.hall]
    share = hand.target.v if hand.target.kind == "wall" and hand.target.tile is not None else 0.5
    row = wall.first_row + share * wall.rows_shown
    cell = floor(row) * wall.columns + (hand.target.tile or 0) * wall.cells % wall.columns
    handling = replace(hall.arrangement.handling(wall.name), zoom=factor)
    _handle(hall, number, handling)
    first = cell // wall.columns + row - floor(row) - share * wall.rows_shown
    slide(world, hand.target.hall, number, first)


def fold(world: World, name: str) -> None:
    """Folds the wall that the hand points at, or opens it."""
    found, hand = pointed(world, name), world.hands[name]
    if found is not None and hand.target is not None:
        hall, (number, wall) = world.halls[hand.target.hall], found
        handling = hall.arrangement.handling(wall.name)
        _handle(hall, number, replace(handling, folded=not handling.folded))


def hide(world: World, name: str) -> None:
    """Hides the wall that the hand points at; its links stay, faint."""
    found, hand = pointed(world, name), world.hands[name]
    if found is not None and hand.target is not None:
        hall, (number, wall) = world.halls[hand.target.hall], found
        _handle(hall, number, replace(hall.arrangement.handling(wall.name), hidden=True))


def show_hidden(world: World, hall_number: int) -> None:
    """All hidden walls of a hall are there again, as they were."""
    hall = world.halls[hall_number]
    handled = {name: replace(handling, hidden=False) for name, handling in hall.arrangement.handled.items()}
    _put(world, hall, hall.arrangement.with_all_handled(handled))


def reset(world: World, name: str) -> None:
    """The wall that the hand points at as the layout has it; at the plinth the whole network."""
    hand, found = world.hands[name], pointed(world, name)
    if hand.target is not None and hand.target.kind == "plinth":
        reset_whole(world, hand.target.hall)
    elif hand.target is not None and found is not None:
        hall = world.halls[hand.target.hall]
        _put(world, hall, hall.arrangement.with_reset(found[1].name))


def reset_whole(world: World, hall_number: int) -> None:
    """The network where it stood, as large as it was."""
    hall = world.halls[hall_number]
    _put(world, hall, replace(hall.arrangement, whole=Placing()))


def reset_all(world: World) -> None:
    """Every network as its layout has it."""
    for number, hall in enumerate(world.halls):
        arrangement = Arrangement(hall.arrangement.layout)
        if arrangement != hall.arrangement:
            take_up(world, number, arrangement)


def pointed(world: World, name: str) -> tuple[int, Wall] | None:
    """The wall that a hand points at, at its maps or at anything that belongs to it: its position and itself."""
    target = world.hands[name].target
    if target is None or target.kind not in ON_THE_WALL:
        return None
    return target.index, world.halls[target.hall].walls[target.index]


def _hold(world: World, name: str, hold: Hold) -> list[Request]:
    """The hand has this from now on; another one that has it too goes on from where it is."""
    hand = world.hands[name]
    others = [other for other in world.hands.values() if other is not hand and _holds(other, hold.thing)]
    hand.hold = hold
    for other in others:
        _take_anew(world, other)
    if hold.thing != TABLE:
        world.here = hold.hall
    return [TAKE.by(name)]


def _carry_along(world: World, thing: tuple[int, str | None], hand: Hand) -> None:
    hold, ray, unit = hand.hold, hand.ray, world.player.scale
    if hold is None:
        return
    if hold.grasp is not None and hand.grip is not None:
        if hold.moving or grasp_moves(hold.grasp, hand.grip, unit):
            hand.hold = hold = replace(hold, moving=True)
            _stand(world, thing, followed(hold, hand.grip, _slack(world, thing)))
    elif ray is not None and (hold.moving or moves(hold, ray, unit)):
        hand.hold = hold = replace(hold, moving=True)
        _stand(world, thing, carried(hold, ray, _slack(world, thing)))


def _carry_between(world: World, thing: tuple[int, str | None], hands: list[Hand]) -> None:
    first, second = (hand.hold for hand in hands)
    if first is None or second is None:
        return
    grips = _grip(hands[0]), _grip(hands[1])
    unit = world.player.scale
    if not (first.moving or pair_moves(first, second, grips, unit)):
        return
    for hand in hands:
        if hand.hold is not None:
            hand.hold = replace(hand.hold, moving=True)
    _stand(world, thing, stretched(first, second, grips, _limits(world, thing), _slack(world, thing), unit))


def _scale(world: World, hand: Hand, hold: Hold, factor: float) -> None:
    """Of what is held, about its foot."""
    scale = within(hold.start.scale * factor, _limits(world, hold.thing))
    for holding in world.hands.values():
        if holding.hold is not None and _holds(holding, hold.thing):
            holding.hold = replace(holding.hold, start=replace(holding.hold.start, scale=scale))
    foot = _foot(world, hold.thing)
    if foot is not None:
        _stand(world, hold.thing, replace(foot, scale=scale))


def _take_anew(world: World, hand: Hand) -> None:
    """The hand holds on to where it is now, or to where its ray ends."""
    hold = hand.hold
    foot = None if hold is None else _foot(world, hold.thing)
    if hold is None or foot is None:
        return
    if hold.grasp is not None and hand.grip is not None:
        hand.hold = grasped(hold.thing, hand.grip, foot)
    elif hold.grasp is None and hand.ray is not None:
        hand.hold = taken(hold.thing, hand.ray, hold.distance, _grip(hand), foot)


def _holds(hand: Hand, thing: tuple[int, str | None]) -> bool:
    return hand.hold is not None and hand.hold.thing == thing


def _is_tracked(hand: Hand) -> bool:
    """Whether it is known where the hand has what it holds."""
    return hand.ray is not None if hand.hold is None or hand.hold.grasp is None else hand.grip is not None


def _grip(hand: Hand) -> Vector:
    pose = hand.grip or hand.aim or Pose()
    return pose.position


def _foot(world: World, thing: tuple[int, str | None]) -> Placing | None:
    """Where a thing stands in the world; None where it is not shown."""
    if thing == TABLE:
        return None if world.table is None else Placing(world.table.pose)
    hall, name = world.halls[thing[0]], thing[1]
    if name is None:
        return standing(hall)
    wall = _wall(hall, name)
    return None if wall is None else hall.placing @ wall.placing @ Placing(Pose((0.0, -wall.rise, 0.0)))


def _stand(world: World, thing: tuple[int, str | None], foot: Placing) -> None:
    """Lets a thing stand there."""
    if thing == TABLE:
        if world.table is not None:
            world.table.pose = foot.pose
        return
    hall, name = world.halls[thing[0]], thing[1]
    if name is None:
        placing = foot @ Placing(FOOT).inverse()
        hall.arrangement = replace(hall.arrangement, whole=hall.place.inverse() @ placing)
        hall.motion = None
        return
    wall = _wall(hall, name)
    if wall is not None:
        placing = hall.placing.inverse() @ foot @ Placing(Pose((0.0, wall.rise, 0.0)))
        move_one(hall, wall, hall.arrangement.with_moved(name, wall.home.inverse() @ placing))


def _limits(world: World, thing: tuple[int, str | None]) -> tuple[float, float]:
    """Of a thing's scale in the world."""
    if thing == TABLE:
        return 1.0, 1.0
    hall = world.halls[thing[0]]
    (least, most), unit = (WHOLE_LIMITS, hall.place.scale) if thing[1] is None else (WALL_LIMITS, hall.placing.scale)
    return least * unit, most * unit


def _slack(world: World, thing: tuple[int, str | None]) -> float | None:
    """How far a thing has to be lifted before it leaves the ground, in m; None where it never does."""
    return None if thing[1] is None or thing == TABLE else DOWN * min(1.0, world.halls[thing[0]].placing.scale)


def _wall(hall: Hall, name: str) -> Wall | None:
    return next((wall for wall in hall.walls if wall.name == name), None)


def _handle(hall: Hall, number: int, handling: Handling) -> None:
    handle_one(hall, number, hall.arrangement.with_handled(hall.walls[number].name, handling))


def _put(world: World, hall: Hall, arrangement: Arrangement) -> None:
    if arrangement != hall.arrangement:
        rearrange(hall, arrangement, world.time)
