"""Mip levels are area means, at every size."""

import numpy as np
import pytest
import torch

from vrcnn.engine.plan import MapSize
from vrcnn.engine.pyramid import pyramid

SIZES = [(1, 1), (1, 2), (2, 1), (3, 3), (7, 7), (8, 8), (1, 197), (9, 8), (13, 22), (56, 56), (35, 71)]


def area_weights(size: int) -> np.ndarray:
    """(half, size): how the level below is made of a side of `size` pixels, written out plainly."""
    half = max(1, size // 2)
    edges = np.linspace(0, size, half + 1)
    weights = np.zeros((half, size))
    for target in range(half):
        for pixel in range(size):
            covered = min(edges[target + 1], pixel + 1) - max(edges[target], pixel)
            weights[target, pixel] = max(0.0, covered) * half / size
    return weights


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_each_level_is_the_area_mean_of_the_one_above(height, width):
    maps = torch.randn(5, height, width)
    levels = pyramid(maps)
    assert [tuple(level.shape[1:]) for level in levels] == list(MapSize(height, width).levels())
    expected = maps.double().numpy()
    for level in levels[1:]:
        expected = area_weights(expected.shape[1]) @ expected @ area_weights(expected.shape[2]).T
        np.testing.assert_allclose(level.numpy(), expected, atol=2e-6)


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_the_last_level_is_the_mean_of_all_pixels(height, width):
    maps = torch.rand(5, height, width)
    np.testing.assert_allclose(pyramid(maps)[-1].flatten(), maps.double().mean((1, 2)), rtol=1e-5)


def test_the_maps_themselves_stay_as_they_are():
    maps = torch.randn(3, 18, 10)
    before = maps.clone()
    pyramid(maps)
    assert torch.equal(maps, before)


def test_a_nan_shows_in_every_level():
    maps = torch.zeros(2, 32, 32)
    maps[1, 3, 30] = float("nan")
    for level in pyramid(maps):
        assert not level[0].isnan().any()
        assert level[1].isnan().any()
