"""What the window's search and the headset's share: what is looked for, what fits, and a row for each layer found."""

from __future__ import annotations

from dataclasses import dataclass, field

from imgui_bundle import imgui

from vrcnn.scene.intents import GoTo
from vrcnn.scene.searching import Found, search
from vrcnn.scene.world import World
from vrcnn.ui.theme import PADDING, SMALL, Style

ROW = 40.0  # px at a scale of 1
INVITATION = "Name, operation, room or shape of a layer"
NOTHING = "No layer fits that."


@dataclass
class Query:
    """What is typed, what fits, and which of it is chosen."""

    text: str = ""
    chosen: int = 0
    found: list[Found] = field(default_factory=list)
    _made_for: object = None

    def look(self, world: World) -> None:
        """Looks for what is typed, where that or the walls have changed."""
        key = self.text, [(id(hall), hall.layout_revision, hall.handling_revision) for hall in world.halls]
        if key != self._made_for:
            self._made_for = key
            self.found, self.chosen = search(world.halls, self.text), 0

    def way(self) -> GoTo | None:
        """Where the chosen layer is."""
        if not self.text.strip() or self.chosen >= len(self.found):
            return None
        found = self.found[self.chosen]
        return GoTo(found.name, found.hall)


def draw_found(
    style: Style,
    layer: imgui.ImDrawList,
    found: Found,
    place: tuple[float, float, float],
    chosen: bool,
    over: bool,
) -> None:
    """Name and shape; below, the operation and the room. `place` is (left, top, width) in px."""
    scale = style.scale
    left, y, width = place
    pad = PADDING * scale
    if chosen or over:
        colour = style.colour("track") if chosen else style.colour("frame", 0.3)
        corners = (left + 4 * scale, y), (left + width - 4 * scale, y + (ROW - 2) * scale)
        layer.add_rect_filled(*corners, colour, 5 * scale)
    if chosen:
        layer.add_rect_filled(
            (left + 7 * scale, y + 6 * scale), (left + 9.5 * scale, y + (ROW - 8) * scale), style.colour("accent")
        )
    shape_width = style.width(found.shape, SMALL)
    room = width - 2 * pad - shape_width - 16 * scale
    title = style.fitted(found.title, room)
    style.write(layer, (left + pad, y + 3 * scale), title, "text", strong=chosen)
    style.write(layer, (left + width - pad, y + 4.5 * scale), found.shape, "muted", SMALL, align=1.0)
    more = "" if found.shown else "   ·   will be shown"
    below = "   ·   ".join(part for part in (found.operation, found.room) if part) + more
    words = style.fitted(below, width - 2 * pad, SMALL * 0.92)
    style.write(layer, (left + pad, y + 21 * scale), words, "muted", SMALL * 0.92)
