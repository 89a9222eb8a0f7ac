"""From the tensors of a forward pass to an arena, layer by layer, with a sample of each layer's values."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from vrcnn.engine.arena import Arena
from vrcnn.engine.map_memory import tensor_of
from vrcnn.engine.plan import MapSize, MapSpan
from vrcnn.engine.summary import summarize
from vrcnn.network.map_tensors import maps_of

SMALL_LAYER = 2**19  # values; a layer of more is worth its calls
SCRATCH = 2**20  # values of small layers that are finished together
SAMPLES = 2048
LARGEST_BITS = 14  # of numbers that are scaled: the largest is below 2**14, so that 2**-24 of float16 is far below it
RUN = 8  # samples that lie side by side: to read a place in memory costs the same for one as for eight
LOW = 4  # pixels a side, at most, of the mip level by which pictures are compared


@dataclass(frozen=True)
class Written:
    """The maps of a node are in the arena; `exponent` as in Quantity. The rest as in `messages.LayerReady`."""

    node: int
    samples: np.ndarray
    difference: np.ndarray
    nonfinite: int
    exponent: int = 0


class MapWriter:
    """Writes the tensors of one forward pass at a time into an arena.

    Small layers of one size that follow each other are gathered in a scratch buffer and finished together, because
    in a network of hundreds of small layers the calls cost more than the arithmetic. So `write` may finish none, one
    or several layers, and `flush` finishes the rest.
    """

    def __init__(self) -> None:
        self._scratch = torch.empty(0)
        self._waiting: list[MapSpan] = []
        self._filled = 0  # rows of the scratch buffer
        self._former: dict[MapSize, Tensor] = {}  # the low levels as they were written last, NaN before that
        self._exponents: dict[int, int] = {}  # by node, of those that were scaled
        self._quantity: tuple[object, ...] = ()

    def begin(self, arena: Arena, slice: float = 0.5, *quantity: object) -> None:
        """What is written from now on goes to this arena. Forgets what was not flushed.

        `slice`, 0 to 1, chooses the slice of volumes; `quantity` says what the values are, so that those of one kind
        are not compared with those of another.
        """
        if quantity != self._quantity:
            self._quantity, self._former, self._exponents = quantity, {}, {}
        self._slice = slice
        self._levels = {size: tuple(map(tensor_of, levels)) for size, levels in arena.levels.items()}
        self._low = {size: levels[_low_level(size)].flatten(1) for size, levels in self._levels.items()}
        self._statistics = arena.statistics
        self._waiting, self._filled = [], 0

    def write(self, span: MapSpan, tensor: Tensor) -> list[Written]:
        """Takes over the tensor of a node, whose maps must be those of `span`. Returns what was finished.

        The tensor may change as soon as this returns.
        """
        maps = maps_of(tensor, span.reading, self._slice)
        height, width = maps.shape[1:]
        maps = maps.flatten(1)  # torch transposes two axes twice as fast as three
        pixels = height * width
        values = span.count * pixels
        finished = [] if self._fits(span, values) else self.flush()
        if values > SMALL_LAYER or span.halvings:
            whole = maps.to(torch.float32).contiguous().view(span.count, height, width)
            return [*finished, *self.flush(), *self._finish([span], whole)]
        if self._scratch.device != maps.device or not self._scratch.numel():
            self._scratch = torch.zeros(SCRATCH, device=maps.device)
        self._scratch.narrow(0, self._filled * pixels, values).view(span.count, pixels).copy_(maps)
        self._waiting.append(span)
        self._filled += span.count
        return finished

    def write_scaled(self, span: MapSpan, tensor: Tensor) -> list[Written]:
        """The same for numbers of any size: they are kept times a power of two, which is told, and none becomes zero
        but those that are beyond float16's reach below the layer's largest. It is finished at once.
        """
        maps = maps_of(tensor, span.reading, self._slice).to(torch.float32).contiguous()
        largest = float(torch.where(maps.isfinite(), maps, 0.0).abs().amax())
        exponent = math.frexp(largest)[1] - LARGEST_BITS if largest else 0
        half = -exponent // 2  # 2**exponent alone may be beyond float32
        scaled = maps * math.ldexp(1.0, half) * math.ldexp(1.0, -exponent - half)
        finished = self.flush()
        shift = self._exponents.get(span.node, exponent) - exponent
        self._exponents[span.node] = exponent
        scaled = scaled.view(span.count, *maps.shape[1:])
        return [*finished, *(replace(each, exponent=exponent) for each in self._finish([span], scaled, shift))]

    def flush(self) -> list[Written]:
        """Finishes the layers that wait in the scratch buffer."""
        if not self._waiting:
            return []
        size, spans = self._waiting[0].size, self._waiting
        maps = self._scratch[: self._filled * size.height * size.width].view(self._filled, size.height, size.width)
        self._waiting, self._filled = [], 0
        return self._finish(spans, maps)

    def _fits(self, span: MapSpan, values: int) -> bool:
        if not self._waiting:
            return True
        last = self._waiting[-1]
        room = SCRATCH - self._filled * span.size.height * span.size.width
        return span.size == last.size and span.first == last.first + last.count and values <= room

    def _finish(self, spans: list[MapSpan], maps: Tensor, shift: int = 0) -> list[Written]:
        """Writes the maps of spans that lie side by side; those before them were kept times 2**shift as much."""
        first, row, count = spans[0].first, spans[0].row, maps.shape[0]
        levels = [level[first : first + count] for level in self._levels[spans[0].size]]
        nonfinite = summarize(maps, levels, self._statistics[row : row + count])
        differences = self._differences(spans[0].size, first, count, shift)
        finished = []
        start = 0
        for span, samples in zip(spans, self._samples(spans, maps), strict=True):
            end = start + span.count
            strange = 0 if nonfinite is None else int(nonfinite[start:end].sum())
            finished.append(Written(span.node, samples, differences[start:end], strange))
            start = end
        return finished

    def _samples(self, spans: list[MapSpan], maps: Tensor) -> np.ndarray:
        """(spans, SAMPLES) float32: values from all over each span's maps."""
        pixels = maps.shape[1] * maps.shape[2]
        places = _places(tuple(span.count * pixels for span in spans), maps.device)
        samples: np.ndarray = maps.view(-1).index_select(0, places).cpu().numpy()
        return samples.reshape(len(spans), SAMPLES)

    def _differences(self, size: MapSize, first: int, count: int, shift: int = 0) -> np.ndarray:
        """(count,) float32: how far the maps are from those that were written at their places before.

        The mean absolute difference over the largest level of at most LOW x LOW pixels; 0 where there were none, or
        where either is not finite.
        """
        if size not in self._former:
            self._former[size] = torch.full_like(self._low[size], torch.nan)
        now, before = (low[size].narrow(0, first, count) for low in (self._low, self._former))
        shares = _equal_shares(now.shape[1], now.device)
        if shift:
            before_now = before.float() * math.ldexp(1.0, min(shift, LARGEST_BITS))
            difference = torch.sub(now.float(), before_now).abs_().mv(shares).cpu().numpy()
            before.copy_(now)
            return np.where(np.isfinite(difference), difference, np.float32(0))
        difference = torch.sub(now, before).abs_().float().mv(shares).cpu().numpy()  # a norm takes five times as long
        before.copy_(now)
        return np.where(np.isfinite(difference), difference, np.float32(0))


