"""Statistics over networks against brute force and known values."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest

from vrcnn.study import statistics
from vrcnn.study.statistics import (
    Spread,
    auc,
    auc_interval,
    permutation,
    ranks,
    spearman,
    spearman_interval,
    spread,
)


def brute_auc(positive, negative):
    return np.mean([(one > other) + 0.5 * (one == other) for one in positive for other in negative])


def test_equal_values_share_the_mean_of_their_ranks():
    assert ranks([3, 1, 3, 2]).tolist() == [3.5, 1, 3.5, 2]


@pytest.mark.parametrize("seed", range(4))
def test_the_auc_counts_pairs(seed):
    chance = np.random.default_rng(seed)
    positive, negative = chance.integers(0, 6, 7), chance.integers(0, 6, 5)
    assert auc(positive, negative) == pytest.approx(brute_auc(positive, negative))
    assert auc(positive, negative) + auc(negative, positive) == pytest.approx(1)
    assert math.isnan(auc([], negative))


@pytest.mark.parametrize("seed", range(3))
def test_the_permutation_p_value_looks_at_every_division(seed):
    chance = np.random.default_rng(seed)
    positive, negative = chance.integers(2, 9, 4).tolist(), chance.integers(0, 7, 3).tolist()
    joint = [*positive, *negative]
    seen = abs(brute_auc(positive, negative) - 0.5)
    far = []
    for way in combinations(range(7), 4):
        rest = [joint[place] for place in range(7) if place not in way]
        far.append(abs(brute_auc([joint[place] for place in way], rest) - 0.5) >= seen - 1e-9)
    found = permutation(positive, negative)
    assert found.exact
    assert found.p == pytest.approx(np.mean(far))


def test_three_against_three_cannot_be_surer_than_one_in_ten():
    found = permutation([4, 5, 6], [1, 2, 3])
    assert found.p == pytest.approx(0.1)
    assert found.least == pytest.approx(0.1)
    assert permutation([], [1]) is None


def test_of_too_many_divisions_some_are_drawn(monkeypatch):
    exact = permutation([3, 5, 6, 7], [1, 2, 4, 4.5])
    monkeypatch.setattr(statistics, "COUNTED", 10)
    drawn = permutation([3, 5, 6, 7], [1, 2, 4, 4.5])
    assert not drawn.exact
    assert drawn.p == pytest.approx(exact.p, abs=0.02)


def test_networks_are_drawn_anew_within_their_mode():
    apart = auc_interval([[5, 6, 7], [8, 9]], [[1, 2], [3, 4]], seed=1, draws=200)
    assert (apart.value, apart.low, apart.high) == (1, 1, 1)
    mixed = auc_interval([[5, 1, 7]], [[4, 2, 3]], seed=1, draws=500)
    assert mixed.value == pytest.approx(brute_auc([5, 1, 7], [4, 2, 3]))
    assert mixed.low < mixed.value < mixed.high <= 1
    again = auc_interval([[5, 1, 7]], [[4, 2, 3]], seed=1, draws=500)
    assert again == mixed
    # Each mode keeps as many networks as it has: with one in each, nothing can be drawn.
    single = auc_interval([[5]], [[1]])
    assert single.value == 1
    assert math.isnan(single.low)


def test_the_interval_of_an_auc_covers_the_truth_as_often_as_it_says():
    chance, truth, covered = np.random.default_rng(3), 0.7602, 0  # of normals one deviation apart: Phi(1 / sqrt 2)
    for trial in range(40):
        found = auc_interval([chance.normal(1, 1, 25)], [chance.normal(0, 1, 25)], seed=trial, draws=150)
        covered += found.low <= truth <= found.high
    assert covered >= 33


def test_spearman_of_known_values():
    assert spearman([1, 2, 3, 4], [10, 20, 30, 1000]) == pytest.approx(1)
    assert spearman([1, 2, 3, 4], [4, 3, 2, 1]) == pytest.approx(-1)
    # The classic example of IQ and hours of television: -29 / 165.
    hours = [7, 0, 27, 50, 28, 29, 20, 12, 6, 17]
    assert spearman([106, 86, 100, 101, 99, 103, 97, 113, 112, 110], hours) == pytest.approx(-29 / 165)
    assert math.isnan(spearman([1, 1, 1], [1, 2, 3]))
    assert math.isnan(spearman([1, 2], [1, 2]))


def test_the_interval_of_spearman_holds_its_value():
    pairs = [[(0.1, 1), (0.2, 3), (0.3, 2)], [(0.8, 5), (0.9, 4), (0.7, 7)]]
    found = spearman_interval(pairs, draws=300)
    assert found.value == pytest.approx(spearman([0.1, 0.2, 0.3, 0.8, 0.9, 0.7], [1, 3, 2, 5, 4, 7]))
    assert -1 <= found.low < found.value < found.high <= 1
    assert math.isnan(spearman_interval([]).value)


def test_the_interval_of_spearman_is_that_of_networks_drawn_one_by_one():
    pairs = [[(0.1, 1), (0.2, 3), (0.3, 2), (0.3, 3)], [(0.8, 5), (0.9, 4), (0.2, 7)]]
    found = spearman_interval(pairs, seed=4, draws=300)
    chance = np.random.default_rng(4)
    counts = np.concatenate([chance.multinomial(len(mode), [1 / len(mode)] * len(mode), 300) for mode in pairs], axis=1)
    joint = np.array([pair for mode in pairs for pair in mode])
    drawn = [spearman(*np.repeat(joint, own, axis=0).T) for own in counts]
    assert (found.low, found.high) == pytest.approx(tuple(np.nanpercentile(drawn, [2.5, 97.5])))


def test_a_spread_is_mean_and_range():
    assert spread([1, 2, 6]) == Spread(3, 1, 6, 3)
    assert spread([]) is None
