"""What the worker thread tells the main thread of a sieve before the picture: plain data, as in messages.py."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vrcnn.susceptibility.sieve import Sieve


@dataclass(frozen=True)
class ChannelChanges:
    """How much each channel of a layer changes under the sieve.

    `changes` (maps,) float32 is the root of the mean squared change of each map in standard deviations of that channel
    over the reference pictures; NaN of a channel that does not vary (variance below 1e-8). `picture` is the one on the
    easel, None for the example input; `node` is the layer's, as in LayerReady.
    """

    sieve: Sieve
    picture: int | None
    node: int
    changes: np.ndarray


@dataclass(frozen=True)
class CurvePoint:
    """One point of the curve of a kind of sieve: the network's susceptibility to it, over so many pictures.

    `value` is the relative change of the centred scores, `flips` the share of pictures whose best class changes;
    `untrained` is the value of the untrained twin, None as long as it is not known.
    """

    sieve: Sieve
    value: float
    flips: float
    pictures: int
    untrained: float | None = None


@dataclass(frozen=True)
class CurveTold:
    """All points of one kind of sieve that are known so far, by rising amounts, and the kind.

    `skipped` pictures of the set could not be used. `notes` are sentences on the untrained twin, such as why there is
    none.
    """

    kind: str
    points: tuple[CurvePoint, ...]
    skipped: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Flip:
    """A picture of the set whose best class is another behind the sieve: its place in the set, and its name; both
    classes' names and their probabilities before and behind."""

    place: int
    name: str
    before: str
    behind: str
    probability_before: float
    probability_behind: float


@dataclass(frozen=True)
class FlipsTold:
    """What the sieve does to the answers over the set, so far: `flips` of `done` pictures, of `total` in all.

    `flipped_untrained` is how many flip in the untrained twin, None where that is not known. `skipped` of what is
    done could not be used.
    """

    sieve: Sieve
    flips: tuple[Flip, ...]
    done: int
    total: int
    flipped_untrained: int | None = None
    skipped: int = 0


XrayMessage = ChannelChanges | CurveTold | FlipsTold
