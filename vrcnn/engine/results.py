"""What a network has said of a whole set of pictures: plain data, picture by picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

TOP = 5  # classes that are kept of each picture


@dataclass(frozen=True)
class Judged:
    """What was found out of some pictures of a set.

    Attributes:
        places: (n,) int64, where in the set they are.
        true: (n,) int32, the class that each shows; -1 where nobody knows it.
        top: (n, T) int32, the most likely classes, the first of them is the prediction; T is 5, or less for fewer.
        scores: (n, T) float64, their probabilities.
        broken: (place, reason) of those that could not be judged; the reason is a clause, such as "is truncated".
    """

    places: np.ndarray
    true: np.ndarray
    top: np.ndarray
    scores: np.ndarray
    broken: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, eq=False)
class Results:
    """All of it so far. Never changed: more of it is another one. Arrays have a row for each of the `total` pictures
    of the set, in its order.

    Attributes:
        names: of the classes, by index.
        how: a sentence that says how the set's labels became classes, or why not.
        labelled: whether the set says of any picture what it shows, in classes of the network.
        true: (total,) int32, -1 where nobody knows it or it was not judged as yet.
        predicted: (total,) int32, -1 where it was not judged as yet, or cannot be.
        top: (total, T) int32; `scores` (total, T) float64, as in Judged; `confidence` is the first of them.
        broken: as in Judged.
        complete: whether nothing is left to be judged.
    """

    names: tuple[str, ...]
    how: str
    labelled: bool
    true: np.ndarray
    predicted: np.ndarray
    top: np.ndarray
    scores: np.ndarray
    broken: tuple[tuple[int, str], ...] = ()
    complete: bool = False

    @classmethod
    def begun(cls, names: Sequence[str], how: str, labelled: bool, total: int) -> Results:
        """Of a set of `total` pictures of which none was judged as yet."""
        most = min(TOP, len(names))
        nobody = np.full(total, -1, np.int32)
        top, scores = np.full((total, most), -1, np.int32), np.zeros((total, most))
        return cls(tuple(names), how, labelled, nobody, nobody.copy(), top, scores)

    @property
    def total(self) -> int:
        return len(self.predicted)

    @property
    def confidence(self) -> np.ndarray:
        """(total,) float64, the probability of the prediction."""
        return self.scores[:, 0]

    @property
    def judged(self) -> np.ndarray:
        """(total,) bool, which pictures have a prediction."""
        return self.predicted >= 0

    @property
    def counted(self) -> np.ndarray:
        """(total,) bool, which of them are known to be right or wrong."""
        return self.judged & (self.true >= 0)

    @property
    def done(self) -> int:
        """How many were judged or cannot be."""
        return int(self.judged.sum()) + len(self.broken)

    def with_judged(self, judged: Judged) -> Results:
        """The same with some more."""
        true, predicted = self.true.copy(), self.predicted.copy()
        top, scores = self.top.copy(), self.scores.copy()
        true[judged.places], predicted[judged.places] = judged.true, judged.top[:, 0]
        top[judged.places], scores[judged.places] = judged.top, judged.scores
        broken = (*self.broken, *judged.broken)
        return replace(self, true=true, predicted=predicted, top=top, scores=scores, broken=broken)
