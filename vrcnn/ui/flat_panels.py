"""The panels of the world in the window: flat at its right, one below the other, with a bar of buttons that open them.

They are the same faces as in the world (world_panels.py), a texel for a pixel. None comes over the crosshair.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from imgui_bundle import imgui

from vrcnn.scene.abilities import ABILITIES, Ability
from vrcnn.scene.headset_intents import OpenPanel
from vrcnn.scene.intents import Intent
from vrcnn.scene.panel_intents import RaisePanel
from vrcnn.scene.panel_pressing import flat_panels
from vrcnn.scene.world import HANDS, World
from vrcnn.scene.world_panels import PANELS, POINTS, WORN_ONLY, PanelPress, PanelScroll, WorldPanel
from vrcnn.ui.backend import ImguiRenderer
from vrcnn.ui.events import Area, ButtonEvent, Event, PointerMoved, Scrolled
from vrcnn.ui.panel_pen import CORNER, TYPE
from vrcnn.ui.theme import SMALL, Style
from vrcnn.ui.world_panels import Shown, WorldPanelFaces

GAP = 8.0  # px at a scale of 1, between two panels
BUTTON, INSET = 30.0, 10.0  # px at a scale of 1: the height of a button of the bar, and the room beside its words
FROM_CROSSHAIR = 48.0  # px at a scale of 1, that stay free beside the middle of the window
LEAST = 0.55  # of its usual size, to which a panel shrinks in a narrow window
NOTCH = 40.0  # px at a scale of 1 by which a panel moves that is taller than the window
HAND = HANDS[0]


@dataclass(frozen=True)
class Place:
    """Where a panel is in the window: `area` in pixels, of which as many are `above` the part that is seen."""

    panel: WorldPanel
    area: Area
    density: float
    above: float = 0.0

    @property
    def whole(self) -> float:
        """Its height in pixels, without being cut."""
        return float(round(POINTS[self.panel.name][1] * self.density))

    def at(self, x: float, y: float) -> tuple[float, float]:
        """A place of the window as (u, v) on the panel."""
        area = self.area
        return (x - area.left) / (area.right - area.left), (y - area.top + self.above) / self.whole


@dataclass
class FlatPanels:
    """Keeps where the mouse is, and how far panels are scrolled that are taller than the window."""

    faces: WorldPanelFaces
    places: list[Place] = field(default_factory=list)
    hidden: list[WorldPanel] = field(default_factory=list)
    left: float = 0.0  # px: the left edge of the panels, or of the window's right margin where there are none
    _pointer: tuple[float, float] | None = None
    _held: str = ""
    _above: dict[str, float] = field(default_factory=dict)
    _textures: dict[str, tuple[int, int]] = field(default_factory=dict)  # by panel: its number in GL, and the frame

    def writes(self, world: World) -> bool:
        """Whether keys belong to a line on one of the panels."""
        return any(self.faces.writes(panel) for panel in flat_panels(world))

    def follow(
        self,
        world: World,
        room: Area,
        scale: float,
        events: tuple[Event, ...],
        pointed: bool,
        over: list[Area],
        renderer: ImguiRenderer,
    ) -> None:
        """Once a frame, before the window's own: lays the panels out in the `room` (px), gives them what mouse and keys
        did there, and draws them anew where that is due. Without `pointed` the mouse is elsewhere; what is `over` the
        panels keeps it too.
        """
        opened = flat_panels(world) if room.right > room.left else []  # there is no room before the first frame
        self.places, self.hidden = laid_out(opened, room, scale, self._above)
        self.left = min((place.area.left for place in self.places), default=room.right)
        if not opened:
            self._pointer, self._held = self._moved(events), ""
            self._forget(renderer, set())
            return
        heard: dict[str, list[PanelPress | PanelScroll]] = {}
        for event in events:
            if isinstance(event, PointerMoved | ButtonEvent):
                self._pointer = event.x, event.y
            if isinstance(event, ButtonEvent) and event.button == "left" and not event.down:
                self._held = ""
            place = self._under(over) if pointed else None
            if isinstance(event, ButtonEvent) and event.button == "left" and event.down:
                for panel in opened:
                    if place is None or panel is not place.panel:
                        self.faces.leave(panel)
                if place is not None:
                    self._held = place.panel.key
                    heard.setdefault(self._held, []).append(PanelPress(HAND, self._held, *place.at(event.x, event.y)))
            if isinstance(event, Scrolled) and place is not None and not self._scrolled(place, event.down, scale):
                key = place.panel.key
                heard.setdefault(key, []).append(PanelScroll(HAND, key, event.down))
        if not pointed:
            self._held = ""
            for panel in opened:
                self.faces.leave(panel)
        under = self._under(over) if pointed else None
        for place in self.places:
            key = place.panel.key
            mine = self._pointer is not None and (key == self._held or (under is place and not self._held))
            at = place.at(*self._pointer) if mine and self._pointer is not None and pointed else None
            shown = Shown(place.panel, place.density, at, tuple(heard.get(key, ())), key == self._held, events)
            texture = self.faces.draw_flat(world, shown)
            if self._textures.get(key, (0, 0))[0] != texture.glo:
                self._drop(renderer, key)
                self._textures[key] = texture.glo, 0
                texture.filter = 0x2600, 0x2600  # GL_NEAREST: a texel is a pixel
                renderer.textures[texture.glo] = texture
        self._forget(renderer, {place.panel.key for place in self.places})

    def draw(self, layer: imgui.ImDrawList, style: Style) -> list[Area]:
        """Draws them into the window; returns their areas."""
        scale = style.scale
        for place in self.places:
            area, texture = place.area, imgui.ImTextureRef(self._textures[place.panel.key][0])
            low, high = place.above / place.whole, (place.above + area.bottom - area.top) / place.whole
            corners = (area.left, area.top), (area.right, area.bottom)
            rounding = CORNER * place.density
            white = imgui.get_color_u32(imgui.ImVec4(1.0, 1.0, 1.0, 1.0))
            layer.add_image_rounded(texture, *corners, (0.0, 1.0 - low), (1.0, 1.0 - high), white, rounding)
            layer.add_rect(*corners, style.colour("frame", 0.9), rounding, max(1.0, round(scale)))
            if area.bottom - area.top < place.whole:
                bar, span = area.right - 5 * scale, area.bottom - area.top
                ends = (bar, area.top + low * span), (bar + 3 * scale, area.top + high * span)
                layer.add_rect_filled(*ends, style.colour("muted"), 1.5 * scale)
        return [place.area for place in self.places]

    def _under(self, over: list[Area]) -> Place | None:
        """The panel under the mouse."""
        if self._pointer is None or any(area.holds(*self._pointer) for area in over):
            return None
        return next((place for place in self.places if place.area.holds(*self._pointer)), None)

    def _scrolled(self, place: Place, notches: float, scale: float) -> bool:
        """Moves a panel that is taller than the window; whether there was anything left to move."""
        most = place.whole - (place.area.bottom - place.area.top)
        if most <= 0 or not notches:
            return False
        before = place.above
        self._above[place.panel.key] = min(most, max(0.0, before - notches * NOTCH * scale))
        return self._above[place.panel.key] != before

    def _moved(self, events: tuple[Event, ...]) -> tuple[float, float] | None:
        moved = [(event.x, event.y) for event in events if isinstance(event, PointerMoved | ButtonEvent)]
        return moved[-1] if moved else self._pointer

    def _forget(self, renderer: ImguiRenderer, kept: set[str]) -> None:
        for key in set(self._textures) - kept:
            self._drop(renderer, key)

    def _drop(self, renderer: ImguiRenderer, key: str) -> None:
        renderer.textures.pop(self._textures.pop(key, (0, 0))[0], None)

    def close(self, renderer: ImguiRenderer) -> None:
        """The textures are the faces', which give them back."""
        self._forget(renderer, set())


