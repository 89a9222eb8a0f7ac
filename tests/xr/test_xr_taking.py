"""Hands on things in the headset: a tile that is hung on a rail, a wall between two hands, a picture by select alone.

A small network, so that it is quick on a processor; the real frame loop, a real runtime. What is asserted on is the
World and the picture that the runtime composites for the headset.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from wearing import Show, opening, towards

from vrcnn.scene.geometry import Pose, Vector, turn
from vrcnn.scene.rail import beside
from vrcnn.scene.shelving import slot_pose
from vrcnn.scene.theme import DARK
from vrcnn.xr.profiles import INDEX, SIMPLE, TOUCH, Profile

pytestmark = [pytest.mark.slow, pytest.mark.timeout(200)]
LAYER, TILE = 7, 5
NETWORK = """
import torch
from collections import OrderedDict
from torch import nn

torch.manual_seed(3)
model = nn.Sequential(OrderedDict(
    [(f"layer{n}", nn.Conv2d(3 if n == 1 else 9, 9, 3, padding=1)) for n in range(1, 9)]
    + [("pool", nn.AdaptiveAvgPool2d(1)), ("flat", nn.Flatten()), ("last", nn.Linear(9, 4))]
))
images = "pictures"
input_size = (3, 24, 24)
labels = ["ant", "bee", "cow", "doe"]
"""
Opened = Callable[[Profile], Show]


@pytest.fixture
def opened(rig, displays, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    """Opens the place of a small network for controllers of one kind."""
    monkeypatch.setenv("VRCNN_CACHE", str(tmp_path / "cache"))
    with opening(rig, tmp_path, NETWORK) as open_one:
        yield open_one


def squeeze(show: Show, hand: str, strength: float) -> None:
    """The grip closes or opens, and the program has heard of it."""
    show.rig.visitor.hand(hand, squeeze=strength, resting=bool(strength))
    show.until(lambda: show.world.hands[hand].grabbing == bool(strength))


def reach(show: Show, hand: str, point: Vector, ahead: Pose) -> Pose:
    """The hand goes to a point of the world, turned as `ahead` is; returns where it is then."""
    pose = Pose(point, ahead.orientation)
    show.hold(hand, pose)
    near = show.world.hands[hand]
    show.until(lambda: near.grip is not None and np.abs(np.subtract(near.grip.position, point)).max() < 2e-3)
    return pose


def glowing(picture: np.ndarray) -> int:
    """How many pixels have the accent's colour."""
    return int((np.abs(picture - 255 * np.array(DARK["accent"])).max(axis=2) < 40).sum())


def middle(picture: np.ndarray) -> np.ndarray:
    """What is in the middle of the left eye's sight."""
    height, width = picture.shape[0], picture.shape[1] // 2
    return picture[int(0.3 * height) : int(0.7 * height), int(0.3 * width) : int(0.7 * width)]


@pytest.mark.parametrize("profile", [INDEX, TOUCH], ids=["index", "touch"])
def test_a_visitor_takes_a_tile_from_layer_7_and_hangs_it(opened: Opened, profile: Profile):
    show = opened(profile)
    world = show.world
    hall, hand = world.hall, world.hands["right"]
    number = next(n for n, wall in enumerate(hall.walls) if wall.name == f"layer{LAYER}")
    wall = hall.walls[number]
    placing, rail = (hall.placing @ wall.placing).pose, beside(hall, wall)
    place = rail.start @ Pose((rail.middle(1), 0.2, 0.0))
    eyes = place @ Pose((0.0, 0.1, 0.9))
    show.stand(towards(eyes.position, place.position))
    aside = Pose((*eyes.apply((0.5, -0.6, 0.4)),), eyes.orientation)
    show.hold("right", aside), show.hold("left", aside)
    empty = show.looking()

    column, row = TILE % wall.columns, TILE // wall.columns
    x = ((column + 0.5) / wall.columns - 0.5) * wall.width
    y = (0.5 - (row + 0.5 - wall.first_row) / wall.rows_shown) * wall.height
    show.stand(towards(placing.apply((x, y + 0.2, 0.8)), placing.apply((x, y, 0.0))))
    reach(show, "right", placing.apply((x + 0.5, y - 0.5, 0.5)), placing)
    unlit = glowing(show.looking())
    reach(show, "right", placing.apply((x, y, 0.07)), placing)
    show.until(lambda: hand.within is not None and hand.within.tile == TILE)
    assert glowing(show.looking()) > unlit + 50, "the tile is outlined in the headset"

    squeeze(show, "right", 1.0)
    show.until(lambda: hand.carrying is not None)
    (frame,) = world.gallery.frames
    assert (frame.reading.at.node, frame.reading.at.channel) == (wall.node, TILE)
    assert np.isfinite(frame.reading.values).all()

    show.stand(towards(eyes.position, place.position))
    wanted = place @ Pose((0.04, 0.05, 0.1), turn(0.2)) @ hand.grasp.inverse()
    reach(show, "right", wanted.position, wanted)
    show.until(lambda: hand.falls_into is not None)
    show.frames(5)
    squeeze(show, "right", 0.0)
    show.until(lambda: hand.carrying is None)
    assert frame.pose is not None
    assert rail.start.inverse().apply(frame.pose.position)[0] == pytest.approx(rail.middle(1))
    assert frame.pose.orientation == pytest.approx(rail.start.orientation)

    show.hold("right", aside)
    hung = show.looking()
    changed = np.abs(hung - empty).max(axis=2) > 24
    assert middle(changed).mean() > 0.15, "the copy is seen where it hangs"
    assert changed.mean() < 0.5 * middle(changed).mean(), "and little else has changed"
    assert hand.gripping is False


