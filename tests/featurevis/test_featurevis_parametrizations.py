"""Pictures as pixels, waves and phases: from pictures and back, at other sizes, and where noise comes from."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from small_networks import layers, photos, source_of
from torch import Tensor, nn

from vrcnn.featurevis.colours import InputColours
from vrcnn.featurevis.parametrizations import from_noise, from_pictures
from vrcnn.featurevis.presets import preset
from vrcnn.featurevis.settings import PARAMETRIZATIONS, PRESETS, Settings

CPU = torch.device("cpu")
SIZES = {2: (3, 32, 41), 1: (2, 50), 3: (1, 8, 10, 13)}


def colours_of(dimensions: int = 2) -> InputColours:
    kind = {1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d}[dimensions]
    size = SIZES[dimensions]
    return InputColours(source_of(kind(size[0], 2, 3), photos(1) if dimensions == 2 else (), size)[0])


def settings_of(parametrization: str) -> Settings:
    deviations = {"pixels": 0.1, "fourier": 0.3, "maco": 3.0}
    return Settings(parametrization=parametrization, deviation=deviations[parametrization])


def some_pictures(colours: InputColours) -> Tensor:
    """Two, (2, C, ...), in units of the network's input."""
    generator = torch.Generator().manual_seed(3)
    size = SIZES[colours.dimensions]
    return colours.inputs(0.1 + 0.8 * torch.rand(2, *size, generator=generator))


@pytest.mark.parametrize("dimensions", SIZES)
@pytest.mark.parametrize("parametrization", ["pixels", "fourier"])
def test_pictures_come_back_as_they_were(parametrization: str, dimensions: int):
    colours = colours_of(dimensions)
    pictures = some_pictures(colours)
    way = from_pictures(settings_of(parametrization), pictures, colours)
    assert torch.allclose(way.pictures(), pictures, atol=1e-3)


def test_phases_remember_where_things_were():
    colours = colours_of()
    pictures = some_pictures(colours)
    again = from_pictures(settings_of("maco"), pictures, colours).pictures()
    likeness = np.corrcoef(colours.shares(again)[0].flatten(), colours.shares(pictures)[0].flatten())[0, 1]
    other = np.corrcoef(colours.shares(again)[0].flatten(), colours.shares(pictures)[1].flatten())[0, 1]
    assert likeness > 0.2 > abs(other) + 0.1


@pytest.mark.parametrize("dimensions", SIZES)
@pytest.mark.parametrize("parametrization", PARAMETRIZATIONS)
def test_noise_is_each_channels_own_and_the_same_in_any_batch(parametrization: str, dimensions: int):
    colours = colours_of(dimensions)
    size = SIZES[dimensions][1:]
    settings = settings_of(parametrization)
    several = from_noise(settings, (4, 7, 4), size, colours, CPU).pictures()
    alone = from_noise(settings, (7,), size, colours, CPU).pictures()
    assert several.shape == (3, SIZES[dimensions][0], *size)
    assert torch.allclose(several[1], alone[0], atol=1e-5)
    assert not torch.allclose(several[0], several[1], atol=1e-2)
    assert not torch.allclose(several[0], several[2], atol=1e-2)
    assert bool(several.isfinite().all())


@pytest.mark.parametrize("parametrization", ["fourier", "maco"])
def test_waves_and_phases_never_leave_black_and_white(parametrization: str):
    colours = colours_of()
    way = from_noise(settings_of(parametrization), (0, 1), (32, 41), colours, CPU)
    way.values *= 30
    shares = colours.shares(way.pictures())
    assert float(shares.min()) >= -1e-5
    assert float(shares.max()) <= 1 + 1e-5


@pytest.mark.parametrize("size", [(32, 40), (31, 40), (32, 41), (33, 37)])
@pytest.mark.parametrize("decay", [1.0, 1.5])
def test_waves_make_the_same_picture_at_another_size(size: tuple[int, int], decay: float):
    colours = colours_of()
    settings = Settings(deviation=0.5, decay=decay)
    small = from_noise(settings, (0, 1), size, colours, CPU)
    large = small.enlarged((2 * size[0], 2 * size[1])).pictures()
    shown, expected = colours.shares(large)[:, :, ::2, ::2], colours.shares(small.pictures())
    assert shown.shape == expected.shape
    assert np.corrcoef(shown.flatten(), expected.flatten())[0, 1] > 0.98
    assert float(shown.std()) == pytest.approx(float(expected.std()), rel=0.05)


@pytest.mark.parametrize("parametrization", PARAMETRIZATIONS)
def test_what_the_optimizer_keeps_has_the_shape_of_what_it_is_about(parametrization: str):
    way = from_noise(settings_of(parametrization), (0, 1), (20, 24), colours_of(), CPU)
    larger = way.enlarged((30, 35))
    assert way.fitted(torch.ones_like(way.values), (30, 35)).shape == larger.values.shape
    assert larger.values.is_contiguous()
    assert larger.values.dtype == torch.float32


def test_the_magnitudes_of_phases_stay_whatever_the_phases_become():
    colours = colours_of()
    way = from_noise(settings_of("maco"), (0,), (32, 40), colours, CPU)
    before = way.pictures()
    way.values += torch.randn_like(way.values)
    after = way.pictures()
    magnitudes = [torch.fft.rfft2(torch.logit(colours.shares(each), 1e-6)).abs().sum(1) for each in (before, after)]
    inner = (slice(None), slice(1, 16), slice(1, -1))  # the others are their own mirror images
    assert not torch.allclose(before, after, atol=0.1)
    assert float((magnitudes[0][inner] - magnitudes[1][inner]).abs().mean() / magnitudes[0][inner].mean()) < 0.6


@pytest.mark.parametrize("parametrization", ["fourier", "maco"])
def test_pictures_go_on_beyond_their_borders_without_a_seam(parametrization: str):
    colours = colours_of()
    shares = colours.shares(from_noise(settings_of(parametrization), (0, 1), (32, 40), colours, CPU).pictures())
    inside = shares.diff(dim=3).abs().mean()
    across = (shares[..., 0] - shares[..., -1]).abs().mean()
    assert float(across) < 2 * float(inside)


def test_noise_is_as_colourful_as_natural_pictures_are():
    source, _ = source_of(layers(), photos(1))
    colours = InputColours(source)

    def spread(decorrelated: bool) -> float:
        settings = Settings(deviation=0.5, decorrelated=decorrelated)
        shares = colours.shares(from_noise(settings, range(8), (32, 40), colours, CPU).pictures())
        return float(shares.std(1).mean() / shares.mean(1).std())

    assert spread(True) < 0.6 * spread(False)


def test_every_preset_is_of_its_name():
    assert [preset(name).preset for name in PRESETS] == list(PRESETS)