def sample_of(maps: Tensor) -> np.ndarray:
    """(SAMPLES,) float32: values from all over the maps of a layer (count, height, width), the same ones that a
    MapWriter takes."""
    places = _places((maps.numel(),), maps.device)
    sample: np.ndarray = maps.reshape(-1).index_select(0, places).float().cpu().numpy()
    return sample


@lru_cache(maxsize=1024)
def _low_level(size: MapSize) -> int:
    """The number of the first mip level of at most LOW x LOW pixels."""
    return next(number for number, level in enumerate(size.levels()) if max(level) <= LOW)


@lru_cache(maxsize=64)
def _equal_shares(pixels: int, device: torch.device) -> Tensor:
    """(pixels,) float32: a product with it is the mean."""
    return torch.full((pixels,), 1 / pixels, device=device)


@lru_cache(maxsize=1024)
def _places(counts: tuple[int, ...], device: torch.device) -> Tensor:
    """SAMPLES places spread evenly over each of several layers that lie one after the other, `counts` values each."""
    parts = []
    start = 0
    for count in counts:
        runs = np.linspace(start, start + max(count - RUN, 0), SAMPLES // RUN).astype(np.int64)
        places = runs[:, None] + np.arange(RUN)
        parts.append(np.minimum(places, start + count - 1).ravel())
        start += count
    return torch.from_numpy(np.concatenate(parts)).to(device)
