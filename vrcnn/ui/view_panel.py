"""The panel with the rows of the desks at the entrance: "View", with a bar of the colours, and "Features"."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from imgui_bundle import imgui

from vrcnn.scene.colormaps import colours_along
from vrcnn.scene.colouring import LAYER, Colormap, Colouring, colormap_of, with_number
from vrcnn.scene.desk import Choice, Row
from vrcnn.scene.feature_desk import feature_desk
from vrcnn.scene.intents import Colour, Intent
from vrcnn.scene.lectern import lectern
from vrcnn.scene.theme import THEMES
from vrcnn.scene.view_desk import view_desk
from vrcnn.scene.world import World
from vrcnn.ui.events import Area
from vrcnn.ui.theme import PADDING, SMALL, TITLE, Style

PAGES = ("View", "Features")
WIDTH = 356.0  # px at a scale of 1
BAR, BUTTON, SWATCH = 14.0, 28.0, 22.0  # px at a scale of 1, heights
GAP = 5.0  # px at a scale of 1, between the buttons of a row
STEPS = 48  # of the colour bar
HANDLE = 92.0, 34.0  # px at a scale of 1, of what opens it
_WINDOW = (
    imgui.WindowFlags_.no_decoration
    | imgui.WindowFlags_.always_auto_resize
    | imgui.WindowFlags_.no_move
    | imgui.WindowFlags_.no_nav
    | imgui.WindowFlags_.no_saved_settings
    | imgui.WindowFlags_.no_focus_on_appearing
)


@dataclass(frozen=True)
class Slider:
    """A slider for the number `part` of a Colouring, from `least` to `largest`; `form` is how C prints it."""

    part: str
    caption: str
    least: float
    largest: float
    form: str
    logarithmic: bool = False


SLIDERS = {
    slider.part: slider
    for slider in (
        Slider("gamma", "Gamma: to the left faint values are lifted", 0.25, 2.0, "%.2f"),
        Slider("percentile", "So many of the layer's values are told apart", 50.0, 100.0, "%.1f %%"),
        Slider("fixed", "The largest value that is told apart", 1e-2, 1e3, "%.3g", logarithmic=True),
    )
}


@dataclass
class ViewPanel:
    """Open or not, at one of its PAGES; a small handle beside the card opens it."""

    open: bool = False
    page: str = PAGES[0]
    _wishes: list[Intent] = field(default_factory=list)

    def draw(
        self, layer: imgui.ImDrawList, style: Style, size: tuple[int, int], world: World, beside: Area
    ) -> tuple[Area, list[Intent]]:
        """Draws panel or handle to the right of the area `beside`, or below it where the window is too narrow.

        Returns its area, and what the visitor has asked for in it.
        """
        scale = style.scale
        gap = 10 * scale
        if not self.open:
            place = beside.right + gap, beside.top
            return self._draw_handle(layer, style, place), []
        narrow = size[0] - beside.right < (WIDTH + 2 * PADDING) * scale
        left, top = (beside.left, beside.bottom + gap) if narrow else (beside.right + gap, beside.top)
        imgui.set_next_window_pos((left, top))
        width = min(WIDTH * scale, size[0] - left - gap)
        imgui.set_next_window_size_constraints((width, 0), (width, size[1] - top - gap))
        imgui.begin("##view", None, _WINDOW)
        self._draw_pages(style)
        if self.page == "View":
            self._draw_rows(style, world, width - 2 * PADDING * scale)
        else:
            for row in feature_desk(world).rows:
                self._draw_row(style, row, width - 2 * PADDING * scale, captions=True)
        corner, extent = imgui.get_window_pos(), imgui.get_window_size()
        imgui.end()
        wishes, self._wishes = self._wishes, []
        return Area(corner.x, corner.y, corner.x + extent.x, corner.y + extent.y), wishes

    def _draw_handle(self, layer: imgui.ImDrawList, style: Style, place: tuple[float, float]) -> Area:
        scale = style.scale
        area = Area(*place, place[0] + HANDLE[0] * scale, place[1] + HANDLE[1] * scale)
        pointer = imgui.get_mouse_pos()
        over = area.holds(pointer.x, pointer.y)
        style.glass(layer, area)
        cap = Area(area.left + 8 * scale, area.top + 6 * scale, area.left + 43 * scale, area.bottom - 6 * scale)
        layer.add_rect_filled((cap.left, cap.top), (cap.right, cap.bottom), style.colour("track"), 5 * scale)
        middle = (cap.left + cap.right) / 2, area.top + 10 * scale
        style.write(layer, middle, "Tab", "text", SMALL, True, align=0.5)
        words = "accent text" if over else "text"
        style.write(layer, (area.left + 51 * scale, area.top + 10 * scale), "View", words, SMALL)
        self.open = over and imgui.is_mouse_clicked(0)
        return area

    def _draw_pages(self, style: Style) -> None:
        """The names of the pages; a click on one turns to it."""
        imgui.push_font(style.strong_font, TITLE)
        for page in PAGES:
            if page != PAGES[0]:
                imgui.same_line(0.0, 22 * style.scale)
            chosen = page == self.page
            imgui.push_style_color(imgui.Col_.text, style.colour("text" if chosen else "muted"))
            imgui.text_unformatted(page)
            imgui.pop_style_color()
            low, high = imgui.get_item_rect_min(), imgui.get_item_rect_max()
            if chosen:
                line = (low.x, high.y + 2 * style.scale), (high.x, high.y + 4 * style.scale)
                imgui.get_window_draw_list().add_rect_filled(*line, style.colour("accent"))
            if imgui.is_item_clicked():
                self.page = page
        imgui.pop_font()
        imgui.dummy((0.0, 3 * style.scale))

    def _draw_rows(self, style: Style, world: World, width: float) -> None:
        given, colormap = world.colouring, colormap_of(world.colouring, THEMES[world.theme])
        for row in view_desk(world).rows:
            if row.title == "Gamma":
                self._slide(style, SLIDERS["gamma"], given, width)
                continue
            self._draw_row(style, row, width)
            if row.title == "Colours":
                _draw_bar(style, colormap, given, width)
            if row.title == "Range" and given.range in SLIDERS:
                self._slide(style, SLIDERS[given.range], given, width)
        for row in lectern(world.hall, world.here).rows:
            self._draw_row(style, row, width)

    def _draw_row(self, style: Style, row: Row, width: float, captions: bool = False) -> None:
        """The title, and the row's buttons below it, with the `captions` between them; a click on one is a wish."""
        scale = style.scale
        _caption(style, row.title)
        choices = [choice for choice in row.choices if captions or choice.intent is not None]
        shares = np.array([choice.width for choice in choices])
        widths = shares / shares.sum() * (width - GAP * scale * (len(choices) - 1))
        height = (SWATCH if choices[0].swatch else BUTTON) * scale
        imgui.push_style_var(imgui.StyleVar_.item_spacing, (GAP * scale, 6 * scale))
        imgui.push_style_var(imgui.StyleVar_.frame_padding, (2 * scale, 2 * scale))
        for number, (choice, room) in enumerate(zip(choices, widths.tolist(), strict=True)):
            if number:
                imgui.same_line()
            if choice.intent is None:
                _words(style, choice, (room, height))
            elif _button(style, f"{row.title}{number}", choice, (room, height)):
                self._wishes.append(choice.intent)
        imgui.pop_style_var(2)

    def _slide(self, style: Style, slider: Slider, given: Colouring, width: float) -> None:
        _caption(style, slider.caption)
        flags = imgui.SliderFlags_.always_clamp | imgui.SliderFlags_.no_input
        if slider.logarithmic:
            flags |= imgui.SliderFlags_.logarithmic
        imgui.set_next_item_width(width)
        for kind, role in (
            (imgui.Col_.frame_bg, "track"),
            (imgui.Col_.frame_bg_hovered, "track"),
            (imgui.Col_.frame_bg_active, "track"),
            (imgui.Col_.slider_grab, "accent"),
            (imgui.Col_.slider_grab_active, "accent"),
        ):
            imgui.push_style_color(kind, style.colour(role))
        value = getattr(given, slider.part)
        changed, value = imgui.slider_float(f"##{slider.part}", value, slider.least, slider.largest, slider.form, flags)
        imgui.pop_style_color(5)
        if changed:
            self._wishes.append(Colour(with_number(given, slider.part, value)))


