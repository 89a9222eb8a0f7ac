"""The panel "View": it opens while the mouse is free, its buttons and sliders ask for what they say."""

from __future__ import annotations

from collections.abc import Iterator

import moderngl
import numpy as np
import pytest
from test_ui_panel import ACCENT, Quad, Shown, inside, near

from vrcnn.engine.plan import plan_maps
from vrcnn.network.graph import Graph, Node
from vrcnn.scene.acting import act
from vrcnn.scene.build import build_world
from vrcnn.scene.colormaps import colours_along
from vrcnn.scene.colouring import COLORMAPS, Colouring
from vrcnn.scene.geometry import Pose
from vrcnn.scene.intents import Intent
from vrcnn.ui.events import Area, ButtonEvent, KeyEvent, PointerMoved
from vrcnn.ui.view_panel import BAR, WIDTH, ends_in_words

pytestmark = pytest.mark.gl
SIZE = (900, 800)


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    made = moderngl.create_context(standalone=True, backend="egl", require=430)
    with made:
        yield made


@pytest.fixture
def shown(context: moderngl.Context) -> Iterator[Shown]:
    shown = Shown(context, Quad(SIZE))
    graph = Graph((Node(0, "conv", "Conv2d", "convolution", "", (1, 8, 8, 8)),), ())
    shown.world = build_world("test", graph, plan_maps(graph.nodes), [])
    yield shown
    shown.panel.close()


@pytest.fixture
def opened(shown: Shown) -> Shown:
    shown.panel.view.open = True
    shown.frames(4, captured=False)
    return shown


def area_of(shown: Shown) -> Area:
    """Of the panel, or of the handle that opens it."""
    return shown.quad.claimed[-1]


def click(shown: Shown, x: float, y: float) -> list[Intent]:
    """What a click there asks for; the World does it."""
    down, up = (ButtonEvent("left", down, x, y) for down in (True, False))
    for event in (PointerMoved(x, y), down, up, PointerMoved(2, 2)):  # at the end it is away, so that no hint is shown
        shown.quad.events = (event,)
        shown.frames(1, captured=False)
    shown.quad.events = ()
    wanted = shown.panel.intents()
    for intent in wanted:
        act(shown.world, intent)
    shown.frames(3, captured=False)
    return wanted


def rows_of(shown: Shown) -> list[tuple[int, int]]:
    """Top and bottom of every row in which something is lit, sliders with their knobs among them."""
    area = area_of(shown)
    lit = near(inside(shown.frames(1, captured=False), area), ACCENT, 3).sum(axis=1) > 3
    edges = np.flatnonzero(np.diff(np.concatenate([[0], lit.astype(int), [0]])))
    return [(int(area.top) + a, int(area.top) + b) for a, b in edges.reshape(-1, 2).tolist() if b - a > 16]


def press(shown: Shown, row: int, share: float) -> list[Intent]:
    """A click into the `row`th row with something lit, so far along the panel."""
    top, bottom = rows_of(shown)[row]
    area = area_of(shown)
    return click(shown, area.left + 16 + share * (area.right - area.left - 32), (top + bottom) / 2)


def test_a_handle_beside_the_card_opens_it(shown: Shown) -> None:
    shown.frames(2, captured=False)
    handle = area_of(shown)
    assert handle.right - handle.left < 120
    click(shown, handle.left + 20, handle.top + 15)
    assert shown.panel.view.open
    assert area_of(shown).right - area_of(shown).left == WIDTH


def test_while_the_view_has_the_mouse_there_is_neither_panel_nor_handle(opened: Shown) -> None:
    opened.frames(2, captured=True)
    assert all(area.right - area.left != WIDTH for area in opened.quad.claimed)


