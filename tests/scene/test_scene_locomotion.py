"""How a visitor in a headset gets about with the sticks: walking, flying, turning, scrolling, sitting, left-handed."""

from __future__ import annotations

from dataclasses import replace
from math import dist, pi, radians

import pytest
from graphs import chain, residual
from visiting import Visit

from vrcnn.scene.comfort import SNAPS, Comfort
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.headset_intents import ChooseComfort, Grab, Recentred, ResetView, Steer
from vrcnn.scene.intents import GoTo, HandMoved, HeadMoved, Move, Select, StandAt, ToggleTable, ZoomTiles
from vrcnn.scene.locomotion import covered
from vrcnn.scene.staying import heading

HEAD = Pose((0.0, 1.7, 0.0))
SMOOTH = Comfort(travel="smooth")
DOWN = Pose((0.0, 1.2, 0.0), turn(pitch=-0.9))


def worn(comfort: Comfort = SMOOTH, graph=None) -> Visit:
    """A visitor in a headset, far from all walls, whose hands point at the ground."""
    visit = Visit(graph or chain())
    visit.world.player.position = 30.0, 0.0, 30.0
    visit.do(HeadMoved(HEAD), ChooseComfort(comfort))
    hands(visit, DOWN, DOWN)
    return visit


def hands(visit: Visit, left: Pose | None, right: Pose | None) -> None:
    visit.do(HandMoved("left", left, left), HandMoved("right", right, right))


def steer(visit: Visit, hand: str, x: float, y: float, seconds: float = 1.0) -> list[object]:
    """Holds a stick there for so long; the requests of all frames."""
    requests = []
    for _ in range(round(seconds / 0.02)):
        requests += visit.do(Steer(hand, x, y))
    return requests


def moved(visit: Visit, before: tuple[float, float, float]) -> tuple[float, ...]:
    return tuple(b - a for a, b in zip(before, visit.world.player.position, strict=True))


@pytest.mark.parametrize("speed", [0.7, 2.2, 6.0])
def test_the_off_hands_stick_walks_where_the_head_looks_at_the_chosen_speed(speed):
    visit = worn(Comfort(travel="smooth", speed=speed))
    visit.do(HeadMoved(Pose(HEAD.position, turn(yaw=pi / 2, pitch=-0.4))))
    before = visit.world.player.position
    steer(visit, "left", 0.0, 1.0)
    assert moved(visit, before) == pytest.approx((-speed, 0.0, 0.0), abs=1e-6)
    before = visit.world.player.position
    steer(visit, "left", 1.0, 0.0, 0.5)
    assert moved(visit, before) == pytest.approx((0.0, 0.0, -speed / 2), abs=1e-6)


@pytest.mark.parametrize("push", [0.05, 0.3])
def test_a_stick_that_is_pushed_a_little_walks_slowly(push):
    visit = worn()
    before = visit.world.player.position
    steer(visit, "left", 0.0, push)
    assert moved(visit, before) == pytest.approx((0.0, 0.0, -2.2 * push), abs=1e-6)


def test_it_walks_where_the_hand_points_where_that_is_wanted():
    visit = worn(Comfort(travel="smooth", heading="hand"))
    hands(visit, Pose((0.0, 1.2, 0.0), turn(yaw=-pi / 2, pitch=-0.9)), DOWN)
    before = visit.world.player.position
    steer(visit, "left", 0.0, 0.5)
    assert moved(visit, before) == pytest.approx((1.1, 0.0, 0.0), abs=1e-6)


def test_a_stick_that_is_back_in_its_middle_stops():
    visit = worn()
    steer(visit, "left", 0.0, 1.0)
    visit.do(Steer("left", 0.0, 0.0))
    before = visit.world.player.position
    for _ in range(10):
        visit.do()
    assert visit.world.player.position == before


def test_who_teleports_does_not_walk_and_who_has_both_walks_with_the_grip_held():
    visit = worn(Comfort(travel="teleport"))
    before = visit.world.player.position
    steer(visit, "left", 0.0, 1.0)
    assert visit.world.player.position == before
    visit = worn(Comfort(travel="both"))
    steer(visit, "left", 0.0, 1.0, 0.1)
    assert visit.world.movement.arc is not None
    assert visit.world.player.position == before
    steer(visit, "left", 0.0, 0.0, 0.1)
    before = visit.world.player.position
    visit.do(Grab("left", True))
    steer(visit, "left", 0.0, 1.0)
    assert moved(visit, before) == pytest.approx((0.0, 0.0, -2.2), abs=1e-6)
    assert visit.world.movement.arc is None


@pytest.mark.parametrize("snap", SNAPS)
def test_one_flick_is_one_turn_about_the_head(snap):
    visit = worn(Comfort(snap=snap))
    visit.do(HeadMoved(Pose((0.8, 1.7, -0.5))))
    eyes = visit.world.player.eyes
    for x in (0.5, 0.75, 1.0, 0.6, 0.75, 1.0, 0.3):  # a stick that trembles about the threshold
        steer(visit, "right", x, 0.05, 0.04)
    assert visit.world.player.yaw == pytest.approx(-radians(snap)), "to the right, once"
    assert visit.world.player.eyes.position == pytest.approx(eyes.position)
    steer(visit, "right", -1.0, 0.0, 0.3)
    assert visit.world.player.yaw == pytest.approx(0.0, abs=1e-9)


