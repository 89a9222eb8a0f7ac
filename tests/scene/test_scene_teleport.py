"""Jumping: by the stick's arc, by a select that is held on the ground, and where there is room to land."""

from __future__ import annotations

from math import atan2, dist, hypot, pi, radians

import numpy as np
import pytest
from graphs import chain, residual
from visiting import Visit

from vrcnn.scene.comfort import Comfort
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.geometry import Placing, Pose, Vector, turn
from vrcnn.scene.haptics import LANDED, LANDING, REFUSED
from vrcnn.scene.headset_intents import ChooseComfort, ControllerChanged, OpenMenu, Steer
from vrcnn.scene.intents import ChooseLayout, HandMoved, HeadMoved, Release, Select, ToggleRoom
from vrcnn.scene.landing import Grounds
from vrcnn.scene.staying import heading
from vrcnn.scene.teleport import BACK_BY

AT = (-0.2, 1.2, -0.3)
USUAL = Comfort()
LEVEL, UP, DOWN = turn(), turn(pitch=1.0), turn(pitch=-0.5)


def worn(comfort: Comfort = USUAL, graph=None) -> Visit:
    """A visitor in a headset, far from all walls."""
    visit = Visit(graph or chain())
    visit.world.player.position = 40.0, 0.0, 40.0
    visit.do(HeadMoved(Pose((0.0, 1.7, 0.0))), ChooseComfort(comfort))
    aims(visit, LEVEL)
    return visit


def aims(visit: Visit, orientation, hand: str = "left") -> list[object]:
    pose = Pose(AT, orientation)
    return visit.do(HandMoved(hand, pose, pose))


def point(visit: Visit, at: Vector, hand: str = "right") -> list[object]:
    """The hand points straight at a place of the world."""
    x, y, z = (b - a for a, b in zip(AT, visit.world.player.room.inverse().apply(at), strict=True))
    return aims(visit, turn(atan2(-x, -z), atan2(y, hypot(x, z))), hand)


def jump(visit: Visit, x: float = 0.0, y: float = 1.0, hand: str = "left") -> list[object]:
    """A push of the stick and back."""
    return [*visit.do(Steer(hand, x, y)), *visit.do(Steer(hand, 0.0, 0.0))]


def test_the_arc_is_thrown_from_the_hand_and_ends_on_the_ground():
    visit = worn()
    assert LANDING.by("left") in visit.do(Steer("left", 0.0, 1.0))
    arc = visit.world.movement.arc
    assert arc.valid
    assert arc.points[0] == pytest.approx(visit.world.hands["left"].aim.position)
    assert arc.end[1] == 0.0
    heights = np.array(arc.points)[:, 1]
    assert (np.diff(heights, 2) < 0).all(), "it falls faster and faster"
    level = dist(arc.points[0], arc.end)
    assert 4.0 < level < 5.5, "as far as something falls that is thrown at 9.2 m/s from 1.2 m"
    assert LANDING.by("left") not in visit.do(Steer("left", 0.0, 1.0)), "one tick as it becomes valid"
    aims(visit, turn(pitch=0.5))
    assert dist(visit.world.movement.arc.points[0], visit.world.movement.arc.end) > 1.6 * level


def test_letting_the_stick_go_puts_the_visitor_there_and_the_hands_with_them():
    visit = worn()
    visit.do(HeadMoved(Pose((0.3, 1.7, 0.2))))
    visit.do(Steer("left", 0.0, 1.0))
    end, hand = visit.world.movement.arc.end, visit.world.player.room.inverse().carry(visit.world.hands["left"].grip)
    assert LANDED.by("left") in visit.do(Steer("left", 0.0, 0.0))
    assert visit.world.player.eyes.position == pytest.approx((end[0], 1.7, end[2]))
    assert visit.world.movement.arc is None
    assert visit.world.journey.jumped == visit.world.time
    now = visit.world.player.room.inverse().carry(visit.world.hands["left"].grip)
    assert now.position == pytest.approx(hand.position)


@pytest.mark.parametrize("angle", [0.0, 10.0, 45.0, -90.0, 150.0])
def test_the_sticks_angle_turns_the_one_who_lands(angle):
    visit = worn()
    aims(visit, turn(yaw=0.4))
    x, y = -np.sin(radians(angle)), np.cos(radians(angle))
    visit.do(Steer("left", 0.0, 1.0))
    visit.do(Steer("left", x, y))
    visit.do(Steer("left", 0.4 * x, 0.4 * y))
    visit.do(Steer("left", -0.1, 0.05))  # on its way back it says nothing
    wanted = 0.4 + (radians(angle) if abs(angle) > 20 else 0.0)
    assert (heading(visit.world.player.eyes) - wanted + pi) % (2 * pi) == pytest.approx(pi)


