"""The search: a box over the view to type a part of a layer's name into, and the layers that fit it."""

from __future__ import annotations

from dataclasses import dataclass

from imgui_bundle import imgui

from vrcnn.scene.intents import Intent
from vrcnn.scene.world import World
from vrcnn.ui.events import Area, Event, KeyEvent, TextTyped
from vrcnn.ui.found_layers import INVITATION, NOTHING, ROW, Query, draw_found
from vrcnn.ui.theme import BODY, PADDING, SMALL, Style

OPENS = "/"
WIDTH = 560.0  # px at a scale of 1
FROM_TOP = 0.16  # of the window's height
FIELD = 44.0  # px at a scale of 1, the height of the line to type into
_WINDOW = (
    imgui.WindowFlags_.no_decoration
    | imgui.WindowFlags_.no_move
    | imgui.WindowFlags_.no_nav
    | imgui.WindowFlags_.no_saved_settings
    | imgui.WindowFlags_.no_background
)


@dataclass
class SearchBox(Query):
    """The query with its box. While it is `open`, keys belong to it."""

    open: bool = False
    _fresh: bool = False

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
                    self.look(world)
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
        self.look(world)
        clicked, pointer = imgui.is_mouse_clicked(0), imgui.get_mouse_pos()
        for place, found in enumerate(rows):
            y = top + (FIELD + 4 + ROW * place) * scale
            over = left <= pointer.x < area.right and y <= pointer.y < y + ROW * scale
            draw_found(style, layer, found, (left, y, width), place == self.chosen, over)
            if over and clicked:
                self.chosen = place
                intents = self._go()
        if self.text.strip() and not rows:
            place_of_words = left + PADDING * scale, top + (FIELD + 12) * scale
            style.write(layer, place_of_words, NOTHING, "muted", SMALL)
        if pointed and clicked and not area.holds(pointer.x, pointer.y):
            self.open = False
        return area, intents

    def _go(self) -> list[Intent]:
        way = self.way()
        if way is None:
            return []
        self.open = False
        return [way]

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
