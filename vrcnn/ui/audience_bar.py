"""What is told over the window while somebody wears a headset: which view it shows, and how to change it."""

from __future__ import annotations

from dataclasses import dataclass

from imgui_bundle import imgui

from vrcnn.scene.audience import EYE, SMOOTHED, SPECTATOR, spectating
from vrcnn.scene.headset_intents import AUDIENCE, ChooseAudience
from vrcnn.scene.intents import Intent
from vrcnn.scene.world import World
from vrcnn.ui.events import Area, Event, PointerMoved
from vrcnn.ui.theme import PADDING, SMALL, Style

NAMES = {EYE: "Left eye", SMOOTHED: "Smoothed", SPECTATOR: "Spectator"}
KEY = "Y"
HOW = {False: "Click to look around", True: "W A S D, Space, Ctrl: fly · Esc: free the mouse"}
HEIGHT, GAP = 34.0, 12.0  # px at a scale of 1
STAYS, FADES = 6.0, 0.5  # s since the pointer moved or the view changed; an audience wants the picture


@dataclass
class AudienceBar:
    """The views side by side, a click on one chooses it; at the foot, and gone while nobody moves the mouse."""

    age: float = 0.0
    _shown: str = ""

    def draw(
        self,
        layer: imgui.ImDrawList,
        style: Style,
        room: tuple[float, float],
        world: World,
        events: tuple[Event, ...],
        captured: bool,
        seconds: float,
    ) -> tuple[list[Area], list[Intent]]:
        """Draws it into the middle above the lower edge of the `room` (width, height in px).

        Returns its area, and what the visitor has asked for in it.
        """
        moved = any(isinstance(event, PointerMoved) for event in events) and not captured
        self.age = 0.0 if moved or self._shown != world.audience else self.age + seconds
        self._shown = world.audience
        shade = min(1.0, 1.0 - (self.age - STAYS) / FADES)
        if shade <= 0.0:
            return [], []
        scale = style.scale
        pad, height = GAP * scale, HEIGHT * scale
        cap = style.width(KEY, SMALL, strong=True) + 14 * scale
        widths = [style.width(NAMES[view], SMALL, strong=True) + 2 * pad for view in AUDIENCE]
        width = pad + cap + pad / 2 + sum(widths) + pad / 2
        left, top = (room[0] - width) / 2, room[1] - height - PADDING * scale
        area = Area(left, top, left + width, top + height)
        style.glass(layer, area, shade)
        x, middle = left + pad, top + 9 * scale
        corners = (x, top + 6 * scale), (x + cap, top + 28 * scale)
        layer.add_rect_filled(*corners, style.colour("track", shade), 5 * scale)
        style.write(layer, (x + cap / 2, middle), KEY, "text", SMALL, True, shade, 0.5)
        x += cap + pad / 2
        wishes: list[Intent] = []
        pointer = imgui.get_mouse_pos()
        for view, wide in zip(AUDIENCE, widths, strict=True):
            part = Area(x, top, x + wide, top + height)
            over, chosen = not captured and part.holds(pointer.x, pointer.y), view == world.audience
            role = "accent text" if chosen else "text" if over else "muted"
            style.write(layer, (x + wide / 2, middle), NAMES[view], role, SMALL, chosen, shade, 0.5)
            if over and not chosen and imgui.is_mouse_clicked(0):
                wishes.append(ChooseAudience(view))
            x += wide
        if spectating(world):
            words = HOW[captured]
            half, foot = style.width(words, SMALL) / 2 + pad, top - 8 * scale
            ground = Area(room[0] / 2 - half, foot - 28 * scale, room[0] / 2 + half, foot)
            style.glass(layer, ground, shade)
            style.write(layer, (room[0] / 2, ground.top + 6.5 * scale), words, "text", SMALL, False, shade, 0.5)
        return [area], wishes
