"""Convolutions and linear layers as the network calls them: their weights and settings, and what one value is made of.

They are found by watching the call while it runs again, so that weights which are computed first (parametrized, shared,
handed to a functional convolution) are the ones that the network uses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from vrcnn.inspection.results import CONVOLUTION, LINEAR, TRANSPOSED
from vrcnn.network.operations import operation_name

_CONVOLUTION = ("input", "weight", "bias", "stride", "padding", "dilation", "groups")
_TRANSPOSED = ("input", "weight", "bias", "stride", "padding", "output_padding", "groups", "dilation")
_ANY = ("input", "weight", "bias", "stride", "padding", "dilation", "transposed", "output_padding", "groups")
_NAMES = {
    **{f"conv{n}d": _CONVOLUTION for n in (1, 2, 3)},
    **{f"conv_transpose{n}d": _TRANSPOSED for n in (1, 2, 3)},
    "convolution": _ANY,
    "linear": ("input", "weight", "bias"),
}


@dataclass(frozen=True)
class Weighted:
    """One call of a convolution or a linear layer.

    Attributes:
        kind: one of results.KINDS.
        input: (N, channels, ...) what it reads, before any padding; of a linear layer (..., features).
        weight: as torch has it; of quantized layers its numbers.
        result: what it made.
        stride, dilation, output_padding: a number for each axis of the space; `padding` (before, after) for each.
        edges: what the padding holds: "constant", "reflect", "replicate" or "circular"; `fill` is that constant.
        quantum: of a quantized layer, how far the values lie apart that it can make; 0 of others.
    """

    kind: str
    input: Tensor
    weight: Tensor
    bias: Tensor | None
    result: Tensor
    stride: tuple[int, ...] = ()
    padding: tuple[tuple[int, int], ...] = ()
    dilation: tuple[int, ...] = ()
    output_padding: tuple[int, ...] = ()
    groups: int = 1
    edges: str = "constant"
    fill: float = 0.0
    quantum: float = 0.0

    @property
    def by_output(self) -> Tensor:
        """(outputs, inputs of a group, *kernel size): the weights, whatever their order in torch is."""
        if self.kind != TRANSPOSED:
            return self.weight
        inputs, outputs, *size = self.weight.shape
        grouped = self.weight.reshape(self.groups, inputs // self.groups, outputs, *size)
        return grouped.transpose(1, 2).reshape(self.groups * outputs, inputs // self.groups, *size)

    @property
    def outputs(self) -> int:
        return self.weight.shape[1] * self.groups if self.kind == TRANSPOSED else self.weight.shape[0]

    @property
    def channel_axis(self) -> int:
        """Of the result: which axis counts the outputs."""
        return self.result.ndim - 1 if self.kind == LINEAR else self.result.ndim - 1 - len(self.stride)

    def place_of(self, index: tuple[int, ...]) -> tuple[int, ...]:
        """Where a value of the result stands in its space; of a linear layer among its tokens."""
        places = index[: self.channel_axis] + index[self.channel_axis + 1 :]
        return places[len(places) - len(self.stride) :] if self.stride else places[1:]

    def inputs_of(self, channel: int) -> range:
        """The input channels that this output reads."""
        count = self.by_output.shape[1]
        first = channel // (self.outputs // self.groups) * count
        return range(first, first + count)

    def padded(self) -> Tensor:
        """The first item's input with its padding, (channels, ...); of a linear layer the input as it is."""
        if self.kind == LINEAR:
            return self.input
        item = self._first_item()
        if self.kind == TRANSPOSED or not any(map(any, self.padding)):
            return item
        pads = [side for pair in reversed(self.padding) for side in pair]
        if self.edges == "constant":
            return functional.pad(item, pads, value=self.fill)
        return functional.pad(item[None], pads, mode=self.edges)[0]

    def input_size(self) -> tuple[int, ...]:
        """Of the space."""
        return tuple(self.input.shape[self.input.ndim - len(self.stride) :])

    def _first_item(self) -> Tensor:
        return self.input[0] if self.input.ndim == self.weight.ndim else self.input


def watch_weights(run: Callable[[], object]) -> tuple[Weighted, ...]:
    """All convolutions and linear layers that `run` calls, in order; without gradients."""
    watch = _Watch()
    with torch.no_grad(), watch:
        run()
    return tuple(watch.found)


