"""Tensors are the same, close within rounding, or different; what is compared, and how a difference is told."""

from __future__ import annotations

import torch

from vrcnn.network.comparison import compare, same_structure


def test_the_same_numbers_in_another_memory_layout_are_the_same() -> None:
    one = torch.randn(1, 4, 5, 6)
    assert compare(one, one.contiguous(memory_format=torch.channels_last)).verdict == "same"


def test_rounding_is_close_and_more_is_not() -> None:
    one = torch.tensor([1.0, 100.0])
    assert compare(one, one + 1e-4).verdict == "close"
    other = compare(one, one + torch.tensor([0.0, 0.5]))
    assert (other.verdict, other.difference) == ("differs", 0.5)
    half = one.half()
    assert compare(half, half + 0.5).verdict == "close"


def test_nan_and_infinity_equal_themselves_and_nothing_else() -> None:
    one = torch.tensor([float("nan"), float("inf"), 1.0])
    assert compare(one, one.clone()).verdict == "same"
    other_nan = (one.view(torch.int32) + torch.tensor([1, 0, 0], dtype=torch.int32)).view(torch.float32)
    assert compare(one, other_nan).verdict == "same"
    assert compare(one, torch.tensor([0.0, float("inf"), 1.0])).verdict == "differs"
    assert compare(one, torch.tensor([float("nan"), -float("inf"), 1.0])).verdict == "differs"


def test_shapes_kinds_and_whole_numbers_must_agree_exactly() -> None:
    assert "shape" in compare(torch.zeros(2), torch.zeros(1, 2)).reason
    assert "float64" in compare(torch.zeros(2), torch.zeros(2, dtype=torch.float64)).reason
    assert compare(torch.arange(4), torch.tensor([0, 1, 2, 4])).reason == "1 of 4 numbers"
    assert compare(torch.zeros(0, 3), torch.zeros(0, 3)).verdict == "same"
    assert compare(torch.tensor([True]), torch.tensor([False])).verdict == "differs"


def test_complex_sparse_and_quantized_tensors_are_compared() -> None:
    wave = torch.fft.fft(torch.arange(8.0))
    assert compare(wave, wave.clone()).verdict == "same"
    assert compare(wave, wave + 1).verdict == "differs"
    sparse = torch.eye(3).to_sparse()
    assert compare(sparse, sparse.clone()).verdict == "same"
    quantized = torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.quint8)
    assert compare(quantized, quantized.clone()).verdict == "same"


def test_outputs_are_the_same_only_when_all_their_tensors_are() -> None:
    one = [torch.zeros(2), torch.ones(2)]
    assert same_structure(one, [torch.zeros(2), torch.ones(2)]) == ""
    assert same_structure(one, [torch.zeros(2)]) == "1 tensors came out, and 2 before"
    assert "output 1 differs" in same_structure(one, [torch.zeros(2), torch.ones(2) + 1e-7])
