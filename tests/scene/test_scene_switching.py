"""Another layout while somebody is there: they stay at their layer, the walls come to it, and all of it is undone."""

from __future__ import annotations

import numpy as np
import pytest
from graphs import branches, chain, repeated, residual
from real_graphs import hall_of
from visiting import Visit

from vrcnn.scene.anchors import Anchors, fixture_anchor, link_anchor, wall_anchor
from vrcnn.scene.arrangement import LAYOUTS
from vrcnn.scene.fixtures import GROWING, fixture_count
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.geometry import Pose
from vrcnn.scene.intents import ChooseLayout, Undo
from vrcnn.scene.staying import heading
from vrcnn.scene.switching import begin_with

WAYS = [(one, other) for one in LAYOUTS for other in LAYOUTS if one != other]


def table(visit: Visit, anchors: Anchors, share: float) -> np.ndarray:
    """Where everything is when the motion has made that share of its way."""
    motion = visit.hall.motion
    visit.world.time = motion.started + share * motion.seconds
    return anchors.of(visit.world).copy()


def seen(visit: Visit, number: int, rows: np.ndarray) -> np.ndarray:
    """Where a wall's middle is, from the visitor: x to the right, z behind them, in m."""
    eyes = visit.world.player.eyes
    level = Pose(eyes.position, Pose().orientation)
    x, _, z = np.subtract(rows[wall_anchor(visit.hall, number)][:3], level.position)
    yaw = heading(eyes)
    return np.array([x * np.cos(yaw) - z * np.sin(yaw), x * np.sin(yaw) + z * np.cos(yaw)])


def test_the_key_goes_from_one_layout_to_the_next_and_a_name_to_that_one():
    visit = Visit(residual())
    found = []
    for _ in range(4):
        visit.do(ChooseLayout())
        found.append(visit.hall.arrangement.layout)
    assert found == ["stack", "spiral", "corridor", "stack"]
    visit.do(ChooseLayout("corridor"))
    before = visit.hall.arrangement
    visit.do(ChooseLayout("corridor"))
    assert visit.hall.arrangement is before, "it is there already"


@pytest.mark.parametrize(("one", "other"), WAYS)
def test_the_walls_start_where_they_were_and_end_where_the_layout_has_them(one, other):
    visit = Visit(branches(5))
    begin_with(visit.world, one)
    anchors = Anchors()
    Furnisher().furnish(visit.world)
    first = anchors.of(visit.world)[wall_anchor(visit.hall, 0) :][: len(visit.hall.walls)].copy()
    visit.do(ChooseLayout(other))
    Furnisher().furnish(visit.world)
    rows = [table(visit, anchors, share)[wall_anchor(visit.hall, 0) :][: len(first)] for share in (0, 0.5, 1)]
    assert rows[0] == pytest.approx(first, abs=1e-4), "nobody has moved: they are at the entrance"
    homes = np.array([wall.home.pose.position for wall in visit.hall.walls])
    assert rows[2][:, :3] == pytest.approx(homes, abs=1e-4)
    way = np.linalg.norm(rows[2][:, :3] - rows[0][:, :3], axis=1)
    half = np.linalg.norm(rows[1][:, :3] - rows[0][:, :3], axis=1)
    assert half == pytest.approx(way / 2, abs=1e-4), "smoothly: half of the time, half of the way"
    assert way.max() > 1
    assert 0.8 <= visit.hall.motion.seconds <= 1.0


@pytest.mark.parametrize(("one", "other"), WAYS)
@pytest.mark.parametrize("number", [2, 20, 45])
def test_who_stands_at_a_layer_sees_it_where_it_was_and_stands_before_it_in_the_end(one, other, number):
    visit = Visit(chain(60))
    begin_with(visit.world, one)
    anchors = Anchors()
    wall = visit.hall.walls[number]
    visit.before(wall, 1.2)
    visit.do()
    assert visit.world.journey.at == (0, number)
    Furnisher().furnish(visit.world)
    before = seen(visit, number, anchors.of(visit.world))
    visit.do(ChooseLayout(other), seconds=0.0)
    Furnisher().furnish(visit.world)
    assert seen(visit, number, table(visit, anchors, 0)) == pytest.approx(before, abs=1e-3)
    after = seen(visit, number, table(visit, anchors, 1))
    assert after[1] < -0.3, "before them"
    assert np.hypot(*after) < 4
    visit.do()
    assert visit.world.journey.at == (0, number)


