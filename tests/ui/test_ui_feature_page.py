"""The page "Features" of the panel, and the line that tells of visualizations that are being made."""

from __future__ import annotations

from collections.abc import Iterator

import moderngl
import pytest
from test_ui_panel import ACCENT, RUNNING, Quad, Shown, inside, near
from test_ui_view_panel import SIZE, area_of, click, press

from vrcnn.engine.plan import plan_maps
from vrcnn.network.graph import Graph, Node
from vrcnn.scene.build import build_world
from vrcnn.scene.feature_intents import CancelFeatures, DeleteFeatures, PauseFeatures, VisualizeAll
from vrcnn.scene.features import FeatureJob

pytestmark = pytest.mark.gl


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    made = moderngl.create_context(standalone=True, backend="egl", require=430)
    with made:
        yield made


@pytest.fixture
def opened(context: moderngl.Context) -> Iterator[Shown]:
    shown = Shown(context, Quad(SIZE))
    graph = Graph((Node(0, "conv", "Conv2d", "convolution", "", (1, 8, 8, 8)),), ())
    shown.world = build_world("test", graph, plan_maps(graph.nodes), [])
    shown.panel.view.open = True
    shown.frames(4, captured=False)
    area = area_of(shown)
    click(shown, area.left + 110, area.top + 26)
    yield shown
    shown.panel.close()


def test_a_click_on_its_name_turns_to_it_and_back(opened: Shown) -> None:
    assert opened.panel.view.page == "Features"
    area = area_of(opened)
    click(opened, area.left + 30, area.top + 26)
    assert opened.panel.view.page == "View"


def test_its_buttons_set_how_visualizations_are_made(opened: Shown) -> None:
    press(opened, 0, 0.6)
    assert opened.world.feature_settings.preset == "maco"
    press(opened, 1, 0.4)
    assert opened.world.feature_settings.objective.kind == "neuron"
    press(opened, 3, 0.5)
    assert opened.world.feature_settings.start == "picture"
    wanted = press(opened, 2, 0.9)
    assert wanted
    assert not opened.world.wants_sights


def test_while_some_are_made_there_are_pause_and_cancel_and_a_bar(opened: Shown) -> None:
    opened.world.hall.features.job = FeatureJob("conv, channels 0 to 7", 3, 8, running=True, stored=5 << 20)
    opened.frames(3, captured=False)
    area = area_of(opened)
    bar = near(inside(opened.frames(1, captured=False), area), ACCENT, 3)
    assert bar[-110:].sum(axis=1).max() > 20
    bottom = area.bottom
    seen = []
    for x in (40, 100):
        for y in range(int(bottom) - 110, int(bottom), 8):
            seen += click(opened, area.left + x, y)
    assert PauseFeatures(True, 0) in seen
    assert CancelFeatures(0) in seen


def test_deleting_asks_first(opened: Shown) -> None:
    opened.world.hall.features.job = FeatureJob(stored=5 << 20)
    opened.frames(3, captured=False)
    area = area_of(opened)
    assert DeleteFeatures(0) in click(opened, area.right - 60, area.bottom - 26)
    assert opened.world.hall.features.asking
    assert DeleteFeatures(0, True) in click(opened, area.left + 60, area.bottom - 26)
    assert not opened.world.hall.features.asking


def test_with_nothing_to_do_it_offers_the_whole_network(opened: Shown) -> None:
    area = area_of(opened)
    wanted = [
        each for y in range(int(area.bottom) - 110, int(area.bottom), 8) for each in click(opened, area.left + 60, y)
    ]
    assert VisualizeAll(0) in wanted


def test_the_card_tells_how_far_they_are(opened: Shown) -> None:
    opened.panel.view.open = False
    lengths = []
    for done in (16, 32):
        opened.world.hall.features.job = FeatureJob("conv", done, 64, running=True)
        bars = near(inside(opened.frames(), opened.quad.claimed[0]), RUNNING, 3)
        lengths.append(int(bars.sum(axis=1).max()))
    assert lengths == pytest.approx([67, 134], abs=3)
