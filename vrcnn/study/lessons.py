"""What a mode gives a network to learn: pictures and labels, and how pictures are varied anew in each epoch."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from vrcnn.study.modes import Mode

ALPHA = 0.5  # standard deviations of the noise of noisy copies, as x + alpha N(0, 1)
SHIFT = 8  # a picture is moved by at most its side divided by this


@dataclass(frozen=True)
class Lesson:
    """What is learned from.

    Attributes:
        pictures: (N, 3, side, side) float32, standardized.
        labels: (N,) int64, as the network is told.
        true: (N,) int64, as they are; -1 of noisy copies.
    """

    pictures: Tensor
    labels: Tensor
    true: Tensor


def lesson_of(mode: Mode, pictures: Tensor, labels: Tensor, classes: int, seed: int) -> Lesson:
    """The lesson that a mode makes of standardized pictures and their labels, the same for the same seed."""
    chance = torch.Generator().manual_seed(seed * 1000 + 7)
    told = labels.clone()
    count = round(mode.shuffled * len(labels))
    if count > 1:
        chosen = torch.randperm(len(labels), generator=chance)[:count]
        told[chosen] = labels[chosen[torch.randperm(count, generator=chance)]]
    if not mode.noisy:
        return Lesson(pictures, told, labels)
    noise = torch.randn(pictures.shape, generator=chance)
    random = torch.randint(classes, (len(labels),), generator=chance)
    return Lesson(
        torch.cat([pictures, pictures + ALPHA * noise]),
        torch.cat([told, random]),
        torch.cat([labels, torch.full_like(labels, -1)]),
    )


def varied(pictures: Tensor, chance: torch.Generator) -> Tensor:
    """Each picture (N, C, H, W) moved by some pixels, its edge repeated, and mirrored half of the time."""
    count, _, height, width = pictures.shape
    most = max(1, min(height, width) // SHIFT)
    padded = functional.pad(pictures, (most, most, most, most), mode="replicate")
    moved = torch.randint(2 * most + 1, (2, count), generator=chance)
    mirrored = torch.rand(count, generator=chance) < 0.5
    rows = moved[0][:, None] + torch.arange(height)
    along = torch.arange(width).expand(count, -1)
    columns = moved[1][:, None] + torch.where(mirrored[:, None], along.flip(1), along)
    picture = torch.arange(count)[:, None, None]
    return padded.permute(0, 2, 3, 1)[picture, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2).contiguous()
