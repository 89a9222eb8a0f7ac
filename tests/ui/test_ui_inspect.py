"""The panel of a closer look: what stands on its pages is what torch says, and its buttons lead on."""

from __future__ import annotations

from collections.abc import Iterator

import moderngl
import numpy as np
import pytest
import torch
from torch import nn

from vrcnn.engine.plan import plan_maps
from vrcnn.inspection.inspector import Inspector
from vrcnn.inspection.results import Question
from vrcnn.inspection.view import Picture
from vrcnn.network.detail import reduce
from vrcnn.network.guard import unchanged
from vrcnn.network.scope import Scope
from vrcnn.network.trace import trace
from vrcnn.scene.acting import act
from vrcnn.scene.build import build_world
from vrcnn.scene.colouring import COLORMAPS
from vrcnn.scene.headset_intents import OpenPanel
from vrcnn.scene.inspect_intents import MarkMaps, Refocus, TraceBack
from vrcnn.scene.inspecting import PAGES, questions_of
from vrcnn.scene.intents import GoTo
from vrcnn.scene.panel_intents import ByPanel, HangPanel
from vrcnn.scene.requests import Request
from vrcnn.scene.tools import Tools
from vrcnn.scene.world import Target
from vrcnn.scene.world_panels import INSPECT, POINTS, PanelPress
from vrcnn.ui.inspect_histograms import count_ticks, height_of, value_ticks
from vrcnn.ui.inspect_kernels import tabled
from vrcnn.ui.inspect_look import coloured, precise
from vrcnn.ui.inspect_step import short
from vrcnn.ui.theme import Style
from vrcnn.ui.world_panels import Shown, WorldPanelFaces

pytestmark = pytest.mark.gl
CHANNEL, PIXEL = 3, (2, 1)


