"""ReLUs in all their spellings: forward as they are, backward with a slope below zero."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from vrcnn.network.leaky import LeakyBackward

SLOPE = 0.25
UNLIMITED: dict[str, Callable[[Tensor], Tensor]] = {
    "ReLU": nn.ReLU(),
    "ReLU in place": nn.ReLU(inplace=True),
    "functional.relu": functional.relu,
    "functional.relu in place": lambda x: functional.relu(x, inplace=True),
    "torch.relu": torch.relu,
    "torch.relu_": torch.relu_,
    "Tensor.relu": lambda x: x.relu(),
    "Tensor.relu_": lambda x: x.relu_(),
    "clamp(min=0)": lambda x: x.clamp(min=0),
    "clamp_(0)": lambda x: x.clamp_(0),
    "torch.clamp": lambda x: torch.clamp(x, min=0.0),
    "clip": lambda x: x.clip(0),
    "clamp_min": lambda x: x.clamp_min(0),
    "clamp_min_": lambda x: x.clamp_min_(0.0),
}
LIMITED: dict[str, Callable[[Tensor], Tensor]] = {
    "ReLU6": nn.ReLU6(),
    "ReLU6 in place": nn.ReLU6(inplace=True),
    "functional.relu6": functional.relu6,
    "Hardtanh": nn.Hardtanh(0.0, 6.0),
    "Hardtanh in place": nn.Hardtanh(0.0, 6.0, inplace=True),
    "functional.hardtanh_": lambda x: functional.hardtanh_(x, 0.0, 6.0),
    "clamp(0, 6)": lambda x: x.clamp(0, 6),
}


def values_and_gradient(relu: Callable[[Tensor], Tensor]) -> tuple[Tensor, Tensor]:
    x = torch.tensor([-3.0, -0.5, 0.5, 4.0, 7.0], requires_grad=True)
    made = relu(x * 1)
    (gradient,) = torch.autograd.grad(made, x, torch.arange(1.0, 6.0))
    return made.detach(), gradient


@pytest.mark.parametrize("spelling", UNLIMITED)
def test_only_the_backward_has_a_slope(spelling: str) -> None:
    with LeakyBackward(SLOPE):
        made, gradient = values_and_gradient(UNLIMITED[spelling])
    assert made.tolist() == [0, 0, 0.5, 4, 7]
    assert gradient.tolist() == [SLOPE, 2 * SLOPE, 3, 4, 5]
    assert values_and_gradient(UNLIMITED[spelling])[1].tolist() == [0, 0, 3, 4, 5]


@pytest.mark.parametrize("spelling", LIMITED)
def test_nothing_comes_through_where_the_greatest_value_is_reached(spelling: str) -> None:
    with LeakyBackward(SLOPE):
        made, gradient = values_and_gradient(LIMITED[spelling])
    assert made.tolist() == [0, 0, 0.5, 4, 6]
    assert gradient.tolist() == [SLOPE, 2 * SLOPE, 3, 4, 0]


@pytest.mark.parametrize(
    "other",
    [
        nn.LeakyReLU(0.1),
        nn.Hardtanh(-1.0, 6.0),
        lambda x: x.clamp(max=1),
        lambda x: x.clamp(min=-1),
        lambda x: x.clamp(min=torch.zeros(5)),
        lambda x: functional.gelu(x),
    ],
)
def test_what_is_no_relu_stays_as_it_is(other: Callable[[Tensor], Tensor]) -> None:
    plain = values_and_gradient(other)
    with LeakyBackward(SLOPE):
        made, gradient = values_and_gradient(other)
    assert torch.equal(made, plain[0])
    assert torch.equal(gradient, plain[1])


@pytest.mark.parametrize("relu", [LIMITED["ReLU6"], LIMITED["ReLU6 in place"], UNLIMITED["clamp_(0)"]])
def test_a_result_may_be_overwritten_where_torch_allows_it(relu: Callable[[Tensor], Tensor]) -> None:
    def then_added(x: Tensor) -> Tensor:
        y = relu(x)
        y += 1
        return y

    values_and_gradient(then_added)
    with LeakyBackward(SLOPE):
        assert values_and_gradient(then_added)[1].tolist()[:3] == [SLOPE, 2 * SLOPE, 3]


def test_relus_inside_of_torchs_own_layers_are_seen() -> None:
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True).eval()
    x = torch.randn(1, 4, 8, generator=torch.Generator().manual_seed(0), requires_grad=True)
    plain = layer(x)
    with LeakyBackward(1.0):
        leaky = layer(x)
    assert torch.equal(leaky, plain)
    one, other = (torch.autograd.grad(made.square().sum(), x)[0] for made in (plain, leaky))
    assert not torch.allclose(one, other)


def test_without_gradients_a_network_runs_as_it_is() -> None:
    with torch.no_grad(), LeakyBackward(SLOPE):
        assert torch.relu(torch.tensor([-1.0, 1.0])).tolist() == [0, 1]