@dataclass
class PanelBar:
    """The buttons at the upper right that open and close the panels; there while the mouse is free."""

    def draw(
        self, layer: imgui.ImDrawList, style: Style, room: Area, world: World, hidden: list[WorldPanel]
    ) -> tuple[Area, list[Intent]]:
        """Draws it at the right edge of the `room` with as many rows as its words need; returns its area, and what was
        asked for. Of the panels that the window has no room for, a click brings one to the front."""
        scale = style.scale
        pad, height = INSET * scale, BUTTON * scale
        abilities = opening()
        widths = [style.width(name_of(ability), SMALL, True) + 2 * pad for ability in abilities]
        lines = _broken(widths, max(widths, default=0.0) + (room.right - room.left - max(widths, default=0.0)))
        wide = max((sum(widths[number] for number in line) for line in lines), default=0.0)
        area = Area(room.right - wide, room.top, room.right, room.top + height * len(lines))
        style.glass(layer, area)
        wishes: list[Intent] = []
        pointer, clicked = imgui.get_mouse_pos(), imgui.is_mouse_clicked(0)
        behind = {panel.name for panel in hidden}
        for row, line in enumerate(lines):
            x = area.right - sum(widths[number] for number in line)
            for number in line:
                ability, width = abilities[number], widths[number]
                intent = ability.intent
                assert isinstance(intent, OpenPanel)
                button = Area(x, area.top + row * height, x + width, area.top + (row + 1) * height)
                over, lit = button.holds(pointer.x, pointer.y), intent.name in world.panels.open
                self._draw_button(layer, style, button, name_of(ability), over, lit, intent.name in behind)
                if over:
                    imgui.set_tooltip(told(ability))
                if over and clicked:
                    wishes.append(RaisePanel(intent.name) if intent.name in behind else intent)
                x += width
        return area, wishes

    @staticmethod
    def _draw_button(
        layer: imgui.ImDrawList, style: Style, button: Area, words: str, over: bool, lit: bool, behind: bool
    ) -> None:
        """One that is `lit` is open; with an outline only it is `behind` others."""
        scale = style.scale
        inset = 3 * scale
        corners = (button.left + inset, button.top + inset), (button.right - inset, button.bottom - inset)
        if over or (lit and not behind):
            layer.add_rect_filled(*corners, style.colour("track" if behind or not lit else "accent"), 5 * scale)
        if behind:
            layer.add_rect(*corners, style.colour("accent"), 5 * scale, 1.5 * scale)
        lit = lit and not behind
        role = "on accent" if lit else "accent text" if over else "text"
        middle = (button.left + button.right) / 2, button.top + 6.5 * scale
        style.write(layer, middle, words, role, SMALL, lit, align=0.5)


