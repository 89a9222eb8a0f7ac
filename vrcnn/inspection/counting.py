"""Counts multiply-adds while calls run: as torch's own flop counter does, and those of recurrent layers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from vrcnn.network.structures import tensors

COUNTING = (
    "one multiplication with its addition, as torch.utils.flop_counter counts them (half of its FLOPs): convolutions, "
    "matrix products, attention; here also recurrent layers; nothing else"
)


class Counting(TorchDispatchMode):
    """Inside, `multiply_adds` grows with every call. The calls themselves are torch's, with the same results."""

    def __init__(self) -> None:
        from torch.utils.flop_counter import flop_registry  # here, as it takes time that the start has better uses for

        super().__init__()
        self.multiply_adds = 0
        self._known = flop_registry

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False  # else torch 2.6 and later import their compiler for it, which takes seconds

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        result = func(*args, **kwargs)
        packet = func._overloadpacket
        if packet in self._known:
            self.multiply_adds += int(self._known[packet](*args, **kwargs, out_val=result)) // 2
        elif (own := _OWN.get(packet.__name__)) is not None:
            self.multiply_adds += own(args)
        return result


def _attention(args: tuple[Any, ...]) -> int:
    """Of queries, keys and values (..., length, width): every query by every key, and those by every value."""
    query, key, value = args[:3]
    pairs = math.prod(query.shape[:-2]) * query.shape[-2] * key.shape[-2]
    return pairs * (query.shape[-1] + value.shape[-1])


def _recurrent(args: tuple[Any, ...]) -> int:
    """Of the sequence (length, batch, width) or (batch, length, width): all weights once for each of its items."""
    return _by_weights(args[0], tensors(args[2]))  # behind the state


def _recurrent_layer(args: tuple[Any, ...]) -> int:
    """The same of one layer in one direction, whose weights come one by one."""
    return _by_weights(args[0], list(args[1:5]))


def _by_weights(sequence: Tensor, weights: list[Tensor]) -> int:
    return math.prod(sequence.shape[:-1]) * sum(each.numel() for each in weights if each.ndim == 2)


_OWN: dict[str, Callable[[tuple[Any, ...]], int]] = {
    "_scaled_dot_product_flash_attention_for_cpu": _attention,
    "lstm": _recurrent,
    "gru": _recurrent,
    "rnn_tanh": _recurrent,
    "rnn_relu": _recurrent,
    "mkldnn_rnn_layer": _recurrent_layer,
}
