"""What a network's input means in colours: measured through its preprocessing, whatever that does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from small_networks import layers, photos, source_of
from torch import Tensor, nn

from vrcnn.featurevis.colours import InputColours
from vrcnn.network.arrays import image_of
from vrcnn.network.pictures import PictureFile
from vrcnn.network.source import NetworkSource


def values_of(picture: Image.Image) -> Tensor:
    """(3, 32, 40) from 0 to 255."""
    return torch.from_numpy(np.array(picture.resize((40, 32)))).permute(2, 0, 1).float()


def reading(preprocess: Callable[[Image.Image], Tensor], channels: int = 3, pictures: int = 3) -> NetworkSource:
    source, _ = source_of(nn.Conv2d(channels, 2, 3), photos(pictures), (channels, 32, 40))
    return replace(source, preprocess=preprocess)


WAYS: dict[str, Callable[[Image.Image], Tensor]] = {
    "0 to 1": lambda picture: values_of(picture) / 255,
    "blue first, less a mean, to 255": lambda picture: (
        values_of(picture)[[2, 1, 0]] - torch.tensor([104.0, 117.0, 123.0])[:, None, None]
    ),
    "black is 1": lambda picture: 1 - values_of(picture) / 255,
    "lightness and colour differences": lambda picture: torch.einsum(
        "ij,jhw->ihw",
        torch.tensor([[0.3, 0.6, 0.1], [-0.17, -0.33, 0.5], [0.5, -0.42, -0.08]]),
        values_of(picture) / 255,
    ),
}


def test_the_usual_preprocessing_is_undone():
    source, _ = source_of(layers(), photos(1))
    picture = photos(1)[0].open()
    tensor = source.preprocess(picture)[None]
    shown = InputColours(source).pixels(tensor)[0]
    expected = (tensor[0] * torch.tensor([0.229, 0.224, 0.225])[:, None, None]).permute(1, 2, 0).numpy()
    expected = (expected + np.array([0.485, 0.456, 0.406])) * 255
    assert np.abs(shown - expected).max() <= 1


@pytest.mark.parametrize("way", WAYS)
def test_colours_are_found_again_behind_a_preprocessing_of_ones_own(way: str):
    source = reading(WAYS[way])
    colours = InputColours(source)
    picture = photos(2)[1].open()
    shown = colours.pixels(source.preprocess(picture)[None])[0]
    assert colours.coloured
    assert np.abs(shown - values_of(picture).permute(1, 2, 0).numpy()).max() <= 1.5


@pytest.mark.parametrize("way", WAYS)
def test_shares_become_inputs_and_shares_again(way: str):
    colours = InputColours(reading(WAYS[way]))
    shares = torch.rand(2, 3, 5, 7)
    assert torch.allclose(colours.shares(colours.inputs(shares)), shares, atol=1e-4)


def test_white_is_white_for_the_network():
    colours = InputColours(reading(WAYS["blue first, less a mean, to 255"]))
    assert torch.allclose(colours.inputs(torch.ones(1, 3, 1, 1)).flatten(), torch.tensor([151.0, 138.0, 132.0]))


def test_a_preprocessing_that_looks_at_the_whole_picture_gives_the_range_of_some_pictures():
    def standardized(picture: Image.Image) -> Tensor:
        values = values_of(picture)
        return (values - values.mean()) / values.std().clamp_min(1)

    source = reading(standardized)
    tensors = torch.stack([standardized(picture.open()) for picture in source.pictures])
    colours = InputColours(source)
    assert torch.allclose(colours.low, tensors.amin((0, 2, 3)))
    assert torch.allclose(colours.high, tensors.amax((0, 2, 3)))
    assert not colours.coloured


def test_a_preprocessing_that_fails_at_flat_pictures_is_no_obstacle():
    def picky(picture: Image.Image) -> Tensor:
        values = values_of(picture)
        if values.std() == 0:
            raise ValueError("nothing to see")
        return values / 255

    colours = InputColours(reading(picky))
    assert bool((colours.high > colours.low).all())


def test_grey_input_is_shown_grey():
    colours = InputColours(reading(lambda picture: values_of(picture).mean(0, keepdim=True) / 128 - 1, 1))
    shown = colours.pixels(torch.tensor([-1.0, 0.0]).view(2, 1, 1, 1))
    assert shown.reshape(2, 3).tolist() == [[0, 0, 0], [128, 128, 128]]


def test_six_channels_of_repeated_colours_are_shown_in_colour():
    colours = InputColours(reading(lambda picture: values_of(picture).repeat(2, 1, 1) / 255, 6))
    assert not colours.coloured
    assert colours.channels == 6
    shown = colours.pixels(torch.tensor([1.0, 0.0, 0.0] * 2).view(1, 6, 1, 1))
    assert shown.reshape(3).tolist() == [255, 0, 0]


def test_arrays_without_a_preprocessing_reach_from_their_least_to_their_greatest_value():
    rng = np.random.default_rng(0)
    arrays = [rng.normal(size=(5, 32, 40)).astype(np.float32) for _ in range(2)]
    pictures = [PictureFile(str(i), None, lambda array=array: image_of(array)) for i, array in enumerate(arrays)]
    source, _ = source_of(nn.Conv2d(5, 2, 3), pictures, (5, 32, 40))
    source = replace(source, preprocess=lambda picture: torch.zeros(5, 32, 40))
    colours = InputColours(source)
    assert np.allclose(colours.low, np.min(arrays, (0, 2, 3)))
    assert np.allclose(colours.high, np.max(arrays, (0, 2, 3)))
    assert colours.pixels(torch.randn(2, 5, 32, 40)).shape == (2, 32, 40, 3)


def test_beyond_black_and_white_a_picture_is_stretched_and_its_neighbour_is_not():
    colours = InputColours(reading(WAYS["0 to 1"]))
    inside = torch.full((3, 1, 2), 0.5)
    beyond = torch.tensor([-3.0, 5.0]).expand(3, 1, 2)
    shown = colours.pixels(torch.stack([inside, beyond]))
    assert shown[0].min() == shown[0].max() == 128
    assert (shown[1].min(), shown[1].max()) == (0, 255)


def test_what_is_no_number_is_shown_all_the_same():
    colours = InputColours(reading(WAYS["0 to 1"]))
    assert colours.pixels(torch.full((1, 3, 2, 2), torch.nan)).max() == 0


def test_signals_are_shown_as_curves_and_volumes_by_a_slice():
    signal, _ = source_of(nn.Conv1d(2, 3, 3), (), (2, 64))
    shown = InputColours(signal).pixels(torch.randn(2, 2, 64))
    assert shown.ndim == 4
    assert shown.std() > 0
    volume, _ = source_of(nn.Conv3d(1, 3, 3), (), (1, 6, 8, 10))
    colours = InputColours(volume)
    pictures = torch.zeros(1, 1, 6, 8, 10)
    pictures[:, :, 3] = 1.0
    assert colours.pixels(pictures).shape == (1, 8, 10, 3)
    assert colours.pixels(pictures).min() == 255
