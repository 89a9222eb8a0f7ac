"""Where the headset's panels stand, what hands do to them, and what is meant by their buttons."""

from __future__ import annotations

from math import acos, degrees, dist, hypot, pi

import numpy as np
import pytest
from graphs import chain
from visiting import Visit

from vrcnn.scene.comfort import Comfort
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.geometry import Pose, Ray, turn
from vrcnn.scene.headset_intents import ChooseComfort, OpenMenu, OpenPanel
from vrcnn.scene.intents import FoldWall, HandMoved, HeadMoved, Release, Scroll, Select, Turn
from vrcnn.scene.panel_placing import PATIENCE
from vrcnn.scene.panel_pressing import flat_panels
from vrcnn.scene.requests import Pulse
from vrcnn.scene.vantage import facing, unseen
from vrcnn.scene.world_panels import (
    ABOUT_A_LAYER,
    DENSITY,
    IN_WINDOW,
    JOBS,
    MENU,
    NOTE,
    PANELS,
    POINTS,
    SEARCH,
    SETTINGS,
    TITLE,
    WALL,
    PanelScroll,
    WorldPanel,
)

EYES = Pose((0.0, 1.6, 0.0))
LEFT, RIGHT = Pose((-0.15, 1.2, -0.35)), Pose((0.25, 1.2, -0.3))


class Wearer(Visit):
    """Somebody with a headset on and a controller in each hand, far from all walls."""

    def __init__(self) -> None:
        super().__init__(chain())
        self.head, self.left, self.right = EYES, LEFT, RIGHT
        self.world.player.position = (0.0, 0.0, 8.0)
        self.frame()

    def frame(self, *intents, seconds: float = 0.02) -> list[object]:
        hands = (
            HandMoved("left", self.left, self.left),
            HandMoved("right", self.right, self.right),
        )
        return self.do(HeadMoved(self.head), *hands, *intents, seconds=seconds)

    def panel(self, name: str) -> WorldPanel:
        return self.world.panels.open[name]

    def aim(self, name: str, u: float, v: float, hand: str = "right") -> None:
        """A hand points at a place of a panel."""
        panel, room = self.panel(name), self.world.player.room
        place = room.inverse().apply(panel.pose.apply(((u - 0.5) * panel.width, (0.5 - v) * panel.height, 0.0)))
        setattr(self, hand, facing(getattr(self, hand).position, place))
        self.frame()

    def stand_before(self, number: int, distance: float = 1.6) -> None:
        """The visitor stands before a wall and points at its middle."""
        wall = self.hall.walls[number]
        x, _, z = (self.hall.placing @ wall.placing).apply((0.0, 0.0, distance))
        middle = (self.hall.placing @ wall.placing).apply((0.1, 0.1, 0.0))
        self.world.player.position = (x, 0.0, z)
        self.head = facing((0.0, 1.6, 0.0), self.world.player.room.inverse().apply(middle))
        self.right = facing((0.1, 1.3, -0.1), self.world.player.room.inverse().apply(middle))
        self.frame()


@pytest.fixture
def wearer() -> Wearer:
    return Wearer()


def seen_at(wearer: Wearer, name: str) -> float:
    """By how many degrees a panel's face looks past the eyes."""
    panel, eyes = wearer.panel(name), np.array(wearer.world.player.eyes.position)
    way = eyes - panel.pose.position
    face = -np.array(panel.pose.forward)
    return degrees(acos(min(1.0, float(way @ face / np.linalg.norm(way)))))


def test_without_a_headset_panels_are_in_the_window_and_none_in_the_world(wearer: Wearer) -> None:
    desk = Visit(wearer.graph)
    desk.do(OpenMenu("mouse"), *(OpenPanel(name) for name in PANELS))
    opened = desk.world.panels.open
    assert JOBS in opened
    assert not opened.keys() & {MENU, SETTINGS, SEARCH, NOTE, *ABOUT_A_LAYER}, "nothing was pointed at"
    assert {panel.stands for panel in opened.values()} == {IN_WINDOW}
    assert flat_panels(desk.world) == list(opened.values())
    assert not Furnisher().furnish(desk.world)["panels"].panels
    desk.do(OpenPanel(JOBS))
    assert JOBS not in opened


