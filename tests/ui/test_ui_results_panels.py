"""The panels of results and of the shelf's filter: what a press on them asks for, and that they follow the World."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import moderngl
import pytest

sys.path.append(str(Path(__file__).parents[1] / "scene"))

from graphs import residual
from labelled import KINDS, evaluated, label
from visiting import Visit

from vrcnn.scene.acting import act
from vrcnn.scene.geometry import Pose
from vrcnn.scene.hall import InquiryStatus
from vrcnn.scene.intents import CancelInquiry, Intent
from vrcnn.scene.panel_placing import toggle_panel
from vrcnn.scene.results_acting import EVALUATING
from vrcnn.scene.results_intents import Evaluate, FilterShelf, ResampleShelf
from vrcnn.scene.shelf_filter import ShelfFilter
from vrcnn.scene.world import World
from vrcnn.scene.world_panels import FILTER, POINTS, RESULTS, PanelPress
from vrcnn.ui.world_panels import WorldPanelFaces

pytestmark = pytest.mark.gl


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    made = moderngl.create_context(standalone=True, backend="egl", require=430)
    with made:
        yield made


class Screens:
    def set_panel(self, name: str, texture: moderngl.Texture) -> None: ...

    def drop_panel(self, name: str) -> None: ...


class Reader:
    """Somebody in a headset before one panel, over a set of 400 labelled pictures."""

    def __init__(self, context: moderngl.Context, panel: str, judged: bool = True) -> None:
        self.panel, self.world = panel, Visit(residual()).world
        label(self.world)
        if judged:
            self.world.hall.results = evaluated()
        self.world.player.head = Pose((0.0, 1.6, 0.0))
        toggle_panel(self.world, panel)
        self.faces = WorldPanelFaces(context, Screens())
        self.faces.draw(self.world)

    @property
    def buttons(self) -> dict[str, tuple[float, float]]:
        """The middles of the buttons by name, in shares of the panel."""
        width, height = POINTS[self.panel]
        found = self.faces._faces[self.panel].buttons
        return {name: ((a.left + a.right) / 2 / width, (a.top + a.bottom) / 2 / height) for name, a in found}

    def press(self, name: str) -> list[Intent]:
        """What a press on the button asks for, which is then done."""
        self.world.panels.events.append(PanelPress("right", self.panel, *self.buttons[name]))
        self.world.time += 1.0
        self.faces.draw(self.world)
        wishes = self.faces.intents()
        for wish in wishes:
            act(self.world, wish)
        self.faces.draw(self.world)
        return wishes


@pytest.fixture
def read(context: moderngl.Context) -> Iterator:
    opened: list[Reader] = []

    def read(panel: str, judged: bool = True) -> Reader:
        opened.append(Reader(context, panel, judged))
        return opened[-1]

    yield read
    for each in opened:
        each.faces.close()


def words(world: World) -> str:
    assert world.shelf.selection is not None
    return world.shelf.selection.words


def test_a_cell_of_the_matrix_puts_its_pictures_on_the_shelf(read):
    reader = read(RESULTS)
    reader.press("page Matrix")
    reader.press("cell 2 3")
    assert ": fox taken for red hen, most sure first" in words(reader.world)


def test_mistakes_and_classes_do_the_same(read):
    reader = read(RESULTS)
    reader.press("page Mistakes")
    [pair] = [name for name in reader.buttons if name.startswith("pair")][:1]
    reader.press(pair)
    _, true, predicted = pair.split()
    assert f"{KINDS[int(true)]} taken for {KINDS[int(predicted)]}" in words(reader.world)
    reader.press("page Classes")
    reader.press("class 1")
    assert words(reader.world).endswith(": dog, least sure first")


def test_the_evaluation_is_begun_and_cancelled_there(read):
    reader = read(RESULTS, judged=False)
    reader.press("page All")
    assert reader.press("evaluate") == [Evaluate(0)]
    reader.world.hall.inquiries[4] = InquiryStatus(EVALUATING, 3, 400, None)
    reader.world.time += 1.0
    reader.faces.draw(reader.world)
    assert reader.press("cancel") == [CancelInquiry(4, 0)]


def test_the_wrong_ones_come_onto_the_shelf_and_all_back(read):
    reader = read(RESULTS)
    reader.press("page All")
    reader.press("Wrong ones")
    assert words(reader.world).endswith(": wrong, most sure first")
    reader.press("All back")
    assert reader.world.shelf.selection is None


def test_every_part_of_the_filter_is_one_press(read):
    reader = read(FILTER)
    assert reader.press("outcome Wrong") == [FilterShelf(ShelfFilter(outcome="wrong"))]
    reader.press("order Least sure")
    reader.press("least up")
    assert reader.world.shelf.selection.filter == ShelfFilter(outcome="wrong", order="least sure", least=0.1)
    reader.press("group 1")
    assert reader.world.shelf.selection.filter.group == 1
    reader.press("group 1")
    assert reader.world.shelf.selection.filter.group is None, "a second press takes it back"
    assert reader.press("others") == [ResampleShelf()]
    assert reader.world.shelf.selection.filter.seed == 0
    assert reader.press("back") == [FilterShelf()]


def test_what_is_written_is_searched_at_once(read):
    reader = read(FILTER, judged=False)
    reader.press("words")
    for letter in "fox":
        reader.press(f"key {letter}")
    assert words(reader.world) == '100 of 400: "fox"'
    assert "outcome Wrong" not in reader.buttons, "nobody knows what is wrong as yet"
    reader.press("key done")
    act(reader.world, FilterShelf())
    reader.world.time += 1.0
    reader.faces.draw(reader.world)
    assert reader.world.shelf.selection is None, "the words go with the selection"
