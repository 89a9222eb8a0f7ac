"""Draws the panels that are open in the world, each into a texture of its own, and hears what is pressed on them.

A panel is drawn anew only when what it tells has changed, when a ray has come to another of its buttons, or when one
was pressed. With all panels closed nothing is done at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import moderngl
from imgui_bundle import imgui

from vrcnn.scene.headset_intents import OpenMenu, OpenPanel
from vrcnn.scene.intents import Intent
from vrcnn.scene.panel_pressing import shown_panels
from vrcnn.scene.theme import THEMES
from vrcnn.scene.world import World
from vrcnn.scene.world_panels import (
    AT_HAND,
    DENSITY,
    JOBS,
    MENU,
    NOTE,
    POINTS,
    SEARCH,
    SETTINGS,
    WALL,
    PanelPress,
    PanelScroll,
    WorldPanel,
)
from vrcnn.ui.backend import ImguiRenderer
from vrcnn.ui.events import Area
from vrcnn.ui.hand_menu import HandMenu
from vrcnn.ui.jobs_panel import JobsPanel
from vrcnn.ui.note_panel import NotePanel
from vrcnn.ui.panel_pen import FLASH, TYPE, Pen
from vrcnn.ui.search_panel import SearchPanel
from vrcnn.ui.settings_panel import SettingsPanel
from vrcnn.ui.theme import Style
from vrcnn.ui.wall_panel import WallPanel

PAUSE = 0.3  # s
MOVED = 0.08  # s of World.time after which what moves on a panel is drawn anew


class Contents(Protocol):
    """What is on a panel. It keeps what belongs to nobody else, such as which of its pages is shown."""

    def title(self, world: World, panel: WorldPanel) -> str: ...

    def key(self, world: World, panel: WorldPanel) -> object:
        """Equal keys mean that it would look the same again."""
        ...

    def moves(self, world: World) -> bool:
        """Whether something on it moves by itself."""
        ...

    def scroll(self, notches: float) -> None: ...

    def draw(self, pen: Pen, world: World, panel: WorldPanel) -> list[Intent]:
        """Draws what is below the title, and returns what the visitor has asked for."""
        ...


class Screens(Protocol):
    """Who shows the textures in the world: the renderer."""

    def set_panel(self, name: str, texture: moderngl.Texture) -> None:
        """The texture of a panel was drawn anew."""
        ...

    def drop_panel(self, name: str) -> None: ...


MAKERS: dict[str, Callable[[], Contents]] = {
    MENU: HandMenu,
    WALL: WallPanel,
    SETTINGS: SettingsPanel,
    JOBS: JobsPanel,
    SEARCH: SearchPanel,
    NOTE: NotePanel,
}


@dataclass
class _Face:
    """One panel's texture, what draws into it, and what it looked like when it was drawn last."""

    contents: Contents
    gui: ImguiRenderer
    style: Style
    texture: moderngl.Texture
    framebuffer: moderngl.Framebuffer
    key: object = None
    over: str = ""
    buttons: list[tuple[str, Area]] = field(default_factory=list)
    flashes: dict[str, float] = field(default_factory=dict)
    drawn: float = -1.0  # World.time
    turned: tuple[float, float] = (0.0, 0.0)  # when (World.time) it was scrolled last, and by what part of a notch

    def turn(self, notches: float, time: float) -> None:
        """Scrolls by whole notches; what a stick has turned before a pause is forgotten."""
        since, before = self.turned
        total = notches + (before if time - since < PAUSE else 0.0)
        for _ in range(int(abs(total))):
            self.contents.scroll(1.0 if total > 0 else -1.0)
        self.turned = time, total - int(total)

    def flashed(self, time: float) -> bool:
        """Whether a button shows still that it was pressed, though that is over."""
        return any(self.drawn - pressed < FLASH <= time - pressed for pressed in self.flashes.values())


