"""The whole job in the headset: a visitor takes a picture from the shelf, carries it to the easel, and sees the answer.

The real network with its weights, the real photos, the real frame loop, a real runtime; what is asserted on is the
World and the picture that the runtime composites for the headset.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator

import numpy as np
import pytest
from wearing import Show, towards

from vrcnn.scene.comfort import Comfort
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.hall import WallState
from vrcnn.scene.headset_intents import ChooseComfort
from vrcnn.scene.shelving import slot_pose

pytestmark = pytest.mark.slow
LIFE = ["IDLE", "READY", "SYNCHRONIZED", "VISIBLE", "FOCUSED"]
FAREWELL = ["VISIBLE", "SYNCHRONIZED", "STOPPING", "IDLE", "EXITING"]


@pytest.fixture
def show(rig, displays) -> Iterator[Show]:
    show = Show(rig)
    yield show
    show.close()


def test_a_visitor_carries_the_cat_to_the_easel_and_the_network_answers(show: Show):
    world, rig = show.world, show.rig
    show.until(lambda: show.headset.state == "FOCUSED")
    show.settled()
    cat = next(number for number, picture in enumerate(world.pictures) if picture.name == "cat.jpg")
    assert world.easel.picture != cat

    before_the_walls = Pose((0.0, 1.6, -2.6))
    show.stand(before_the_walls)
    walls_before = show.looking()

    at_shelf = Pose((-1.0, 1.6, -0.7))
    slot = slot_pose(world.shelf, cat).position
    show.stand(towards(at_shelf.position, slot))
    show.hold("right", towards((-0.8, 1.25, -1.0), slot))
    show.until(lambda: bool(world.hands["right"].target and world.hands["right"].target.kind == "picture"))
    assert world.hands["right"].target.index == cat

    empty_handed = show.looking()
    rig.visitor.hand("right", trigger=1.0)
    show.until(lambda: world.hands["right"].holding == cat)
    show.hold("right", towards((-1.0, 1.25, -1.0), slot))
    assert np.abs(show.looking() - empty_handed).mean() > 2, "the picture is seen in the hand"

    x, y, z = world.easel.pose.apply((0.0, -0.1, 0.12))
    for share in np.linspace(0.0, 1.0, 6):
        start = (-0.8, 1.25, -1.0)
        place = tuple(a + share * (b - a) for a, b in zip(start, (x, y, z), strict=True))
        show.stand(Pose((-1.0 + 1.6 * share, 1.6, -0.7), turn(-0.2 * share)))
        show.hold("right", Pose(place, turn(1.2)))  # aimed past the easel: it is brought there
        show.frames(6)
    assert world.hands["right"].holding == cat, "it stays in the hand on the way"

    rig.visitor.hand("right", trigger=0.0)
    show.until(lambda: world.easel.picture == cat)
    assert world.hands["right"].holding is None
    show.settled()

    assert world.hall.scores[0].label in ("Egyptian cat", "tiger cat", "tabby")
    assert all(wall.state is WallState.READY for wall in world.hall.walls)
    groups = Furnisher().furnish(world)
    for board in ("board 0", "exit 0"):
        assert world.hall.scores[0].label in [label.text for label in groups[board].labels]

    show.hold("right", Pose((0.6, 0.4, -2.6)))
    show.stand(before_the_walls)
    walls_after = show.looking()
    changed = np.abs(walls_after - walls_before).max(axis=2) > 24
    height = changed.shape[0]
    assert changed[int(height * 0.35) : int(height * 0.65)].mean() > 0.02, "the walls show another picture's maps"
    assert changed[: int(height * 0.12)].mean() < 0.002, "the sky does not"


def test_a_picture_is_placed_by_pointing_at_the_easel(show: Show):
    world, rig = show.world, show.rig
    show.until(lambda: show.headset.state == "FOCUSED")
    show.settled()
    rocket = next(number for number, picture in enumerate(world.pictures) if picture.name == "rocket.jpg")
    slot, hand = slot_pose(world.shelf, rocket).position, (-0.4, 1.25, -0.6)
    show.stand(Pose((-0.4, 1.6, -0.4)))
    show.hold("right", towards(hand, slot))
    show.frames(10)
    for trigger in (1.0, 0.0):
        rig.visitor.hand("right", trigger=trigger)
        show.frames(10)
    assert world.hands["right"].holding == rocket
    show.hold("right", towards(hand, world.easel.pose.position))
    show.frames(10)
    rig.visitor.hand("right", trigger=1.0)
    show.until(lambda: world.easel.picture == rocket)
    show.settled()
    assert world.hall.scores[0].label in ("missile", "projectile")


def test_the_sticks_walk_and_turn(show: Show):
    world, rig = show.world, show.rig
    show.until(lambda: show.headset.state == "FOCUSED")
    show.frames(5)
    show.exhibit.step([ChooseComfort(Comfort(travel="smooth"))], 0.0)
    start = world.player.position
    rig.visitor.hand("left", stick=(0.0, 1.0))
    show.until(lambda: world.player.position[2] < start[2] - 1.0)
    assert world.vignette == pytest.approx(world.comfort.vignette)
    corner = rig.grab()[30:60, 150:330].astype(int)
    rig.visitor.hand("left", stick=(0.0, 0.0))
    show.until(lambda: world.vignette == 0.0)
    show.frames(10)
    assert np.abs(rig.grab()[30:60, 150:330].astype(int) - corner).mean() > 2, "the rim was darkened meanwhile"
    show.frames(10)
    yaw = world.player.yaw
    rig.visitor.hand("right", stick=(1.0, 0.0))
    show.until(lambda: world.player.yaw != yaw)
    show.frames(20)
    assert world.player.yaw < yaw, "to the right"
    assert yaw - world.player.yaw < 1.0, "one flick, one step"


def test_closing_the_window_ends_the_session_properly(show: Show):
    import glfw

    show.until(lambda: show.headset.state == "FOCUSED")
    glfw.set_window_should_close(show.window.handle, True)
    show.loop.run()
    assert show.headset.states == [*LIFE, *FAREWELL]
    assert show.headset.closed


def test_ctrl_c_ends_the_session_properly(show: Show):
    show.until(lambda: show.headset.state == "FOCUSED")
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    show.loop.run()
    assert show.headset.states == [*LIFE, *FAREWELL]


def test_leaving_by_the_headset_ends_the_program(show: Show):
    show.until(lambda: show.headset.state == "FOCUSED")
    headset = show.headset
    headset.request_exit()  # what the runtime's menu sets off as well
    show.until(lambda: show.loop.leaving)
    assert headset.states == [*LIFE, *FAREWELL]
    assert headset.closed


def test_a_runtime_that_dies_leaves_the_world_in_the_window(show: Show):
    show.until(lambda: show.headset.state == "FOCUSED")
    show.settled()
    show.rig.monado.kill()
    show.until(lambda: show.loop.headset is None)
    assert not show.loop.leaving
    assert show.world.player.head is None
    show.exhibit.place(1)
    show.until(lambda: bool(show.world.hall.scores) and not show.exhibit.displays[0].worker.busy)
    show.frames(3)
    assert show.world.easel.picture == 1