def test_panels_of_the_window_stand_in_the_world_when_a_headset_is_put_on_and_are_flat_after_it(wearer: Wearer) -> None:
    wearer.world.player.head = None
    wearer.do(OpenPanel(JOBS))
    wearer.frame()
    panel = wearer.panel(JOBS)
    assert not flat_panels(wearer.world)
    assert dist(panel.pose.position, wearer.world.player.eyes.position) < 1.0
    assert seen_at(wearer, JOBS) < 0.5
    wearer.world.player.head = None
    wearer.do()
    assert flat_panels(wearer.world) == [panel]


def test_panels_are_gone_while_the_headset_is_off_and_there_again_when_it_is_back(wearer: Wearer) -> None:
    wearer.frame(OpenMenu("left"), OpenPanel(SETTINGS))
    wearer.aim(SETTINGS, 0.5, 0.03)
    wearer.frame(Select("right"))
    assert [face.name for face in Furnisher().furnish(wearer.world)["panels"].panels] == [SETTINGS, MENU]
    wearer.world.player.head = None
    wearer.do()
    assert not Furnisher().furnish(wearer.world)["panels"].panels
    assert all(hand.target is None or hand.target.kind != "panel" for hand in wearer.world.hands.values())
    assert not wearer.world.panels.moved
    wearer.frame(Release("right"))
    assert {face.name for face in Furnisher().furnish(wearer.world)["panels"].panels} == {SETTINGS, MENU}


def test_the_menu_is_worn_by_the_off_hand_and_follows_it(wearer: Wearer) -> None:
    wearer.frame(OpenMenu("right"))
    menu = wearer.panel(MENU)
    assert wearer.world.panels.menu_hand == "left"
    for place in ((-0.15, 1.2, -0.35), (-0.3, 1.1, -0.3), (0.05, 1.3, -0.4)):
        wearer.left = Pose(place)
        wearer.frame()
        hand = wearer.world.hands["left"].grip.position
        x, y, z = (a - b for a, b in zip(menu.pose.position, hand, strict=True))
        assert hypot(x, z) < 0.03
        assert menu.height / 2 < y < menu.height / 2 + 0.12, "above the hand, which it does not hide"
        assert seen_at(wearer, MENU) < 0.5
    still = menu.pose.position
    wearer.left = Pose((0.044, 1.296, -0.399))
    wearer.frame()
    assert menu.pose.position == pytest.approx(still, abs=1e-9), "a hand that trembles does not shake it"


def test_left_handed_the_menu_is_worn_by_the_right_hand(wearer: Wearer) -> None:
    wearer.frame(ChooseComfort(Comfort(left_handed=True)), OpenMenu("left"))
    assert wearer.world.panels.menu_hand == "right"
    assert dist(wearer.panel(MENU).pose.position, wearer.world.hands["right"].grip.position) < 0.4


def test_the_menu_closes_on_a_second_press_or_when_the_hand_has_hung_down_for_long(wearer: Wearer) -> None:
    wearer.frame(OpenMenu("left"))
    wearer.frame(OpenMenu("left"))
    assert MENU not in wearer.world.panels.open
    wearer.frame(OpenMenu("left"))
    wearer.left = Pose((-0.25, 0.7, 0.0))
    for _ in range(4):
        wearer.frame(seconds=0.5 * PATIENCE / 2)
    assert MENU in wearer.world.panels.open
    wearer.left = LEFT
    wearer.frame(seconds=PATIENCE)
    wearer.left = Pose((-0.25, 0.7, 0.0))
    wearer.frame(seconds=0.1)
    assert MENU in wearer.world.panels.open, "it was raised in between"
    wearer.frame(seconds=PATIENCE + 0.1)
    assert MENU not in wearer.world.panels.open


def test_a_panel_opens_before_the_visitor_a_little_below_the_eyes(wearer: Wearer) -> None:
    wearer.head = Pose((0.2, 1.5, 0.1), turn(0.7))
    wearer.frame(OpenPanel(SETTINGS))
    panel, eyes = wearer.panel(SETTINGS), wearer.world.player.eyes
    assert dist(panel.pose.position, eyes.position) == pytest.approx(0.9)
    x, y, z = eyes.inverse().apply(panel.pose.position)
    assert abs(x) < 1e-6
    assert 10 < degrees(np.arctan2(-y, -z)) < 20
    assert seen_at(wearer, SETTINGS) < 0.5
    assert panel.width == pytest.approx(0.9 * POINTS[SETTINGS][0] / 1000)
    wearer.frame(OpenPanel(SETTINGS))
    assert SETTINGS not in wearer.world.panels.open


