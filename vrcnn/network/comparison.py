"""Compares tensors: the same bit by bit, close within rounding, or different, and by how much. NaN equals NaN."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

# Of the largest number in the tensor: a reduction over some thousand terms in another order stays below.
TOLERANCE = {
    torch.float64: 1e-12,
    torch.complex128: 1e-12,
    torch.float32: 1e-5,
    torch.complex64: 1e-5,
    torch.float16: 1e-2,
    torch.bfloat16: 1e-2,
}
_BITS = {1: torch.uint8, 2: torch.int16, 4: torch.int32, 8: torch.int64, 16: torch.int64}


@dataclass(frozen=True)
class Comparison:
    """`verdict` is "same", "close" or "differs"; `difference` the largest one; `reason` says how it differs."""

    verdict: str
    difference: float = 0.0
    reason: str = ""


def compare(expected: Tensor, found: Tensor) -> Comparison:
    """How `found` agrees with `expected`."""
    with torch.no_grad(), torch._C.DisableTorchFunction():
        if expected.is_nested or found.is_nested:
            return _compare_parts(expected, found)
        if expected.shape != found.shape:
            return Comparison("differs", reason=f"shape {tuple(found.shape)} instead of {tuple(expected.shape)}")
        if expected.dtype != found.dtype:
            return Comparison("differs", reason=f"{found.dtype} instead of {expected.dtype}")
        expected, found = _dense(expected), _dense(found)
        if torch.equal(_bits(expected), _bits(found)):
            return Comparison("same")
        if not (expected.is_floating_point() or expected.is_complex()):
            count = int((expected != found).sum())
            return Comparison("differs", float(count), f"{count:,} of {expected.numel():,} numbers")
        return _compare_numbers(expected, found)


def same_structure(expected: list[Tensor], found: list[Tensor]) -> str:
    """ "" when all tensors are the same bit by bit; else what is not."""
    if len(expected) != len(found):
        return f"{len(found)} tensors came out, and {len(expected)} before"
    for place, (one, other) in enumerate(zip(expected, found, strict=True)):
        compared = compare(one, other)
        if compared.verdict != "same":
            return (
                f"output {place} differs by up to {compared.difference:.3g}"
                if not compared.reason
                else (f"output {place} differs: {compared.reason}")
            )
    return ""


def _compare_numbers(expected: Tensor, found: Tensor) -> Comparison:
    finite = expected.isfinite()
    if not torch.equal(expected.isnan(), found.isnan()) or not torch.equal(finite, found.isfinite()):
        return Comparison("differs", float("inf"), "other numbers are finite")
    infinite = expected.isinf()
    if not torch.equal(expected[infinite], found[infinite]):
        return Comparison("differs", float("inf"), "infinite with another sign")
    wide = torch.complex128 if expected.is_complex() else torch.float64
    one, other = expected[finite].to(wide), found[finite].to(wide)
    if not one.numel() or torch.equal(one, other):
        return Comparison("same")
    difference, largest = float((one - other).abs().max()), float(one.abs().max())
    if difference <= TOLERANCE.get(expected.dtype, 1e-2) * largest:
        return Comparison("close", difference)
    return Comparison("differs", difference, f"by up to {difference:.3g}, where the largest number is {largest:.3g}")


def _compare_parts(expected: Tensor, found: Tensor) -> Comparison:
    if not (expected.is_nested and found.is_nested):
        return Comparison("differs", reason="only one of them is a nested tensor")
    parts, others = expected.unbind(), found.unbind()
    if len(parts) != len(others):
        return Comparison("differs", reason=f"{len(others)} parts instead of {len(parts)}")
    order = ("same", "close", "differs")
    compared = [compare(one, other) for one, other in zip(parts, others, strict=True)]
    return max(compared, key=lambda each: order.index(each.verdict), default=Comparison("same"))


def _dense(tensor: Tensor) -> Tensor:
    if tensor.is_quantized:
        return tensor.int_repr()
    if tensor.layout is not torch.strided:
        return tensor.to_dense()
    return tensor.detach().resolve_conj().resolve_neg()


def _bits(tensor: Tensor) -> Tensor:
    return tensor.contiguous().reshape(-1).view(_BITS[tensor.element_size()])
