"""Channels become visualizations: what does not rise is tried another way, and said to have failed if it never does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from small_networks import layers, photos, place_of, seeded, source_of
from torch import Tensor, nn

from vrcnn.featurevis.colours import InputColours
from vrcnn.featurevis.making import STUCK, Making
from vrcnn.featurevis.natural import NaturalAnswers
from vrcnn.featurevis.presets import preset
from vrcnn.featurevis.results import Baseline, Visualization
from vrcnn.featurevis.settings import Objective, Settings
from vrcnn.featurevis.target import Target
from vrcnn.network.recorder import Cancelled, never

FAST = replace(preset("lucent"), steps=24, coarse=((0.5, 0.5),))
Made = dict[int, tuple[Visualization, Tensor]]


class Bench:
    """A network, one of its layers, and what is made of its channels."""

    def __init__(self, module: nn.Module, layer: str) -> None:
        self.module = module
        self.source, self.full = source_of(module, photos(5))
        self.place = place_of(self.full, layer)
        self.target = Target(self.source, self.full, self.place)
        self.colours = InputColours(self.source)
        self.advanced = 0

    def baselines(self) -> dict[int, Baseline]:
        answers = NaturalAnswers(self.source, self.full, [self.place])
        while not answers.finished:
            answers.advance()
        known = ((channel, answers.baseline(self.place, channel)) for channel in range(self.target.channels))
        return {channel: baseline for channel, baseline in known if baseline is not None}

    def making(self, channels: list[int], settings: Settings = FAST, **more: object) -> Making:
        return Making(self.target, channels, settings, self.colours, **more)  # type: ignore[arg-type]

    def make(self, channels: list[int], settings: Settings = FAST, cancelled=never, **more: object) -> Made:
        made: Made = {}
        with self.target.ready():
            making = self.making(channels, settings, **more)
            while not making.done:
                try:
                    self.advanced += 1
                    making.advance(cancelled)
                except Cancelled:
                    pass
                for visualization, values in making.finished():
                    made[visualization.channel] = visualization, values
        assert sorted(made) == sorted(channels)
        return made

    def reached(self, values: Tensor, channel: int) -> float:
        """The channel's mean on a picture (C, H, W), by running the layers before it one after the other."""
        maps = values[None]
        with torch.no_grad():
            for name, layer in self.module.named_children():
                maps = layer(maps.clone())
                if name == self.place.name:
                    break
        return float(maps[0, channel].mean())


@pytest.fixture
def bench() -> Bench:
    return Bench(seeded(layers()), "4")


def test_channels_rise_and_say_by_how_much(bench: Bench):
    known = bench.baselines()
    settings = replace(FAST, steps=64)
    for channel, (visualization, values) in bench.make([0, 1, 2, 3, 4], settings, baselines=known).items():
        assert visualization.outcome == "risen"
        assert visualization.attempts == ("as asked",)
        assert visualization.settings == settings
        assert visualization.place == bench.place
        assert visualization.baseline == known[channel]
        assert visualization.score is not None
        assert visualization.score > 0.5
        assert visualization.pixels.shape == (32, 40, 3)
        assert visualization.seconds > 0
        assert values.shape == (3, 32, 40)
        assert visualization.activation == pytest.approx(bench.reached(values, channel), rel=1e-4)
        assert np.array_equal(bench.colours.pixels(values[None])[0], visualization.pixels)


def dead() -> nn.Sequential:
    module = seeded(layers())
    with torch.no_grad():
        module[4].weight[3], module[4].bias[3] = 0, 0.25
    return module


@pytest.mark.parametrize("with_natural", [True, False])
def test_a_dead_channel_fails_and_says_so(with_natural: bool):
    bench = Bench(dead(), "4")
    known = bench.baselines() if with_natural else None
    made = bench.make([2, 3], baselines=known)
    visualization, _ = made[3]
    assert visualization.outcome == "failed"
    assert visualization.activation == visualization.start == 0.25
    assert visualization.score is None
    assert len(visualization.attempts) == 3
    assert "leaky ReLUs" in visualization.attempts[1]
    assert "natural spectrum" in visualization.attempts[2]
    assert made[2][0].outcome == "risen"


