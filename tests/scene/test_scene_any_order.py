"""What comes together that was not meant to: named cases, and a visitor of fixed seed who does all in any order."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite, pi
from random import Random

import numpy as np
import pytest
from graphs import repeated
from wearer import Wearer

from vrcnn.engine.plan import plan_maps
from vrcnn.scene.abilities import ABILITIES, PAGES, meant, on_page
from vrcnn.scene.anchors import Anchors
from vrcnn.scene.build import lay_out
from vrcnn.scene.comfort import SNAPS, SPEEDS, TRAVEL, TURNING, VIGNETTES
from vrcnn.scene.controllers import KINDS
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.headset_intents import (
    ChooseComfort,
    ControllerChanged,
    Grab,
    OpenMenu,
    OpenPanel,
    Recentred,
    ResetView,
    Steer,
)
from vrcnn.scene.intents import Enlarge, HeadMoved, Intent, Move, Quit, Release, Select, Turn
from vrcnn.scene.locomotion import covered
from vrcnn.scene.pointing import forget
from vrcnn.scene.reading import MapAt
from vrcnn.scene.wearing import put_on, take_off
from vrcnn.scene.world_grab import LIMITS
from vrcnn.scene.world_panels import MENU, PANELS, SETTINGS

HANDS = ("left", "right")
ASKED = [ability for page in PAGES for ability in on_page(page) if not isinstance(ability.intent, Quit)]
ASKED += [ability for ability in ABILITIES if ability.keys]


class Restless(Wearer):
    """Somebody who makes some intents of any kind in each frame, and goes on with what they have begun."""

    def __init__(self, seed: int) -> None:
        super().__init__(repeated())
        self.random = Random(seed)
        self.pressed: set[tuple[str, str]] = set()
        self.graph = self.world.hall.graph

    def frame(self) -> list[object]:
        choose, world = self.random, self.world
        if world.player.head is None:
            if choose.random() < 0.1:
                put_on(world, Pose((0.0, 1.6, 0.0)))
            return list(self.tools.step(world, [Move(0.0, choose.choice((0, 1)), 1.0)], 0.02))
        if choose.random() < 0.004:
            take_off(world)
            self.pressed.clear()
            return []
        if choose.random() < 0.004:
            self.lay_out()
        for hand in HANDS:
            if choose.random() < 0.15:
                self.poses[hand] = self.somewhere()
        if choose.random() < 0.02:
            self.answer()
        intents = [self.intent() for _ in range(choose.choice((0, 0, 1, 1, 2)))]
        return self.do(HeadMoved(Pose((0.0, choose.uniform(0.6, 1.8), 0.1), turn(choose.uniform(-1, 1)))), *intents)

    def somewhere(self) -> Pose:
        """Before a wall or a panel, at the shelf or anywhere near."""
        choose, world = self.random, self.world
        places = [wall_pose(world, number) for number in range(len(world.hall.walls))]
        places += [panel.pose for panel in world.panels.open.values()] + [world.shelf.pose, world.easel.pose]
        place = choose.choice(places)
        if choose.random() < 0.3:
            aim = turn(choose.uniform(-pi, pi), choose.uniform(-1, 1))
            return world.player.room.carry(Pose((choose.uniform(-0.6, 0.6), choose.uniform(0.0, 1.8), -0.4), aim))
        return place @ Pose((choose.uniform(-0.4, 0.4), choose.uniform(-0.4, 0.4), choose.choice((0.04, 0.5, 2.0))))

    def intent(self) -> Intent:
        choose, world, hand = self.random, self.world, self.random.choice(HANDS)
        kind = choose.randrange(12)
        if kind < 2:
            return self.toggled("select", hand, Select(hand), Release(hand))
        if kind < 4:
            return self.toggled("grip", hand, Grab(hand, True), Grab(hand, False))
        if kind < 6:
            return Steer(hand, choose.choice((-1.0, 0.0, 0.0, 1.0)), choose.choice((-1.0, 0.0, 0.0, 1.0)))
        if kind == 6:
            return choose.choice((OpenMenu(hand), OpenPanel(choose.choice(PANELS))))
        if kind == 7:
            return ChooseComfort(self.comfort())
        if kind == 8:
            return self.toggled("enlarge", "", Enlarge(True), Enlarge(False))
        if kind == 9:
            return choose.choice((Recentred(), Turn(1.0), ControllerChanged(hand, choose.choice((None, *KINDS)))))
        return meant(choose.choice(ASKED), world, hand) or Recentred()

    def toggled(self, button: str, hand: str, down: Intent, up: Intent) -> Intent:
        self.pressed ^= {(button, hand)}
        return down if (button, hand) in self.pressed else up

    def comfort(self):
        choose, part = self.random, self.random.randrange(7)
        values = (
            {"travel": choose.choice(TRAVEL)},
            {"turning": choose.choice(TURNING), "snap": choose.choice(SNAPS)},
            {"seated": choose.random() < 0.5},
            {"lift": choose.uniform(-0.6, 0.6)},
            {"left_handed": choose.random() < 0.5},
            {"vignette": choose.choice(VIGNETTES), "speed": choose.choice(SPEEDS)},
            {"heading": choose.choice(("head", "hand"))},
        )
        return replace(self.world.comfort, **values[part])

    def answer(self) -> None:
        """The values of a map come that somebody waits for."""
        gallery = self.world.gallery
        at = gallery.pointing.shown if gallery.pulling is None else gallery.pulling.at
        if isinstance(at, MapAt):
            self.read(at)

    def lay_out(self) -> None:
        """As display.py does it when the worker shows another detail."""
        hall = self.world.hall
        hall.wanted = None
        lay_out(hall, self.graph, plan_maps(self.graph.nodes), hall.scope)
        forget(self.world, 0)
        for hand in self.world.hands.values():
            hand.target = None


def wall_pose(world, number: int) -> Pose:
    return (world.hall.placing @ world.hall.walls[number].placing).pose


@pytest.mark.parametrize("seed", [1, 2])
def test_a_visitor_who_does_everything_in_any_order_breaks_nothing(seed: int):
    restless = Restless(seed)
    world, furnisher, anchors = restless.world, Furnisher(), Anchors()
    walls = [wall.name for wall in world.hall.walls]
    for number in range(1000):
        restless.frame()
        player, carried = world.player, [hand.carrying for hand in world.hands.values() if hand.carrying is not None]
        assert all(isfinite(part) for part in (*player.position, player.yaw, player.scale, *player.eyes.position))
        assert LIMITS[0] <= player.scale <= LIMITS[1]
        assert [wall.name for wall in world.hall.walls] == walls, "no wall is lost"
        assert set(carried) <= {frame.number for frame in world.gallery.frames}
        assert all(panel.name in PANELS and panel.key == key for key, panel in world.panels.open.items())
        assert {grip.panel for grip in world.panels.moved.values()} <= set(world.panels.open)
        held = [hand.hold for hand in world.hands.values() if hand.hold is not None]
        assert all(hold.name in (None, "table", *walls) for hold in held)
        for wall in world.hall.walls:
            placing = world.hall.placing @ wall.placing
            assert np.isfinite((*placing.pose.position, *placing.pose.orientation, placing.scale)).all()
            assert 0.001 < placing.scale < 1000.0
        if number % 25 == 0:
            furnisher.furnish(world)
            assert np.isfinite(anchors.of(world)).all()


def settled(wearer: Wearer, seconds: float = 0.4) -> None:
    for _ in range(round(seconds / 0.02)):
        wearer.do()


@pytest.mark.parametrize("change", [{"seated": True}, {"lift": 0.4}, {"lift": -0.4}])
def test_who_is_raised_while_a_panel_is_open_has_it_where_it_was_to_them(change: dict[str, object]):
    wearer = Wearer()
    wearer.do(HeadMoved(Pose((0.0, 1.2, 0.0))), OpenPanel(SETTINGS))
    world = wearer.world
    panel = world.panels.open[SETTINGS]
    before, height = world.player.eyes.inverse().apply(panel.pose.position), world.player.eyes.position[1]
    wearer.do(ChooseComfort(replace(world.comfort, **change)))
    settled(wearer)
    assert abs(world.player.eyes.position[1] - height) > 0.3
    assert world.player.eyes.inverse().apply(panel.pose.position) == pytest.approx(before)


def test_the_view_is_reset_while_a_wall_is_held_and_the_wall_stays_within_sight():
    wearer = Wearer(repeated())
    world = wearer.world
    world.player.scale = 20.0
    wearer.move("right", wall_pose(world, 1) @ Pose((0.0, 0.0, 30.0)))
    wearer.do(Select("right"))
    assert world.hands["right"].hold is not None
    settled(wearer)
    before = wall_pose(world, 1).position
    wearer.do(ResetView())
    wearer.move("right", Pose((0.3, 1.2, 3.0), turn(1.0)))
    settled(wearer)
    assert world.player.scale == 1.0
    assert wall_pose(world, 1).position == pytest.approx(before)
    wearer.do(Release("right"))
    assert wall_pose(world, 1).position == pytest.approx(before)
    assert covered(world) == 0.0
    wearer.do(ResetView())
    assert covered(world) == 1.0, "nobody sees the world change its size at once"


def test_the_world_is_grabbed_while_panels_are_open_and_they_are_as_large_and_as_near_as_before():
    wearer = Wearer()
    world = wearer.world
    wearer.move("left", Pose((-0.2, 1.3, -0.3), turn(pitch=1.2)))
    wearer.do(OpenPanel(SETTINGS), OpenMenu("left"))
    settled(wearer)
    sizes = {panel.name: panel.width for panel in world.panels.open.values()}
    back = world.player.room.inverse()
    spots = {panel.name: back.apply(panel.pose.position) for panel in world.panels.open.values()}
    wearer.poses = {"left": Pose((-0.2, 1.3, -0.3), turn(pitch=1.5)), "right": Pose((0.2, 1.3, -0.3), turn(pitch=1.5))}
    wearer.do(Grab("left", True), Grab("right", True))
    assert world.movement.grab is not None
    wearer.poses["right"] = Pose((0.0, 1.3, -0.3), turn(pitch=1.5))
    wearer.do()
    assert world.player.scale == pytest.approx(2.0)
    room = world.player.room
    for name, panel in world.panels.open.items():
        assert panel.width / sizes[name] == pytest.approx(2.0), "as large to the eyes"
        if name == SETTINGS:
            assert room.inverse().apply(panel.pose.position) == pytest.approx(spots[name], abs=1e-6)
    wearer.do(Grab("left", False), Grab("right", False))
    assert set(world.panels.open) == {SETTINGS, MENU}


def test_whoever_becomes_left_handed_wears_the_menu_at_the_other_hand_at_once():
    wearer = Wearer()
    world = wearer.world
    wearer.move("left", Pose((-0.3, 1.3, -0.3)))
    wearer.move("right", Pose((0.3, 1.3, -0.3)))
    wearer.do(OpenMenu("left"))
    settled(wearer)
    assert world.panels.open[MENU].pose.position[0] < -0.2
    wearer.do(ChooseComfort(replace(world.comfort, left_handed=True)))
    settled(wearer)
    assert world.panels.open[MENU].pose.position[0] > 0.2
    wearer.move("left", world.panels.open[MENU].pose @ Pose((0.0, 0.0, 0.3)))
    assert world.hands["left"].target.kind == "panel", "the other hand can point at it"