def test_tab_opens_it_and_closes_it_again(shown: Shown) -> None:
    shown.frames(1, captured=True)
    for expected in (True, False, True):
        shown.quad.events = (KeyEvent("TAB", True),)
        shown.frames(1, captured=False)
        shown.quad.events = (KeyEvent("TAB", False),)
        shown.frames(1, captured=False)
        assert shown.panel.view.open is expected
    shown.quad.events = ()
    shown.frames(1, captured=True)
    shown.quad.events = (KeyEvent("TAB", True),)
    shown.frames(1, captured=False)
    assert shown.panel.view.open, "it was open, but hidden while the mouse was captured"


def test_with_a_headset_on_whoever_sits_at_the_desk_has_it(opened: Shown) -> None:
    opened.world.player.head = Pose((0.0, 1.6, 0.0))
    opened.frames(2, captured=False)
    assert any(area.right - area.left == WIDTH for area in opened.quad.claimed)
    opened.frames(2, captured=True)
    assert all(area.right - area.left != WIDTH for area in opened.quad.claimed)


def test_its_buttons_choose_what_the_desk_s_do(opened: Shown) -> None:
    press(opened, 0, 0.78)
    assert opened.world.colouring.colormap == "cividis"
    press(opened, 1, 0.37)
    assert opened.world.colouring.range == "map"
    press(opened, 3, 0.6)
    assert opened.world.colouring.order == "variance"
    press(opened, 4, 0.4)
    assert opened.world.theme == "light"


def test_sliders_set_gamma_and_the_numbers_of_ranges(opened: Shown) -> None:
    for share, least, largest in ((0.1, 0.25, 0.6), (0.9, 1.6, 2.0)):
        press(opened, 2, share)
        assert least <= opened.world.colouring.gamma <= largest
    press(opened, 1, 0.6)
    assert opened.world.colouring.range == "percentile"
    press(opened, 2, 0.5)
    assert opened.world.colouring.percentile == pytest.approx(75, abs=1.5)
    press(opened, 1, 0.9)
    assert opened.world.colouring.range == "fixed"
    press(opened, 2, 0.03)
    assert opened.world.colouring.fixed < 0.02
    press(opened, 3, 0.5)
    assert opened.world.colouring.gamma == pytest.approx(1.125, abs=0.05)


@pytest.mark.parametrize(("name", "gamma"), [("vik", 0.75), ("batlow", 2.0)])
def test_the_colour_bar_has_the_colours_of_the_walls(opened: Shown, name: str, gamma: float) -> None:
    opened.world.colouring = Colouring(colormap=name, gamma=gamma)
    pixels, area = opened.frames(3, captured=False), area_of(opened)
    colormap = next(colormap for colormap in COLORMAPS if colormap.name == name)
    y = rows_of(opened)[0][1] + 6 + int(BAR / 2)
    for share in (0.02, 0.25, 0.5, 0.8, 0.98):
        part = 2 * share - 1 if colormap.diverging else share
        lifted = np.sign(part) * abs(part) ** gamma
        wanted = 255 * colours_along(colormap, np.array(0.5 + 0.5 * lifted if colormap.diverging else lifted))
        found = pixels[y, int(area.left + 16 + share * (area.right - area.left - 32))]
        assert np.abs(found - wanted).max() < 26, share


def test_the_words_below_the_bar_say_what_the_ends_stand_for() -> None:
    assert ends_in_words(Colouring(), True) == ("−99.5 %", "0", "99.5 %")
    assert ends_in_words(Colouring("percentile", 80.0), True) == ("−80 %", "0", "80 %")
    assert ends_in_words(Colouring("percentile", 80.0), False) == ("lower", "80 % lie between", "upper")
    assert ends_in_words(Colouring("fixed", fixed=0.5), True) == ("−0.5", "0", "0.5")
    assert ends_in_words(Colouring("map"), False)[1] == ""


def test_in_a_narrow_window_it_stands_below_the_card(context: moderngl.Context) -> None:
    shown = Shown(context, Quad((640, 700)))
    shown.panel.view.open = True
    shown.frames(4, captured=False)
    card, panel = shown.quad.claimed[0], area_of(shown)
    assert panel.top > card.bottom
    assert panel.right < 640
    assert panel.bottom < 700
    shown.panel.close()
