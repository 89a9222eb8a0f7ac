"""A closer look in the world: panels beside walls, values on pixels, marks on tiles, and what is asked for all that."""

from __future__ import annotations

from math import dist

import numpy as np
import pytest
from graphs import chain
from visiting import Visit

from vrcnn.inspection.results import Distribution, Histogram, Layer, LayerNumbers, Question
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.gallery import Frame, Large
from vrcnn.scene.geometry import Pose
from vrcnn.scene.headset_intents import OpenPanel
from vrcnn.scene.inspect_intents import MarkMaps, StepThrough, TraceBack
from vrcnn.scene.inspecting import STEP
from vrcnn.scene.intents import ChooseLayout, HideWall, Select, ShowHidden
from vrcnn.scene.map_numbers import in_few_letters, table_of
from vrcnn.scene.panel_intents import HangPanel
from vrcnn.scene.panel_pressing import shown_panels
from vrcnn.scene.reading import MapAt, Reading
from vrcnn.scene.world_panels import HUNG, IN_WINDOW, INSPECT, PanelPress


class Looker(Visit):
    """Somebody at the desk before the second wall, whose crosshair is on one of its tiles."""

    def __init__(self) -> None:
        super().__init__(chain())
        self.at(1)

    def at(self, number: int, distance: float = 2.0) -> None:
        self.before(self.hall.walls[number], distance, aside=0.05)
        self.do()
        target = self.world.hands["mouse"].target
        assert (target.kind, target.index) == ("wall", number)

    def faces(self) -> list[str]:
        return [face.name for face in Furnisher().furnish(self.world)["panels"].panels]


@pytest.fixture
def looker() -> Looker:
    return Looker()


def test_the_panel_tells_of_the_channel_and_the_pixel_under_the_crosshair(looker: Looker) -> None:
    asked = looker.do(OpenPanel(INSPECT))
    panel, target = looker.world.panels.open[INSPECT], looker.world.hands["mouse"].target
    assert (panel.stands, panel.wall, panel.channel) == (IN_WINDOW, looker.hall.walls[1].name, target.tile)
    tensor = looker.hall.tensor_of(looker.hall.walls[1].node)
    assert [request.question for request in asked if hasattr(request, "question")] == [
        Question("layer", tensor),
        Question("channel", tensor, target.tile),
    ]
    looker.do(OpenPanel(INSPECT))
    assert INSPECT not in looker.world.panels.open, "asked for again on the same map"


def test_a_step_is_of_the_pixel_under_the_crosshair_and_moves_there_with_it(looker: Looker) -> None:
    looker.do(StepThrough("mouse"))
    panel = looker.world.panels.open[INSPECT]
    assert panel.page == STEP
    assert looker.hall.inspection.asked == [
        Question("step", looker.hall.tensor_of(looker.hall.walls[1].node), panel.channel, panel.pixel)
    ]
    looker.at(2)
    looker.do(StepThrough("mouse"))
    assert looker.world.panels.open[INSPECT].wall == looker.hall.walls[2].name
    looker.do(StepThrough("mouse"))
    assert INSPECT not in looker.world.panels.open


def test_panels_hang_beside_several_walls_and_stay_there_until_they_are_taken_down(looker: Looker) -> None:
    looker.do(OpenPanel(INSPECT), HangPanel("mouse"))
    looker.at(3)
    looker.do(HangPanel("mouse"))
    looker.do()
    hung = list(looker.world.panels.open.values())
    assert {panel.stands for panel in hung} == {HUNG}
    assert [panel.wall for panel in hung] == [looker.hall.walls[1].name, looker.hall.walls[3].name]
    assert set(looker.faces()) == {panel.key for panel in hung}, "seen from the desk too"
    for panel in hung:
        wall = next(wall for wall in looker.hall.walls if wall.name == panel.wall)
        placing = looker.hall.placing @ wall.placing
        x, _, z = placing.inverse().apply(panel.pose.position)
        assert abs(x) > wall.width / 2 + panel.width / 2 / placing.scale, "beside it, not before it"
        assert 0 < z < 0.2
        assert panel.pose.position[1] - panel.height / 2 > 0.2, "above the ground"
    before = [panel.pose for panel in hung]
    looker.world.player.position = (40.0, 0.0, 40.0)
    looker.do()
    assert [panel.pose for panel in shown_panels(looker.world)] == before
    looker.at(3)
    looker.do(HangPanel("mouse"))
    assert [panel.wall for panel in looker.world.panels.open.values()] == [looker.hall.walls[1].name]


def test_a_hung_panel_goes_where_its_wall_goes_and_is_away_while_that_is_hidden(looker: Looker) -> None:
    looker.do(HangPanel("mouse"))
    panel = next(iter(looker.world.panels.open.values()))
    before = panel.pose.position
    looker.do(HideWall("mouse"))
    looker.do()
    assert not shown_panels(looker.world)
    looker.do(ShowHidden())
    looker.do()
    assert shown_panels(looker.world) == [panel]
    looker.do(ChooseLayout("stack"))
    for _ in range(200):
        looker.do(seconds=0.1)
    assert dist(panel.pose.position, before) > 0.5


