"""From tensors to an arena: float16 maps, mip levels, statistics and each layer's range, a few layers at a time."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from vrcnn.engine.arena import Arena
from vrcnn.engine.plan import MapSize, MapSpan
from vrcnn.engine.pyramid import pyramid

LARGEST = 65504.0  # of float16
PIECE = 2**17  # values that are worked on together: 512 KiB, what a core's second-level cache holds
SAMPLES = 4096
PERCENTILE = 0.995
SMALLEST_LIMIT = 1e-6


@dataclass(frozen=True)
class Written:
    """The maps of a node are in the arena. `limit` and `nonfinite` as in `messages.LayerReady`."""

    node: int
    limit: float
    nonfinite: int


def maps_of(tensor: Tensor) -> Tensor:
    """The maps (channels, height, width) that stand for a tensor's first item, as `plan.maps_shape` says: a view."""
    match tensor.ndim:
        case 4:
            return tensor[0]
        case 5:
            return tensor[0, :, tensor.shape[2] // 2]
        case 3:
            return tensor[0].t().unsqueeze(1)
        case 2:
            return tensor[0, :, None, None]
        case 1:
            return tensor[:, None, None]
    raise ValueError(f"A tensor of shape {tuple(tensor.shape)} has no maps.")


class MapWriter:
    """Writes the tensors of one forward pass into an arena.

    Small layers of one size that follow each other are gathered in a scratch buffer and finished together, because
    in a network of hundreds of small layers the calls cost more than the arithmetic. So `write` may finish none, one
    or several layers, and `flush` finishes the rest.
    """

    def __init__(self, arena: Arena) -> None:
        self._levels = {size: tuple(map(torch.from_numpy, levels)) for size, levels in arena.levels.items()}
        self._statistics = torch.from_numpy(arena.statistics)
        self._extremes = arena.statistics[:, :2]
        self._scratch = torch.empty(0)
        self._waiting: list[MapSpan] = []
        self._filled = 0  # rows of the scratch buffer

    def write(self, span: MapSpan, tensor: Tensor) -> list[Written]:
        """Takes over the tensor of a node, whose maps must be those of `span`. Returns what was finished.

        The tensor may change as soon as this returns.
        """
        maps = maps_of(tensor.detach())
        height, width = span.size.height, span.size.width
        if maps.is_complex():
            maps = maps.abs()
        values = span.count * height * width
        finished = [] if self._fits(span, values) else self.flush()
        if values > PIECE:
            return finished + self._write_large(span, maps.to(torch.float32).contiguous())
        if self._scratch.device != maps.device or not self._scratch.numel():
            self._scratch = torch.zeros(PIECE, device=maps.device)
        start = self._filled * height * width
        self._scratch[start : start + values].view(maps.shape).copy_(maps)
        self._waiting.append(span)
        self._filled += span.count
        return finished

    def flush(self) -> list[Written]:
        """Finishes the layers that wait in the scratch buffer."""
        if not self._waiting:
            return []
        spans, first = self._waiting, self._waiting[0]
        height, width = first.size.height, first.size.width
        maps = self._scratch[: self._filled * height * width].view(self._filled, height, width)
        self._waiting, self._filled = [], 0
        nonfinite = self._finish(first.size, first.first, first.row, maps)
        finished = []
        start = 0
        for span in spans:
            rows = slice(start, start + span.count)
            count = 0 if nonfinite is None else int(nonfinite[rows].sum())
            finished.append(Written(span.node, self._limit(span, maps[rows], count), count))
            start += span.count
        return finished

    def _fits(self, span: MapSpan, values: int) -> bool:
        if not self._waiting:
            return True
        last = self._waiting[-1]
        room = PIECE - self._filled * span.size.height * span.size.width
        return span.size == last.size and span.first == last.first + last.count and values <= room

    def _write_large(self, span: MapSpan, maps: Tensor) -> list[Written]:
        rows = max(1, PIECE // (span.size.height * span.size.width))
        count = 0
        for start in range(0, span.count, rows):
            piece = maps[start : start + rows]
            nonfinite = self._finish(span.size, span.first + start, span.row + start, piece)
            count += 0 if nonfinite is None else int(nonfinite.sum())
        return [Written(span.node, self._limit(span, maps, count), count)]

    def _finish(self, size: MapSize, first: int, row: int, maps: Tensor) -> Tensor | None:
        """Writes maps, mip levels and statistics of consecutive rows.

        Returns how many values of each map are not finite, None if all are.
        """
        count = maps.shape[0]
        flat = maps.view(count, -1)
        smallest, largest = torch.amin(flat, 1), torch.amax(flat, 1)
        lowest, highest = torch.stack((smallest.min(), largest.max())).tolist()
        nonfinite = None
        if lowest >= -LARGEST and highest <= LARGEST:  # false for NaN, which spreads through min and max
            levels = pyramid(maps)
            mean = levels[-1].view(count)
            deviation = torch.linalg.vector_norm(flat - mean[:, None], dim=1).mul_(flat.shape[1] ** -0.5)
        else:
            levels = pyramid(maps.clamp(-LARGEST, LARGEST))  # NaN stays NaN
            smallest, largest, mean, deviation, nonfinite = _statistics_of_finite(flat)
        for level, target in zip(levels, self._levels[size], strict=True):
            target[first : first + count].copy_(level)
        self._statistics[row : row + count].copy_(torch.stack((smallest, largest, mean, deviation), 1))
        return nonfinite

    def _limit(self, span: MapSpan, maps: Tensor, nonfinite: int) -> float:
        """The 99.5th percentile of the absolute values, from at most SAMPLES of them; their largest if that is 0."""
        flat = maps.view(-1)
        step = -(-flat.shape[0] // SAMPLES)
        while math.gcd(step, span.size.width) > 1:  # or the samples would come from a few columns only
            step += 1
        samples = flat[::step].abs().cpu().numpy()
        if nonfinite:
            samples = samples[np.isfinite(samples)]
        limit = 0.0
        if samples.size:
            rank = math.ceil(PERCENTILE * (samples.size - 1))
            limit = float(np.partition(samples, rank)[rank])
        if limit < SMALLEST_LIMIT:
            extremes = self._extremes[span.row : span.row + span.count]
            limit = max(float(extremes.max()), -float(extremes.min()), SMALLEST_LIMIT)
        return limit


def _statistics_of_finite(flat: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Minimum, maximum, mean, standard deviation of each row's finite values, 0 without any; how many are not finite."""
    finite = flat.isfinite()
    count = finite.sum(1)
    divisor = count.clamp(min=1)
    values = flat.double()
    some = count > 0
    smallest = torch.where(finite, values, math.inf).amin(1).where(some, 0.0)
    largest = torch.where(finite, values, -math.inf).amax(1).where(some, 0.0)
    mean = torch.where(finite, values, 0.0).sum(1) / divisor
    deviation = (torch.where(finite, values - mean[:, None], 0.0).square().sum(1) / divisor).sqrt()
    smallest, largest, mean, deviation = (part.float() for part in (smallest, largest, mean, deviation))
    return smallest, largest, mean, deviation, flat.shape[1] - count