class WorldPanelFaces:
    """The faces of all panels that were ever open: to open one again is cheap."""

    def __init__(self, context: moderngl.Context, screens: Screens) -> None:
        self._context, self._screens = context, screens
        self._faces: dict[str, _Face] = {}
        self._shown: set[str] = set()
        self._wishes: list[Intent] = []

    def draw(self, world: World) -> None:
        """Brings the textures of the open panels up to date. The GL context must be current."""
        panels = world.panels
        if not panels.open and not self._shown:
            return
        opened = shown_panels(world)
        for name in self._shown - {panel.name for panel in opened}:
            self._shown.discard(name)
            self._screens.drop_panel(name)
        events, panels.events = panels.events, []
        panels.over = {}
        for number, panel in enumerate(opened):
            face = self._faces.get(panel.name) or self._made(world, panel)
            if panel.name not in self._shown:
                self._shown.add(panel.name)
                face.key = None
            self._draw(world, panel, face, [event for event in events if event.panel == panel.name], number)

    def intents(self) -> list[Intent]:
        """What the visitor has asked for on the panels since this was called last."""
        wishes, self._wishes = self._wishes, []
        return wishes

    def close(self) -> None:
        """Gives the GL objects back."""
        for name, face in self._faces.items():
            self._screens.drop_panel(name)
            face.gui.close()
            face.framebuffer.release()
            face.texture.release()
        self._faces.clear()
        self._shown.clear()

    def _made(self, world: World, panel: WorldPanel) -> _Face:
        gui = ImguiRenderer(self._context)
        style = Style.create(THEMES[world.theme])
        style.rescale(TYPE * DENSITY)
        texture = self._context.texture(panel.pixels, 4)
        face = _Face(MAKERS[panel.name](), gui, style, texture, self._context.framebuffer([texture]))
        self._faces[panel.name] = face
        return face

    def _draw(
        self, world: World, panel: WorldPanel, face: _Face, events: list[PanelPress | PanelScroll], number: int
    ) -> None:
        """Hears the events one by one, each as the panel looks after the one before, and draws where it must."""
        pointed = self._pointed(world, panel, face, number)
        for event in events:
            match event:
                case PanelScroll(notches=notches):
                    face.turn(notches, world.time)
                case PanelPress(hand, _, u, v):
                    self._redraw(world, panel, face, (u, v), hand)
        if events:
            pointed = self._pointed(world, panel, face, number)
        found = [(self._under(face, panel, at), at) for at in pointed]
        over, at = next(((name, at) for name, at in found if name), ("", pointed[0] if pointed else None))
        moves = face.contents.moves(world) and abs(world.time - face.drawn) > MOVED
        key = world.theme, panel.name, face.contents.title(world, panel), face.contents.key(world, panel)
        if key != face.key or over != face.over or moves or face.flashed(world.time):
            face.key, face.over = key, over
            self._redraw(world, panel, face, at)

    def _pointed(self, world: World, panel: WorldPanel, face: _Face, number: int) -> list[tuple[float, float]]:
        """Where (u, v) rays of hands meet the panel, that of the main hand first; notes which buttons they are on."""
        found = []
        for hand in (world.comfort.main, world.comfort.off):
            target = world.hands[hand].target
            if target is not None and target.kind == "panel" and target.index == number:
                at = target.u, target.v
                found.append(at)
                world.panels.over[hand] = self._under(face, panel, at)
        return found

    @staticmethod
    def _under(face: _Face, panel: WorldPanel, at: tuple[float, float]) -> str:
        """The name of the button there."""
        width, height = POINTS[panel.name]
        x, y = at[0] * width, at[1] * height
        return next((name for name, area in face.buttons if area.holds(x, y)), "")

    def _redraw(
        self, world: World, panel: WorldPanel, face: _Face, at: tuple[float, float] | None, pressed: str = ""
    ) -> None:
        """Draws the whole panel, with a ray at (u, v), by whose hand it was `pressed`."""
        size = panel.pixels
        width, height = POINTS[panel.name]
        face.gui.begin(size)
        theme = THEMES[world.theme]
        if theme is not face.style.theme:
            face.style.recolour(theme)
        pointer = None if at is None else (at[0] * width, at[1] * height)
        layer = imgui.get_background_draw_list()
        pen = Pen(face.style, layer, (width, height), pointer, pressed, world.time, face.flashes)
        pen.ground()
        movable = panel.stands != AT_HAND
        if pen.title(face.contents.title(world, panel), movable):
            self._wishes.append(OpenMenu(pressed) if panel.name == MENU else OpenPanel(panel.name))
        self._wishes += face.contents.draw(pen, world, panel)
        face.framebuffer.clear(0.0, 0.0, 0.0, 0.0)
        face.gui.end(face.framebuffer)
        self._screens.set_panel(panel.name, face.texture)
        face.buttons, face.drawn = pen.buttons, world.time
