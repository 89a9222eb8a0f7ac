"""From a picture to the tensor that a network reads: the default preprocessing, and what a user's own must return."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image

from vrcnn.errors import UserError

Preprocess = Callable[[Image.Image], torch.Tensor]

# The mean and standard deviation of ImageNet's training pictures, as torchvision and timm publish them.
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class Standard:
    """Resizes the shorter side, cuts the middle out, scales to 0..1, subtracts `mean`, divides by `std`.

    Three channels are red, green and blue; one is grey; any other number repeats red, green, blue in turn.

    Attributes:
        size: (channels, height, width) of the tensor.
        mean, std: one value per channel, of values from 0 to 1.
        crop: the part of the resized picture's shorter side that stays: 224 of 256 is 0.875.
    """

    size: tuple[int, int, int]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    crop: float = 0.875

    def __call__(self, picture: Image.Image) -> torch.Tensor:
        """(C, H, W) float32."""
        channels, height, width = self.size
        if channels == 1:
            picture = picture.convert("L")
        scale = self.crop * min(picture.width / width, picture.height / height)
        half_width, half_height = scale * width / 2, scale * height / 2
        x, y = picture.width / 2, picture.height / 2
        box = (x - half_width, y - half_height, x + half_width, y + half_height)
        resized = picture.resize((width, height), Image.Resampling.BICUBIC, box=box)
        values = np.atleast_3d(np.asarray(resized))[
            :, :, [channel % len(resized.getbands()) for channel in range(channels)]
        ]
        tensor = torch.from_numpy(np.ascontiguousarray(values.transpose(2, 0, 1))).float().div_(255)
        return tensor.sub_(torch.tensor(self.mean)[:, None, None]).div_(torch.tensor(self.std)[:, None, None])


def standard(
    size: tuple[int, int, int],
    mean: tuple[float, ...] | None = None,
    std: tuple[float, ...] | None = None,
    crop: float = 0.875,
) -> Standard:
    """The default preprocessing, with ImageNet's mean and deviation where none are given.

    One value stands for all channels. For one channel ImageNet's are averaged, for others than three they are
    repeated in turn. Raises UserError when the number of values is neither one nor that of the channels.
    """
    return Standard(
        size,
        _per_channel("mean", mean, IMAGENET_MEAN, size[0]),
        _per_channel("std", std, IMAGENET_STD, size[0]),
        crop,
    )


def _per_channel(
    name: str, given: tuple[float, ...] | None, default: tuple[float, ...], channels: int
) -> tuple[float, ...]:
    if given is None:
        if channels == 1:
            return (sum(default) / len(default),)
        return tuple(default[channel % len(default)] for channel in range(channels))
    if len(given) == 1:
        return given * channels
    if len(given) != channels:
        raise UserError(f"`{name}` has {len(given)} values for an input of {channels} channels: give one per channel.")
    return given


def checked(preprocess: Preprocess, where: str) -> Preprocess:
    """A user's `preprocess` that says clearly when it does not return a float tensor of (C, H, W)."""

    def run(picture: Image.Image) -> torch.Tensor:
        tensor = preprocess(picture)
        if not isinstance(tensor, torch.Tensor):
            raise UserError(
                f"`preprocess` in {where} returned a value of type {type(tensor).__name__}: let it return a tensor of "
                "(C, H, W)."
            )
        tensor = tensor.as_subclass(torch.Tensor)
        if tensor.ndim == 4 and tensor.shape[0] == 1:
            tensor = tensor[0]
        if tensor.ndim != 3 or not tensor.is_floating_point():
            raise UserError(
                f"`preprocess` in {where} returned {str(tensor.dtype).removeprefix('torch.')} values of shape "
                f"{tuple(tensor.shape)}: let it return a float tensor of (C, H, W)."
            )
        return tensor

    return run