def ends_in_words(colouring: Colouring, diverging: bool) -> tuple[str, str, str]:
    """What is written below the colour bar: at its left end, in its middle, and at its right end."""
    middle = "0" if diverging else ""
    match colouring.range:
        case "map":
            return ("− its largest", middle, "its largest") if diverging else ("its least", middle, "its largest")
        case "fixed":
            return f"−{colouring.fixed:.3g}", middle, f"{colouring.fixed:.3g}"
    percent = f"{LAYER if colouring.range == 'layer' else colouring.percentile:.3g} %"
    return (f"−{percent}", middle, percent) if diverging else ("lower", f"{percent} lie between", "upper")


def _caption(style: Style, words: str) -> None:
    imgui.push_font(style.text_font, SMALL)
    imgui.push_style_color(imgui.Col_.text, style.colour("muted"))
    imgui.text_unformatted(words)
    imgui.pop_style_color()
    imgui.pop_font()


def _words(style: Style, choice: Choice, size: tuple[float, float]) -> None:
    """A caption of the desk, with its bar."""
    scale, corner, layer = style.scale, imgui.get_cursor_screen_pos(), imgui.get_window_draw_list()
    imgui.dummy(size)
    words = style.fitted(choice.words, size[0], SMALL)
    style.write(layer, (corner.x + size[0] / 2, corner.y + 5 * scale), words, "text", SMALL, align=0.5)
    if choice.filled is not None:
        bottom, top = corner.y + size[1], corner.y + size[1] - 4 * scale
        layer.add_rect_filled((corner.x, top), (corner.x + size[0], bottom), style.colour("track"), 2 * scale)
        filled = corner.x + size[0] * min(1.0, choice.filled)
        layer.add_rect_filled((corner.x, top), (filled, bottom), style.colour("accent"), 2 * scale)


