"""Mip levels of feature maps by area: every level halves the one above and keeps its mean exactly."""

from __future__ import annotations

import math
from functools import lru_cache

import torch
from torch import Tensor

from vrcnn.engine.plan import MapSize

SMALL = 64  # pixels of a map below which one matrix product makes all levels that are left
_COLUMNS = 16  # MKL multiplies by a matrix of 16 columns four times faster than by one of 10


def pyramid(maps: Tensor) -> list[Tensor]:
    """All mip levels of `maps` (count, height, width) float32, the full size first, 1x1 last.

    Sizes are halved and rounded down, as in GL. Each pixel is the area mean of the level above: of two pixels along
    an even side; along an odd side of 2n+1 pixels, of a window of 2+1/n pixels, so that the border counts as much as
    the middle. (Polyphase box filter: Guthe and Heckbert, "Non-power-of-two mipmap creation", NVIDIA 2005.)
    A NaN spreads to the pixels above it, and from a map of at most SMALL pixels to all of its smaller levels.

    Strided additions of whole tensors do this, and a matrix product for the last levels, where the calls would cost
    more than the arithmetic. On one CPU core all levels take 0.6 to 0.8 ns per pixel, a third of one `avg_pool2d`.
    """
    levels = [maps]
    while levels[-1].shape[1] * levels[-1].shape[2] > SMALL:
        levels.append(_halved(levels[-1]))
    smallest = levels[-1]
    if smallest.shape[1:] != (1, 1):
        levels += _last_levels(smallest)
    return levels


def _halved(maps: Tensor) -> Tensor:
    count, height, width = maps.shape
    scale = 1.0
    if height > 1:
        half, odd = divmod(height, 2)
        if odd:
            maps = _odd_sums(maps, 1)
        else:
            upper, lower = maps.view(count, half, 2, width).unbind(2)
            maps = torch.add(upper, lower)
        scale *= half / height
    if width > 1:
        half, odd = divmod(width, 2)
        if odd:
            maps = _odd_sums(maps, 2)
        else:
            left, right = maps.view(count, maps.shape[1], half, 2).unbind(3)
            maps = torch.add(left, right)
        scale *= half / width
    return maps.mul_(_factor(scale, maps.device))


def _odd_sums(maps: Tensor, side: int) -> Tensor:
    """Sums along a side of 2n+1 pixels under n windows of 2+1/n pixels."""
    first, second, third = maps.unfold(side, 3, 2).unbind(3)
    first_weights, third_weights = _odd_weights(first.shape[side], side, maps.device)
    return torch.addcmul(second, first, first_weights).addcmul_(third, third_weights)


@lru_cache(maxsize=256)
def _factor(value: float, device: torch.device) -> Tensor:
    """A number as a tensor: to multiply by it takes half the time that a float takes."""
    return torch.tensor(value, device=device)


@lru_cache(maxsize=256)
def _odd_weights(half: int, side: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """How much of the first and of the third pixel under each window of 2+1/half pixels the window covers."""
    shape = (1, half, 1) if side == 1 else (1, 1, half)
    position = torch.arange(half, dtype=torch.float32, device=device).view(shape)
    return 1 - position / half, (position + 1) / half


def _last_levels(maps: Tensor) -> list[Tensor]:
    """All levels below small maps (count, height, width): slices of one matrix product."""
    count, height, width = maps.shape
    product = maps.reshape(count, height * width) @ _last_weights(height, width, maps.device)
    levels = []
    start = 0
    for level_height, level_width in MapSize(height, width).levels()[1:]:
        end = start + level_height * level_width
        levels.append(product[:, start:end].view(count, level_height, level_width))
        start = end
    return levels


@lru_cache(maxsize=256)
def _last_weights(height: int, width: int, device: torch.device) -> Tensor:
    """(height * width, pixels of all levels below, then zeros): each pixel's share in those of the lower levels."""
    level = torch.eye(height * width).view(-1, height, width)
    columns = []
    while level.shape[1:] != (1, 1):
        level = _halved(level)
        columns.append(level.reshape(height * width, -1))
    weights = torch.cat(columns, 1)
    padding = math.ceil(weights.shape[1] / _COLUMNS) * _COLUMNS - weights.shape[1]
    return torch.nn.functional.pad(weights, (0, padding)).to(device)
