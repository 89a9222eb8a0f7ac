"""The natural spectrum: what is shipped, what the tool measures, and what of it a picture of any size gets."""

from __future__ import annotations

import math

import natural_spectrum as tool
import pytest
import torch

from vrcnn.featurevis.spectrum import natural_spectrum, wave_numbers


def test_what_is_shipped_is_what_the_tool_measures():
    measured = tool.table(tool.mean_magnitude())
    shipped = natural_spectrum()
    assert torch.allclose(shipped.logarithms, torch.tensor(measured["logarithms"]), atol=0.01)
    assert torch.allclose(shipped.frequencies, torch.tensor(measured["frequencies"]))


@pytest.mark.parametrize("size", [(224, 224), (97, 160), (28, 28), (512, 512)])
def test_waves_are_the_weaker_the_faster_they_are_about_as_one_over_the_frequency(size: tuple[int, int]):
    magnitude = natural_spectrum().magnitude(size)
    frequency = torch.linalg.vector_norm(wave_numbers(size), dim=0)
    assert magnitude.shape == (3, size[0], size[1] // 2 + 1)
    assert bool((magnitude > 0).all())
    middle = (frequency > 2 / min(size)) & (frequency < 0.45)
    logs = torch.stack([frequency[middle].log(), magnitude[0][middle].log()])
    slope = torch.cov(logs)[0, 1] / logs[0].var()
    assert -1.7 < slope < -1.0


def test_the_same_frequency_is_as_strong_in_a_small_picture_as_in_a_large_one():
    small, large = natural_spectrum().magnitude((64, 64)), natural_spectrum().magnitude((128, 128))
    assert (
        torch.allclose(small[:, :32, :32], large[:, :64:2, :64:2][:, :32, :32], rtol=1e-4) is False
    )  # the mean differs
    assert torch.allclose(small[:, 1:32, 1:32], large[:, 2:64:2, 2:64:2], rtol=1e-4)


def test_directions_are_mirrored():
    magnitude = natural_spectrum().magnitude((64, 64))
    assert torch.allclose(magnitude[:, 1:], magnitude[:, 1:].flip(1), rtol=1e-5)


def test_signals_and_volumes_have_one_that_depends_on_the_frequency_alone():
    signal = natural_spectrum().magnitude((128,))
    volume = natural_spectrum().magnitude((16, 16, 16))
    assert signal.shape == (3, 65)
    assert bool((signal[:, 1:-1] > signal[:, 2:]).all())
    assert volume.shape == (3, 16, 16, 9)
    assert torch.allclose(volume[:, 3, 0, 0], volume[:, 0, 0, 3])
    assert math.isclose(float(volume[0, 0, 3, 0]), float(volume[0, 3, 0, 0]), rel_tol=1e-6)
