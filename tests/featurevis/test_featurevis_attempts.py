"""What is tried after what, and which numbers say that a channel has risen."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from vrcnn.featurevis.attempts import RESETS, Attempt, has_risen, next_way, reset
from vrcnn.featurevis.presets import preset
from vrcnn.featurevis.results import Baseline
from vrcnn.featurevis.settings import PRESETS, Objective, Settings


def ways(settings: Settings, asleep: bool = True) -> list[Attempt]:
    found: list[Attempt] = []
    attempt: Attempt | None = Attempt(settings)
    while attempt is not None:
        found.append(attempt)
        attempt = next_way(settings, attempt, asleep)
    return found


@pytest.mark.parametrize("name", PRESETS)
def test_three_ways_that_differ(name: str):
    asked = replace(preset(name), steps=77, size=(96, 64), objective=Objective("neuron"), seed=5)
    first, second, third = ways(asked)
    assert first.settings == asked
    assert second.settings.parametrization == asked.parametrization
    assert third.settings.parametrization != asked.parametrization
    assert tuple(way.settings.leaky for way in (first, second, third)) == (asked.leaky, 0.1, 0.3)
    assert tuple(way.settings.seed for way in (first, second, third)) == (5, 6, 7)
    assert len({way.words for way in (first, second, third)}) == 3
    for way in (second, third):
        assert "leaky" in way.words
        assert (way.settings.steps, way.settings.size) == (77, (96, 64))
        assert (way.settings.objective, way.settings.start) == (asked.objective, asked.start)


def test_the_other_way_climbs_at_its_own_rate():
    third = ways(preset("fast"))[2].settings
    assert (third.preset, third.rate, third.transforms) == ("maco", preset("maco").rate, preset("maco").transforms)
    third = ways(preset("maco"))[2].settings
    assert (third.preset, third.rate) == ("lucent", preset("lucent").rate)


def test_noise_is_stronger_where_it_can_be():
    second = ways(preset("lucent"))[1]
    assert second.settings.deviation == 10 * preset("lucent").deviation
    assert "stronger noise" in second.words
    for asked in (preset("maco"), replace(preset("lucent"), deviation=0.5)):
        second = ways(asked)[1]
        assert second.settings.deviation == asked.deviation
        assert "other noise" in second.words
    assert "noise" not in ways(replace(preset("lucent"), start="picture"))[1].words


def test_the_other_way_leaks_only_where_nothing_led_upwards():
    asked = preset("maco")
    third = ways(asked, asleep=False)[2]
    assert third.settings.leaky == asked.leaky < ways(asked, asleep=True)[2].settings.leaky
    assert third.words == "again, as a sum of waves"


def test_leaky_relus_that_were_asked_for_stay():
    assert [way.settings.leaky for way in ways(replace(preset("fast"), leaky=0.5))] == [0.5, 0.5, 0.5]


def test_a_reset_halves_the_rate_and_has_an_end():
    attempt: Attempt | None = Attempt(preset("fast"))
    rates, seeds = [], set()
    while attempt is not None:
        rates.append(attempt.settings.rate)
        seeds.add(attempt.settings.seed)
        attempt = reset(attempt)
    assert rates == [preset("fast").rate / 2**times for times in range(RESETS + 1)]
    assert len(seeds) == RESETS + 1


@pytest.mark.parametrize(
    ("activation", "start", "baseline", "contrast", "risen"),
    [
        (3.0, 0.0, Baseline(2.0, 1.0, 9), 0.2, True),
        (3.0, 0.0, Baseline(2.0, 1.0, 9), 0.01, False),  # grey
        (0.9, 0.0, Baseline(2.0, 1.0, 9), 0.2, False),  # natural pictures do better on average
        (3.01, 3.0, Baseline(2.0, 1.0, 9), 0.2, False),  # as good at the start
        (3.06, 3.0, Baseline(2.0, 1.0, 9), 0.2, True),
        (0.0, 0.0, Baseline(0.0, 0.0, 9), 0.2, False),
        (0.1, 0.0, Baseline(0.0, 0.0, 9), 0.2, True),  # off for all of the pictures
        (0.0, 0.0, None, 0.2, False),
        (0.1, 0.0, None, 0.2, True),
        (-2.0, -2.01, None, 0.2, False),
        (-1.0, -2.0, None, 0.2, True),
        (math.nan, 0.0, None, 0.2, False),
        (math.inf, 0.0, None, 0.2, False),
    ],
)
def test_what_counts_as_risen(activation: float, start: float, baseline: Baseline | None, contrast: float, risen: bool):
    assert has_risen(activation, start, baseline, contrast) == risen
