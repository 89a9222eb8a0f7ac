"""The worker with real networks, the real tracer and the real recorder: what it sends, and what it survives."""

import threading
import time

import numpy as np
import pytest
import torch
from tiny_networks import (
    SIZE,
    Gated,
    Moody,
    Tiny,
    Watched,
    arena_of,
    broken,
    maps,
    noise,
    nonfinite,
    of_kind,
    picture,
    source,
)
from torch import nn

from vrcnn.engine.messages import (
    GraphChanged,
    JobDone,
    JobFailed,
    JobProgress,
    JobStarted,
    LayerReady,
    MapsComplete,
    PictureLoaded,
    PicturesSkipped,
    Predicted,
)
from vrcnn.engine.worker import Worker
from vrcnn.network.failure import ForwardError


def test_the_messages_of_a_picture_come_in_the_order_of_the_work():
    with Watched(source(Tiny(), noise(1))) as watched:
        arrived = watched.run(0)
        kinds = [type(message) for message in arrived]
        assert arrived[0] == JobStarted(1, "Running noise 1")
        assert kinds[-3:] == [Predicted, MapsComplete, JobDone]
        assert set(kinds[1:-3]) == {LayerReady, JobProgress}
        ready = [message.node for message in of_kind(arrived, LayerReady)]
        assert ready == sorted(watched.worker.plan.spans)
        progress = [(message.done, message.total) for message in of_kind(arrived, JobProgress)]
        assert progress == sorted(progress)
        assert progress[-1] == (len(ready), len(ready))


