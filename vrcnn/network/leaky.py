"""ReLUs that let gradients through where they are flat: their values stay, only their backward has a slope below zero.

A channel whose ReLUs are all closed gives no gradient, so that an ascent never starts. "ProxyGrad" (Linse, Barth and
Martinetz, "Leaky ReLUs That Differ in Forward and Backward Pass Facilitate Activation Maximization in Deep Neural
Networks", IJCNN 2024) takes the gradient of a leaky ReLU instead.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torch.overrides import TorchFunctionMode

Operation = Callable[..., Any]


class LeakyBackward(TorchFunctionMode):
    """Inside, everything that is a ReLU (ReLU, ReLU6, clamp(min=0), hardtanh from 0) has this slope below zero.

    `slope` is 0 to 1. Only the backward knows of it. Not seen are ReLUs in TorchScript and in operations of one's own.
    """

    def __init__(self, slope: float) -> None:
        super().__init__()
        self._slope = slope

    def __torch_function__(
        self, func: Operation, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        limits = _LIMITS.get(func)
        if limits is None or not torch.is_grad_enabled():
            return func(*args, **kwargs)
        relu = limits(*args, **kwargs)
        if relu is None or not (isinstance(relu[0], Tensor) and relu[0].requires_grad) or "out" in kwargs:
            return func(*args, **kwargs)
        tensor, highest, in_place = relu
        return _Leaky.apply(tensor, highest, in_place, self._slope)


class _Leaky(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, tensor: Tensor, highest: float | None, in_place: bool, slope: float) -> Tensor:
        if in_place:
            ctx.mark_dirty(tensor)
            made = tensor.clamp_(0, highest)
        else:
            made = tensor.clamp(0, highest)
        ctx.save_for_backward(made)
        ctx.highest, ctx.slope = highest, slope
        return made

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Any:
        (made,) = ctx.saved_tensors
        gradient = torch.ops.aten.leaky_relu_backward(gradients[0], made, ctx.slope, True)
        if ctx.highest is not None:
            gradient = gradient.masked_fill_(made >= ctx.highest, 0.0)
        return gradient, None, None, None


_Relu = tuple[Any, float | None, bool]  # the tensor, its greatest value, whether it is changed in place


def _relu(input: Any, inplace: bool = False) -> _Relu:
    return input, None, inplace


def _relu_in_place(input: Any) -> _Relu:
    return input, None, True


def _relu6(input: Any, inplace: bool = False) -> _Relu:
    return input, 6.0, inplace


def _hardtanh(input: Any, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> _Relu | None:
    return (input, float(max_val), inplace) if min_val == 0 else None


def _clamp(input: Any, min: Any = None, max: Any = None) -> _Relu | None:
    return _clamped(input, min, max, False)


def _clamp_in_place(input: Any, min: Any = None, max: Any = None) -> _Relu | None:
    return _clamped(input, min, max, True)


def _clamped(input: Any, lowest: Any, highest: Any, in_place: bool) -> _Relu | None:
    plain = isinstance(lowest, int | float) and (highest is None or isinstance(highest, int | float))
    return (input, None if highest is None else float(highest), in_place) if plain and lowest == 0 else None


_LIMITS: dict[Operation, Callable[..., _Relu | None]] = {
    functional.relu: _relu,
    torch.relu: _relu,
    Tensor.relu: _relu,
    torch.relu_: _relu_in_place,
    Tensor.relu_: _relu_in_place,
    functional.relu6: _relu6,
    functional.hardtanh: _hardtanh,
    functional.hardtanh_: lambda input, min_val=-1.0, max_val=1.0: _hardtanh(input, min_val, max_val, True),
    **dict.fromkeys((torch.clamp, Tensor.clamp, torch.clip, Tensor.clip, torch.clamp_min, Tensor.clamp_min), _clamp),
    **dict.fromkeys((torch.clamp_, Tensor.clamp_, torch.clip_, Tensor.clip_), _clamp_in_place),
    **dict.fromkeys((torch.clamp_min_, Tensor.clamp_min_), _clamp_in_place),
}
