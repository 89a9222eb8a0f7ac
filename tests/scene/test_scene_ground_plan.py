"""The halls from above: bars where the walls stand, what is hidden, what is near a place."""

from __future__ import annotations

import numpy as np
import pytest
from graphs import chain, residual
from real_graphs import hall_of
from visiting import Visit

from vrcnn.scene.arrangement import LAYOUTS
from vrcnn.scene.geometry import Placing, Pose, turn
from vrcnn.scene.ground_plan import DOOR_OF_ROOM, LINK, PLATE, WALL, ground_plan
from vrcnn.scene.intents import FoldWall, HideWall, ToggleRoom


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_wall_is_a_bar_from_end_to_end(layout):
    hall = hall_of("ResNet-50", "layers", layout)
    hall.place = Placing(Pose((5.0, 0.0, -3.0), turn(0.6)), 0.7)
    plan = ground_plan([hall])
    assert (plan.kinds == WALL).sum() == len(hall.walls) == len(plan.walls)
    for (number, index), family in zip(plan.walls, plan.families, strict=True):
        wall = hall.walls[index]
        frame = hall.placing @ wall.placing
        wanted = [frame.apply((side * wall.width / 2, 0.0, 0.0))[::2] for side in (-1, 1)]
        assert np.allclose(plan.ends(number, index), wanted, atol=1e-4)
        assert family == wall.family
        assert plan.nearest(*frame.pose.position[::2])[:2] == (0, index)
    corners = plan.bars[plan.kinds == WALL, :2]
    assert (corners >= plan.low).all()
    assert (corners <= plan.high).all()
    assert {title for title, *_ in plan.rooms} == {"layer1", "layer2", "layer3", "layer4"}


def test_hidden_walls_are_absent_and_their_links_faint():
    visit = Visit(residual())
    strong = ground_plan([visit.hall])
    visit.before(visit.hall.walls[1])
    visit.do(HideWall("mouse"))
    plan = ground_plan([visit.hall])
    assert 1 not in plan.walls[:, 1]
    assert len(plan.walls) == len(strong.walls) - 1
    assert plan.strengths[plan.kinds == LINK].min() < strong.strengths[strong.kinds == LINK].min()


def test_folded_walls_are_narrower_and_closed_rooms_have_a_door():
    visit = Visit(residual())
    before = ground_plan([visit.hall])
    visit.before(visit.hall.walls[1])
    visit.do(FoldWall("mouse"))
    width = [plan.bars[plan.kinds == WALL][1, 4] for plan in (before, ground_plan([visit.hall]))]
    assert width[1] < 0.6 * width[0]
    assert (before.kinds == DOOR_OF_ROOM).sum() == 0
    visit.do(ToggleRoom("block"))
    plan = ground_plan([visit.hall])
    assert (plan.kinds == DOOR_OF_ROOM).sum() == 1
    assert {visit.hall.walls[index].name for _, index in plan.walls} == {"input", "head.pool", "head.fc"}


def test_the_nearest_wall_is_told_with_its_distance():
    visit = Visit(chain())
    plan = ground_plan([visit.hall])
    wall = visit.hall.walls[3]
    x, _, z = wall.placing.apply((wall.width / 4, 0.0, 0.4))
    number, index, distance = plan.nearest(x, z)
    assert (number, index) == (0, 3)
    assert distance == pytest.approx(0.4, abs=1e-4)


def test_a_place_without_walls_has_a_plan():
    visit = Visit(chain())
    visit.hall.walls, visit.hall.links, visit.hall.plates = [], [], []
    plan = ground_plan([visit.hall])
    assert plan.nearest(0.0, 0.0) is None
    assert (plan.kinds == PLATE).sum() == 0
    assert np.array_equal(plan.low, plan.high)
