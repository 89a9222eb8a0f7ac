"""Walls and networks in somebody's hands, told in intents: carried, scaled by the wheel and by two hands, put back."""

from __future__ import annotations

from dataclasses import replace
from math import atan2, pi

import numpy as np
import pytest
from graphs import chain, residual
from visiting import Visit

from vrcnn.engine.plan import plan_maps
from vrcnn.scene.anchors import Anchors, link_anchor
from vrcnn.scene.build import lay_out
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.geometry import Placing, Pose, turn
from vrcnn.scene.hall import Hall, Wall
from vrcnn.scene.handling import WALL_LIMITS, WHOLE_LIMITS
from vrcnn.scene.intents import (
    FoldWall,
    Look,
    Release,
    ResetAll,
    ResetWall,
    Scroll,
    Select,
)
from vrcnn.scene.plinth import TOP, standing
from vrcnn.scene.requests import Pulse


def foot(hall: Hall, wall: Wall) -> tuple[float, float, float]:
    return (hall.placing @ wall.placing).apply((0.0, -wall.rise, 0.0))


@pytest.fixture
def visit() -> Visit:
    visit = Visit(residual())
    visit.world.shelf.width = visit.world.easel.width = visit.hall.board.width = 1e-6
    return visit


def test_the_point_that_is_held_stays_under_the_ray_at_its_distance(visit):
    wall = visit.hall.walls[1]
    visit.before(wall, 2.0)
    ray = visit.world.hands["mouse"].ray
    held = (visit.hall.placing @ wall.placing).inverse().apply(ray.at(visit.world.hands["mouse"].target.distance))
    assert Pulse("mouse", 0.03, 0.7) in visit.do(Select("mouse"))
    for yaw, pitch in ((0.3, 0.0), (-0.8, 0.4), (0.2, 0.35), (1.5, 0.0)):
        before = wall.pose
        visit.do(Look(yaw, pitch))
        ray = visit.world.hands["mouse"].ray
        assert (visit.hall.placing @ wall.placing).apply(held) == pytest.approx(ray.at(2.0)) or pitch == 0.0
        x, _, z = (visit.hall.placing @ wall.placing).apply(held)
        assert (x, z) == pytest.approx(ray.at(2.0)[::2]), "over the ground always"
        assert wall.pose.up == pytest.approx((0.0, 1.0, 0.0))
        turned = before.inverse() @ wall.pose
        assert turned.orientation == pytest.approx(turn(yaw)), "as the view turns about the vertical"
    assert wall.pose.position[1] > wall.home.pose.position[1] + 0.5, "it was lifted well above the ground, hangs free"
    assert Pulse("mouse", 0.02, 0.4) in visit.do(Release("mouse"))
    left = wall.pose
    visit.do(Look(0.5, 0.1))
    assert wall.pose == left


def test_the_foot_stays_on_the_ground_unless_it_is_lifted_well_above(visit):
    wall = visit.hall.walls[1]
    visit.before(wall, 2.0)
    visit.do(Select("mouse"))
    heights = []
    for pitch in (0.05, 0.05, 0.05, 0.05, 0.05, 0.05, -0.5, -0.3):
        visit.do(Look(0.02, pitch))
        heights.append(foot(visit.hall, wall)[1])
    assert heights[:2] == pytest.approx([0.0, 0.0], abs=1e-9)
    assert np.all(np.diff(heights[:6]) >= 0)
    assert np.max(np.diff(heights[:6])) < 0.25, "it leaves the ground without a jump"
    assert heights[5] > 0.4
    assert heights[-2:] == pytest.approx([0.0, 0.0], abs=1e-9), "and never sinks into it"


def test_a_short_press_changes_nothing(visit):
    wall = visit.hall.walls[1]
    visit.before(wall)
    before, arrangement = wall.placing, visit.hall.arrangement
    visit.do(Select("mouse"))
    visit.do(Look(0.003, -0.003))
    assert visit.do(Release("mouse")) == []
    assert wall.placing == before
    assert visit.hall.arrangement is arrangement
    assert visit.world.history.past == []


def test_who_walks_takes_the_wall_along(visit):
    wall = visit.hall.walls[2]
    visit.before(wall)
    visit.do(Select("mouse"))
    before = wall.pose.position
    x, y, z = visit.world.player.position
    visit.world.player.position = x + 0.7, y, z - 1.1
    visit.do()
    assert np.subtract(wall.pose.position, before) == pytest.approx((0.7, 0.0, -1.1))


