"""The lectern at the entrance of a hall: three buttons that choose how much of its network is shown."""

from __future__ import annotations

from math import cos, radians

from vrcnn.network.scope import LEVELS
from vrcnn.scene.drawables import Box, Drawables, Label, Shadow
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.hall import Hall, Surface
from vrcnn.scene.signs import panel, stand
from vrcnn.scene.world import World

LECTERN = Surface(Pose((0.2, 0.80, -1.45), turn(yaw=radians(-10), pitch=radians(-42))), 0.56, 0.225)
BUTTON = 0.168, 0.112  # m
DROP = -0.042  # m from the lectern's middle to that of its buttons
WORDS = {"blocks": "Blocks", "layers": "Layers", "all": "All"}
PULSES, STEPS = 1.1, 12.0  # pulses, and how often they are drawn anew, each second


def detail_buttons(hall: Hall) -> list[Surface]:
    """One button for each of LEVELS, from left to right, in the world's frame."""
    apart = (LECTERN.width - 0.03) / len(LEVELS)
    lectern = LECTERN.carried(hall.place).pose
    return [Surface(lectern @ Pose(((place - 1) * apart, DROP, 0.012)), *BUTTON) for place in range(len(LEVELS))]


def furnish_lectern(world: World, hall: Hall) -> Drawables:
    """The chosen level is lit; it pulses until the network is shown that way."""
    pose = LECTERN.carried(hall.place).pose
    boxes = panel(pose, LECTERN.width, LECTERN.height, strip="accent")
    boxes += stand(pose, LECTERN.height / 2 - 0.06, foot=(0.32, 0.22))
    top = pose @ Pose((-LECTERN.width / 2 + 0.022, LECTERN.height / 2 - 0.055, 0.001))
    labels = [Label("Detail", top, 0.03, bold=True)]
    for level, button in zip(LEVELS, detail_buttons(hall), strict=True):
        lit = level == hall.chosen.detail
        glow = 0.9 if lit else 0.35
        if lit and _waiting(hall):
            glow = 0.45 + 0.4 * (0.5 - 0.5 * cos(2 * 3.1416 * PULSES * _beat(world) / STEPS))
        boxes.append(Box(button.pose, (button.width, button.height, 0.02), "accent" if lit else "track", glow))
        words = button.pose @ Pose((0.0, -0.015, 0.0115))
        labels.append(Label(WORDS[level], words, 0.03, "centre", "on accent" if lit else "text", bold=lit))
    x, _, z = pose.position
    return Drawables(boxes=tuple(boxes), labels=tuple(labels), shadows=(Shadow((x, 0, z), (0.75, 0.5)),))


def lectern_key(world: World, hall: Hall) -> tuple[object, ...]:
    """Equal keys mean that `furnish_lectern` would say the same again."""
    return hall.place, hall.chosen.detail, _beat(world) if _waiting(hall) else None


def _waiting(hall: Hall) -> bool:
    return hall.chosen.detail != hall.scope.detail


def _beat(world: World) -> int:
    return int(world.time * STEPS)
