"""The newest notice before a visitor in a headset: what went wrong, what helps, and a button that puts it away."""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.scene.intents import Dismiss, Intent
from vrcnn.scene.world import Notice, World
from vrcnn.scene.world_panels import TITLE, WorldPanel
from vrcnn.ui.events import Area
from vrcnn.ui.panel_pen import BUTTON, MARGIN, Pen
from vrcnn.ui.theme import BODY, SMALL

LINE, SMALL_LINE = 33.0, 28.0  # points from line to line
HEADLINE = 3  # lines at most


@dataclass
class NotePanel:
    """Shows the newest notice; those before it come when that is put away. Of long details those from line `first`."""

    first: int = 0
    told: Notice | None = None

    def title(self, world: World, panel: WorldPanel) -> str:
        return "Notice" if len(world.notices) < 2 else f"Notice, 1 of {len(world.notices)}"

    def key(self, world: World, panel: WorldPanel) -> object:
        return len(world.notices), world.notices[-1] if world.notices else None, self.first

    def moves(self, world: World) -> bool:
        return False

    def scroll(self, notches: float) -> None:
        self.first = max(0, self.first + (-1 if notches > 0 else 1))

    def draw(self, pen: Pen, world: World, panel: WorldPanel) -> list[Intent]:
        if not world.notices:
            return []
        notice, (width, height) = world.notices[-1], pen.size
        if notice is not self.told:
            self.told, self.first = notice, 0
        y, foot = TITLE + 12.0, height - MARGIN - BUTTON
        for line in _wrapped(pen, notice.headline, width - 2 * MARGIN, BODY, HEADLINE):
            pen.text(MARGIN, y, line, "text", BODY, room=width - 2 * MARGIN)
            y += LINE
        pen.fill(Area(8.0, TITLE + 12.0, 13.0, y - 4.0), "accent" if notice.node is None else "failed", 2.5)
        most = int((foot - y - 4.0) / SMALL_LINE)
        lines = _wrapped(pen, notice.detail, width - 2 * MARGIN, SMALL, len(notice.detail))
        self.first = min(self.first, max(0, len(lines) - most))
        if len(lines) > most:
            words = f"lines {self.first + 1} to {self.first + most} of {len(lines)}: scroll with the stick"
            pen.text(MARGIN, foot + 17, words, "muted", SMALL, room=width - 3 * MARGIN - 200.0)
        for line in lines[self.first : self.first + most]:
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
