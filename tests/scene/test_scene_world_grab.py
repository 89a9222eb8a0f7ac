"""The world between two hands: the points that they hold stay under them, from a table's model to a cathedral."""

from __future__ import annotations

from math import cos, dist, radians, sin

import numpy as np
import pytest
from graphs import chain
from visiting import Visit

from vrcnn.scene.comfort import Comfort
from vrcnn.scene.geometry import Pose, Vector, turn
from vrcnn.scene.headset_intents import ChooseComfort, Grab, Steer
from vrcnn.scene.intents import HandMoved, HeadMoved, Select
from vrcnn.scene.movement import WorldGrab
from vrcnn.scene.requests import Pulse
from vrcnn.scene.world_grab import LIMITS, held_room

LEFT, RIGHT = (-0.3, 1.2, -0.4), (0.3, 1.2, -0.4)
DOWN = turn(pitch=-1.2)


def worn(lift: float = 0.0) -> Visit:
    visit = Visit(chain())
    player = visit.world.player
    player.position, player.yaw = (20.0, 0.0, 25.0), 0.7
    visit.do(HeadMoved(Pose((0.0, 1.7, 0.0))), ChooseComfort(Comfort(lift=lift)))
    hands(visit, LEFT, RIGHT)
    return visit


def hands(visit: Visit, left: Vector, right: Vector) -> list[object]:
    return visit.do(
        *(HandMoved(name, Pose(at, DOWN), Pose(at, DOWN)) for name, at in (("left", left), ("right", right)))
    )


def squeeze(visit: Visit, on: bool = True) -> list[object]:
    return visit.do(Grab("left", on), Grab("right", on))


def held(visit: Visit) -> tuple[Vector, Vector]:
    return visit.world.hands["left"].grip.position, visit.world.hands["right"].grip.position


@pytest.mark.parametrize("lift", [0.0, 0.4])
def test_the_held_points_stay_under_the_hands_wherever_these_go_level(lift):
    visit = worn(lift)
    before = held(visit)
    squeeze(visit)
    for angle, apart, middle in [(0.3, 0.9, (0.2, 1.5, -0.2)), (2.5, 0.15, (0.0, 0.8, -0.5)), (-1.0, 1.4, (0, 1, 0))]:
        x, y, z = middle
        dx, dz = apart / 2 * cos(angle), -apart / 2 * sin(angle)
        hands(visit, (x - dx, y, z - dz), (x + dx, y, z + dz))
        np.testing.assert_allclose(held(visit), before, atol=1e-9)
        assert visit.world.player.scale == pytest.approx(0.6 / apart)
    assert visit.world.player.eyes.up == pytest.approx((0.0, 1.0, 0.0)), "the world stays upright"


def test_hands_that_change_their_steepness_keep_the_middle_and_the_distance():
    visit = worn()
    before = held(visit)
    squeeze(visit)
    hands(visit, (-0.2, 1.0, -0.4), (0.3, 1.6, -0.1))
    now = held(visit)
    np.testing.assert_allclose(np.mean(now, 0), np.mean(before, 0), atol=1e-9)
    assert dist(*now) == pytest.approx(dist(*before))


def test_turning_both_hands_turns_the_world_with_them():
    visit = worn()
    eyes = visit.world.player.yaw
    squeeze(visit)
    angle = radians(40)
    turned = [(x * cos(angle) + z * sin(angle), y, -x * sin(angle) + z * cos(angle)) for x, y, z in (LEFT, RIGHT)]
    hands(visit, *turned)  # to the left about the room's middle
    assert visit.world.player.yaw == pytest.approx(eyes - angle), "the world to the left is the visitor to the right"
    assert visit.world.player.scale == pytest.approx(1.0)
    assert visit.world.player.position == pytest.approx((20.0, 0.0, 25.0))


