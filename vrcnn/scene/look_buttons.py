"""Two buttons below the lectern's plate: another theme, and the wave that follows the data through the network."""

from __future__ import annotations

from vrcnn.scene.controls import Control
from vrcnn.scene.drawables import Box, Drawables, Label
from vrcnn.scene.geometry import Pose
from vrcnn.scene.hall import Surface
from vrcnn.scene.intents import ChooseTheme, SendWave
from vrcnn.scene.lectern import LECTERN
from vrcnn.scene.theme import following
from vrcnn.scene.world import World

BUTTON = 0.272, 0.078  # m
DROP = 0.072  # m from the lectern's lower edge to the middle of the buttons
CAP = 0.025  # m


def look_controls(world: World) -> list[Control]:
    """Both buttons, which stand at the first hall's lectern."""
    lectern = LECTERN.carried(world.halls[0].place)
    row = -lectern.height / 2 - DROP
    aside = (lectern.width - BUTTON[0]) / 2
    theme, wave = (Surface(lectern.pose @ Pose((x, row, 0.0)), *BUTTON) for x in (-aside, aside))
    return [
        Control("theme", theme, f"Click for the {following(world.theme)} theme", ChooseTheme(), 0, 0.006, 0.012),
        Control("wave", wave, "Click to follow the data", SendWave(), 1, 0.006, 0.012),
    ]


def furnish_look(world: World) -> Drawables:
    """What is written on them is what a press does."""
    boxes: list[Box] = []
    labels: list[Label] = []
    words = f"{following(world.theme).capitalize()} theme", "Follow the data"
    for control, text in zip(look_controls(world), words, strict=True):
        pose, (width, height) = control.surface.pose, BUTTON
        boxes.append(Box(pose, (width, height, 0.02), "track", glow=0.35))
        boxes.append(Box(pose @ Pose((0.0, DROP, -0.02)), (0.03, 2 * DROP, 0.02), "frame"))
        labels.append(Label(text, pose @ Pose((0.0, -CAP / 2, 0.0115)), CAP, "centre"))
    return Drawables(boxes=tuple(boxes), labels=tuple(labels))


def look_key(world: World) -> tuple[object, ...]:
    """Equal keys mean that `furnish_look` would say the same again."""
    return world.theme, world.halls[0].place
