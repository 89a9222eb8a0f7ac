"""Pictures behind a sieve: what the walls get, how much each channel changes, and what is asked and superseded."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image
from tiny_networks import Gated, Moody, Tiny, Volumes, Watched, arena_of, noise, of_kind, picture, source
from torch import Tensor, nn

from vrcnn.engine.messages import InquiryFailed, JobDone, JobFailed, JobStarted, MapsComplete, Message, Predicted
from vrcnn.engine.xray import sieved_inputs
from vrcnn.engine.xray_inquiries import CatchUp
from vrcnn.engine.xray_messages import ChannelChanges
from vrcnn.exporting.subject import Subject
from vrcnn.network.scope import Scope
from vrcnn.network.source import NetworkSource
from vrcnn.susceptibility.sieve import Sieve, parsed

LOW, SHIFT = parsed("low-pass:0.12"), parsed("shift:1")
PICTURES = [noise(seed) for seed in range(5)]


@pytest.fixture(autouse=True)
def one_core() -> None:
    torch.set_num_threads(1)


def through(watched: Watched, sieve: Sieve | None, keep: bool = False) -> list[Message]:
    """What the last picture's pass behind the sieve brings, and what follows it; its arena may be kept."""
    for message in () if keep else of_kind(watched.arrived, MapsComplete):
        message.arena.release()
    watched.arrived.clear()
    watched.worker.look_through(sieve)
    return list(watched.rest())


def changes(messages: list[Message], watched: Watched) -> dict[str, np.ndarray]:
    """The last that was told of each layer, by its name."""
    names = {node.index: node.name for node in watched.worker.graph.nodes}
    return {names[each.node]: each.changes for each in of_kind(messages, ChannelChanges)}


def hooked(network: NetworkSource, tensor: Tensor, layer: str) -> np.ndarray:
    """(maps, positions) float64 of one layer, by a forward hook."""
    found: list[Tensor] = []
    handle = network.module.get_submodule(layer).register_forward_hook(lambda _, __, made: found.append(made.clone()))
    network.module.eval()
    with torch.no_grad():
        network.module(tensor)
    handle.remove()
    return found[0][0].flatten(1).double().numpy()


def plainly(network: NetworkSource, sieve: Sieve, layer: str, number: int = 0) -> np.ndarray:
    """The same changes with hooks: the spread over all the pictures."""
    inputs = [network.inputs_of(each.open()) for each in network.pictures]
    values = np.concatenate([hooked(network, arguments[0], layer) for arguments, _ in inputs], 1)
    behind, _ = sieved_inputs(network, inputs[number], sieve)
    difference = hooked(network, behind[0], layer) - hooked(network, inputs[number][0][0], layer)
    deviation = np.sqrt(np.where(values.var(1) < 1e-8, np.nan, values.var(1)))
    return np.sqrt(np.square(difference).mean(1)) / deviation


def test_the_changes_are_those_of_a_plain_computation_with_hooks() -> None:
    network = source(Tiny(), *PICTURES)
    with Watched(network, Scope("all")) as watched:
        watched.run(1)
        told = changes(through(watched, LOW), watched)
        for layer in ("conv", "last", "stem.0"):
            np.testing.assert_allclose(told[layer], plainly(network, LOW, layer, 1), rtol=2e-5)
        turned = through(watched, SHIFT)
        np.testing.assert_allclose(changes(turned, watched)["conv"], plainly(network, SHIFT, "conv", 1), rtol=2e-5)
        assert {each.sieve for each in of_kind(turned, ChannelChanges)} == {SHIFT}
        assert {each.picture for each in of_kind(turned, ChannelChanges)} == {1}


def test_a_channel_that_does_not_vary_has_no_change_and_a_network_that_sees_nothing_of_it_changes_by_zero() -> None:
    network = Tiny()
    with torch.no_grad():
        network.conv.weight[3] = 0
    with Watched(source(network, *PICTURES)) as watched:
        watched.run(0)
        told = changes(through(watched, LOW), watched)["conv"]
        assert np.isnan(told[3])
        assert np.isfinite(np.delete(told, 3)).all()
    flat = source(Tiny(), picture(90), *PICTURES[:2])
    with Watched(flat) as watched:
        watched.run(0)
        told = changes(through(watched, parsed("windows:2")), watched)
        assert all(np.all(each[np.isfinite(each)] == 0) for each in told.values())  # a grey picture has nothing to mix


