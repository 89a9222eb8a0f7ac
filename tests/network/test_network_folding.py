"""Normalizations that convolutions compute along: which ones, to the same numbers, and in step with the weights."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from vrcnn.network.differentiable import Truncated, differentiable
from vrcnn.network.folding import Folding
from vrcnn.network.recorder import Recorder
from vrcnn.network.trace import trace

PICTURE = torch.randn(2, 3, 9, 9, generator=torch.Generator().manual_seed(0))


def trained(module: nn.Module) -> nn.Module:
    """With statistics and weights as a training leaves them, different for each channel."""
    generator = torch.Generator().manual_seed(1)
    for each in module.modules():
        if isinstance(each, nn.modules.batchnorm._BatchNorm):
            if each.running_mean is not None and each.running_var is not None:
                each.running_mean.copy_(torch.randn(each.num_features, generator=generator))
                each.running_var.copy_(torch.rand(each.num_features, generator=generator) + 0.1)
            if each.affine:
                each.weight.data.copy_(torch.randn(each.num_features, generator=generator))
                each.bias.data.copy_(torch.randn(each.num_features, generator=generator))
    return module.eval()


class NormAndRelu(nn.BatchNorm2d):
    """As timm's BatchNormAct2d: a normalization with a forward of its own."""

    def forward(self, x: Tensor) -> Tensor:
        statistics = self.running_mean, self.running_var
        return functional.relu(functional.batch_norm(x, *statistics, self.weight, self.bias, self.training))


class ReadTwice(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv, self.norm = nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv(x)
        return self.norm(y) + y


class Shared(nn.Module):
    """One convolution before two normalizations."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.first, self.second = nn.Conv2d(3, 3, 1), nn.BatchNorm2d(3), nn.BatchNorm2d(3)

    def forward(self, x: Tensor) -> Tensor:
        return self.second(self.conv(self.first(self.conv(x)).relu_()))


FOLDED: dict[str, tuple[nn.Module, int]] = {
    "a convolution without bias": (nn.Sequential(nn.Conv2d(3, 4, 3, bias=False), nn.BatchNorm2d(4), nn.ReLU()), 1),
    "a normalization without weights": (nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4, affine=False)), 1),
    "groups and other padding": (
        nn.Sequential(nn.Conv2d(3, 6, 3, padding=1, groups=3, padding_mode="reflect"), nn.BatchNorm2d(6)),
        1,
    ),
    "a normalization of one's own": (nn.Sequential(nn.Conv2d(3, 4, 3), NormAndRelu(4)), 1),
    "two for one convolution": (Shared(), 2),
    "the convolution's own maps are read": (ReadTwice(), 0),
    "batch statistics": (nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4, track_running_stats=False)), 0),
    "computed weights": (
        nn.Sequential(nn.utils.parametrizations.weight_norm(nn.Conv2d(3, 4, 3)), nn.BatchNorm2d(4)),
        0,
    ),
    "instance normalization": (nn.Sequential(nn.Conv2d(3, 4, 3), nn.InstanceNorm2d(4)), 0),
}


@pytest.mark.parametrize("case", FOLDED)
def test_what_can_be_folded_is_and_comes_to_the_same(case: str) -> None:
    module, pairs = FOLDED[case]
    module = trained(module)
    graph = trace(module, (PICTURE,), {})
    last = len(graph.nodes) - 1
    recorder = Recorder(module, graph, {last: last})
    assert len(Folding(module, graph, recorder.positions, frozenset({last}), last).instead()) == 2 * pairs
    truncated = Truncated(module, graph, last)
    with torch.no_grad():
        plain, folded = (truncated.run((PICTURE,), {}, folded=way) for way in (False, True))
    torch.testing.assert_close(folded, plain, rtol=1e-4, atol=1e-5)
    assert (pairs == 0) == torch.equal(folded, plain)


def test_a_convolution_whose_own_maps_are_wanted_keeps_them() -> None:
    module = trained(nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)))
    graph = trace(module, (PICTURE,), {})
    assert torch.equal(Truncated(module, graph, 1).run((PICTURE,), {}, folded=True), module[0](PICTURE))
    both: dict[int, Tensor] = {}
    Truncated(module, graph, 1, 2).visit((PICTURE,), {}, both.__setitem__, folded=True)
    assert torch.equal(both[1], module[0](PICTURE))
    assert torch.equal(both[2], module(PICTURE))


@pytest.mark.parametrize("changed", ["0.weight", "0.bias", "1.weight", "1.running_mean", "1.running_var"])
def test_changed_weights_are_folded_anew(changed: str) -> None:
    module = trained(nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)))
    truncated = Truncated(module, trace(module, (PICTURE,), {}), 2)

    def difference() -> Any:
        with torch.no_grad():
            return (truncated.run((PICTURE,), {}, folded=True) - module(PICTURE)).abs().max().item()

    assert difference() < 1e-5
    with torch.no_grad():
        module.state_dict()[changed].mul_(3)
    assert difference() < 1e-4


def test_the_network_is_left_as_it_was() -> None:
    module = trained(nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(inplace=True)))
    before, given = copy.deepcopy(module.state_dict()), PICTURE.clone()
    attributes = [list(vars(each)) for each in module.modules()]
    truncated = Truncated(module, trace(module, (PICTURE,), {}), 3)
    with differentiable(module):
        picture = PICTURE.clone().requires_grad_()
        truncated.run((picture,), {}, folded=True).sum().backward()
    assert picture.grad is not None
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())
    assert [list(vars(each)) for each in module.modules()] == attributes
    assert torch.equal(PICTURE, given)
