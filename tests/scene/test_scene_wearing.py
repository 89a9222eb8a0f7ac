"""Into the headset and out of it: the visitor stays where they are, looks the same way, and loses nothing."""

from __future__ import annotations

import numpy as np
import pytest
from graphs import chain
from visiting import Visit

from vrcnn.scene.comfort import Comfort
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.headset_status import ASIDE, AWAITED, WORN, HeadsetStatus
from vrcnn.scene.intents import Look
from vrcnn.scene.staying import heading
from vrcnn.scene.wearing import put_on, take_off
from vrcnn.scene.world import EYE_HEIGHT


@pytest.fixture
def visit() -> Visit:
    visit = Visit(chain())
    player = visit.world.player
    player.position, player.yaw, player.pitch = (3.0, 0.0, -7.0), 0.8, -0.3
    return visit


@pytest.mark.parametrize("head", [Pose((0.0, 1.7, 0.0)), Pose((0.9, 1.2, -1.4), turn(yaw=2.2, pitch=0.4))])
def test_who_puts_the_headset_on_is_where_they_were_wherever_in_the_room_it_is(visit, head):
    player, before = visit.world.player, visit.world.player.eyes
    put_on(visit.world, head)
    assert player.head == head
    assert np.allclose(player.eyes.position[::2], before.position[::2])
    assert heading(player.eyes) == pytest.approx(heading(before))
    assert player.eyes.position[1] == pytest.approx(head.position[1]), "their own height"


def test_who_takes_it_off_sees_the_same_from_the_same_place(visit):
    player = visit.world.player
    put_on(visit.world, Pose((0.9, 1.7, -1.4), turn(yaw=2.2, pitch=0.4)))
    before = player.eyes
    take_off(visit.world)
    assert player.head is None
    assert np.allclose(player.eyes.position[::2], before.position[::2])
    assert player.position[1] == 0.0, "on the ground, with the eyes of the window"
    assert np.allclose(player.eyes.forward, before.forward)


def test_there_and_back_is_where_one_was(visit):
    player, eyes = visit.world.player, visit.world.player.eyes
    for _ in range(3):
        put_on(visit.world, Pose((0.4, 1.6, 0.7), turn(yaw=-1.0, pitch=-0.3)))
        take_off(visit.world)
    assert np.allclose(player.eyes.position, eyes.position)
    assert np.allclose(player.eyes.forward, eyes.forward)


def test_a_giant_is_their_own_size_again_and_stays_up_there(visit):
    player = visit.world.player
    put_on(visit.world, Pose((0.0, 1.7, 0.0)))
    player.scale, player.lift = 10.0, 0.3
    height = player.eyes.position[1]
    take_off(visit.world)
    assert (player.scale, player.lift) == (1.0, 0.0)
    assert player.eyes.position[1] == pytest.approx(height)


def test_a_dwarf_is_their_own_size_again_on_the_ground(visit):
    player = visit.world.player
    put_on(visit.world, Pose((0.0, 1.7, 0.0)))
    player.scale = 0.1
    take_off(visit.world)
    assert player.eyes.position[1] == pytest.approx(EYE_HEIGHT), "nobody sinks into the ground"


def test_straight_up_and_down_is_a_view_that_the_mouse_can_turn(visit):
    put_on(visit.world, Pose((0.0, 1.7, 0.0), turn(pitch=np.pi / 2)))
    take_off(visit.world)
    visit.do(Look(0.0, -0.5))
    assert visit.world.player.eyes.forward[1] == pytest.approx(np.cos(0.51), abs=1e-3)


def test_hands_let_go_and_are_nowhere(visit):
    put_on(visit.world, Pose((0.0, 1.7, 0.0)))
    hand = visit.world.hands["left"]
    hand.grip = hand.aim = Pose()
    hand.grabbing = hand.selecting = True
    hand.controller, hand.fingers = "index", (Pose(),)
    take_off(visit.world)
    assert (hand.grip, hand.aim, hand.grabbing, hand.selecting) == (None, None, False, False)
    assert (hand.controller, hand.fingers, hand.hold) == (None, (), None)


@pytest.mark.parametrize("left_handed", [False, True])
def test_what_is_in_the_hand_goes_along_both_ways(visit, left_handed):
    world = visit.world
    world.comfort = Comfort(left_handed=left_handed)
    world.hands["mouse"].holding = 4
    put_on(world, Pose((0.0, 1.7, 0.0)))
    assert world.hands[world.comfort.main].holding == 4
    assert world.hands["mouse"].holding is None
    world.hands[world.comfort.off].carrying = 9
    take_off(world)
    assert world.hands["mouse"].holding == 4
    assert world.hands[world.comfort.off].carrying == 9, "one hand holds one thing: it waits where it was"
    put_on(world, Pose((0.0, 1.7, 0.0)))
    assert world.hands[world.comfort.main].holding == 4
    assert world.hands[world.comfort.off].carrying == 9


@pytest.mark.parametrize(
    ("status", "words", "step", "wanted"),
    [
        (HeadsetStatus(), "none", "Put it on", False),
        (HeadsetStatus(AWAITED), "not there yet", "Wait no more", True),
        (HeadsetStatus(ASIDE), "left aside", "Put it on", False),
        (HeadsetStatus(WORN, state="FOCUSED"), "worn", "Leave it", True),
        (HeadsetStatus(WORN, state="FOCUSED", refresh_rate=89.9), "worn, 90 Hz", "Leave it", True),
        (HeadsetStatus(WORN, state="VISIBLE"), "in its own menu", "Leave it", True),
        (HeadsetStatus(WORN, state="IDLE"), "taken off", "Leave it", True),
        (HeadsetStatus(WORN, state="FOCUSED", present=False), "taken off", "Leave it", True),
    ],
)
def test_how_it_is_with_the_headset_is_said_in_a_few_words(status, words, step, wanted):
    assert (status.words, status.step, status.wanted) == (words, step, wanted)