def test_a_hung_panel_is_pressed_with_the_crosshair(looker: Looker) -> None:
    looker.do(HangPanel("mouse"))
    panel = next(iter(looker.world.panels.open.values()))
    looker.do()
    x, y, z = panel.pose.apply((0.05, 0.1, 1.0))
    looker.world.player.position = x, y - 1.6, z
    looker.look(panel.pose.apply((0.05, 0.1, 0.0)))
    looker.do()
    assert looker.world.hands["mouse"].target.kind == "panel"
    looker.do(Select("mouse"))
    (event,) = looker.world.panels.events
    assert isinstance(event, PanelPress)
    assert (event.hand, event.panel) == ("mouse", panel.key)
    assert panel.stands == HUNG


def test_a_channel_is_traced_back_and_put_out_again(looker: Looker) -> None:
    asked = looker.do(TraceBack("mouse"))
    path = looker.hall.inspection.path
    assert path is not None
    assert path.what == "path"
    assert [request.question for request in asked if hasattr(request, "question")] == [path]
    looker.do(TraceBack("mouse"))
    assert looker.hall.inspection.path is None


def numbers_of(layer: int, count: int, dead: tuple[int, ...]) -> LayerNumbers:
    """Of a layer of so many channels, some of which are dead."""
    told = Layer(f"conv{layer}", "", layer, (1, count, 4, 4), "NCHW", ("Conv2d",), "", "", 0, "", count)
    some = Distribution(1, 0.0, 0.0, 0.0, 0.0, Histogram(np.ones(1, int), np.arange(2.0)))
    shares, none = np.zeros(count, np.float32), np.zeros(count, bool)
    marked = none.copy()
    marked[list(dead)] = True
    counts = np.zeros(count, int)
    states = marked, none, none, none
    return LayerNumbers(told, some, None, None, (), 0, 0, 0, "", *[shares] * 5, counts, *states, "")


def test_dead_maps_are_marked_on_their_tiles_where_that_is_wanted(looker: Looker) -> None:
    wall = looker.hall.walls[1]
    looker.world.journey.at = 0, 1
    question = Question("layer", looker.hall.tensor_of(wall.node))
    looker.do(MarkMaps())
    assert question in looker.hall.inspection.asked
    looker.hall.inspection.answer(question, numbers_of(1, wall.span.count, (2, 5)))
    marks = Furnisher().furnish(looker.world)["marks 0"]
    assert [label.text for label in marks.labels] == ["dead", "dead"]
    looker.do(MarkMaps())
    assert not Furnisher().furnish(looker.world)["marks 0"].labels


def read(looker: Looker, subject: MapAt | int, side: int = 4) -> Reading:
    """As if the values of the map had come that the crosshair rests on."""
    values = np.linspace(-1, 1, side * side, dtype=np.float16).reshape(side, side)
    at = subject if isinstance(subject, MapAt) else MapAt(0, 0, 0)
    reading = Reading(at, values, values.ravel().astype(np.float32), np.array([-1.0, 1.0], np.float32))
    pointing = looker.world.gallery.pointing
    pointing.shown, pointing.pixel = subject, (1, 2)
    looker.world.gallery.reading = reading
    return reading


@pytest.mark.parametrize(("distance", "shown"), [(0.15, True), (3.0, False)])
def test_values_stand_on_the_pixels_of_a_map_that_is_close(looker: Looker, distance: float, shown: bool) -> None:
    wall = looker.hall.walls[1]
    reading = read(looker, MapAt(0, wall.node, 3))
    placing = looker.hall.placing @ wall.placing
    looker.world.gallery.pointing.point = placing.pose.position
    looker.world.player.position = placing.apply((0.0, -1.6, distance))
    labels = Furnisher().furnish(looker.world)["map numbers"].labels
    assert [label.text for label in labels] == (
        [in_few_letters(float(v)) for v in reading.values.flat] if shown else []
    )
    if shown:
        assert {label.pose.orientation for label in labels} == {placing.pose.orientation}


def test_values_stand_on_frames_and_on_the_large_view_too(looker: Looker) -> None:
    gallery, pose = looker.world.gallery, Pose((0.0, 1.6, -0.5))
    looker.world.player.position = (0.0, 0.0, 0.0)
    reading = read(looker, 7)
    gallery.frames.append(Frame(7, reading, pose, 2.0))
    gallery.pointing.point = pose.position
    assert table_of(looker.world).width > 0.3
    at = MapAt(0, looker.hall.walls[1].node, 3)
    read(looker, at)
    gallery.large = Large(at, pose)
    table = table_of(looker.world)
    assert table.pose.position[0] < pose.position[0], "the map is at the left of the large view"
    assert len(Furnisher().furnish(looker.world)["map numbers"].labels) == 16


def test_values_are_written_in_four_digits() -> None:
    told = [in_few_letters(value) for value in (0.0, 0.12345, -12.345, 4e-6, float("nan"), 123456.0)]
    assert told == ["0", "0.1235", "−12.35", "4.0e−6", "NaN", "1.2e5"]
