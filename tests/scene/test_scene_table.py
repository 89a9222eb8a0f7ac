"""The model of a network on a table: where everything stands on it, pointing at it, and stepping into it."""

from __future__ import annotations

import numpy as np
import pytest
from graphs import chain, residual
from real_graphs import hall_of
from visiting import Visit

from vrcnn.scene.anchors import Anchors, number_anchors, table_anchor
from vrcnn.scene.arrangement import LAYOUTS
from vrcnn.scene.drawables import Ribbon
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.geometry import Placing, Pose, multiply, turn
from vrcnn.scene.intents import ChooseLayout, HandMoved, HeadMoved, HideWall, Move, NextLayer, Select, ToggleTable
from vrcnn.scene.setting_table import _obstacles
from vrcnn.scene.table import DEEPEST, LARGEST, WIDEST, build_model
from vrcnn.scene.tabletop import clipped, pointed_at

LAYOUT = pytest.mark.parametrize("layout", LAYOUTS)


def at_table(graph=None, layout="corridor") -> Visit:
    """A visitor before the table, an hour's walk from nothing."""
    visit = Visit(graph or residual())
    visit.do(ChooseLayout(layout))
    for _ in range(60):
        visit.do()
    visit.world.player.position = 0.0, 0.0, 9.0
    visit.do(ToggleTable())
    for _ in range(30):
        visit.do()
    number_anchors(visit.world)
    return visit


@LAYOUT
def test_every_wall_stands_on_the_top_at_the_models_scale(layout):
    hall = hall_of("ResNet-50", "layers", layout)
    model = build_model(hall)
    assert model.width <= WIDEST + 1e-6
    assert model.depth <= DEEPEST + 1e-6
    assert model.scale <= LARGEST
    for wall, placing in zip(hall.walls, model.walls, strict=True):
        assert placing.scale == pytest.approx(model.scale * wall.scale)
        for side in (-1, 1):
            x, y, z = placing.apply((side * wall.width / 2, -wall.rise, 0.0))
            assert y == pytest.approx(0.0, abs=1e-6)
            assert abs(x) <= model.width / 2 + 1e-6
            assert abs(z) <= model.depth / 2 + 1e-6
        assert placing.pose.inverse().apply((0.0, 0.4, 1.5))[2] > 0, "its face is seen by who stands before the table"


def test_a_long_hall_is_cut_into_lines_in_which_the_way_is_kept():
    hall = hall_of("ResNet-50", "layers")
    model = build_model(hall)
    assert len(model.strips) > 2
    assert model.scale > 1.8 * DEEPEST / (hall.walls[0].spot.z - hall.walls[-1].spot.z), "much larger than in one line"
    for before, after in zip(model.strips[:-1], model.strips[1:], strict=True):
        assert before.far == after.near
        assert before.placing.pose.position[0] < after.placing.pose.position[0], "from left to right"
    straight = hall_of("ResNet-50", "layers", "spiral")
    assert len(build_model(straight).strips) == 1, "a winding one stays whole"


def test_walls_keep_their_distances_within_a_line():
    hall = hall_of("U-Net", "layers")
    model = build_model(hall)
    inner = [wall.placing.apply((-wall.outward * wall.width / 2, 0.0, 0.0)) for wall in hall.walls]
    shown = [p.apply((-w.outward * w.width / 2, 0.0, 0.0)) for w, p in zip(hall.walls, model.walls, strict=True)]
    alike = 0
    for n in range(len(hall.walls) - 1):
        true = np.linalg.norm(np.subtract(inner[n + 1], inner[n]))
        alike += np.linalg.norm(np.subtract(shown[n + 1], shown[n])) == pytest.approx(model.scale * true, rel=1e-6)
    assert alike >= len(hall.walls) - 2 * len(model.strips), "all but those before and behind a cut"