def test_the_wheel_scales_what_is_held_about_its_foot_within_its_limits(visit):
    wall = visit.hall.walls[1]
    visit.before(wall)
    visit.do(Select("mouse"))
    before = foot(visit.hall, wall)
    visit.do(Scroll("mouse", 2.0))
    assert wall.scale == pytest.approx(1.1**2)
    for notches, limit in ((40.0, WALL_LIMITS[1]), (-80.0, WALL_LIMITS[0])):
        visit.do(Scroll("mouse", notches))
        assert wall.scale == pytest.approx(limit)
        assert foot(visit.hall, wall) == pytest.approx(before)
    visit.do(Look(0.2, 0.0))
    assert wall.scale == pytest.approx(WALL_LIMITS[0]), "moving keeps it"


def aiming(origin, point) -> Pose:
    x, y, z = (b - a for a, b in zip(origin, point, strict=True))
    return Pose(origin, turn(atan2(-x, -z), atan2(y, float(np.hypot(x, z)))))


def take_with_both(visit: Visit, wall: Wall) -> tuple[Pose, Pose]:
    placing = visit.hall.placing @ wall.placing
    hands = {
        name: aiming(placing.pose.apply((x, 0.0, 1.5)), placing.apply((x / 2, 0.0, 0.0)))
        for name, x in (("left", -0.2), ("right", 0.2))
    }
    visit.hands(**hands)
    for name in hands:
        assert visit.world.hands[name].target.index == visit.hall.walls.index(wall)
        visit.do(Select(name))
    return hands["left"], hands["right"]


def test_two_hands_scale_a_wall_about_its_foot_and_turn_it(visit):
    wall = visit.hall.walls[1]
    left, right = take_with_both(visit, wall)
    before, home = foot(visit.hall, wall), wall.pose
    middle = np.add(left.position, right.position) / 2
    for ratio, angle in ((1.5, 0.0), (0.6, 0.4), (2.0, -0.9), (9.0, 0.0), (0.1, 0.0)):
        apart = Pose(orientation=turn(angle))
        moved = {
            name: Pose(tuple(middle + np.array(apart.apply(tuple(np.subtract(hand.position, middle)))) * ratio))
            for name, hand in (("left", left), ("right", right))
        }
        visit.hands(**moved)
        assert wall.scale == pytest.approx(min(max(ratio, WALL_LIMITS[0]), WALL_LIMITS[1]))
        assert foot(visit.hall, wall) == pytest.approx(before)
        assert (home.inverse() @ wall.pose).orientation == pytest.approx(turn(angle))


def test_two_hands_carry_a_wall_and_the_one_that_stays_goes_on_without_a_jump(visit):
    wall = visit.hall.walls[1]
    left, right = take_with_both(visit, wall)
    before = wall.pose.position
    shift = (0.3, 0.0, -0.2)
    left, right = (Pose(tuple(np.add(hand.position, shift)), hand.orientation) for hand in (left, right))
    visit.hands(left=left, right=right)
    assert np.subtract(wall.pose.position, before) == pytest.approx(shift)
    here = wall.placing
    visit.do(Release("left"))
    visit.do()
    assert wall.pose.position == pytest.approx(here.pose.position)
    visit.hands(right=Pose(tuple(np.add(right.position, (0.0, 0.0, -0.5))), right.orientation))
    assert np.subtract(wall.pose.position, here.pose.position) == pytest.approx((0.0, 0.0, -0.5), abs=1e-9)


def test_links_and_anchors_follow_a_wall_in_the_hand_and_nothing_is_furnished_anew(visit):
    anchors, furnisher = Anchors(), Furnisher()
    wall = visit.hall.walls[1]
    visit.before(wall)
    visit.do(Select("mouse"))
    visit.do(Look(0.1, 0.0))
    groups = dict(furnisher.furnish(visit.world))
    visit.do(Look(0.4, 0.0))
    after = furnisher.furnish(visit.world)
    assert {name for name in groups if name.endswith(" 0") and groups[name] is not after[name]} == set()
    table = anchors.of(visit.world)
    for number, link in enumerate(visit.hall.links):
        row = table[link_anchor(visit.hall, number)]
        for end, node_of, shift in ((0, link.source, row[:3]), (-1, link.target, row[4:7])):
            owner = visit.hall.wall_of(node_of)
            held = owner.home.inverse().apply(tuple(link.points[end].tolist()))
            assert np.add(link.points[end], shift) == pytest.approx(owner.placing.apply(held), abs=1e-5)