@pytest.mark.parametrize(("one", "other"), WAYS)
def test_who_walks_on_the_path_stays_beside_the_nearest_wall(one, other):
    visit = Visit(chain(60))
    begin_with(visit.world, one)
    z = visit.hall.walls[30].spot.z
    visit.world.player.position = visit.hall.path.at(0.0, z + 4.5).position
    visit.do()
    visit.world.journey.at = None
    eyes = np.array(visit.world.player.eyes.position)[[0, 2]]
    near = min(visit.hall.walls, key=lambda wall: np.hypot(*(np.array(wall.home.pose.position)[[0, 2]] - eyes)))
    visit.do(ChooseLayout(other), seconds=0.0)
    eyes = np.array(visit.world.player.eyes.position)[[0, 2]]
    assert np.hypot(*(np.array(near.home.pose.position)[[0, 2]] - eyes)) < 6
    assert visit.world.player.eyes.position[1] == pytest.approx(1.6)


def test_who_is_at_the_entrance_stays_there():
    visit = Visit(chain(8))
    for layout in ("stack", "spiral", "corridor"):
        visit.world.player.position, visit.world.player.yaw = (0.4, 0.0, 0.7), 0.2
        visit.do(ChooseLayout(layout))
        assert visit.world.player.position == (0.4, 0.0, 0.7)
        assert visit.world.player.yaw == 0.2


def test_links_rooms_and_signs_come_when_the_walls_have_nearly_arrived():
    visit = Visit(repeated(folded=False))
    anchors = Anchors()
    visit.do(ChooseLayout("spiral"))
    Furnisher().furnish(visit.world)
    hall = visit.hall
    for share, least, most in ((0.0, 0.0, 0.0), (GROWING - 0.01, 0.0, 0.0), (0.9, 0.5, 0.99), (1.0, 1.0, 1.0)):
        rows = table(visit, anchors, share)
        links = rows[link_anchor(hall, 0) : fixture_anchor(hall, 0)]
        fixtures = rows[fixture_anchor(hall, 0) :][: fixture_count(hall)]
        for shown in (links[:, 3], fixtures[:, 3]):
            assert ((least <= shown) & (shown <= most)).all()


def test_undo_goes_back_and_the_visitor_with_it():
    visit = Visit(chain(60))
    wall = visit.hall.walls[20]
    visit.before(wall, 1.2)
    for _ in range(3):
        visit.do()
    visit.do(ChooseLayout("spiral"))
    for _ in range(80):
        visit.do()
    assert np.linalg.norm(np.subtract(wall.pose.position, visit.world.player.eyes.position)) < 4
    visit.do(Undo())
    visit.do()
    assert visit.hall.arrangement.layout == "corridor"
    assert visit.hall.path.straight
    assert np.linalg.norm(np.subtract(wall.pose.position, visit.world.player.eyes.position)) < 4


def test_what_is_drawn_of_the_walls_is_made_once():
    visit = Visit(hall_of("ResNet-50", "layers").graph)
    furnisher = Furnisher()
    grids = furnisher.furnish(visit.world)["grids 0"]
    before = furnisher.furnish(visit.world)["links 0"]
    visit.do(ChooseLayout("spiral"), seconds=0.0)
    after = furnisher.furnish(visit.world)
    assert after["grids 0"].standing[0].grids == grids.standing[0].grids
    assert after["links 0"] is not before
    settled = dict(after)
    for _ in range(5):
        visit.do(seconds=0.1)
        now = furnisher.furnish(visit.world)
        assert all(now[name] is settled[name] for name in ("walls 0", "grids 0", "links 0", "fixtures 0", "exit 0"))
