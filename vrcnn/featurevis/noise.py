"""Pictures of noise for a network: what its layers make of what shows nothing."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from vrcnn.featurevis.colours import InputColours
from vrcnn.featurevis.spectrum import COLOUR_AXES, natural_spectrum

KINDS = {"gaussian": "Gaussian noise", "uniform": "uniform noise", "natural": "noise of a natural spectrum"}
DEVIATION = 0.2  # of Gaussian and natural noise, around the middle, as a share of the range from black to white


def noise(kind: str, colours: InputColours, size: tuple[int, ...], seed: int) -> Tensor:
    """(C, *size) in units of the network's input: one of KINDS, from black to white.

    Every pixel on its own, from a normal or a uniform distribution; or waves of random phases and strengths, on average
    as strong as in photos, and of their colours.
    """
    generator = torch.Generator().manual_seed(seed)
    if kind == "uniform":
        shares = torch.rand(colours.channels, *size, generator=generator)
    else:
        spread = torch.randn(colours.channels, *size, generator=generator)
        if kind == "natural":
            spread = _natural(spread, colours.coloured)
        shares = 0.5 + DEVIATION * spread
    return colours.inputs(shares.clamp(0, 1)[None])[0]


def _natural(white: Tensor, coloured: bool) -> Tensor:
    """(C, ...) of deviation 1: white noise filtered so that its spectrum is that of photos."""
    size, axes = white.shape[1:], tuple(range(1, white.ndim))
    magnitude = natural_spectrum().magnitude(size).contiguous()
    magnitude.flatten(1)[:, 0] = 0.0  # the mean stays in the middle
    if not coloured:
        magnitude = magnitude[:1]
    filtered = torch.fft.irfftn(torch.fft.rfftn(white, dim=axes) * magnitude, s=size, dim=axes)
    if coloured:
        filtered = torch.einsum("ij,j...->i...", torch.tensor(COLOUR_AXES), filtered)
    return filtered / filtered.std().clamp_min(math.ulp(1.0))
