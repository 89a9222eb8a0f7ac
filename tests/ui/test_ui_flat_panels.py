"""The panels of the world in the window: where they are, what mouse, wheel and keys do there, and the bar."""

from __future__ import annotations

from collections.abc import Iterator

import moderngl
import numpy as np
import pytest

from vrcnn.engine.plan import plan_maps
from vrcnn.network.graph import Edge, Graph, Node
from vrcnn.scene.acting import act
from vrcnn.scene.build import build_world
from vrcnn.scene.headset_intents import OpenPanel
from vrcnn.scene.intents import FoldWall
from vrcnn.scene.panel_intents import ByPanel, RaisePanel
from vrcnn.scene.theme import THEMES
from vrcnn.scene.tools import Tools
from vrcnn.scene.world import Target
from vrcnn.scene.world_panels import INSPECT, JOBS, POINTS, TITLE, WALL, WorldPanel
from vrcnn.ui.events import Area, ButtonEvent, Event, KeyEvent, PointerMoved, Scrolled, TextTyped
from vrcnn.ui.flat_panels import FROM_CROSSHAIR, FlatPanels, laid_out, opening
from vrcnn.ui.frame_times import FrameTimes
from vrcnn.ui.panel import Panel
from vrcnn.ui.panel_pen import TYPE
from vrcnn.ui.text_entry import TextEntry
from vrcnn.ui.view_panel import HANDLE
from vrcnn.ui.world_panels import MAKERS, WorldPanelFaces

pytestmark = pytest.mark.gl
SIZE = 1400, 800


class Window:
    """A screen of which a test makes the events."""

    def __init__(self) -> None:
        self.events: tuple[Event, ...] = ()
        self.claimed: tuple[Area, ...] = ()
        self.typing = False
        self.size, self.scale = SIZE, 1.0


class Screens:
    def set_panel(self, name: str, texture: moderngl.Texture) -> None:
        raise AssertionError("no panel stands in the world")

    def drop_panel(self, name: str) -> None:
        pass


class Desk:
    """A visitor before the window, with the small panel and those at the right."""

    def __init__(self, context: moderngl.Context) -> None:
        nodes = tuple(Node(n, f"conv{n}", "Conv2d", "convolution", "", (1, 16, 8, 8)) for n in range(3))
        graph = Graph(nodes, (Edge(0, 1), Edge(1, 2)))
        self.world, self.window = build_world("A network", graph, plan_maps(graph.nodes), []), Window()
        self.world.player.position = (0.0, 0.0, 9.0)
        self.tools = Tools()
        self.context = context
        self.faces = WorldPanelFaces(context, Screens())
        self.panel = Panel(self.window, context, THEMES["dark"])
        self.panel.flat = self.flat = FlatPanels(self.faces)
        self.picture = context.simple_framebuffer(SIZE)
        self.captured = False
        self.frame()

    def frame(self, *events: Event) -> list[object]:
        """What was asked for in a frame with these events."""
        self.window.events = events
        self.panel.draw(self.world, FrameTimes(), self.picture, self.captured)
        assert self.context.error == "GL_NO_ERROR"
        return [*self.panel.intents(), *self.faces.intents()]

    def open(self, name: str, wall: int | None = None) -> Area:
        if wall is not None:
            self.world.hands["mouse"].target = Target("wall", wall, 2.0, (0.0, 0.0, 0.0), 0.5, 0.5, 3)
        act(self.world, OpenPanel(name))
        self.frame()
        return self.flat.places[-1].area

    def click(self, x: float, y: float) -> list[object]:
        found = self.frame(PointerMoved(x, y), ButtonEvent("left", True, x, y))
        return [*found, *self.frame(ButtonEvent("left", False, x, y))]

    def press(self, name: str, button: str) -> list[object]:
        """A click on the middle of a button of a panel."""
        place = next(place for place in self.flat.places if place.panel.name == name)
        area = dict(self.faces._faces[place.panel.key].buttons)[button]
        x, y = (area.left + area.right) / 2, (area.top + area.bottom) / 2
        return self.click(place.area.left + x * place.density, place.area.top + y * place.density - place.above)

    def seen(self, area: Area) -> np.ndarray:
        """The pixels (H, W, 3) of an area of the window."""
        pixels = np.frombuffer(self.picture.read(), np.uint8).reshape(SIZE[1], SIZE[0], 3)[::-1]
        return pixels[int(area.top) : int(area.bottom), int(area.left) : int(area.right)]


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    made = moderngl.create_context(standalone=True, backend="egl", require=430)
    with made:
        yield made


@pytest.fixture
def desk(context: moderngl.Context) -> Iterator[Desk]:
    desk = Desk(context)
    yield desk
    desk.panel.close()
    desk.faces.close()


def test_a_panel_is_at_the_right_beside_the_crosshair_and_a_click_on_it_belongs_to_it(desk: Desk) -> None:
    area = desk.open(JOBS)
    assert area.left >= SIZE[0] / 2 + FROM_CROSSHAIR
    assert area.right <= SIZE[0]
    assert area in desk.window.claimed
    assert (area.right - area.left) == round(POINTS[JOBS][0] / TYPE), "a texel is a pixel"
    ink = desk.seen(area).astype(int).std(axis=(0, 1)).max()
    assert ink > 8, "something is written on it"


