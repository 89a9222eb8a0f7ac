"""The panel of exports: what its buttons ask for, of what it speaks, and what it tells of one that runs or is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import moderngl
import pytest
from test_ui_world_panels import Worn, context  # noqa: F401 - the fixture

from vrcnn.scene.acting import act
from vrcnn.scene.export_intents import ChooseExport, ExportChoice, ExportChosen, ExportOut, OpenExport
from vrcnn.scene.export_wishes import KINDS
from vrcnn.scene.hall import InquiryStatus
from vrcnn.scene.intents import CancelInquiry
from vrcnn.scene.panel_acting import act_by_panel
from vrcnn.scene.panel_intents import ByPanel
from vrcnn.scene.panel_placing import toggle_panel
from vrcnn.scene.panel_pressing import meant_on
from vrcnn.scene.world import Target
from vrcnn.scene.world_panels import EXPORT, WALL

pytestmark = pytest.mark.gl
USUAL = ExportChoice()


@pytest.fixture
def worn(context: moderngl.Context) -> Iterator[Worn]:  # noqa: F811
    worn = Worn(context)
    yield worn
    worn.faces.close()


def point_and_open(worn: Worn, tile: int | None = 5) -> None:
    """F7, with the ray on a tile of the second wall."""
    worn.world.hands["right"].target = Target("wall", 1, 2.0, (0.0, 0.0, 0.0), tile=tile)
    toggle_panel(worn.world, EXPORT)
    worn.world.hands["right"].target = None
    worn.frame()


def test_what_and_how_is_chosen(worn: Worn) -> None:
    point_and_open(worn)
    asked = worn.press(EXPORT, "kind values")
    assert asked == [ChooseExport(replace(USUAL, kinds=("maps", "sheet", "values")))]
    assert act(worn.world, asked[0]) == []
    worn.frame()
    kinds = ("sheet", "values")
    assert worn.press(EXPORT, "kind maps") == [ChooseExport(replace(USUAL, kinds=kinds))]
    assert worn.press(EXPORT, "format .safetensors")[0].choice.format == "safetensors"
    assert worn.press(EXPORT, "grey 16-bit grey")[0].choice.grey
    assert {f"kind {kind}" for kind in KINDS} <= set(worn.buttons(EXPORT))


@pytest.mark.parametrize(
    ("about", "layers", "channels"),
    [("channel", ("stem.relu",), ((5, 5),)), ("layer", ("stem.relu",), None), ("network", None, None)],
)
def test_it_is_about_what_was_pointed_at_when_it_was_opened(
    worn: Worn, about: str, layers: tuple[str, ...] | None, channels: tuple[tuple[int, int], ...] | None
) -> None:
    point_and_open(worn)
    asked = worn.press(EXPORT, f"about {about}")
    for intent in asked:
        act(worn.world, intent)
    worn.frame()
    worn.point(EXPORT, "export")
    assert worn.press(EXPORT, "export") == [ExportChosen("right")]
    worn.point(EXPORT, "export")
    (request,) = act_by_panel(worn.world, ExportChosen("right"))
    assert isinstance(request, ExportOut)
    assert (request.layers, request.channels, request.hall) == (layers, channels, 0)


@pytest.mark.parametrize("flat", [False, True], ids=["in the world", "in the window"])
def test_other_panels_open_it_about_what_they_speak_of(worn: Worn, flat: bool) -> None:
    worn.open(WALL)
    (asked,) = worn.press(WALL, "open export")
    assert asked == OpenExport("right")
    worn.point(WALL, "open export")
    if flat:
        worn.world.hands["right"].target = None
        worn.world.player.head = None
        asked = ByPanel(WALL, OpenExport("mouse"))
    act_by_panel(worn.world, asked)
    panel = worn.world.panels.open[EXPORT]
    assert panel.wall == "stem.relu"
    about = meant_on(worn.world, panel)
    assert about is not None
    assert about.index == 1


def test_with_nothing_pointed_at_it_is_about_everything(worn: Worn) -> None:
    worn.open(EXPORT)
    assert "about layer" not in worn.buttons(EXPORT)
    (request,) = act(worn.world, ExportChosen("right"))
    assert request == ExportOut(0, USUAL, "A network")


def test_with_nothing_chosen_it_says_so(worn: Worn) -> None:
    worn.world.exporting.choice = replace(USUAL, kinds=())
    worn.open(EXPORT)
    assert "export" not in worn.buttons(EXPORT)
    assert act(worn.world, ExportChosen("right")) == []
    assert worn.world.notices[-1].headline == "Nothing is chosen to be exported."


def test_one_that_runs_is_told_and_can_be_given_up(worn: Worn) -> None:
    worn.open(EXPORT)
    before = worn.pixels(EXPORT)
    worn.world.hall.inquiries[7] = InquiryStatus("Exporting maps of conv1", 30, 90, 12.0)
    worn.frame()
    assert (worn.pixels(EXPORT) != before).any()
    assert worn.press(EXPORT, "stop 7") == [CancelInquiry(7, 0)]


def test_where_the_last_one_is_stays_on_it(worn: Worn, tmp_path: Path) -> None:
    point_and_open(worn)
    before = worn.pixels(EXPORT)
    worn.world.exporting.last, worn.world.exporting.folder = "18 files of conv1", str(tmp_path)
    worn.frame()
    assert (worn.pixels(EXPORT) != before).any()
