"""Gradient ascent: channels rise, whatever the input; the same again from the same seed; stopped and taken up again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
import torch
from small_networks import layers, photos, place_of, seeded, source_of
from torch import Tensor, nn

from vrcnn.featurevis.ascent import Ascent
from vrcnn.featurevis.colours import InputColours
from vrcnn.featurevis.objectives import values
from vrcnn.featurevis.presets import preset
from vrcnn.featurevis.settings import PRESETS, Objective, Settings, Transforms
from vrcnn.featurevis.target import Target
from vrcnn.featurevis.transforms import resized
from vrcnn.network.recorder import Cancelled

SHORT = Settings(steps=12, rate=0.1, deviation=0.1)
MOVED = replace(SHORT, transforms=Transforms(pad=60, jitter=30, rotate=10, scale=(0.9, 1.1), noise=0.02))


class Bench:
    """A small network with a target."""

    def __init__(self, module: nn.Module | None = None, layer: str = "4", size: tuple[int, ...] = (3, 32, 40)) -> None:
        pictures = photos(2) if len(size) == 3 and size[0] in (1, 3) else ()
        self.source, self.full = source_of(seeded(module or layers()), pictures, size)
        self.target = Target(self.source, self.full, place_of(self.full, layer))
        self.colours = InputColours(self.source)

    def ascent(self, settings: Settings, channels: Sequence[int] = (0, 3), start: Tensor | None = None) -> Ascent:
        return Ascent(self.target, channels, settings, self.colours, start)

    def made(self, settings: Settings, channels: Sequence[int] = (0, 3), start: Tensor | None = None) -> Tensor:
        """Pictures at the end of all steps."""
        with self.target.ready():
            ascent = self.ascent(settings, channels, start)
            while not ascent.done:
                ascent.advance()
            return ascent.pictures()

    def reached(self, pictures: Tensor, channels: Sequence[int] = (0, 3), objective: Objective | None = None) -> Tensor:
        with self.target.ready(), torch.no_grad():
            return values(self.target.maps(pictures), channels, objective or Objective())


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench()


def rises(bench: Bench, settings: Settings, channels: Sequence[int] = (0, 1), start: Tensor | None = None) -> None:
    with bench.target.ready():
        before = bench.ascent(settings, channels, start).pictures()
    after = bench.made(settings, channels, start)
    assert after.shape == (len(channels), *bench.target.input_size)
    rise = bench.reached(after, channels, settings.objective) - bench.reached(before, channels, settings.objective)
    assert bool((rise > 0).all()), rise


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_leads_upwards(bench: Bench, name: str):
    settings = replace(preset(name), steps=24)
    start = bench.source.preprocess(bench.source.pictures[0].open())
    rises(bench, settings, (0, 1, 3), start if settings.start == "picture" else None)


@pytest.mark.parametrize("parametrization", ["pixels", "fourier", "maco"])
@pytest.mark.parametrize(
    ("module", "size"),
    [
        (lambda: nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Conv2d(4, 3, 3)), (1, 28, 28)),
        (lambda: nn.Sequential(nn.Conv2d(5, 4, 3), nn.ReLU(), nn.Conv2d(4, 3, 3)), (5, 21, 34)),
        (lambda: nn.Sequential(nn.Conv1d(2, 4, 5), nn.ReLU(), nn.Conv1d(4, 3, 5)), (2, 75)),
        (lambda: nn.Sequential(nn.Conv3d(1, 4, 3), nn.ReLU(), nn.Conv3d(4, 3, 3)), (1, 9, 12, 15)),
    ],
    ids=["grey", "five channels", "signal", "volume"],
)
def test_any_input_will_do(module: Callable[[], nn.Module], size: tuple[int, ...], parametrization: str):
    bench = Bench(module(), "2", size)
    rate = {"pixels": 0.1, "fourier": 0.1, "maco": 0.5}[parametrization]
    rises(bench, replace(MOVED, parametrization=parametrization, rate=rate, steps=20, deviation=0.3))


@pytest.mark.parametrize("kind", ["channel", "neuron", "percentile", "pair", "direction", "dream"])
def test_every_objective_can_be_climbed(bench: Bench, kind: str):
    objective = Objective(kind, partner=2, weights=((0, 1.0), (2, -1.0)))
    rises(bench, replace(SHORT, objective=objective), (0, 1))


def test_classes_can_be_climbed_too():
    rises(Bench(layer="7"), MOVED, (0, 2))


@pytest.mark.parametrize("parametrization", ["pixels", "fourier", "maco"])
def test_the_same_seed_gives_the_same_picture_and_another_another(bench: Bench, parametrization: str):
    settings = replace(MOVED, parametrization=parametrization)
    once, again = bench.made(settings), bench.made(settings)
    assert torch.equal(once, again)
    assert not torch.allclose(once, bench.made(replace(settings, seed=1)), atol=0.01)


def test_who_else_is_in_the_batch_makes_no_difference(bench: Bench):
    assert torch.allclose(bench.made(MOVED, (0, 1, 3))[2], bench.made(MOVED, (3,))[0], atol=1e-2)


@pytest.mark.parametrize("name", PRESETS)
def test_cancelled_steps_are_made_again_as_if_nothing_had_been(bench: Bench, name: str):
    settings = replace(preset(name), steps=6, start="noise")
    with bench.target.ready():
        ascent = bench.ascent(settings)
        for patience in (0, 3, 9, 12) * 2:
            asked = iter(range(10**6))
            before = ascent.pictures()
            step = ascent.step
            try:
                ascent.advance(lambda asked=asked, patience=patience: next(asked) >= patience)
            except Cancelled:
                assert ascent.step == step
                assert torch.equal(ascent.pictures(), before)
        assert ascent.step < ascent.steps
        while not ascent.done:
            ascent.advance()
        assert torch.equal(ascent.pictures(), bench.made(settings))


def test_coarse_stages_come_first_and_the_picture_ends_at_full_size():
    bench = Bench(size=(3, 160, 200))
    settings = replace(MOVED, coarse=((0.2, 0.25), (0.4, 0.25), (0.5, 0.5)))
    with bench.target.ready():
        ascent = bench.ascent(settings)
        sizes = []
        while not ascent.done:
            sizes.append(tuple(ascent.pictures().shape[2:]))
            ascent.advance()
    assert sizes == [(64, 80)] * 3 + [(80, 100)] * 6 + [(160, 200)] * 3


def test_a_network_of_one_size_is_climbed_at_that_alone():
    bench = Bench(nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(4 * 126 * 158, 3)), "2", (3, 128, 160))
    settings = replace(SHORT, coarse=((0.5, 0.5),))
    with bench.target.ready():
        assert bench.ascent(settings, (0, 1)).pictures().shape == (2, 3, 128, 160)
    rises(bench, settings)


def test_a_picture_may_be_larger_than_the_network_reads():
    bench = Bench(nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(4 * 30 * 38, 3)), "2")
    larger = bench.made(replace(SHORT, size=(48, 60)), (0, 1))
    assert larger.shape == (2, 3, 48, 60)
    assert bool((bench.reached(resized(larger, (32, 40)), (0, 1)) > 0.5).all())


@pytest.mark.parametrize("parametrization", ["pixels", "fourier"])
def test_an_ascent_begins_with_the_picture_that_it_is_given(bench: Bench, parametrization: str):
    start = bench.colours.inputs(0.1 + 0.8 * torch.rand(1, 3, 32, 40))[0]
    settings = replace(MOVED, parametrization=parametrization, start="picture")
    with bench.target.ready():
        begun = bench.ascent(settings, (0, 3), start).pictures()
    assert torch.allclose(begun, start.expand(2, -1, -1, -1), atol=0.02)


def test_results_go_on_each_from_its_own(bench: Bench):
    settings = replace(SHORT, start="result")
    first = bench.made(SHORT, (0, 3))
    further = bench.made(settings, (0, 3), first)
    assert bool((bench.reached(further) > bench.reached(first)).all())


def test_a_step_of_the_original_is_as_long_as_it_says(bench: Bench):
    """Without transforms, in its last steps, the picture goes 20 units of the network's input along the gradient."""
    settings = replace(preset("original"), steps=1)
    start = bench.source.preprocess(bench.source.pictures[0].open())
    with bench.target.ready():
        ascent = bench.ascent(settings, (0, 3), start)
        ascent.advance()
        step = ascent.pictures() - start
    assert torch.allclose(step.flatten(1).norm(dim=1), torch.full((2,), 20.0), rtol=1e-3)