def test_turning_can_be_smooth_or_left_out():
    visit = worn(Comfort(turning="smooth", turn_speed=60))
    steer(visit, "right", -0.5, 0.0)
    assert visit.world.player.yaw == pytest.approx(radians(30))
    visit = worn(Comfort(turning="none"))
    steer(visit, "right", 1.0, 0.0)
    assert visit.world.player.yaw == 0.0


def test_the_main_hands_stick_flies_and_nobody_falls_through_the_ground():
    visit = worn()
    steer(visit, "right", 0.0, 1.0)
    assert visit.world.player.position[1] == pytest.approx(2.2)
    steer(visit, "right", 0.0, 0.0, 0.1)
    steer(visit, "right", 0.0, -1.0, 3.0)
    assert visit.world.player.position[1] == 0.0


def test_it_scrolls_a_wall_that_is_pointed_at_and_shows_some_of_its_rows():
    visit = worn(graph=residual())
    wall = visit.hall.walls[-1]
    middle = visit.hall.placing.carry(wall.pose)
    x, _, z = middle.apply((0.0, 0.0, 2.0))
    visit.world.player.position = x, 0.0, z
    visit.world.player.yaw = heading(middle)
    at_wall = Pose((0.0, middle.position[1], 0.0))
    hands(visit, DOWN, at_wall)
    while not wall.windowed:
        visit.do(ZoomTiles("right", 1))
    hands(visit, DOWN, at_wall)
    rows = wall.first_row
    steer(visit, "right", 0.0, -1.0, 0.6)
    lower = wall.first_row
    assert lower > rows
    hands(visit, DOWN, DOWN)
    steer(visit, "right", 0.0, -1.0, 0.2)
    assert visit.world.player.position[1] == 0.0, "a stick that has begun to scroll does not fly"
    hands(visit, DOWN, at_wall)
    steer(visit, "right", 0.0, 0.0, 0.1)
    steer(visit, "right", 0.0, 1.0, 0.6)
    assert wall.first_row < lower
    assert visit.world.player.position[1] == 0.0


def test_left_handed_visitors_have_everything_swapped():
    visit = worn(Comfort(travel="smooth", left_handed=True))
    before = visit.world.player.position
    steer(visit, "right", 0.0, 1.0)
    assert moved(visit, before) == pytest.approx((0.0, 0.0, -2.2), abs=1e-6)
    steer(visit, "left", 1.0, 0.0, 0.1)
    assert visit.world.player.yaw == pytest.approx(-radians(30))
    steer(visit, "left", 0.0, 0.0, 0.1)
    steer(visit, "left", 0.0, 1.0, 0.5)
    assert visit.world.player.position[1] == pytest.approx(1.1)


def test_a_single_controller_travels_and_turns():
    visit = worn(Comfort())
    hands(visit, None, Pose((0.0, 1.2, 0.0)))
    before = visit.world.player.position
    steer(visit, "right", 0.0, 1.0, 0.1)
    assert visit.world.movement.arc is not None
    steer(visit, "right", 0.0, 0.0, 0.1)
    assert moved(visit, before)[2] < -3.0
    steer(visit, "right", 1.0, 0.0, 0.1)
    assert visit.world.player.yaw == pytest.approx(-radians(30))


def test_the_main_stick_scales_what_the_hand_holds_and_flies_nowhere_meanwhile():
    visit = worn(graph=residual())
    wall = visit.hall.walls[2]
    middle = visit.hall.placing.carry(wall.pose)
    x, _, z = middle.apply((0.0, 0.0, 2.0))
    visit.world.player.position, visit.world.player.yaw = (x, 0.0, z), heading(middle)
    hands(visit, DOWN, Pose((0.0, middle.position[1], 0.0)))
    visit.do(Select("right"))
    assert visit.world.hands["right"].hold is not None
    steer(visit, "right", 0.0, 1.0, 0.3)
    assert wall.scale > 1.15
    assert visit.world.player.position[1] == 0.0


@pytest.mark.parametrize("scale", [0.1, 20.0])
def test_who_is_larger_or_smaller_walks_and_flies_as_much_faster_or_slower(scale):
    visit = worn()
    visit.world.player.scale = scale
    before = visit.world.player.position
    steer(visit, "left", 0.0, 1.0)
    steer(visit, "right", 0.0, 1.0, 0.5)
    assert moved(visit, before) == pytest.approx((0.0, 1.1 * scale, -2.2 * scale - 1.1 * scale), rel=1e-6)


def test_keys_of_the_desk_walk_at_the_visitors_scale_too():
    visit = worn()
    visit.world.player.scale = 10.0
    before = visit.world.player.position
    visit.do(Move(forward=1.0), seconds=0.1)
    assert dist(visit.world.player.position, before) == pytest.approx(2.2)