def test_a_hand_that_is_raised_or_out_of_sight_gives_the_jump_up():
    visit = worn()
    before = visit.world.player.position
    visit.do(Steer("left", 0.0, 1.0))
    aims(visit, turn(pitch=1.4))
    assert not visit.world.movement.arc.valid
    assert REFUSED.by("left") in visit.do(Steer("left", 0.0, 0.0))
    assert visit.world.player.position == before
    visit.do(Steer("left", 0.0, 1.0))
    visit.do(HandMoved("left", None, None))
    visit.do(Steer("left", 0.0, 0.0))
    assert visit.world.player.position == before


def test_pulling_back_steps_back_once():
    visit = worn()
    visit.do(HeadMoved(Pose((0.0, 1.7, 0.0), turn(yaw=pi / 2))))
    before = visit.world.player.position
    for _ in range(5):
        visit.do(Steer("left", 0.1, -1.0))
    assert visit.world.player.position == pytest.approx((before[0] + BACK_BY, 0.0, before[2]))
    visit.do(Steer("left", 0.0, 0.0))
    visit.do(Steer("left", 0.1, -1.0))
    assert visit.world.player.position == pytest.approx((before[0] + 2 * BACK_BY, 0.0, before[2]))


def test_a_giants_arc_is_as_much_longer_and_lands_at_their_own_size():
    visit = worn()
    visit.do(Steer("left", 0.0, 1.0))
    length = dist(visit.world.movement.arc.points[0], visit.world.movement.arc.end)
    visit.world.player.scale = 5.0
    aims(visit, LEVEL)
    arc = visit.world.movement.arc
    assert dist(arc.points[0], arc.end) == pytest.approx(5 * length)
    visit.do(Steer("left", 0.0, 0.0))
    assert visit.world.player.scale == 5.0
    assert visit.world.player.eyes.position == pytest.approx((arc.end[0], 8.5, arc.end[2]))


def test_a_jump_from_high_up_ends_on_the_ground():
    visit = worn()
    visit.world.player.position = 40.0, 12.0, 40.0
    aims(visit, DOWN)
    jump(visit)
    assert visit.world.player.position[1] == 0.0


@pytest.mark.parametrize("layout", ["corridor", "stack", "spiral"])
def test_nobody_lands_in_a_wall_but_right_before_it(layout):
    visit = worn(graph=residual())
    visit.do(ChooseLayout(layout))
    for _ in range(200):
        visit.do()
    grounds = Grounds()
    for wall in visit.hall.walls:
        frame: Placing = visit.hall.placing @ wall.placing
        for across in (-0.45, 0.0, 0.45):
            x, _, z = frame.apply((across * wall.width, 0.0, 0.05))
            assert not grounds.free(visit.world, x, z)
        others = [other for other in visit.hall.walls if other is not wall]
        x, _, z = frame.apply((0.0, 0.0, 0.6))
        if all(dist((x, z), (visit.hall.placing @ other.placing).pose.position[::2]) > 3 for other in others):
            assert grounds.free(visit.world, x, z)


def test_there_is_no_room_in_the_furniture_nor_at_a_closed_door():
    visit = worn(graph=residual())
    world, grounds = visit.world, Grounds()
    pieces = [world.shelf.pose, world.easel.pose, visit.hall.board.pose, visit.hall.placing.carry(visit.hall.exit.pose)]
    for pose in pieces:
        assert not grounds.free(world, pose.position[0], pose.position[2])
    assert grounds.free(world, 0.0, 1.0), "where visitors begin"
    visit.do(ToggleRoom("block"))
    for _ in range(200):
        visit.do()
    door = next(plate.door for plate in visit.hall.plates if plate.door is not None)
    x, _, z = (visit.hall.placing @ door).pose.position
    assert not grounds.free(world, x, z)


def test_a_wall_in_the_air_is_walked_under_and_a_giant_steps_over_all():
    visit = worn(graph=residual())
    wall, grounds = visit.hall.walls[2], Grounds()
    x, _, z = (visit.hall.placing @ wall.placing).pose.position
    visit.world.player.scale = 20.0
    assert grounds.free(visit.world, x, z)
    visit.world.player.scale = 1.0
    assert not grounds.free(visit.world, x, z)
    wall.pose = Pose((0.0, 4.0, 0.0)) @ wall.pose
    visit.hall.placing_revision += 1
    assert grounds.free(visit.world, x, z)


def test_an_arc_that_ends_in_a_wall_is_not_valid_and_there_is_no_jump():
    visit = worn(graph=residual())
    wall = visit.hall.walls[3]
    middle = visit.hall.placing.carry(wall.pose)
    x, _, z = middle.apply((0.0, 0.0, 4.68))  # as far as the level throw leads, with the hand's place
    visit.world.player.position, visit.world.player.yaw = (x, 0.0, z), heading(middle)
    visit.do(HandMoved("left", *2 * (Pose((0.0, 1.2, 0.0)),)))
    before = visit.world.player.position
    requests = visit.do(Steer("left", 0.0, 1.0))
    arc = visit.world.movement.arc
    assert dist(arc.end[::2], middle.position[::2]) < 0.3
    assert not arc.valid
    assert LANDING.by("left") not in requests
    visit.do(Steer("left", 0.0, 0.0))
    assert visit.world.player.position == before


