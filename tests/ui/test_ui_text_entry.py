"""A line to write into, on a panel in the headset and on the same panel in the window."""

from __future__ import annotations

from collections.abc import Iterator

import moderngl
import pytest

from vrcnn.engine.plan import plan_maps
from vrcnn.network.graph import Graph, Node
from vrcnn.scene.acting import act
from vrcnn.scene.build import build_world
from vrcnn.scene.geometry import Pose
from vrcnn.scene.headset_intents import OpenPanel
from vrcnn.scene.intents import Intent, Undo
from vrcnn.scene.theme import THEMES
from vrcnn.scene.world import World
from vrcnn.scene.world_panels import JOBS, POINTS, TITLE, PanelPress, WorldPanel
from vrcnn.ui.events import Area, ButtonEvent, Event, KeyEvent, PointerMoved, TextTyped
from vrcnn.ui.flat_panels import FlatPanels
from vrcnn.ui.frame_times import FrameTimes
from vrcnn.ui.panel import Panel
from vrcnn.ui.panel_pen import Pen
from vrcnn.ui.text_entry import TextEntry
from vrcnn.ui.world_panels import MAKERS, WorldPanelFaces

pytestmark = pytest.mark.gl
SIZE = 1280, 800


class Form:
    """A line above, and a button below, where the keyboard lies in the headset."""

    def __init__(self) -> None:
        self.line, self.done = TextEntry(), False
        self.entries = (self.line,)

    def title(self, world: World, panel: WorldPanel) -> str:
        return "A form"

    def key(self, world: World, panel: WorldPanel) -> object:
        return self.done

    def moves(self, world: World) -> bool:
        return False

    def scroll(self, notches: float) -> None: ...

    def draw(self, pen: Pen, world: World, panel: WorldPanel) -> list[Intent]:
        width, height = pen.size
        self.done |= self.line.draw(pen, "line", Area(20, TITLE + 10, width - 20, TITLE + 60), "Write")
        return [Undo()] if pen.button("below", Area(20, height - 80, width - 20, height - 20), "Undo") else []


class Screen:
    """A window, and the world's screens, which only listen."""

    def __init__(self) -> None:
        self.events: tuple[Event, ...] = ()
        self.claimed: tuple[Area, ...] = ()
        self.typing = False
        self.size, self.scale = SIZE, 1.0

    def set_panel(self, name: str, texture: moderngl.Texture) -> None: ...

    def drop_panel(self, name: str) -> None: ...


class Writer:
    def __init__(self, context: moderngl.Context) -> None:
        nodes = (Node(0, "conv", "Conv2d", "convolution", "", (1, 4, 8, 8)),)
        self.world = build_world("A network", Graph(nodes, ()), plan_maps(nodes), [])
        self.screen = Screen()
        self.faces = WorldPanelFaces(context, self.screen)
        self.panel = Panel(self.screen, context, THEMES["dark"])
        self.panel.flat = FlatPanels(self.faces)
        self.picture = context.simple_framebuffer(SIZE)

    def open(self) -> Form:
        act(self.world, OpenPanel(JOBS))
        self.frame()
        self.frame()  # which knows how much room the first one has left
        return self.faces._faces[JOBS].contents

    def frame(self, *events: Event) -> list[Intent]:
        self.screen.events = events
        self.faces.draw(self.world)
        self.panel.draw(self.world, FrameTimes(), self.picture, False)
        return self.faces.intents()

    def buttons(self) -> dict[str, Area]:
        return dict(self.faces._faces[JOBS].buttons)

    def press(self, button: str) -> list[Intent]:
        """With the laser."""
        area, (width, height) = self.buttons()[button], POINTS[JOBS]
        at = (area.left + area.right) / 2 / width, (area.top + area.bottom) / 2 / height
        self.world.panels.events.append(PanelPress("right", JOBS, *at))
        return self.frame()


@pytest.fixture
def writer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Writer]:
    monkeypatch.setitem(MAKERS, JOBS, Form)
    context = moderngl.create_context(standalone=True, backend="egl", require=430)
    with context:
        writer = Writer(context)
        yield writer
        writer.panel.close()
        writer.faces.close()
    context.release()


def test_in_the_headset_a_press_brings_a_keyboard_over_the_panel(writer: Writer) -> None:
    writer.world.player.head = Pose((0.0, 1.6, 0.0))
    form = writer.open()
    assert "below" in writer.buttons()
    writer.press("line")
    assert form.line.focused
    assert "below" not in writer.buttons(), "what is below the keys cannot be pressed"
    for key in ("key capitals", "key h", "key i", "key 2", "key back", "key space", "key x"):
        assert writer.press(key) == []
    assert form.line.text == "Hi x"
    writer.press("key done")
    writer.frame()
    assert form.done
    assert not form.line.focused
    assert writer.press("below") == [Undo()]


def test_at_the_desk_the_window_keys_are_written_until_enter(writer: Writer) -> None:
    form = writer.open()
    place = writer.panel.flat.places[0]
    area = writer.buttons()["line"]
    x = place.area.left + (area.left + area.right) / 2 * place.density
    y = place.area.top + (area.top + area.bottom) / 2 * place.density
    writer.frame(PointerMoved(x, y), ButtonEvent("left", True, x, y))
    writer.frame(ButtonEvent("left", False, x, y))
    assert form.line.focused
    assert "key h" not in writer.buttons(), "there is a keyboard before the visitor"
    writer.frame()
    assert writer.screen.typing, "keys do not walk now"
    writer.frame(KeyEvent("H", True), TextTyped("h"), TextTyped("/"))
    assert form.line.text == "h/"
    assert not writer.panel.search.open
    writer.frame(KeyEvent("ENTER", True))
    assert form.done
    writer.frame()
    assert not writer.screen.typing