def test_without_the_sieve_every_map_is_as_it_was_to_the_bit() -> None:
    with Watched(source(Tiny(), *PICTURES)) as watched:
        before = arena_of(watched.run(2))
        kept = {size: [np.array(level) for level in levels] for size, levels in before.levels.items()}
        statistics = before.statistics.copy()
        before.release()
        behind = through(watched, LOW, keep=True)
        other = arena_of(behind)
        assert any(not np.array_equal(levels[0], kept[size][0]) for size, levels in other.levels.items())
        other.release()
        after = through(watched, None, keep=True)
        again = arena_of(after)
        assert all(
            np.array_equal(level, then)
            for size, levels in again.levels.items()
            for level, then in zip(levels, kept[size], strict=True)
        )
        assert np.array_equal(again.statistics, statistics)
        assert not of_kind(after, ChannelChanges)
        assert [each.behind for each in of_kind(behind + after, Predicted)] == [LOW, None]


def test_the_easel_gets_what_comes_through_in_the_brightness_of_the_picture() -> None:
    with Watched(source(Tiny(), *PICTURES)) as watched:
        plain = of_kind(watched.run(0), Predicted)[0]
        behind = of_kind(through(watched, Sieve("low-pass", 0.03)), Predicted)[0]
    assert plain.overlay is None
    assert behind.overlay is not None
    assert behind.overlay.shape[2] == 4
    values = behind.overlay[..., :3].astype(float)
    assert values.std() < 25  # noise from 0 to 255 has more: it is smooth now, and its contrast is not stretched
    assert abs(values.mean() - 127) < 12
    assert behind.plain == plain.scores
    assert behind.scores != plain.scores


def test_a_turn_of_the_sieve_takes_a_single_pass_once_the_plain_one_is_known() -> None:
    network = Volumes()
    volume = source(network, *PICTURES)
    volume.arguments, volume.input_size = (torch.rand(1, 1, 4, 6, 6),), (1, 4, 6, 6)
    volume.pictures = ()
    with Watched(volume) as watched:
        watched.run(-1)
        told = changes(through(watched, SHIFT), watched)
        assert np.isfinite(told["conv"]).all()
        before = network.calls
        through(watched, LOW)
        assert network.calls == before + 1


def test_what_is_asked_of_the_picture_meanwhile_is_about_what_comes_through() -> None:
    network = source(Tiny(), *PICTURES)
    with Watched(network) as watched:
        watched.run(3)
        through(watched, LOW)
        bench = watched.worker._workbench(lambda: False, watched.arrived.append)
        subject = Subject.at_work(bench)
        wanted, _ = sieved_inputs(network, network.inputs_of(PICTURES[3].open()), LOW)
        assert subject.sieve == "low-pass:0.12"
        assert torch.equal(subject.arguments[0], wanted[0])
        through(watched, None)
        assert torch.equal(bench.inputs()[0][0], network.inputs_of(PICTURES[3].open())[0][0])


def test_a_sieve_that_is_turned_supersedes_the_pass_that_runs() -> None:
    network = Gated()
    with Watched(source(network, *PICTURES)) as watched:
        watched.run(0)
        watched.arrived.clear()
        network.gate.clear()
        network.arrived.clear()
        watched.worker.look_through(LOW)
        assert network.arrived.wait(10)
        last = [watched.worker.look_through(Sieve("shift", amount)) for amount in (1.0, 2.0, 3.0)][-1]
        network.gate.set()
        arrived = watched.rest()
        assert [each.job for each in of_kind(arrived, JobDone)] == [last]
        assert {each.sieve for each in of_kind(arrived, ChannelChanges)} == {Sieve("shift", 3.0)}
        assert "behind shift 3 px right" in of_kind(arrived, JobStarted)[-1].title


