"""Hands that take things themselves, told in intents: pictures, tiles, walls, frames, the table, near to the grip."""

from __future__ import annotations

from dataclasses import replace
from math import pi

import numpy as np
import pytest
from wearer import AWAY, Wearer

from vrcnn.scene.delivering import FLIGHT, furnish_flights
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.handling import WALL_LIMITS
from vrcnn.scene.haptics import HOVER, LET_GO, PLACE, PULL, REFUSED, TAKE
from vrcnn.scene.headset_intents import Grab
from vrcnn.scene.intents import HandMoved, Release, Select, ToggleTable
from vrcnn.scene.near import REACH
from vrcnn.scene.picture_numbers import FRAMES
from vrcnn.scene.plinth import TOP, standing
from vrcnn.scene.reading import MapAt
from vrcnn.scene.requests import Pulse, RunPicture
from vrcnn.scene.shelving import slot_pose
from vrcnn.scene.wearing import take_off


@pytest.fixture
def wearer() -> Wearer:
    return Wearer()


def test_the_grip_takes_a_picture_as_it_hangs_and_it_is_placed_where_the_hand_opens_at_the_easel(wearer):
    world, hand = wearer.world, wearer.world.hands["left"]
    slot = slot_pose(world.shelf, 1)
    felt = wearer.move("left", slot @ Pose((0.05, 0.0, 0.06), turn(0.4)))
    assert HOVER.by("left") in felt
    assert wearer.do() == [], "once for a thing"
    assert hand.within.kind == "picture"
    assert len(Furnisher().furnish(world)["near"].boxes) == 4, "it is outlined"
    assert TAKE.by("left") in wearer.do(Grab("left", True))
    assert hand.holding == 1
    drawn = Furnisher().furnish(world)["presence"].images
    assert [image.pose.position for image in drawn] == [pytest.approx(slot.position)], "without a jump"
    easel = world.easel.pose
    wearer.move("left", easel @ Pose((0.05, 0.0, 0.06), turn(0.4)))
    shown = Furnisher().furnish(world)["presence"].images[0].pose
    assert shown.position == pytest.approx(easel.position), "as the hand carries it"
    done = wearer.do(Grab("left", False))
    assert RunPicture(1) in done
    assert PLACE.by("left") in done
    assert (world.easel.picture, hand.holding, hand.gripping) == (1, None, False)


def test_a_picture_that_is_let_go_elsewhere_flies_back_and_nothing_falls(wearer):
    world, hand = wearer.world, wearer.world.hands["right"]
    wearer.move("right", slot_pose(world.shelf, 0) @ Pose((0.0, 0.0, 0.05)))
    wearer.do(Grab("right", True))
    there = Pose((0.3, 1.1, -1.5))
    wearer.move("right", there)
    easel = world.easel.picture
    assert LET_GO.by("right") in wearer.do(Grab("right", False))
    assert hand.holding is None
    assert world.easel.picture == easel
    heights = []
    for _ in range(30):
        heights += [image.pose.position for image in furnish_flights(world).images]
        wearer.do()
    assert np.linalg.norm(np.subtract(heights[0], there.position)) < 0.1
    steps = np.linalg.norm(np.diff(heights, axis=0), axis=1)
    assert steps.max() < 0.3 * steps.sum(), "softly"
    assert np.min(heights, axis=0)[1] > slot_pose(world.shelf, 0).position[1] - 0.01, "it never falls below its place"
    assert world.time > FLIGHT
    assert world.flights == []


