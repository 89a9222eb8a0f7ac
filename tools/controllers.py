"""Draws the controllers of docs/vr.md as the headset shows them, with labels: each kind alone, and one in the world.

.venv/bin/python tools/controllers.py [FOLDER]
"""

from __future__ import annotations

import sys
from dataclasses import replace
from math import cos, radians, sin
from pathlib import Path

import numpy as np
from gallery import compressed

from vrcnn.exhibit import Exhibit
from vrcnn.network.graph import Graph
from vrcnn.network.source import LoadOptions, load
from vrcnn.render.context import standalone_context
from vrcnn.render.renderer import Renderer
from vrcnn.scene.anchors import Anchors, number_anchors
from vrcnn.scene.button_labels import FADE
from vrcnn.scene.button_signs import furnish_signs
from vrcnn.scene.camera import View
from vrcnn.scene.controllers import ENLARGE, GRAB, KINDS, MENU, SELECT, STEER
from vrcnn.scene.drawables import Drawables
from vrcnn.scene.geometry import Pose, Vector, turn
from vrcnn.scene.hall import Hall
from vrcnn.scene.headset_intents import ControllerChanged
from vrcnn.scene.intents import HandMoved, HeadMoved, Intent
from vrcnn.scene.presence import furnish_presence
from vrcnn.scene.theme import THEMES
from vrcnn.scene.tools import Tools
from vrcnn.scene.world import World
from vrcnn.still import Still, pictures
from vrcnn.whole_file import write_whole

ROOT = Path(__file__).resolve().parent.parent
SIZE, WORLD_SIZE = (1600, 680), (1600, 1100)  # px
FRAMES = 6  # until the labels are there
THEME = "light"
EYES = Pose((0.0, 1.6, 0.0), turn(pitch=radians(-24)))
ALIKE = {"reverb": "touch", "pico": "touch"}  # kinds whose picture is that of another one
LIFTED = {"vive": 0.012}  # m that a kind is held higher than the middle of the view
SHOWN = tuple(key for key in KINDS if key not in ALIKE)


def picture_name(kind: str) -> str:
    """The file of a kind's picture."""
    return f"controllers-{ALIKE.get(kind, kind)}.jpg"


def table() -> str:
    """Which part of which controller does what, as docs/vr.md has it."""
    functions = {
        SELECT: "take, press",
        GRAB: "grab",
        STEER: "travel; turn",
        MENU: "menu",
        ENLARGE: "enlarge",
    }
    lines = ["| | " + " | ".join(functions.values()) + " |", "|---" * (1 + len(functions)) + "|"]
    for kind in KINDS.values():
        parts = [kind.parts.get(function, "") for function in functions]
        lines.append(f"| [{kind.name}]({picture_name(kind.key)}) | " + " | ".join(parts) + " |")
    return "\n".join(lines)


def open_hand() -> list[Vector]:
    """The joints of a right hand that is about to pinch, in the order of XrHandJointEXT, in m from the wrist."""
    joints = [(0.0, -0.005, -0.05), (0.0, 0.0, 0.0)]
    joints += [(-0.022, -0.012, -0.028), (-0.046, -0.018, -0.056), (-0.058, -0.026, -0.084), (-0.056, -0.032, -0.104)]
    for x, z, length in ((-0.027, -0.092, 1.0), (-0.004, -0.096, 1.08), (0.017, -0.090, 1.0), (0.036, -0.080, 0.8)):
        joints += [(0.55 * x, 0.0, -0.03), (x, 0.0, z)]
        height, bent = 0.0, 0.0
        for share, bone in ((0.6, 0.042), (1.0, 0.026), (1.0, 0.021)):
            bent += 0.35 * share
            height, z = height - sin(bent) * bone * length, z - cos(bent) * bone * length
            joints.append((x, height, z))
    return joints


def world_with(kind: str) -> World:
    """Somebody who holds a controller of this kind in each hand before the eyes, all labels shown."""
    world = World([Hall("", Graph((), ()))])
    number_anchors(world)
    world.player.head = EYES
    world.comfort = replace(world.comfort, labels="always")
    for name, side in (("left", -1), ("right", 1)):
        hand = world.hands[name]
        hand.controller, hand.labelling.shown = kind, 1.0
        place = side * 0.172, LIFTED.get(kind, -0.015), -0.40
        if kind == "hand":
            wrist = EYES @ Pose((side * 0.198, -0.05, -0.37), turn(pitch=radians(34)))
            hand.fingers = tuple(wrist @ Pose((side * x, y, z)) for x, y, z in open_hand())
            hand.grip = wrist
        else:
            hand.grip = EYES @ Pose(place, turn(yaw=side * radians(24), pitch=radians(68)))
    return world


def picture_of(renderer: Renderer, kind: str, size: tuple[int, int] = SIZE) -> np.ndarray:
    """(height, width, 3) uint8."""
    world = world_with(kind)
    seen = {"presence": furnish_presence(world), "button labels": furnish_signs(world), "none": Drawables()}
    renderer.prepare(seen, 0.0, Anchors().of(world))
    return renderer.render_picture(View.symmetric(EYES, size[0] / size[1], 39.0), size)


def in_the_world() -> np.ndarray:
    """Somebody with Touch controllers at the entrance of the demo: (height, width, 3) uint8."""
    exhibit = Exhibit(load(None, LoadOptions()))
    head = Pose((0.0, 1.6, 0.25), turn(pitch=radians(-9)))
    worn: list[Intent] = [HeadMoved(head)]
    for name, side in (("left", -1), ("right", 1)):
        grip = head @ Pose((side * 0.22, -0.18, -0.48), turn(yaw=side * radians(-10), pitch=radians(43)))
        ray = grip @ Pose((0.0, -0.02, -0.08), turn(pitch=radians(-40)))
        worn += [ControllerChanged(name, "touch"), HandMoved(name, grip, ray)]
    tools = Tools()
    for _ in range(FRAMES):
        tools.step(exhibit.world, worn, FADE / 2)
    (picture,) = pictures(exhibit, [Still(WORLD_SIZE, camera=exhibit.world.player.eyes)])
    return picture


def write(path: Path, picture: np.ndarray) -> None:
    content = compressed(picture)
    write_whole(path, lambda stream: stream.write(content))
    print(f"{path}: {len(content):,} bytes")


def main(folder: Path) -> None:
    """Writes the picture of each kind into `folder`."""
    context = standalone_context()
    with context:
        renderer = Renderer(context, THEMES[THEME])
        for kind in SHOWN:
            write(folder / picture_name(kind), picture_of(renderer, kind))
        renderer.release()
    context.release()
    write(folder / "controllers.jpg", in_the_world())


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs")
