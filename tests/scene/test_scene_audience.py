"""An audience sees somebody in the headset: by a calm head with a level horizon, or a camera that the desk moves."""

from __future__ import annotations

import inspect
import re
from math import degrees, dist, exp, pi, radians

import pytest
from graphs import chain
from visiting import Visit

from vrcnn.scene import furnish, onlookers
from vrcnn.scene.audience import (
    CALM_PLACE,
    CALM_TURN,
    LOWEST,
    audience_view,
    from_the_desk,
    levelled,
    smoothed,
    unseen,
)
from vrcnn.scene.camera import FIELD_OF_VIEW, View
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.geometry import Pose, multiply, roll_and_pitch, turn
from vrcnn.scene.headset_intents import AUDIENCE, ChooseAudience, FlySpectator, TurnSpectator
from vrcnn.scene.intents import (
    ChooseTheme,
    Enlarge,
    GoTo,
    HeadMoved,
    Look,
    Move,
    Release,
    Scroll,
    Select,
)
from vrcnn.scene.staying import heading
from vrcnn.scene.walking import RUN, WALK
from vrcnn.scene.wearer import furnish_wearer

HEAD = Pose((0.0, 1.7, 0.0), turn(0.4, -0.2))


@pytest.fixture
def worn() -> Visit:
    """A visitor with the headset on."""
    visit = Visit(chain())
    visit.do(HeadMoved(HEAD))
    return visit


def watched(visit: Visit, view: str) -> Visit:
    visit.do(ChooseAudience(view))
    return visit


def followed(head: Pose, seconds: float, steps: int) -> Pose:
    """Where a view that was at the origin is, after so many steps to a head that stays at another pose."""
    state = smoothed(None, Pose(), 0.0)
    for _ in range(steps):
        state = smoothed(state, head, seconds / steps)
    return state.pose


def angle_between(a: Pose, b: Pose) -> float:
    (x, y, z), (u, v, w) = a.forward, b.forward
    return degrees(dist((x, y, z), (u, v, w)))


def test_the_next_view_comes_after_the_last(worn: Visit) -> None:
    seen = []
    for _ in range(4):
        seen.append(worn.world.audience)
        worn.do(ChooseAudience())
    assert seen == [*AUDIENCE, AUDIENCE[0]]


def test_as_much_is_followed_in_one_step_as_in_many() -> None:
    head = Pose((0.2, -0.1, 0.1), turn(0.5, 0.3))
    once, often = followed(head, 0.2, 1), followed(head, 0.2, 50)
    assert once.position == pytest.approx(often.position)
    assert once.orientation == pytest.approx(often.orientation)
    share = 1 - exp(-0.2 / CALM_PLACE)
    assert once.position == pytest.approx(tuple(share * part for part in head.position))
    turned = followed(Pose(orientation=turn(0.5)), 0.2, 3)
    assert heading(turned) == pytest.approx(0.5 * (1 - exp(-0.2 / CALM_TURN)))


def test_a_tremor_is_taken_away_and_a_look_elsewhere_is_followed() -> None:
    state = smoothed(None, Pose((0.0, 1.6, 0.0)), 0.0)
    shaken = []
    for frame in range(180):
        sign = 1 if frame // 4 % 2 else -1  # 11 shakes a second
        head = Pose((0.004 * sign, 1.6, 0.0), turn(radians(1.0) * sign))
        state = smoothed(state, head, 1 / 90)
        shaken.append(heading(state.pose))
    assert max(map(abs, shaken[90:])) < radians(0.2), "a fifth of what the head does"
    for _ in range(180):
        state = smoothed(state, Pose((0.5, 1.6, 0.0), turn(1.5)), 1 / 90)
    assert heading(state.pose) == pytest.approx(1.5, abs=0.01)
    assert state.pose.position == pytest.approx((0.5, 1.6, 0.0), abs=0.01)


def test_a_head_that_is_elsewhere_at_once_is_not_followed_through_the_walls(worn: Visit) -> None:
    watched(worn, "smoothed")
    before = worn.world.smoothed.pose.position
    worn.do(GoTo("conv4"))
    assert dist(before, worn.world.player.eyes.position) > 1.0
    assert worn.world.smoothed.pose == worn.world.player.eyes
    walked = Visit(chain())
    walked.do(HeadMoved(HEAD))
    watched(walked, "smoothed")
    for _ in range(20):
        walked.do(Move(forward=1.0, fast=True))
    behind = dist(walked.world.smoothed.pose.position, walked.world.player.eyes.position)
    assert 0.3 < behind < 1.5 * RUN * CALM_PLACE, "one who runs is followed"


@pytest.mark.parametrize("pitch", [0.0, 0.7, -1.2, pi / 2 - 1e-9, -pi / 2 + 1e-9])
@pytest.mark.parametrize("roll", [0.0, 0.3, -0.3])
def test_the_horizon_is_level_wherever_the_head_looks(pitch: float, roll: float) -> None:
    tilted = Pose((1.0, 1.6, 2.0), multiply(turn(0.8, pitch), roll_and_pitch(roll, 0.0)))
    level = levelled(tilted)
    assert level.right[1] == pytest.approx(0.0, abs=1e-9)
    assert level.up[1] >= 0.0
    assert level.position == tilted.position
    assert angle_between(level, tilted) < 1.0
    if roll == 0.0:
        assert heading(level) == pytest.approx(0.8, abs=1e-6)