def test_the_grip_takes_a_framed_copy_of_the_tile_at_the_hand_and_hangs_it_where_it_opens(wearer):
    world, hand = wearer.world, wearer.world.hands["right"]
    at = wearer.on_wall(1, 0.1, 0.1)
    wearer.move("right", at)
    tile = hand.within.tile
    assert tile is not None
    wearer.do(Grab("right", True))
    assert hand.carrying is None, "its values are on their way"
    assert hand.gripping
    wearer.read(MapAt(0, 1, tile))
    assert PULL.by("right") in wearer.do()
    (frame,) = world.gallery.frames
    assert frame.reading.at.channel == tile
    there = Pose((0.0, 1.4, 1.0), turn(pi / 2))
    wearer.move("right", there)
    wearer.do(Grab("right", False))
    assert np.linalg.norm(np.subtract(frame.pose.position, there.position)) < 0.3
    assert frame.pose.up == pytest.approx((0.0, 1.0, 0.0)), "it hangs upright"
    hung = frame.pose
    for _ in range(20):
        wearer.do()
    assert frame.pose == hung


def test_a_grip_that_opens_before_the_values_have_come_takes_nothing(wearer):
    world, hand = wearer.world, wearer.world.hands["right"]
    wearer.move("right", wearer.on_wall(1, 0.1, 0.1))
    tile = hand.within.tile
    wearer.do(Grab("right", True))
    wearer.do(Grab("right", False))
    wearer.read(MapAt(0, 1, tile))
    wearer.do()
    assert world.gallery.frames == []
    assert (hand.carrying, hand.grasp) == (None, None)


def test_a_wall_is_taken_by_its_edge_and_follows_the_hand_upright(wearer):
    world = wearer.world
    wall = world.hall.walls[1]
    start = wearer.on_wall(1, -0.99, 0.0)
    wearer.move("right", start)
    assert world.hands["right"].within.tile is None
    wearer.do(Grab("right", True))
    placing = world.hall.placing @ wall.placing
    held = placing.inverse().apply(start.position)
    moved = Pose((0.4, 0.2, 0.3)) @ start @ Pose(orientation=turn(0.5, pitch=0.6))
    wearer.move("right", moved)
    assert (world.hall.placing @ wall.placing).apply(held)[::2] == pytest.approx(moved.position[::2])
    assert wall.pose.up == pytest.approx((0.0, 1.0, 0.0))
    turned = placing.pose.inverse() @ (world.hall.placing @ wall.placing).pose
    assert abs(2 * np.arctan2(turned.orientation[1], turned.orientation[3])) == pytest.approx(0.5, abs=0.12)
    here = wall.placing
    assert LET_GO.by("right") in wearer.do(Grab("right", False))
    wearer.move("right", AWAY)
    assert wall.placing == here


@pytest.mark.parametrize("second", [Grab, Select])
def test_two_hands_scale_a_wall_whether_grip_or_trigger_and_one_goes_on(wearer, second):
    world = wearer.world
    wall = world.hall.walls[1]
    first = wearer.on_wall(1, -0.98, 0.0)
    wearer.move("left", first, Grab("left", True))
    left = Pose((0.0, 0.0, 0.3)) @ first
    wearer.move("left", left)
    right = wearer.on_wall(1, 0.98, 0.0)
    wearer.move("right", right)
    here = wall.placing
    wearer.do(second("right", True) if second is Grab else Select("right"))
    assert {hand.hold.thing for hand in (world.hands["left"], world.hands["right"])} == {(0, wall.name)}
    wearer.do()
    assert wall.pose.position == pytest.approx(here.pose.position), "without a jump"
    middle = np.add(left.position, right.position) / 2
    for ratio in (1.5, 9.0, 0.05):
        for name, pose in (("left", left), ("right", right)):
            place = tuple(middle + ratio * np.subtract(pose.position, middle))
            wearer.move(name, Pose(place, pose.orientation))
        assert wall.scale == pytest.approx(min(max(ratio, WALL_LIMITS[0]), WALL_LIMITS[1]))
    here = wall.placing
    wearer.do(Grab("left", False))
    wearer.do()
    assert wall.pose.position == pytest.approx(here.pose.position), "without a jump"
    assert wall.scale == here.scale
    before = wall.pose.position
    shifted = Pose(tuple(np.add(wearer.poses["right"].position, (0.2, 0.0, 0.1))), wearer.poses["right"].orientation)
    wearer.move("right", shifted)
    assert np.subtract(wall.pose.position, before) == pytest.approx((0.2, 0.0, 0.1), abs=1e-9)


