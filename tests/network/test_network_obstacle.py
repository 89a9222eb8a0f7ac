"""What is in the way of a gradient is named: the operation, the line, and the reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import networks
import pytest
import torch
from networks import picture
from torch import Tensor, nn

from vrcnn.network.differentiable import differentiable
from vrcnn.network.obstacle import obstacle
from vrcnn.network.trace import trace

LINE = "test_network_obstacle.py:"


class Between(nn.Module):
    """Something between two convolutions."""

    def __init__(self, change: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.before, self.after, self.change = nn.Conv2d(3, 4, 1), nn.Conv2d(4, 2, 1), change

    def forward(self, x: Tensor) -> Tensor:
        return self.after(self.change(self.before(x)))


def reason(module: nn.Module, name: str = "") -> str | None:
    graph = trace(module.eval(), (picture(),), {})
    index = next((node.index for node in graph.nodes if node.name == name), len(graph.nodes) - 1)
    with differentiable(module):
        given = picture().requires_grad_()
        return obstacle(module, graph, index, (given.clone(),), {}, given)


def under(mode: Callable[[], torch.autograd.grad_mode.no_grad]) -> Callable[[Tensor], Tensor]:
    def change(y: Tensor) -> Tensor:
        with mode():
            y = y.mul(2)
        return y.clone()

    return change


@torch.library.custom_op("vrcnn_test::plus_one", mutates_args=())
def plus_one(x: Tensor) -> Tensor:
    return x + 1


class Swallowing(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: Tensor) -> Tensor:  # type: ignore[no-untyped-def,override]
        return x * 2

    @staticmethod
    def backward(ctx, gradient: Tensor) -> None:  # type: ignore[no-untyped-def,override]
        return None


@pytest.mark.parametrize(
    ("change", "operation", "why"),
    [
        (lambda y: y.detach(), "detach", "takes its numbers out of the gradient"),
        (lambda y: y.data * 2, "data", "takes its numbers out of the gradient"),
        (lambda y: (y.argmax(1, keepdim=True) + y.new_zeros(1, 4, 1, 1)).float(), "argmax", "whole numbers"),
        (lambda y: (y > 0).float(), "gt", "truth values"),
        (under(torch.no_grad), "mul", "torch.no_grad()"),
        (under(torch.inference_mode), "mul", "torch.inference_mode()"),
        (lambda y: y.sign(), "sign", "is a step, whose gradient is zero everywhere"),
        (lambda y: y.round() * 2, "round", "is a step"),
        (plus_one, "plus_one", "has no derivative in torch"),
    ],
)
def test_an_operation_that_lets_no_gradient_through_is_named(
    change: Callable[[Tensor], Tensor], operation: str, why: str
) -> None:
    said = reason(Between(change))
    assert said is not None
    assert said.startswith(f"{operation} (")
    assert LINE in said
    assert why in said


def test_an_operation_that_torch_does_not_differentiate_is_named_when_it_refuses() -> None:
    said = reason(Between(lambda y: torch.from_numpy(y.numpy() * 2)))
    assert said is not None
    assert "numpy" in said
    assert LINE in said


def test_numbers_from_outside_of_torchs_sight_are_named() -> None:
    said = reason(Between(lambda y: torch.tensor(y.tolist())))
    assert said is not None
    assert said.startswith("tensor (")
    assert LINE in said
    assert "plain numbers" in said


def test_a_mask_beside_the_way_is_not_to_blame() -> None:
    said = reason(Between(lambda y: y.detach() * (y > 0)))
    assert said is not None
    assert said.startswith("detach (")


def test_a_step_beside_the_way_is_not_to_blame() -> None:
    assert reason(Between(lambda y: y + y.round())) is None
    assert reason(Between(lambda y: y * (y > 0))) is None


def test_a_function_that_swallows_the_gradient_is_named() -> None:
    said = reason(Between(Swallowing.apply))
    assert said is not None
    assert said.startswith("mul (")
    assert "gives no gradient to what it reads" in said


def test_what_does_not_depend_on_the_picture_says_so() -> None:
    class Constant(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.randn(1, 3, 1, 1))

        def forward(self, x: Tensor) -> Tensor:
            return x * self.weight.exp()

    assert reason(Constant(), "exp") == "it does not depend on the picture"
    assert reason(Constant(), "mul") is None


def test_closed_relus_are_no_obstacle() -> None:
    module = networks.Chain()
    nn.init.constant_(module.conv.weight, 0.0)
    nn.init.constant_(module.conv.bias, -1.0)  # type: ignore[arg-type]
    assert reason(module) is None


def test_the_line_is_that_of_the_users_file() -> None:
    said = reason(Between(lambda y: y.detach()))
    source = Path(__file__).read_text().splitlines()
    assert said is not None
    number = int(said.split(LINE)[1].split(")")[0])
    assert "y.detach()" in source[number - 1]
