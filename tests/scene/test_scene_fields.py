"""The receptive field as the visitor sees it: at the right place of the picture on the easel, and in words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from test_scene_hanging import rest_on
from torch import nn

from vrcnn.engine.plan import plan_maps
from vrcnn.network.detail import reduce
from vrcnn.network.preprocess import standard
from vrcnn.network.receptive_field import Field
from vrcnn.network.trace import trace
from vrcnn.scene.build import build_world
from vrcnn.scene.easel_field import furnish_field
from vrcnn.scene.fields import part_of, picture_seen, sees, share_seen
from vrcnn.scene.gallery import Sight
from vrcnn.scene.picture_numbers import input_number, overlay_number
from vrcnn.scene.tools import Tools
from vrcnn.scene.workplace import furnish_workplace, on_easel
from vrcnn.scene.world import Picture, Player

SIDE = 64


@pytest.fixture
def world():
    network = nn.Sequential(nn.Conv2d(3, 16, 5, 2, 2), nn.ReLU(), nn.Conv2d(16, 16, 3, padding=1))
    full = trace(network, (torch.rand(1, 3, SIDE, SIDE),), {})
    graph = reduce(full)
    world = build_world("test", graph, plan_maps(graph.nodes), ["a.jpg", "b.jpg"])
    world.hall.full, world.hall.crop = full, 0.875
    world.player, world.easel.picture = Player(), 0
    for picture in world.pictures:
        picture.pixels = np.zeros((60, 100, 4), "u1")
    return world


@pytest.mark.parametrize("size", [(100, 60), (60, 100), (80, 80), (513, 129)])
@pytest.mark.parametrize("place", [(0, 0), (63, 63), (20, 40), (31, 5)])
def test_the_field_lies_on_the_part_of_the_picture_that_the_network_gets(world, size, place):
    """A pixel of the input is followed to the picture; a white patch there makes that pixel of the input white."""
    row, column = place
    world.pictures[0].pixels = np.zeros((size[1], size[0], 4), "u1")
    world.gallery.sight = Sight(0, Field(row, row + 1, column, column + 1, SIDE, SIDE))
    left, top, right, bottom = share_seen(world)
    factor = 8  # so that rounding to pixels of the picture matters little
    picture = Image.new("RGB", (size[0] * factor, size[1] * factor))
    corners = left * picture.width, top * picture.height, right * picture.width, bottom * picture.height
    picture.paste((255, 255, 255), tuple(round(corner) for corner in corners))
    preprocess = standard((3, SIDE, SIDE), (0.0,), (1.0,), world.hall.crop)
    values = preprocess(picture)[0].numpy()
    assert np.unravel_index(values.argmax(), values.shape) == (row, column)
    assert values[row, column] > 0.6


def test_the_pixel_under_the_ray_is_followed_to_the_picture_on_the_easel(world):
    tools = Tools()
    rest_on(world, tools, 1, 5)
    world.gallery.reading = replace(world.gallery.reading, values=np.zeros((32, 32), np.float16))
    tools.step(world, [], 0.01)
    row, column = world.gallery.pointing.pixel
    field = world.gallery.sight.field
    assert (field.top, field.bottom) == (max(0, 2 * row - 2), min(SIDE, 2 * row + 3))
    assert (field.left, field.right) == (max(0, 2 * column - 2), min(SIDE, 2 * column + 3))
    drawn = furnish_field(world)
    assert [label.text for label in drawn.labels] == ["sees 5 × 5 px of 64 × 64"]
    assert {box.role for box in drawn.boxes} == {"panel", "accent"}
    assert picture_seen(world) == 0


def test_without_a_pixel_nothing_is_drawn(world):
    assert furnish_field(world).boxes == ()
    world.gallery.sight = Sight(0, None)
    assert [label.text for label in furnish_field(world).labels] == ["sees nothing of the picture"]


def test_where_the_preprocessing_is_unknown_the_network_s_input_stands_on_the_easel(world):
    world.hall.crop = None
    world.gallery.sight = Sight(0, Field(16, 32, 0, 64, SIDE, SIDE))
    assert picture_seen(world) is None
    assert share_seen(world) is None
    assert on_easel(world) == 0
    assert [label.text for label in furnish_field(world).labels] == ["sees 16 × 64 px of 64 × 64"], "only the words"
    world.inputs[0] = Picture("the network's input", np.zeros((64, 64, 4), "u1"))
    assert picture_seen(world) == on_easel(world) == input_number(0)
    assert share_seen(world) == (0.0, 0.25, 1.0, 0.5)
    assert [image.picture for image in furnish_workplace(world).images if image.width > 0.3] == [input_number(0)]
    world.gallery.sight = None
    assert on_easel(world) == 0, "the picture is back"


def test_an_answer_on_the_easel_shows_the_whole_input(world):
    world.overlays[0], world.overlaid = Picture("answer", np.zeros((64, 64, 4), "u1")), True
    world.gallery.sight = Sight(0, Field(0, 32, 32, 64, SIDE, SIDE))
    assert picture_seen(world) == overlay_number(0)
    assert share_seen(world) == (0.5, 0.0, 1.0, 0.5)


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (None, "sees nothing of the picture"),
        (Field(0, 43, 0, 40, 224, 224), "sees 43 × 40 px of 224 × 224"),
        (Field(0, 224, 0, 224, 224, 224), "sees the whole picture, 224 × 224 px"),
        (Field(0, 224, 0, 224, 224, 224, "roll"), "may see the whole picture, 224 × 224 px: roll is not followed"),
        (Field(0, 1, 7, 12, 1, 30), "sees 5 of 30 samples"),
    ],
)
def test_the_field_in_words(field, words):
    assert sees(field) == words


def test_a_pixel_s_place_in_tensors_of_all_kinds(world):
    node = world.hall.full.nodes[0]

    def part(shape, axes, row, column, grid=None):
        return part_of(replace(node, shape=shape, axes=axes, grid=grid), 3, row, column, 0.5)

    def at(*indices):
        return tuple((index, index) for index in indices)

    assert part((1, 8, 5, 6), "NCHW", 2, 4) == at(0, 3, 2, 4)
    assert part((1, 5, 6, 8), "NHWC", 2, 4) == at(0, 2, 4, 3)
    assert part((1, 8), "NF", 0, 0) == at(0, 3)
    assert part((1, 8, 9, 5, 6), "NCDHW", 2, 4) == at(0, 3, 4, 2, 4)
    assert part((1, 17, 8), "NLC", 2, 3, (4, 4)) == at(0, 12, 3), "behind the class token"
    assert part((1, 8, 2000), "NCL", 1, 20) == at(0, 3, 1020), "a long line stands in rows"
    assert part((), "", 0, 0) is None