def test_a_select_held_on_the_ground_shows_an_arc_and_jumps_when_it_is_let_go():
    visit = worn()
    place = (39.0, 0.0, 34.0)
    visit.do(ControllerChanged("right", "simple"))
    point(visit, place)
    assert visit.world.hands["right"].target.kind == "ground"
    assert visit.world.movement.arc is None
    visit.do(Select("right"))
    arc = visit.world.movement.arc
    assert arc.end == pytest.approx(place)
    assert arc.valid
    place = (41.0, 0.0, 35.0)
    point(visit, place)
    yaw = heading(visit.world.player.eyes)
    assert LANDED.by("right") in visit.do(Release("right"))
    assert visit.world.player.eyes.position == pytest.approx((41.0, 1.7, 35.0))
    assert heading(visit.world.player.eyes) == pytest.approx(yaw), "who has no stick turns with the head"


def test_a_select_on_the_ground_does_nothing_for_those_who_have_a_stick_and_on_the_desktop():
    visit = worn()
    for kind in ("index", None):
        visit.do(ControllerChanged("right", kind))
        point(visit, (39.0, 0.0, 34.0))
        before = visit.world.player.position
        visit.do(Select("right"))
        assert visit.world.movement.arc is None
        visit.do(Release("right"))
        assert visit.world.player.position == before
    desk = Visit(chain())
    desk.look((0.0, 0.0, -1.0))
    assert desk.world.hands["mouse"].target is None


def test_too_far_a_place_is_not_landed_at():
    visit = worn()
    visit.do(ControllerChanged("right", "hand"))
    point(visit, (40.0, 0.0, 18.0))
    visit.do(Select("right"))
    assert not visit.world.movement.arc.valid
    before = visit.world.player.position
    assert REFUSED.by("right") in visit.do(Release("right"))
    assert visit.world.player.position == before


def test_a_select_held_on_nothing_for_a_moment_opens_the_menu_once(monkeypatch):
    opened = []
    monkeypatch.setattr("vrcnn.scene.teleport.act", lambda world, action: opened.append(action) or [])
    visit = worn()
    visit.do(ControllerChanged("right", "simple"))
    aims(visit, UP, "right")
    visit.do(Select("right"))
    for _ in range(25):
        visit.do()
    assert opened == []
    for _ in range(25):
        visit.do()
    assert opened == [OpenMenu("right")]
    visit.do(Release("right"))
    visit.do(Select("right"))
    for _ in range(20):
        visit.do()
    visit.do(Release("right"))
    assert len(opened) == 1, "a short press is none"
    visit.do(ControllerChanged("right", "touch"))
    visit.do(Select("right"))
    for _ in range(50):
        visit.do()
    assert len(opened) == 1, "others have a button for it"


def test_a_hand_that_was_at_the_ground_first_opens_no_menu_at_once():
    visit = worn()
    visit.do(ControllerChanged("right", "simple"))
    point(visit, (39.0, 0.0, 34.0))
    visit.do(Select("right"))
    for _ in range(60):
        visit.do()
    aims(visit, UP, "right")
    assert "right" in visit.world.movement.pressed
    before = visit.world.player.position
    visit.do(Release("right"))
    assert visit.world.player.position == before, "raised, the hand gives the jump up"


def test_the_arc_and_the_place_are_drawn_in_two_ways_that_differ_in_more_than_colour():
    visit = worn(graph=residual())
    furnisher = Furnisher()
    assert "landing" not in furnisher.furnish(visit.world)
    visit.do(Steer("left", 0.0, 1.0))
    valid = furnisher.furnish(visit.world)["landing"]
    assert {mesh.role for mesh in valid.meshes} == {ribbon.role for ribbon in valid.ribbons} == {"accent"}
    assert valid.ribbons[0].points[-1][1] == 0.0
    ring, arrow = (next(mesh for mesh in valid.meshes if mesh.shape == name) for name in ("ring", "arrow"))
    end = visit.world.movement.arc.end
    assert ring.pose.position[::2] == pytest.approx(end[::2])
    assert arrow.pose.position[2] < end[2] - 0.3, "where the visitor will look"
    aims(visit, turn(pitch=1.4))
    invalid = furnisher.furnish(visit.world)["landing"]
    assert {mesh.role for mesh in invalid.meshes} == {"failed"}
    assert "arrow" not in {mesh.shape for mesh in invalid.meshes}


def test_left_handed_visitors_jump_with_the_right_stick():
    visit = worn(Comfort(left_handed=True))
    aims(visit, LEVEL, "right")
    before = visit.world.player.position
    jump(visit, hand="right")
    assert dist(visit.world.player.position, before) > 3
