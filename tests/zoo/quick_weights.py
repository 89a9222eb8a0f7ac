"""Random weights in a tenth of the time: every initialization copies from one block of random numbers.

The numbers are finite and have the wanted spread, which is all that a capture needs; no network is trained here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

_RANDOM = {"normal_", "uniform_", "trunc_normal_", "orthogonal_", "kaiming_normal_", "kaiming_uniform_"}
_BLOCK = 65_537  # a prime, so that the filters of a layer start at different places of it


class TooLarge(Exception):  # noqa: N818
    """The network has more numbers than wanted."""


class QuickWeights(TorchFunctionMode):
    """Inside, networks are built quickly; TooLarge is raised once their tensors hold more than `limit` numbers."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(0)
        self._normal = torch.randn(_BLOCK, generator=generator)
        self._uniform = torch.rand(_BLOCK, generator=generator)
        self._limit = limit
        self._count = 0

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        name = getattr(func, "__name__", "")
        if name in _RANDOM:
            given = args[0] if args else kwargs["tensor"]
            if name == "normal_":
                return self._fill(given, self._normal, *_numbers(args, kwargs, ("mean", "std"), (0.0, 1.0)))
            if name == "uniform_":
                low, high = _numbers(args, kwargs, ("a", "b"), (0.0, 1.0))
                return self._fill(given, self._uniform, low, high - low)
            fan_in = given.numel() / max(given.shape[0], 1) if given.dim() > 1 else given.numel()
            return self._fill(given, self._normal, 0.0, (2.0 / max(fan_in, 1.0)) ** 0.5)
        if name == "erfinv_" and args[0].numel() > _BLOCK:  # a truncated normal distribution: a uniform one will do
            return args[0]
        result = func(*args, **kwargs)
        if name in ("empty", "zeros", "ones", "randn", "rand") and isinstance(result, Tensor):
            self._count += result.numel()
            if self._count > self._limit:
                raise TooLarge
        return result

    def _fill(self, tensor: Tensor, block: Tensor, offset: float, scale: float) -> Tensor:
        with torch.no_grad():
            numbers = block.mul(scale).add_(offset).to(tensor.dtype)
            if not tensor.is_contiguous():
                return tensor.copy_(numbers.repeat(tensor.numel() // _BLOCK + 1)[: tensor.numel()].view(tensor.shape))
            flat = tensor.detach().view(-1)
            whole = len(flat) // _BLOCK * _BLOCK
            flat[:whole].view(-1, _BLOCK).copy_(numbers.expand(whole // _BLOCK, _BLOCK))
            flat[whole:].copy_(numbers[: len(flat) - whole])
        return tensor


def _numbers(
    args: tuple[Any, ...], kwargs: dict[str, Any], names: tuple[str, str], defaults: tuple[float, float]
) -> tuple[float, float]:
    """The two parameters of a distribution, given by place or by name."""
    first, second = (
        args[place + 1] if len(args) > place + 1 else kwargs.get(name, default)
        for place, (name, default) in enumerate(zip(names, defaults, strict=True))
    )
    return float(first), float(second)
