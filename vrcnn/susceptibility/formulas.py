"""What susceptibility is in numbers: formulas on what was kept of every picture, and their bootstrap over the pictures.

All sums are in float64. Rows are pictures; a bootstrap draw is a row of counts, how often each picture is in it, so
that all draws of a measure are a few products of matrices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from vrcnn.susceptibility.results import Measured

DRAWS = 1000
INTERVAL = (2.5, 97.5)  # percent
FEWEST = 5  # pictures: draws of fewer are so much alike that an interval would say less than nothing
DEAD = 1e-8  # variance below which a channel counts as dead
ROUNDING = 1e-12  # of the mean square of scores, or of the variance of all pictures: a variance below is rounding


@dataclass(frozen=True)
class Draws:
    """Bootstrap draws of `pictures` pictures: `counts` (draws, pictures), the rows of which sum to `pictures`.

    Efron, "Bootstrap Methods: Another Look at the Jackknife", Annals of Statistics 7 (1979); the percentile interval.
    """

    counts: np.ndarray

    @classmethod
    def of(cls, pictures: int, seed: int = 0, draws: int = DRAWS) -> Draws:
        chance = np.random.default_rng(seed)
        return cls(chance.multinomial(pictures, np.full(pictures, 1 / pictures), draws).astype(np.float64))

    def mean(self, rows: np.ndarray) -> np.ndarray:
        """(draws, ...): the mean of `rows` (pictures, ...) in each draw."""
        return self.counts @ rows / self.counts.shape[1]

    def interval(self, values: np.ndarray) -> tuple[float, float]:
        """Of 95 %, of `values` (draws,); draws without a value are left out, NaN where none has one, or of fewer
        pictures than FEWEST."""
        values = values[np.isfinite(values)]
        if not len(values) or self.counts.shape[1] < FEWEST:
            return float("nan"), float("nan")
        low, high = np.percentile(values, INTERVAL)
        return float(low), float(high)


def centred(scores: Tensor) -> np.ndarray:
    """(n, K) float64: `scores` (n, K) minus the mean over the classes of each picture, since what is added to all
    classes changes no answer (softmax is the same). One score alone counts as that of the second of two classes."""
    values = exact(scores.detach()).cpu().numpy()
    values = np.concatenate((-values, values), 1) if values.shape[1] == 1 else values
    return values - values.mean(1, keepdims=True)


def exact(values: Tensor) -> Tensor:
    """In float64, where the device has it; else in main memory."""
    return (values.cpu() if values.device.type == "mps" else values).double()


@dataclass
class ScoreChange:
    """Of each picture (n,): the squared length of what a sieve changes of its centred scores, and 1 where its best
    class becomes another one. Of a sieve with several forms, such as a shift in four directions, the mean over them."""

    squared: np.ndarray
    flipped: np.ndarray

    @classmethod
    def between(cls, base: np.ndarray, behind: Sequence[np.ndarray]) -> ScoreChange:
        """`base` (n, K) centred, `behind` the same behind the sieve, for each of its forms."""
        best = base.argmax(1)
        return cls(
            np.mean([np.square(each - base).sum(1) for each in behind], 0),
            np.mean([each.argmax(1) != best for each in behind], 0),
        )


def spread_of(base: np.ndarray) -> float:
    """mean_n |c(z(x_n)) - mean_m c(z(x_m))|^2 of `base` (n, K) centred; 0 where it is no more than rounding."""
    spread = float(np.square(base - base.mean(0)).sum(1).mean())
    return spread if spread > ROUNDING * float(np.square(base).sum(1).mean()) else 0.0


def score_susceptibility(base: np.ndarray, change: ScoreChange, draws: Draws | None = None) -> Measured:
    """S_T = sqrt(mean_n |c(z(T x_n)) - c(z(x_n))|^2 / mean_n |c(z(x_n)) - mean_m c(z(x_m))|^2), our own definition.

    z are the scores before softmax, c(z) = z minus the mean over the classes, T the sieve: what it changes of the
    scores, as a multiple of how far they differ between pictures anyway. So neither a factor nor a constant on the
    scores matters; a network whose scores behind T are those of an unrelated picture has sqrt(2). `unnormalized` is the
    square root of the numerator. Flips are the complement of the consistency of Zhang, "Making Convolutional Networks
    Shift-Invariant Again", ICML 2019, for any sieve.

    `base` (n, K) centred. NaN where all pictures have the same scores. Without `draws` the interval is the value.
    """
    spread = spread_of(base)
    changed = float(change.squared.mean())
    value = _root_ratio(changed, spread)
    low, high = value, value
    if draws is not None and spread > 0:
        moved = base - base.mean(0)
        spreads = draws.mean(np.square(moved).sum(1)) - np.square(draws.mean(moved)).sum(1)
        low, high = draws.interval(np.sqrt(_ratios(draws.mean(change.squared), spreads, ROUNDING * spread)))
    return Measured(value, low, high, float(np.sqrt(changed)), float(change.flipped.mean()))


@dataclass
class ChannelRows:
    """Of each picture and channel (n, C): the mean over the positions of a map, and the variance over them."""

    mean: np.ndarray
    within: np.ndarray

    @classmethod
    def of(cls, maps: Tensor) -> ChannelRows:
        """`maps` (n, C, ...)."""
        values = exact(maps.detach()).flatten(2) if maps.ndim > 2 else exact(maps.detach())[..., None]
        within, mean = torch.var_mean(values, 2, correction=0)
        return cls(mean.cpu().numpy(), within.cpu().numpy())

    @property
    def variance(self) -> np.ndarray:
        """(C,): over all pictures and positions."""
        with np.errstate(invalid="ignore", over="ignore"):
            return self.within.mean(0) + self.mean.var(0)

    def drawn_variances(self, draws: Draws) -> np.ndarray:
        """(draws, C): the variance in each draw."""
        with np.errstate(invalid="ignore", over="ignore"):
            mean = self.mean - self.mean.mean(0)
            return draws.mean(self.within + np.square(mean)) - np.square(draws.mean(mean))


def channel_squares(maps: Tensor, behind: Tensor) -> np.ndarray:
    """(n, C) float64, of squares in the maps' precision: the mean over the positions of (a(Tx) - a(x))^2.

    `maps` are a(x), `behind` a(Tx), (n, C, ...).

    Positions are compared as they lie: behind a shift, maps that shift with the picture have changed.
    """
    one, other = (each.detach() if each.dtype == torch.float64 else each.detach().float() for each in (maps, behind))
    squares = (other - one).square_()
    if squares.ndim < 3:
        return exact(squares).cpu().numpy()
    squares = squares.flatten(2)
    return (squares.cpu() if squares.device.type == "mps" else squares).mean(2, dtype=torch.float64).cpu().numpy()


def channel_susceptibility(rows: ChannelRows, squares: np.ndarray) -> np.ndarray:
    """(C,): D_T = sqrt(mean (a(Tx) - a(x))^2) / SD(a), our own definition, over all pictures and positions; NaN of dead
    channels, whose variance is below 1e-8. `squares` (n, C) as channel_squares makes them."""
    variance = rows.variance
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(variance >= DEAD, np.sqrt(squares.mean(0) / variance), np.nan)


def layer_susceptibility(
    rows: ChannelRows, squares: np.ndarray, draws: Draws | None = None, variances: np.ndarray | None = None
) -> Measured:
    """sqrt(mean over the living channels of D_T^2); `unnormalized` is the root of the mean squared change itself, over
    all channels. NaN of a layer whose channels are all dead. `variances` are rows.drawn_variances, where known."""
    living = rows.variance >= DEAD
    whole = float(np.sqrt(squares.mean()))
    if not living.any():
        return Measured(float("nan"), float("nan"), float("nan"), whole)
    value = float(np.sqrt(np.mean(squares.mean(0)[living] / rows.variance[living])))
    low, high = value, value
    if draws is not None:
        variances = (rows.drawn_variances(draws) if variances is None else variances)[:, living]
        with np.errstate(invalid="ignore", divide="ignore"):
            ratios = _ratios(draws.mean(squares[:, living]), variances, ROUNDING * rows.variance[living])
            known = np.isfinite(ratios)
            means = np.where(known, ratios, 0.0).sum(1) / known.sum(1)
        low, high = draws.interval(np.sqrt(means))
    return Measured(value, low, high, whole)


def participation_ratio(means: np.ndarray, draws: Draws | None = None) -> Measured | None:
    """(tr C)^2 / tr C^2 of the covariance C of a layer's channels, from 1 to the number of channels: over how many
    directions what they say is spread.

    A sample is a picture: the mean of each channel's map, `means` (n, C). At most n - 1 for n pictures, and too small
    while there are few of them, so compare it at the same number of pictures only. None where nothing varies. Gao et
    al., "A theory of multineuronal dimensionality, dynamics and measurement", bioRxiv 214262 (2017).

    In terms of the Gram matrix G of the centred rows: tr C = tr G / n, tr C^2 = |G|^2 / n^2. Draws have some pictures
    twice and so fewer directions: the interval is as wide as theirs, and moved so that their mean is at the value.
    """
    moved = means - means.mean(0)
    gram, count = moved @ moved.T, len(means)
    squares = float(np.square(gram).sum())
    if squares <= DEAD**2 * count**2:
        return None
    value = float(np.trace(gram) ** 2 / squares)
    low, high = value, value
    if draws is not None:
        own = draws.mean(gram)  # (draws, n): of each picture with the mean of the draw
        centre = np.einsum("dn,dn->d", own, draws.counts) / count
        trace = draws.mean(np.diag(gram)) - centre
        second = np.einsum("dn,dn->d", draws.counts @ np.square(gram), draws.counts) / count**2
        second += np.square(centre) - 2 * np.einsum("dn,dn->d", np.square(own), draws.counts) / count
        drawn = _ratios(np.square(trace), second, ROUNDING * squares / count**2)
        low, high = (value + each - float(np.nanmean(drawn)) for each in draws.interval(drawn))
    return Measured(value, low, high)


def _root_ratio(above: float, below: float) -> float:
    return float(np.sqrt(above / below)) if below > 0 else float("nan")


def _ratios(above: np.ndarray, below: np.ndarray, least: float | np.ndarray) -> np.ndarray:
    """NaN where what is `below` is not more than `least`."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(below > least, above / below, np.nan)
