"""Text in the world that is set by the scene: wrapped lines on panels, and panels themselves."""

from __future__ import annotations

from math import atan2

from vrcnn.scene.drawables import Box, Label
from vrcnn.scene.geometry import Pose, rotate, turn
from vrcnn.scene.hall import Surface
from vrcnn.scene.typography import fit, text_width

NOTICE = Surface(Pose((-0.2, 1.68, -1.3)), 1.3, 0.52)  # before the entrance, above shelf and easel


def wrap(text: str, height: float, width: float, most: int, bold: bool = False) -> list[str]:
    """Breaks `text` into at most `most` lines of at most `width` m at cap height `height` m; the rest is shortened."""
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}".strip()
            if line and text_width(longer, height, bold) > width:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return [fit(line, height, width, bold) for line in lines]


def panel(pose: Pose, width: float, height: float, strip: str | None = None) -> list[Box]:
    """A dark plate in a thin frame, with a glowing strip along its upper edge where `strip` names a role."""
    boxes = [
        Box(pose @ Pose((0, 0, -0.012)), (width, height, 0.018), "panel"),
        Box(pose @ Pose((0, 0, -0.024)), (width + 0.03, height + 0.03, 0.024), "frame"),
    ]
    if strip:
        boxes.append(Box(pose @ Pose((0, height / 2 + 0.021, -0.024)), (width + 0.03, 0.012, 0.026), strip, glow=0.8))
    return boxes


def stand(pose: Pose, height: float, foot: tuple[float, float] = (0.5, 0.3)) -> list[Box]:
    """A post and a foot (width and depth in m) under a panel whose lower edge is `height` m below its pose."""
    x, y, z = pose.apply((0.0, 0.0, -0.03))
    length = y - height
    post = Pose((x, length / 2, z), upright(pose))
    return [
        Box(post, (0.045, length, 0.03), "frame"),
        Box(Pose((x, 0.016, z), upright(pose)), (foot[0], 0.032, foot[1]), "frame"),
    ]


def lines_of(lines: list[str], pose: Pose, height: float, spacing: float, role: str, bold: bool = False) -> list[Label]:
    """Labels one below the other, the first one's baseline at `pose`; `spacing` is in cap heights."""
    return [
        Label(line, pose @ Pose((0.0, -row * height * spacing, 0.0)), height, role=role, bold=bold)
        for row, line in enumerate(lines)
    ]


def upright(pose: Pose) -> tuple[float, float, float, float]:
    """The orientation of a pose without its pitch."""
    x, _, z = rotate(pose.orientation, (0.0, 0.0, 1.0))
    return turn(yaw=atan2(x, z))
