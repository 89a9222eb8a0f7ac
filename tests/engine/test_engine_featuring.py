"""Feature visualizations by a real worker on small networks: what it sends, what interrupts it, what it survives."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from featuring import LONG, QUICK, SOON, Slow, made, make, place, until
from tiny_networks import SIZE, Moody, Tiny, Watched, arena_of, noise, of_kind, picture, source
from torch import Tensor, nn

from vrcnn.engine.messages import (
    FeatureMade,
    FeatureProgress,
    FeaturesFailed,
    FeaturesForming,
    FeatureSights,
    GraphChanged,
    JobDone,
    JobStarted,
    PictureMade,
)


class Detached(nn.Module):
    """Behind its first layer no gradient comes through."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 4, 1), nn.Conv2d(4, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.second(torch.round(self.first(x)).detach())


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VRCNN_CACHE", str(tmp_path / "cache"))
    torch.set_num_threads(1)
    return tmp_path / "cache"


def test_channels_form_and_are_made_with_their_baselines_and_the_pictures_that_they_answer_to():
    with Watched(source(Tiny().eval(), noise(1), noise(2), noise(3))) as watched:
        make(watched, "stem.0", 0, 3, 5, sights=True)
        arrived = watched.rest()
        forming = of_kind(arrived, FeaturesForming)
        assert forming[0].channels == (0, 3, 5)
        assert forming[0].pixels.shape == (3, *SIZE[1:], 3)
        assert forming[0].step == 1
        found = made(watched)
        assert sorted(found) == [0, 3, 5]
        for message in found.values():
            visualization = message.visualization
            assert not message.cached
            assert visualization.baseline.pictures == 3
            assert visualization.activation > visualization.start
            assert message.sights[0][0].name.startswith("noise")
            assert max(message.sights[0][1].shape[:2]) <= 128
            assert message.sights[0][0].value == pytest.approx(visualization.baseline.best)
        last = of_kind(arrived, FeatureProgress)[-1]
        assert (last.done, last.total, last.running, last.paused) == (3, 3, False, False)
        assert last.stored > 0


def test_the_network_is_left_as_it_was():
    module = Tiny().train()
    before = {name: value.clone() for name, value in module.state_dict().items()}
    with Watched(source(module, noise(1))) as watched:
        make(watched, "last", 0, 1)
        watched.rest()
    assert len(made(watched)) == 2
    assert all(each.training for each in module.modules())
    assert all(parameter.requires_grad and parameter.grad is None for parameter in module.parameters())
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())


def test_what_was_made_in_an_earlier_session_is_there_at_once_and_anew_is_made_anew():
    network = source(Tiny().eval(), noise(1))
    with Watched(network) as watched:
        make(watched, "conv", 0, 1)
        watched.rest()
        first = made(watched)
    with Watched(network) as watched:
        make(watched, "conv", 1, 2)
        watched.rest()
        second = made(watched)
        assert {channel: message.cached for channel, message in second.items()} == {1: True, 2: False}
        assert np.array_equal(second[1].visualization.pixels, first[1].visualization.pixels)
        watched.arrived.clear()
        make(watched, "conv", 1, anew=True)
        watched.rest()
        assert not made(watched)[1].cached
    other = Tiny().eval()
    with torch.no_grad():
        other.conv.weight.mul_(1.5)
    with Watched(source(other, noise(1))) as watched:
        make(watched, "conv", 1)
        watched.rest()
        assert not made(watched)[1].cached, "another network's is never taken for this one's"


def test_a_wall_is_filled_from_the_disk_without_making_anything_and_its_pictures_follow():
    network = source(Tiny().eval(), noise(1), noise(2))
    with Watched(network) as watched:
        make(watched, "conv", 0, 1)
        watched.rest()
    with Watched(network) as watched:
        watched.worker.features.load([(place(watched, "conv"), range(8))], QUICK, sights=True)
        watched.rest()
        assert sorted(made(watched)) == [0, 1]
        sights = of_kind(watched.arrived, FeatureSights)
        assert [message.channel for message in sights] == [0, 1]
        assert all(len(message.sights) == 2 for message in sights)
        assert not of_kind(watched.arrived, FeaturesForming)


