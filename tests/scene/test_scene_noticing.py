"""Notices come to visitors in a headset wherever they are, and are not in anybody's way twice."""

from __future__ import annotations

from wearer import Wearer

from vrcnn.scene.geometry import Pose
from vrcnn.scene.haptics import REFUSED
from vrcnn.scene.headset_intents import OpenPanel
from vrcnn.scene.intents import Dismiss, GoTo, HeadMoved
from vrcnn.scene.noticing import PASSING
from vrcnn.scene.world import Notice
from vrcnn.scene.world_panels import NOTE


def away() -> Wearer:
    wearer = Wearer()
    wearer.do(GoTo(wearer.world.hall.walls[-1].name))
    wearer.do()
    return wearer


def test_a_notice_comes_to_whoever_is_not_at_the_entrance_and_is_felt():
    wearer = away()
    world = wearer.world
    assert NOTE not in world.panels.open
    world.notices.append(Notice("conv1 stopped", "The shapes do not fit.", node=1))
    assert REFUSED.by("right") in wearer.do()
    _, y, z = world.player.eyes.inverse().apply(world.panels.open[NOTE].pose.position)
    assert -1.2 < z < -0.4, "before the eyes"
    assert y < 0.0
    assert REFUSED.by("right") not in wearer.do(), "once"
    wearer.do(Dismiss())
    wearer.do()
    assert NOTE not in world.panels.open
    wearer.do(Dismiss())
    assert world.notices == [], "who dismisses what others have dismissed already breaks nothing"


def test_one_that_was_closed_comes_back_only_with_another():
    wearer = away()
    world = wearer.world
    world.notices.append(Notice("One"))
    wearer.do()
    wearer.do(OpenPanel(NOTE))
    for _ in range(5):
        wearer.do()
    assert NOTE not in world.panels.open
    world.notices.append(Notice("One"))
    wearer.do()
    assert NOTE in world.panels.open, "the same again is told again"
    wearer.do(Dismiss())
    assert NOTE in world.panels.open, "there is another one on it"
    wearer.do(Dismiss())
    wearer.do()
    assert NOTE not in world.panels.open


def test_at_the_entrance_it_stands_there_and_those_at_the_desk_have_cards():
    wearer = Wearer()
    wearer.world.notices.append(Notice("One"))
    wearer.do()
    assert NOTE not in wearer.world.panels.open
    desk = away()
    desk.world.player.head = None
    desk.world.notices.append(Notice("One"))
    desk.do()
    assert NOTE not in desk.world.panels.open
    desk.do(HeadMoved(Pose((0.0, 1.6, 0.0))))
    assert NOTE not in desk.world.panels.open, "it was told at the desk"


def test_one_that_is_nothing_to_act_on_goes_by_itself():
    wearer = away()
    world = wearer.world
    stays, passes = (
        Notice("conv1 stopped"),
        Notice("32 of 256 pictures stand on the shelf.", until=world.time + PASSING),
    )
    world.notices += [stays, passes]
    wearer.do()
    assert world.notices == [stays, passes]
    world.time += PASSING
    wearer.do()
    assert world.notices == [stays]
