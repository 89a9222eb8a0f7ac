"""Rails that frames fall into, told in intents: beside a wall in the air, across its face, and on from a neighbour."""

from __future__ import annotations

from math import dist, pi

import numpy as np
import pytest
from wearer import Wearer

from vrcnn.scene.anchors import Anchors, table_anchor
from vrcnn.scene.arrangement import LAYOUTS
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.gallery import Frame
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.hanging import upright
from vrcnn.scene.haptics import PLACE, SNAP
from vrcnn.scene.headset_intents import Grab
from vrcnn.scene.intents import ChooseLayout, HeadMoved, Scroll
from vrcnn.scene.map_shapes import frame_size
from vrcnn.scene.rail import PLACES, Rail, before, beside, rails
from vrcnn.scene.vantage import unseen, vantage
from vrcnn.scene.wall_shape import head_of


@pytest.fixture
def carrier() -> Wearer:
    """Somebody with a copy of a map in the right hand, before the second wall."""
    wearer = Wearer()
    stand(wearer)
    wearer.pull("right")
    return wearer


def stand(wearer: Wearer) -> None:
    wall = wearer.world.hall.walls[1]
    x, _, z = (wearer.world.hall.placing @ wall.placing).apply((0.0, 0.0, 1.2))
    wearer.do(HeadMoved(Pose((x, 1.6, z))))


def frame_in(wearer: Wearer) -> Frame:
    return next(frame for frame in wearer.world.gallery.frames if frame.pose is None)


def bring(wearer: Wearer, pose: Pose) -> list:
    """Carries the frame so that it would be at `pose`, and says what was felt."""
    grasp = wearer.world.hands["right"].grasp
    return wearer.move("right", pose @ grasp.inverse())


def air(wearer: Wearer) -> Rail:
    hall = wearer.world.hall
    return beside(hall, hall.walls[1])


def place(rail: Rail, number: int, frame: Frame) -> Pose:
    return rail.at(rail.middle(number), frame)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_rail_in_the_air_is_beside_its_wall_where_it_is_seen(layout):
    wearer = Wearer()
    wearer.do(ChooseLayout(layout))
    wearer.do(seconds=5.0)
    world = wearer.world
    for number, wall in enumerate(world.hall.walls):
        rail, head = beside(world.hall, wall), head_of(wall)
        ends = [rail.start @ Pose((along, 0.0, 0.0)) for along in (0.0, rail.length)]
        aside = [(world.hall.placing @ wall.placing).inverse().carry(end).position[0] for end in ends]
        assert abs(sum(aside)) == pytest.approx(abs(aside[0]) + abs(aside[1])), "on one side"
        side = np.sign(aside[0])
        assert min(np.abs(aside)) > max(wall.width / 2, head.x * side + head.width / 2)
        assert rail.start.up == pytest.approx((0.0, 1.0, 0.0))
        assert rail.places == PLACES
        eyes = vantage(world.halls, 0, wall).position
        places = [rail.start.apply((rail.middle(place), 0.2, 0.01)) for place in range(PLACES)]
        hidden = unseen(world.halls, eyes, places)
        assert layout == "stack" or hidden.mean() < 0.5, f"{number} of {layout}"  # in a stack the wall before hides it


def test_a_frame_that_comes_near_to_a_place_falls_into_it_and_the_hand_feels_it_once(carrier):
    frame, rail = frame_in(carrier), air(carrier)
    there = place(rail, 2, frame)
    assert SNAP.by("right") not in bring(carrier, there @ Pose((0.0, 0.0, 0.9)))
    near = there @ Pose((0.05, -0.06, 0.08), turn(0.3, 0.2))
    assert SNAP.by("right") in bring(carrier, near)
    assert SNAP.by("right") not in bring(carrier, near @ Pose((0.01, 0.0, 0.0)))
    assert SNAP.by("right") in bring(carrier, place(rail, 3, frame)), "another place"
    bring(carrier, near)
    assert PLACE.by("right") in carrier.do(Grab("right", False))
    assert frame.pose == there


def test_the_next_frame_takes_a_place_that_is_free(carrier):
    first, rail = frame_in(carrier), air(carrier)
    bring(carrier, place(rail, 1, first))
    carrier.do(Grab("right", False))
    carrier.pull("right")
    second = frame_in(carrier)
    bring(carrier, place(rail, 1, second) @ Pose((0.02, 0.0, 0.05)))
    carrier.do(Grab("right", False))
    assert dist(first.pose.position, second.pose.position) > 0.9 * frame_size(first)[0]
    height = [frame.pose.position[1] - frame_size(frame)[1] / 2 for frame in (first, second)]
    assert height[0] == pytest.approx(height[1]), "on one line"


def test_the_rail_is_seen_while_something_is_carried_and_lit_where_it_falls_into_it(carrier):
    furnisher, frame, rail = Furnisher(), frame_in(carrier), air(carrier)

    def roles() -> list[str]:
        line = rail.length, 0.007, 0.014
        return [box.role for box in furnisher.furnish(carrier.world)["hanging places"].boxes if box.size == line]

    bring(carrier, place(rail, 2, frame) @ Pose((0.0, 0.0, 1.0)))
    assert roles() == ["edge"] * sum(bool(each.places) for each in rails(carrier.world, frame))
    bring(carrier, place(rail, 2, frame))
    assert "accent" in roles()
    carrier.do(Grab("right", False))
    assert roles() == []


