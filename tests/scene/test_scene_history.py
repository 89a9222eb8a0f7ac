"""Undo and redo of everything that can be done to an arrangement, in sequences that nobody has thought of."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from graphs import branches, residual
from visiting import Visit

from vrcnn.engine.plan import plan_maps
from vrcnn.scene.anchors import number_anchors
from vrcnn.scene.build import add_hall, build_hall
from vrcnn.scene.geometry import Placing, Pose, turn
from vrcnn.scene.intents import (
    FoldWall,
    HideWall,
    Look,
    Redo,
    Release,
    ResetAll,
    ResetWall,
    ResetWhole,
    Scroll,
    Select,
    ShowHidden,
    Undo,
    ZoomTiles,
)
from vrcnn.scene.requests import Pulse


@pytest.fixture
def visit() -> Visit:
    visit = Visit(residual())
    other = branches(3)
    add_hall(visit.world, build_hall("two", other, plan_maps(other.nodes)))
    number_anchors(visit.world)
    visit.do()
    return visit


def state(visit: Visit):
    """What is arranged, and where everything stands and what it shows because of it."""
    return [
        (hall.arrangement, hall.placing, [(w.placing, w.folded, w.hidden, w.columns, w.first_row) for w in hall.walls])
        for hall in visit.world.halls
    ]


def something(visit: Visit, random_one: random.Random) -> None:
    """One change, as a visitor makes it."""
    hall = random_one.choice(visit.world.halls)
    wall = random_one.choice(hall.walls)
    placing = hall.placing @ wall.placing
    x, y, z = placing.pose.apply((0.0, 0.0, 0.4 * placing.scale))
    visit.world.player.position = x, y - 1.6, z
    visit.look(placing.pose.position)
    match random_one.randrange(9):
        case 0 | 1:
            visit.do(Select("mouse"))
            visit.do(Look(random_one.uniform(-1, 1), random_one.uniform(-0.3, 0.3)))
            visit.do(Scroll("mouse", random_one.randint(-3, 3)))
            visit.do(Look(0.1, 0.0))
            visit.do(Release("mouse"))
        case 2:
            visit.do(FoldWall("mouse"))
        case 3:
            visit.do(HideWall("mouse"))
        case 4:
            visit.do(ZoomTiles("mouse", 1))
        case 5:
            visit.do(Scroll("mouse", -1.0))
        case 6:
            visit.do(ResetWall("mouse"))
        case 7:
            visit.do(ShowHidden(), ResetWhole(random_one.randrange(2)))
        case 8:
            whole = Placing(Pose((random_one.uniform(-3, 3), 0.0, 1.0), turn(random_one.uniform(-1, 1))), 0.5)
            hall.arrangement = replace(hall.arrangement, whole=whole)
            visit.do()
    visit.do(seconds=1.0)


@pytest.mark.parametrize("seed", range(6))
def test_undo_and_redo_of_everything_return_to_equal_arrangements(visit, seed):
    random_one = random.Random(seed)
    states = [state(visit)]
    for _ in range(40):
        something(visit, random_one)
        if state(visit)[0][0] != states[-1][0][0] or state(visit)[1][0] != states[-1][1][0]:
            states.append(state(visit))
    assert len(states) > 20
    assert len(visit.world.history.past) == len(states) - 1, "a step for each change"
    place = len(states) - 1
    for _ in range(120):
        back = random_one.random() < 0.55
        visit.do(Undo() if back else Redo())
        place = max(0, place - 1) if back else min(len(states) - 1, place + 1)
        assert state(visit) == states[place]
    while place:
        visit.do(Undo())
        place -= 1
    assert state(visit) == states[0]
    visit.do(Undo())
    assert state(visit) == states[0], "and no further"


def test_a_new_change_after_undoing_forgets_what_was_undone(visit):
    wall = visit.hall.walls[1]
    visit.before(wall)
    visit.do(FoldWall("mouse"))
    visit.do(Undo())
    assert not wall.folded
    visit.do(HideWall("mouse"))
    visit.do(Redo())
    assert wall.hidden
    assert not wall.folded


def test_notches_that_follow_each_other_are_one_step_and_undo_does_not_wait_for_them(visit):
    wall = next(wall for wall in visit.hall.walls if wall.name == "head.fc")
    visit.before(wall)
    visit.do(ZoomTiles("mouse", 1))
    first_row = wall.first_row
    for _ in range(5):
        visit.do(Scroll("mouse", -0.4))
    assert wall.first_row > first_row + 4
    visit.do(Undo())
    assert wall.first_row == first_row
    assert wall.windowed
    visit.do(Undo())
    assert not wall.windowed


def test_undo_is_felt_in_both_hands_and_nothing_is_where_there_is_nothing_to_undo(visit):
    assert visit.do(Undo(), Redo(), ResetAll()) == []
    visit.before(visit.hall.walls[1])
    visit.do(FoldWall("mouse"))
    assert {request.hand for request in visit.do(Undo()) if isinstance(request, Pulse)} == {"left", "right"}


def test_nothing_is_undone_while_something_is_in_a_hand(visit):
    wall = visit.hall.walls[1]
    visit.before(wall)
    visit.do(FoldWall("mouse"), FoldWall("mouse"), HideWall("mouse"), ShowHidden())
    visit.do(Select("mouse"))
    visit.do(Look(0.3, 0.0))
    held = wall.placing
    visit.do(Undo())
    assert wall.placing == held
    visit.do(Release("mouse"))
    visit.do(Undo())
    assert wall.placing == wall.home
