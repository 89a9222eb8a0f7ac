"""The forward as far as a tensor: its values, its gradients, an end right behind it, and a network left as it was."""

from __future__ import annotations

from collections.abc import Callable

import hard_networks as hard
import networks
import pytest
import torch
import torch.utils.checkpoint
from networks import picture
from torch import Tensor, nn

from vrcnn.network.differentiable import Truncated, differentiable
from vrcnn.network.graph import Graph
from vrcnn.network.recorder import Cancelled, Diverged
from vrcnn.network.trace import trace


def truncated_at(name: str, module: nn.Module, given: Tensor | None = None) -> Truncated:
    graph = trace(module.eval(), (picture() if given is None else given,), {})
    return Truncated(module, graph, index_of(name, graph))


def index_of(name: str, graph: Graph) -> int:
    return next(node.index for node in graph.nodes if node.name == name)


def gradient(run: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    x = x.clone().requires_grad_()
    (found,) = torch.autograd.grad(run(x).square().sum(), x)
    return found


def test_gradients_are_those_of_the_network_written_out() -> None:
    module = networks.Residual().eval()
    truncated = truncated_at("add", module)
    batch = torch.cat([picture(seed=seed) for seed in range(3)])
    with differentiable(module):
        found = gradient(lambda x: truncated.run((x.clone(),), {}), batch)
        expected = gradient(lambda x: module.conv2(module.conv1(x).relu()) + x, batch)
    torch.testing.assert_close(found, expected)


def test_nothing_runs_behind_the_tensor() -> None:
    class Careful(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv, self.later = nn.Conv2d(3, 2, 1), nn.Conv2d(2, 2, 1)

        def forward(self, x: Tensor) -> Tensor:
            try:
                y = self.conv(x)
                ran.append("later")
                return self.later(y).relu_()
            except Exception:
                return x

    module, ran = Careful(), list[str]()
    truncated = truncated_at("conv", module)
    ran.clear()
    assert torch.equal(truncated.run((picture(),), {}), module.conv(picture()))
    assert ran == []


def test_a_tensor_stays_as_it_is_where_the_next_operation_overwrites_it() -> None:
    module = networks.Chain().eval()
    truncated = truncated_at("bn", module)
    assert torch.equal(truncated.run((picture(),), {}), module.bn(module.conv(picture())))


def test_several_tensors_come_in_one_pass_that_ends_with_the_last() -> None:
    module = networks.Chain().eval()
    graph = trace(module, (picture(),), {})
    found: dict[int, Tensor] = {}
    wanted = [index_of(name, graph) for name in ("bn", "conv")]
    Truncated(module, graph, *wanted).visit((picture(),), {}, lambda index, tensor: found.update({index: tensor}))
    assert sorted(found) == sorted(wanted)


def test_pictures_of_another_size_or_number_are_no_divergence_but_another_way_is() -> None:
    truncated = truncated_at("relu", networks.Chain())
    assert truncated.run((torch.zeros(5, 3, 11, 7),), {}).shape == (5, 4, 11, 7)
    switching = networks.Switching()
    there = truncated_at("bright", switching, torch.ones(1, 3, 8, 8))
    with pytest.raises(Diverged):
        there.run((-torch.ones(1, 3, 8, 8),), {})


def test_a_forward_can_be_cancelled() -> None:
    asked: list[int] = []
    truncated = truncated_at("fc", networks.Chain())
    with pytest.raises(Cancelled):
        truncated.run((picture(),), {}, lambda: len(asked) > 2 or asked.append(1) is not None)
    assert len(asked) == 3


class Patience:
    """Asks to be cancelled once it was asked so often, counted from `begin`."""

    def __init__(self, allowed: int) -> None:
        self.left = allowed
        self.counts = False

    def begin(self) -> None:
        self.counts = True

    def is_over(self) -> bool:
        if self.counts:
            self.left -= 1
        return self.left < 0


@pytest.mark.parametrize("allowed", [0, 1, 3])
def test_a_backward_can_be_cancelled_at_any_operation(allowed: int) -> None:
    module = networks.Chain().eval()
    truncated = truncated_at("fc", module)
    with differentiable(module):
        x, patience = picture().requires_grad_(), Patience(allowed)
        made = truncated.run((x,), {}, patience.is_over)
        patience.begin()
        with pytest.raises(Cancelled):
            made.sum().backward()
        assert patience.left == -1
        assert x.grad is None
        truncated.run((x,), {}, lambda: False).sum().backward()
    assert x.grad is not None


def test_parameters_get_no_gradients_and_their_flags_come_back() -> None:
    module = networks.Chain()
    module.conv.weight.requires_grad_(False)
    truncated = truncated_at("fc", module)
    module.train()
    with differentiable(module):
        assert not module.training
        x = picture().requires_grad_()
        truncated.run((x,), {}).sum().backward()
    assert module.training
    assert all(parameter.grad is None for parameter in module.parameters())
    assert [name for name, each in module.named_parameters() if not each.requires_grad] == ["conv.weight"]


def test_buffers_that_the_forward_writes_to_come_back_without_a_history() -> None:
    module = hard.BuffersIn().eval()
    truncated = truncated_at("conv", module)
    memory, before = module.memory, module.memory.clone()
    with differentiable(module):
        for _ in range(2):  # the second one would go through the first one's history
            x = picture().requires_grad_()
            truncated.run((x,), {}).sum().backward()
            assert x.grad is not None
    assert module.memory is memory
    assert torch.equal(memory, before)
    assert not memory.requires_grad


@pytest.mark.parametrize("reentrant", [False, True])
def test_checkpoints_keep_their_activations_meanwhile(reentrant: bool) -> None:
    module = hard.Checkpointed(reentrant).eval()
    truncated = truncated_at("first.1", module)
    own = torch.utils.checkpoint.CheckpointFunction
    calls: list[int] = []
    module.first.register_forward_pre_hook(lambda *_: calls.append(1))
    with differentiable(module):
        found = gradient(lambda x: truncated.run((x,), {}), picture())
        assert len(calls) == 1
        expected = gradient(lambda x: module.first(x), picture())
    torch.testing.assert_close(found, expected)
    assert torch.utils.checkpoint.CheckpointFunction is own


def test_copies_let_a_forward_overwrite_what_its_backward_needs() -> None:
    module = hard.SharedInPlace().eval()
    truncated = truncated_at("mul", module)

    def written_out(x: Tensor) -> Tensor:
        y = module.conv(x).clamp(min=0)
        return (module.conv(y).clamp(min=0) + y) * 0.5

    with differentiable(module):
        with pytest.raises(RuntimeError, match="inplace"):
            gradient(lambda x: truncated.run((x.clone(),), {}), picture())
        found = gradient(lambda x: truncated.run((x.clone(),), {}, copied=True), picture())
        torch.testing.assert_close(found, gradient(written_out, picture()))


def test_attention_weights_have_gradients() -> None:
    line = torch.randn(1, 9, 16, generator=torch.Generator().manual_seed(0))
    module = hard.Attending()
    truncated = truncated_at("layer.attention_weights", module, line)
    with differentiable(module):
        found = gradient(lambda x: truncated.run((x,), {}), line)
        expected = gradient(lambda x: module.layer(x, x, x, average_attn_weights=False)[1], line)
    torch.testing.assert_close(found, expected)
