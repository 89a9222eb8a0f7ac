"""The network's answer as class probabilities, where its output is a vector of class scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import torch
from torch import Tensor

from vrcnn.engine.messages import Score

PREFERRED_KEYS = ("logits", "out")


def best_scores(output: object, labels: Sequence[str] | None, count: int = 10) -> tuple[Score, ...]:
    """The `count` most probable classes, the best first.

    The output counts as class scores if it is a floating-point tensor (1, K) with K of 2 or more; in a dictionary,
    tuple or list the first such tensor is taken, one under "logits" or "out" before the others. Softmax is applied
    unless the values are probabilities already. Empty for any other output and for one with NaN or infinities.
    Where `labels` does not have K names, the classes are called "class 17".
    """
    logits = next((tensor for tensor in _tensors(output) if _is_vector(tensor)), None)
    if logits is None:
        return ()
    values = logits.detach()[0].double().cpu()
    if not bool(values.isfinite().all()):
        return ()
    is_distribution = bool((values >= 0).all()) and abs(float(values.sum()) - 1) < 1e-3
    probabilities = values if is_distribution else torch.softmax(values, 0)
    best = probabilities.topk(min(count, probabilities.numel()))
    known = labels if labels is not None and len(labels) == probabilities.numel() else None
    return tuple(
        Score(index, str(known[index]) if known is not None else f"class {index}", probability)
        for probability, index in zip(best.values.tolist(), best.indices.tolist(), strict=True)
    )


def _is_vector(tensor: Tensor) -> bool:
    return tensor.ndim == 2 and tensor.shape[0] == 1 and tensor.shape[1] >= 2 and tensor.is_floating_point()


def _tensors(output: object) -> Iterator[Tensor]:
    if isinstance(output, Tensor):
        yield output
    elif isinstance(output, Mapping):
        for key in sorted(output, key=lambda key: key not in PREFERRED_KEYS):
            yield from _tensors(output[key])
    elif isinstance(output, (tuple, list)):
        for item in output:
            yield from _tensors(item)