class Small(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(5)
        self.first = nn.Conv2d(3, 6, 3, padding=1)
        self.second = nn.Conv2d(6, 8, 3, stride=2, padding=1)
        with torch.no_grad():
            self.second.bias[5] = -99.0  # that map is dead behind the ReLU

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.second(self.first(x).relu()).relu()


class Screens:
    def set_panel(self, name: str, texture: moderngl.Texture) -> None: ...

    def drop_panel(self, name: str) -> None: ...


class Inspecting:
    """A visitor who looks closer at the second layer of a small network; every question is answered at once."""

    def __init__(self, context: moderngl.Context, monkeypatch: pytest.MonkeyPatch) -> None:
        torch.set_num_threads(1)
        self.module = Small().eval()
        self.input = torch.randn(1, 3, 8, 8, generator=torch.Generator().manual_seed(2))
        with unchanged(self.module):
            full = trace(self.module, (self.input,), {})
        shown = reduce(full, Scope("layers"))
        self.inspector = Inspector(self.module, "Small")
        self.inspector.look_at(Picture(None, "noise", (self.input,), {}), full, shown)
        self.world = build_world("Small", shown, plan_maps(shown.nodes), [])
        self.world.hall.full = full
        self.tools, self.faces = Tools(), WorldPanelFaces(context, Screens())
        self.written: list[str] = []
        write = Style.write

        def noted(style: Style, layer: object, place: object, text: str, *rest: object, **named: object) -> None:
            self.written.append(text)
            write(style, layer, place, text, *rest, **named)

        monkeypatch.setattr(Style, "write", noted)
        hall = self.world.hall
        self.number = next(n for n, wall in enumerate(hall.walls) if wall.name == "second")
        self.world.hands["mouse"].target = Target("wall", self.number, 2.0, (0.0, 0.0, 0.0), 0.5, 0.5, CHANNEL)
        act(self.world, OpenPanel(INSPECT))
        self.panel.pixel = PIXEL

    @property
    def panel(self):
        return self.world.panels.open[INSPECT]

    def turn(self, page: str, **given: object) -> list[str]:
        """What is written on a page."""
        act(self.world, Refocus(INSPECT, page=page, **given))
        return self.draw()

    def draw(self, *events: PanelPress) -> list[str]:
        inspection = self.world.hall.inspection
        for question in questions_of(self.world, self.panel):
            inspection.want(question)
            inspection.answer(question, self.inspector.answer(question))
        self.written.clear()
        self.faces.draw_flat(self.world, Shown(self.panel, 0.645, None, events))
        return list(self.written)

    def again(self) -> list[str]:
        """What is written where nothing new has come."""
        self.written.clear()
        self.faces.draw_flat(self.world, Shown(self.panel, 0.645))
        return list(self.written)

    def press(self, button: str) -> list[object]:
        face = self.faces._faces[INSPECT]
        area = dict(face.buttons)[button]
        width, height = POINTS[INSPECT]
        at = (area.left + area.right) / 2 / width, (area.top + area.bottom) / 2 / height
        self.faces.intents()
        self.draw(PanelPress("mouse", INSPECT, *at))
        return [wish.action if isinstance(wish, ByPanel) else wish for wish in self.faces.intents()]


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    made = moderngl.create_context(standalone=True, backend="egl", require=430)
    with made:
        yield made


@pytest.fixture
def looking(context: moderngl.Context, monkeypatch: pytest.MonkeyPatch) -> Iterator[Inspecting]:
    looking = Inspecting(context, monkeypatch)
    yield looking
    looking.faces.close()


def test_every_number_of_the_first_page_is_torchs_own(looking: Inspecting) -> None:
    written = looking.turn("Numbers")
    with torch.no_grad():
        maps = looking.module(looking.input)[0]
    weights = looking.module.second.weight.detach()
    for values in (maps[CHANNEL], maps):
        for number in (values.min(), values.max(), values.mean(), values.double().std(correction=0)):
            assert precise(float(number)) in written
        assert f"{values.numel():,}" in written
    assert f"{sum(each.numel() for each in looking.module.second.parameters()):,}" in written
    face = looking.faces._faces[INSPECT].contents
    face.first = 99  # the end of the table
    looking.world.hall.inspection.revision += 1
    written = looking.draw()
    for values in (weights[CHANNEL], weights):
        assert precise(float(values.double().std(correction=0))) in written
    assert precise(float(looking.module.second.bias.detach()[CHANNEL])) in written
    assert precise(float(weights[CHANNEL].double().norm())) in written


def test_the_step_is_written_with_its_products_its_sum_and_what_the_network_has(looking: Inspecting) -> None:
    written = looking.turn("Step", pixel=PIXEL)
    with torch.no_grad():
        before = nn.functional.pad(looking.module.first(looking.input).relu(), (1, 1, 1, 1))[0]
        value = looking.module.second(looking.module.first(looking.input).relu())[0, CHANNEL, PIXEL[0], PIXEL[1]]
    top, left = 2 * PIXEL[0], 2 * PIXEL[1]
    sums = (before[:, top : top + 3, left : left + 3] * looking.module.second.weight[CHANNEL].detach()).sum((1, 2))
    strongest = int(sums.abs().argmax())
    assert f"Sum of input {strongest}" in written
    number = written.index("The network has") + 1
    assert float(written[number].replace("\N{MINUS SIGN}", "-")) == pytest.approx(float(value), rel=1e-5)
    assert any(
        float(value) == pytest.approx(float(words.replace("\N{MINUS SIGN}", "-")), rel=1e-5)
        for words in numbers(written)
    )
    assert looking.panel.entry == strongest, "the wall of the input has the outline on that channel"
    assert looking.press("pixel →") == [Refocus(INSPECT, pixel=(PIXEL[0], PIXEL[1] + 1))]


def numbers(written: list[str]) -> list[str]:
    return [words for words in written if words.replace("\N{MINUS SIGN}", "").replace(".", "").isdigit()]


def test_a_driver_that_is_pressed_is_gone_to_and_inspected(looking: Inspecting) -> None:
    looking.turn("Drivers")
    drivers = looking.inspector.answer(
        Question("drivers", looking.world.hall.tensor_of(looking.world.hall.walls[looking.number].node), CHANNEL)
    )
    strongest = int(drivers.by_contribution[0])
    asked = looking.press(f"By what they add here {strongest}")
    assert asked == [GoTo("first"), Refocus(INSPECT, wall="first", channel=strongest)]
    act(looking.world, asked[1])
    assert (looking.panel.wall, looking.panel.channel) == ("first", strongest)
    assert looking.world.hall.walls[looking.panel.about.index].name == "first", "and so its buttons mean that"


def test_all_pages_are_drawn_and_only_when_something_changes(looking: Inspecting) -> None:
    for page in PAGES:
        assert looking.turn(page), page
        looking.again()  # what a page has found to be shown first is in its key from now on
        assert not looking.again(), "the same again costs nothing"


def test_the_foot_leads_on(looking: Inspecting) -> None:
    looking.turn("Numbers")
    assert looking.press("channel after") == [Refocus(INSPECT, channel=CHANNEL + 1)]
    assert looking.press("trace back") == [TraceBack("mouse")]
    assert looking.press("mark maps") == [MarkMaps()]
    assert looking.press("hang") == [HangPanel("mouse")]
    act(looking.world, Refocus(INSPECT, channel=-1))
    assert looking.panel.channel == 7, "round and round"


def test_a_layer_without_weights_says_so(looking: Inspecting) -> None:
    tensor = looking.world.hall.tensor_of(looking.world.hall.walls[0].node)
    looking.panel.wall = looking.world.hall.walls[0].name
    looking.panel.channel = 0
    question = Question("step", tensor, 0, PIXEL)
    looking.world.hall.inspection.want(question)
    looking.world.hall.inspection.refuse(question, "It has no weights.")
    act(looking.world, Refocus(INSPECT, page="Step"))
    looking.written.clear()
    looking.faces.draw_flat(looking.world, Shown(looking.panel, 0.645))
    assert "It has no weights." in looking.written


def test_what_is_looked_at_is_asked_once_and_dropped_when_the_panel_closes(looking: Inspecting) -> None:
    hall = looking.world.hall
    asked: list[Request] = list(looking.tools.step(looking.world, [], 0.02))
    assert [request.question.what for request in asked if hasattr(request, "question")] == ["layer", "channel"]
    assert not [request for request in looking.tools.step(looking.world, [], 0.02) if hasattr(request, "question")]
    looking.world.panels.close(INSPECT)
    looking.tools.step(looking.world, [], 0.02)
    assert not hall.inspection.asked


def test_axes_and_colours() -> None:
    assert [words for _, words in count_ticks(12_000, True)] == ["1", "10", "100", "1k", "10k"]
    assert [count for count, _ in count_ticks(45, False)] == [10, 20, 30, 40]
    assert height_of(1, 10**6, True) > 0.03
    assert height_of(0, 10, True) == 0 < height_of(5, 10, False) < height_of(10, 10, False)
    assert [value for value, _ in value_ticks(-1.0, 1.0)] == [-1.0, 1.0, 0.0]
    assert [value for value, _ in value_ticks(0.0, 3.0)] == [0.0, 3.0]
    low, zero, high = coloured(np.array([-2.0, 0.0, 2.0]), 2.0, COLORMAPS[2])
    assert low[2] > low[0]
    assert high[0] > high[2], "blue below zero and red above it"
    assert abs(int(zero[0]) - int(zero[2])) < 24
    blocks = np.arange(2 * 3 * 2 * 2, dtype=np.float32).reshape(2, 3, 2, 2)
    table = tabled(blocks)
    assert table.shape == (5, 8)
    assert (table[:2, 3:5] == blocks[0, 1]).all()
    assert np.isnan(table[2]).all()
    assert [short(value, 4) for value in (0.04372, -12.345, 1e-7, 0.0)] == [".04372", "−12.35", "1.00e−7", "0"]