def quantized(module: nn.Module, source: Tensor, result: Tensor) -> Weighted | None:
    """What one of torch's statically quantized layers computes, in the numbers that its integers stand for."""
    if not (source.is_quantized and result.is_quantized and callable(getattr(module, "weight", None))):
        return None
    weight, bias = module.weight(), module.bias()  # type: ignore[operator]
    weight, source = weight.dequantize(), source.dequantize()
    bias = None if bias is None else bias.detach()
    quantum, result = float(result.q_scale()), result.dequantize()
    if weight.ndim == 2:
        return Weighted(LINEAR, source, weight, bias, result, quantum=quantum)
    settings = {name: getattr(module, name) for name in ("stride", "padding", "dilation", "groups")}
    transposed = "Transpose" in type(module).__name__
    given = {"output_padding": getattr(module, "output_padding", 0), "transposed": transposed, **settings}
    found = _convolution(source, weight, bias, result, given)
    mode = str(getattr(module, "padding_mode", "zeros"))
    return replace(found, quantum=quantum, edges="constant" if mode == "zeros" else mode)


@dataclass(frozen=True)
class _Padding:
    source: Tensor
    result: Tensor
    pads: tuple[int, ...]
    mode: str
    fill: float


class _Watch(TorchFunctionMode):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Weighted] = []
        self._paddings: dict[int, _Padding] = {}

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        name = operation_name(func)
        result = func(*args, **kwargs)
        if name in _NAMES and isinstance(result, Tensor):
            given = {**dict(zip(_NAMES[name], args, strict=False)), **kwargs}
            self.found.append(self._weighted(name, given, result))
        elif name == "pad" and isinstance(result, Tensor):
            given = {**dict(zip(("input", "pad", "mode", "value"), args, strict=False)), **kwargs}
            padding = _Padding(
                given["input"],
                result,
                tuple(int(side) for side in given["pad"]),
                given.get("mode", "constant"),
                float(given.get("value") or 0.0),
            )
            self._paddings[id(result)] = padding
        return result

    def _weighted(self, name: str, given: Mapping[str, Any], result: Tensor) -> Weighted:
        source, weight, bias = (
            None if each is None else each.detach() for each in (given["input"], given["weight"], given.get("bias"))
        )
        assert source is not None
        assert weight is not None
        if name == "linear":
            return Weighted(LINEAR, source, weight, bias, result)
        transposed = given.get("transposed", name.startswith("conv_transpose"))
        found = _convolution(source, weight, bias, result, {**given, "transposed": transposed})
        before = self._paddings.get(id(given["input"]))
        if before is None or transposed or any(map(any, found.padding)) or len(before.pads) != 2 * len(found.stride):
            return found
        pairs = tuple(zip(before.pads[::2], before.pads[1::2], strict=True))[::-1]
        return replace(found, input=before.source, padding=pairs, edges=before.mode, fill=before.fill)


def _convolution(
    source: Tensor, weight: Tensor, bias: Tensor | None, result: Tensor, given: Mapping[str, Any]
) -> Weighted:
    count = weight.ndim - 2
    dilation = _each(given.get("dilation", 1), count)
    return Weighted(
        kind=TRANSPOSED if given["transposed"] else CONVOLUTION,
        input=source,
        weight=weight,
        bias=bias,
        result=result,
        stride=_each(given.get("stride", 1), count),
        padding=_paddings(given.get("padding", 0), tuple(weight.shape[2:]), dilation),
        dilation=dilation,
        output_padding=_each(given.get("output_padding", 0), count),
        groups=int(given.get("groups", 1)),
    )


def _paddings(padding: Any, kernel: tuple[int, ...], dilation: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """(before, after) for each axis; "same" as torch has it, the odd one behind."""
    if padding == "same":
        totals = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
        return tuple((total // 2, total - total // 2) for total in totals)
    sides = _each(0 if padding == "valid" else padding, len(kernel))
    return tuple((side, side) for side in sides)


def _each(value: Any, count: int) -> tuple[int, ...]:
    """A number for each axis, of one for all or of one for each."""
    if isinstance(value, Sequence):
        numbers = tuple(int(number) for number in value)
        return numbers * count if len(numbers) == 1 else numbers
    return (int(value),) * count
