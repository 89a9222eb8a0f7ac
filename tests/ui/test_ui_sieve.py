"""The sieve's panels: what is pressed and dragged on them, and that they follow what is known of the networks."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import moderngl
import numpy as np
import pytest

sys.path.append(str(Path(__file__).parents[1] / "scene"))

from graphs import residual
from labelled import label
from sieved import PLACES, curve, flips, look_through
from test_ui_world_panels import Screens, context  # noqa: F401 - the fixture
from visiting import Visit

from vrcnn.engine.plan import plan_maps
from vrcnn.scene.acting import act
from vrcnn.scene.build import build_hall
from vrcnn.scene.curve_placing import follow_curve
from vrcnn.scene.geometry import Pose
from vrcnn.scene.headset_intents import OpenPanel
from vrcnn.scene.intents import Intent
from vrcnn.scene.panel_placing import toggle_panel
from vrcnn.scene.results_intents import FilterShelf
from vrcnn.scene.sieve_panel_intents import ChooseSieve, ChooseSievePictures, ColourFrames, PutFlipped, ShowFlipped
from vrcnn.scene.site import stand_apart
from vrcnn.scene.theme import THEMES
from vrcnn.scene.world import Target
from vrcnn.scene.world_panels import CURVE, FLIPS, POINTS, SIEVE, PanelPress, PanelScroll
from vrcnn.scene.xray_intents import SortByChange, ToggleSieve
from vrcnn.susceptibility.sieve import AMOUNTS, KINDS, Sieve
from vrcnn.ui.panel_pen import Pen
from vrcnn.ui.sieve_plot import DASH, PAUSE, dashes, role_of
from vrcnn.ui.theme import BODY
from vrcnn.ui.world_panels import WorldPanelFaces

pytestmark = pytest.mark.gl
SHIFT = Sieve("shift", 1.0)


class Reader:
    """Somebody in a headset who has one of the sieve's panels open."""

    def __init__(self, context: moderngl.Context, panel: str, halls: int = 1, known: bool = True) -> None:  # noqa: F811
        self.panel, self.world = panel, Visit(residual()).world
        label(self.world)
        graph = self.world.hall.graph
        for number in range(1, halls):
            self.world.halls.append(build_hall(f"other {number}", graph, plan_maps(graph.nodes), self.world.hall.scope))
        stand_apart(self.world)
        if known:
            look_through(self.world, SHIFT)
        self.world.player.head = Pose((0.0, 1.6, 0.0))
        self.screens = Screens()
        self.faces = WorldPanelFaces(context, self.screens)
        if panel == CURVE:
            follow_curve(self.world)
        else:
            toggle_panel(self.world, panel)
        self.faces.draw(self.world)

    @property
    def buttons(self) -> dict[str, tuple[float, float, float, float]]:
        """Left, top, right and bottom of the buttons by name, in shares of the panel."""
        width, height = POINTS[self.panel]
        found = self.faces._faces[self.panel].buttons
        return {name: (a.left / width, a.top / height, a.right / width, a.bottom / height) for name, a in found}

    def press(self, name: str, across: float = 0.5, does: bool = True) -> list[Intent]:
        """What a press on the button asks for, at a share of its width; it is done then."""
        left, top, right, bottom = self.buttons[name]
        place = left + across * (right - left), (top + bottom) / 2
        self.world.panels.events.append(PanelPress("right", self.panel, *place))
        wishes = self.frame(1.0)
        for wish in wishes if does else ():
            act(self.world, wish)
        self.frame()
        return wishes

    def frame(self, seconds: float = 0.0) -> list[Intent]:
        self.world.time += seconds
        self.faces.draw(self.world)
        return self.faces.intents()

    def pixels(self) -> np.ndarray:
        """(H, W, 4) int16, rows from the top."""
        texture = self.screens.textures[self.panel]
        width, height = texture.size
        return np.frombuffer(texture.read(), np.uint8).reshape(height, width, 4)[::-1].astype(np.int16)

    def inked(self, role: str) -> int:
        """How many pixels have exactly the colour of a role."""
        colour = np.round(255 * np.array(THEMES[self.world.theme][role])).astype(np.int16)
        return int((np.abs(self.pixels()[..., :3] - colour).max(axis=-1) <= 2).sum())