def test_the_smoothed_view_sees_a_little_more_than_the_window(worn: Visit) -> None:
    view = audience_view(watched(worn, "smoothed").world, 1.6)
    narrow = View.symmetric(HEAD, 1.6, FIELD_OF_VIEW)
    assert narrow.up < view.up < 1.4 * narrow.up
    assert view.right / view.up == pytest.approx(1.6)
    assert audience_view(watched(worn, "eye").world, 1.6) is None


def test_a_spectator_begins_behind_and_above_and_sees_the_visitor_s_head_and_what_they_look_at(worn: Visit) -> None:
    watched(worn, "spectator")
    eyes, spectator = worn.world.player.eyes, worn.world.spectator
    x, y, z = eyes.inverse().apply(spectator.position)
    assert z > 1.5
    assert y > 0.3
    assert abs(x) < 0.1
    view = audience_view(worn.world, 1.5)
    for point in (eyes.position, eyes.apply((0.0, 0.0, -2.0))):
        across, up, _, depth = view.matrix() @ (*point, 1.0)
        assert depth > 0
        assert abs(across / depth) < 0.8
        assert abs(up / depth) < 0.8


def test_the_desk_moves_the_spectator_and_not_the_visitor(worn: Visit) -> None:
    world = watched(worn, "spectator").world
    stood, before = world.player.eyes, (world.spectator.position, world.spectator.yaw, world.spectator.pitch)
    wishes = from_the_desk(world, [Look(0.3, 0.1), Move(forward=1.0)])
    assert wishes == [TurnSpectator(0.3, 0.1), FlySpectator(0.0, 0.0, 1.0)]
    worn.do(*wishes, seconds=0.1)
    assert world.player.eyes == stood
    assert (world.spectator.yaw - before[1], world.spectator.pitch - before[2]) == pytest.approx((0.3, 0.1))
    assert dist(world.spectator.position, before[0]) == pytest.approx(WALK * 0.1)
    for _ in range(100):
        worn.do(FlySpectator(0.0, -1.0, 0.0, fast=True), seconds=0.1)
    assert world.spectator.position[1] == LOWEST
    worn.do(TurnSpectator(0.0, -9.0))
    assert world.spectator.pose.up[1] > 0, "never upside down"


def test_the_mouse_leaves_the_visitor_s_sight_and_hands_alone(worn: Visit) -> None:
    meddling = [Look(0.3, 0.1), Select("mouse"), Enlarge(True), Scroll("mouse", 1.0)]
    for view in AUDIENCE[:2]:
        world = watched(worn, view).world
        others = [Move(forward=1.0), ChooseTheme(), Release("mouse")]
        assert from_the_desk(world, [*meddling, *others]) == others


def test_a_spectator_stays_while_another_view_is_shown_and_finds_a_visitor_who_went_away(worn: Visit) -> None:
    world = watched(worn, "spectator").world
    worn.do(FlySpectator(1.0, 0.0, 0.0), seconds=0.1)
    flown = world.spectator.position
    watched(watched(worn, "eye"), "spectator")
    assert world.spectator.position == flown
    world.player.position = (0.0, 0.0, -60.0)
    watched(watched(worn, "eye"), "spectator")
    assert dist(world.spectator.position, world.player.eyes.position) < 4.0


def test_without_a_headset_there_are_no_such_views(worn: Visit) -> None:
    world = watched(worn, "spectator").world
    world.player.head = None
    worn.do()
    assert world.spectator is None
    assert audience_view(world, 1.5) is None
    assert furnish_wearer(world).meshes == ()


def test_only_spectators_see_the_visitor_s_head_at_its_place(worn: Visit) -> None:
    assert furnish_wearer(worn.world).meshes == ()
    world = watched(worn, "spectator").world
    eyes = world.player.eyes
    head = furnish_wearer(world)
    solids = head.meshes
    assert solids
    assert all(dist(each.pose.position, eyes.position) < 0.25 for each in solids)
    lowest_z = min(eyes.inverse().apply(each.pose.position)[2] for each in solids)
    assert lowest_z < -0.04, "the headset is before the eyes"
    assert "wearer" not in unseen(world)
    assert "wearer" in unseen(watched(worn, "smoothed").world)
    assert "wearer" in onlookers.UNSEEN_BY_EYES


def test_a_giant_s_head_is_a_giant_s(worn: Visit) -> None:
    world = watched(worn, "spectator").world
    small = furnish_wearer(world)
    world.player.scale = 10.0
    worn.do(ChooseAudience("eye"), ChooseAudience("spectator"))
    large = furnish_wearer(world)
    for before, after in zip(small.meshes, large.meshes, strict=True):
        assert after.scale == pytest.approx(tuple(10 * side for side in before.scale))
    assert audience_view(world, 1.5).near == pytest.approx(10 * View(HEAD, -1, 1, -1, 1).near)


def test_every_group_that_somebody_does_not_see_is_one_of_the_world_s(worn: Visit) -> None:
    groups = set(re.findall(r'yield "([\w ]+)"', inspect.getsource(furnish)))
    assert groups & set(Furnisher().furnish(worn.world))
    for name, hidden in vars(onlookers).items():
        if name.startswith("UNSEEN"):
            assert hidden <= groups, name
