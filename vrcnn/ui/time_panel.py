"""The panel of a training's course: a line of its checkpoints to drag along, below the curves of what it has told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from imgui_bundle import imgui

from vrcnn.scene.intents import Intent
from vrcnn.scene.training import Training, told
from vrcnn.scene.training_intents import ChooseCheckpoint, PlayTraining, StepCheckpoint
from vrcnn.scene.wording import counted
from vrcnn.scene.world import World
from vrcnn.scene.world_panels import TITLE, WorldPanel
from vrcnn.ui.events import Area
from vrcnn.ui.panel_pen import BUTTON, MARGIN, Pen, columns
from vrcnn.ui.theme import SMALL

PLOT, TRACK = 150.0, 46.0  # points, heights
CURVES = ("accent", "running", "text")  # roles of the first curves; more would not be told apart
NONE = "There are no checkpoints: give a folder of them with --checkpoints when you start."
KNOB = 9.0  # points, half a knob's width


@dataclass
class TimePanel:
    """Keeps nothing: all that it tells is in the World."""

    def title(self, world: World, panel: WorldPanel) -> str:
        return "Time"

    def key(self, world: World, panel: WorldPanel) -> object:
        training = world.training
        return None if training is None else (training.aim, training.shown, training.playing, training.tensors)

    def moves(self, world: World) -> bool:
        return False

    def scroll(self, notches: float) -> None:
        """There is nothing beyond what is shown."""

    def draw(self, pen: Pen, world: World, panel: WorldPanel) -> list[Intent]:
        training = world.training
        width, height = pen.size
        if training is None:
            for number, line in enumerate(NONE.split(": ")):
                pen.text(MARGIN, TITLE + 20 + 34 * number, line.capitalize(), "muted", SMALL * 1.08)
            return []
        pen.text(MARGIN, TITLE + 14, told(training), strong=True, room=width - 2 * MARGIN)
        pen.text(MARGIN, TITLE + 46, _held(training), "muted", SMALL, room=width - 2 * MARGIN)
        top = TITLE + 84.0
        room = Area(MARGIN + KNOB, top, width - MARGIN - KNOB, top + PLOT)
        _draw_curves(pen, training, room)
        track = Area(room.left - KNOB, room.top, room.right + KNOB, room.bottom + TRACK)
        wishes = _draw_track(pen, training, track, room)
        foot = Area(MARGIN, height - MARGIN - BUTTON, width - MARGIN, height - MARGIN)
        back, play, on = columns(foot, 3)
        if pen.button("back", back, "← Before", usable=training.aim > 0):
            wishes.append(StepCheckpoint(-1))
        if pen.button("play", play, "Stop" if training.playing else "Play", training.playing):
            wishes.append(PlayTraining())
        if pen.button("on", on, "Next →", usable=training.aim < len(training.moments) - 1):
            wishes.append(StepCheckpoint(1))
        return wishes


def curves_of(training: Training) -> list[tuple[str, list[tuple[float, float]]]]:
    """(name, points) of what the training has told at two checkpoints or more: both coordinates from 0 to 1, the first
    checkpoint at 0, the largest value at 1."""
    names = list(dict.fromkeys(name for moment in training.moments for name in moment.numbers))
    last = max(1, len(training.moments) - 1)
    found = []
    for name in names:
        known = [(at / last, each.numbers[name]) for at, each in enumerate(training.moments) if name in each.numbers]
        least, most = min(value for _, value in known), max(value for _, value in known)
        if len(known) > 1:
            reach = most - least or 1.0
            found.append((name, [(at, (value - least) / reach) for at, value in known]))
    return found[: len(CURVES)]


def _draw_curves(pen: Pen, training: Training, room: Area) -> None:
    """With their names above them, at the right."""
    pen.fill(room, "track", 4.0, 0.35)
    right = room.right + KNOB
    for (name, points), role in zip(curves_of(training), CURVES, strict=False):
        line = [
            (room.left + at * (room.right - room.left), room.bottom - 8 - share * (room.bottom - room.top - 16))
            for at, share in points
        ]
        _draw_line(pen, line, role)
        pen.text(right, room.top - 38, name, role, SMALL, align=1.0)
        right -= pen.width(name, SMALL) + 22


def _draw_line(pen: Pen, points: list[tuple[float, float]], role: str) -> None:
    corners: list[Any] = [imgui.ImVec2(x * pen.density, y * pen.density) for x, y in points]
    pen.layer.add_polyline(corners, pen.style.colour(role), 2.4 * pen.density, 0)


def _draw_track(pen: Pen, training: Training, area: Area, room: Area) -> list[Intent]:
    """The line of the checkpoints; a press chooses the nearest one."""
    over, _ = pen.felt("track", area)
    places, middle = max(1, len(training.moments) - 1), room.bottom + TRACK / 2 + 4
    pen.fill(Area(room.left, middle - 3, room.right, middle + 3), "track", 3.0)
    at = room.left + training.aim / places * (room.right - room.left)
    pen.fill(Area(room.left, middle - 3, at, middle + 3), "running", 3.0)
    pen.fill(Area(at - 1, room.top, at + 1, middle), "accent", 0.0, 0.8)
    pen.fill(Area(at - KNOB, middle - KNOB, at + KNOB, middle + KNOB), "accent", KNOB)
    first, last = training.moments[0].words, training.moments[-1].words
    pen.text(room.left, middle + 12, first, "muted", SMALL)
    pen.text(room.right, middle + 12, last, "muted", SMALL, align=1.0)
    if pen.pointer is None or not (over and (pen.pressed or pen.held)):
        return []
    share = (pen.pointer[0] - room.left) / (room.right - room.left)
    number = min(len(training.moments) - 1, max(0, round(share * places)))
    return [] if number == training.aim else [ChooseCheckpoint(number)]


def _held(training: Training) -> str:
    """Which it is of how many, and what the file had of the network."""
    words = f"{training.aim + 1} of {counted(len(training.moments), 'checkpoint')}"
    if training.tensors < training.count:
        words += f"; it has {training.tensors} of {training.count} tensors, the others are as loaded"
    return words
