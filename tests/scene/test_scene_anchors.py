"""The table of anchors says what the arithmetic of placings says, on the way from place to place too."""

from dataclasses import replace
from math import pi

import numpy as np
import pytest
from graphs import branches, chain, residual

from vrcnn.engine.plan import plan_maps
from vrcnn.scene.anchors import Anchors, common_anchor, fixture_anchor, link_anchor, number_anchors, wall_anchor
from vrcnn.scene.arranging import arrange
from vrcnn.scene.build import build_world
from vrcnn.scene.fixtures import fixture_count
from vrcnn.scene.geometry import Placing, Pose, rotate, turn
from vrcnn.scene.hall import Hall, Motion

GENERATOR = np.random.default_rng(3)


def somewhere() -> Placing:
    position = tuple(GENERATOR.uniform(-5, 5, 3).tolist())
    pose = Pose(position, turn(GENERATOR.uniform(-pi, pi), GENERATOR.uniform(-1.4, 1.4)))
    return Placing(pose, float(GENERATOR.uniform(0.2, 3)))


def points(count: int = 5) -> list[tuple[float, float, float]]:
    return [tuple(row) for row in GENERATOR.uniform(-2, 2, (count, 3)).tolist()]


def applied(row: np.ndarray, point) -> np.ndarray:
    """What shaders/anchors.glsl does with a row of the table."""
    turned = rotate(tuple(row[4:].astype(float)), tuple(row[3] * np.array(point)))
    return row[:3] + np.array(turned)


@pytest.fixture
def world():
    graph = residual()
    world = build_world("one", graph, plan_maps(graph.nodes), [])
    other = branches(3)
    world.halls.append(build_world("two", other, plan_maps(other.nodes), []).hall)
    for hall in world.halls:
        hall.place = somewhere()
        hall.arrangement = replace(hall.arrangement, whole=somewhere())
        for wall in hall.walls:
            hall.arrangement = hall.arrangement.with_moved(wall.name, somewhere())
        arrange(hall)
    number_anchors(world)
    return world


def test_a_placing_takes_a_point_where_one_after_the_other_takes_it_and_its_inverse_brings_it_back():
    for _ in range(20):
        outer, inner = somewhere(), somewhere()
        for point in points():
            assert (outer @ inner).apply(point) == pytest.approx(outer.apply(inner.apply(point)))
            assert outer.inverse().apply(outer.apply(point)) == pytest.approx(point)
            assert (outer @ outer.inverse()).apply(point) == pytest.approx(point)


def test_a_pose_is_carried_with_its_face():
    outer, pose = somewhere(), somewhere().pose
    carried = outer.carry(pose)
    assert carried.position == pytest.approx(outer.apply(pose.position))
    ahead = np.subtract(outer.apply(pose.apply((0, 0, 1))), outer.apply(pose.position)) / outer.scale
    assert carried.apply((0, 0, 1)) == pytest.approx(tuple(np.add(carried.position, ahead)))


def test_the_table_has_the_world_then_each_hall_with_its_walls(world):
    table = Anchors().of(world)
    rows = [1 + 2 * len(hall.walls) + len(hall.links) + fixture_count(hall) for hall in world.halls]
    assert table.shape == (1 + sum(rows), 8)
    assert table.dtype == np.float32
    for point in points():
        assert applied(table[0], point) == pytest.approx(point)
        for hall in world.halls:
            assert applied(table[hall.first_anchor], point) == pytest.approx(hall.placing.apply(point), rel=1e-4)
            for number, wall in enumerate(hall.walls):
                row = table[hall.first_anchor + 1 + number]
                expected = (hall.placing @ wall.placing).apply(point)
                assert applied(row, point) == pytest.approx(expected, rel=1e-4, abs=1e-4)