def test_nothing_is_spent_on_what_nothing_leads_upwards(bench: Bench):
    steps = replace(FAST, steps=200)
    bench = Bench(dead(), "4")
    bench.make([3], steps)
    assert bench.advanced == 3 * STUCK


class Asleep(nn.Module):
    """Its first channel is off until a picture is far from grey; the second is an ordinary one."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 2, 5, padding=2)
        self.off = nn.ReLU()
        seeded(self)
        with torch.no_grad():
            self.first.bias.copy_(torch.tensor([-1.0, 0.1]))

    def forward(self, x: Tensor) -> Tensor:
        return self.off(self.first(x))


def test_what_is_off_at_the_start_rises_with_leaky_relus():
    bench = Bench(Asleep(), "off")
    made = bench.make([0, 1])
    visualization, values = made[0]
    assert visualization.outcome == "retried"
    assert visualization.attempts == ("as asked", "again, from stronger noise, with leaky ReLUs")
    assert visualization.settings == replace(FAST, leaky=0.1, seed=1, deviation=0.1)
    assert visualization.activation > 0
    with torch.no_grad():
        assert visualization.activation == pytest.approx(float(bench.module(values[None])[0, 0].mean()), rel=1e-4)
    assert made[1][0].outcome == "risen"
    assert bench.make([0], replace(FAST, leaky=0.1))[0][0].outcome == "risen"


class Overflowing(nn.Module):
    """The first channel is no number any more above a limit, and the second is never one."""

    def __init__(self, limit: float) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 3, 3, padding=1)
        self.limit = limit
        seeded(self)

    def forward(self, x: Tensor) -> Tensor:
        maps = self.first(x)
        allowed = torch.tensor([self.limit, -1e9, 1e9]).view(3, 1, 1)
        return torch.where(maps.mean((2, 3), keepdim=True) > allowed, torch.nan, maps)


def test_numbers_that_are_not_finite_reset_their_channel_alone():
    bench = Bench(Overflowing(0.4), "where")
    made = bench.make([0, 1, 2])
    alone = bench.make([2])[2]
    assert made[2][0].outcome == "risen"
    assert made[2][0].attempts == ("as asked",)
    assert made[2][0].activation == pytest.approx(alone[0].activation, rel=1e-4)
    limited = made[0][0]
    assert limited.outcome == "retried"
    assert "half the rate" in limited.attempts[1]
    assert limited.settings.rate < FAST.rate
    assert limited.start < limited.activation <= 0.4
    never_a_number = made[1][0]
    assert never_a_number.outcome == "failed"
    assert np.isnan(never_a_number.activation)
    assert torch.isfinite(made[1][1]).all()


class Hiccup(nn.Module):
    """Its fifth forward gives a picture of the batch numbers that are not finite."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 2, 3, padding=1)
        self.passes = -100
        seeded(self)

    def forward(self, x: Tensor) -> Tensor:
        maps = self.first(x)
        self.passes += 1
        spoilt = torch.zeros(len(maps), 1, 1, 1)
        spoilt[-1] = float("inf") if self.passes == 5 else 0
        return maps + spoilt


def test_a_channel_that_was_reset_rises_at_half_the_rate():
    module = Hiccup()
    bench = Bench(module, "add")
    assert bench.target.batches
    module.passes = 0
    made = bench.make([0, 1])
    visualization = made[1][0]
    assert made[0][0].attempts == ("as asked",)
    assert visualization.outcome == "retried"
    assert visualization.attempts[1].startswith("again, from another start at half the rate")
    assert visualization.settings == replace(FAST, rate=FAST.rate / 2, seed=100)