def test_open_panels_do_not_cover_each_other(wearer: Wearer) -> None:
    wearer.frame(OpenMenu("left"), OpenPanel(SETTINGS), OpenPanel(JOBS), OpenPanel(SEARCH))
    eyes = np.array(wearer.world.player.eyes.position)
    for name in (MENU, SETTINGS, JOBS, SEARCH):
        panel = wearer.panel(name)
        for x in np.linspace(-0.49, 0.49, 9):
            for y in np.linspace(-0.49, 0.49, 9):
                way = np.array(panel.pose.apply((x * panel.width, y * panel.height, 0.0))) - eyes
                ray = Ray(tuple(eyes.tolist()), tuple((way / np.linalg.norm(way)).tolist()))
                target = wearer.tools._picker.pick(wearer.world, ray, "right")
                assert target.kind == "panel"
                assert list(wearer.world.panels.open)[target.index] == name


@pytest.mark.parametrize("yaw", [0.0, pi / 3, 2 * pi / 3, pi, -pi / 3, -2 * pi / 3])
def test_no_panel_stands_in_or_behind_a_wall(wearer: Wearer, yaw: float) -> None:
    wearer.stand_before(1, distance=0.75)
    wearer.head = Pose((0.0, 1.6, 0.0), turn(yaw))
    wearer.frame(OpenPanel(SETTINGS))
    panel = wearer.panel(SETTINGS)
    corners = [panel.pose.apply((x * panel.width, y * panel.height, 0.0)) for x in (-0.5, 0.5) for y in (-0.5, 0.5)]
    assert not unseen(wearer.world.halls, wearer.world.player.eyes.position, corners).any()


def test_panels_come_along_with_the_room_and_are_as_large_to_every_visitor(wearer: Wearer) -> None:
    wearer.frame(OpenPanel(SETTINGS))
    panel, player = wearer.panel(SETTINGS), wearer.world.player
    before = player.room.inverse().carry(panel.pose)
    player.position = (1.0, 0.0, 9.0)
    wearer.frame(Turn(0.5))
    after = player.room.inverse().carry(panel.pose)
    assert after.position == pytest.approx(before.position, abs=1e-6)
    angle = panel.width / dist(panel.pose.position, player.eyes.position)
    player.scale = 20.0
    wearer.frame()
    assert panel.width / dist(panel.pose.position, player.eyes.position) == pytest.approx(angle)
    assert panel.pixels == tuple(round(DENSITY * points) for points in POINTS[SETTINGS])


def test_a_panel_that_a_jump_brings_into_a_wall_goes_elsewhere(wearer: Wearer) -> None:
    wearer.frame(OpenPanel(SETTINGS))
    wearer.frame()
    wearer.stand_before(1, distance=0.6)
    wearer.frame()
    wearer.frame()
    panel = wearer.panel(SETTINGS)
    assert not unseen(wearer.world.halls, wearer.world.player.eyes.position, [panel.pose.position]).any()


def test_who_walks_away_in_the_room_has_the_panel_before_them_again(wearer: Wearer) -> None:
    wearer.frame(OpenPanel(JOBS))
    wearer.head = Pose((2.5, 1.6, 1.5))
    wearer.frame()
    assert dist(wearer.panel(JOBS).pose.position, wearer.world.player.eyes.position) < 1.0


def test_a_hand_points_at_a_panel_before_all_that_it_covers_but_never_at_its_own_menu(wearer: Wearer) -> None:
    wearer.stand_before(1)
    wearer.frame(OpenPanel(SETTINGS))
    wearer.aim(SETTINGS, 0.3, 0.7)
    target = wearer.world.hands["right"].target
    assert (target.kind, target.index) == ("panel", 0)
    assert (target.u, target.v) == pytest.approx((0.3, 0.7), abs=0.01)
    wearer.frame(OpenPanel(SETTINGS), OpenMenu("left"))
    wearer.aim(MENU, 0.5, 0.5)
    assert wearer.world.hands["right"].target.kind == "panel"
    wearer.aim(MENU, 0.5, 0.5, hand="left")
    assert wearer.world.hands["left"].target is None or wearer.world.hands["left"].target.kind != "panel"


