"""The lectern at the entrance of a hall: how much of its network is shown, and what was done to its walls."""

from __future__ import annotations

from math import cos, pi, radians

from vrcnn.network.scope import LEVELS
from vrcnn.scene.arrangement import LAYOUTS
from vrcnn.scene.desk import Choice, Desk, Row
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.hall import Hall, Surface
from vrcnn.scene.intents import ChooseDetail, ChooseLayout, Redo, ResetAll, ToggleTable, Undo

LECTERN, WIDTH = Pose((0.86, 0.65, -0.9), turn(yaw=radians(-24), pitch=radians(-42))), 0.67  # m
DETAILS = {
    "blocks": ("Blocks", "Click to show only the blocks"),
    "layers": ("Layers", "Click to show the layers"),
    "all": ("All", "Click to show every operation"),
}
WAYS = {
    "corridor": ("Corridor", "Click to let the walls stand along a corridor"),
    "stack": ("Stack", "Click to let the walls stand one behind the other"),
    "spiral": ("Spiral", "Click to wind the corridor up"),
}
PULSES, STEPS = 1.1, 12.0  # pulses, and how often they are drawn anew, each second


def lectern(hall: Hall, number: int, time: float = 0.0) -> Desk:
    """The lectern of hall number `number` at this `time` (World.time, s).

    The chosen level pulses until the network is shown that way.
    """
    waiting = hall.chosen.detail != hall.scope.detail
    beat = int(time * STEPS) / STEPS
    glow = 0.65 - 0.2 * cos(2 * pi * PULSES * beat) if waiting else 0.9
    details = tuple(
        Choice(*DETAILS[level], ChooseDetail(level), level == hall.chosen.detail, glow=glow) for level in LEVELS
    )
    changes = (
        Choice("Undo", "Click to undo the last change", Undo()),
        Choice("Redo", "Click to redo what was undone", Redo()),
        Choice("Reset", "Click to put every wall back", ResetAll()),
    )
    layouts = tuple(
        Choice(*WAYS[layout], ChooseLayout(layout), layout == hall.arrangement.layout) for layout in LAYOUTS
    )
    model = (Choice("All layers on a table", "Click for a model of all layers", ToggleTable()),)
    rows = Row("Detail", details), Row("Layout", layouts), Row("Walls", changes), Row("Model", model)
    return Desk("lectern", hall.place.carry(LECTERN), WIDTH, rows, number)


def lectern_key(hall: Hall, time: float) -> tuple[object, ...]:
    """Equal keys mean that the lectern would look the same again."""
    waiting = hall.chosen.detail != hall.scope.detail
    return hall.place, hall.chosen.detail, hall.arrangement.layout, int(time * STEPS) if waiting else None


def detail_buttons(hall: Hall) -> list[Surface]:
    """One button for each of LEVELS, from left to right, in the world's frame."""
    buttons = lectern(hall, 0).buttons()
    return [surface for surface, choice in buttons if isinstance(choice.intent, ChooseDetail)]
