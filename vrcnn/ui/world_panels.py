"""Draws the panels that are open, each into a texture of its own, and hears what is pressed on them.

A panel is drawn anew only when what it tells has changed, when a ray has come to another of its buttons, or when one
was pressed. With all panels closed nothing is done at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol, runtime_checkable

import moderngl
import numpy as np
from imgui_bundle import imgui

from vrcnn.scene.headset_intents import OpenMenu, OpenPanel
from vrcnn.scene.intents import Intent
from vrcnn.scene.panel_intents import ByPanel
from vrcnn.scene.panel_pressing import shown_panels
from vrcnn.scene.theme import THEMES
from vrcnn.scene.world import HANDS, World
from vrcnn.scene.world_panels import (
    ATTRIBUTION,
    CURVE,
    DENSITY,
    DRAW,
    EXPORT,
    FILTER,
    FLIPS,
    IN_PLACE,
    INSPECT,
    JOBS,
    MENU,
    NOTE,
    POINTS,
    RESULTS,
    SEARCH,
    SETTINGS,
    SIEVE,
    STOP,
    TIME,
    TOUR,
    WALL,
    PanelPress,
    PanelScroll,
    WorldPanel,
)
from vrcnn.ui.attribution_panel import AttributionPanel
from vrcnn.ui.backend import ImguiRenderer
from vrcnn.ui.curve_panel import CurvePanel
from vrcnn.ui.draw_panel import DrawPanel
from vrcnn.ui.events import Area, Event
from vrcnn.ui.export_button import export_button, export_room
from vrcnn.ui.export_panel import ExportPanel
from vrcnn.ui.filter_panel import FilterPanel
from vrcnn.ui.flips_panel import FlipsPanel
from vrcnn.ui.hand_menu import HandMenu
from vrcnn.ui.inspect_panel import InspectPanel
from vrcnn.ui.jobs_panel import JobsPanel
from vrcnn.ui.note_panel import NotePanel
from vrcnn.ui.panel_pen import FLASH, TYPE, Pen
from vrcnn.ui.results_panel import ResultsPanel
from vrcnn.ui.search_panel import SearchPanel
from vrcnn.ui.settings_panel import SettingsPanel
from vrcnn.ui.sieve_panel import SievePanel
from vrcnn.ui.stop_panel import StopPanel
from vrcnn.ui.text_entry import TextEntry, draw_keyboard, keyboard_area
from vrcnn.ui.theme import Style
from vrcnn.ui.time_panel import TimePanel
from vrcnn.ui.tour_panel import TourPanel
from vrcnn.ui.wall_panel import WallPanel

HAND = HANDS[0]  # the mouse
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


@runtime_checkable
class Written(Protocol):
    """Contents that have lines to write into; they draw them, and whoever shows the panel brings what is typed."""

    @property
    def entries(self) -> Sequence[TextEntry]: ...


@dataclass(frozen=True)
class Shown:
    """How a panel is shown by something other than the world: `density` pixels per point, `pointer` where (u, v) the
    mouse is on it, `events` what it did there since, `held` whether it is down, `typed` what was typed.
    """

    panel: WorldPanel
    density: float
    pointer: tuple[float, float] | None = None
    events: tuple[PanelPress | PanelScroll, ...] = ()
    held: bool = False
    typed: tuple[Event, ...] = ()


class Screens(Protocol):
    """Who shows the textures in the world: the renderer."""

    def set_panel(self, name: str, texture: moderngl.Texture) -> None:
        """The texture of a panel was drawn anew."""
        ...

    def drop_panel(self, name: str) -> None: ...


MAKERS: dict[str, Callable[[], Contents]] = {
    EXPORT: ExportPanel,
    MENU: HandMenu,
    WALL: WallPanel,
    SETTINGS: SettingsPanel,
    JOBS: JobsPanel,
    INSPECT: InspectPanel,
    SEARCH: SearchPanel,
    NOTE: NotePanel,
    DRAW: DrawPanel,
    TIME: TimePanel,
    ATTRIBUTION: AttributionPanel,
    TOUR: TourPanel,
    STOP: StopPanel,
    RESULTS: ResultsPanel,
    FILTER: FilterPanel,
    SIEVE: SievePanel,
    CURVE: CurvePanel,
    FLIPS: FlipsPanel,
}


@dataclass
class _Face:
    """One panel's texture, what draws into it, and what it looked like when it was drawn last."""

    contents: Contents
    gui: ImguiRenderer
    style: Style
    texture: moderngl.Texture
    framebuffer: moderngl.Framebuffer
    density: float = DENSITY
    flat: bool = False
    key: object = None
    over: str = ""
    at: tuple[float, float] | None = None
    buttons: list[tuple[str, Area]] = field(default_factory=list)
    flashes: dict[str, float] = field(default_factory=dict)
    drawn: float = -1.0  # World.time
    pictures: dict[str, tuple[np.ndarray, moderngl.Texture]] = field(default_factory=dict)
    turned: tuple[float, float] = (0.0, 0.0)  # when (World.time) it was scrolled last, and by what part of a notch

    def turn(self, notches: float, time: float) -> None:
        """Scrolls by whole notches; what a stick has turned before a pause is forgotten."""
        since, before = self.turned
        total = notches + (before if time - since < PAUSE else 0.0)
        for _ in range(int(abs(total))):
            self.contents.scroll(1.0 if total > 0 else -1.0)
        self.turned = time, total - int(total)

    def picture(self, name: str, pixels: np.ndarray) -> imgui.ImTextureRef:
        """The texture of a picture (H, W, 4) uint8, made anew only for another array."""
        kept = self.pictures.get(name)
        if kept is None or kept[0] is not pixels:
            if kept is not None:
                self.gui.textures.pop(kept[1].glo, None)
                kept[1].release()
            height, width = pixels.shape[:2]
            texture = self.gui.context.texture((width, height), 4, np.ascontiguousarray(pixels).tobytes())
            texture.filter = moderngl.NEAREST, moderngl.NEAREST
            texture.repeat_x = texture.repeat_y = False
            self.gui.textures[texture.glo] = texture
            kept = self.pictures[name] = pixels, texture
        return imgui.ImTextureRef(kept[1].glo)

    @property
    def writing(self) -> TextEntry | None:
        """The entry that keys belong to."""
        contents = self.contents
        entries = contents.entries if isinstance(contents, Written) else ()
        return next((entry for entry in entries if entry.focused), None)

    def looks(self, time: float) -> object:
        """Equal looks mean that its entries would be drawn the same again."""
        contents = self.contents
        return [entry.look(time) for entry in contents.entries] if isinstance(contents, Written) else None

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
        for key in self._shown - {panel.key for panel in opened}:
            self._shown.discard(key)
            self._screens.drop_panel(key)
        events, panels.events = panels.events, []
        panels.over = {}
        for number, panel in enumerate(opened):
            face = self._face(world, panel, DENSITY, flat=False)
            if panel.key not in self._shown:
                self._shown.add(panel.key)
                face.key = None
            about = [event for event in events if event.panel == panel.key]
            pointed = partial(self._pointed, world, panel, face, number)
            held = next((hand for hand, _ in pointed() if world.hands[hand].selecting), "")
            self._draw(world, panel, face, about, pointed, held)

    def draw_flat(self, world: World, shown: Shown) -> moderngl.Texture:
        """Brings the texture of a panel up to date that the window shows; its rows count from the bottom."""
        panel = shown.panel
        face = self._face(world, panel, shown.density, flat=True)
        writing = face.writing
        if writing is not None:
            writing.take(shown.typed)
        at = shown.pointer
        self._draw(world, panel, face, shown.events, lambda: [] if at is None else [(HAND, at)], HAND * shown.held)
        return face.texture

    def writes(self, panel: WorldPanel) -> bool:
        """Whether keys belong to a line on this panel."""
        face = self._faces.get(panel.key)
        return face is not None and face.writing is not None

    def leave(self, panel: WorldPanel) -> None:
        """Keys do not belong to a line on this panel any more."""
        face = self._faces.get(panel.key)
        if face is not None and face.writing is not None:
            face.writing.focused = False

    def title(self, world: World, panel: WorldPanel) -> str:
        """What is written at the top of a panel that was drawn."""
        face = self._faces.get(panel.key)
        return panel.name.capitalize() if face is None else face.contents.title(world, panel)

    def intents(self) -> list[Intent]:
        """What the visitor has asked for on the panels since this was called last."""
        wishes, self._wishes = self._wishes, []
        return wishes

    def close(self) -> None:
        """Gives the GL objects back."""
        for key, face in self._faces.items():
            self._screens.drop_panel(key)
            face.gui.close()
            face.framebuffer.release()
            face.texture.release()
        self._faces.clear()
        self._shown.clear()

    def _face(self, world: World, panel: WorldPanel, density: float, flat: bool) -> _Face:
        """The panel's face, of this many pixels per point."""
        face = self._faces.get(panel.key)
        size = panel_pixels(panel, density)
        if face is None:
            gui = ImguiRenderer(self._context)
            style = Style.create(THEMES[world.theme])
            style.rescale(TYPE * density)
            texture = self._context.texture(size, 4)
            framebuffer = self._context.framebuffer([texture])
            face = _Face(MAKERS[panel.name](), gui, style, texture, framebuffer, density, flat)
            self._faces[panel.key] = face
        elif (face.density, face.flat) != (density, flat):
            face.gui.begin(size)
            face.style.rescale(TYPE * density)
            imgui.end_frame()
            face.framebuffer.release()
            face.texture.release()
            face.texture = self._context.texture(size, 4)
            face.framebuffer = self._context.framebuffer([face.texture])
            face.density, face.flat, face.key = density, flat, None
        return face

    def _draw(
        self,
        world: World,
        panel: WorldPanel,
        face: _Face,
        events: Sequence[PanelPress | PanelScroll],
        pointing: Callable[[], list[tuple[str, tuple[float, float]]]],
        held: str,
    ) -> None:
        """Hears the events one by one, each as the panel looks after the one before, and draws where it must."""
        pointed = pointing()
        for event in events:
            match event:
                case PanelScroll(notches=notches):
                    face.turn(notches, world.time)
                case PanelPress(hand, _, u, v):
                    self._redraw(world, panel, face, (u, v), hand, held)
        if events:
            pointed = pointing()
        found = [(self._under(face, panel, at), at) for _, at in pointed]
        over, at = next(((name, at) for name, at in found if name), ("", pointed[0][1] if pointed else None))
        moves = face.contents.moves(world) and abs(world.time - face.drawn) > MOVED
        told = world.theme, panel.key, face.contents.title(world, panel), face.contents.key(world, panel)
        key = told, face.looks(world.time), held
        dragged = bool(held) and at != face.at
        if key != face.key or over != face.over or moves or dragged or face.flashed(world.time):
            face.key, face.over = key, over
            self._redraw(world, panel, face, at, held=held)
            face.key = told, face.looks(world.time), held

    def _pointed(
        self, world: World, panel: WorldPanel, face: _Face, number: int
    ) -> list[tuple[str, tuple[float, float]]]:
        """Which hands' rays meet the panel, and where (u, v), the main hand first; notes which buttons they are on."""
        found = []
        for hand in (world.comfort.main, world.comfort.off, HAND):
            target = world.hands[hand].target
            if target is not None and target.kind == "panel" and target.index == number:
                at = target.u, target.v
                found.append((hand, at))
                world.panels.over[hand] = self._under(face, panel, at)
        return found

    @staticmethod
    def _under(face: _Face, panel: WorldPanel, at: tuple[float, float]) -> str:
        """The name of the button there."""
        width, height = POINTS[panel.name]
        x, y = at[0] * width, at[1] * height
        return next((name for name, area in face.buttons if area.holds(x, y)), "")

    def _redraw(
        self,
        world: World,
        panel: WorldPanel,
        face: _Face,
        at: tuple[float, float] | None,
        pressed: str = "",
        held: str = "",
    ) -> None:
        """Draws the whole panel, with a ray at (u, v), by whose hand it was `pressed` or is `held`."""
        width, height = POINTS[panel.name]
        face.gui.begin(face.texture.size)
        theme = THEMES[world.theme]
        if theme is not face.style.theme:
            face.style.recolour(theme)
        pointer = None if at is None else (at[0] * width, at[1] * height)
        layer = imgui.get_background_draw_list()
        pen = Pen(face.style, layer, (width, height), pointer, pressed, world.time, face.flashes)
        pen.density, pen.flat, pen.held, pen.pictures = face.density, face.flat, held or pressed, face.picture
        pen.ground()
        movable = not face.flat and panel.stands not in IN_PLACE
        if pen.title(face.contents.title(world, panel), movable, export_room(panel)):
            self._wishes.append(OpenMenu(pressed) if panel.name == MENU else OpenPanel(panel.key))
        writing = None if face.flat else face.writing
        pen.covered = None if writing is None else keyboard_area(pen)
        wishes = [*export_button(pen, panel), *face.contents.draw(pen, world, panel)]
        pen.covered = None
        if writing is not None and face.writing is writing:
            draw_keyboard(pen, writing)
        self._wishes += [ByPanel(panel.key, wish) for wish in wishes] if face.flat else wishes
        face.framebuffer.clear(0.0, 0.0, 0.0, 0.0)
        face.gui.end(face.framebuffer)
        if not face.flat:
            self._screens.set_panel(panel.key, face.texture)
        face.buttons, face.drawn, face.at = pen.buttons, world.time, at


def panel_pixels(panel: WorldPanel, density: float) -> tuple[int, int]:
    """The size of a panel's texture."""
    width, height = POINTS[panel.name]
    return round(width * density), round(height * density)