@pytest.fixture
def read(context: moderngl.Context) -> Iterator:  # noqa: F811
    opened: list[Reader] = []

    def read(panel: str, halls: int = 1, known: bool = True) -> Reader:
        opened.append(Reader(context, panel, halls, known))
        return opened[-1]

    yield read
    for each in opened:
        each.faces.close()


def test_every_part_of_the_sieve_is_one_press(read):
    reader = read(SIEVE)
    sieving = reader.world.sieving
    for kind in KINDS:
        reader.press(f"kind {kind}")
        assert sieving.sieve.kind == kind
        assert ("seed more" in reader.buttons) == (kind not in ("low-pass", "shift"))
        assert ("direction Up" in reader.buttons) == (kind == "shift")
    assert reader.press("seed more") == [ChooseSieve(replace(sieving.sieve, seed=1))]
    reader.press("kind shift")
    reader.press("direction Up")
    assert sieving.sieve.direction == "up"
    reader.press("amount more")
    assert sieving.sieve.amount == 2.0
    reader.press("amount less")
    assert "amount less" not in reader.buttons, "there is nothing below one pixel"
    assert reader.press("pictures 256") == [ChooseSievePictures(256)]
    assert reader.press("before", does=False) == [ToggleSieve()]
    assert reader.press("frames") == [ColourFrames(False)]
    assert not sieving.frames
    assert reader.press("sort") == [SortByChange()]
    assert reader.press("flips") == [OpenPanel(FLIPS)]


def test_slider_and_plot_choose_the_nearest_amount(read):
    reader = read(SIEVE)
    sieving = reader.world.sieving
    reader.press("amount", 0.999)
    assert sieving.sieve.amount == AMOUNTS["shift"][-1]
    reader.press("plot", 0.06)
    assert sieving.sieve.amount == AMOUNTS["shift"][0]
    reader.press("plot", 0.5)
    assert 4 <= sieving.sieve.amount <= 8, "in the middle of the powers of two"


def test_a_hand_that_holds_the_trigger_drags_along_the_plot(read):
    reader = read(SIEVE)
    world, (left, top, right, bottom) = reader.world, reader.buttons["plot"]
    hand, seen = world.hands["right"], []
    reader.press("plot", 0.1)
    hand.selecting = True
    for across in (0.3, 0.6, 0.95):
        number = list(world.panels.open).index(SIEVE)
        place = left + across * (right - left), (top + bottom) / 2
        hand.target = Target("panel", number, 1.0, (0.0, 0.0, 0.0), *place)
        for wish in reader.frame(0.05):
            act(world, wish)
        seen.append(world.sieving.sieve.amount)
    assert seen == sorted(set(seen)), "it follows the hand"


@pytest.mark.parametrize("panel", [SIEVE, CURVE])
def test_points_and_networks_appear_as_they_come(read, panel: str):
    reader = read(panel, halls=2)
    assert all(reader.inked(role_of(number)) > 60 for number in (0, 1))
    assert reader.inked(role_of(2)) == 0, "nothing else has that colour"
    xray = reader.world.halls[1].xray
    full = reader.inked(role_of(1))
    xray.curves["shift"] = curve("shift", 0.8, None, 3)
    reader.frame()
    some = reader.inked(role_of(1))
    xray.curves.clear()
    reader.frame()
    assert reader.inked(role_of(1)) < some < full, "the mark beside its name stays"


def test_nothing_is_drawn_anew_while_nothing_changes(read):
    reader = read(SIEVE)
    reader.frame(0.1)
    drawn = dict(reader.screens.drawn)
    for _ in range(3):
        reader.frame(0.1)
    assert reader.screens.drawn == drawn
    reader.world.hall.xray.curves["shift"] = curve("shift", 0.9)
    reader.frame(0.1)
    assert reader.screens.drawn[SIEVE] == drawn[SIEVE] + 1


