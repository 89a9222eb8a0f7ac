"""Gradients on the walls, read back as torch's own, and attributions over the picture on the easel, in their place."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

import moderngl
import numpy as np
import pytest
import torch
from showing import Album, Show, shades, shows
from test_exhibit_reading import read, rest_on, wall_named

from vrcnn.attribution.results import Wish
from vrcnn.export.session_pictures import _reading, _tell_frames
from vrcnn.render.context import standalone_context
from vrcnn.scene.attribution_intents import Attribute, ChooseAttribution, LookThroughLayer, ShowOnWalls, ToggleHeat
from vrcnn.scene.boards import furnish_board
from vrcnn.scene.colouring import Colouring
from vrcnn.scene.hall import WallState
from vrcnn.scene.intents import Action, Colour, PullOut
from vrcnn.scene.picture_numbers import heat_number, input_number
from vrcnn.scene.workplace import furnish_workplace

pytestmark = pytest.mark.gl
FAINT = """
import torch
from torch import nn

class Faint(nn.Module):
    def forward(self, x):
        return x * 1e-8

torch.manual_seed(0)
model = nn.Sequential(
    nn.Conv2d(3, 6, 3), nn.ReLU(inplace=True), nn.Conv2d(6, 5, 3, 2), nn.Flatten(), nn.Linear(500, 4), Faint(),
)
input_size = (3, 24, 24)
labels = ["ant", "bee", "cat", "dog"]
"""
OWN = (
    FAINT + "\ndef preprocess(picture):\n    return torch.rand(3, 24, 24, generator=torch.Generator().manual_seed(1))\n"
)
DETECTOR = """
import torch
from torch import nn