def test_the_maps_are_what_the_layers_give_in_a_plain_forward():
    module = Tiny().eval()
    network = source(module, noise(1))
    seen = {}
    for name in ("pool", "last", "head"):
        getattr(module, name).register_forward_hook(lambda _, __, output, name=name: seen.update({name: output}))
    with Watched(network) as watched:
        arena = arena_of(watched.run(0))
        got = {name: maps(arena, watched.worker, name).copy() for name in ("pool", "last", "head")}
        stem = maps(arena, watched.worker, "stem.0").copy()
        means = maps(arena, watched.worker, "stem.0", level=-1)
    arguments, _ = network.inputs_of(network.pictures[0].open())
    with torch.no_grad():
        module(*arguments)
        expected_stem = module.stem(*arguments)[0].numpy()
    for name, output in seen.items():
        np.testing.assert_allclose(got[name], output[0].reshape(got[name].shape).numpy(), rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(stem, expected_stem, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(means.ravel(), expected_stem.mean((1, 2)), rtol=1e-2, atol=1e-3)


def test_the_answer_is_that_of_the_network_under_its_labels():
    labels = tuple(f"label {index}" for index in range(12))
    network = source(Tiny().eval(), noise(1), labels=labels)
    with Watched(network) as watched:
        (predicted,) = of_kind(watched.run(0), Predicted)
    with torch.no_grad():
        probabilities = torch.softmax(network.module(*network.inputs_of(network.pictures[0].open())[0])[0], 0)
    assert predicted.picture == 0
    assert predicted.scores[0].label == labels[int(probabilities.argmax())]
    assert predicted.scores[0].probability == pytest.approx(float(probabilities.max()), rel=1e-4)
    assert len(predicted.scores) == 10


def test_the_network_is_left_in_training_mode_without_hooks_and_with_its_statistics():
    module = Tiny().train()
    before = {name: value.clone() for name, value in module.state_dict().items()}
    with Watched(source(module, noise(1))) as watched:
        assert of_kind(watched.run(0), JobDone)
    assert all(each.training for each in module.modules())
    assert not any(each._forward_hooks or each._forward_pre_hooks for each in module.modules())
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())


def test_a_newer_picture_supersedes_the_one_that_runs():
    module = Gated()
    with Watched(source(module, noise(1), noise(2), noise(3))) as watched:
        module.gate.clear()
        module.arrived.clear()
        superseded = watched.worker.run_picture(0)
        assert module.arrived.wait(10)
        forgotten = watched.worker.run_picture(1)
        last = watched.worker.run_picture(2)
        module.gate.set()
        arrived = watched.rest()
    ended = [message.job for message in arrived if isinstance(message, (Predicted, MapsComplete, JobDone, JobFailed))]
    assert ended == [last] * 3
    assert [message.job for message in of_kind(arrived, JobStarted)] == [superseded, last]
    assert forgotten not in {getattr(message, "job", None) for message in arrived}
    assert of_kind(arrived, MapsComplete)[0].picture == 2


def test_a_picture_that_is_stopped_ends_at_its_next_layer_and_the_next_one_runs():
    module = Gated()
    with Watched(source(module, noise(1), noise(2))) as watched:
        module.gate.clear()
        module.arrived.clear()
        stopped = watched.worker.run_picture(0)
        assert module.arrived.wait(10)
        nothing = watched.worker.stop()
        module.gate.set()
        arrived = watched.rest()
        assert nothing == stopped + 1
        assert {type(message) for message in arrived} <= {JobStarted, JobProgress, LayerReady}
        assert {message.job for message in arrived} == {stopped}
        watched.arrived.clear()
        assert [message.picture for message in of_kind(watched.run(1), Predicted)] == [1]


def test_a_cancelled_picture_gives_its_arena_back():
    module = Gated()
    with Watched(source(module, noise(1), noise(2))) as watched:
        for _ in range(4):
            module.gate.clear()
            module.arrived.clear()
            watched.worker.run_picture(0)
            assert module.arrived.wait(10)
            watched.worker.run_picture(1)
            module.gate.set()
            arena_of(watched.rest()).release()
            watched.arrived.clear()


def test_a_third_picture_waits_until_the_receiver_releases_an_arena():
    with Watched(source(Tiny(), noise(1))) as watched:
        first, second = arena_of(watched.run(0)), arena_of(watched.run(0))
        assert first is not second
        watched.arrived.clear()
        watched.worker.run_picture(0)
        time.sleep(0.1)
        assert watched.worker.busy
        watched.arrived += watched.worker.messages()
        assert [type(message) for message in watched.arrived] == [JobStarted]
        first.release()
        assert arena_of(watched.rest()) is first


def test_a_forward_that_fails_is_told_with_its_layer_and_the_next_picture_works():
    with Watched(source(Moody(), picture(255), picture(190))) as watched:
        (failed,) = of_kind(watched.run(0), JobFailed)
        assert "narrow" in failed.headline
        assert failed.detail
        assert of_kind(watched.run(1), JobDone)


def test_the_failing_layer_is_found_on_its_wall():
    class Picky(Tiny):
        def forward(self, x):
            self.pool.kernel_size = 2 if float(x.mean()) < 0.9 else 99
            return super().forward(x)

    with Watched(source(Picky(), picture(255), picture(190))) as watched:
        (failed,) = of_kind(watched.run(0), JobFailed)
        assert "pool" in failed.headline
        assert watched.worker.graph.nodes[failed.node].name == "pool"
        assert of_kind(watched.run(1), JobDone)


def test_nan_is_counted_where_it_appears_and_the_worker_goes_on():
    class Overflowing(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.second = nn.Conv2d(3, 4, 1), nn.Conv2d(4, 4, 1)
            self.head = nn.Linear(4, 3)

        def forward(self, x):
            y = torch.log(self.first(x).abs() * 0 + (x.mean() - 0.3))
            return self.head(self.second(y).mean((2, 3)))

    with Watched(source(Overflowing(), picture(10), picture(190))) as watched:
        arrived = watched.run(0)
        counts = nonfinite(arrived, watched.worker)
        arena_of(arrived).release()
        assert counts["input"] == 0
        assert counts["second"] == 4 * SIZE[1] * SIZE[2]
        assert counts["head"] == 3
        assert of_kind(arrived, Predicted)[0].scores == ()
        arrived = watched.run(1)
        assert of_kind(arrived, JobDone)
        assert set(nonfinite(arrived, watched.worker).values()) == {0}


def test_a_pass_on_another_way_is_captured_anew():
    with Watched(source(Moody(), picture(128), picture(190))) as watched:
        before = watched.worker.graph
        arrived = watched.run(0)
        (changed,) = of_kind(arrived, GraphChanged)
        assert "extra" in {node.name for node in changed.graph.nodes} - {node.name for node in before.nodes}
        assert watched.worker.graph is changed.graph
        after = arrived[arrived.index(changed) :]
        assert {message.node for message in of_kind(after, LayerReady)} == set(changed.plan.spans)
        assert arena_of(after).plan is changed.plan
        assert [type(message) for message in arrived[-3:]] == [Predicted, MapsComplete, JobDone]


def test_a_network_that_never_takes_the_same_way_twice_is_given_up_with_a_sentence():
    class Restless(Tiny):
        calls = 0

        def forward(self, x):
            type(self).calls += 1
            for _ in range(self.calls):
                x = torch.relu(x)
            return super().forward(x)

    with Watched(source(Restless(), noise(1))) as watched:
        arrived = watched.run(0)
        assert "Restless takes another way" in of_kind(arrived, JobFailed)[0].headline
        assert not of_kind(arrived, JobDone)


def test_a_preprocessing_that_fails_becomes_a_message():
    network = source(Tiny(), noise(1))

    def preprocess(image):
        raise KeyError("no such crop")

    network.preprocess = preprocess
    with Watched(network) as watched:
        (failed,) = of_kind(watched.run(0), JobFailed)
        assert failed.headline == "noise 1 could not be run: KeyError: 'no such crop'"
        assert "preprocess" in failed.detail


def test_an_arena_that_does_not_fit_into_memory_becomes_a_message(monkeypatch):
    def full(*_):
        raise MemoryError

    with Watched(source(Tiny(), noise(1))) as watched:
        monkeypatch.setattr("vrcnn.engine.arena.np.empty", full)
        (failed,) = of_kind(watched.run(0), JobFailed)
        monkeypatch.undo()
        assert "not enough memory" in failed.headline
        assert of_kind(watched.run(0), JobDone)


def test_running_a_broken_picture_says_what_is_wrong_with_it():
    with Watched(source(Tiny(), noise(1), broken("is truncated"))) as watched:
        (failed,) = of_kind(watched.run(1), JobFailed)
        assert failed.headline == "broken.jpg is truncated."


def test_a_network_without_pictures_runs_its_example_input():
    with Watched(source(Tiny())) as watched:
        arrived = watched.run(0)
        assert arrived[0] == JobStarted(1, "Running the example input")
        assert of_kind(arrived, JobDone)


def test_a_forward_that_fails_on_the_example_is_told_before_anything_starts():
    network = source(Moody(), picture(190))
    network.arguments = (torch.ones(1, *SIZE),)
    with pytest.raises(ForwardError, match="narrow"):
        Worker(network).prepare()


def test_the_shelf_is_decoded_in_order_and_what_is_broken_is_counted_at_the_end():
    with Watched(source(Tiny(), noise(1), broken("is truncated"), noise(2), broken("is empty"))) as watched:
        watched.worker.load_pictures()
        arrived = watched.rest()
    assert [message.picture for message in of_kind(arrived, PictureLoaded)] == [0, 2]
    assert of_kind(arrived, PictureLoaded)[0].name == "noise 1"
    assert of_kind(arrived, PictureLoaded)[0].pixels.shape == (30, 40, 4)
    assert arrived[-1] == PicturesSkipped(("broken.jpg is truncated", "broken.jpg is empty"), (1, 3))


def test_pictures_asked_for_again_are_not_sent_again():
    with Watched(source(Tiny(), noise(1), broken("is truncated"), noise(2))) as watched:
        watched.worker.load_pictures([2, 1])
        assert [type(message) for message in watched.rest()] == [PictureLoaded, PicturesSkipped]
        watched.arrived.clear()
        watched.worker.load_pictures()
        assert [message.picture for message in watched.rest()] == [0]


def test_a_picture_that_runs_goes_before_those_to_decode():
    decoding, go_on = threading.Event(), threading.Event()
    pictures = [noise(number) for number in range(4)]
    read = pictures[0].read

    def slowly():
        decoding.set()
        assert go_on.wait(10)
        return read()

    pictures[0] = type(pictures[0])("slow", read=slowly)
    with Watched(source(Tiny(), *pictures)) as watched:
        watched.worker.load_pictures()
        assert decoding.wait(10)
        watched.worker.run_picture(3)
        go_on.set()
        kinds = [type(message) for message in watched.rest()]
    assert kinds.index(JobDone) < [index for index, kind in enumerate(kinds) if kind is PictureLoaded][1]


def test_closing_ends_a_running_picture_at_its_next_layer():
    class Slow(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = nn.Sequential(*(nn.Conv2d(3, 3, 1) for _ in range(200)))
            self.pause = 0.0

        def forward(self, x):
            for layer in self.layers:
                x = layer(x)
                time.sleep(self.pause)
            return x

    module = Slow()
    worker = Worker(source(module, noise(1)))
    worker.prepare()
    module.pause = 0.02
    worker.start()
    worker.run_picture(0)
    while not worker.messages():
        time.sleep(0.001)
    started = time.monotonic()
    worker.close(timeout=10)
    assert time.monotonic() - started < 1
    assert not any(thread is worker._thread for thread in threading.enumerate())
    assert not of_kind(worker.messages(), JobDone)


def test_a_worker_that_was_never_started_closes_too():
    worker = Worker(source(Tiny()))
    worker.prepare()
    worker.close(timeout=1)