def test_rows_of_flips_put_pictures_on_the_easel_and_all_of_them_on_the_shelf(read):
    reader = read(FLIPS)
    assert [name for name in reader.buttons if name.startswith("flip ")] == [f"flip {place}" for place in PLACES]
    assert reader.press(f"flip {PLACES[1]}") == [PutFlipped(PLACES[1])]
    assert "back" not in reader.buttons
    assert reader.press("show") == [ShowFlipped(0)]
    assert reader.press("back") == [FilterShelf()]
    many = tuple(range(0, 64, 2))
    reader.world.hall.xray.flips = flips(SHIFT, many)
    reader.frame()
    reader.world.panels.events += [PanelScroll("right", FLIPS, -1.0)] * 3
    reader.frame(0.1)
    shown = [name for name in reader.buttons if name.startswith("flip ")]
    assert shown[0] == f"flip {many[3]}"


def test_of_a_small_set_all_pictures_can_be_chosen_and_are_meant_by_more(read):
    reader = read(SIEVE)
    reader.world.catalogue.count = 15
    reader.frame()
    assert [name for name in reader.buttons if name.startswith("pictures")] == ["pictures all 15"]
    assert reader.press("pictures all 15") == [], "more than there are means all of them already"
    reader.world.catalogue.count = 300
    reader.frame()
    assert reader.press("pictures all 300") == [ChooseSievePictures(300)]


def test_flips_of_several_networks_are_told_side_by_side(read):
    reader = read(FLIPS, halls=2)
    reader.world.halls[1].xray.flips = flips(SHIFT, PLACES[:2], 20)
    reader.frame()
    reader.press("network 1")
    assert [name for name in reader.buttons if name.startswith("flip ")] == [f"flip {place}" for place in PLACES[:2]]
    assert reader.press("show") == [ShowFlipped(1)]


def test_without_curve_flips_or_pictures_the_panels_say_so_and_take_presses(read):
    for panel in (SIEVE, FLIPS):
        reader = read(panel, known=False)
        before = reader.pixels()
        reader.world.catalogue.count = 0
        reader.frame()
        assert (reader.pixels() != before).any(), "there is no set at all"
        assert "show" not in reader.buttons
    assert read(SIEVE, known=False).press("kind windows") == [ChooseSieve(Sieve("windows", 2.0))]


def test_a_dashed_line_goes_on_around_its_corners():
    strokes = dashes([(0.0, 0.0), (20.0, 0.0), (20.0, 40.0)])
    long = sum(abs(bx - ax) + abs(by - ay) for (ax, ay), (bx, by) in strokes)
    assert long == pytest.approx(60 * DASH / (DASH + PAUSE), abs=DASH)
    assert dashes([(1.0, 1.0)]) == []


@pytest.mark.parametrize(
    ("panel", "told"), [(CURVE, "no curve"), (FLIPS, "–"), (SIEVE, "no curve: stopped, or not measurable")]
)
def test_what_does_not_come_is_told_beside_the_networks_names_and_not_awaited(read, monkeypatch, panel, told):
    reader, rows, text = read(panel, halls=2), [], Pen.text

    def noted(pen: Pen, x: float, y: float, words: str, *rest: object, **named: object) -> float:
        if words == told:
            rows.append(pen.width(words, BODY, True))
        return text(pen, x, y, words, *rest, **named)

    monkeypatch.setattr(Pen, "text", noted)
    sieving = reader.world.sieving
    for hall in reader.world.halls:
        hall.xray.curves.clear()
        hall.xray.flips = None
        hall.xray.asked.add((sieving.sieve.kind, sieving.pictures))
        hall.xray.sought = sieving.sieve.text, sieving.pictures
    reader.frame(1.0)
    assert len(rows) == 2
    assert max(rows) < 0.65 * POINTS[panel][0]  # the rest is for a name
