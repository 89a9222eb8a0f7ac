"""The search: a box over the view to type a part of a layer's name into, and the layers that fit it."""

from __future__ import annotations

from dataclasses import dataclass, field

from imgui_bundle import imgui

from vrcnn.scene.intents import GoTo, Intent
from vrcnn.scene.searching import Found, search
from vrcnn.scene.world import World
from vrcnn.ui.events import Area, Event, KeyEvent, TextTyped
from vrcnn.ui.theme import BODY, PADDING, SMALL, Style

OPENS = "/"
WIDTH = 560.0  # px at a scale of 1
FROM_TOP = 0.16  # of the window's height
FIELD, ROW = 44.0, 40.0  # px at a scale of 1
INVITATION = "Name, operation, room or shape of a layer"
NOTHING = "No layer fits that."
_WINDOW = (
    imgui.WindowFlags_.no_decoration
    | imgui.WindowFlags_.no_move
    | imgui.WindowFlags_.no_nav
    | imgui.WindowFlags_.no_saved_settings
    | imgui.WindowFlags_.no_background
)


@dataclass
class SearchBox:
    """What is typed, what fits, and which of it is chosen. While it is `open`, keys belong to it."""

    open: bool = False
    text: str = ""
    chosen: int = 0
    found: list[Found] = field(default_factory=list)
    _fresh: bool = False
    _made_for: object = None

    def follow(self, events: tuple[Event, ...], world: World) -> list[Intent]:
        """Takes the keys of this frame; returns where the visitor wants to go."""
        intents: list[Intent] = []
        for event in events:
            match event:
                case TextTyped(text) if text == OPENS and not self.open:
                    self.open, self.text, self.chosen, self._fresh = True, "", 0, True
                    self._made_for = None
                case KeyEvent("ESCAPE", True) if self.open:
                    self.open = False
                case KeyEvent("DOWN", True) if self.open and self.found:
                    self.chosen = (self.chosen + 1) % len(self.found)
                case KeyEvent("UP", True) if self.open and self.found:
                    self.chosen = (self.chosen - 1) % len(self.found)
                case KeyEvent("ENTER" | "KP_ENTER", True) if self.open:
                    self._look(world)
                    intents += self._go()
        return intents

    def draw(
        self, layer: imgui.ImDrawList, style: Style, size: tuple[int, int], world: World, pointed: bool
    ) -> tuple[Area, list[Intent]]:
        """Draws the box with what was found; returns its area, and where a click leads. A click beside it closes it.

        Without `pointed` the pointer is elsewhere.
        """
        scale = style.scale
        width = min(WIDTH * scale, size[0] - 2 * PADDING * scale)
        left, top = (size[0] - width) / 2, size[1] * FROM_TOP
        rows = self.found if self.text.strip() else []
        room = int((size[1] - top - (FIELD + 2 * PADDING) * scale) / (ROW * scale))
        rows = rows[: max(1, room)]
        height = FIELD + (ROW * max(1, len(rows)) + PADDING if self.text.strip() else 0.0)
        area = Area(left, top, left + width, top + height * scale)
        style.glass(layer, area)
        layer.add_rect_filled((left, top), (area.right, area.bottom), style.colour("panel", 0.75), 8 * scale)
        self._draw_field(style, layer, area)
        intents: list[Intent] = []
        self._look(world)
        clicked, pointer = imgui.is_mouse_clicked(0), imgui.get_mouse_pos()
        for place, found in enumerate(rows):
            y = top + (FIELD + 4 + ROW * place) * scale
            over = left <= pointer.x < area.right and y <= pointer.y < y + ROW * scale
            self._draw_row(style, layer, found, (left, y, width), place == self.chosen, over)
            if over and clicked:
                self.chosen = place
                intents = self._go()
        if self.text.strip() and not rows:
            place_of_words = left + PADDING * scale, top + (FIELD + 12) * scale
            style.write(layer, place_of_words, NOTHING, "muted", SMALL)
        if pointed and clicked and not area.holds(pointer.x, pointer.y):
            self.open = False
        return area, intents

    def _look(self, world: World) -> None:
        key = self.text, [(id(hall), hall.layout_revision, hall.handling_revision) for hall in world.halls]
        if key != self._made_for:
            self._made_for = key
            self.found, self.chosen = search(world.halls, self.text), 0

    def _go(self) -> list[Intent]:
        if not self.text.strip() or self.chosen >= len(self.found):
            return []
        self.open = False
        found = self.found[self.chosen]
        return [GoTo(found.name, found.hall)]

    def _draw_field(self, style: Style, layer: imgui.ImDrawList, area: Area) -> None:
        """The line to type into; Dear ImGui keeps its cursor, its selection and the keys that move them."""
        scale = style.scale
        imgui.set_next_window_pos((area.left, area.top))
        imgui.set_next_window_size((area.right - area.left, FIELD * scale))
        imgui.push_style_var(imgui.StyleVar_.window_padding, (PADDING * scale, 8 * scale))
        imgui.push_style_var(imgui.StyleVar_.frame_padding, (0.0, 5 * scale))
        imgui.begin("##search", None, _WINDOW)
        imgui.set_next_item_width(area.right - area.left - 2 * PADDING * scale)
        if self._fresh:
            imgui.set_keyboard_focus_here()
            self._fresh = False
        imgui.push_font(style.text_font, BODY * 1.1)
        _, self.text = imgui.input_text_with_hint("##words", INVITATION, self.text)
        if not imgui.is_item_active():
            imgui.set_keyboard_focus_here(-1)
        imgui.pop_font()
        imgui.end()
        imgui.pop_style_var(2)
        if self.text.strip():
            y = round(area.top + FIELD * scale)
            layer.add_line_h(area.left + 1, area.right - 1, y, style.colour("frame", 0.6), max(1.0, round(scale)))

    @staticmethod
    def _draw_row(
        style: Style,
        layer: imgui.ImDrawList,
        found: Found,
        place: tuple[float, float, float],
        chosen: bool,
        over: bool,
    ) -> None:
        """Name and shape; below, the operation and the room."""
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
