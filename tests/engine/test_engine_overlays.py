"""The input under a class map or boxes: sizes, colours, and where the words stand."""

import numpy as np
import pytest
import torch

from vrcnn.engine.overlays import OPACITY, Box, box_overlay, class_overlay, plain_overlay
from vrcnn.network.palette import COUNT, FIRST, colour_of


@pytest.mark.parametrize(
    ("shape", "size"),
    [
        ((1, 3, 224, 224), (512, 512)),
        ((1, 3, 100, 400), (128, 512)),
        ((1, 1, 2000, 1000), (512, 256)),
        ((1, 5, 28, 20), (504, 360)),
        ((1, 1, 9, 64, 64), (512, 512)),
        ((1, 3, 1, 4000), (1, 512)),
    ],
)
def test_every_input_becomes_a_picture_of_a_readable_size(shape: tuple[int, ...], size: tuple[int, int]):
    pixels = plain_overlay(torch.rand(shape))
    assert (pixels.shape, pixels.dtype) == ((*size, 4), np.uint8)
    assert (pixels[..., 3] == 255).all()


def test_nan_in_the_input_does_not_matter():
    picture = torch.rand(1, 3, 32, 32)
    picture[0, 0, :4] = float("nan")
    picture[0, 1, 5] = float("inf")
    assert plain_overlay(picture).shape == (512, 512, 4)


def test_a_class_lies_half_transparent_over_the_picture_and_the_background_does_not():
    picture = torch.full((1, 3, 64, 64), 0.5)
    classes = np.zeros((64, 64), np.int64)
    classes[:, 32:] = 1
    pixels = class_overlay(picture, classes, background=0)
    assert pixels[256, 100, :3].tolist() == [128, 128, 128]
    expected = [(1 - OPACITY) * 128 + OPACITY * 255 * value for value in colour_of(0)]
    assert pixels[256, 400, :3].tolist() == pytest.approx(expected, abs=1.5)
    assert pixels[256, 255, :3].max() < 60, "a dark line parts the classes"
    assert class_overlay(picture, classes, background=None)[256, 100, :3].tolist() != [128, 128, 128]


def test_a_class_map_of_another_size_covers_the_whole_picture():
    pixels = class_overlay(torch.zeros(1, 1, 30, 60), np.array([[0, 1]]), background=None)
    assert (pixels[:, 10] == pixels[0, 10]).all()
    assert pixels[5, 10].tolist() != pixels[5, -10].tolist()


def test_a_box_stands_where_its_corners_are():
    red = Box(16, 8, 48, 24, "", (1.0, 0.0, 0.0))
    pixels = box_overlay(torch.zeros(1, 3, 32, 64), [red])
    found = np.argwhere((pixels[..., :3] == (255, 0, 0)).all(-1))
    below_the_plate = found[found[:, 0] >= 64]
    assert below_the_plate.min(0).tolist() == [64, 128]
    assert below_the_plate.max(0).tolist() == [192, 384]


def test_the_plates_of_boxes_at_one_place_do_not_cover_each_other():
    colours = [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)]
    boxes = [Box(10, 10, 50, 50, "a cat", colour) for colour in colours]
    pixels = box_overlay(torch.zeros(1, 3, 64, 64), boxes)
    for colour in colours:
        area = int((pixels[..., :3] == [round(255 * value) for value in colour]).all(-1).sum())
        assert area > 500, "each plate is seen, also where a box lies under another"


@pytest.mark.parametrize("size", [(8, 512), (512, 8), (1, 1)])
def test_boxes_beyond_a_thin_picture_do_no_harm(size: tuple[int, int]):
    boxes = [
        Box(-50, -50, 1000, 1000, "a very long name of a thing " * 4, (0.5, 0.5, 0.5)),
        Box(9, 9, 3, 3, "x", (1, 1, 1)),
    ]
    assert max(box_overlay(torch.zeros(1, 3, *size), boxes).shape) == 512


def test_colours_are_all_different():
    colours = [colour_of(index) for index in range(40)]
    assert tuple(colours[: len(FIRST)]) == FIRST
    steps = [np.abs(np.subtract(one, other)).max() for i, one in enumerate(colours) for other in colours[:i]]
    assert min(steps) > 0.06
    assert colour_of(COUNT + 3) == colour_of(3)