def test_a_press_on_a_panel_takes_nothing_behind_it(wearer: Wearer) -> None:
    wearer.stand_before(1)
    wearer.frame(OpenPanel(SETTINGS))
    wearer.aim(SETTINGS, 0.5, 0.8)
    wearer.world.panels.over["right"] = "a button"
    felt = wearer.frame(Select("right"))
    assert Pulse("right", 0.03, 0.6) in felt
    assert wearer.world.hands["right"].hold is None
    event = wearer.world.panels.events[-1]
    assert (event.hand, event.panel) == ("right", SETTINGS)
    assert (event.u, event.v) == pytest.approx((0.5, 0.8), abs=0.02)
    wearer.frame(Release("right"))
    assert wearer.hall.arrangement.handled == {}


def test_its_title_moves_a_panel(wearer: Wearer) -> None:
    wearer.frame(OpenPanel(SETTINGS))
    height = POINTS[SETTINGS][1]
    wearer.aim(SETTINGS, 0.5, 0.5 * TITLE / height)
    wearer.frame(Select("right"))
    before = wearer.panel(SETTINGS).pose.position
    wearer.right = Pose(wearer.right.position, turn(0.4) if wearer.right.forward[0] > 0 else turn(0.3))
    wearer.frame()
    wearer.frame()
    wearer.frame(Release("right"))
    moved = wearer.panel(SETTINGS).pose.position
    assert dist(before, moved) > 0.1
    assert seen_at(wearer, SETTINGS) < 0.5
    wearer.right = RIGHT
    wearer.frame()
    assert wearer.panel(SETTINGS).pose.position == pytest.approx(moved)
    assert not wearer.world.panels.events, "the title is no button"


def test_the_stick_scrolls_what_is_on_a_panel_and_not_the_wall_behind(wearer: Wearer) -> None:
    wearer.stand_before(1)
    wearer.frame(OpenPanel(SEARCH))
    wearer.aim(SEARCH, 0.5, 0.5)
    wearer.frame(Scroll("right", -1.0))
    assert wearer.world.panels.events == [PanelScroll("right", SEARCH, -1.0)]
    assert wearer.hall.walls[1].first_row == 0


def test_a_layer_s_panel_stands_beside_its_wall_where_the_visitor_is(wearer: Wearer) -> None:
    wearer.stand_before(1, distance=2.5)
    wearer.frame(OpenPanel(WALL))
    panel, wall = wearer.panel(WALL), wearer.hall.walls[1]
    frame = wearer.hall.placing @ wall.placing
    x, _, z = frame.inverse().apply(panel.pose.position)
    assert panel.wall == wall.name
    assert abs(x) - panel.width / 2 > wall.width / 2, "it hides none of the wall's maps"
    assert 0.0 < z < 0.3
    assert seen_at(wearer, WALL) < 0.5
    assert panel.width > 600 / 1000 * 0.69, "it can be read from where the visitor is"
    wearer.frame(OpenPanel(WALL))
    assert WALL not in wearer.world.panels.open


def test_what_a_layer_s_panel_asks_for_is_done_to_its_wall(wearer: Wearer) -> None:
    wearer.stand_before(1, distance=2.5)
    wearer.frame(OpenPanel(WALL))
    wearer.aim(WALL, 0.5, 0.6)
    assert wearer.world.hands["right"].target.kind == "panel"
    wearer.frame(FoldWall("right"))
    assert [wall.folded for wall in wearer.hall.walls] == [number == 1 for number in range(len(wearer.hall.walls))]


def test_what_the_menu_asks_for_is_done_to_the_wall_that_was_pointed_at_before(wearer: Wearer) -> None:
    wearer.stand_before(2, distance=2.0)
    wearer.frame(OpenMenu("left"))
    assert wearer.panel(MENU).wall == wearer.hall.walls[2].name
    wearer.aim(MENU, 0.5, 0.5)
    wearer.frame(FoldWall("right"))
    assert wearer.hall.walls[2].folded


def test_the_layer_s_panel_without_any_wall_says_so(wearer: Wearer) -> None:
    wearer.world.player.position = (0.0, 0.0, 60.0)
    wearer.right = Pose(RIGHT.position, turn(pi))
    wearer.frame()
    wearer.frame(OpenPanel(WALL))
    assert WALL not in wearer.world.panels.open
    assert wearer.world.notices[-1].headline == "No layer was chosen."