def test_a_picture_on_the_easel_interrupts_an_ascent_which_goes_on_to_the_same_result():
    undisturbed = Watched(source(Slow(0.0), noise(1), noise(2)))
    with undisturbed as watched:
        make(watched, "layers.9", 0, 1)
        watched.rest()
        expected = made(watched)
    module = Slow(0.0)
    with Watched(source(module, noise(1), noise(2))) as watched:
        module.seconds = 0.02
        make(watched, "layers.9", 0, 1, anew=True)
        until(watched, FeaturesForming)
        for number in range(3):
            watched.arrived.clear()
            watched.worker.run_picture(number % 2)
            assert until(watched, JobStarted) < SOON
            watched.until(lambda: bool(of_kind(watched.arrived, JobDone)))
            arena_of(watched.arrived).release()
        watched.rest()
        found = made(watched)
    for channel, message in expected.items():
        assert np.array_equal(found[channel].visualization.pixels, message.visualization.pixels)
        assert found[channel].visualization.activation == message.visualization.activation


def test_giving_up_and_pausing_are_answered_at_once_in_the_middle_of_a_slow_step():
    module = Slow(0.0)
    with Watched(source(module)) as watched:
        module.seconds = 0.05
        make(watched, "layers.9", 0, settings=LONG)
        until(watched, FeaturesForming)
        watched.arrived.clear()
        watched.worker.features.hold(True)
        assert until(watched, FeatureProgress, lambda: of_kind(watched.arrived, FeatureProgress)[-1].paused) < SOON
        started = time.perf_counter()
        watched.rest()
        assert time.perf_counter() - started < SOON, "the thread itself stops as well"
        watched.worker.features.hold(False)
        until(watched, FeaturesForming)
        watched.arrived.clear()
        watched.worker.features.drop()
        watched.until(lambda: any(told.total == 0 for told in of_kind(watched.arrived, FeatureProgress)))
        started = time.perf_counter()
        watched.rest()
        assert time.perf_counter() - started < SOON
        given_up = next(number for number, told in enumerate(watched.arrived) if getattr(told, "total", 1) == 0)
        assert not of_kind(watched.arrived[given_up:], FeaturesForming)


def test_closing_ends_an_ascent_soon():
    module = Slow(0.0)
    watched = Watched(source(module))
    module.seconds = 0.05
    make(watched, "layers.9", 0, settings=LONG)
    until(watched, FeaturesForming)
    started = time.perf_counter()
    watched.worker.close(timeout=20)
    assert time.perf_counter() - started < SOON


def test_looking_elsewhere_is_followed_and_what_was_begun_is_finished_later():
    with Watched(source(Tiny().eval(), noise(1))) as watched:
        first, second = place(watched, "conv"), place(watched, "stem.0")
        settings = replace(QUICK, steps=400)
        watched.worker.features.make([(first, (0,)), (second, (0,))], settings, False, False)
        until(watched, FeaturesForming)
        watched.worker.features.look_first([(second.tensor, None)])
        watched.rest()
        assert [message.visualization.place for message in of_kind(watched.arrived, FeatureMade)] == [second, first]


def test_a_layer_that_no_gradient_reaches_fails_with_a_sentence_and_the_others_go_on():
    with Watched(source(Detached(), noise(1))) as watched:
        watched.worker.features.make(
            [(place(watched, "second"), range(4)), (place(watched, "first"), range(2))], QUICK, False, False
        )
        watched.rest()
        (failed,) = of_kind(watched.arrived, FeaturesFailed)
        assert failed.place.name == "second"
        assert failed.channels == (0, 1, 2, 3)
        assert "second" in failed.headline
        assert "\n" not in failed.headline
        assert sorted(made(watched)) == [0, 1]
        assert of_kind(watched.arrived, FeatureProgress)[-1].failed == 4
        assert of_kind(watched.run(0), JobDone)


