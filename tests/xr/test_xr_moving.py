"""Getting about in the headset: teleporting with a stick and without one, left-handed, the world in both hands.

A small network, so that it is quick on a processor; the real frame loop, a real runtime. What is asserted on is the
World and the picture that the runtime composites for the headset.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from math import atan2, dist
from pathlib import Path

import numpy as np
import pytest
from wearing import Show, opening, towards

from vrcnn.scene.boards import furnish_exit
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.headset_intents import ChooseComfort
from vrcnn.scene.staying import heading
from vrcnn.scene.theme import DARK
from vrcnn.xr.profiles import INDEX, SIMPLE, TOUCH, Profile

pytestmark = [pytest.mark.slow, pytest.mark.timeout(200)]
NETWORK = """
import torch
from collections import OrderedDict
from torch import nn

torch.manual_seed(3)
model = nn.Sequential(OrderedDict(
    first=nn.Conv2d(3, 6, 3), second=nn.Conv2d(6, 8, 3), third=nn.Conv2d(8, 8, 3), pool=nn.AdaptiveAvgPool2d(1),
    flat=nn.Flatten(), last=nn.Linear(8, 4),
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


def glowing(picture: np.ndarray, role: str = "accent") -> int:
    """How many pixels have a role's colour."""
    colour = 255 * np.array(DARK[role])
    return int((np.abs(picture - colour).max(axis=2) < 30).sum())


def breadth(picture: np.ndarray) -> float:
    """Over how much of the left eye's width there is anything that is neither grey nor sky."""
    left_eye = picture[:, : picture.shape[1] // 2]
    columns = np.flatnonzero((np.ptp(left_eye, axis=2) > 60).any(axis=0))
    return float(np.ptp(columns) / left_eye.shape[1])


def aim_at_ground(show: Show, hand: str, yaw: float, pitch: float) -> None:
    """The hand points there, beside the head, whatever the visitor's own turn is."""
    x, _, z = show.world.player.eyes.position
    show.hold(hand, Pose((x, 1.2, z), turn(yaw, pitch)))


def push(show: Show, hand: str, x: float, y: float) -> None:
    """The stick goes there, and the program has heard of it."""
    show.rig.visitor.hand(hand, stick=(x, y))
    stick = show.world.movement.sticks[hand]
    show.until(lambda: dist((stick.x, stick.y), (x, y)) < 0.1)


def jump_towards(show: Show, place: tuple[float, float, float], hand: str) -> None:
    """One jump to where it is free, as near to a place as an arc leads."""
    eyes = show.world.player.eyes.position
    yaw = atan2(eyes[0] - place[0], eyes[2] - place[2])
    aim_at_ground(show, hand, yaw, -1.2)
    push(show, hand, 0.0, 1.0)
    best, nearest = -0.6, np.inf
    for pitch in (-0.6, -0.3, -0.1, 0.1, 0.3, 0.5):
        aim_at_ground(show, hand, yaw, pitch)
        show.frames(4)
        arc = show.world.movement.arc
        if arc.valid and dist(arc.end[::2], place[::2]) < nearest:
            best, nearest = pitch, dist(arc.end[::2], place[::2])
    aim_at_ground(show, hand, yaw, best)
    show.frames(4)
    push(show, hand, 0.0, 0.0)
    show.frames(2)


def test_a_visitor_teleports_to_the_exit_and_reads_the_board(opened: Opened):
    show = opened(TOUCH)
    world = show.world
    board = world.hall.placing.carry(world.hall.exit.pose)
    before_it = board.apply((0.0, 0.0, 2.0))
    aim_at_ground(show, "left", 0.0, -0.3)
    empty = show.looking()
    push(show, "left", 0.0, 1.0)
    show.until(lambda: world.movement.arc is not None and world.movement.arc.valid)
    aiming = show.looking()
    assert glowing(aiming) > glowing(empty) + 100, "the arc and the marker are seen"
    push(show, "left", 0.0, 0.0)
    for _ in range(8):
        if dist(world.player.eyes.position[::2], before_it[::2]) < 1.6:
            break
        jump_towards(show, before_it, "left")
    assert dist(world.player.eyes.position[::2], before_it[::2]) < 1.6
    assert world.player.position[1] == 0.0

    eyes = world.player.eyes.position
    show.stand(towards(eyes, board.position))
    show.hold("right", towards((eyes[0], 1.2, eyes[2]), board.position))
    show.until(lambda: world.hands["right"].target is not None and world.hands["right"].target.kind == "board")
    show.hold("right", Pose((eyes[0], 0.3, eyes[2]), turn(0.0, -1.4)))
    words = {label.text for label in furnish_exit(world.hall).labels}
    assert world.hall.scores[0].label in words
    before = show.looking()
    show.exhibit.place(1 - world.easel.picture)
    show.settled()
    assert {label.text for label in furnish_exit(world.hall).labels} != words
    change = np.abs(show.looking() - before).max(axis=2) > 40
    height, width = change.shape
    assert change[int(0.3 * height) : int(0.7 * height), int(0.1 * width) : int(0.4 * width)].sum() > 30, (
        "the board shows the other picture's answer to the left eye"
    )


def test_a_left_handed_visitor_has_everything_swapped(opened: Opened):
    show = opened(INDEX)
    world = show.world
    show.exhibit.step([ChooseComfort(replace(world.comfort, left_handed=True))], 0.0)
    aim_at_ground(show, "right", 0.0, -0.3)
    empty = show.looking()
    push(show, "left", 0.0, 1.0)
    show.until(lambda: world.player.position[1] > 0.5)
    assert world.movement.arc is None, "the left stick flies"
    push(show, "left", 0.0, -1.0)
    show.until(lambda: world.player.position[1] == 0.0)
    push(show, "left", 0.0, 0.0)
    push(show, "right", 0.0, 1.0)
    show.until(lambda: world.movement.arc is not None and world.movement.arc.hand == "right")
    assert glowing(show.looking()) > glowing(empty) + 100
    start, end = world.player.eyes.position, world.movement.arc.end
    push(show, "right", 0.0, 0.0)
    show.until(lambda: dist(world.player.eyes.position, start) > 1.0)
    assert world.player.eyes.position[::2] == pytest.approx(end[::2], abs=0.05)

    before, yaw = show.looking(), world.player.yaw
    push(show, "left", 1.0, 0.0)
    show.until(lambda: world.player.yaw != yaw)
    show.frames(10)
    assert yaw - world.player.yaw == pytest.approx(np.radians(world.comfort.snap)), "the left stick turns, once"
    assert np.abs(show.looking() - before).mean() > 4


def test_with_a_simple_controller_a_select_held_on_the_ground_jumps(opened: Opened):
    show = opened(SIMPLE)
    world = show.world
    show.stand(Pose((0.0, 1.6, 1.0)))
    show.hold("right", towards((0.2, 1.2, 0.8), (0.1, 0.0, -4.2)))
    show.until(lambda: world.hands["right"].target is not None and world.hands["right"].target.kind == "ground")
    empty = show.looking()
    place, heads = world.hands["right"].target.point, heading(world.player.eyes)
    show.rig.visitor.hand("right", trigger=1.0)
    show.until(lambda: world.movement.arc is not None and world.movement.arc.valid)
    assert glowing(show.looking()) > glowing(empty) + 100, "the arc and the marker are seen"
    show.rig.visitor.hand("right", trigger=0.0)
    show.until(lambda: world.player.eyes.position[2] < 0.0)
    assert world.player.eyes.position[::2] == pytest.approx(place[::2], abs=0.05)
    assert heading(world.player.eyes) == pytest.approx(heads, abs=0.01)
    assert np.abs(show.looking() - empty).mean() > 4, "another place is seen"


def test_two_grips_on_nothing_make_a_model_of_the_world(opened: Opened):
    show = opened(TOUCH)
    world, visitor = show.world, show.rig.visitor
    down = turn(pitch=-1.3)

    def hands(apart: float) -> None:
        for hand, side in (("left", -1), ("right", 1)):
            visitor.hand(hand, pose=Pose((side * apart / 2, 1.15, -0.4), down))
        show.frames(6)

    before = show.looking()
    for scale in (4.0, 16.0):
        hands(0.8)
        visitor.hand("left", squeeze=1.0)
        visitor.hand("right", squeeze=1.0)
        show.until(lambda: world.movement.grab is not None)
        held = [world.hands[hand].grip.position for hand in ("left", "right")]
        hands(0.2)
        assert world.player.scale == pytest.approx(scale, rel=0.02)
        now = [world.hands[hand].grip.position for hand in ("left", "right")]
        np.testing.assert_allclose(now, held, atol=0.02 * scale)
        visitor.hand("left", squeeze=0.0)
        visitor.hand("right", squeeze=0.0)
        show.until(lambda: world.movement.grab is None)
    ground = world.player.room.inverse().apply((0.0, 0.0, 0.0))[1]
    assert 0.9 < ground < 1.2, "its ground is where the hands were"
    visitor.move(Pose((0.0, 1.7, 0.5), turn(pitch=-0.5)))
    model = show.looking()
    assert breadth(before) > 0.6
    assert breadth(model) < 0.35, "all of it stands together before the eyes"