def opening() -> list[Ability]:
    """The abilities that open a panel of the window, in the order of PANELS."""
    found = [each for each in ABILITIES if isinstance(each.intent, OpenPanel) and each.intent.name not in WORN_ONLY]
    return sorted(found, key=lambda each: PANELS.index(each.intent.name) if isinstance(each.intent, OpenPanel) else 0)


def name_of(ability: Ability) -> str:
    """What is written on the button: the panel's name."""
    assert isinstance(ability.intent, OpenPanel)
    return ability.intent.name.capitalize()


def told(ability: Ability) -> str:
    """What a panel is for, and its key."""
    keys = " or ".join(ability.keys)
    return f"{ability.words}  ({keys})" if keys else ability.words


def laid_out(
    panels: list[WorldPanel], room: Area, scale: float, above: dict[str, float]
) -> tuple[list[Place], list[WorldPanel]]:
    """The newest panels that there is room for, in columns from the right edge; and those that there is none for.

    `above` says by how many pixels each is scrolled, by its key.
    """
    for first in range(len(panels)):
        places = _placed(panels[first:], room, scale, above)
        if places is not None:
            return places, panels[:first]
    return [], []


def _placed(panels: list[WorldPanel], room: Area, scale: float, above: dict[str, float]) -> list[Place] | None:
    """All of them, or None where they find no room; the last one always does."""
    places: list[Place] = []
    gap = GAP * scale
    right, top, widest = room.right, room.top, 0.0
    for panel in panels:
        width, height = POINTS[panel.name]
        usual = scale / TYPE
        density = max(LEAST * usual, min(usual, (room.right - room.left) / width))
        wide, tall = float(round(width * density)), float(round(height * density))
        if places and top + tall > room.bottom:
            right, top, widest = right - widest - gap, room.top, 0.0
        if places and right - wide < room.left:
            return None
        seen = min(tall, max(1.0, room.bottom - top))
        hidden = min(above.get(panel.key, 0.0), tall - seen)
        left = round(right - wide)
        area = Area(left, round(top), left + wide, round(top) + round(seen))
        places.append(Place(panel, area, density, round(hidden)))
        top, widest = top + tall + gap, max(widest, wide)
    return places


def _broken(widths: list[float], most: float) -> list[list[int]]:
    """Numbers of buttons, row by row, each at most so wide."""
    lines: list[list[int]] = [[]]
    for number, width in enumerate(widths):
        if lines[-1] and sum(widths[each] for each in lines[-1]) + width > most:
            lines.append([])
        lines[-1].append(number)
    return lines