def test_the_table_is_the_same_object_until_something_stands_elsewhere(world):
    anchors = Anchors()
    table = anchors.of(world)
    world.time += 1.0
    assert anchors.of(world) is table
    hall = world.halls[1]
    hall.arrangement = hall.arrangement.with_moved(hall.walls[0].name, somewhere())
    arrange(hall)
    moved = anchors.of(world)
    assert moved is not table
    differing = np.flatnonzero((moved != table).any(axis=1))
    pulled = [
        link_anchor(hall, n) for n, link in enumerate(hall.links) if hall.walls[0].node in (link.source, link.target)
    ]
    assert differing.tolist() == [wall_anchor(hall, 0), common_anchor(hall, 0), *pulled]
    hall.place = somewhere()
    differing = np.flatnonzero((anchors.of(world) != moved).any(axis=1))
    fixtures = range(fixture_anchor(hall, 0), fixture_anchor(hall, fixture_count(hall)))
    assert differing.tolist() == [*range(hall.first_anchor, link_anchor(hall, 0)), *fixtures]


def corridor_of_one() -> tuple[Anchors, Hall, object]:
    graph = chain(1)
    world = build_world("test", graph, plan_maps(graph.nodes), [])
    number_anchors(world)
    return Anchors(), world.hall, world


def test_a_wall_on_its_way_starts_where_it_was_ends_where_it_is_and_is_between_meanwhile():
    anchors, hall, world = corridor_of_one()
    after = hall.walls[0].placing
    before = Placing(Pose((-9.0, 3.0, 2.0), after.pose.orientation), 3.0 * after.scale)
    hall.motion = Motion({0: before}, started=5.0, seconds=2.0)
    seen = []
    for time in (4.0, 5.0, 5.5, 6.0, 6.5, 7.0, 9.0):
        world.time = time
        seen.append(anchors.of(world)[hall.first_anchor + 1].copy())
    places = np.array(seen)[:, :4]
    start, end = (*before.pose.position, before.scale), (*after.pose.position, after.scale)
    assert places[0] == pytest.approx(start)
    assert places[1] == pytest.approx(start)
    assert places[3] == pytest.approx(np.add(start, end) / 2), "half of the way in half of the time"
    assert places[-2] == pytest.approx(end)
    assert places[-1] == pytest.approx(end)
    share = (places[:, 0] - start[0]) / (end[0] - start[0])
    assert (np.diff(share) >= 0).all()
    assert share[2] < 0.25, "it sets off gently"
    assert share[4] > 0.75, "and arrives so"


def test_once_arrived_the_table_is_kept_again():
    anchors, hall, world = corridor_of_one()
    hall.motion = Motion({0: somewhere()}, started=0.0, seconds=1.0)
    world.time = 0.5
    anchors.of(world)
    world.time = 2.0
    arrived = anchors.of(world)
    assert arrived[hall.first_anchor + 1][:3] == pytest.approx(hall.walls[0].pose.position, rel=1e-5)
    world.time = 3.0
    assert anchors.of(world) is arrived


def test_turns_take_the_shorter_way_whichever_sign_the_quaternion_has():
    for sign in (1.0, -1.0):
        anchors, hall, world = corridor_of_one()
        hall.walls[0].pose = Pose((0, 0, 0), turn(yaw=0.5))
        opposite = tuple(sign * part for part in turn(yaw=-0.5))
        hall.motion = Motion({0: Placing(Pose((0, 0, 0), opposite))}, started=0.0, seconds=1.0)
        world.time = 0.5
        row = anchors.of(world)[hall.first_anchor + 1]
        assert applied(row, (0.0, 0.0, 1.0)) == pytest.approx((0.0, 0.0, 1.0), abs=1e-6), "straight ahead, not behind"
        world.time = 0.25
        row = anchors.of(world)[hall.first_anchor + 1]
        assert np.linalg.norm(row[4:]) == pytest.approx(1.0)


def test_a_wall_that_was_not_there_before_stands_where_it_is_from_the_start():
    anchors, hall, world = corridor_of_one()
    hall.motion = Motion({}, started=0.0, seconds=1.0)
    world.time = 0.2
    assert anchors.of(world)[hall.first_anchor + 1][:3] == pytest.approx(hall.walls[0].pose.position, rel=1e-5)
