"""The formulas against loops that are written as the formulas are read, and their bootstrap against many samples."""

import numpy as np
import pytest
import torch

from vrcnn.susceptibility.formulas import (
    ChannelRows,
    Draws,
    ScoreChange,
    centred,
    channel_squares,
    channel_susceptibility,
    layer_susceptibility,
    participation_ratio,
    score_susceptibility,
)

CHANCE = np.random.default_rng(4)


def measured(base, *behind, draws=None):
    before = centred(torch.from_numpy(base))
    change = ScoreChange.between(before, [centred(torch.from_numpy(each)) for each in behind])
    return score_susceptibility(before, change, draws)


def test_the_change_of_scores_is_that_of_plain_loops():
    base, behind = CHANCE.normal(size=(9, 4)), CHANCE.normal(size=(9, 4))

    def middle(scores):
        return [value - sum(scores) / len(scores) for value in scores]

    change = spread = flips = 0.0
    means = [sum(middle(row)[k] for row in base) / 9 for k in range(4)]
    for one, other in zip(base, behind, strict=True):
        change += sum((b - a) ** 2 for a, b in zip(middle(one), middle(other), strict=True))
        spread += sum((a - m) ** 2 for a, m in zip(middle(one), means, strict=True))
        flips += int(np.argmax(one) != np.argmax(other))
    found = measured(base, behind)
    assert found.value == pytest.approx((change / spread) ** 0.5, rel=1e-12)
    assert found.unnormalized == pytest.approx((change / 9) ** 0.5, rel=1e-12)
    assert found.flips == pytest.approx(flips / 9)


def test_a_factor_or_a_constant_on_the_scores_changes_nothing():
    base, behind = CHANCE.normal(size=(20, 5)), CHANCE.normal(size=(20, 5))
    draws = Draws.of(20)
    known = measured(base, behind, draws=draws)
    other = measured(7 * base + 100, 7 * behind + 100, draws=draws)
    assert (other.value, other.low, other.high) == pytest.approx((known.value, known.low, known.high), rel=1e-9)
    assert other.flips == known.flips
    assert other.unnormalized == pytest.approx(7 * known.unnormalized)


def test_several_forms_of_a_sieve_count_as_their_mean():
    base, one, two = (CHANCE.normal(size=(12, 3)) for _ in range(3))
    both, first, second = measured(base, one, two), measured(base, one), measured(base, two)
    assert both.value**2 == pytest.approx((first.value**2 + second.value**2) / 2)
    assert both.flips == pytest.approx((first.flips + second.flips) / 2)


def test_one_score_is_that_of_the_second_of_two_classes():
    base, behind = np.array([[2.0], [-1.0]]), np.array([[1.0], [1.0]])
    found = measured(base, behind)
    assert found.flips == 0.5
    assert found.value == pytest.approx(measured(np.hstack((-base, base)), np.hstack((-behind, behind))).value)


def test_scores_that_never_differ_have_no_susceptibility():
    even = np.ones((5, 3))
    assert np.isnan(measured(even, even, draws=Draws.of(5)).value)
    chance = np.random.default_rng(2)
    same = np.repeat(chance.normal(size=(1, 4)), 37, 0)
    for rounding in (0.0, 1e-7):  # of the mean alone, and of the network in batches of other sizes
        near = same + rounding * chance.normal(size=same.shape)
        found = measured(near, np.roll(same, 1, 1), draws=Draws.of(37))
        assert np.isnan([found.value, found.low, found.high]).all()
        assert found.unnormalized > 0


@pytest.mark.parametrize("space", [(), (6,), (4, 5), (2, 3, 4)])
def test_the_change_of_channels_is_that_of_plain_loops(space):
    maps, behind = (CHANCE.normal(size=(7, 3, *space)) for _ in range(2))
    maps[:, 1] = behind[:, 1] = 0.5  # a dead one
    rows = ChannelRows.of(torch.from_numpy(maps))
    squares = channel_squares(torch.from_numpy(maps), torch.from_numpy(behind))
    each = channel_susceptibility(rows, squares)
    expected = [np.sqrt(np.mean((behind[:, c] - maps[:, c]) ** 2)) / np.std(maps[:, c]) for c in (0, 2)]
    assert each[[0, 2]] == pytest.approx(expected, rel=1e-12)
    assert np.isnan(each[1])
    whole = layer_susceptibility(rows, squares)
    assert whole.value == pytest.approx(np.sqrt(np.mean(np.square(expected))), rel=1e-12)
    assert whole.unnormalized == pytest.approx(np.sqrt(np.mean((behind - maps) ** 2)), rel=1e-12)