@pytest.mark.parametrize("profile", [INDEX, TOUCH], ids=["index", "touch"])
def test_a_visitor_scales_a_wall_with_both_hands(opened: Opened, profile: Profile):
    show = opened(profile)
    world = show.world
    hall = world.hall
    wall = next(wall for wall in hall.walls if wall.name == f"layer{LAYER}")
    placing, foot = (hall.placing @ wall.placing).pose, wall.pose.position
    show.stand(towards(placing.apply((0.0, 0.1, 1.9)), placing.position))
    aside = {name: placing @ Pose((side * 1.3, -0.6, 1.9)) for name, side in (("left", -1), ("right", 1))}
    for name, pose in aside.items():
        show.hold(name, pose)
    before = show.looking()
    for name, side in (("left", -1), ("right", 1)):
        reach(show, name, placing.apply((side * wall.width / 2, -0.1, 0.05)), placing)
        near = world.hands[name]
        show.until(
            lambda near=near: near.within is not None and near.within.kind == "wall" and near.within.tile is None
        )
        squeeze(show, name, 1.0)
        show.until(lambda near=near: near.hold is not None)
    for share in np.linspace(1.0, 1.5, 6)[1:]:
        for name, side in (("left", -1), ("right", 1)):
            reach(show, name, placing.apply((share * side * wall.width / 2, -0.1, 0.05)), placing)
    show.until(lambda: wall.scale == pytest.approx(1.5, abs=0.02))
    for name in ("left", "right"):
        squeeze(show, name, 0.0)
    assert (world.hands["left"].hold, world.hands["right"].hold) == (None, None)
    assert wall.pose.position[::2] == pytest.approx(foot[::2], abs=0.03), "about its foot"
    assert hall.arrangement.offset(wall.name).scale == pytest.approx(1.5, abs=0.02), "and so it will be the next time"
    assert world.player.scale == 1.0, "it is the wall that was scaled, not the world"
    for name, pose in aside.items():
        show.hold(name, pose)
    after = show.looking()
    changed = np.abs(after - before).max(axis=2) > 24
    left_eye = changed[:, : changed.shape[1] // 2]
    assert left_eye.mean() > 0.08, "the wall is seen larger"
    columns = np.flatnonzero(left_eye.mean(axis=0) > 0.05)
    assert np.ptp(columns) / left_eye.shape[1] > 0.3, "over a good part of the sight"


def test_a_picture_is_taken_and_placed_with_select_alone(opened: Opened):
    show = opened(SIMPLE)
    world, hand = show.world, show.world.hands["right"]
    other = next(number for number in range(len(world.pictures)) if number != world.easel.picture)
    slot, easel = slot_pose(world.shelf, other), world.easel.pose
    show.stand(towards(easel.apply((0.0, 0.1, 1.2)), easel.position))
    show.hold("right", easel @ Pose((0.6, -0.6, 1.2)))
    before = show.looking()
    show.stand(towards(slot.apply((0.0, 0.2, 0.7)), slot.position))
    reach(show, "right", slot.apply((0.0, 0.0, 0.06)), slot)
    show.until(lambda: hand.within is not None and hand.within.kind == "picture")
    show.rig.visitor.hand("right", trigger=1.0)
    show.until(lambda: hand.holding == other)
    show.stand(towards(easel.apply((0.0, 0.1, 1.2)), easel.position))
    reach(show, "right", easel.apply((0.0, 0.0, 0.1)), easel)
    show.frames(3)
    assert world.easel.picture != other
    show.rig.visitor.hand("right", trigger=0.0)
    show.until(lambda: world.easel.picture == other)
    assert hand.holding is None
    show.settled()
    assert world.hall.scores
    show.hold("right", easel @ Pose((0.6, -0.6, 1.2)))
    placed = show.looking()
    assert (np.abs(middle(placed) - middle(before)).max(axis=2) > 60).mean() > 0.2, "the easel shows the other picture"
