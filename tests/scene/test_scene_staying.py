"""Who stands by a layer stands by it still when the walls are laid out anew."""

from math import pi

import pytest

from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.staying import same_place, stand
from vrcnn.scene.world import EYE_HEIGHT, Player

BEFORE = {
    "stem": Pose((-2.0, 1.5, -5.0), turn(0.9)),
    "block.0.conv": Pose((2.0, 1.5, -9.0), turn(-0.9)),
    "block.1.conv": Pose((-2.0, 1.5, -13.0), turn(0.9)),
    "block.1.relu": Pose((2.0, 1.5, -17.0), turn(-0.9)),
}


def at(x: float, z: float, yaw: float = 0.0) -> Pose:
    return Pose((x, EYE_HEIGHT, z), turn(yaw))


def yaw_of(pose: Pose) -> float:
    player = Player()
    stand(player, pose)
    return player.yaw


def test_the_place_before_a_wall_goes_with_the_wall():
    after = BEFORE | {"block.1.conv": Pose((-2.4, 1.5, -30.0), turn(0.9))}
    found = same_place(BEFORE, after, at(0.5, -12.0, 0.4))
    assert found.position == pytest.approx((0.1, EYE_HEIGHT, -29.0))
    assert yaw_of(found) == pytest.approx(0.4)


def test_a_wall_that_changed_sides_is_met_from_the_other_side():
    after = BEFORE | {"block.1.conv": Pose((2.0, 1.5, -30.0), turn(-0.9))}
    found = same_place(BEFORE, after, at(0.5, -12.0, 0.4))
    assert found.position == pytest.approx((-0.5, EYE_HEIGHT, -29.0))
    assert yaw_of(found) == pytest.approx(-0.4)


def test_who_stands_at_the_entrance_stays_there():
    eyes = at(0.0, 1.0)
    assert same_place(BEFORE, {"stem": BEFORE["stem"], "new": at(2.0, -8.0)}, eyes).position == eyes.position


@pytest.mark.parametrize(
    ("gone", "after", "successor"),
    [
        ("block.1.relu", ["stem", "block.0.conv", "block.1.conv"], "block.1.conv"),  # the rest of its path
        ("block.0.conv", ["stem", "block.5.relu", "block.5.conv"], "block.5.conv"),  # the block that stands for it
        ("block.1.conv", ["stem", "block"], "block"),
        ("stem", ["block.0.conv", "block.1.conv"], "block.0.conv"),  # the one that was nearest
    ],
)
def test_where_the_wall_is_gone_its_nearest_of_kin_is_found(gone: str, after: list[str], successor: str):
    walls = {name: Pose((BEFORE[gone].position[0], 1.5, -100.0 - 10 * place)) for place, name in enumerate(after)}
    x, _, z = BEFORE[gone].position
    found = same_place(BEFORE, walls, at(x, z + 1.0))
    assert found.position[2] == pytest.approx(walls[successor].position[2] + 1.0)


def test_without_walls_nobody_moves():
    eyes = at(3.0, -7.0, 1.0)
    assert same_place(BEFORE, {}, eyes).position == same_place({}, BEFORE, eyes).position == eyes.position


@pytest.mark.parametrize("head", [None, Pose((0.4, 1.7, -0.3), turn(0.7, -0.4))])
def test_the_visitor_is_moved_by_the_feet_wherever_the_head_is(head: Pose | None):
    player = Player((1.0, 2.0, -3.0), yaw=0.5, pitch=0.1, head=head)
    stand(player, at(-4.0, -20.0, pi / 2))
    assert player.eyes.position[0] == pytest.approx(-4.0)
    assert player.eyes.position[2] == pytest.approx(-20.0)
    assert player.position[1] == 2.0, "the height stays"
    forward = player.eyes.forward
    assert forward[0] < 0
    assert forward[2] == pytest.approx(0.0, abs=1e-9)
