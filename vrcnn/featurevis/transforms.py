"""What is done to pictures before each step, at random: shifted, turned, scaled, cut, blurred, with noise.

All pictures of a batch are moved alike: which way depends on the seed and the step alone, so a channel's result does
not depend on which others it is made with, and one grid does for all. Volumes are turned and scaled in their planes
and shifted along their depth; signals are scaled and shifted.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from vrcnn.featurevis.settings import Transforms

_STILL = 1e-6


@dataclass(frozen=True)
class Move:
    """Where one view of a picture lies in it.

    Attributes:
        shift: px of the picture that the view's middle lies off its own, along each dimension.
        turn: radians.
        grow: px of the picture for each of the view, in its last two dimensions.
    """

    shift: tuple[float, ...]
    turn: float
    grow: tuple[float, float]


class Chance:
    """The random choices of one step."""

    def __init__(self, seed: int, step: int) -> None:
        self.generator = torch.Generator().manual_seed(seed * 1_000_003 + step)

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * float(torch.rand((), generator=self.generator))

    def happens(self, chance: float) -> bool:
        return self.between(0, 1) < chance


def move(transforms: Transforms, chance: Chance, size: Sequence[int], view: Sequence[int], scale: float = 1.0) -> Move:
    """A random place for a view of `view` px in a picture of `size` px, not padded; a px of settings is `scale`."""
    rotates, scales, jitters = (chance.happens(each) for each in transforms.chances)
    turn = math.radians(chance.between(-transforms.rotate, transforms.rotate)) if rotates and len(size) > 1 else 0.0
    grow = chance.between(*transforms.scale) if scales else 1.0
    share = chance.between(*transforms.crop)
    reach = transforms.jitter * scale if jitters else 0.0
    shift = []
    for length in size:
        slack = (1 - share) * length / 2
        shift.append(round(chance.between(-reach, reach)) + chance.between(-slack, slack))
    per_px = [share / grow * length / seen for length, seen in zip(size, view, strict=True)]
    return Move(tuple(shift), turn, (per_px[-2] if len(size) > 1 else 1.0, per_px[-1]))


def seen(pictures: Tensor, moved: Move, view: Sequence[int]) -> Tensor:
    """(n, C, *view) of pictures (n, C, *size), which are mirrored where the view goes beyond them."""
    if pictures.ndim == 3:
        return seen(pictures.unsqueeze(2), Move((0.0, *moved.shift), 0.0, moved.grow), (1, *view)).squeeze(2)
    if pictures.ndim == 5:
        depth, room = view[0], pictures.shape[2] - view[0]
        first = min(max(round(room / 2 + moved.shift[0]), 0), room)
        flat = pictures[:, :, first : first + depth].flatten(1, 2)
        return seen(flat, Move(moved.shift[1:], moved.turn, moved.grow), view[1:]).view(*pictures.shape[:2], *view)
    corner = _whole_corner(moved, pictures.shape[2:], view)
    if corner is not None:
        top, left = corner
        return pictures[..., top : top + view[0], left : left + view[1]]
    rows = pictures.flatten(0, 1)[None]
    found: Tensor = _Resampled.apply(rows, moved, tuple(view))
    return found[0].unflatten(0, pictures.shape[:2])


def blurred(pictures: Tensor, deviation: float, reach: int | None = None) -> Tensor:
    """Pictures (n, C, *size) under a Gaussian of this deviation, px; it reaches `reach` px, or three deviations."""
    reach = reach if reach is not None else max(1, math.ceil(3 * deviation))
    weights = [math.exp(-0.5 * (each / deviation) ** 2) for each in range(-reach, reach + 1)]
    for axis in range(2, pictures.ndim):
        length = pictures.shape[axis]
        if length > 1:
            edges = [
                pictures.narrow(axis, place, 1).expand(_widened(pictures, axis, reach)) for place in (0, length - 1)
            ]
            wide = torch.cat([edges[0], pictures, edges[1]], axis)
            pictures = wide.narrow(axis, 0, length) * (weights[0] / sum(weights))
            for place, weight in enumerate(weights[1:], start=1):
                pictures = pictures.add(wide.narrow(axis, place, length), alpha=weight / sum(weights))
    return pictures


def _widened(pictures: Tensor, axis: int, length: int) -> tuple[int, ...]:
    return (*pictures.shape[:axis], length, *pictures.shape[axis + 1 :])


def with_noise(pictures: Tensor, deviation: float, chance: Chance) -> Tensor:
    """Pictures with Gaussian noise, the same for all of them."""
    noise = torch.randn(pictures.shape[1:], generator=chance.generator) * deviation
    return pictures + noise.to(pictures.device, pictures.dtype)


def changed(pictures: Tensor, transforms: Transforms, chance: Chance, scale: float) -> Tensor:
    """(n, C, *size): pictures that stay as they were changed, in the order of DeepVisionVR's regularizer.

    Continued with the values of their edge; turned and scaled; blurred; cut to their size; rolled, what leaves at one
    side comes in at the other; blended with themselves at zero mean and unit deviation.
    """
    size = pictures.shape[2:]
    still = replace(transforms, jitter=0)
    reach = round(transforms.pad * scale)
    moved = move(still, chance, size, size)
    padded = F.pad(pictures, (reach, reach) * len(size), mode="replicate")
    pictures = seen(padded, moved, size)
    if transforms.blur:
        pictures = blurred(pictures, transforms.blur, reach=2)
    if transforms.jitter and chance.happens(transforms.chances[2]):
        reach = round(transforms.jitter * scale)
        shifts = [round(chance.between(-reach, reach)) for _ in size]
        pictures = torch.roll(pictures, shifts, tuple(range(2, pictures.ndim)))
    if transforms.blend:
        mean = pictures.flatten(1).mean(1).view(-1, *[1] * (pictures.ndim - 1))
        deviation = pictures.flatten(1).std(1).clamp_min(_STILL).view(-1, *[1] * (pictures.ndim - 1))
        pictures = pictures.lerp((pictures - mean) / deviation, transforms.blend)
    return pictures


def resized(pictures: Tensor, size: Sequence[int]) -> Tensor:
    """(n, C, *size) of pictures (n, C, ...)."""
    if pictures.shape[2:] == tuple(size):
        return pictures
    mode = {1: "linear", 2: "bilinear", 3: "trilinear"}[len(size)]
    return F.interpolate(pictures, tuple(size), mode=mode, align_corners=False, antialias=mode == "bilinear")


def inner(pictures: Tensor, size: Sequence[int]) -> Tensor:
    """(n, C, *size): the middle of pictures (n, C, ...)."""
    for axis, length in enumerate(size, start=2):
        pictures = pictures.narrow(axis, (pictures.shape[axis] - length) // 2, length)
    return pictures


def continued(pictures: Tensor, size: Sequence[int]) -> Tensor:
    """(n, C, *size): pictures that go on mirrored beyond their borders."""
    return seen(pictures, Move((0.0,) * len(size), 0.0, (1.0, 1.0)), size)


def _whole_corner(moved: Move, size: Sequence[int], view: Sequence[int]) -> tuple[int, int] | None:
    """Where the view starts if it is a plain part of the picture."""
    if abs(moved.turn) > _STILL or any(abs(each - 1) > _STILL for each in moved.grow):
        return None
    corner = [(a - b) / 2 + shift for a, b, shift in zip(size, view, moved.shift, strict=True)]
    whole = [round(each) for each in corner]
    inside = all(0 <= each <= a - b for each, a, b in zip(whole, size, view, strict=True))
    near = all(abs(each - exact) <= 0.5 for each, exact in zip(whole, corner, strict=True))
    return (whole[0], whole[1]) if inside and near else None


class _Resampled(torch.autograd.Function):
    """Pictures (1, k, h, w) sampled between their pixels by a Move; backward, the gradient is moved back the same way.

    grid_sample's own backward adds each gradient to four pixels, which takes five times as long as its forward.
    Sampling the gradient at the inverse move differs only in how a pixel's share is spread over its neighbours.
    """

    @staticmethod
    def forward(ctx: Any, pictures: Tensor, moved: Move, view: tuple[int, int]) -> Tensor:
        matrix = _matrix(moved)
        ctx.matrix, ctx.size = matrix, pictures.shape[2:]
        return _sampled(pictures, matrix, view, "reflection")

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        inverse = torch.linalg.inv(ctx.matrix)
        return _sampled(gradient, inverse, ctx.size, "zeros") * float(torch.linalg.det(inverse)), None, None


def _matrix(moved: Move) -> Tensor:
    """(3, 3): from (x, y, 1) px off the view's middle to px off the picture's."""
    cosine, sine = math.cos(moved.turn), math.sin(moved.turn)
    tall, wide = moved.grow
    down, right = moved.shift
    return torch.tensor(
        [[cosine * wide, -sine * tall, right], [sine * wide, cosine * tall, down], [0, 0, 1]], dtype=torch.float64
    )


def _sampled(pictures: Tensor, matrix: Tensor, view: Sequence[int], beyond: str) -> Tensor:
    """(1, k, *view) of pictures (1, k, h, w): bilinear. The channels are shared out to torch's threads."""
    (height, width), (tall, wide) = pictures.shape[2:], view
    theta = matrix[:2] * torch.tensor([[wide / 2, tall / 2, 1]], dtype=torch.float64)
    theta = (theta * torch.tensor([[2 / width], [2 / height]], dtype=torch.float64)).to(pictures)[None]
    grid = F.affine_grid(theta, [1, 1, tall, wide], align_corners=False)
    groups = math.gcd(pictures.shape[1], torch.get_num_threads()) if pictures.device.type == "cpu" else 1
    split = pictures.view(groups, -1, height, width)
    found = F.grid_sample(split, grid.expand(groups, -1, -1, -1), "bilinear", beyond, align_corners=False)
    return found.view(1, -1, *view)
