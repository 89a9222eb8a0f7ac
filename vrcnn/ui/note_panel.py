"""The newest notice before a visitor in a headset: what went wrong, what helps, and a button that puts it away."""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.scene.intents import Dismiss, Intent
from vrcnn.scene.world import World
from vrcnn.scene.world_panels import TITLE, WorldPanel
from vrcnn.ui.events import Area
from vrcnn.ui.panel_pen import BUTTON, MARGIN, Pen
from vrcnn.ui.theme import BODY, SMALL

LINE, SMALL_LINE = 33.0, 28.0  # points from line to line
HEADLINE = 3  # lines at most


@dataclass
class NotePanel:
    """Shows the newest notice; those before it come when that is put away."""

    def title(self, world: World, panel: WorldPanel) -> str:
        return "Notice" if len(world.notices) < 2 else f"Notice, 1 of {len(world.notices)}"

    def key(self, world: World, panel: WorldPanel) -> object:
        return len(world.notices), world.notices[-1] if world.notices else None

    def moves(self, world: World) -> bool:
        return False

    def scroll(self, notches: float) -> None:
        """It is as long as it is."""

    def draw(self, pen: Pen, world: World, panel: WorldPanel) -> list[Intent]:
        if not world.notices:
            return []
        notice, (width, height) = world.notices[-1], pen.size
        y, foot = TITLE + 12.0, height - MARGIN - BUTTON
        for line in _wrapped(pen, notice.headline, width - 2 * MARGIN, BODY, HEADLINE):
            pen.text(MARGIN, y, line, "text", BODY, room=width - 2 * MARGIN)
            y += LINE
        pen.fill(Area(8.0, TITLE + 12.0, 13.0, y - 4.0), "accent" if notice.node is None else "failed", 2.5)
        most = int((foot - y - 4.0) / SMALL_LINE)
        for line in _wrapped(pen, notice.detail, width - 2 * MARGIN, SMALL, most):
            pen.text(MARGIN, y + 4.0, line, "muted", SMALL, room=width - 2 * MARGIN)
            y += SMALL_LINE
        place = Area(width - MARGIN - 200.0, foot, width - MARGIN, foot + BUTTON)
        return [Dismiss()] if pen.button("put away", place, "Put away") else []


def _wrapped(pen: Pen, words: str, room: float, size: float, most: int) -> list[str]:
    """In at most so many lines; what is left out has an ellipsis."""
    lines: list[str] = []
    for paragraph in words.splitlines():
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}".strip()
            if line and pen.width(longer, size) > room:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return lines if len(lines) <= most else [*lines[: most - 1], f"{lines[most - 1]} …"] if most > 0 else []