def test_layers_that_there_is_no_memory_for_are_compared_afterwards() -> None:
    network = source(Tiny(), *PICTURES)
    with Watched(network) as watched:
        watched.run(0)
        wanted = changes(through(watched, LOW), watched)
        inference = watched.worker._prepared
        inference.xray.forget()
        inference.memory = 4 * 4 * 8 * 27 * 20  # for the maps of a single layer
        told = changes(through(watched, SHIFT), watched)
        told |= changes(through(watched, LOW), watched)
        assert told.keys() == wanted.keys()
        assert all(np.array_equal(told[name], wanted[name], equal_nan=True) for name in wanted)
        assert sum(each.nbytes for each in inference.xray._kept.values()) <= 4 * 8 * 27 * 20


def test_other_weights_and_another_scope_are_measured_anew() -> None:
    network = source(Tiny(), *PICTURES)
    with Watched(network) as watched:
        watched.run(0)
        few = changes(through(watched, LOW), watched)
        with torch.no_grad():
            network.module.get_submodule("conv").weight.normal_(generator=torch.Generator().manual_seed(5))
        told = changes(watched.show(Scope("all")), watched)
        np.testing.assert_allclose(told["conv"], plainly(network, LOW, "conv"), rtol=2e-5)
        assert len(told) == len(watched.worker.plan.spans) > len(few)


def test_a_picture_that_the_users_preprocessing_fails_on_is_no_reference_and_stops_nothing() -> None:
    network, good = source(Tiny(), *PICTURES), source(Tiny(), *PICTURES[:1], *PICTURES[2:])
    prepare, bad = network.preprocess, np.asarray(PICTURES[1].open())

    def fails(image: Image.Image) -> Tensor:
        if np.array_equal(np.asarray(image), bad):
            raise ValueError("too bright")
        return prepare(image)

    network.preprocess = fails
    with Watched(network) as watched:
        watched.run(0)
        arrived = through(watched, LOW)
        assert not of_kind(arrived, InquiryFailed)
        np.testing.assert_allclose(changes(arrived, watched)["conv"], plainly(good, LOW, "conv"), rtol=2e-5)


def test_nothing_of_a_pass_is_told_behind_other_weights_or_a_sieve_that_does_not_fit() -> None:
    with Watched(source(Tiny(), *PICTURES)) as watched:
        watched.run(0)
        through(watched, LOW)
        inference = watched.worker._prepared
        watched.arrived.clear()
        inference.weights += 1
        watched.worker.inquiries.ask(CatchUp())  # before the picture runs anew
        assert not of_kind(list(watched.rest()), ChannelChanges)
        through(watched, SHIFT)
        assert inference.xray.uncompared == []
        assert not of_kind(through(watched, Sieve("patches", 112.0)), ChannelChanges)
        inference.xray.tell()
        assert not of_kind(list(watched.rest()), ChannelChanges)


def test_a_sieve_that_does_not_fit_the_picture_and_one_that_leads_another_way_are_told() -> None:
    with Watched(source(Tiny(), *PICTURES)) as watched:
        watched.run(0)
        failed = of_kind(through(watched, Sieve("patches", 112.0)), JobFailed)
        assert "take smaller ones" in failed[0].headline
        assert of_kind(through(watched, LOW), JobDone)
    moody = source(Moody(), picture(128), picture(20))
    with Watched(moody) as watched:
        watched.run(0)
        assert of_kind(through(watched, Sieve("noise", 0.25)), JobDone)


def test_two_networks_have_the_same_sieve_each_with_its_own_changes() -> None:
    class Deaf(nn.Module):
        """Sees the mean of the picture alone."""

        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 4, 1)

        def forward(self, x: Tensor) -> Tensor:
            return self.conv(x.mean((2, 3), keepdim=True))

    with Watched(source(Deaf(), *PICTURES)) as deaf, Watched(source(Tiny(), *PICTURES)) as tiny:
        for watched in (deaf, tiny):
            watched.run(0)
        assert np.nanmax(changes(through(deaf, LOW), deaf)["conv"]) < 1e-2
        assert np.nanmin(changes(through(tiny, LOW), tiny)["conv"]) > 1e-2
