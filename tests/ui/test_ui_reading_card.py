"""The card of the feature map under the crosshair: it comes when the ray rests, and fades when it has gone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import moderngl
import numpy as np
import pytest
from imgui_bundle import imgui
from test_ui_panel import ACCENT, FAILED, GROUND, Quad, Shown, near

from vrcnn.engine.plan import plan_maps
from vrcnn.featurevis.results import Baseline, Place, Visualization
from vrcnn.featurevis.settings import Settings
from vrcnn.network.graph import Graph, Node
from vrcnn.network.receptive_field import Field
from vrcnn.scene.build import build_hall
from vrcnn.scene.features import Feature, FeatureState
from vrcnn.scene.gallery import Large, Sight
from vrcnn.scene.geometry import Pose
from vrcnn.scene.hall import Hall, Wall
from vrcnn.scene.reading import FeatureAt, MapAt, Reading
from vrcnn.scene.world import Target, World
from vrcnn.ui.hints import hint
from vrcnn.ui.reading_card import WIDTH, _rows, _tail, _wrapped

AT = MapAt(0, 0, 3)


@pytest.fixture(scope="module")
def context() -> moderngl.Context:
    return moderngl.create_context(standalone=True, backend="egl", require=430)


@pytest.fixture
def shown(context: moderngl.Context) -> Iterator[Shown]:
    shown = Shown(context, Quad())
    yield shown
    shown.panel.close()


def reading(values: list[list[float]]) -> Reading:
    samples, extremes = np.ones(4, np.float32), np.ones(2, np.float32)
    return Reading(AT, np.array(values, np.float16), samples, extremes, "blocks.1.expand", 64, "tabby", "cat.jpg")


def point(shown: Shown, values: list[list[float]] = [[0.0, 1.5]], pixel: tuple[int, int] | None = (0, 1)) -> None:  # noqa: B006
    gallery = shown.world.gallery
    gallery.reading, gallery.pointing.shown, gallery.pointing.pixel = reading(values), AT, pixel


def corner(pixels: np.ndarray) -> np.ndarray:
    """What is drawn in the lower right corner."""
    return pixels[280:, -int(WIDTH) - 20 :]


def settled(shown: Shown) -> np.ndarray:
    shown.frames(1)
    time.sleep(0.2)
    return shown.frames(2)


@pytest.mark.gl
def test_the_card_is_there_while_a_map_is_told_of_and_fades_when_it_is_not(shown: Shown) -> None:
    assert near(corner(settled(shown)), GROUND, 0).all()
    point(shown)
    there = corner(settled(shown))
    assert (~near(there, GROUND, 0)).mean() > 0.5
    shown.world.gallery.pointing.shown = None
    time.sleep(0.03)
    fading = corner(shown.frames(1))
    assert not near(fading, GROUND, 0).all(), "it does not vanish at once"
    assert near(corner(settled(shown)), GROUND, 0).all()


@pytest.mark.gl
def test_the_value_stands_out_and_only_where_there_is_a_pixel(shown: Shown) -> None:
    point(shown)
    assert near(corner(settled(shown)), ACCENT, 30).sum() > 30
    point(shown, pixel=None)
    assert near(corner(settled(shown)), ACCENT, 30).sum() == 0


@pytest.mark.gl
def test_values_that_are_not_finite_are_a_red_row(shown: Shown) -> None:
    point(shown)
    assert not near(corner(settled(shown)), FAILED, 20).any()
    point(shown, [[float("nan"), 1.5]])
    assert near(corner(settled(shown)), FAILED, 20).sum() > 20


@pytest.mark.gl
def test_the_large_view_tells_it_all_so_the_card_goes(shown: Shown) -> None:
    point(shown)
    settled(shown)
    shown.world.gallery.large = Large(AT, Pose())
    assert near(corner(settled(shown)), GROUND, 0).all()


@pytest.mark.gl
def test_the_card_stands_above_the_keys(shown: Shown) -> None:
    point(shown)
    shown.panel.help.wanted, shown.panel.help.shade = True, 1.0
    pixels = settled(shown)
    below = pixels[-20:, -int(WIDTH) :]
    without = Shown(shown.context, Quad())
    without.panel.help.wanted, without.panel.help.shade = True, 1.0
    np.testing.assert_array_equal(below, settled(without)[-20:, -int(WIDTH) :])
    without.panel.close()


def test_the_rows_tell_the_statistics() -> None:
    rows = _rows(reading([[0.0, 1.0, -2.0], [0.0, 0.0, 4.0]]))
    assert [(label, words) for label, words, _ in rows] == [
        ("Minimum, maximum", "−2.00 to 4.00"),
        ("Mean", "0.500"),
        ("Deviation", "1.80"),
        ("Sparsity", "50.0 % exactly 0"),
    ]
    assert _rows(reading([[float("inf"), 1.0]]))[-1] == ("Not finite", "1 value", "failed")


@pytest.mark.gl
def test_long_names_keep_their_end_and_long_words_are_wrapped(shown: Shown) -> None:
    shown.frames(1)
    style = shown.panel.style
    imgui.new_frame()
    name = _tail(style, "features.denseblock4.denselayer24." * 3 + "conv2", 200.0)
    assert name.startswith("…")
    assert name.endswith("conv2")
    assert style.width(name, 17, True) <= 200.0
    words = "may see the whole picture, 224 × 224 px: grid_sample is not followed"
    lines = _wrapped(style, words, 130.0)
    assert " ".join(lines) == words
    assert len(lines) >= 3
    imgui.end_frame()


@pytest.mark.gl
def test_what_the_pixel_sees_is_a_line_of_its_own(shown: Shown) -> None:
    point(shown)
    before = corner(settled(shown))
    shown.world.gallery.sight = Sight(0, Field(0, 7, 0, 7, 224, 224))
    after = corner(settled(shown))
    assert near(after, GROUND, 0).sum() < near(before, GROUND, 0).sum(), "the card has grown"


@pytest.mark.parametrize(
    ("kind", "carrying", "words", "useful"),
    [
        ("frame", None, "Click to take it, Delete puts it away", True),
        ("large", None, "", True),
        ("wall", None, "fc, channel 2", False),
        ("wall", 1, "Click to hang it here", True),
        ("frame", 1, "Click to hang it here", True),
        ("shelf", 1, "Click to put it away", True),
        (None, 1, "Click to hang it here", True),
        (None, None, "", False),
    ],
)
def test_the_hint_says_what_a_click_does_with_frames(
    kind: str | None, carrying: int | None, words: str, useful: bool
) -> None:
    world = World([Hall("A network", Graph((), ()))])
    world.hall.walls = [Wall(0, None, Pose(), 1, 1, 2, 2, "fc", "", "", "linear", order=np.array([3, 2, 1, 0]))]
    hand = world.hands["mouse"]
    hand.carrying = carrying
    hand.target = None if kind is None else Target(kind, 0, 1.0, (0.0, 0.0, 0.0), tile=1)
    assert hint(world) == (words, useful)


@pytest.mark.gl
def test_a_visualization_is_told_of_and_a_failed_one_in_red(shown: Shown) -> None:
    gallery, layer = shown.world.gallery, Node(0, "conv", "Conv2d", "convolution", "", (1, 4, 8, 8))
    graph = Graph((layer,), ())
    shown.world.halls[0] = build_hall("A network", graph, plan_maps(graph.nodes))
    gallery.pointing.shown = FeatureAt(0, 0, 0)
    nothing = corner(settled(shown))
    assert (~near(nothing, GROUND, 0)).mean() > 0.2, "that there is none yet is told, too"
    pixels, photos = np.zeros((8, 8, 3), np.uint8), Baseline(1.0, 0.0, 9)
    made = Visualization(Place("conv", 0), 0, Settings(), pixels, 3.0, 0.0, photos, "risen")
    feature = Feature(FeatureState.MADE, 1.0, made)
    shown.world.hall.features.known[0] = {0: feature}
    there = corner(settled(shown))
    assert (there != nothing).any()
    assert not near(there, FAILED, 40).any()
    feature.made, feature.state = replace(made, outcome="failed"), FeatureState.FAILED
    assert near(corner(settled(shown)), FAILED, 40).sum() > 20
    gallery.pointing.shown = None
    assert near(corner(settled(shown)), GROUND, 0).all()
