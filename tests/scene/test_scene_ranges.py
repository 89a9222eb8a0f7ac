"""What the ends of the colours stand for, against numpy."""

import numpy as np
import pytest

from vrcnn.scene.colouring import Colouring
from vrcnn.scene.ranges import SMALLEST, ends_of

RNG = np.random.default_rng(2)
SAMPLES = np.stack([RNG.normal(size=2048) * 3 + 1, np.maximum(RNG.normal(size=2048), 0), RNG.exponential(size=2048)])
SAMPLES = SAMPLES.astype(np.float32)
EXTREMES = np.array([(-20, 30), (0, 9), (0, 40)], np.float32)


@pytest.mark.parametrize("percentile", [50.0, 75.0, 99.5, 99.9])
def test_the_ends_are_percentiles_of_the_layer(percentile):
    colouring = Colouring("percentile", percentile)
    lower, upper = ends_of(SAMPLES, EXTREMES, colouring, diverging=False).T
    beyond = (1 - percentile / 100) / 2
    np.testing.assert_allclose(upper, np.quantile(SAMPLES, 1 - beyond, axis=1, method="higher"))
    np.testing.assert_allclose(lower, np.quantile(SAMPLES, beyond, axis=1, method="lower"))
    lower, upper = ends_of(SAMPLES, EXTREMES, colouring, diverging=True).T
    np.testing.assert_allclose(upper, np.quantile(np.abs(SAMPLES), percentile / 100, axis=1, method="higher"))
    assert (lower == -upper).all()


def test_the_layer_s_range_is_its_995th_permille_and_everything_ends_at_the_extremes():
    for diverging in (False, True):
        usual = ends_of(SAMPLES, EXTREMES, Colouring(), diverging)
        assert (usual == ends_of(SAMPLES, EXTREMES, Colouring("percentile", 99.5), diverging)).all()
    assert (ends_of(SAMPLES, EXTREMES, Colouring("percentile", 100.0), diverging=False) == EXTREMES).all()
    assert ends_of(SAMPLES, EXTREMES, Colouring("percentile", 100.0), diverging=True)[:, 1].tolist() == [30, 9, 40]


def test_a_fixed_range_is_the_same_for_all_layers():
    ends = ends_of(SAMPLES, EXTREMES, Colouring("fixed", fixed=0.25), diverging=True)
    assert ends.tolist() == [[-0.25, 0.25]] * 3


def test_a_layer_that_is_almost_silent_ends_at_its_extremes():
    samples, extremes = np.zeros((2, 2048), np.float32), np.array([(-3, 0), (0, 0)], np.float32)
    assert ends_of(samples, extremes, Colouring(), diverging=True)[0].tolist() == [-3, 3]
    assert ends_of(samples, extremes, Colouring(), diverging=False)[0].tolist() == [-3, 0]
    lower, upper = ends_of(samples, extremes, Colouring(), diverging=True)[1].tolist()
    assert upper == -lower == pytest.approx(SMALLEST)


@pytest.mark.parametrize("diverging", [False, True])
def test_values_that_are_not_finite_do_not_count(diverging):
    broken = SAMPLES.copy()
    broken[0, 5::9], broken[1, 5::9], broken[2, 5::9] = np.nan, np.inf, -np.inf
    given = broken.copy()
    np.testing.assert_allclose(
        ends_of(broken, EXTREMES, Colouring("percentile", 90.0), diverging),
        ends_of(SAMPLES, EXTREMES, Colouring("percentile", 90.0), diverging),
        atol=0.7,
    )
    np.testing.assert_array_equal(broken, given)
    silent = np.full((1, 64), np.nan, np.float32)
    assert np.isfinite(ends_of(silent, np.zeros((1, 2), np.float32), Colouring(), diverging)).all()