def test_two_hands_scale_a_frame_and_it_hangs_as_large(wearer):
    world = wearer.world
    at = wearer.pull("right")
    (frame,) = world.gallery.frames
    pose = world.hands["right"].grip @ world.hands["right"].grasp
    wearer.move("left", pose @ Pose((-0.15, 0.0, 0.02)))
    assert TAKE.by("left") in wearer.do(Grab("left", True))
    apart, held = np.subtract(wearer.poses["left"].position, at.position), world.hands["right"].grasp
    wearer.move("left", Pose(tuple(np.add(at.position, 2 * apart)), wearer.poses["left"].orientation))
    assert frame.scale == pytest.approx(2.0)
    assert world.hands["right"].grasp.position == pytest.approx(tuple(2 * np.array(held.position))), "the point stays"
    assert LET_GO.by("left") in wearer.do(Grab("left", False))
    assert frame.pose is None, "the other hand has it still"
    wearer.move("right", Pose((0.0, 1.4, 2.0), turn(pi)))
    wearer.do(Grab("right", False))
    assert frame.pose is not None
    assert frame.scale == pytest.approx(2.0)


def test_the_plinth_and_the_table_are_taken_too(wearer):
    world = wearer.world
    plate = standing(world.hall).pose @ TOP @ Pose((0.0, 0.0, 0.05))
    wearer.move("right", plate, Grab("right", True))
    before = standing(world.hall).pose.position
    wearer.move("right", Pose(tuple(np.add(plate.position, (0.3, 0.4, -0.2))), plate.orientation))
    assert np.subtract(standing(world.hall).pose.position, before) == pytest.approx((0.3, 0.0, -0.2), abs=1e-6)
    wearer.do(Grab("right", False), ToggleTable())
    wearer.move("right", AWAY)
    table = world.table
    model = table.model(world.hall)
    edge = table.top @ Pose((model.width / 2 + 0.05, 0.03, 0.0))
    wearer.move("right", edge, Grab("right", True))
    stood = table.pose.position
    wearer.move("right", Pose(tuple(np.add(edge.position, (0.5, 0.0, 0.1))), edge.orientation))
    assert np.subtract(table.pose.position, stood) == pytest.approx((0.5, 0.0, 0.1), abs=1e-6)
    wearer.do(Grab("right", False))


def test_the_reach_is_the_rooms_whatever_the_worlds_scale(wearer):
    world, hand = wearer.world, wearer.world.hands["right"]
    before = slot_pose(world.shelf, 1)
    for scale in (0.2, 1.0, 10.0):
        world.player.scale = scale
        wearer.move("right", before @ Pose((0.0, 0.0, 0.9 * REACH * scale)))
        assert hand.within is not None, scale
        wearer.move("right", before @ Pose((0.0, 0.0, 1.2 * REACH * scale + 0.02)))
        assert hand.within is None or hand.within.kind != "picture", scale


def test_the_grip_takes_a_far_thing_along_the_ray(wearer):
    world, hand = wearer.world, wearer.world.hands["right"]
    slot = slot_pose(world.shelf, 2)
    wearer.move("right", slot @ Pose((0.0, 0.0, 1.5)))
    assert hand.within is None
    wearer.do(Grab("right", True))
    assert (hand.holding, hand.grasp) == (2, None)
    wearer.do(Grab("right", False))
    assert hand.holding is None, "an open hand has nothing"
    wall = world.hall.walls[1]
    wearer.move("right", (world.hall.placing @ wall.placing).pose @ Pose((0.0, 0.0, 1.2)))
    wearer.do(Grab("right", True))
    assert hand.hold.name == wall.name
    wearer.do(Grab("right", False))
    assert hand.hold is None


def test_grips_on_nothing_are_free_for_the_world(wearer):
    wearer.do(Grab("right", True), Grab("left", True))
    for name in ("left", "right"):
        hand = wearer.world.hands[name]
        assert (hand.gripping, hand.hold, hand.holding, hand.carrying) == (False, None, None, None)
    assert wearer.world.movement.grab is not None
    wearer.do(Grab("right", False), Grab("left", False))
    assert wearer.world.movement.grab is None


