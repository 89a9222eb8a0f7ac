"""What a sieve does to pictures: the tensors that the network reads, before and behind it."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from vrcnn.errors import UserError
from vrcnn.susceptibility.sieve import HALF_WIDTH, STRENGTH, Sieve

_DIRECTIONS = {"right": (-1, 1), "left": (-1, -1), "down": (-2, 1), "up": (-2, -1)}  # axis, sign


def sifted(pictures: Tensor, sieve: Sieve) -> Tensor:
    """What the sieve makes of `pictures` (N, C, *space): a new tensor of their shape and dtype, on their device.

    The space has one axis (signals), two or three (volumes). Every picture is treated for itself, so that neither the
    size nor the order of a batch matters, and whatever is left to chance (sieve.seed) is the same for all of them and,
    but for noise, for all their channels. Numbers of less than 32 bits are computed with 32.

    - "low-pass": a Gaussian in the Fourier domain, exp(-ln 2 (f / amount)^2), f = sqrt(fx^2 + fy^2) in cycles per
      pixel. The picture is taken as periodic; its mean stays exactly as it is.
    - "shift": a roll; what leaves at one edge comes in at the other one.
    - "windows": pixels change places within each window of amount x amount, in another way in each; windows begin at
      the upper left, and what is left of one at the right and at the bottom is a window, too.
    - "patches": every whole patch of amount x amount goes to the place of another one; what is left at the right and at
      the bottom stays.
    - "noise": noise of the frequencies amount - HALF_WIDTH to amount + HALF_WIDTH is added, other noise in each
      channel, each of STRENGTH standard deviations of that picture.

    Raises UserError where there is nothing to do it to: no space, no rows to shift up or down, no second patch, no
    frequency in the band.
    """
    if pictures.ndim not in (3, 4, 5) or not pictures.is_floating_point():
        raise UserError(
            f"A sieve needs pictures (N, C, height, width), signals (N, C, length) or volumes, of floating-point "
            f"values, not {tuple(pictures.shape)} of {str(pictures.dtype).removeprefix('torch.')}."
        )
    exact = pictures if pictures.dtype in (torch.float32, torch.float64) else pictures.float()
    space = tuple(pictures.shape[2:])
    if sieve.kind == "low-pass":
        made = _filtered(exact, _gaussian(space, sieve.amount))
    elif sieve.kind == "shift":
        made = _shifted(exact, int(sieve.amount), sieve.direction)
    elif sieve.kind == "noise":
        made = _noisy(exact, sieve)
    else:
        places = _windows if sieve.kind == "windows" else _patches
        order = torch.from_numpy(places(space, int(sieve.amount), sieve.seed)).to(pictures.device)
        made = exact.flatten(2).index_select(2, order).reshape(exact.shape)
    return made.to(pictures.dtype)


def ideally_low_passed(pictures: Tensor, cut: float) -> Tensor:
    """`pictures` (N, C, *space) without whatever is of a higher frequency than `cut` (cycles per pixel), and all of the
    rest: for comparison, as its edges ring."""
    return _filtered(pictures, _ideal(tuple(pictures.shape[2:]), cut))


def _filtered(pictures: Tensor, gain: np.ndarray) -> Tensor:
    """`gain` (*space, the last axis halved as by rfftn), 0 for the mean, which is put back."""
    axes = tuple(range(2, pictures.ndim))
    mean = pictures.mean(axes, keepdim=True)
    spectrum = torch.fft.rfftn(pictures - mean, dim=axes)
    spectrum *= torch.from_numpy(gain).to(pictures.device, pictures.dtype)
    return torch.fft.irfftn(spectrum, s=pictures.shape[2:], dim=axes) + mean


def _shifted(pictures: Tensor, amount: int, direction: str) -> Tensor:
    axis, sign = _DIRECTIONS[direction]
    if pictures.ndim + axis < 2:
        raise UserError(f"A signal has no rows, so it cannot be shifted {direction}: shift it right or left.")
    return pictures.roll(sign * amount, axis)


def _noisy(pictures: Tensor, sieve: Sieve) -> Tensor:
    noise = torch.from_numpy(_noise(tuple(pictures.shape[1:]), sieve.amount, sieve.seed))
    axes = tuple(range(1, pictures.ndim))
    deviation = pictures.std(axes, correction=0, keepdim=True)
    return pictures + STRENGTH * deviation * noise.to(pictures.device, pictures.dtype)


def _frequencies(space: tuple[int, ...]) -> np.ndarray:
    """(*space, the last axis halved as by rfftn): cycles per pixel, whatever the direction."""
    axes = [np.fft.fftfreq(side) for side in space[:-1]] + [np.fft.rfftfreq(space[-1])]
    return np.sqrt(np.square(np.stack(np.meshgrid(*axes, indexing="ij"))).sum(0))


@lru_cache(32)
def _gaussian(space: tuple[int, ...], cut: float) -> np.ndarray:
    gain = np.exp(-math.log(2) * np.square(_frequencies(space) / cut))
    gain.flat[0] = 0.0
    return gain


@lru_cache(32)
def _ideal(space: tuple[int, ...], cut: float) -> np.ndarray:
    gain = (_frequencies(space) <= cut + 1e-9).astype(np.float64)
    gain.flat[0] = 0.0
    return gain


@lru_cache(32)
def _windows(space: tuple[int, ...], side: int, seed: int) -> np.ndarray:
    """(pixels,): from which place each pixel comes."""
    window = np.zeros(space, np.int64)
    for axis, length in enumerate(space):
        place = np.arange(length) // side
        window = window * (int(place[-1]) + 1) + place.reshape(
            [-1 if each == axis else 1 for each in range(len(space))]
        )
    flat = window.ravel()
    chance = np.random.default_rng((seed, side)).random(flat.size)
    order = np.empty(flat.size, np.int64)
    order[np.argsort(flat, kind="stable")] = np.lexsort((chance, flat))
    return order


@lru_cache(32)
def _patches(space: tuple[int, ...], side: int, seed: int) -> np.ndarray:
    """(pixels,): from which place each pixel comes."""
    counts = [length // side for length in space]
    total = math.prod(counts)
    if total < 2:
        size = " x ".join(map(str, space))
        raise UserError(
            f"Pictures of {size} have no two patches of {side} px that could change places: take smaller ones."
        )
    chosen = np.random.default_rng((seed, side)).permutation(total)
    origin = np.empty(total, np.int64)
    origin[chosen] = np.roll(chosen, 1)  # one round through all of them, so that none stays
    order = np.arange(math.prod(space)).reshape(space)
    whole = order[tuple(slice(count * side) for count in counts)]
    split = whole.reshape([each for count in counts for each in (count, side)])
    axes = [*range(0, 2 * len(space), 2), *range(1, 2 * len(space), 2)]
    moved = split.transpose(axes).reshape(total, -1)[origin].reshape([*counts, *[side] * len(space)])
    made = order.copy()
    made[tuple(slice(count * side) for count in counts)] = moved.transpose(np.argsort(axes)).reshape(whole.shape)
    return made.ravel()


@lru_cache(32)
def _noise(shape: tuple[int, ...], middle: float, seed: int) -> np.ndarray:
    """(C, *space): of mean 0 and deviation 1 in each channel."""
    axes, space = tuple(range(1, len(shape))), shape[1:]
    white = np.random.default_rng((seed, round(1e6 * middle))).standard_normal(shape)
    frequencies = _frequencies(space)
    band = (np.abs(frequencies - middle) <= HALF_WIDTH + 1e-9) & (frequencies > 0)
    if not band.any():
        raise UserError(
            f"Pictures of {' x '.join(map(str, space))} have no pattern of {middle - HALF_WIDTH:.2g} to "
            f"{middle + HALF_WIDTH:.2g} cycles per pixel: take another frequency."
        )
    noise = np.fft.irfftn(np.fft.rfftn(white, axes=axes) * band, space, axes)
    return noise / noise.std(axes, keepdims=True)
