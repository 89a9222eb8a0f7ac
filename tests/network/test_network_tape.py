"""A pass that is run again call by call, each on inputs that come from the captured tensors."""

from __future__ import annotations

import gc
import weakref

import hard_networks as hard
import networks
import pytest
import torch
from torch import Tensor, nn

from vrcnn.network.guard import unchanged
from vrcnn.network.recorder import Recorder
from vrcnn.network.tape import Tape, record_tape
from vrcnn.network.trace import trace

PICTURE = networks.picture()


def taped(network: nn.Module) -> tuple[Tape, dict[int, Tensor]]:
    """The tape, and the tensors that a recorder has captured along its graph."""
    captured: dict[int, Tensor] = {}
    with unchanged(network):
        tape = record_tape(network, (PICTURE,), {})
    with unchanged(network):
        wanted = {node.index: node.index for node in tape.graph.nodes}
        Recorder(network, tape.graph, wanted).run((PICTURE,), {}, lambda node, t: captured.update({node: t.clone()}))
    return tape, captured


def test_the_graph_of_a_tape_is_the_one_that_is_traced() -> None:
    network = networks.Residual().eval()
    assert record_tape(network, (PICTURE,), {}).graph == trace(network, (PICTURE,), {})


@pytest.mark.parametrize(
    "build", [networks.Residual, networks.SliceWrite, hard.ViewWrites, hard.BuffersIn, hard.Fourier]
)
def test_every_call_gives_what_was_captured_and_leaves_its_inputs_alone(build: type[nn.Module]) -> None:
    network = build()
    tape, captured = taped(network)
    before = {node: tensor.clone() for node, tensor in captured.items()}
    replayed: set[int] = set()
    with unchanged(network):
        for call in tape.calls:
            for node, tensor in zip(call.nodes, call.replay(captured.__getitem__), strict=True):
                assert torch.equal(tensor, captured[node]), tape.graph.nodes[node].name
                replayed.add(node)
    assert {node.index for node in tape.graph.nodes if node.operation != "input"} == replayed
    assert all(torch.equal(tensor, before[node]) for node, tensor in captured.items())


def test_a_call_uses_what_the_nodes_that_it_reads_have_and_nothing_else() -> None:
    tape, captured = taped(networks.Residual())
    names = {node.name: node.index for node in tape.graph.nodes}
    add = next(call for call in tape.calls if names["add"] in call.nodes)
    assert add.reads == {names["conv2"], names["input"]}
    changed = captured | {names["input"]: torch.zeros_like(PICTURE)}
    assert torch.equal(add.replay(changed.__getitem__)[0], captured[names["conv2"]])


def test_random_numbers_are_drawn_anew_as_they_were_and_the_random_state_is_kept() -> None:
    class Noisy(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x + torch.rand_like(x)

    tape, _ = taped(Noisy())
    torch.manual_seed(1)
    before = torch.get_rng_state()
    first, second = (tape.calls[0].replay(lambda node: PICTURE)[0] for _ in range(2))
    assert torch.equal(first, second)
    assert torch.equal(torch.get_rng_state(), before)


def test_nothing_keeps_a_network_in_memory_once_its_tape_is_gone() -> None:
    network = hard.Attending()
    watched = [weakref.ref(network), weakref.ref(network.into.weight)]
    line = torch.randn(1, 9, 16)
    with unchanged(network):
        tape = record_tape(network, (line,), {})
    del network, tape
    gc.collect()
    assert [each() for each in watched] == [None, None]
