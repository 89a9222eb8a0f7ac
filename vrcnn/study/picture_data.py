"""A labelled set of pictures of one size in memory: what every data set of the study becomes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image, ImageOps

PART = 4096  # pictures whose bytes are made at a time
GROWN = 8  # a picture smaller than the side by at most this part of it is framed in black, not enlarged


@dataclass(frozen=True)
class PictureData:
    """The pictures of a data set, decoded once.

    Attributes:
        name: of the data set, such as "fashion-mnist".
        pixels: (N, 3, side, side) uint8; grey pictures have the same values three times.
        labels: (N,) int64, places in `classes`.
        classes: the names of the classes.
        files: what each picture is called, such as "test/0012", or its path in the folder.
        groups: (N,) int64: pictures of one group never stand on both sides of a split.
        official_test: (N,) bool where the data set itself has a split, else None.
        license: of the pictures.
        source: where they come from.
        digest: SHA-256 over pixels, labels and classes, in hexadecimal.
        held_out: the share of the pictures that a split holds out where the data set has no split of its own.
        notes: what was left out or changed, a sentence each.
    """

    name: str
    pixels: torch.Tensor
    labels: torch.Tensor
    classes: tuple[str, ...]
    files: tuple[str, ...]
    groups: torch.Tensor
    official_test: torch.Tensor | None
    license: str
    source: str
    digest: str
    held_out: float = 0.2
    notes: tuple[str, ...] = ()


def digest_of(pixels: torch.Tensor, labels: torch.Tensor, classes: tuple[str, ...]) -> str:
    """SHA-256 over the shape and the bytes of the pictures, their labels and the names of their classes."""
    digest = hashlib.sha256(repr((tuple(pixels.shape), classes)).encode())
    for part in pixels.split(PART):
        digest.update(part.contiguous().numpy().data)
    digest.update(labels.numpy().astype("<i8").tobytes())
    return digest.hexdigest()


def own_groups(count: int) -> torch.Tensor:
    """Each picture a group of its own."""
    return torch.arange(count)


def keeps_pixels(width: int, height: int, side: int) -> bool:
    """Whether a picture is as large as wanted, or smaller by an eighth at most."""
    return side - side // GROWN <= min(width, height) and max(width, height) <= side


def sized(image: Image.Image, side: int) -> np.ndarray:
    """(3, side, side) uint8 of an RGB picture: its middle square, scaled (bilinear, over all that lies in it).

    One that is smaller by an eighth of `side` or less keeps its pixels and gets a black frame.
    """
    if keeps_pixels(*image.size, side):
        framed = Image.new("RGB", (side, side))
        framed.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
        image = framed
    elif image.size != (side, side):
        image = ImageOps.fit(image, (side, side), Image.Resampling.BILINEAR)
    return np.asarray(image, np.uint8).transpose(2, 0, 1)
