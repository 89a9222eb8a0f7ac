"""The plinth at the entrance: hold it to move the whole network; its buttons put back what was moved or hidden."""

from __future__ import annotations

from math import cos, pi, radians, sin

import numpy as np

from vrcnn.scene.controls import Control
from vrcnn.scene.drawables import Box, Drawables, Label, Ribbon, Shadow
from vrcnn.scene.geometry import Placing, Pose, turn
from vrcnn.scene.hall import Hall, Surface
from vrcnn.scene.intents import ResetWhole, ShowHidden
from vrcnn.scene.wording import counted

FOOT = Pose((-0.42, 0.0, -3.7))  # in the hall's frame: left of the path, before the first walls
TOP = Pose((0.0, 0.74, 0.0), turn(pitch=radians(-38)))
PLATE = 0.46, 0.3  # m
BUTTON, BUTTON_DROP = (0.4, 0.08), 0.215  # m; from the middle of the plate, and from one button to the next 0.1
RING, RING_WIDTH = 0.4, 0.018  # m, the ring's radius


def standing(hall: Hall) -> Placing:
    """Where the plinth stands in the world, and how large the network is; the plinth itself is always as large."""
    return hall.placing @ Placing(FOOT)


def plinth_controls(hall: Hall, number: int) -> list[Control]:
    """The plate that is held, and the buttons below it where there is something to do for them."""
    place = standing(hall).pose @ TOP
    plate = Surface(place, *PLATE)
    controls = [Control("plinth", plate, "Hold to move the network, wheel to scale it", rim=0.012, hall=number)]
    hidden = hidden_walls(hall)
    if hall.arrangement.whole != Placing():
        controls.append(_button(place, 0, "Click to put the network back", ResetWhole(number), number))
    if hidden:
        row = len(controls) - 1
        words = f"Click to show {counted(hidden, 'hidden wall')} again"
        controls.append(_button(place, row, words, ShowHidden(number), number))
    return controls


def hidden_walls(hall: Hall) -> int:
    """How many walls of the hall are hidden."""
    if not any(handling.hidden for handling in hall.arrangement.handled.values()):
        return 0
    return sum(wall.hidden for wall in hall.walls)


def plinth_key(hall: Hall) -> tuple[object, ...]:
    """Equal keys mean that `furnish_plinth` would say the same again."""
    return hall.place, hall.arrangement.whole, hidden_walls(hall)


def furnish_plinth(hall: Hall, number: int) -> Drawables:
    """A post with a slanted plate, a ring around it on the ground, and the buttons."""
    foot = standing(hall).pose
    top = foot @ TOP
    boxes = [
        Box(top @ Pose((0, 0, -0.014)), (*PLATE, 0.022), "panel"),
        Box(top @ Pose((0, 0, -0.026)), (PLATE[0] + 0.03, PLATE[1] + 0.03, 0.022), "frame"),
        Box(top @ Pose((0, PLATE[1] / 2 + 0.021, -0.024)), (PLATE[0] + 0.03, 0.012, 0.026), "accent", glow=0.8),
        Box(foot @ Pose((0.0, 0.36, -0.02)), (0.09, 0.68, 0.09), "frame"),
        Box(foot @ Pose((0.0, 0.018, -0.02)), (0.34, 0.036, 0.34), "frame"),
    ]
    labels = [
        Label("Network", top @ Pose((0, 0.072, 0.001)), 0.036, "centre", bold=True),
        Label("Hold: move and turn", top @ Pose((0, 0.0, 0.001)), 0.023, "centre", "text"),
        Label("Wheel or both hands: scale", top @ Pose((0, -0.05, 0.001)), 0.023, "centre", "text"),
        Label(_scale_words(hall), top @ Pose((0, -0.105, 0.001)), 0.023, "centre", "muted"),
    ]
    for control in plinth_controls(hall, number)[1:]:
        place = control.surface.pose
        boxes.append(Box(place @ Pose((0, 0, -0.01)), (*BUTTON, 0.018), "track", glow=0.35))
        words = "Put back" if isinstance(control.intent, ResetWhole) else f"Show {hidden_walls(hall)} hidden"
        labels.append(Label(words, place @ Pose((0, -0.014, 0.001)), 0.028, "centre", "text"))
    x, _, z = foot.position
    angles = np.linspace(0, 2 * pi, 49)
    ring = np.array([foot.apply((RING * sin(angle), 0.02, RING * cos(angle) - 0.02)) for angle in angles], np.float32)
    return Drawables(
        boxes=tuple(boxes),
        labels=tuple(labels),
        shadows=(Shadow((x, 0.0, z), (0.8, 0.8)),),
        ribbons=(Ribbon(ring, RING_WIDTH, "edge", flow=0.0),),
    )


def _button(plate: Pose, row: int, words: str, intent: ResetWhole | ShowHidden, number: int) -> Control:
    surface = Surface(plate @ Pose((0.0, -BUTTON_DROP - 0.1 * row, 0.006)), *BUTTON)
    return Control("plinth button", surface, words, intent, row, 0.006, 0.02, number)


def _scale_words(hall: Hall) -> str:
    scale = hall.arrangement.whole.scale
    return "Full size" if abs(scale - 1) < 0.005 else f"{100 * scale:.3g} % of its size"
