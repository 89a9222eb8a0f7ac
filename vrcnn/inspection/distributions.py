"""How values are distributed, in a whole tensor and in each channel; which channels are dead or saturated."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from vrcnn.inspection.results import Distribution, Histogram
from vrcnn.network.graph import Node

BINS = 64
AT_ONCE = 1 << 22  # values in double precision
SHARE, NEAR = 0.95, 0.01  # of its values; of the activation's range

_RANGES = {
    **dict.fromkeys(
        ("Sigmoid", "sigmoid", "Hardsigmoid", "hardsigmoid", "Softmax", "softmax", "Softmax2d"), (0.0, 1.0)
    ),
    **dict.fromkeys(("Tanh", "tanh", "Softsign", "softsign"), (-1.0, 1.0)),
    **dict.fromkeys(("ReLU6", "relu6"), (0.0, 6.0)),
    **dict.fromkeys(("Hardtanh", "hardtanh"), (-1.0, 1.0)),
}
_RECTIFIED = frozenset({"ReLU6", "relu6"})  # their lower end is no saturation: a channel there is dead
_NUMBER = r"(-?\d+(?:\.\d+)?(?:e-?\d+)?)"


def distribution_of(values: Tensor) -> Distribution:
    """Of all values of a tensor, in double precision."""
    flat = values.detach().flatten()
    finite = flat[flat.isfinite()].double()
    nonfinite = flat.numel() - finite.numel()
    zeros = int((finite == 0).sum())
    if not finite.numel():
        empty = Histogram(np.zeros(BINS, np.int64), np.linspace(-0.5, 0.5, BINS + 1), 0, nonfinite)
        return Distribution(flat.numel(), 0.0, 0.0, 0.0, 0.0, empty)
    low, high = float(finite.min()), float(finite.max())
    ends = (low, high) if high > low else (low - 0.5, high + 0.5)
    counts = torch.histc(finite, BINS, *ends).long().cpu().numpy()
    histogram = Histogram(counts, np.linspace(*ends, BINS + 1), zeros, nonfinite)
    deviation, mean = torch.std_mean(finite, correction=0)
    return Distribution(flat.numel(), low, high, float(mean), float(deviation), histogram)


@dataclass(frozen=True)
class ChannelStatistics:
    """Of each channel's finite values, (channels,) each, float32; `zeros` the share of exact zeros among all values,
    `nonfinite` int64 the number of NaN and infinities, `near` the share within NEAR of an end of `range`.
    """

    minima: np.ndarray
    maxima: np.ndarray
    means: np.ndarray
    deviations: np.ndarray
    zeros: np.ndarray
    nonfinite: np.ndarray
    near: np.ndarray
    values: int  # of each channel

    @property
    def silent(self) -> np.ndarray:
        """(channels,) bool: all values are exactly 0."""
        return self.zeros == 1.0

    @property
    def constant(self) -> np.ndarray:
        """(channels,) bool: all of several values are the same one, though not 0."""
        return (self.minima == self.maxima) & ~self.silent & (self.nonfinite == 0) & (self.values > 1)

    @property
    def saturated(self) -> np.ndarray:
        """(channels,) bool, by the rule that `saturation_rule` tells."""
        return (self.near >= SHARE) & ~self.silent


def channel_statistics(maps: Tensor, ends: tuple[float, float] | None, upper_only: bool = False) -> ChannelStatistics:
    """Of maps (channels, ...), every one of at least one value; `ends` as `range_of` tells them."""
    rows = maps.detach().reshape(maps.shape[0], -1)
    step = max(1, AT_ONCE // rows.shape[1])
    parts = [_statistics(rows[first : first + step].double(), ends, upper_only) for first in range(0, len(rows), step)]
    minima, maxima, means, deviations, zeros, nonfinite, near = (
        torch.cat(each).cpu().numpy() for each in zip(*parts, strict=True)
    )
    f4 = np.float32
    return ChannelStatistics(
        minima.astype(f4),
        maxima.astype(f4),
        means.astype(f4),
        deviations.astype(f4),
        zeros.astype(f4),
        nonfinite,
        near,
        rows.shape[1],
    )


def _statistics(rows: Tensor, ends: tuple[float, float] | None, upper_only: bool) -> tuple[Tensor, ...]:
    finite = rows.isfinite()
    count = finite.sum(1).clamp(min=1)
    none = ~finite.any(1)
    known = rows.where(finite, 0.0)
    means = known.sum(1) / count
    deviations = ((known - means[:, None]).where(finite, 0.0).square().sum(1) / count).sqrt()
    minima = rows.where(finite, torch.inf).amin(1).masked_fill(none, 0.0)
    maxima = rows.where(finite, -torch.inf).amax(1).masked_fill(none, 0.0)
    near = torch.zeros_like(means)
    if ends is not None:
        low, high = ends
        margin = NEAR * (high - low)
        at_end = rows >= high - margin
        if not upper_only:
            at_end |= rows <= low + margin
        near = (at_end & finite).double().mean(1)
    zeros = (rows == 0).double().mean(1)
    return minima, maxima, means, deviations, zeros, (~finite).sum(1), near


def range_of(node: Node) -> tuple[float, float] | None:
    """Between what values the activation that made this tensor keeps all of them; None where it has no two ends."""
    if node.family != "activation" and node.operation not in ("clamp", "clip"):
        return None
    if node.operation in ("Hardtanh", "hardtanh", "clamp", "clip"):
        ends = re.search(rf"(?:min_val=|min=)?{_NUMBER}, (?:max_val=|max=)?{_NUMBER}", node.settings)
        if ends is not None and float(ends[2]) > float(ends[1]):
            return float(ends[1]), float(ends[2])
        if node.operation in ("clamp", "clip"):
            return None
    return _RANGES.get(node.operation)


def upper_only(node: Node) -> bool:
    """Whether only the upper end of its range is saturation: at the lower one, 0, a channel is dead."""
    ends = range_of(node)
    return node.operation in _RECTIFIED or (ends is not None and ends[0] == 0.0 and "igmoid" not in node.operation)


def saturation_rule(node: Node) -> str:
    """What is called saturated in a layer that shows this tensor, as a sentence."""
    ends = range_of(node)
    if ends is None:
        return "No channel is called saturated: no activation keeps the values between two ends."
    low, high = (f"{value:g}" for value in ends)
    where = f"of {high}" if upper_only(node) else f"of {low} or {high}"
    return (
        f"Saturated: at least {SHARE:.0%} of a channel's values lie within {NEAR:.0%} of the range {where}, the "
        f"{'upper end' if upper_only(node) else 'ends'} of {node.operation}."
    )
