"""Which input channels drive a channel of a convolution or a linear layer: by weights, and by what each adds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from vrcnn.inspection.results import LINEAR, TRANSPOSED
from vrcnn.inspection.weighted import Weighted

_FORWARD: dict[int, Callable[..., Any]] = {1: functional.conv1d, 2: functional.conv2d, 3: functional.conv3d}
_SPREAD: dict[int, Callable[..., Any]] = {
    1: functional.conv_transpose1d,
    2: functional.conv_transpose2d,
    3: functional.conv_transpose3d,
}


@dataclass(frozen=True)
class Driven:
    """Of each input of a channel's group, (inputs,) float64: the norm of its weights, the mean of what it adds to the
    output over all its places, and the mean of the absolute values of that.
    """

    norms: Tensor
    means: Tensor
    strengths: Tensor


def driven(call: Weighted, channel: int) -> Driven:
    """Of one output channel, for the first item of the batch. Takes memory for the inputs of its group."""
    kernel = call.by_output[channel]
    norms = kernel.double().flatten(1).norm(dim=1) if kernel.ndim > 1 else kernel.double().abs()
    added = contributions(call, channel).double()
    added = added.reshape(len(added), -1)
    return Driven(norms, added.mean(1), added.abs().mean(1))


def contributions(call: Weighted, channel: int) -> Tensor:
    """(inputs, ...): what each input of the group adds to each place of the output; with the bias they sum to it."""
    kernel, read = call.by_output[channel], call.inputs_of(channel)
    with torch.no_grad():
        if call.kind == LINEAR:
            item = call.input[0] if call.input.ndim > 1 else call.input
            return (item * kernel).movedim(-1, 0)
        source = call.padded()[None, read.start : read.stop]
        alone = kernel[:, None]
        if call.kind == TRANSPOSED:
            before = tuple(pair[0] for pair in call.padding)
            return _SPREAD[len(call.stride)](
                source, alone, None, call.stride, before, call.output_padding, len(read), call.dilation
            )[0]
        return _FORWARD[len(call.stride)](source, alone, None, call.stride, 0, call.dilation, len(read))[0]