def test_the_vignette_eases_in_with_smooth_movement_and_out_again_and_stays_away_from_jumps_and_snap_turns():
    visit = worn(Comfort(travel="smooth", vignette=0.4))
    steer(visit, "left", 0.0, 1.0, 0.04)
    assert 0.0 < visit.world.vignette < 0.4
    steer(visit, "left", 0.0, 1.0, 0.3)
    assert visit.world.vignette == pytest.approx(0.4)
    visit.do(Steer("left", 0.0, 0.0))
    assert 0.0 < visit.world.vignette < 0.4
    for _ in range(20):
        visit.do()
    assert visit.world.vignette == 0.0
    steer(visit, "right", 1.0, 0.0, 0.3)
    assert visit.world.vignette == 0.0, "a snap turn"
    visit.do(ChooseComfort(Comfort(turning="smooth")), Steer("right", 1.0, 0.0))
    assert visit.world.vignette > 0.0, "a smooth one"
    visit.do(ChooseComfort(Comfort(travel="smooth", vignette=0.0)))
    steer(visit, "left", 0.0, 1.0, 0.5)
    assert visit.world.vignette == 0.0


def test_who_sits_is_raised_to_a_standing_visitors_eyes_as_measured_then():
    visit = worn()
    visit.do(HeadMoved(Pose((0.0, 1.15, 0.0))), ChooseComfort(Comfort(seated=True)))
    assert visit.world.player.eyes.position[1] == pytest.approx(1.6)
    visit.do(HeadMoved(Pose((0.0, 0.95, 0.0))))
    assert visit.world.player.eyes.position[1] == pytest.approx(1.4), "who bends down bends down"
    visit.do(ChooseComfort(Comfort(seated=True, lift=0.25)))
    assert visit.world.player.eyes.position[1] == pytest.approx(1.65)
    visit.do(Recentred())
    assert visit.world.player.eyes.position[1] == pytest.approx(1.85), "measured anew"
    visit.do(ChooseComfort(Comfort(lift=-0.1)))
    assert visit.world.player.eyes.position[1] == pytest.approx(0.85)
    visit.world.player.scale = 10.0
    assert visit.world.player.eyes.position[1] == pytest.approx(8.5)
    visit.world.player.head = None
    visit.do()
    assert visit.world.player.lift == 0.0, "the desktop's visitor stands"


def test_a_headset_that_lies_on_the_desk_measures_nobody():
    visit = worn()
    visit.world.headset.present = False
    visit.do(HeadMoved(Pose((0.0, 0.75, 0.0))), ChooseComfort(Comfort(seated=True)))
    assert visit.world.player.lift == 0.0
    visit.world.headset.present = True
    visit.do(HeadMoved(Pose((0.0, 1.2, 0.0))))
    assert visit.world.player.lift == pytest.approx(0.4)


def test_reset_view_brings_a_giant_back_to_the_ground_where_they_are():
    visit = worn()
    player = visit.world.player
    player.scale, player.position, player.yaw = 40.0, (3.0, -37.0, 9.0), 0.4
    visit.do(HeadMoved(Pose((0.3, 1.7, -0.2), turn(yaw=0.2, pitch=0.3))))
    eyes = player.eyes
    visit.do(ResetView())
    assert player.scale == 1.0
    assert player.position[1] == 0.0
    assert player.eyes.position[::2] == pytest.approx(eyes.position[::2])
    assert player.eyes.position[1] == pytest.approx(1.7)
    assert heading(player.eyes) == pytest.approx(heading(eyes))


@pytest.mark.parametrize("wish", [GoTo("conv2"), StandAt(1.0, -8.0), ToggleTable()])
def test_who_goes_to_a_layer_or_has_a_table_set_has_their_own_size_again(wish):
    visit = worn()
    visit.world.player.scale, visit.world.player.position = 30.0, (0.0, -20.0, 0.0)
    visit.do(wish)
    assert visit.world.player.scale == 1.0
    assert visit.world.player.eyes.position[1] == pytest.approx(1.7)


def test_after_a_jump_the_sight_is_covered_and_comes_back():
    visit = worn()
    for _ in range(30):
        visit.do()
    assert covered(visit.world) == 0.0
    visit.do(GoTo("conv2"))
    assert covered(visit.world) == 1.0
    shades = []
    for _ in range(20):
        visit.do()
        shades.append(covered(visit.world))
    assert shades == sorted(shades, reverse=True)
    assert shades[-1] == 0.0
    assert any(0.1 < shade < 0.9 for shade in shades), "softly"


def test_recentring_lets_go_of_everything_that_was_said_in_the_old_room():
    visit = worn(Comfort())
    steer(visit, "left", 0.0, 1.0, 0.1)
    assert visit.world.movement.arc is not None
    visit.do(Grab("left", True), Grab("right", True))
    assert visit.world.movement.grab is not None
    visit.do(Recentred(), Grab("left", False))
    assert visit.world.movement.grab is None
    assert covered(visit.world) == 1.0


def test_other_settings_keep_what_they_do_not_speak_of():
    visit = worn(Comfort(left_handed=True))
    visit.do(ChooseComfort(replace(visit.world.comfort, snap=90)))
    assert visit.world.comfort.main == "left"
