"""Halls side by side: their ground does not overlap, boards stand free, and the panels speak of where one is."""

from dataclasses import replace
from itertools import pairwise
from math import hypot

import numpy as np
import pytest
from furnished import texts
from graphs import branches, chain, repeated, residual

from vrcnn.engine.messages import Score
from vrcnn.engine.plan import plan_maps
from vrcnn.network.graph import Graph
from vrcnn.scene.anchors import Anchors, number_anchors
from vrcnn.scene.build import add_hall, build_hall, build_world, lay_out
from vrcnn.scene.controlling import controls_of
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.geometry import Placing, Pose
from vrcnn.scene.hall import Hall, Surface
from vrcnn.scene.intents import ChooseDetail, Move
from vrcnn.scene.site import AISLE, Spacing, stand_apart
from vrcnn.scene.tools import Tools
from vrcnn.scene.world import World


def wide() -> Graph:
    """Many layers in one row."""
    return branches(12)


def site(*graphs: Graph) -> World:
    first = graphs[0]
    world = build_world("network 0", first, plan_maps(first.nodes), ["a.jpg"])
    for number, graph in enumerate(graphs[1:], start=1):
        add_hall(world, build_hall(f"network {number}", graph, plan_maps(graph.nodes)))
    return world


def stretch(hall: Hall) -> tuple[float, float]:
    """From where to where (x in the world, m) the hall's walls and plates stand, as the drawables have them."""
    x = [
        hall.placing.apply(wall.placing.apply((side * wall.width / 2, 0, 0)))[0]
        for wall in hall.walls
        for side in (-1, 1)
    ]
    x += [
        hall.placing.apply((plate.pose.position[0] + side * plate.size[0] / 2, 0, 0))[0]
        for plate in hall.plates
        for side in (-1, 1)
    ]
    return min(x), max(x)


def corners(surface: Surface) -> list[tuple[float, float]]:
    """The two ends of a board, seen from above: (x, z)."""
    ends = [surface.pose.apply((side * surface.width / 2, 0, 0)) for side in (-1, 1)]
    return [(end[0], end[2]) for end in ends]


@pytest.mark.parametrize(
    "graphs", [(residual(), residual()), (branches(6), wide(), chain(3)), (wide(), wide(), wide(), wide())]
)
def test_no_hall_stands_on_another_s_ground(graphs):
    world = site(*graphs)
    assert world.halls[0].place == Placing(), "where it always was"
    stretches = [stretch(hall) for hall in world.halls]
    for (_, right), (left, _) in pairwise(stretches):
        assert left - right >= AISLE - 1e-6


def test_a_hall_alone_is_as_ever():
    world = site(residual())
    assert world.halls[0].place == Placing()
    assert (world.hall.board.width, world.hall.board.height) == (1.0, 1.0)


@pytest.mark.parametrize("count", [2, 3, 4])
def test_boards_stand_beside_the_easel_and_not_in_each_other_s_or_the_walls_way(count):
    world = site(*[branches(5)] * count)
    easel_right = max(x for x, _ in corners(Surface(world.easel.pose, world.easel.width, 1.0)))
    boards = [corners(hall.board) for hall in world.halls]
    assert boards[0][0][0] > easel_right
    for (_, end), (begin, _) in pairwise(boards):
        assert 0.02 < hypot(begin[0] - end[0], begin[1] - end[1]) < 0.4, "neighbours, but apart"
        assert begin[0] > end[0] - 0.05
        assert begin[1] > end[1] - 0.05, "around whoever comes in"
    left = min(stretch(hall)[0] for hall in world.halls[1:])
    assert max(x for board in boards for x, _ in board) < left - 0.5
    walls = [
        hall.placing.apply(wall.placing.apply((share * wall.width, 0, 0)))
        for hall in world.halls
        for wall in hall.walls
        for share in np.linspace(-0.5, 0.5, 11)
    ]
    assert min(hypot(bx - x, bz - z) for board in boards for bx, bz in board for x, _, z in walls) > 0.8


def test_every_board_and_every_entrance_has_its_network_s_name():
    world = site(residual(), chain(3))
    world.halls[1].scores = (Score(3, "espresso", 0.9),)
    groups = Furnisher().furnish(world)
    for number in (0, 1):
        assert f"network {number}" in texts(groups[f"board {number}"])
        assert f"network {number}" in texts(groups[f"fixtures {number}"])
    assert "espresso" in texts(groups["board 1"])
    assert "espresso" not in texts(groups["board 0"])
    assert "network 0" not in texts(Furnisher().furnish(site(residual()))["board 0"]), "one alone needs no name"


