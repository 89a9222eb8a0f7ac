"""Pictures that a worker makes: visualizations that come back as input, noise, and where an ascent starts from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from featuring import QUICK, Slow, made, make, place, until
from PIL import Image
from tiny_networks import SIZE, Tiny, Watched, arena_of, noise, of_kind, picture, source
from torch import Tensor

from vrcnn.engine.messages import FeaturesForming, JobDone, MapsComplete, PictureMade
from vrcnn.engine.shelf import addition
from vrcnn.network.arrays import TENSOR


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VRCNN_CACHE", str(tmp_path / "cache"))
    torch.set_num_threads(1)
    return tmp_path / "cache"


def test_a_visualization_gives_its_own_network_exactly_what_it_was_made_with():
    network = source(Tiny().eval(), noise(1))
    with Watched(network) as watched:
        make(watched, "conv", 2)
        watched.rest()
        watched.worker.take_feature("right", place(watched, "conv"), 2)
        watched.rest()
        (taken,) = of_kind(watched.arrived, PictureMade)
        assert (taken.hand, taken.name) == ("right", "conv, channel 2")
        assert taken.values.shape == SIZE
        visualization = made(watched)[2].visualization
        assert np.array_equal(taken.pixels[..., :3], visualization.pixels)
        watched.worker.add_picture(1, taken, watched.worker)
        assert watched.worker.reads(1)
        assert not watched.worker.reads(2)
        seen: list[Tensor] = []
        watched.worker._source.module.stem[0].register_forward_pre_hook(lambda _, given: seen.append(given[0].clone()))
        assert of_kind(watched.run(1), JobDone)
        assert torch.equal(seen[-1][0], torch.from_numpy(taken.values))
        with torch.no_grad():
            y = network.module.stem(seen[-1])
            assert float(network.module.conv(y)[0, 2].mean()) == pytest.approx(visualization.activation, rel=1e-4)


def test_another_network_is_given_what_it_looks_like_or_the_same_where_it_prepares_pictures_alike():
    made_here = PictureMade("mouse", "it", np.zeros((9, 9, 4), np.uint8), np.full((3, 9, 9), 0.25, np.float32))
    own, alike = source(Tiny()), source(Slow(0.0))
    other = replace(source(Tiny()), input_size=(3, 16, 16))
    signals = replace(source(Tiny()), input_size=(2, 100))
    nothing = replace(source(Tiny()), slot=None)
    assert TENSOR in addition(made_here, own, alike).open().info
    shown = addition(made_here, own, other).open()
    assert isinstance(shown, Image.Image)
    assert TENSOR not in shown.info
    assert addition(made_here, own, signals) is None
    assert addition(made_here, own, nothing) is None


@pytest.mark.parametrize("kind", ["gaussian", "uniform", "natural"])
def test_noise_is_made_for_the_networks_input(kind: str):
    with Watched(source(Tiny(), noise(1))) as watched:
        watched.worker.take_noise("left", kind)
        watched.worker.take_noise("left", kind)
        watched.rest()
        first, second = of_kind(watched.arrived, PictureMade)
        assert first.values.shape == SIZE
        assert first.name != second.name
        assert not np.array_equal(first.values, second.values)
        assert 0 <= first.values.min() < 0.35
        assert 0.65 < first.values.max() <= 1


def test_it_can_start_from_the_picture_on_the_easel_and_from_the_result_of_before():
    with Watched(source(Tiny().eval(), picture(200), noise(2))) as watched:
        watched.run(0)
        still = replace(QUICK, steps=1, rate=1e-6, parametrization="pixels", decorrelated=False)
        make(watched, "conv", 0, settings=replace(still, start="picture"))
        watched.rest()
        assert made(watched)[0].visualization.pixels.mean() == pytest.approx(200, abs=3)
        make(watched, "conv", 0, settings=QUICK)
        watched.rest()
        before = made(watched)[0].visualization
        make(watched, "conv", 0, settings=replace(QUICK, start="result", seed=9))
        watched.rest()
        after = made(watched)[0].visualization
        assert after.start == pytest.approx(before.activation, rel=0.2)
        assert after.activation > before.activation


def test_a_picture_that_leaves_the_easel_meanwhile_is_what_it_was_made_from_all_the_same():
    network = source(Tiny().eval(), picture(200), noise(2))
    settings = replace(QUICK, start="picture", steps=60)
    with Watched(network) as watched:
        arena_of(watched.run(0)).release()
        make(watched, "conv", 0, settings=settings)
        until(watched, FeaturesForming)
        watched.worker.run_picture(1)
        watched.rest()
        first = made(watched)[0]
        of_kind(watched.arrived, MapsComplete)[-1].arena.release()
        watched.arrived.clear()
        make(watched, "conv", 0, settings=settings)
        watched.rest()
        assert not made(watched)[0].cached, "it was made from another one"
        watched.run(0)
        make(watched, "conv", 0, settings=settings)
        watched.rest()
        again = made(watched)[0]
        assert again.cached
        assert np.array_equal(again.visualization.pixels, first.visualization.pixels)