def test_a_short_trigger_near_a_tile_leaves_the_copy_in_the_hand_and_a_long_one_hangs_it(wearer):
    world, hand = wearer.world, wearer.world.hands["right"]
    at = wearer.on_wall(1, 0.1, 0.1)
    wearer.move("right", at)
    wearer.read(MapAt(0, 1, hand.within.tile))
    wearer.do(Select("right"))
    wearer.do(Release("right"))
    assert hand.carrying is not None
    wearer.move("right", Pose((0.0, 1.4, 2.0), turn(pi)))
    wearer.do(Select("right"), Release("right"))
    assert world.gallery.frames[0].pose is not None
    frame = world.gallery.frames[0].pose
    wearer.move("right", frame @ Pose((0.0, 0.0, 0.05)))
    wearer.do(Select("right"))
    assert hand.carrying is not None
    for _ in range(20):
        wearer.do()
    wearer.do(Release("right"))
    assert hand.carrying is None


@pytest.mark.parametrize(("seconds", "stays"), [(0.02, True), (0.5, False)])
def test_a_picture_that_the_trigger_has_taken_itself_stays_after_a_click_and_else_goes_back(wearer, seconds, stays):
    world, hand = wearer.world, wearer.world.hands["right"]
    wearer.move("right", slot_pose(world.shelf, 0) @ Pose((0.0, 0.0, 0.05)))
    wearer.do(Select("right"))
    assert hand.grasp is not None
    wearer.poses["right"] = Pose((0.0, 1.4, -3.0), turn(pi))
    wearer.do(seconds=seconds)
    wearer.do(Release("right"))
    assert (hand.holding == 0) is stays
    assert (world.flights == []) is stays


def test_one_frame_too_many_is_refused(wearer):
    world = wearer.world
    wearer.pull("right")
    (frame,) = world.gallery.frames
    wearer.do(Grab("right", False))
    world.gallery.frames = [replace(frame, number=n, place=n, pose=Pose((50.0 + n, 0.0, 0.0))) for n in range(FRAMES)]
    world.gallery.revision += 1
    wearer.move("right", AWAY)
    wearer.move("right", wearer.on_wall(1, 0.1, 0.1))
    felt = wearer.do(Grab("right", True))
    assert REFUSED.by("right") in felt
    assert world.notices[-1].headline.startswith("There are")


def test_a_hand_that_is_not_tracked_reaches_nothing(wearer):
    hand = wearer.world.hands["left"]
    wearer.move("left", slot_pose(wearer.world.shelf, 1))
    assert hand.within is not None
    felt = wearer.tools.step(wearer.world, [HandMoved("left", None, None)], 0.02)
    assert hand.within is None
    assert not any(isinstance(each, Pulse) for each in felt)


def test_what_a_hand_has_is_not_lost_when_the_controllers_are(wearer):
    """As the runtime's own menu takes them: they are nowhere, and all that was pressed comes up."""
    world, hand = wearer.world, wearer.world.hands["right"]
    at = wearer.pull("right")
    wearer.tools.step(world, [HandMoved("right", None, None), Grab("right", False)], 0.02)
    (frame,) = world.gallery.frames
    assert (frame.pose, hand.carrying) == (None, frame.number)
    wearer.move("right", at @ Pose((0.0, 0.0, -0.4)))
    assert hand.carrying == frame.number
    wearer.do(Grab("right", True))
    wearer.move("right", Pose((0.0, 1.4, 3.0), turn(pi)))
    wearer.do(Grab("right", False))
    assert frame.pose is not None
    wearer.pull("right")
    carried = hand.carrying
    take_off(world)
    wearer.tools.step(world, [], 0.02)
    assert world.hands["mouse"].carrying == carried
    assert (hand.gripping, hand.grasp, hand.within) == (False, None, None)
