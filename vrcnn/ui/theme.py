"""The look of the panels: glass, type and measures, from the roles of the world's theme."""

from __future__ import annotations

from dataclasses import dataclass, field

from imgui_bundle import imgui

from vrcnn.resources import resource
from vrcnn.scene.theme import Theme
from vrcnn.ui.events import Area

GLASS = 0.88  # how opaque a panel is
BODY, TITLE, SMALL = 15.0, 21.0, 13.0  # px at a scale of 1
ROUNDING, PADDING = 8.0, 16.0  # px at a scale of 1


@dataclass
class Style:
    """Fonts and packed colours for one Dear ImGui context; made while that context is current.

    Measures in pixels are the caller's times `scale`.
    """

    theme: Theme
    text_font: imgui.ImFont
    strong_font: imgui.ImFont
    scale: float = 1.0
    _widths: dict[tuple[str, float, bool], float] = field(default_factory=dict)
    _colours: dict[tuple[str, float], int] = field(default_factory=dict)

    @classmethod
    def create(cls, theme: Theme) -> Style:
        """Loads the fonts and sets the colours of the current context."""
        fonts = imgui.get_io().fonts
        text = fonts.add_font_from_file_ttf(str(resource("assets", "fonts", "Inter-Regular.otf")), BODY)
        strong = fonts.add_font_from_file_ttf(str(resource("assets", "fonts", "Inter-SemiBold.otf")), BODY)
        made = cls(theme, text, strong)
        imgui.get_style().font_size_base = BODY
        made.recolour(theme)
        made.rescale(1.0)
        return made

    def recolour(self, theme: Theme) -> None:
        """Another theme's colours for the current context, and for what is drawn from now on."""
        self.theme = theme
        self._colours.clear()
        style = imgui.get_style()
        for part, role, alpha in (
            (imgui.Col_.window_bg, "panel", GLASS),
            (imgui.Col_.child_bg, "panel", 0.0),
            (imgui.Col_.border, "frame", 0.55),
            (imgui.Col_.text, "text", 1.0),
            (imgui.Col_.plot_lines, "text", 0.85),
            (imgui.Col_.frame_bg, "track", 0.0),
            (imgui.Col_.scrollbar_bg, "panel", 0.0),
            (imgui.Col_.scrollbar_grab, "frame", 1.0),
            (imgui.Col_.scrollbar_grab_hovered, "muted", 1.0),
            (imgui.Col_.scrollbar_grab_active, "accent", 1.0),
            (imgui.Col_.button, "track", 1.0),
            (imgui.Col_.button_hovered, "frame", 1.0),
            (imgui.Col_.button_active, "accent", 0.8),
        ):
            style.set_color_(part, imgui.ImVec4(*theme[role], alpha))

    def rescale(self, scale: float) -> None:
        """Sizes of the current context for a screen of `scale` times 96 dots per inch."""
        self.scale = scale
        style = imgui.get_style()
        style.font_scale_dpi = scale
        style.window_padding = imgui.ImVec2(PADDING * scale, 0.85 * PADDING * scale)
        style.window_rounding = style.child_rounding = ROUNDING * scale
        style.frame_rounding = 0.5 * ROUNDING * scale
        style.frame_padding = imgui.ImVec2(12 * scale, 5 * scale)
        style.item_spacing = imgui.ImVec2(8 * scale, 6 * scale)
        style.window_border_size = max(1.0, round(scale))
        style.frame_border_size = 0.0
        style.scrollbar_size = 8 * scale
        style.scrollbar_rounding = 4 * scale
        style.window_min_size = imgui.ImVec2(1, 1)

    def colour(self, role: str, alpha: float = 1.0) -> int:
        """A role of the theme as Dear ImGui packs colours; `alpha` in 0..1, in steps of a hundredth."""
        key = role, round(alpha, 2)
        if key not in self._colours:
            self._colours[key] = imgui.get_color_u32(imgui.ImVec4(*self.theme[role], key[1]))
        return self._colours[key]

    def width(self, text: str, size: float = BODY, strong: bool = False) -> float:
        """Width in pixels of one line of text of `size` (px at a scale of 1)."""
        key = text, size * self.scale, strong
        if key not in self._widths:
            if len(self._widths) > 2000:
                self._widths.clear()
            font = self.strong_font if strong else self.text_font
            imgui.push_font(font, size)
            self._widths[key] = imgui.calc_text_size(text).x
            imgui.pop_font()
        return self._widths[key]

    def fitted(self, text: str, width: float, size: float = BODY, strong: bool = False) -> str:
        """`text`, its end replaced by an ellipsis where it is wider than `width` pixels."""
        if self.width(text, size, strong) <= width:
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            if self.width(text[:middle].rstrip() + "…", size, strong) <= width:
                low = middle
            else:
                high = middle - 1
        return text[:low].rstrip() + "…"

    def fitted_name(self, text: str, width: float, size: float = BODY, strong: bool = False) -> str:
        """As `fitted`, without its middle, as layers' names differ at their ends."""
        if self.width(text, size, strong) <= width:
            return text
        for kept in range(len(text) - 1, 0, -1):
            tail = kept - kept // 3
            words = text[: kept // 3].rstrip() + "…" + text[-tail:].lstrip()
            if self.width(words, size, strong) <= width:
                return words
        return "…"

    def write(
        self,
        layer: imgui.ImDrawList,
        place: tuple[float, float],
        text: str,
        role: str = "text",
        size: float = BODY,
        strong: bool = False,
        alpha: float = 1.0,
        align: float = 0.0,
    ) -> None:
        """Writes one line; `place` is its top left corner, with an `align` of 0.5 or 1 its top middle or right one."""
        x = place[0] - (align * self.width(text, size, strong) if align else 0.0)
        font = self.strong_font if strong else self.text_font
        layer.add_text(font, size * self.scale, (round(x), round(place[1])), self.colour(role, alpha), text)

    def glass(self, layer: imgui.ImDrawList, area: Area, alpha: float = 1.0) -> None:
        """The ground of a panel."""
        corners = (area.left, area.top), (area.right, area.bottom)
        layer.add_rect_filled(*corners, self.colour("panel", GLASS * alpha), ROUNDING * self.scale)
        layer.add_rect(*corners, self.colour("frame", 0.55 * alpha), ROUNDING * self.scale, max(1.0, round(self.scale)))
