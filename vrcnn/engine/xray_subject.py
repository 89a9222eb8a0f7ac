"""A network on show as its susceptibility is measured: scores before softmax, out of what it puts out."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from vrcnn.engine.answers import answer_of
from vrcnn.engine.class_scores import tensors_of
from vrcnn.errors import UserError
from vrcnn.network.example import ExampleInput
from vrcnn.network.guard import unchanged
from vrcnn.network.source import NetworkSource
from vrcnn.susceptibility.subject import Subject

TINY = 1e-30  # of a probability, so that its logarithm is finite


def subject_of(source: NetworkSource) -> Subject:
    """The network with the scores of its classes. Raises UserError where it reads no pictures or has none."""
    source.require_network()
    example = ExampleInput(source.arguments, source.keywords, source.slot)
    if example.tensor is None:
        raise UserError(f"{source.name} reads no picture, so there is nothing that a sieve could be held before.")
    with unchanged(source.module), torch.no_grad():
        given = example.with_tensor(example.tensor.clone())
        output = source.module(*given.arguments, **given.keywords)
    if answer_of(output, example.tensor, source.labels, source.task).kind != "classes":
        raise UserError(
            f"{source.name} puts out no scores of classes, so there are neither curves of them nor answers that flip; "
            "how much its channels change is on the walls."
        )
    return Subject(source.name, source.module, example, scores_in)


def scores_in(output: object) -> Tensor:
    """(n, K) before softmax: the first floating-point tensor (n, K) or (n, K, 1, 1) of what the network puts out for n
    pictures, "logits" and "out" before the rest. Of probabilities the logarithms."""
    found = list(_candidates(tensors_of(output)))
    if not found:
        raise UserError("The network puts out no scores of classes for these pictures.")
    scores = next((each for each in found if each.shape[1] > 1), found[0])
    sums, least = scores.sum(1), scores.amin()
    if scores.shape[1] > 1 and bool(least >= 0) and bool(((sums - 1).abs() < 1e-3).all()):
        return scores.double().clamp_min(TINY).log()
    return scores


def _candidates(tensors: Iterator[Tensor]) -> Iterator[Tensor]:
    for tensor in tensors:
        if tensor.is_floating_point() and tensor.ndim in (2, 4, 5) and all(side == 1 for side in tensor.shape[2:]):
            yield tensor.detach().flatten(1)
