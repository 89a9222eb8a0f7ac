"""What stands in the way of an arc: it ends there, and nobody jumps through a wall."""

from __future__ import annotations

from itertools import pairwise
from math import dist

import numpy as np
import pytest
from graphs import residual
from test_scene_teleport import point, worn
from visiting import Visit

from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.geometry import Pose
from vrcnn.scene.haptics import LANDING, REFUSED
from vrcnn.scene.headset_intents import ControllerChanged, Grab, Steer
from vrcnn.scene.intents import ChooseLayout, HandMoved, Release, Select
from vrcnn.scene.landing import Grounds
from vrcnn.scene.staying import heading


def before_wall(number: int = 3, away: float = 1.5) -> Visit:
    """Somebody who stands upright before the middle of a wall, looks at it and throws an arc straight at it."""
    visit = worn(graph=residual())
    middle = visit.hall.placing.carry(visit.hall.walls[number].pose)
    x, _, z = middle.apply((0.0, 0.0, away))
    visit.world.player.position, visit.world.player.yaw = (x, 0.0, z), heading(middle)
    throw(visit)
    return visit


def throw(visit: Visit) -> list[object]:
    pose = Pose((0.0, 1.2, 0.0))
    return visit.do(HandMoved("left", pose, pose), Steer("left", 0.0, 1.0))


def test_a_wall_ends_the_arc_and_nobody_jumps_through_it():
    visit = before_wall()
    arc = visit.world.movement.arc
    assert arc.stopped
    assert not arc.valid
    placing = visit.hall.placing @ visit.hall.walls[3].placing
    x, _, z = placing.pose.inverse().apply(arc.end)
    assert z == pytest.approx(0.0, abs=1e-6)
    assert abs(x) < 0.01
    assert arc.end[1] > 0.5, "where it meets the wall, not the ground"
    assert LANDING.by("left") not in throw(visit)
    before = visit.world.player.position
    assert REFUSED.by("left") in visit.do(Steer("left", 0.0, 0.0))
    assert visit.world.player.position == before


def test_a_crossed_ring_stands_upright_where_the_arc_ends():
    visit = before_wall()
    arc = visit.world.movement.arc
    shown = Furnisher().furnish(visit.world)["landing"]
    ring = next(mesh for mesh in shown.meshes if mesh.shape == "ring")
    assert dist(ring.pose.position, arc.end) < 0.1
    towards = ring.pose.apply((0.0, 1.0, 0.0))
    assert dist(towards, arc.points[0]) < dist(ring.pose.position, arc.points[0]) - 0.5, "it faces the hand"
    assert sum(mesh.shape == "block" for mesh in shown.meshes) == 2
    assert shown.ribbons[0].points[-1] == pytest.approx(arc.end, abs=1e-5)


def test_above_and_below_and_beside_a_wall_there_is_a_way():
    visit = before_wall()
    wall = visit.hall.walls[3]
    assert visit.world.movement.arc.stopped
    pose = wall.pose
    for moved in ((0.0, 4.0, 0.0), (4.0, 0.0, 0.0), (0.0, -4.0, 0.0)):
        wall.pose = pose @ Pose(moved)
        visit.hall.placing_revision += 1
        throw(visit)
        assert not visit.world.movement.arc.stopped, moved
    wall.pose = pose
    visit.hall.placing_revision += 1
    visit.world.player.scale = 20.0
    throw(visit)
    assert not visit.world.movement.arc.stopped, "a giant steps over it"


def test_a_wall_in_the_hand_is_not_in_the_way():
    visit = before_wall()
    pose = Pose((0.0, visit.hall.placing.carry(visit.hall.walls[3].pose).position[1], 0.0))
    visit.do(HandMoved("right", pose, pose))
    assert visit.world.hands["right"].target.index == 3
    visit.do(Grab("right", True))
    assert visit.world.hands["right"].hold is not None
    throw(visit)
    assert not visit.world.movement.arc.stopped
    visit.do(Grab("right", False))
    throw(visit)
    assert visit.world.movement.arc.stopped


def test_who_points_at_the_ground_through_the_back_of_a_wall_does_not_go_there():
    visit = worn(graph=residual())
    placing = visit.hall.placing @ visit.hall.walls[3].placing
    x, _, z = placing.apply((0.0, 0.0, -1.5))
    visit.world.player.position = x, 0.0, z
    visit.do(ControllerChanged("right", "simple"))
    there = placing.apply((0.0, 0.0, 0.8))
    point(visit, (there[0], 0.0, there[2]))
    assert visit.world.hands["right"].target.kind == "ground"
    visit.do(Select("right"))
    assert visit.world.movement.arc.stopped
    before = visit.world.player.position
    visit.do(Release("right"))
    assert visit.world.player.position == before


def test_furniture_that_leans_and_is_seen_over_is_not_in_the_way():
    visit = worn(graph=residual())
    way = [(0.2, 1.2, 0.8), (0.1, 0.0, -4.2)]  # just above the plate of the desk before the path
    assert Grounds().way(visit.world, way) == 1.0


@pytest.mark.parametrize("layout", ["corridor", "stack", "spiral"])
def test_along_the_path_there_is_a_way_from_wall_to_wall(layout: str):
    visit = worn(graph=residual())
    visit.do(ChooseLayout(layout))
    for _ in range(200):
        visit.do()
    path, grounds = visit.hall.path, Grounds()
    stands = [visit.hall.place.carry(path.at(0.0, -along)).position for along in np.arange(5.0, 11.0)]
    for here, there in pairwise(stands):
        assert grounds.way(visit.world, [(here[0], 1.2, here[2]), there]) == 1.0