def _button(style: Style, name: str, choice: Choice, size: tuple[float, float]) -> bool:
    """A button of the desk; whether it was clicked."""
    scale = style.scale
    colours = 0
    if choice.lit:
        for kind in (imgui.Col_.button, imgui.Col_.button_hovered):
            imgui.push_style_color(kind, style.colour("accent"))
        imgui.push_style_color(imgui.Col_.text, style.colour("on accent"))
        colours = 3
    imgui.push_font(style.strong_font if choice.lit else style.text_font, SMALL)
    words = "" if choice.swatch else choice.words
    clicked = imgui.button(f"{words}##{name}", size)
    imgui.pop_font()
    imgui.pop_style_color(colours)
    if choice.swatch:
        low, high, rim = imgui.get_item_rect_min(), imgui.get_item_rect_max(), 3 * scale
        area = Area(low.x + rim, low.y + rim, high.x - rim, high.y - rim)
        _stripes(style, area, np.array(choice.swatch))
    if imgui.is_item_hovered():
        imgui.set_tooltip(choice.hint)
    return clicked


def _draw_bar(style: Style, colormap: Colormap, given: Colouring, width: float) -> None:
    """The colours from the lower to the upper end, as the gamma has them, and what the ends stand for."""
    scale = style.scale
    corner = imgui.get_cursor_screen_pos()
    imgui.dummy((width, (BAR + 20) * scale))
    parts = np.linspace(-1.0 if colormap.diverging else 0.0, 1.0, STEPS + 1)
    lifted = np.sign(parts) * np.abs(parts) ** given.gamma
    colours = colours_along(colormap, 0.5 + 0.5 * lifted if colormap.diverging else lifted)
    _stripes(style, Area(corner.x, corner.y, corner.x + width, corner.y + BAR * scale), colours)
    left, middle, right = ends_in_words(given, colormap.diverging)
    layer, y = imgui.get_window_draw_list(), corner.y + (BAR + 3) * scale
    for x, words, align in ((0.0, left, 0.0), (width / 2, middle, 0.5), (width, right, 1.0)):
        style.write(layer, (corner.x + x, y), words, "muted", SMALL, align=align)


def _stripes(style: Style, area: Area, colours: np.ndarray) -> None:
    """Colours (N, 3) side by side over an area."""
    layer = imgui.get_window_draw_list()
    edges = np.linspace(area.left, area.right, len(colours) + 1).round()
    for left, right, (red, green, blue) in zip(edges[:-1].tolist(), edges[1:].tolist(), colours.tolist(), strict=True):
        packed = imgui.get_color_u32(imgui.ImVec4(red, green, blue, 1.0))
        layer.add_rect_filled((left, area.top), (right, area.bottom), packed)