def test_a_frame_moves_with_its_hand_and_nothing_of_it_is_made_anew(carrier):
    world, furnisher, anchors = carrier.world, Furnisher(), Anchors()
    before = furnisher.furnish(world)["carried frames"]
    (sheet,) = before.standing
    for x in (0.0, 0.4):
        there = Pose((x, 1.4, 3.0), turn(0.3))
        bring(carrier, there)
        assert furnisher.furnish(world)["carried frames"] is before
        row = anchors.of(world)[sheet.anchor]
        assert row[:4] == pytest.approx((*there.position, 1.0), abs=1e-6)
        assert row[4:] == pytest.approx(there.orientation, abs=1e-6)
    carrier.do(Grab("right", False))
    assert furnisher.furnish(world)["carried frames"].standing == ()
    assert len(anchors.of(world)) == table_anchor(world)


def test_a_frame_held_close_to_a_wall_hangs_flat_on_it_and_on_its_line_where_that_is_near(carrier):
    hall, frame = carrier.world.hall, frame_in(carrier)
    wall = hall.walls[1]
    placing, line = (hall.placing @ wall.placing).pose, before(hall, wall)
    low = placing @ Pose((0.0, -wall.height / 2 + 0.1, 0.1), turn(0.3))
    bring(carrier, low)
    carrier.do(Grab("right", False))
    x, y, z = placing.inverse().apply(frame.pose.position)
    assert z == pytest.approx(0.035)
    assert (x, y) == pytest.approx((0.0, -wall.height / 2 + 0.1), abs=1e-6), "where it was held"
    assert frame.pose.orientation == pytest.approx(placing.orientation)
    carrier.pull("right")
    frame = frame_in(carrier)
    bring(carrier, Pose((0.0, 1.4, 3.0)))
    assert carrier.world.hands["right"].falls_into is None
    middle = line.at(line.length * 0.3, frame)
    assert SNAP.by("right") in bring(carrier, middle @ Pose((0.0, 0.06, 0.1)))
    carrier.do(Grab("right", False))
    assert frame.pose.position == pytest.approx(middle.position)


def test_a_ray_reaches_a_place_on_a_rail_from_afar(carrier):
    world, frame, rail = carrier.world, frame_in(carrier), air(carrier)
    world.hands["right"].grasp = None  # as a copy is carried that the laser has taken
    there = place(rail, 1, frame)
    carrier.move("right", there @ Pose((0.0, 0.0, 2.5)))
    carrier.do(Grab("right", False))
    assert frame.pose == there


@pytest.mark.parametrize("scale", [0.3, 4.0])
def test_how_near_it_has_to_come_is_the_rooms(carrier, scale):
    frame, rail = frame_in(carrier), air(carrier)
    carrier.world.player.scale = scale
    eyes = place(rail, 2, frame) @ Pose((0.0, 0.0, 1.0 * scale))
    carrier.world.player.position = tuple(np.subtract(eyes.position, (0.0, 1.6 * scale, 0.0)).tolist())
    carrier.do(HeadMoved(Pose((0.0, 1.6, 0.0))))
    there = place(next(rail for rail in rails(carrier.world, frame) if rail.places), 2, frame)
    assert SNAP.by("right") not in bring(carrier, there @ Pose((0.0, 0.0, 0.5 * scale)))
    assert SNAP.by("right") in bring(carrier, there @ Pose((0.0, 0.0, 0.25 * scale)))


@pytest.mark.parametrize("lean", [-1.5, -0.4, 0.0, 0.9, 1.5])
def test_a_frame_hangs_upright_and_faces_where_it_faced(lean):
    held = Pose((1.0, 1.2, 0.0), turn(0.7, lean)) @ Pose(orientation=(0.0, 0.0, 0.3, 0.954))
    hung = upright(held)
    assert hung.up == pytest.approx((0.0, 1.0, 0.0))
    assert hung.orientation[1] == pytest.approx(turn(0.7)[1], abs=0.4)
    assert hung.position == held.position


def test_the_wheel_makes_a_copy_larger_in_the_hand_and_on_its_place(carrier):
    frame = frame_in(carrier)
    width, height = frame_size(frame)
    carrier.do(Scroll("right", 2.0))
    assert frame_size(frame) == pytest.approx((width * 1.21, height * 1.21))
    carrier.move("right", Pose((0.0, 1.4, 3.0), turn(pi)))
    carrier.do(Grab("right", False))
    (box, *_) = Furnisher().furnish(carrier.world)["frames"].boxes
    assert box.size[:2] == pytest.approx((width * 1.21, height * 1.21))
    carrier.do(Scroll("mouse", 2.0))
    assert frame.scale == pytest.approx(1.21), "of a hand that points at nothing"


def test_the_rail_is_that_of_the_wall_that_the_copy_is_of_while_that_is_near(carrier):
    world, frame = carrier.world, frame_in(carrier)
    other = (world.hall.placing @ world.hall.walls[2].placing).apply((0.0, 0.0, 1.2))
    carrier.do(HeadMoved(Pose((other[0], 1.6, other[2]), turn(0.0))))
    own = air(carrier)
    assert rails(world, frame)[0] == own, "though they stand at another wall"
    carrier.do(HeadMoved(Pose((0.0, 1.6, 40.0))))
    assert own not in rails(world, frame)
