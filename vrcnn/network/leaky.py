"""ReLUs that let gradients through where they are flat: their values stay, only their backward has a slope below zero.

A channel whose ReLUs are all closed gives no gradient, so that an ascent never starts. "ProxyGrad" (Linse, Barth and
Martinetz, "Leaky ReLUs That Differ in Forward and Backward Pass Facilitate Activation Maximization in Deep Neural
Networks", IJCNN 2024) takes the gradient of a leaky ReLU instead.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
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
        understood = _UNDERSTOOD.get(func)
        if understood is None or not torch.is_grad_enabled() or "out" in kwargs:
            return func(*args, **kwargs)
        relu = understood(*args, **kwargs)
        if relu is None or not isinstance(relu.input, Tensor) or not relu.input.requires_grad:
            return func(*args, **kwargs)
        return _Leaky.apply(relu.input, relu.highest, relu.in_place, relu.keeps_result, self._slope)


@dataclass(frozen=True)
class _Relu:
    """A call that is a ReLU: of `input`, up to `highest`; `keeps_result` where torch's own backward needs no input.

    The backward here needs the same, so that what a network may overwrite in place stays so.
    """

    input: Any
    highest: float | None = None
    in_place: bool = False
    keeps_result: bool = False


class _Leaky(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, tensor: Tensor, highest: float | None, in_place: bool, keeps_result: bool, slope: float
    ) -> Tensor:
        kept = tensor if keeps_result or not in_place else tensor.clone()
        if in_place:
            ctx.mark_dirty(tensor)
        made = tensor.clamp_(0, highest) if in_place else tensor.clamp(0, highest)
        ctx.save_for_backward(made if keeps_result else kept)
        ctx.highest, ctx.slope = highest, slope
        return made

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Any:
        (kept,) = ctx.saved_tensors
        gradient = torch.ops.aten.leaky_relu_backward(gradients[0], kept, ctx.slope, False)
        if ctx.highest is not None:
            gradient = torch.ops.aten.hardtanh_backward(gradient, kept, -math.inf, ctx.highest)  # zero from there on
        return gradient, None, None, None, None


def _relu(input: Any, inplace: bool = False) -> _Relu:
    return _Relu(input, None, inplace, True)


def _relu_in_place(input: Any) -> _Relu:
    return _Relu(input, None, True, True)


def _relu6(input: Any, inplace: bool = False) -> _Relu:
    return _Relu(input, 6.0, inplace)


def _hardtanh(input: Any, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> _Relu | None:
    return _Relu(input, float(max_val), inplace) if min_val == 0 else None


def _hardtanh_in_place(input: Any, min_val: float = -1.0, max_val: float = 1.0) -> _Relu | None:
    return _hardtanh(input, min_val, max_val, True)


def _clamp(input: Any, min: Any = None, max: Any = None) -> _Relu | None:
    plain = isinstance(min, int | float) and (max is None or isinstance(max, int | float))
    return _Relu(input, None if max is None else float(max)) if plain and min == 0 else None


def _clamp_in_place(input: Any, min: Any = None, max: Any = None) -> _Relu | None:
    relu = _clamp(input, min, max)
    return None if relu is None else replace(relu, in_place=True)


_UNDERSTOOD: dict[Operation, Callable[..., _Relu | None]] = {
    **dict.fromkeys((functional.relu, torch.relu, Tensor.relu), _relu),
    **dict.fromkeys((torch.relu_, Tensor.relu_), _relu_in_place),
    functional.relu6: _relu6,
    functional.hardtanh: _hardtanh,
    functional.hardtanh_: _hardtanh_in_place,
    **dict.fromkeys((torch.clamp, Tensor.clamp, torch.clip, Tensor.clip, torch.clamp_min, Tensor.clamp_min), _clamp),
    **dict.fromkeys((torch.clamp_, Tensor.clamp_, torch.clip_, Tensor.clip_), _clamp_in_place),
    **dict.fromkeys((torch.clamp_min_, Tensor.clamp_min_), _clamp_in_place),
}
