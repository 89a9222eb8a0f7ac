"""One output value of a convolution, a transposed one or a linear layer, taken apart into what it is the sum of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from vrcnn.inspection.results import LINEAR, TRANSPOSED
from vrcnn.inspection.weighted import Weighted


@dataclass(frozen=True)
class Taken:
    """The parts of a value; as in results.Step, whose words these are."""

    patch: np.ndarray
    inside: np.ndarray
    kernel: np.ndarray
    sums: np.ndarray
    first_input: int
    bias: float | None
    value: float
    computed: float
    origin: tuple[int, ...]


def take_apart(call: Weighted, index: tuple[int, ...]) -> Taken:
    """The value at `index` of the call's result. Takes memory for one input with its padding."""
    channel = index[call.channel_axis]
    read = call.inputs_of(channel)
    kernel = call.by_output[channel]
    origin: tuple[int, ...] = ()
    if call.kind == LINEAR:
        patch, inside = call.input[index[:-1]], torch.ones((), dtype=torch.bool)
    elif call.kind == TRANSPOSED:
        patch, inside, origin = _spread(call, index[call.channel_axis + 1 :], read)
    else:
        patch, inside, origin = _gathered(call, index[call.channel_axis + 1 :], read)
    sums = (patch.double() * kernel.double()).flatten(1).sum(1) if patch.ndim > 1 else patch.double() * kernel.double()
    bias = None if call.bias is None else float(call.bias[channel])
    return Taken(
        patch=_array(patch),
        inside=inside.cpu().numpy(),
        kernel=_array(kernel),
        sums=sums.cpu().numpy(),
        first_input=read.start,
        bias=bias,
        value=float(np.float32(float(sums.sum()) + (bias or 0.0))),
        computed=float(call.result[index]),
        origin=origin,
    )


def _gathered(call: Weighted, place: tuple[int, ...], read: range) -> tuple[Tensor, Tensor, tuple[int, ...]]:
    """(inputs, *kernel size), which of it is not padding, and where it begins."""
    patch = call.padded()[read.start : read.stop]
    inside = torch.ones((), dtype=torch.bool)
    origin = []
    axes = zip(place, call.stride, call.dilation, call.padding, call.input_size(), call.weight.shape[2:], strict=True)
    for axis, (at, stride, dilation, (before, _), size, taps) in enumerate(axes):
        places = at * stride + dilation * torch.arange(taps)
        patch = patch.index_select(axis + 1, places.to(patch.device))
        inside = inside[..., None] & (places >= before) & (places < before + size)
        origin.append(at * stride - before)
    return patch, inside, tuple(origin)


def _spread(call: Weighted, place: tuple[int, ...], read: range) -> tuple[Tensor, Tensor, tuple[int, ...]]:
    """The same of a transposed convolution: the input value that meets each weight there, 0 where none does."""
    patch = call.padded()[read.start : read.stop]
    inside = torch.ones((), dtype=torch.bool)
    origin = []
    axes = zip(place, call.stride, call.dilation, call.padding, call.input_size(), call.weight.shape[2:], strict=True)
    for axis, (at, stride, dilation, (before, _), size, taps) in enumerate(axes):
        reached = at + before - dilation * torch.arange(taps)
        places = reached.div(stride, rounding_mode="floor")
        meets = (reached % stride == 0) & (places >= 0) & (places < size)
        patch = patch.index_select(axis + 1, places.clamp(0, size - 1).to(patch.device))
        inside = inside[..., None] & meets
        met = places[meets]
        origin.append(int(met.min()) if met.numel() else 0)
    return patch.where(inside.to(patch.device), 0.0), inside, tuple(origin)


def _array(tensor: Tensor) -> np.ndarray:
    return tensor.detach().float().cpu().numpy()