def test_the_original_changes_the_picture_itself_but_in_its_last_ten_steps(bench: Bench):
    settings = replace(preset("original"), steps=11, rate=0.0)
    start = bench.source.preprocess(bench.source.pictures[0].open())
    with bench.target.ready():
        ascent = bench.ascent(settings, (0,), start)
        pictures = [ascent.pictures()]
        while not ascent.done:
            ascent.advance()
            pictures.append(ascent.pictures())
    assert not torch.allclose(pictures[1], pictures[0], atol=0.01)
    assert torch.equal(pictures[-1], pictures[1])


def test_smoothness_and_smallness_hold_back(bench: Bench):
    def spread(settings: Settings) -> tuple[float, float]:
        shares = bench.colours.shares(bench.made(settings))
        return float(shares.diff(dim=3).abs().mean()), float((shares - 0.5).square().mean())

    variation, size = spread(SHORT)
    assert spread(replace(SHORT, smooth=0.01))[0] < 0.8 * variation
    assert spread(replace(SHORT, small=0.1))[1] < 0.8 * size


def test_leaky_relus_lead_out_of_where_nothing_else_does():
    dead = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU())
    bench = Bench(dead, "1")
    with torch.no_grad():
        dead[0].bias.fill_(-3.0)  # type: ignore[union-attr,operator]
    assert torch.equal(bench.reached(bench.made(SHORT)), torch.zeros(2))
    assert bool((bench.reached(bench.made(replace(SHORT, leaky=0.01, steps=40))) > 0).all())


def test_variants_of_a_channel_differ(bench: Bench):
    objective = Objective(variants=3, diversity=5.0)
    made = bench.made(replace(SHORT, objective=objective), (3, 3, 3))
    assert not torch.allclose(made[0], made[1], atol=0.1)


def test_crops_are_seen_several_at_a_time(bench: Bench):
    rises(bench, replace(SHORT, transforms=Transforms(crop=(0.5, 0.9), crops=3, noise=0.05, blur=0.5)))