@pytest.mark.parametrize("name", ["fast", "maco", "original"])
def test_cancelling_changes_nothing(name: str):
    settings = replace(preset(name), steps=12)
    start = torch.randn(3, 32, 40, generator=torch.Generator().manual_seed(1))
    once = Bench(dead(), "3").make([0, 1, 5], settings, start=start)
    chance = np.random.default_rng(0)
    bench = Bench(dead(), "3")
    again = bench.make([0, 1, 5], settings, cancelled=lambda: chance.random() < 0.1, start=start)
    assert bench.advanced > 2 * settings.steps
    for channel, (visualization, values) in once.items():
        assert torch.equal(again[channel][1], values)
        assert again[channel][0].attempts == visualization.attempts
        assert again[channel][0].activation == visualization.activation


def test_who_else_is_in_the_batch_makes_no_difference():
    module = Asleep()
    together = Bench(module, "off").make([0, 1])
    for channel in (0, 1):
        alone = Bench(module, "off").make([channel])[channel]
        assert alone[0].attempts == together[channel][0].attempts
        assert alone[0].activation == pytest.approx(together[channel][0].activation, rel=1e-3)


def test_so_many_ascend_at_a_time_and_retries_share_a_batch():
    bench = Bench(dead(), "4")
    with bench.target.ready():
        making = bench.making([0, 3, 1, 2], together=2)
        shown, shares = [], []
        while not making.done:
            making.advance()
            channels, pixels, step, steps = making.forming()
            shares.append(making.share)
            assert pixels.shape[0] == len(channels) <= 2
            assert 0 <= step <= steps == FAST.steps
            if channels and (not shown or shown[-1] != channels):
                shown.append(channels)
    assert shown[:3] == [(0, 3), (0,), (1, 2)]
    assert set(shown[3:]) == {(3,)}
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_pictures_that_form_are_small():
    bench = Bench(seeded(nn.Sequential(nn.Conv2d(3, 2, 3))), "0")
    with bench.target.ready():
        making = bench.making([0, 1], replace(FAST, size=(300, 200), coarse=()))
        making.advance()
        channels, pixels, step, steps = making.forming()
    assert (channels, pixels.shape, pixels.dtype) == ((0, 1), (2, 128, 85, 3), np.uint8)
    assert (step, steps) == (1, FAST.steps)


def test_a_result_is_refined_from_where_it_was(bench: Bench):
    before = bench.make([0, 1])
    start = torch.stack([before[channel][1] for channel in (0, 1)])
    refined = bench.make([0, 1], replace(FAST, start="result"), start=start)
    for channel in (0, 1):
        visualization = refined[channel][0]
        assert visualization.outcome == "risen"
        assert visualization.start == pytest.approx(before[channel][0].activation, rel=0.05)
        assert visualization.activation >= visualization.start


def test_a_dead_channel_fails_also_when_it_is_refined():
    bench = Bench(dead(), "4")
    start = bench.make([3])[3][1]
    assert bench.make([3], replace(FAST, start="result"), start=start)[3][0].outcome == "failed"


def test_without_a_picture_to_start_from_it_says_noise(bench: Bench):
    settings = replace(FAST, start="picture")
    assert bench.make([0], settings)[0][0].settings.start == "noise"
    picture = torch.zeros(3, 32, 40)
    assert bench.make([0], settings, start=picture)[0][0].settings.start == "picture"


def test_variants_are_shown_side_by_side(bench: Bench):
    settings = replace(FAST, objective=Objective(variants=3))
    visualization, values = bench.make([1, 2], settings)[2]
    assert visualization.pixels.shape == (64, 80, 3)
    assert not visualization.pixels[32:, 40:].any()
    assert visualization.pixels[32:, :40].any()
    parts = [visualization.pixels[:32, :40], visualization.pixels[:32, 40:], visualization.pixels[32:, :40]]
    assert any(np.array_equal(bench.colours.pixels(values[None])[0], part) for part in parts)
    assert bench.reached(values, 2) > visualization.activation > visualization.start
