"""A visitor before the screen for the tests: the program as `vrcnn run --desktop` starts it, on a small network."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import atan2, hypot
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from visitor import Visitor, until

from vrcnn.desktop.controls import TURN
from vrcnn.desktop.window import Window, glfw
from vrcnn.exhibit import Exhibit
from vrcnn.loop import Loop
from vrcnn.network.source import LoadOptions, load
from vrcnn.scene.geometry import Vector
from vrcnn.scene.hall import Wall, WallState
from vrcnn.scene.shelving import slot_pose
from vrcnn.scene.world import EYE_HEIGHT

PICTURES = {
    "1 red": "red",
    "2 green": "lime",
    "3 white, fails": "white",
    "4 black, NaN": "black",
    "5 blue, another way": "blue",
    "6 yellow, slow": "yellow",
}
RED, GREEN, WHITE, BLACK, BLUE, YELLOW = range(6)
NETWORK = """
import time
import torch
from torch import nn

class Moody(nn.Module):
    def forward(self, x):
        red, green, blue = (float(part) > 0 for part in x.mean((0, 2, 3)))
        if red and green and blue:
            raise ValueError("too bright to look at")
        if red and green:
            time.sleep(1.0)
        if not (red or green or blue):
            return x * float("nan")
        return x

class Moods(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(4)
        self.first = nn.Conv2d(3, 6, 3)
        self.mood = Moody()
        self.second = nn.Conv2d(3, 8, 3)
        self.extra = nn.Sequential(nn.Conv2d(8, 8, 1), nn.ReLU(), nn.Conv2d(8, 8, 3))
        self.last = nn.Linear(14, 4)

    def forward(self, x):
        first = self.first(x).relu().mean((2, 3))
        mood = self.mood(x)
        second = self.second(mood).relu()
        if float(x[:, 2].mean()) > 0 > float(x[:, 0].mean()):
            second = self.extra(second)
        return self.last(torch.cat([first, second.mean((2, 3))], 1))

model = Moods()
images = "pictures"
input_size = (3, 16, 16)
labels = ["ant", "bee", "cow", "doe"]
"""


def write_network(folder: Path) -> Path:
    """A model file with six pictures, each of one colour, in a folder of its own."""
    (folder / "pictures").mkdir()
    for name, colour in PICTURES.items():
        Image.new("RGB", (32, 32), colour).save(folder / "pictures" / f"{name}.png")
    (folder / "moods.py").write_text(NETWORK)
    return folder / "moods.py"


class Desk:
    """The program as `vrcnn run --desktop` starts it, stepped by a test, and the visitor before the screen."""

    def __init__(self, network: Path, window: Window, visitor: Visitor) -> None:
        torch.set_num_threads(1)
        self.window, self.visitor = window, visitor
        self.exhibit = Exhibit(load(str(network), LoadOptions()))
        self.world = self.exhibit.world
        self.loop = Loop(self.exhibit, window, "desktop")
        window.set_vsync(False)

    def until(self, condition: Callable[[], object], what: str, seconds: float = 30.0) -> None:
        """Runs the frame loop until the condition holds."""
        until(lambda: (self.loop.frame(1 / 60), condition())[1], what, seconds)

    def frames(self, count: int) -> None:
        for _ in range(count):
            self.loop.frame(1 / 60)

    def settle(self) -> None:
        """Until the network has run, its maps are on the walls, and every picture of the shelf is decoded."""
        self.until(lambda: not self.exhibit.displays[0].worker.busy, "the worker to end")
        self.frames(3)
        assert self.exhibit.renderer.stores[0].pending == 0

    def capture(self) -> None:
        """Clicks into the view."""
        self.visitor.point(320, 300)
        self.frames(3)
        self.visitor.click()
        self.until(lambda: self.loop.controls.captured, "the mouse to be captured")
        self.frames(5)

    def look_at(self, point: Vector) -> None:
        """Moves the mouse until the crosshair is on a point of the world."""

        def on_it() -> bool:
            ex, ey, ez = self.world.player.eyes.position
            x, y, z = point[0] - ex, point[1] - ey, point[2] - ez
            left = atan2(-x, -z) - self.world.player.yaw
            up = atan2(y, hypot(x, z)) - self.world.player.pitch
            pixel = TURN / self.window.scale
            if abs(left) < 2 * pixel and abs(up) < 2 * pixel:
                return True
            self.visitor.nudge(-round(left / pixel), -round(up / pixel))
            time.sleep(0.02)
            return False

        self.until(on_it, f"the mouse to look at {point}")
        self.frames(2)

    def wall_of(self, name: str) -> Wall:
        """The wall of the layer of this name."""
        return next(wall for wall in self.world.hall.walls if wall.name == name)

    def stand_before(self, name: str) -> None:
        """In front of a wall, looking at its middle."""
        placing = self.world.hall.placing @ self.wall_of(name).placing
        x, y, z = placing.pose.apply((0.0, 0.0, 2.0))
        self.world.player.position = x, y - EYE_HEIGHT, z
        self.look_at(placing.pose.position)
        target = self.world.hands["mouse"].target
        assert (target.kind, self.world.hall.walls[target.index].name) == ("wall", name)

    def press(self, picture: int) -> None:
        """Takes a picture from the shelf with a click."""
        self.look_at(slot_pose(self.world.shelf, picture).position)
        self.visitor.click()
        self.until(lambda: self.world.hands["mouse"].holding == picture, f"picture {picture} in the hand")

    def place(self, picture: int) -> None:
        """Takes a picture, turns to the easel, and clicks on it."""
        self.press(picture)
        self.look_at(self.world.easel.pose.position)
        self.visitor.click()
        self.until(lambda: self.world.easel.picture == picture, f"picture {picture} on the easel")
        assert self.world.hands["mouse"].holding is None

    def states(self) -> set[WallState]:
        return {wall.state for wall in self.world.hall.walls if wall.span}

    def scores(self) -> list[float]:
        return [score.probability for score in self.world.hall.scores]

    def seen(self) -> np.ndarray:
        """The picture that is drawn, (H, W, 3)."""
        return self.exhibit.renderer.render_picture(self.loop.window_frame.view(), self.window.size).astype(int)


def open_window() -> Window:
    """A window of 640 x 480 pixels, in front."""
    window = Window("vrcnn's visitor", (640, 480))
    glfw.set_window_pos(window.handle, 0, 0)
    until(lambda: (window.poll(), window.focused)[1], "the window to come to the front")
    return window
