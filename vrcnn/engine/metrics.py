"""What the results over a set of pictures come to: accuracy, confusions, precision and recall, calibration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vrcnn.engine.results import Results

BINS = 15  # of confidence, as in Guo et al. 2017, "On Calibration of Modern Neural Networks"


@dataclass(frozen=True)
class Summary:
    """Of the pictures whose true class is known; None where there is none.

    Attributes:
        counted: how many those are.
        accuracy: the share whose most likely class is the true one; `top5` that whose true class is among the five
            most likely.
        confidence: the mean probability of the prediction, of all that were judged.
        calibration: the expected calibration error: how far the share of right ones is from the mean confidence, on
            average over bins of confidence, each weighted by its pictures.
    """

    judged: int
    counted: int
    accuracy: float | None
    top5: float | None
    confidence: float | None
    calibration: float | None


@dataclass(frozen=True)
class ClassRow:
    """One class: how many pictures show it, were taken for it, and both; precision and recall, None without any."""

    index: int
    name: str
    pictures: int
    predicted: int
    right: int

    @property
    def precision(self) -> float | None:
        return self.right / self.predicted if self.predicted else None

    @property
    def recall(self) -> float | None:
        return self.right / self.pictures if self.pictures else None


@dataclass(frozen=True)
class Confusion:
    """`count` of the `pictures` that show class `true` were taken for class `predicted`."""

    true: int
    predicted: int
    count: int
    pictures: int


def summary(results: Results) -> Summary:
    """What all of it comes to."""
    judged, counted = results.judged, results.counted
    confidence = float(results.confidence[judged].mean()) if judged.any() else None
    known = int(counted.sum())
    if not known:
        return Summary(int(judged.sum()), 0, None, None, confidence, None)
    right = results.predicted[counted] == results.true[counted]
    among = (results.top[counted] == results.true[counted][:, None]).any(1)
    error = calibration_error(results.confidence[counted], right)
    return Summary(int(judged.sum()), known, float(right.mean()), float(among.mean()), confidence, error)


def calibration_error(confidence: np.ndarray, right: np.ndarray) -> float:
    """The expected calibration error of (n,) probabilities and whether each was right."""
    bins = np.ceil(confidence * BINS).clip(1, BINS).astype(int)
    error = 0.0
    for number in range(1, BINS + 1):
        within = bins == number
        if within.any():
            error += within.mean() * abs(float(right[within].mean()) - float(confidence[within].mean()))
    return float(error)


def class_rows(results: Results) -> list[ClassRow]:
    """The classes that occur, as true ones or as predictions, by index."""
    counted = results.counted
    true, predicted = results.true[counted], results.predicted[counted]
    classes = len(results.names)
    shown, taken = np.bincount(true, minlength=classes), np.bincount(predicted, minlength=classes)
    right = np.bincount(true[true == predicted], minlength=classes)
    occurring = np.flatnonzero((shown > 0) | (taken > 0)).tolist()
    return [
        ClassRow(index, results.names[index], int(shown[index]), int(taken[index]), int(right[index]))
        for index in occurring
    ]


def confusions(results: Results) -> list[Confusion]:
    """Every pair of classes of which one was taken for the other, the most frequent first."""
    return [pair for pair in pairs(results) if pair.true != pair.predicted]


def pairs(results: Results) -> list[Confusion]:
    """Every pair of a true class and a prediction that occurs, the most frequent first."""
    true, predicted, counts, shown = pair_counts(results)
    rows = zip(true.tolist(), predicted.tolist(), counts.tolist(), shown[true].tolist(), strict=True)
    return [Confusion(*row) for row in rows]


def pair_counts(results: Results) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The same as arrays, (pairs,) int64 each: the true class, the predicted one and the count; and (classes,) int64,
    how many pictures show each class."""
    counted = results.counted
    true, predicted = results.true[counted].astype(np.int64), results.predicted[counted]
    classes = max(1, len(results.names))
    counts = np.bincount(true * classes + predicted, minlength=1)
    found = np.flatnonzero(counts)
    order = np.lexsort((found, -counts[found]))
    found = found[order]
    return found // classes, found % classes, counts[found], np.bincount(true, minlength=classes)