@LAYOUT
def test_the_anchors_give_the_miniature(layout):
    visit = at_table(layout=layout)
    world, hall, table = visit.world, visit.hall, visit.world.table
    rows = Anchors().of(world)
    model, first = table.model(hall), table_anchor(world)
    assert len(rows) == first + 1 + len(model.strips) + len(hall.walls) + 1
    assert np.allclose(rows[first, :3], table.top.position, atol=1e-6)
    for index in range(len(hall.walls)):
        row = rows[first + 1 + len(model.strips) + index]
        wanted = Placing(table.top) @ model.walls[index]
        assert np.allclose(row[:4], (*wanted.pose.position, wanted.scale), atol=1e-6)
        assert abs(np.dot(row[4:], wanted.pose.orientation)) == pytest.approx(1, abs=1e-6)
        assert np.allclose(table.surface_of(hall, index).pose.position, wanted.pose.position, atol=1e-6)
    groups = Furnisher().furnish(world)
    grids = groups["model grids"].standing
    assert [len(part.grids) for part in grids] == [1] * len(hall.walls)
    assert [part.anchor for part in grids] == list(range(first + 1 + len(model.strips), len(rows) - 1))
    assert {part.grids[0].span for part in grids} == {wall.span for wall in hall.walls}, "the maps that the walls show"
    assert all(part.anchor < len(rows) for group in groups.values() for part in (group, *group.standing))


def test_without_a_table_nothing_of_it_is_furnished():
    visit = Visit(residual())
    assert {"table", "model walls", "model grids", "pin"}.isdisjoint(Furnisher().furnish(visit.world))
    assert len(Anchors().of(visit.world)) == table_anchor(visit.world)


def test_a_hidden_wall_is_missing_in_the_model():
    visit = Visit(chain())
    visit.before(visit.hall.walls[2])
    visit.do(HideWall("mouse"))
    visit.do(ToggleTable())
    names = {control.index for control in _controls(visit) if control.kind == "model"}
    assert names == {0, 1, 3, 4, 5}
    assert len(Furnisher().furnish(visit.world)["model walls"].standing) == 5


def _controls(visit):
    from vrcnn.scene.controlling import controls_of

    return controls_of(visit.world)


@LAYOUT
def test_pointing_at_a_wall_of_the_model_names_it_and_a_press_steps_into_it(layout):
    for index in (1, 4):
        visit = at_table(layout=layout)
        world, hall = visit.world, visit.hall
        visit.look(world.table.surface_of(hall, index).pose.position)
        target = world.hands["mouse"].target
        assert (target.kind, target.index, pointed_at(world)) == ("model", index, index)
        assert hall.walls[index].title in target.control.hint
        flag = Furnisher().furnish(world)["flag"]
        assert flag.labels[0].text == hall.walls[index].title
        visit.do(Select("mouse"))
        assert world.table is None, "it is put away"
        for _ in range(30):
            visit.do()
        assert world.journey.at == (0, index)
        eyes = (hall.placing @ hall.walls[index].placing).pose.inverse().apply(world.player.eyes.position)
        assert 0.5 < eyes[2] < 8, "at full size, before the wall"


def test_a_controller_steps_into_the_model_too():
    visit = Visit(residual())
    visit.world.player.position = 0.0, 0.0, 9.0
    visit.do(HeadMoved(Pose((0.0, 1.6, 0.0))))
    visit.do(ToggleTable())
    point = visit.world.table.surface_of(visit.hall, 3).pose.position
    stage = visit.world.player.room.inverse()
    held = (0.1, 1.3, -0.1)
    x, y, z = np.subtract(stage.apply(point), held)
    aim = Pose(held, turn(float(np.arctan2(-x, -z)), float(np.arctan2(y, np.hypot(x, z)))))
    visit.do(HandMoved("right", aim, aim))
    assert visit.world.hands["right"].target.index == 3
    visit.do(HandMoved("right", aim, aim), Select("right"))
    assert visit.world.table is None
    visit.do()
    assert visit.world.journey.at == (0, 3)


def test_the_table_stands_before_the_visitor_and_the_view_comes_back():
    visit = Visit(chain())
    visit.world.player.position, visit.world.player.yaw, visit.world.player.pitch = (0.0, 0.0, 20.0), 2.0, 0.2
    visit.do(ToggleTable())
    for _ in range(30):
        visit.do()
    world = visit.world
    x, y, z = world.player.room.inverse().apply(world.table.top.position)
    assert abs(x) < 0.01
    assert z < -0.6
    assert 0.8 < y < 1.0
    assert world.player.pitch < -0.3, "looking down at it"
    visit.do(ToggleTable())
    for _ in range(30):
        visit.do()
    assert world.table is None
    assert (world.player.yaw, world.player.pitch) == pytest.approx((2.0, 0.2))


