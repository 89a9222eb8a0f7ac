"""How far the maps of a picture are from those of the picture before, against torch."""

import numpy as np
import pytest
import torch
from torch.nn.functional import avg_pool2d

from vrcnn.engine.arena import Arena
from vrcnn.engine.maps import LOW, MapWriter
from vrcnn.engine.plan import plan_maps
from vrcnn.network.graph import Node

# Two small layers of one size that are finished together, one with odd sides, a large one, and single values.
SHAPES = [(1, 6, 16, 16), (1, 9, 16, 16), (1, 5, 7, 7), (1, 300, 64, 32), (1, 33)]


class Pictures:
    """Writes picture after picture, as an inference does, in one arena or in two that take turns."""

    def __init__(self, shapes=SHAPES, arenas=1):
        self.plan = plan_maps(
            Node(index, str(index), "Conv2d", "convolution", "", shape) for index, shape in enumerate(shapes)
        )
        self.writer, self.arenas = MapWriter(), [Arena(self.plan) for _ in range(arenas)]

    def differences(self, tensors):
        """(maps,) of each layer."""
        self.arenas.append(self.arenas.pop(0))
        self.writer.begin(self.arenas[0])
        finished = [
            layer for index, tensor in enumerate(tensors) for layer in self.writer.write(self.plan.spans[index], tensor)
        ]
        finished += self.writer.flush()
        return [layer.difference for layer in sorted(finished, key=lambda layer: layer.node)]


def random(seed):
    torch.manual_seed(seed)
    return [torch.randn(shape) for shape in SHAPES]


def test_the_first_picture_differs_from_nothing():
    assert all((difference == 0).all() for difference in Pictures().differences(random(0)))


@pytest.mark.parametrize("arenas", [1, 2])
def test_each_map_is_compared_with_that_of_the_picture_before(arenas):
    pictures, before, now = Pictures(arenas=arenas), random(1), random(2)
    pictures.differences(random(0))
    pictures.differences(before)
    found = pictures.differences(now)
    for index in (0, 1, 3):
        window = [max(1, side // LOW) for side in SHAPES[index][2:]]
        if index == 3:
            window = [16, 16]  # 64 x 32 are 4 x 2
        expected = avg_pool2d(now[index] - before[index], window).abs().mean((0, 2, 3))
        np.testing.assert_allclose(found[index], expected.numpy(), rtol=5e-3, atol=1e-3)
    np.testing.assert_allclose(found[4], (now[4] - before[4]).abs()[0].numpy(), rtol=5e-3, atol=1e-3)


def test_of_odd_sides_the_mip_level_is_compared():
    pictures, before, now = Pictures(), random(1), random(2)
    span = pictures.plan.spans[2]
    pictures.differences(before)
    level = next(level for level in pictures.arenas[0].levels[span.size] if level.shape[1] == 3)
    former = level[span.first : span.first + span.count].astype(np.float32)
    found = pictures.differences(now)[2]
    expected = np.abs(level[span.first : span.first + span.count] - former).mean((1, 2))
    np.testing.assert_allclose(found, expected, rtol=5e-3, atol=1e-3)


def test_the_same_picture_again_does_not_differ():
    pictures = Pictures()
    pictures.differences(random(3))
    assert all((difference == 0).all() for difference in pictures.differences(random(3)))


def test_values_that_are_not_finite_count_as_no_difference():
    pictures, broken = Pictures(), random(4)
    broken[0][0, 2, 3, 3] = float("nan")
    broken[4][0, 5] = float("inf")
    pictures.differences(random(3))
    found = pictures.differences(broken)
    assert all(np.isfinite(difference).all() for difference in found)
    assert found[0][2] == 0
    assert (found[0][[0, 1, 3]] > 0).all()
    again = pictures.differences(random(3))
    assert again[0][2] == 0, "there was nothing to compare with"
    assert (pictures.differences(random(5))[0] > 0).all()
