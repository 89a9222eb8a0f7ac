"""Accuracy, confusions, precision, recall and calibration equal what plain loops over the pictures count."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from vrcnn.engine.metrics import BINS, calibration_error, class_rows, confusions, pairs, summary
from vrcnn.engine.results import Judged, Results

NAMES = tuple(f"kind {number}" for number in range(9))


def made(count: int = 400, classes: int = 9) -> Results:
    """Of random scores; every tenth picture is of nobody knows what, and every thirtieth could not be judged."""
    random = np.random.default_rng(1)
    scores = torch.from_numpy(random.normal(size=(count, classes)) * 2).softmax(1)
    best = scores.topk(5)
    true = random.integers(0, classes - 1, count).astype(np.int32)  # the last class does not occur
    true[::10] = -1
    kept = np.flatnonzero(np.arange(count) % 30 != 7)
    results = Results.begun(NAMES[:classes], "", True, count)
    judged = Judged(kept, true[kept], best.indices.numpy().astype(np.int32)[kept], best.values.numpy()[kept])
    return results.with_judged(judged)


def counted(results: Results) -> list[int]:
    return [place for place in range(results.total) if results.predicted[place] >= 0 and results.true[place] >= 0]


def test_accuracy_and_confidence_are_those_of_a_plain_loop():
    results = made()
    places, total = counted(results), summary(results)
    true, predicted = torch.from_numpy(results.true[places]), torch.from_numpy(results.predicted[places])
    assert total.counted == len(places)
    assert total.accuracy == pytest.approx(float((true == predicted).double().mean()), abs=1e-12)
    assert total.top5 == sum(results.true[place] in results.top[place].tolist() for place in places) / len(places)
    everything = [place for place in range(results.total) if results.predicted[place] >= 0]
    assert total.judged == len(everything)
    assert total.confidence == pytest.approx(sum(results.scores[place][0] for place in everything) / len(everything))


def test_precision_and_recall_are_those_of_a_plain_loop():
    results = made()
    places = counted(results)
    rows = {row.index: row for row in class_rows(results)}
    assert sum(row.pictures for row in rows.values()) == sum(row.predicted for row in rows.values()) == len(places)
    for index, row in rows.items():
        shown = [place for place in places if results.true[place] == index]
        taken = [place for place in places if results.predicted[place] == index]
        right = len(set(shown) & set(taken))
        assert (row.name, row.pictures, row.predicted, row.right) == (NAMES[index], len(shown), len(taken), right)
        assert row.recall == (right / len(shown) if shown else None)
        assert row.precision == (right / len(taken) if taken else None)


def test_the_confusions_are_those_of_a_plain_loop_the_worst_first():
    results = made()
    places = counted(results)
    matrix = np.zeros((9, 9), int)
    for place in places:
        matrix[results.true[place], results.predicted[place]] += 1
    found = pairs(results)
    assert {(pair.true, pair.predicted): pair.count for pair in found} == {
        (true, predicted): matrix[true, predicted] for true, predicted in np.argwhere(matrix).tolist()
    }
    assert all(pair.pictures == matrix[pair.true].sum() for pair in found)
    worst = confusions(results)
    assert all(pair.true != pair.predicted for pair in worst)
    assert [pair.count for pair in worst] == sorted((pair.count for pair in worst), reverse=True)


def test_the_calibration_error_is_that_of_a_plain_loop():
    random = np.random.default_rng(4)
    confidence = random.random(500)
    right = random.random(500) < confidence**2
    expected = 0.0
    for number in range(BINS):
        low, high = number / BINS, (number + 1) / BINS
        within = [i for i in range(500) if low < confidence[i] <= high]
        if within:
            share = sum(bool(right[i]) for i in within) / len(within)
            mean = sum(confidence[i] for i in within) / len(within)
            expected += len(within) / 500 * abs(share - mean)
    assert calibration_error(confidence, right) == pytest.approx(expected, abs=1e-12)
    assert calibration_error(np.ones(4), np.ones(4, bool)) == 0.0


def test_nothing_is_made_up_where_nothing_is_known():
    nothing = Results.begun(NAMES, "", False, 5)
    total = summary(nothing)
    assert (total.judged, total.accuracy, total.top5, total.confidence, total.calibration) == (
        0,
        None,
        None,
        None,
        None,
    )
    assert class_rows(nothing) == []
    assert pairs(nothing) == []
