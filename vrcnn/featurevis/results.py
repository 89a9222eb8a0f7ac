"""What comes of a feature visualization: plain data, numpy at most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vrcnn.featurevis.settings import Settings

OUTCOMES = ("risen", "retried", "failed")


@dataclass(frozen=True)
class Place:
    """A layer whose channels are meant: the `name` of the shown node, and which tensor of the full graph it shows.

    A node's `members[-1]` is that tensor, so that the same one is meant in every scope.
    """

    name: str
    tensor: int


@dataclass(frozen=True)
class Baseline:
    """What the objective is on natural pictures: of the `best` one and on `average`; `pictures` counts them."""

    best: float
    average: float
    pictures: int


@dataclass(frozen=True)
class Visualization:
    """What a channel looks for.

    Attributes:
        place: the layer; `channel` the number of its map.
        settings: how it was made, with what the last attempt had changed.
        pixels: (H, W, 3) uint8, sRGB; of an input with other than 1 or 3 channels what is shown of it.
        activation: the objective on the whole picture, without transforms or noise, through the network as it is.
        start: the same of the picture that the ascent began with.
        baseline: the same of natural pictures; None where there are none.
        outcome: one of OUTCOMES: "risen" at first; "retried", by another way; "failed", the channel never rose.
        attempts: how it was tried, a few words each, in order.
        seconds: of computing for this channel, all attempts together.
    """

    place: Place
    channel: int
    settings: Settings
    pixels: np.ndarray
    activation: float
    start: float
    baseline: Baseline | None
    outcome: str
    attempts: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def score(self) -> float | None:
        """1 is what the best natural picture reaches, 0 what they reach on average; None without any."""
        known = self.baseline
        if known is None or known.best <= known.average:
            return None
        return (self.activation - known.average) / (known.best - known.average)


@dataclass(frozen=True)
class Sight:
    """One of the natural pictures that a channel answers to most.

    `picture` is its number in the set, `name` what it is called, `value` the objective on it; `box` (left, top, right,
    bottom, px of the network's input) is what the map's largest value depends on; None where that is not known.
    """

    picture: int
    name: str
    value: float
    box: tuple[int, int, int, int] | None
