"""The cards that say what went wrong, or is worth knowing, at the right edge of the view."""

from __future__ import annotations

from imgui_bundle import imgui

from vrcnn.scene.world import Notice, World
from vrcnn.ui.events import Area
from vrcnn.ui.theme import BODY, PADDING, SMALL, Style

WIDTH, TALLEST = 400.0, 200.0  # px at a scale of 1: of a card, and of its details before they scroll
MOST = 3  # cards at a time, the newest ones
_CARD = (
    imgui.WindowFlags_.no_decoration
    | imgui.WindowFlags_.always_auto_resize
    | imgui.WindowFlags_.no_move
    | imgui.WindowFlags_.no_nav
    | imgui.WindowFlags_.no_saved_settings
    | imgui.WindowFlags_.no_focus_on_appearing
)


def draw_notices(
    style: Style,
    size: tuple[int, int],
    world: World,
    captured: bool,
    beside: Area,
    corner: tuple[float, float] | None = None,
) -> list[Area]:
    """Draws the newest notices, the newest on top, and drops the one whose cross is clicked. Returns their areas.

    They stand below the upper right `corner` (px), that of the window where none is given; and below the panel `beside`
    where there is no room for both.
    """
    areas: list[Area] = []
    pad = PADDING * style.scale
    edge, top = (size[0] - pad, pad) if corner is None else corner
    top = top if edge - beside.right > WIDTH * style.scale + pad else max(top, beside.bottom + pad)
    gone: int | None = None
    for place, index in enumerate(reversed(range(max(0, len(world.notices) - MOST), len(world.notices)))):
        notice, told = world.notices[index], captured and not place
        area, clicked = _draw_card(style, size, (edge, top), f"##notice{place}", notice, told)
        gone = index if clicked else gone
        areas.append(area)
        top = area.bottom + 10 * style.scale
    if gone is not None:
        del world.notices[gone]
    hidden = len(world.notices) - MOST
    if hidden > 0:
        words = f"and {hidden:,} more"
        style.write(imgui.get_background_draw_list(), (edge, top), words, "muted", SMALL, align=1.0)
    return areas


def _draw_card(
    style: Style, size: tuple[int, int], corner: tuple[float, float], name: str, notice: Notice, told: bool
) -> tuple[Area, bool]:
    """One card below its upper right `corner`, where `told` with the way to free the mouse; and whether it shall go."""
    scale = style.scale
    width = min(WIDTH * scale, size[0] - 2 * PADDING * scale)
    imgui.set_next_window_pos(corner, pivot=(1.0, 0.0))
    imgui.set_next_window_size_constraints((width, 0), (width, size[1]))
    imgui.begin(name, None, _CARD)
    place, extent = imgui.get_window_pos(), imgui.get_window_size()
    area = Area(place.x, place.y, place.x + extent.x, place.y + extent.y)
    layer = imgui.get_window_draw_list()
    role = "accent" if notice.node is None else "failed"
    layer.add_rect_filled(
        (area.left + 7 * scale, area.top + 14 * scale),
        (area.left + 10 * scale, area.bottom - 14 * scale),
        style.colour(role),
        1.5 * scale,
    )
    imgui.indent(8 * scale)
    imgui.push_text_wrap_pos(width - 44 * scale)
    imgui.push_font(style.strong_font, BODY)
    imgui.text_unformatted(notice.headline)
    imgui.pop_font()
    imgui.pop_text_wrap_pos()
    imgui.push_font(style.text_font, SMALL)
    imgui.push_style_color(imgui.Col_.text, style.colour("muted"))
    if notice.detail:
        _draw_detail(style, notice.detail, width - (2 * PADDING + 8) * scale)
    if told:
        imgui.text_unformatted("Esc frees the mouse, so that you can dismiss this.")
    imgui.pop_style_color()
    imgui.pop_font()
    clicked = _draw_cross(style, layer, area)
    imgui.end()
    return area, clicked


def _draw_detail(style: Style, detail: str, width: float) -> None:
    """The details, wrapped; they scroll where they are long."""
    height = imgui.calc_text_size(detail, wrap_width=width).y
    tallest = TALLEST * style.scale
    if height <= tallest:
        imgui.text_wrapped(detail)
        return
    imgui.begin_child("##detail", (width, tallest))
    imgui.text_wrapped(detail)
    imgui.end_child()


def _draw_cross(style: Style, layer: imgui.ImDrawList, area: Area) -> bool:
    """The cross in the upper right corner; whether it was clicked."""
    side = 28 * style.scale
    left, top = area.right - side - 8 * style.scale, area.top + 8 * style.scale
    imgui.set_cursor_screen_pos((left, top))
    clicked = imgui.invisible_button("##dismiss", (side, side))
    hovered = imgui.is_item_hovered()
    if hovered:
        layer.add_rect_filled((left, top), (left + side, top + side), style.colour("frame"), 5 * style.scale)
    x, y, arm = left + side / 2, top + side / 2, 5 * style.scale
    colour = style.colour("text" if hovered else "muted")
    layer.add_line((x - arm, y - arm), (x + arm, y + arm), colour, 1.5 * style.scale)
    layer.add_line((x - arm, y + arm), (x + arm, y - arm), colour, 1.5 * style.scale)
    return clicked