def test_a_button_means_what_the_panel_speaks_of_and_the_cross_closes_it(desk: Desk) -> None:
    desk.open(WALL, wall=1)
    desk.world.hands["mouse"].target = None
    asked = desk.press(WALL, "Fold")
    assert asked == [ByPanel(WALL, FoldWall("mouse"))]
    desk.tools.step(desk.world, asked, 0.02)
    assert desk.world.hall.walls[1].folded
    assert desk.press(WALL, "close") == [OpenPanel(WALL)]


def test_while_the_mouse_turns_the_view_panels_are_seen_and_not_pressed(desk: Desk) -> None:
    area = desk.open(JOBS)
    desk.captured = True
    desk.frame()
    assert desk.press(JOBS, "close") == []
    assert desk.flat.places, "it is there"
    assert area.left == desk.flat.places[0].area.left


def test_the_bar_has_a_button_for_each_panel_that_opens_and_closes_it(desk: Desk) -> None:
    names = [ability.intent.name for ability in opening()]
    assert {INSPECT, JOBS, WALL} <= set(names)
    assert set(names) <= set(MAKERS)
    bar = desk.window.claimed[-1]
    found = [desk.click(x, bar.top + 14) for x in np.arange(bar.left + 6, bar.right, 24)]
    assert {wish.name for wishes in found for wish in wishes if isinstance(wish, OpenPanel)} == set(names)


def test_the_newest_panels_are_shown_and_the_bar_brings_others_to_the_front() -> None:
    room = Area(760.0, 60.0, 1384.0, 700.0)
    opened = [WorldPanel(name, None, 1.0, 1.0) for name in (WALL, JOBS, INSPECT)]
    places, hidden = laid_out(opened, room, 1.0, {})
    assert [place.panel.name for place in places] == [INSPECT]
    assert [panel.name for panel in hidden] == [WALL, JOBS]
    wide = Area(60.0, 60.0, 1984.0, 1200.0)
    places, hidden = laid_out(opened, wide, 1.0, {})
    assert not hidden
    areas = [place.area for place in places]
    for one in areas:
        assert wide.left <= one.left
        assert one.bottom <= wide.bottom
        assert not any(one is not other and one.holds(other.left + 1, other.top + 1) for other in areas)


def test_a_panel_behind_others_comes_to_the_front_by_its_button(desk: Desk) -> None:
    desk.open(JOBS)
    desk.open(WALL, wall=1)
    desk.tools.step(desk.world, [RaisePanel(JOBS)], 0.02)
    assert list(desk.world.panels.open) == [WALL, JOBS]


def test_a_panel_that_is_taller_than_its_room_is_cut_and_the_wheel_moves_it(desk: Desk) -> None:
    desk.open(INSPECT, wall=1)
    room = Area(760.0, 60.0, 1384.0, 300.0)
    places, _ = laid_out(list(desk.world.panels.open.values()), room, 1.0, {})
    assert places[0].area.bottom == 300
    places, _ = laid_out(list(desk.world.panels.open.values()), room, 1.0, {INSPECT: 90.0})
    assert places[0].above == 90
    assert places[0].at(places[0].area.left, 60.0)[1] == pytest.approx(90 / places[0].whole)


def test_the_wheel_turns_what_is_on_a_panel(desk: Desk) -> None:
    area = desk.open(INSPECT, wall=1)
    face = desk.faces._faces[INSPECT]
    face.contents.most = 3
    desk.frame(PointerMoved(area.left + 100, area.top + 100), Scrolled(0.0, -1.0))
    assert face.contents.first in (0, 1), "a page without anything more stays"


def test_a_line_takes_what_is_typed_and_gives_it_up_at_enter_and_escape() -> None:
    line = TextEntry(focused=True, most=6)
    line.take((TextTyped("l"), TextTyped("a"), TextTyped("\n"), TextTyped("yers and more")))
    assert line.text == "layers"
    line.take((KeyEvent("BACKSPACE", True), KeyEvent("BACKSPACE", False)))
    assert line.text == "layer"
    line.take((KeyEvent("ENTER", True),))
    assert line.entered
    line.take((KeyEvent("ESCAPE", True),))
    assert not line.focused


def test_nothing_is_drawn_while_all_is_closed(desk: Desk) -> None:
    desk.frame()
    assert not desk.faces._faces
    assert not desk.flat.places
    assert TITLE > 0


def test_the_panel_of_a_layer_leads_to_the_closer_look_at_it(desk: Desk) -> None:
    desk.open(WALL, wall=1)
    desk.world.hands["mouse"].target = None
    desk.tools.step(desk.world, desk.press(WALL, "Inspect"), 0.02)
    assert desk.world.panels.open[INSPECT].wall == desk.world.hall.walls[1].name


@pytest.mark.parametrize("size", [SIZE, (900, 560), (640, 480)])
def test_the_bar_is_beside_what_opens_the_other_choices_or_below_it(desk: Desk, size: tuple[int, int]) -> None:
    desk.window.size = size
    desk.frame()
    areas = desk.window.claimed
    handle = next(area for area in areas if (area.right - area.left, area.bottom - area.top) == HANDLE)
    bar = max(areas, key=lambda area: area.right)
    assert bar is not handle
    assert bar.left >= handle.right or bar.top >= handle.bottom


def test_a_name_too_long_for_its_place_keeps_both_ends(desk: Desk) -> None:
    style = desk.panel.style
    name = "a_backbone_of_somebody.stage.the_first_convolution, channel 15"
    shorter = style.fitted_name(name, 200.0)
    assert style.width(shorter) <= 200.0
    assert shorter.startswith("a_b")
    assert shorter.endswith(", channel 15")
    assert style.fitted_name(name, 2000.0) == name