def test_a_layer_of_dead_channels_has_no_susceptibility():
    rows = ChannelRows.of(torch.zeros(4, 2, 3, 3))
    assert np.isnan(layer_susceptibility(rows, np.zeros((4, 2)), Draws.of(4)).value)
    assert participation_ratio(rows.mean) is None


def test_the_participation_ratio_is_that_of_the_eigenvalues():
    means = CHANCE.normal(size=(40, 6)) * [5, 3, 1, 1, 0.1, 0]
    values = np.linalg.eigvalsh(np.cov(means.T))
    assert participation_ratio(means).value == pytest.approx(values.sum() ** 2 / np.square(values).sum(), rel=1e-9)
    one = np.outer(CHANCE.normal(size=40), np.ones(6))
    assert participation_ratio(one).value == pytest.approx(1)


def test_each_draw_is_what_the_measure_is_on_the_pictures_in_it():
    base, behind = CHANCE.normal(size=(15, 4)), CHANCE.normal(size=(15, 4))
    means = CHANCE.normal(size=(15, 5))
    draws = Draws.of(15, seed=3, draws=50)
    rows, squares = ChannelRows(means, np.square(CHANCE.normal(size=(15, 5)))), np.square(means[:, ::-1])
    found: dict[str, list[float]] = {"scores": [], "participation": [], "layer": []}
    for counts in draws.counts.astype(int):
        chosen = np.repeat(np.arange(15), counts)
        found["scores"].append(measured(base[chosen], behind[chosen]).value)
        found["participation"].append(participation_ratio(means[chosen]).value)
        part = ChannelRows(rows.mean[chosen], rows.within[chosen])
        found["layer"].append(layer_susceptibility(part, squares[chosen]).value)
    made = {
        "scores": measured(base, behind, draws=draws),
        "participation": participation_ratio(means, draws),
        "layer": layer_susceptibility(rows, squares, draws),
    }
    for name, values in found.items():
        moved = made[name].value - np.mean(values) if name == "participation" else 0.0
        expected = tuple(np.percentile(values, (2.5, 97.5)) + moved)
        assert (made[name].low, made[name].high) == pytest.approx(expected, rel=1e-9), name


@pytest.mark.parametrize("places", [[0] * 4 + [1], [0] * 9 + [1]])
def test_draws_of_one_picture_alone_do_not_widen_an_interval(places):
    chance = np.random.default_rng(1)
    base, behind = chance.normal(size=(3, 10))[places], chance.normal(size=(3, 10))[places]
    rows, draws = ChannelRows(base, np.zeros_like(base)), Draws.of(len(places))
    alone = np.array([len({places[each] for each in np.flatnonzero(counts)}) == 1 for counts in draws.counts])
    assert alone.sum() > 50
    several = Draws(draws.counts[~alone])
    scores, change = base - base.mean(1, keepdims=True), behind - base
    change = ScoreChange(np.square(change).sum(1), np.zeros(len(places)))
    squares = np.square(behind - base)
    for measure in (
        lambda drawn: score_susceptibility(scores, change, drawn),
        lambda drawn: layer_susceptibility(rows, squares, drawn),
        lambda drawn: participation_ratio(base, drawn),
    ):
        found, expected = measure(draws), measure(several)
        assert (found.low, found.high) == pytest.approx((expected.low, expected.high), rel=1e-9)


def test_few_pictures_have_a_value_and_no_interval():
    chance = np.random.default_rng(2)
    base, behind = chance.normal(size=(2, 5, 3))
    known = [np.isfinite(measured(base[:n], behind[:n], draws=Draws.of(n)).low) for n in (2, 4, 5)]
    assert known == [False, False, True]
    assert np.isfinite(measured(base[:2], behind[:2], draws=Draws.of(2)).value)


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    held = 0
    for trial in range(200):
        chance = np.random.default_rng(trial)
        base = chance.normal(size=(100, 3))
        found = measured(base, base + 0.5 * chance.normal(size=(100, 3)), draws=Draws.of(100, trial, 300))
        held += found.low <= 0.5 <= found.high
    assert 175 <= held <= 198  # of 200 at 95 %