class Detector(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Conv2d(3, 4, 3)

    def forward(self, x):
        return {"boxes": self.body(x).mean((2, 3)), "scores": torch.ones(1), "labels": torch.ones(1).long()}

model = Detector()
input_size = (3, 24, 24)
"""


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = standalone_context()
    yield context
    context.release()


@pytest.fixture
def show(tmp_path, context: moderngl.Context) -> Iterator[Callable[..., Show]]:
    with shows(tmp_path, context) as show:
        yield show


def do(shown: Show, action: Action) -> None:
    shown.exhibit.step([action], 0.01)
    shown.settle()


def gradient(shown: Show, index: int) -> np.ndarray:
    """(6, 22, 22): of class number `index`, with respect to what the first convolution and its ReLU put out."""
    source = shown.exhibit.displays[0].worker._source
    arguments, _ = source.inputs_of(source.pictures[0].open())
    maps = source.module[:2](*arguments)
    (found,) = torch.autograd.grad(source.module[2:](maps)[0, index], maps)
    return found[0].numpy()


def heat(shown: Show):
    """The image of the attribution on the easel, and that of the picture below it."""
    images = furnish_workplace(shown.world).images
    heats = [image for image in images if image.picture == heat_number(0)]
    at = None if not heats else images.index(heats[0])
    return (None, None) if at is None else (images[at], images[at - 1])


def test_a_wall_of_gradients_is_read_as_torchs_own_however_faint(show: Callable[..., Show]) -> None:
    shown = show(Album(shades(2)), FAINT)
    shown.settle()
    do(shown, ChooseAttribution(Wish(index=2)))
    do(shown, ShowOnWalls("gradients"))
    wall = wall_named(shown, "0")
    truth = gradient(shown, 2)
    assert 0 < np.abs(truth).max() < 6e-8, "float16 has nothing so small"
    rest_on(shown, wall, 3)
    reading = read(shown)
    values = reading.values.astype(np.float64) * reading.quantity.factor
    assert np.allclose(values, truth[3], rtol=1e-3, atol=1e-4 * np.abs(truth).max())
    assert ((truth[3] == 0) == (values == 0)).all(), "exactly zero stays so, and nothing else becomes it"
    assert (values == 0).any(), "the last row is none that the strided convolution reads"
    assert reading.statistics.largest == pytest.approx(truth[3].max(), rel=1e-3)
    low, high = reading.ends(Colouring("map"), True)
    assert -low == high == pytest.approx(np.abs(truth[3]).max(), rel=1e-3)
    row, column = np.unravel_index(np.abs(truth[3]).argmax(), truth[3].shape)
    told = reading.told(int(row), int(column)).replace("−", "-")
    assert float(told) == pytest.approx(truth[3][row, column], rel=1e-3)
    assert reading.full_channel_words == "gradients of cat · channel 3 of 0–5"


def test_what_the_walls_show_is_told_on_boards_and_copies_and_ends_as_it_began(show: Callable[..., Show]) -> None:
    shown = show(Album(shades(2)), FAINT)
    shown.settle()
    before = shown.seen()
    do(shown, ShowOnWalls())
    hall = shown.world.hall
    best = hall.scores[0].label
    assert hall.quantity.words == f"gradients of {best}"
    assert f"Walls: gradients of {best}" in [label.text for label in furnish_board(hall).labels]
    rest_on(shown, wall_named(shown, "0"), 1)
    do(shown, PullOut("mouse"))
    (frame,) = shown.world.gallery.frames
    assert frame.reading.quantity.kind == "gradients"
    (kept,) = _tell_frames(shown.world)
    assert _reading(json.loads(json.dumps(kept)), "here").quantity == frame.reading.quantity
    shown.exhibit.place(1)
    shown.settle()
    assert hall.quantity.kind == "gradients", "another picture keeps the choice"
    do(shown, ShowOnWalls())
    assert hall.quantity.kind == "activation-x-gradient"
    shown.exhibit.place(0)
    do(shown, ShowOnWalls())
    assert hall.quantity.kind == "activations"
    assert all(wall.state is WallState.READY for wall in hall.walls)
    rest_on(shown, wall_named(shown, "0"), 1)
    assert not read(shown).quantity.owed
    assert before.shape == shown.seen().shape


def test_a_range_that_is_fixed_means_the_true_values(show: Callable[..., Show]) -> None:
    shown = show(Album(shades(1)), FAINT)
    shown.settle()
    do(shown, ShowOnWalls("gradients"))
    do(shown, Colour(Colouring("fixed", fixed=0.001)))
    states = shown.exhibit.displays[0].maps.states
    node = wall_named(shown, "0").node
    low, high = states._layers[states.slots[node], :2]
    assert high * states.quantity(node).factor == pytest.approx(0.001, rel=1e-5)
    assert -low == high


def test_where_nothing_is_owed_the_walls_stay_as_they_are(show: Callable[..., Show]) -> None:
    shown = show(Album(shades(1)), DETECTOR)
    shown.settle()
    do(shown, ShowOnWalls("gradients"))
    hall = shown.world.hall
    assert hall.scope.quantity == hall.chosen.quantity == hall.quantity.kind == "activations"
    assert "boxes, not scores of classes" in shown.world.notices[-1].headline
    assert shown.exhibit.displays[0].worker.scope.quantity == "activations"


def test_an_attribution_lies_where_the_network_sees_the_picture(show: Callable[..., Show]) -> None:
    shown = show(Album(shades(2)), FAINT)
    shown.settle()
    do(shown, ChooseAttribution(Wish("grad-cam", layer="2")))
    do(shown, Attribute())
    attributing = shown.world.hall.attributing
    assert attributing.found is not None
    assert attributing.number is None
    image, below = heat(shown)
    crop, sides = shown.world.hall.crop, (40, 30)
    assert below.picture == 0
    assert image.height == pytest.approx(crop * below.height)
    assert image.width == pytest.approx(crop * below.width * sides[1] / sides[0]), "a square from the middle"
    assert image.opacity == attributing.opacity
    words = [label.text for label in furnish_workplace(shown.world).labels]
    assert attributing.found.words in words
    do(shown, ToggleHeat())
    assert heat(shown) == (None, None)
    do(shown, ToggleHeat())
    shown.exhibit.place(1)
    assert attributing.found is None, "it is of another picture"
    shown.settle()
    assert attributing.found is not None
    assert attributing.found.picture == 1


def test_with_preprocessing_of_ones_own_it_lies_over_the_networks_input(show: Callable[..., Show]) -> None:
    shown = show(Album(shades(1)), OWN)
    shown.settle()
    do(shown, Attribute())
    image, below = heat(shown)
    assert below.picture == input_number(0)
    assert (image.width, image.height) == pytest.approx((below.width, below.height))


def test_the_wall_that_is_pointed_at_gives_grad_cam_its_layer(show: Callable[..., Show]) -> None:
    shown = show(Album(shades(1)), FAINT)
    shown.settle()
    rest_on(shown, wall_named(shown, "2"), 0)
    do(shown, LookThroughLayer("mouse"))
    found = shown.world.hall.attributing.found
    assert found is not None
    assert (found.wish.method, found.layer) == ("grad-cam", "2")
    assert replace(found.wish, layer="") == Wish("grad-cam")


def test_the_attribution_is_seen_on_the_easel(show: Callable[..., Show]) -> None:
    shown = show(Album(["grey"]), FAINT)
    shown.settle()
    before = shown.seen()
    do(shown, ChooseAttribution(Wish("occlusion", window=8)))
    do(shown, Attribute())
    assert (np.abs(shown.seen().astype(int) - before) > 20).any(axis=2).sum() > 20


def test_what_cannot_be_attributed_is_a_notice(show: Callable[..., Show]) -> None:
    shown = show(Album(shades(1)), DETECTOR)
    shown.settle()
    do(shown, Attribute())
    assert shown.world.hall.attributing.number is None
    assert "there is no class whose score could be traced back" in shown.world.notices[-1].headline