def test_the_world_goes_no_smaller_than_a_model_and_no_larger_than_a_cathedral():
    visit = worn()
    for apart in (0.06, 1.6):
        for _ in range(6):
            hands(visit, LEFT, RIGHT) if apart < 0.6 else hands(visit, (-0.05, 1.2, -0.4), (0.05, 1.2, -0.4))
            squeeze(visit)
            before = held(visit)
            hands(visit, (-apart / 2, 1.2, -0.4), (apart / 2, 1.2, -0.4))
            np.testing.assert_allclose(np.mean(held(visit), 0), np.mean(before, 0), atol=1e-9)
            squeeze(visit, False)
        assert visit.world.player.scale == pytest.approx(LIMITS[1] if apart < 0.6 else LIMITS[0])


def test_a_model_on_a_table_can_be_lifted_to_the_eyes_and_walked_around():
    visit = worn()
    for _ in range(3):
        hands(visit, (-0.5, 1.2, -0.4), (0.5, 1.2, -0.4))
        squeeze(visit)
        hands(visit, (-0.12, 1.2, -0.4), (0.12, 1.2, -0.4))
        squeeze(visit, False)
    assert visit.world.player.scale == pytest.approx(60.0)
    ground = visit.world.player.room.inverse().apply((0.0, 0.0, 0.0))[1]
    assert 1.0 < ground < 1.25, "the ground of the world is at the hands' height in the room"
    y = visit.world.player.position[1]
    visit.do(ChooseComfort(Comfort(travel="smooth")), Steer("left", 0.0, 1.0), seconds=0.05)
    assert visit.world.player.position[1] == pytest.approx(y), "and stays there when the visitor walks on"


def test_hands_on_one_spot_say_no_turn_and_no_size():
    grab = WorldGrab((1.0, 1.0, 0.0), (2.0, 1.0, 0.0))
    room = held_room(grab, (0.1, 1.0, 0.0), (0.1, 1.0, 0.0), 0.3)
    assert room.scale == pytest.approx(1.0 / 0.05)
    assert room.pose.orientation == pytest.approx(turn(0.3))
    np.testing.assert_allclose(room.apply((0.1, 1.0, 0.0)), (1.5, 1.0, 0.0), atol=1e-9)


def test_the_grip_of_one_hand_or_a_hand_that_holds_something_takes_no_world():
    visit = worn()
    visit.do(Grab("left", True))
    assert visit.world.movement.grab is None
    visit.world.hands["right"].holding = 0
    visit.do(Grab("right", True))
    assert visit.world.movement.grab is None
    visit.world.hands["right"].holding = None
    requests = visit.do()
    assert visit.world.movement.grab is not None
    assert {each.hand for each in requests if isinstance(each, Pulse)} == {"left", "right"}


def test_the_world_stays_where_it_was_let_go_and_while_a_hand_is_not_seen():
    visit = worn()
    squeeze(visit)
    hands(visit, (-0.5, 1.0, -0.4), (0.5, 1.0, -0.4))
    player = visit.world.player
    before = *player.position, player.yaw, player.scale
    visit.do(HandMoved("left", None, None), HandMoved("right", Pose((0, 0, 0)), Pose((0, 0, 0))))
    assert (*player.position, player.yaw, player.scale) == before
    hands(visit, (-0.5, 1.0, -0.4), (0.5, 1.0, -0.4))
    squeeze(visit, False)
    hands(visit, LEFT, RIGHT)
    assert (*player.position, player.yaw, player.scale) == pytest.approx(before)
    assert visit.world.movement.grab is None


def test_sticks_and_select_do_nothing_to_a_visitor_who_holds_the_world():
    visit = worn()
    squeeze(visit)
    player = visit.world.player
    before = player.position, player.yaw
    visit.do(Steer("right", 1.0, 0.0), Steer("left", 0.0, 1.0), Select("right"))
    hands(visit, LEFT, RIGHT)
    assert player.position == pytest.approx(before[0])
    assert player.yaw == pytest.approx(before[1])
    assert visit.world.movement.arc is None
