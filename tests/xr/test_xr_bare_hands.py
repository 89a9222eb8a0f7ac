"""A visit with bare hands: a picture is taken by a pinch, put on the easel by another, and a fist grabs the air."""

from __future__ import annotations

from collections.abc import Iterator
from math import dist

import numpy as np
import pytest
from wearing import Show

from vrcnn.scene.geometry import Pose, Vector
from vrcnn.scene.shelving import slot_pose
from vrcnn.xr.hand_tracking import SHOULDER
from vrcnn.xr.profiles import HAND

pytestmark = pytest.mark.slow
STRETCHED, PINCHING, FIST = (0.0,) * 5, (0.0, 0.0, 0.0, 1.0, 1.0), (1.0,) * 5
KNUCKLE = (-0.028, 0.0, -0.094)  # m, from the wrist of the rig's right hand to its index finger's knuckle
ARM = 0.5  # m


@pytest.fixture
def show(rig, displays) -> Iterator[Show]:
    show = Show(rig, profiles=(HAND,))
    yield show
    show.close()


def point(show: Show, place: Vector) -> None:
    """Stretches the right arm towards a place of the world."""
    visitor, room = show.rig.visitor, show.world.player.room
    shoulder = np.array(visitor.head.apply(SHOULDER))  # the head looks straight on
    aimed = np.array(room.inverse().apply(place)) - shoulder
    wrist = shoulder + ARM * aimed / np.linalg.norm(aimed) - np.array(KNUCKLE)
    visitor.hand("right", pose=Pose(tuple(wrist)))


def pinch(show: Show) -> None:
    hand = show.world.hands["right"]
    for curls, down in ((PINCHING, True), (STRETCHED, False)):
        show.rig.visitor.hand("right", curls=curls)
        show.until(lambda wanted=down: hand.selecting == wanted)


def test_bare_hands_take_a_picture_to_the_easel_and_grab(show: Show):
    world, hand = show.world, show.world.hands["right"]
    show.until(lambda: show.headset.state == "FOCUSED")
    show.settled()
    rocket = next(number for number, picture in enumerate(world.pictures) if picture.name == "rocket.jpg")
    slot = slot_pose(world.shelf, rocket).position
    show.stand(Pose((-0.4, 1.6, -0.4)))
    show.rig.visitor.hand("right", bare=True, curls=STRETCHED)
    show.until(lambda: hand.controller == "hand" and len(hand.fingers) == 26)
    point(show, slot)
    show.until(lambda: hand.target is not None and (hand.target.kind, hand.target.index) == ("picture", rocket))
    assert dist(hand.target.point, slot) < 0.1
    empty_handed = show.looking()
    pinch(show)
    assert hand.holding == rocket
    assert np.abs(show.looking() - empty_handed).mean() > 0.5, "the picture is seen in the hand"

    point(show, world.easel.pose.position)
    show.until(lambda: hand.target is not None and hand.target.kind == "easel")
    pinch(show)
    assert world.easel.picture == rocket
    assert hand.holding is None
    show.settled()
    assert world.hall.scores[0].label in ("missile", "projectile")

    show.rig.visitor.hand("right", curls=FIST)
    show.until(lambda: hand.grabbing)
    assert not hand.selecting
    show.rig.visitor.hand("right", bare=False)
    show.until(lambda: not hand.grabbing)
    assert (hand.controller, hand.fingers, hand.grip) == (None, (), None)
