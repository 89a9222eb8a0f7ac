"""With a headset worn the window keeps its panels, and a bar at its foot says which view it shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import moderngl
import numpy as np
import pytest

from vrcnn.network.graph import Graph
from vrcnn.scene.geometry import Pose
from vrcnn.scene.hall import Hall
from vrcnn.scene.headset_intents import AUDIENCE, ChooseAudience
from vrcnn.scene.theme import DARK
from vrcnn.scene.world import Notice, World
from vrcnn.ui.audience_bar import STAYS
from vrcnn.ui.events import Area, ButtonEvent, Event, KeyEvent, PointerMoved, TextTyped
from vrcnn.ui.panel import FrameTimes, Panel

pytestmark = pytest.mark.gl
SIZE = 1000, 700
FOOT = Area(300, 630, 700, 690)


@dataclass
class Quad:
    """A screen that is not a window."""

    size: tuple[int, int] = SIZE
    scale: float = 1.0
    events: tuple[Event, ...] = ()
    claimed: tuple[Area, ...] = ()
    typing: bool = False


class Desk:
    """The panels over an even ground while somebody wears the headset."""

    def __init__(self, context: moderngl.Context) -> None:
        self.quad = Quad()
        self.panel = Panel(self.quad, context, DARK)
        self.panel.help.shade = 0.0
        self.target = context.simple_framebuffer(SIZE, 4)
        self.world = World([Hall("A network", Graph((), ()))])
        self.world.player.head = Pose((0.0, 1.6, 0.0))

    def frame(self, *events: Event, captured: bool = False) -> np.ndarray:
        """(700, 1000, 3) int, rows from the top."""
        self.quad.events = events
        self.target.use()
        self.target.clear(0.1, 0.12, 0.15, 1.0)
        self.panel.draw(self.world, FrameTimes(), self.target, captured)
        self.quad.events = ()
        pixels = np.frombuffer(self.target.read(components=3), np.uint8).reshape(SIZE[1], SIZE[0], 3)
        return pixels[::-1].astype(int)

    def bar(self) -> Area | None:
        return next((area for area in self.quad.claimed if FOOT.holds(area.left, area.top)), None)


@pytest.fixture(scope="module")
def context() -> moderngl.Context:
    return moderngl.create_context(standalone=True, backend="egl", require=430)


@pytest.fixture
def desk(context: moderngl.Context) -> Iterator[Desk]:
    desk = Desk(context)
    yield desk
    desk.panel.close()


def amber(pixels: np.ndarray, area: Area) -> float:
    """Where in an area, from 0 at its left to 1 at its right, the accent's colour is."""
    part = pixels[int(area.top) : int(area.bottom), int(area.left) : int(area.right)]
    columns = np.flatnonzero((np.abs(part - (0xF2, 0xB1, 0x34)).max(axis=2) < 40).any(axis=0))
    return float(columns.mean() / part.shape[1])


def test_the_bar_tells_the_view_and_a_click_chooses_another(desk: Desk) -> None:
    places = []
    for view in AUDIENCE:
        desk.world.audience = view
        desk.frame(PointerMoved(10, 690))
        bar = desk.bar()
        places.append(amber(desk.frame(), bar))
    assert places == sorted(places)
    x, y = bar.left + places[1] * (bar.right - bar.left), (bar.top + bar.bottom) / 2
    for events in ((PointerMoved(x, y),), (ButtonEvent("left", True, x, y),), (ButtonEvent("left", False, x, y),)):
        desk.frame(*events)
    assert desk.panel.intents() == [ChooseAudience("smoothed")]


def test_the_bar_goes_while_nobody_moves_the_mouse_and_comes_back(desk: Desk) -> None:
    desk.frame(PointerMoved(10, 690))
    assert desk.bar() is not None
    desk.panel.audience.age = STAYS + 1.0
    desk.frame()
    assert desk.bar() is None
    desk.world.audience = "spectator"
    desk.frame()
    assert desk.bar() is not None, "another view is told"
    desk.panel.audience.age = STAYS + 1.0
    desk.frame(PointerMoved(20, 690))
    assert desk.bar() is not None


def test_without_a_headset_there_is_no_bar(desk: Desk) -> None:
    desk.world.player.head = None
    desk.frame(PointerMoved(10, 690))
    assert desk.bar() is None


def test_view_panel_search_and_notices_are_at_hand_while_a_headset_is_worn(desk: Desk) -> None:
    desk.world.notices = [Notice("Something to know")]
    desk.frame(KeyEvent("TAB", True))
    desk.frame()
    assert desk.panel.view.open
    assert len(desk.quad.claimed) >= 4, "card, notice, view and bar"
    desk.frame(KeyEvent("TAB", True))
    desk.frame(KeyEvent("SLASH", True), TextTyped("/"))
    desk.frame()
    assert desk.panel.search.open
    assert desk.quad.typing


def test_the_keys_are_told_only_to_those_who_ask(desk: Desk) -> None:
    desk.frame()
    desk.frame()
    assert desk.panel.help.shade == 0.0, "as at the start they are told without a headset"
    desk.frame(KeyEvent("H", True))
    for _ in range(3):
        desk.frame()
    assert desk.panel.help.shade > 0.0


def test_what_was_saved_is_told_for_some_seconds(desk: Desk) -> None:
    desk.panel.audience.age = STAYS + 1.0
    desk.frame()
    desk.panel.audience.age = STAYS + 1.0
    quiet = desk.frame()
    desk.panel.tell("Saved vrcnn-screenshot-001.png")
    assert np.abs(desk.frame() - quiet)[560:620, 380:620].mean() > 3.0
    desk.panel._told.age = 5.0
    assert (desk.frame() == quiet)[560:620, 380:620].all()
