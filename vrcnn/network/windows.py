"""How convolutions, pools and paddings slide over their space: read from torch's layers and from functional calls."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from torch import Tensor, nn

from vrcnn.network.graph import Window
from vrcnn.network.operations import torch_class

_NAMES = {
    "conv": ("input", "weight", "bias", "stride", "padding", "dilation"),
    "conv_transpose": ("input", "weight", "bias", "stride", "padding", "output_padding", "groups", "dilation"),
    "max_pool": ("input", "kernel_size", "stride", "padding", "dilation"),
    "avg_pool": ("input", "kernel_size", "stride", "padding"),
    "lp_pool": ("input", "norm_type", "kernel_size", "stride"),
}
_CONVOLUTION = ("input", "weight", "bias", "stride", "padding", "dilation", "transposed")
_FUNCTION = re.compile(r"(conv|conv_transpose|max_pool|avg_pool|lp_pool)([123])d(_with_indices)?")
_MODULE = re.compile(r"(Lazy)?(Conv|ConvTranspose|MaxPool|AvgPool|LPPool)([123])d")
_PADDING = re.compile(r"(Zero|Constant|Reflection|Replication|Circular)Pad([123])d")
_EDGES = {
    "Reflection": "reflect",
    "Replication": "replicate",
    "Circular": "circular",
    "reflect": "reflect",
    "replicate": "replicate",
    "circular": "circular",
}


def window_of_module(module: nn.Module) -> Window | None:
    """Of one of torch's layers; None where it has none, or where its attributes are not what torch's own would be."""
    name = torch_class(module).__name__
    try:
        if padding := _PADDING.fullmatch(name):
            return _padded(module.padding, _EDGES.get(padding[1], "zeros"))
        found = _MODULE.fullmatch(name)
        if found is None:
            return None
        count = int(found[3])
        return _window(
            count,
            module.kernel_size,
            module.stride,
            getattr(module, "padding", 0),
            getattr(module, "dilation", 1),
            "Transpose" in found[2],
            getattr(module, "padding_mode", "zeros"),
        )
    except (AttributeError, TypeError, ValueError, IndexError):
        return None


def window_of_call(operation: str, arguments: tuple[Any, ...], keywords: Mapping[str, Any]) -> Window | None:
    """Of a functional call; None where it has none, or is called as torch's documentation does not say."""
    try:
        if operation == "pad":
            given = {**dict(zip(("input", "pad", "mode"), arguments, strict=False)), **keywords}
            return _padded(given["pad"], _EDGES.get(given.get("mode", "constant"), "zeros"))
        if operation == "convolution":
            given = {**dict(zip(_CONVOLUTION, arguments, strict=False)), **keywords}
            return _convolution(given, given["weight"].ndim - 2, bool(given["transposed"]))
        found = _FUNCTION.fullmatch(operation)
        if found is None:
            return None
        kind, count = found[1], int(found[2])
        given = {**dict(zip(_NAMES[kind], arguments, strict=False)), **keywords}
        if kind.startswith("conv"):
            return _convolution(given, count, kind == "conv_transpose")
        return _window(
            count, given["kernel_size"], given.get("stride"), given.get("padding", 0), given.get("dilation", 1)
        )
    except (AttributeError, KeyError, TypeError, ValueError, IndexError):
        return None


def _convolution(given: Mapping[str, Any], count: int, transposed: bool) -> Window:
    weight = given["weight"]
    assert isinstance(weight, Tensor)
    kernel = tuple(weight.shape[2:])
    return _window(count, kernel, given.get("stride", 1), given.get("padding", 0), given.get("dilation", 1), transposed)


def _window(
    count: int,
    kernel: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    transposed: bool = False,
    edges: str = "zeros",
) -> Window:
    kernels, dilations = _each(kernel, count), _each(dilation, count)
    strides = kernels if stride is None or (isinstance(stride, Sequence) and not stride) else _each(stride, count)
    if padding == "same":
        paddings = tuple(d * (k - 1) // 2 for k, d in zip(kernels, dilations, strict=True))
    else:
        paddings = _each(0 if padding == "valid" else padding, count)
    return Window(kernels, strides, paddings, dilations, transposed, edges)


def _padded(padding: Any, edges: str) -> Window:
    """Of what only adds values at the edges; torch gives the last axis first, before and after it."""
    numbers = [int(number) for number in padding]
    before = tuple(reversed(numbers[::2]))
    ones = (1,) * len(before)
    return Window(ones, ones, before, ones, False, edges)


def _each(value: Any, count: int) -> tuple[int, ...]:
    """A number for each axis, of one for all or of one for each."""
    if isinstance(value, Sequence):
        numbers = tuple(int(number) for number in value)
        numbers = numbers * count if len(numbers) == 1 else numbers
        if len(numbers) != count:
            raise ValueError(f"{len(numbers)} numbers for {count} axes")
        return numbers
    return (int(value),) * count