def test_halls_move_apart_when_one_becomes_wider_and_together_again():
    world, spacing = site(chain(3), residual()), Spacing()
    spacing.follow(world)
    narrow = world.halls[1].place
    graph = wide()
    lay_out(world.halls[0], graph, plan_maps(graph.nodes), world.halls[0].scope)
    spacing.follow(world)
    assert world.halls[1].place.pose.position[0] > narrow.pose.position[0] + 0.5
    assert stretch(world.halls[1])[0] - stretch(world.halls[0])[1] >= AISLE - 1e-6
    graph = chain(3)
    lay_out(world.halls[0], graph, plan_maps(graph.nodes), world.halls[0].scope)
    spacing.follow(world)
    assert world.halls[1].place == narrow


def test_a_wall_that_somebody_carries_moves_no_hall():
    world, spacing = site(chain(3), residual()), Spacing()
    spacing.follow(world)
    before = world.halls[1].place
    wall = world.halls[0].walls[0]
    far = Placing(Pose((30.0, 0.0, 0.0)))
    world.halls[0].arrangement = world.halls[0].arrangement.with_moved(wall.name, far)
    wall.pose = (wall.home @ far).pose
    world.halls[0].placing_revision += 1
    spacing.follow(world)
    assert world.halls[1].place == before


def test_who_is_in_a_hall_that_moves_goes_with_it():
    world = site(chain(3), residual())
    x = world.halls[1].place.pose.position[0]
    world.player.position, world.here = (x + 0.4, 0.0, -7.0), 1
    graph = wide()
    lay_out(world.halls[0], graph, plan_maps(graph.nodes), world.halls[0].scope)
    stand_apart(world)
    moved = world.halls[1].place.pose.position[0]
    assert moved > x
    assert world.player.position == pytest.approx((moved + 0.4, 0.0, -7.0))


def test_the_panels_speak_of_the_hall_that_the_visitor_is_in():
    world, tools = site(residual(), chain(4), repeated()), Tools()
    told = []
    for number in (0, 1, 2, 1, 0):
        world.player.position = (world.halls[number].place.pose.position[0], 0.0, -8.0)
        tools.step(world, [], 0.01)
        told.append(world.hall.network)
    assert told == ["network 0", "network 1", "network 2", "network 1", "network 0"]


def test_between_two_halls_the_last_one_is_spoken_of_until_the_other_is_clearly_nearer():
    world, tools = site(residual(), residual()), Tools()
    right, left = stretch(world.halls[0])[1], stretch(world.halls[1])[0]
    middle = (right + left) / 2
    for start, number in ((0.0, 0), (world.halls[1].place.pose.position[0], 1)):
        for x in (start, middle - 0.1, middle + 0.1):
            world.player.position = (x, 0.0, -8.0)
            tools.step(world, [], 0.01)
        assert world.here == number


def test_a_hall_that_was_moved_as_a_whole_is_met_where_it_is():
    world, tools = site(residual(), residual()), Tools()
    hall = world.halls[1]
    hall.arrangement = replace(hall.arrangement, whole=Placing(Pose((0.0, 0.0, 60.0)), 0.5))
    world.player.position = hall.placing.apply((0.0, 0.0, -8.0))
    tools.step(world, [], 0.01)
    assert world.here == 1


def test_walking_over_is_told_at_once():
    world, tools = site(residual(), residual()), Tools()
    world.player.position = (0.0, 0.0, -6.0)
    for _ in range(400):
        tools.step(world, [Move(right=1.0, fast=True)], 0.02)
        if world.here == 1:
            break
    assert world.here == 1


def test_each_hall_has_a_lectern_of_its_own():
    world = site(residual(), residual())
    details = [control for control in controls_of(world) if isinstance(control.intent, ChooseDetail)]
    assert {control.hall for control in details} == {0, 1}
    apart = world.halls[1].place.pose.position[0]
    first, second = ([c.surface.pose.position for c in details if c.hall == number] for number in (0, 1))
    for (x, y, z), other in zip(first, second, strict=True):
        assert other == pytest.approx((x + apart, y, z))


def test_a_hall_that_makes_room_is_seen_to_go_there():
    world, spacing, anchors = site(chain(3), residual()), Spacing(), Anchors()
    spacing.follow(world)
    hall = world.halls[1]

    def seen() -> float:
        return float(anchors.of(world)[hall.first_anchor, 0])

    world.time, before = 5.0, hall.place.pose.position[0]
    graph = wide()
    lay_out(world.halls[0], graph, plan_maps(graph.nodes), world.halls[0].scope)
    number_anchors(world)
    spacing.follow(world)
    after = hall.place.pose.position[0]
    way = [seen()]
    for _ in range(20):
        world.time += 0.1
        way.append(seen())
    assert way[0] == pytest.approx(before, rel=1e-5)
    assert way[-1] == pytest.approx(after, rel=1e-5)
    assert all(early <= late for early, late in pairwise(way))
    assert len({round(x, 3) for x in way}) > 4
