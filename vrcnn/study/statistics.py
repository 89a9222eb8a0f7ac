"""Statistics over networks: how well a number tells two kinds of networks apart, and how sure that is.

A network is one sample. Its channels and pictures are not: those of one network have come out of one training.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np

DRAWS = 2000  # of a bootstrap
COUNTED = 200_000  # ways to divide networks, at most, that are all looked at
DRAWN = 20_000  # of more ways
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


def ranks(values: Sequence[float] | np.ndarray) -> np.ndarray:
    """The ranks from 1; equal values share the mean of theirs."""
    array = np.asarray(values, np.float64)
    _, place, counts = np.unique(array, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[place]


def auc(positive: Sequence[float] | np.ndarray, negative: Sequence[float] | np.ndarray) -> float:
    """The chance that one of the first is larger than one of the second, equal ones counted half: the area under the
    ROC curve (Mann and Whitney 1947). Of no values NaN."""
    if not len(positive) or not len(negative):
        return math.nan
    joint = ranks([*positive, *negative])
    first = len(positive)
    return float((joint[:first].sum() - first * (first + 1) / 2) / (first * len(negative)))


def permutation(positive: Sequence[float], negative: Sequence[float], seed: int = 0) -> Permutation | None:
    """How often networks that are divided at random, into as many and as many, are told apart as well or better, in
    either direction. Every division is looked at where there are at most COUNTED, else DRAWN of them and the one that
    is (Phipson and Smyth 2010). None of no values."""
    first, second = len(positive), len(negative)
    if not first or not second:
        return None
    joint = ranks([*positive, *negative])
    least_sum, pairs = first * (first + 1) / 2, first * second
    ways = math.comb(first + second, first)
    if ways <= COUNTED:
        sums = joint[_divisions(first + second, first)].sum(1)
    else:
        chance = np.random.default_rng(seed)
        sums = np.array([chance.permutation(joint)[:first].sum() for _ in range(DRAWN)] + [joint[:first].sum()])
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

    first, second = _joined(positive), _joined(negative)
    seen = auc(first, second)
    if not draws or math.isnan(seen) or all(len(mode) < 2 for mode in (*positive, *negative)):
        return Interval(seen, math.nan, math.nan)
    above = (first[:, None] > second) + 0.5 * (first[:, None] == second)
    chance = np.random.default_rng(seed)
    counts = [_counts(modes, chance, draws) for modes in (positive, negative)]
    drawn = np.einsum("dp,pn,dn->d", counts[0], above, counts[1], optimize=True) / above.size
    return _percentiles(seen, drawn)


def spearman(first: Sequence[float] | np.ndarray, second: Sequence[float] | np.ndarray) -> float:
    """Spearman's rank correlation; NaN of fewer than three, or where one of both is constant."""
    if len(first) < 3:
        return math.nan
    one, other = ranks(first), ranks(second)
    one, other = one - one.mean(), other - other.mean()
    norm = float(np.sqrt((one**2).sum() * (other**2).sum()))
    return float((one * other).sum() / norm) if norm > 0 else math.nan


def spearman_interval(pairs: Sequence[Sequence[tuple[float, float]]], seed: int = 0, draws: int = DRAWS) -> Interval:
    """Spearman's correlation of pairs, given mode by mode, with an interval from drawing the networks anew within
    each mode."""
    joint = np.array([pair for mode in pairs for pair in mode], np.float64).reshape(-1, 2)
    seen = spearman(joint[:, 0], joint[:, 1])
    if not draws or math.isnan(seen) or all(len(mode) < 2 for mode in pairs):
        return Interval(seen, math.nan, math.nan)
    counts = _counts(pairs, np.random.default_rng(seed), draws)
    one, other = (_centred_ranks(values, counts) for values in joint.T)
    with np.errstate(invalid="ignore", divide="ignore"):
        norms = np.sqrt((counts * one**2).sum(1) * (counts * other**2).sum(1))
        drawn = np.where(norms > 0, (counts * one * other).sum(1) / norms, np.nan)
    return _percentiles(seen, drawn)


def _centred_ranks(values: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """(draws, networks): the rank of each value in each draw, where it is as often as `counts`, less their mean."""
    less, same = (compare(values[None, :], values[:, None]).astype(np.float64) for compare in (np.less, np.equal))
    found = counts @ less.T + (counts @ same.T + 1) / 2
    return found - (counts * found).sum(1, keepdims=True) / counts.sum(1, keepdims=True)


def _counts(modes: Sequence[Sequence[object]], chance: np.random.Generator, draws: int) -> np.ndarray:
    """(draws, networks): how often each network is in each draw, which has as many of each mode as there are."""
    parts = [chance.multinomial(len(mode), np.full(len(mode), 1 / len(mode)), draws) for mode in modes if len(mode)]
    return np.concatenate(parts, axis=1).astype(np.float64)


def _percentiles(seen: float, drawn: np.ndarray) -> Interval:
    """The percentile interval (Efron 1979)."""
    drawn, outside = drawn[np.isfinite(drawn)], 100 * (1 - LEVEL) / 2
    low, high = np.percentile(drawn, [outside, 100 - outside]) if len(drawn) else (math.nan, math.nan)
    return Interval(seen, float(low), float(high))


def _joined(modes: Sequence[Sequence[float]]) -> np.ndarray:
    return np.array([number for mode in modes for number in mode], np.float64)


@lru_cache(maxsize=8)
def _divisions(networks: int, first: int) -> np.ndarray:
    """(ways, first): every way to choose so many."""
    return np.array(list(combinations(range(networks), first)))
