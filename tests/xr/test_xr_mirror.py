"""What an audience before the window sees of somebody in the headset, grabbed from the window's own display.

A small network, so that it is quick on a processor; the real frame loop, a real runtime, real keys and a real mouse.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import dist
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from visitor import Visitor
from wearing import Show

from vrcnn.scene.audience import audience_view
from vrcnn.scene.camera import View
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.theme import DARK

pytestmark = [pytest.mark.slow, pytest.mark.timeout(200)]
SIZE = 880, 540
NETWORK = """
import torch
from torch import nn

torch.manual_seed(3)
model = nn.Sequential(nn.Conv2d(3, 6, 3), nn.Conv2d(6, 8, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 4))
images = "pictures"
input_size = (3, 24, 24)
"""
FREE = np.s_[60:420, 340:]  # of the window's pixels, where no panel lies
HEAD = Pose((0.0, 1.6, -1.2), turn(0.1))


@dataclass
class Desk:
    """Somebody before the window of a show while somebody else wears the headset."""

    show: Show
    hands: Visitor
    screen: object

    def window(self) -> np.ndarray:
        """(540, 880, 3) int: what the window shows now."""
        return self.screen.grab()[: SIZE[1], : SIZE[0]].astype(int)

    def choose(self, view: str) -> np.ndarray:
        """Presses Y until the window shows that view; what it shows then, once it has come to rest."""
        while self.show.world.audience != view:
            before = self.show.world.audience
            self.hands.tap("y")
            self.show.until(lambda before=before: self.show.world.audience != before)
        self.rest()
        return self.window()

    def rest(self) -> None:
        """Until the window shows things as they are: a calm head has come to rest, and a picture of that was drawn."""
        show, world = self.show, self.show.world
        if world.audience == "smoothed":
            show.until(lambda: dist(world.smoothed.pose.forward, world.player.eyes.forward) < 0.002)
        picture = show.loop.window_frame.picture
        drawn = picture.drawn
        show.until(lambda: world.audience == "eye" or picture.drawn > drawn + 1)
        show.frames(2)

    def drawn(self, view: View) -> np.ndarray:
        return self.show.exhibit.renderer.render_picture(view, SIZE).astype(int)


@pytest.fixture
def desk(rig, displays, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    import glfw

    monkeypatch.setenv("VRCNN_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pictures").mkdir()
    Image.new("RGB", (32, 32), "navy").save(tmp_path / "pictures" / "navy.png")
    (tmp_path / "net.py").write_text(NETWORK)
    show = Show(rig, tmp_path / "net.py")
    glfw.set_window_size(show.window.handle, *SIZE)
    glfw.set_window_pos(show.window.handle, 0, 0)
    hands = Visitor(displays[0].name)
    hands.point(SIZE[0] + 100, SIZE[1] + 100)
    show.until(lambda: show.headset.state == "FOCUSED" and show.window.size == SIZE and show.window.focused)
    show.settled()
    rig.visitor.move(HEAD)
    show.until(lambda: dist(show.world.player.head.position, HEAD.position) < 0.01)
    yield Desk(show, hands, displays[0])
    hands.close()
    show.close()
    assert rig.was_validated()


def apart(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.abs(a - b)[FREE].mean())


def place_in(view: View, point: tuple[float, float, float]) -> tuple[int, int]:
    """Row and column of a point of the world in the window."""
    x, y, _, w = view.matrix() @ (*point, 1.0)
    assert w > 0
    return int((1 - y / w) / 2 * SIZE[1]), int((1 + x / w) / 2 * SIZE[0])


def around(picture: np.ndarray, place: tuple[int, int], reach: int = 45) -> np.ndarray:
    row, column = place
    return picture[max(0, row - reach) : row + reach, max(0, column - reach) : column + reach]


def glowing(picture: np.ndarray, role: str) -> int:
    """How many pixels have a role's colour."""
    return int((np.abs(picture - 255 * np.array(DARK[role])).max(axis=2) < 25).sum())


def test_the_window_shows_the_eye_a_calm_view_or_a_camera_of_its_own(desk: Desk):
    show, world = desk.show, desk.show.world
    eye = desk.choose("eye")
    worn = show.rig.grab().astype(int)

    calm = desk.choose("smoothed")
    direct = desk.drawn(audience_view(world, SIZE[0] / SIZE[1]))
    assert apart(calm, direct) < 2.5, "the window shows what the calm view sees"
    assert apart(calm, eye) > 2 * apart(calm, direct)

    aside = desk.choose("spectator")
    view = audience_view(world, SIZE[0] / SIZE[1])
    head = place_in(view, world.player.eyes.position)
    assert glowing(around(aside, head), "running") > 5, "the light at the back of the head"
    assert apart(aside, calm) > 3
    assert np.abs(show.rig.grab() - worn).mean() < 4, "whoever wears the headset does not see it from within"

    show.rig.visitor.move(Pose((0.5, 1.3, -1.2), turn(0.1)))
    show.until(lambda: world.player.eyes.position[0] > 0.45)
    desk.rest()
    moved = desk.window()
    there = place_in(view, world.player.eyes.position)
    assert dist(there, head) > 40
    assert glowing(around(moved, there, 30), "running") > 5, "the head is where the visitor is"
    assert glowing(around(moved, head, 30), "running") < 5


def test_the_desk_flies_the_spectator_and_takes_pictures(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("vrcnn.window_frame.PANORAMA_SIZE", (1024, 512))
    show, world, hands = desk.show, desk.show.world, desk.hands
    desk.choose("spectator")
    stood, before = world.player.position, world.spectator.position
    hands.press("w")
    show.until(lambda: dist(world.spectator.position, before) > 0.5)
    hands.release("w")
    show.frames(3)
    hands.point(700, 300)
    show.frames(3)
    hands.click()
    show.until(lambda: show.loop.controls.captured)
    yaw = world.spectator.yaw
    hands.nudge(3, 0)
    show.frames(2)
    hands.nudge(80, 0)
    show.until(lambda: world.spectator.yaw != yaw)
    assert world.spectator.yaw < yaw, "to the right"
    assert world.player.position == stood
    assert world.player.yaw == 0.0

    hands.tap("F12")
    show.until(lambda: (tmp_path / "vrcnn-screenshot-001.png").exists())
    desk.choose("eye")
    assert not show.loop.controls.captured, "there is nothing to look around with"
    hands.tap("F12")
    show.until(lambda: (tmp_path / "vrcnn-screenshot-002.png").exists())
    with Image.open("vrcnn-screenshot-001.png") as first, Image.open("vrcnn-screenshot-002.png") as second:
        assert first.size == second.size == SIZE
        assert np.abs(np.asarray(first).astype(int) - np.asarray(second)).mean() > 3

    hands.press("Shift_L")
    hands.tap("F12")
    hands.release("Shift_L")
    show.until(lambda: (tmp_path / "vrcnn-panorama-001.jpg").exists())
    show.frames(3)
    with Image.open("vrcnn-panorama-001.jpg") as panorama:
        assert panorama.size == (1024, 512)
        assert b"equirectangular" in panorama.info["xmp"]
    assert len(re.findall(r"^Saved vrcnn-", capsys.readouterr().out, re.MULTILINE)) == 3
    assert world.notices == []
    show.until(lambda: show.headset.state == "FOCUSED")
