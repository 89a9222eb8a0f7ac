"""Showing large by the menu, for controllers that have no button for it; and whose hand counts where both point."""

from __future__ import annotations

from dataclasses import replace

import pytest
from wearer import AWAY, Menu, Wearer

from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.headset_intents import OpenMenu
from vrcnn.scene.intents import Enlarge, ToggleLarge
from vrcnn.scene.pointing import REST as POINTED
from vrcnn.scene.reading import MapAt
from vrcnn.scene.resting import REST
from vrcnn.scene.world_panels import MENU


def at_the_menu() -> Menu:
    """Somebody whose right hand has rested on a tile, and points now at the menu at the left hand."""
    menu = Menu("")
    menu.move("left", Pose((-0.2, 1.3, -0.3)))
    menu.do(OpenMenu("left"))
    for _ in range(2):
        menu.do(seconds=REST + 0.01)
    panel = menu.world.panels.open[MENU]
    assert panel.about is not None
    menu.move("right", panel.pose @ Pose((0.0, 0.0, 0.3)))
    assert menu.world.hands["right"].target.kind == "panel"
    return menu


def test_the_menu_shows_the_tile_large_that_the_hand_has_rested_on_until_it_is_pressed_again():
    menu = at_the_menu()
    menu.do(ToggleLarge("right"))
    large = menu.world.gallery.large
    assert isinstance(large.subject, MapAt)
    assert large.subject.node == menu.wall.node
    menu.move("right", AWAY)
    for _ in range(20):
        menu.do(seconds=0.1)
    assert menu.world.gallery.large is large, "nobody has to hold anything"
    assert menu.world.gallery.pointing.shown == large.subject, "its values are read meanwhile"
    menu.do(ToggleLarge("right"))
    assert menu.world.gallery.large is None


def test_what_the_other_hand_points_at_is_not_meant():
    menu = at_the_menu()
    other = menu.world.hall.walls[2]
    menu.poses["left"] = menu.before(other)
    menu.do(ToggleLarge("right"))
    assert menu.world.gallery.large.subject.node == menu.wall.node


def test_a_picture_in_the_hand_is_shown_large_and_put_down_again():
    wearer = Wearer()
    wearer.world.hands["right"].holding = 2
    wearer.do(ToggleLarge("right"))
    assert wearer.world.enlarged == 2
    wearer.do(ToggleLarge("left"))
    assert wearer.world.enlarged is None
    wearer.do(ToggleLarge("left"))
    assert wearer.world.enlarged is None, "the left hand holds nothing"


@pytest.mark.parametrize("left_handed", [False, True])
def test_where_both_hands_point_at_maps_the_main_hand_counts(left_handed: bool):
    wearer = Wearer()
    world = wearer.world
    world.comfort = replace(world.comfort, left_handed=left_handed)
    for hand, number in (("left", 1), ("right", 2)):
        wall = world.hall.walls[number]
        wearer.poses[hand] = (world.hall.placing @ wall.placing).pose @ Pose((0.02, 0.02, 0.5), turn())
    wearer.do()
    wearer.do(seconds=POINTED + 0.01)
    main = world.hall.walls[1 if left_handed else 2].node
    assert world.gallery.pointing.shown.node == main
    wearer.do(Enlarge(True))
    assert world.gallery.large.subject.node == main
