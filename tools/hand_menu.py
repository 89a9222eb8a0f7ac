"""Draws docs/hand-menu.jpg: what an eye sees in the headset, the menu at one wrist and the ray of the other hand.

.venv/bin/python tools/hand_menu.py [FOLDER]
"""

from __future__ import annotations

import sys
from dataclasses import replace
from math import radians
from pathlib import Path

import numpy as np
from controllers import write

from vrcnn.exhibit import Exhibit
from vrcnn.network.source import LoadOptions, load
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.headset_intents import ControllerChanged
from vrcnn.scene.intents import HandMoved, HeadMoved, Intent
from vrcnn.scene.panel_placing import toggle_menu
from vrcnn.scene.vantage import facing
from vrcnn.scene.world_panels import MENU
from vrcnn.studio import open_studio
from vrcnn.susceptibility.sieve import parsed
from vrcnn.ui.hand_menu import HandMenu
from vrcnn.ui.world_panels import MAKERS

ROOT = Path(__file__).resolve().parent.parent
SIZE = (1200, 900)  # px
PAGE = "Sieve"
STEPS = 8  # of the World's clock, until hands and panels are where they stay
STEP = 0.2  # s
POINTED = (0.0, -0.035, 0.0)  # m from the middle of the menu, on one of the buttons


def picture() -> np.ndarray:
    """(height, width, 3) uint8."""
    MAKERS[MENU] = lambda: HandMenu(page=PAGE)
    exhibit = Exhibit(load(None, LoadOptions()))
    world = exhibit.world
    world.sieving.sieve, world.sieving.before = parsed("low-pass:0.12"), True
    head = Pose((0.1, 1.6, 0.6), turn(yaw=radians(-8), pitch=radians(-13)))
    left = head @ Pose((-0.16, -0.28, -0.62), turn(yaw=radians(-5), pitch=radians(43)))
    right = head @ Pose((0.20, -0.24, -0.46), turn(yaw=radians(34), pitch=radians(48)))
    worn: list[Intent] = [HeadMoved(head)]
    for name, grip in (("left", left), ("right", right)):
        worn += [ControllerChanged(name, "index"), HandMoved(name, grip, grip)]
    world.comfort = replace(world.comfort, labels="never")
    world.headset.name, world.headset.refresh_rate = "Valve Index (SteamVR)", 90.0
    with open_studio(exhibit) as studio:
        studio.settle()
        exhibit.step(worn, STEP)
        toggle_menu(world, "left")
        for _ in range(STEPS):
            button = world.player.room.inverse().apply(world.panels.open[MENU].pose.apply(POINTED))
            tip = right.apply((0.0, -0.02, -0.06))
            exhibit.step([*worn, HandMoved("right", right, facing(tip, button))], STEP)
            studio.prepare()
            studio.settle()
        return studio.picture(world.player.eyes, SIZE)


if __name__ == "__main__":
    write((Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs") / "hand-menu.jpg", picture())
