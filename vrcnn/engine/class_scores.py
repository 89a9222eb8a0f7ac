"""Class probabilities: which tensor of an output holds them, and what they are, of one picture or of a batch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import torch
from torch import Tensor

PREFERRED_KEYS = ("logits", "out")


def class_probabilities(output: object, labels: Sequence[str] | None, task: str | None) -> Tensor | None:
    """(K,) float64 on the CPU, K of 2 or more; None where the output holds no classes, as `answer_of` finds them.

    What sums to 1 and is nowhere below 0 is taken as it is, of everything else the softmax. NaN and infinities in the
    output are left in it, as they are.
    """
    vectors = [vector for tensor in tensors_of(output) if (vector := vector_of(tensor)) is not None]
    several = sorted((vector for vector in vectors if vector.numel() > 1), key=lambda vector: vector.ndim == 1)
    if several:
        values = several[0].detach().flatten().double().cpu()
    elif vectors and (task is not None or (labels is not None and len(labels) in (1, 2))):
        values = vectors[0].detach().flatten().double().cpu()
    else:
        return None
    if not bool(values.isfinite().all()):
        return values
    values = values if several else _both(values)
    is_distribution = bool((values >= 0).all()) and abs(float(values.sum()) - 1) < 1e-3
    return values if is_distribution else torch.softmax(values, 0)


def class_names(labels: Sequence[str] | None, count: int) -> dict[int, str]:
    """The classes' names by index; none where the labels are of another number."""
    if labels is not None and len(labels) == count:
        return {index: str(label) for index, label in enumerate(labels)}
    if labels is not None and count == 2 and len(labels) == 1:
        return {0: f"not {labels[0]}", 1: str(labels[0])}
    return {}


def part_of_batch(output: object, place: int, count: int) -> object:
    """What `output`, that of a batch of `count`, says of the picture at `place`, as a pass of that one alone would.

    Tensors whose first dimension is the batch become (1, ...); others stay as they are.
    """
    if isinstance(output, Tensor):
        return output[place : place + 1] if output.ndim and output.shape[0] == count else output
    parts = parts_of(output)
    return {key: part_of_batch(part, place, count) for key, part in parts.items()} if parts else output


def parts_of(output: object) -> dict[Any, Any]:
    """The parts of a structure; nothing for anything else."""
    match output:
        case Mapping():
            return dict(output)
        case tuple() if hasattr(output, "_fields"):
            return dict(zip(output._fields, output, strict=True))
        case tuple() | list():
            return dict(enumerate(output))
    if is_dataclass(output) and not isinstance(output, type):
        return {field.name: getattr(output, field.name, None) for field in fields(output)}
    return {}


def tensors_of(output: object) -> Iterator[Tensor]:
    """Every tensor of the output, those of the preferred keys first."""
    if isinstance(output, Tensor):
        if output.layout is torch.strided and not output.is_quantized and not output.is_nested:
            yield output
        return
    parts = parts_of(output)
    for key in sorted(parts, key=lambda key: key not in PREFERRED_KEYS):
        yield from tensors_of(parts[key])


def vector_of(tensor: Tensor) -> Tensor | None:
    """(1, K), (1, K, 1, 1) or (K,) of floating-point values."""
    if not tensor.is_floating_point() or not tensor.numel():
        return None
    if tensor.ndim == 1:
        return tensor
    is_one = tensor.ndim in (2, 4, 5) and tensor.shape[0] == 1 and all(length == 1 for length in tensor.shape[2:])
    return tensor if is_one else None


def _both(value: Tensor) -> Tensor:
    """The probabilities of the first and the second of two classes; values beyond 0..1 are logits."""
    second = value if 0 <= float(value) <= 1 else torch.sigmoid(value)
    return torch.cat((1 - second, second))