def test_with_too_little_memory_fewer_channels_ascend_together():
    class Greedy(nn.Module):
        largest = 0

        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 8, 3)

        def forward(self, x: Tensor) -> Tensor:
            if len(x) > 2 and x.requires_grad:
                raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes")
            if x.requires_grad:
                type(self).largest = max(self.largest, len(x))
            return self.conv(x)

    with Watched(source(Greedy(), noise(1))) as watched:
        make(watched, "conv", *range(8))
        watched.rest()
        assert sorted(made(watched)) == [*range(8)]
        assert Greedy.largest == 2
        assert not of_kind(watched.arrived, FeaturesFailed)


def test_without_any_memory_it_is_told_and_the_worker_lives():
    class Greedy(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 8, 3)

        def forward(self, x: Tensor) -> Tensor:
            if x.requires_grad:
                raise RuntimeError("CUDA out of memory. Tried to allocate 9 bytes")
            return self.conv(x)

    with Watched(source(Greedy(), noise(1))) as watched:
        make(watched, "conv", *range(8))
        watched.rest()
        (failed,) = of_kind(watched.arrived, FeaturesFailed)
        assert failed.headline.startswith("There is not enough memory to visualize conv")
        assert failed.channels == tuple(range(8))
        assert of_kind(watched.run(0), JobDone)


def test_a_full_disk_is_told_once_and_visualizations_are_made_all_the_same(cache: Path):
    cache.write_text("a file where the folder should be")
    with Watched(source(Tiny().eval(), noise(1))) as watched:
        make(watched, "conv", 0, 1, 2)
        watched.rest()
        assert sorted(made(watched)) == [0, 1, 2]
        (failed,) = of_kind(watched.arrived, FeaturesFailed)
        assert (failed.place, failed.channels) == (None, ())
        assert "not kept" in failed.detail
        watched.worker.take_feature("mouse", place(watched, "conv"), 1)
        watched.rest()
        assert of_kind(watched.arrived, PictureMade), "its numbers are in memory"


def test_a_pass_on_another_way_ends_what_was_being_made_of_the_former_one():
    with Watched(source(Moody(), picture(128), picture(190))) as watched:
        make(watched, "head", 0, settings=LONG)
        until(watched, FeaturesForming)
        watched.run(0)
        assert of_kind(watched.arrived, GraphChanged)
        assert "another way" in of_kind(watched.arrived, FeaturesFailed)[0].headline
        assert of_kind(watched.arrived, FeatureProgress)[-1].total == 0
        assert not watched.worker.busy


def test_two_networks_make_theirs_in_turn_and_a_picture_of_the_other_one_does_not_wait_for_a_step():
    slow, quick = Slow(0.0), Tiny().eval()
    with Watched(source(slow)) as first, Watched(source(quick, noise(1))) as second:
        slow.seconds = 0.05
        make(first, "layers.9", 0, settings=LONG)
        until(first, FeaturesForming)
        started = time.perf_counter()
        assert of_kind(second.run(0), JobDone)
        assert time.perf_counter() - started < SOON
        make(second, "conv", 0)
        second.rest()
        assert sorted(made(second)) == [0]
        first.arrived.clear()
        until(first, FeaturesForming)


def test_deleting_takes_them_off_the_disk(cache: Path):
    with Watched(source(Tiny().eval(), noise(1))) as watched:
        make(watched, "conv", 0, 1)
        watched.rest()
        assert len(list(cache.rglob("*.png"))) == 2
        watched.worker.forget_features()
        watched.rest()
        assert not list(cache.rglob("*.png"))
        assert of_kind(watched.arrived, FeatureProgress)[-1].stored == 0
        watched.arrived.clear()
        make(watched, "conv", 0)
        watched.rest()
        assert not made(watched)[0].cached
