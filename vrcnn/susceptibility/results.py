"""What is found of a network's susceptibility, as plain data that goes into JSON and comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

HEADLINE = ("shift:1", "low-pass:0.18", "windows:2")
CURVE = (0.06, 0.12, 0.18, 0.25, 0.35)  # cycles per pixel


@dataclass(frozen=True)
class Measured:
    """One number and what stands beside it.

    Attributes:
        value: the measure itself.
        low, high: its bootstrap interval of 95 % over the pictures.
        unnormalized: the change itself, before it is divided by what it is compared with; None where there is none.
        flips: share of the pictures (0 to 1) whose best class becomes another; None where there are no classes.
    """

    value: float
    low: float
    high: float
    unnormalized: float | None = None
    flips: float | None = None


@dataclass(frozen=True)
class LayerMeasures:
    """Of one layer.

    Attributes:
        name: as the walls have it.
        channels: how many, and `dead` how many of them vary by less than 1e-8.
        measures: by the sieves' texts; the root of the mean squared change of its channels, each in its own standard
            deviations.
        participation: the participation ratio of its channels' covariance, at least 1 and at most `channels`.
        each: by the sieves' texts, the change of each channel (channels,); NaN of a dead one.
    """

    name: str
    channels: int
    dead: int
    measures: Mapping[str, Measured]
    participation: Measured | None
    each: Mapping[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class Ablation:
    """What happens to answers when channels of a layer are silenced: the half that a sieve changes most, the half that
    it changes least, and random halves.

    Attributes:
        layer, sieve: which, and by what.
        kept: by "most", "least", "random": share of the pictures (0 to 1) whose best class stays the same; of "random"
            the mean over `draws` halves.
        right: the same for the share that is answered as it was trained, where labels are known; "all" with all
            channels.
        draws: how many random halves.
        pictures: which they are: "held out", "taught right", "memorized"; "" for those of the measures.
    """

    layer: str
    sieve: str
    kept: Mapping[str, float]
    right: Mapping[str, float] = field(default_factory=dict)
    draws: int = 0
    pictures: str = ""


@dataclass(frozen=True)
class Susceptibility:
    """All that was measured of one network on one set of pictures.

    Attributes:
        network: its name; `pictures` how many; `classes` of its scores, 0 where it has none.
        measures: by the sieves' texts, of the network's scores; empty where it has none. "shift:1" is over all four
            directions.
        layers: in the order of the computation.
        ablations: with what is named there.
        accuracy: by name ("train", "test", "pictures"), 0 to 1, where known.
        untrained: the same of the network's untrained twin, measured on the same pictures; None where there is none.
        settings: seeds and whatever else decided it.
        notes: sentences on what could not be measured, and why.
    """

    network: str
    pictures: int
    classes: int
    measures: Mapping[str, Measured]
    layers: tuple[LayerMeasures, ...] = ()
    ablations: tuple[Ablation, ...] = ()
    accuracy: Mapping[str, float] = field(default_factory=dict)
    untrained: Susceptibility | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
