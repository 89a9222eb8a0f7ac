"""Statistics over networks: how well a number tells two kinds of networks apart, and how sure that is.

A network is one sample. Its channels and pictures are not: those of one network have come out of one training.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np

DRAWS = 2000  # of a bootstrap
COUNTED = 200_000  # ways to divide networks that are all looked at; of more, so many are drawn
LEVEL = 0.95  # of every interval


@dataclass(frozen=True)
class Interval:
    """A number and its bootstrap interval of 95 %; NaN where nothing can be drawn anew."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Permutation:
    """The two-sided p-value of an AUC, the least one that so many networks could give, and whether every way to divide
    them was looked at."""

    p: float
    least: float
    exact: bool


@dataclass(frozen=True)
class Spread:
    """Of the networks of one mode: mean and range of a number."""

    mean: float
    low: float
    high: float
    networks: int


def spread(values: Sequence[float]) -> Spread | None:
    """Mean and range; None of no values."""
    if not len(values):
        return None
    return Spread(float(np.mean(values)), float(np.min(values)), float(np.max(values)), len(values))


def ranks(values: Sequence[float]) -> np.ndarray:
    """The ranks from 1; equal values share the mean of theirs."""
    array = np.asarray(values, np.float64)
    _, place, counts = np.unique(array, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[place]


def auc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """The chance that one of the first is larger than one of the second, equal ones counted half: the area under the
    ROC curve (Mann and Whitney 1947). Of no values NaN."""
    if not len(positive) or not len(negative):
        return float("nan")
    joint = ranks([*positive, *negative])
    first = len(positive)
    return float((joint[:first].sum() - first * (first + 1) / 2) / (first * len(negative)))


def permutation(positive: Sequence[float], negative: Sequence[float], seed: int = 0) -> Permutation | None:
    """How often networks that are divided at random, into as many and as many, are told apart as well or better, in
    either direction. Every division is looked at where there are at most COUNTED, else so many drawn ones and the one
    that is (Phipson and Smyth 2010). None of no values."""
    first, second = len(positive), len(negative)
    if not first or not second:
        return None
    joint = ranks([*positive, *negative])
    least_sum, pairs = first * (first + 1) / 2, first * second
    ways = comb(first + second, first)
    if ways <= COUNTED:
        sums = np.fromiter((joint[list(way)].sum() for way in combinations(range(len(joint)), first)), float, ways)
    else:
        chance = np.random.default_rng(seed)
        sums = np.array([chance.permutation(joint)[:first].sum() for _ in range(20_000)] + [joint[:first].sum()])
    far = np.abs((sums - least_sum) / pairs - 0.5)
    seen = abs((joint[:first].sum() - least_sum) / pairs - 0.5)
    share = float(np.mean(far >= seen - 1e-12))
    least = min(1.0, 2 / ways) if ways <= COUNTED else 1 / len(sums)
    return Permutation(share, least, ways <= COUNTED)


def auc_interval(
    positive: Sequence[Sequence[float]], negative: Sequence[Sequence[float]], seed: int = 0, draws: int = DRAWS
) -> Interval:
    """The AUC of two kinds, each given mode by mode, with an interval from drawing the networks anew within each mode.

    Where all of one kind lie above all of the other, the interval is the value itself: it says nothing of how far
    apart they are, or of modes that were not tried.
    """

    def value(draw: Callable[[np.ndarray], np.ndarray]) -> float:
        return auc(_joined(positive, draw), _joined(negative, draw))

    return _bootstrap(value, seed, draws, any(len(mode) > 1 for mode in (*positive, *negative)))


def spearman(first: Sequence[float], second: Sequence[float]) -> float:
    """Spearman's rank correlation; NaN of fewer than three, or where one of both is constant."""
    if len(first) < 3:
        return float("nan")
    one, other = ranks(first), ranks(second)
    one, other = one - one.mean(), other - other.mean()
    norm = float(np.sqrt((one**2).sum() * (other**2).sum()))
    return float((one * other).sum() / norm) if norm > 0 else float("nan")


def spearman_interval(pairs: Sequence[Sequence[tuple[float, float]]], seed: int = 0, draws: int = DRAWS) -> Interval:
    """Spearman's correlation of pairs, given mode by mode, with an interval from drawing the networks anew within
    each mode."""

    def value(draw: Callable[[np.ndarray], np.ndarray]) -> float:
        drawn = np.concatenate([draw(np.asarray(mode, np.float64).reshape(-1, 2)) for mode in pairs if len(mode)])
        return spearman(drawn[:, 0], drawn[:, 1])

    if not any(len(mode) for mode in pairs):
        return Interval(float("nan"), float("nan"), float("nan"))
    return _bootstrap(value, seed, draws, any(len(mode) > 1 for mode in pairs))


def _joined(modes: Sequence[Sequence[float]], draw: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    return np.concatenate([np.empty(0), *(draw(np.asarray(mode, np.float64)) for mode in modes if len(mode))])


def _bootstrap(
    value: Callable[[Callable[[np.ndarray], np.ndarray]], float], seed: int, draws: int, can_vary: bool
) -> Interval:
    """The percentile interval (Efron 1979) of a value that is given how samples are drawn."""
    seen = value(lambda samples: samples)
    if not can_vary or np.isnan(seen):
        return Interval(seen, float("nan"), float("nan"))
    chance = np.random.default_rng(seed)
    drawn = [value(lambda samples: samples[chance.integers(len(samples), size=len(samples))]) for _ in range(draws)]
    outside = 100 * (1 - LEVEL) / 2
    low, high = np.nanpercentile(drawn, [outside, 100 - outside]) if not np.all(np.isnan(drawn)) else (np.nan, np.nan)
    return Interval(seen, float(low), float(high))
