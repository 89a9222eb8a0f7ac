"""The panels in the headset: a visitor opens the menu at the wrist, presses its buttons with the laser, types on the
keyboard and goes to what was found; with many buttons in the hands, and with the simplest controllers.

What is asserted on is the World and the picture that the runtime composites for the headset.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import dist
from pathlib import Path

import numpy as np
import pytest
from wearing import Show, opening, towards

from vrcnn.scene.geometry import Pose
from vrcnn.scene.theme import DARK
from vrcnn.scene.world_panels import MENU, POINTS, SEARCH, SETTINGS
from vrcnn.xr.profiles import INDEX, SIMPLE, Profile

pytestmark = [pytest.mark.slow, pytest.mark.timeout(200)]
NETWORK = """
import torch
from collections import OrderedDict
from torch import nn

torch.manual_seed(3)
model = nn.Sequential(OrderedDict(
    conv_in=nn.Conv2d(3, 6, 3), middle=nn.ReLU(), conv_out=nn.Conv2d(6, 8, 3), pool=nn.AdaptiveAvgPool2d(1),
    flat=nn.Flatten(), last=nn.Linear(8, 4),
))
images = "pictures"
input_size = (3, 24, 24)
"""
Opened = Callable[[Profile], "Panels"]


class Panels(Show):
    """A visitor who has panels open and points at their buttons."""

    def begin(self) -> None:
        """Stands at the entrance, the left hand before the eyes, the right one pointing at nothing."""
        self.stand(towards((0.0, 1.6, -2.0), (0.0, 1.25, -2.9)))
        self.hold("left", Pose((-0.12, 1.15, -2.42)))
        self.hold("right", towards((0.3, 1.15, -2.3), (3.0, 3.0, -2.0)))

    def aim(self, name: str, button: str) -> None:
        """The right hand points at the middle of a button, until that feels the ray."""
        panel = self.world.panels.open[name]
        area = dict(self.loop.faces._faces[name].buttons)[button]
        width, height = POINTS[name]
        across, down = (area.left + area.right) / 2 / width - 0.5, 0.5 - (area.top + area.bottom) / 2 / height
        place = panel.pose.apply((across * panel.width, down * panel.height, 0.0))
        self.hold("right", towards((0.3, 1.15, -2.3), place))
        self.until(lambda: self.world.panels.over.get("right") == button, 20.0)

    def push(self, name: str, button: str) -> None:
        """Presses the trigger there."""
        self.aim(name, button)
        self.press("right", lambda target: target.kind == "panel")
        self.frames(2)

    def menu(self, hand: str) -> None:
        """Presses the menu button."""
        was = MENU in self.world.panels.open
        self.rig.visitor.hand(hand, menu=True)
        self.until(lambda: (MENU in self.world.panels.open) is not was, 20.0)
        self.rig.visitor.hand(hand, menu=False)
        self.frames(4)


@pytest.fixture
def opened(rig, displays, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    """Opens the place of a small network for controllers of one kind."""
    monkeypatch.setenv("VRCNN_CACHE", str(tmp_path / "cache"))
    with opening(rig, tmp_path, NETWORK, ("navy",), Panels) as open_one:
        yield open_one


def of_colour(picture: np.ndarray, role: str) -> int:
    """How many pixels of the left eye have a colour of the theme."""
    wanted = np.array(DARK[role]) * 255
    return int((np.abs(picture[:, :480] - wanted).max(axis=2) < 14).sum())


def test_a_visitor_uses_the_menu_and_types_the_way_to_a_layer(opened: Opened) -> None:
    show = opened(INDEX)
    world = show.world
    show.begin()
    plain = show.looking()

    show.menu("right")
    assert world.panels.menu_hand == "left", "whichever hand asks, the other one wears it"
    shown = show.looking()
    assert of_colour(shown, "panel") > of_colour(plain, "panel") + 4000, "a dark panel stands before the visitor"
    show.push(MENU, "page Go")
    show.push(MENU, "Go Find a layer")
    show.until(lambda: SEARCH in world.panels.open)
    empty = show.looking()
    for letter in "conv":
        show.push(SEARCH, f"key {letter}")
    assert show.loop.faces._faces[SEARCH].contents.text == "conv"
    show.aim(SEARCH, "key v")
    assert np.abs(show.looking() - empty).max(axis=2).mean() > 0.5, "what was found is listed"

    wall = next(wall for wall in world.hall.walls if wall.name == "conv_out")
    place = (world.hall.placing @ wall.placing).pose.position
    far = dist(world.player.eyes.position, place)
    show.push(SEARCH, "found conv_out")
    show.until(lambda: SEARCH not in world.panels.open)
    show.until(lambda: dist(world.player.eyes.position, place) < min(3.0, far - 0.3))
    assert world.journey.reached.name == "conv_out"
    show.menu("left")
    assert not world.panels.open


def test_the_simplest_controllers_open_the_menu_and_change_a_setting(opened: Opened) -> None:
    show = opened(SIMPLE)
    world = show.world
    show.begin()
    plain = show.looking()
    show.menu("right")
    show.push(MENU, "Settings")
    show.until(lambda: SETTINGS in world.panels.open)
    assert of_colour(show.looking(), "accent") > of_colour(plain, "accent") + 400, "what is chosen is lit"
    show.push(SETTINGS, "Turning Smoothly")
    show.until(lambda: world.comfort.turning == "smooth")
    show.push(SETTINGS, "close")
    show.until(lambda: SETTINGS not in world.panels.open)