def test_a_reset_wall_glides_home_and_others_stay(visit):
    for wall in visit.hall.walls[1:3]:
        visit.before(wall)
        visit.do(Select("mouse"))
        visit.do(Look(0.3, 0.0), Scroll("mouse", 2.0))
        visit.do(Release("mouse"))
    first, second = visit.hall.walls[1:3]
    moved, other = first.placing, second.placing
    visit.before(first)
    visit.do(ResetWall("mouse"))
    assert first.placing == first.home
    assert second.placing == other
    assert visit.hall.motion.before[first.node] == moved
    assert visit.hall.motion.seconds == 0.25
    visit.do(ResetAll())
    assert second.placing == second.home


def test_what_was_done_to_a_layer_is_still_so_after_another_layout_of_the_walls(visit):
    wall = visit.hall.walls[1]
    visit.before(wall)
    visit.do(Select("mouse"))
    visit.do(Look(0.3, 0.0), Scroll("mouse", 2.0))
    visit.do(Release("mouse"), FoldWall("mouse"))
    placing = wall.placing
    lay_out(visit.hall, visit.graph, plan_maps(visit.graph.nodes), visit.hall.scope)
    again = next(other for other in visit.hall.walls if other.name == wall.name)
    assert again is not wall
    assert again.placing.pose.position == pytest.approx(placing.pose.position)
    assert again.folded


def test_the_plinth_moves_and_scales_the_whole_network_and_keeps_its_size(visit):
    plate = standing(visit.hall).pose @ TOP
    visit.world.player.position = plate.apply((0.0, 0.0, 1.2))[0], 0.0, plate.apply((0.0, 0.0, 1.2))[2]
    visit.look(plate.position)
    assert visit.world.hands["mouse"].target.kind == "plinth"
    place = standing(visit.hall).pose.position
    wall = visit.hall.walls[1]
    before = foot(visit.hall, wall)
    visit.do(Select("mouse"))
    visit.do(Scroll("mouse", -7.0))
    assert visit.hall.placing.scale == pytest.approx(1.1**-7)
    assert standing(visit.hall).pose.position == pytest.approx(place), "about the plinth"
    assert np.subtract(foot(visit.hall, wall), place) == pytest.approx(np.subtract(before, place) * 1.1**-7)
    visit.do(Look(0.5, 0.3))
    assert standing(visit.hall).pose.position[1] == pytest.approx(0.0), "on the ground"
    assert (Pose(place).inverse() @ standing(visit.hall).pose).orientation == pytest.approx(turn(0.5))
    visit.do(Scroll("mouse", -100.0))
    assert visit.hall.placing.scale == pytest.approx(WHOLE_LIMITS[0])
    visit.do(Release("mouse"))
    visit.look((standing(visit.hall).pose @ TOP).position)
    visit.do(ResetWall("mouse"))
    assert visit.hall.placing == visit.hall.place
    assert visit.hall.motion.whole.scale == pytest.approx(WHOLE_LIMITS[0]), "and glides there"


def test_a_wall_of_a_network_that_was_moved_and_scaled_is_carried_as_exactly(visit):
    visit.hall.place = Placing(Pose((4.0, 0.0, -2.0), turn(pi / 3)))
    visit.hall.arrangement = replace(visit.hall.arrangement, whole=Placing(Pose((1.0, 0.0, 2.0), turn(-1.0)), 0.3))
    wall = visit.hall.walls[1]
    visit.before(wall, 1.0)
    ray = visit.world.hands["mouse"].ray
    held = (visit.hall.placing @ wall.placing).inverse().apply(ray.at(1.0))
    visit.do(Select("mouse"))
    visit.do(Look(-0.6, 0.5))
    assert (visit.hall.placing @ wall.placing).apply(held) == pytest.approx(visit.world.hands["mouse"].ray.at(1.0))
    assert wall.scale == pytest.approx(1.0)


def test_a_layer_that_is_gone_falls_out_of_the_hand():
    visit = Visit(chain(4))
    visit.before(visit.hall.walls[3])
    visit.do(Select("mouse"))
    assert visit.world.hands["mouse"].hold is not None
    fewer = chain(2)
    lay_out(visit.hall, fewer, plan_maps(fewer.nodes), visit.hall.scope)
    visit.do(Look(0.3, 0.0))
    assert visit.world.hands["mouse"].hold is None