def test_the_table_stands_in_no_wall():
    visit = Visit(chain(12))
    for index in range(len(visit.hall.walls)):
        visit.before(visit.hall.walls[index], 1.6)
        visit.do()
        visit.do(ToggleTable())
        table = visit.world.table
        model = table.model(visit.hall)
        local = np.array([table.pose.inverse().apply(tuple(place)) for place in _obstacles(visit.world)])
        inside = (np.abs(local[:, 0]) < model.width / 2) & (np.abs(local[:, 2]) < model.depth / 2)
        assert not inside.any()
        visit.do(ToggleTable())


def test_the_pin_is_where_the_visitor_stands():
    visit = at_table(chain(12))
    world, hall = visit.world, visit.hall
    model, anchors = world.table.model(hall), Anchors()
    for wall, placing in zip(hall.walls[2::4], model.walls[2::4], strict=True):
        edge = (-wall.outward * wall.width / 2, -wall.rise, 0.0)
        world.player.position = wall.placing.apply(edge)
        visit.do(Move())
        pin = Furnisher().furnish(world)["pin"].anchor
        foot = anchors.of(world)[pin, :3]
        assert len(anchors.table) == pin + 1
        assert np.allclose(foot, world.table.top.apply(placing.apply(edge)), atol=0.002)
    before = anchors.of(world)
    visit.do()
    assert anchors.of(world) is before, "who stands still moves nothing"


def test_the_model_follows_what_is_done_to_the_network():
    visit = at_table(chain())
    table, hall = visit.world.table, visit.hall
    before = table.model(hall)
    assert table.model(hall) is before
    visit.do(ChooseLayout("spiral"))
    assert table.model(hall) is not before
    assert np.isfinite(Anchors().of(visit.world)).all()


def test_next_layer_puts_the_table_away():
    visit = at_table()
    visit.do(NextLayer(1))
    assert visit.world.table is None


@pytest.mark.parametrize("turned", [False, True])
def test_links_are_cut_at_the_ends_of_a_line(turned):
    points = np.array([[0, 0, 2], [0, 1, -2], [0, 1, -6], [0, 0, -10]], np.float32)
    ribbon = Ribbon(points[::-1] if turned else points, 0.05, part=(0.2, 0.8))
    whole = clipped(ribbon, 5.0, -20.0)
    assert len(whole) == 1
    assert np.array_equal(whole[0].points, ribbon.points)
    first, second = clipped(ribbon, 5.0, -4.0), clipped(ribbon, -4.0, -20.0)
    assert (len(first), len(second)) == (1, 1)
    assert first[0].points[:, 2].min() == pytest.approx(-4.0)
    assert second[0].points[:, 2].max() == pytest.approx(-4.0)
    ends = (second, first) if turned else (first, second)
    assert ends[0][0].part[0] == pytest.approx(0.2)
    assert ends[0][0].part[1] == pytest.approx(ends[1][0].part[0])
    assert ends[1][0].part[1] == pytest.approx(0.8)
    assert (ends[0][0].flow, ends[1][0].flow) == (0.0, 1.0), "the arrow is at the end only"
    assert clipped(ribbon, 30.0, 20.0) == []


def test_a_model_of_a_hall_without_walls_is_a_bare_table():
    visit = Visit(residual())
    visit.hall.walls, visit.hall.links, visit.hall.plates = [], [], []
    visit.hall.placing_revision += 1
    visit.do(ToggleTable())
    assert visit.world.table.model(visit.hall).walls == ()
    Furnisher().furnish(visit.world)


def test_the_hall_may_be_turned_and_scaled():
    visit = Visit(residual())
    visit.hall.place = Placing(Pose((4.0, 0.0, 3.0), multiply(turn(1.0), turn())), 0.5)
    visit.world.player.position = -20.0, 0.0, 0.0
    visit.do(ToggleTable())
    model = visit.world.table.model(visit.hall)
    placings = [Placing(visit.world.table.top) @ placing for placing in model.walls]
    assert all(placing.scale == pytest.approx(model.scale) for placing in placings), "the table's own scale"
