"""What is to become large: a number for each picture from the maps of a layer, and how alike variants are.

As in Olah, Mordvintsev and Schubert, "Feature Visualization" (Distill, 2017), https://distill.pub/2017/feature-visualization.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from vrcnn.featurevis.settings import Objective


def values(maps: Tensor, channels: Tensor | Sequence[int], objective: Objective) -> Tensor:
    """(n,): the objective of every picture, of its `maps` (n, C, ...); picture i is about channel number `channels[i]`.

    "direction" and "dream" are about the layer, so that it does not matter which channel is asked for. Of a layer
    without places it is the value itself. Raises ValueError for an objective of no known kind.
    """
    pictures = torch.arange(len(maps), device=maps.device)
    channels = torch.as_tensor(channels, device=maps.device)
    match objective.kind:
        case "channel":
            return maps[pictures, channels].flatten(1).mean(1)
        case "neuron":
            middle = maps[pictures, channels]
            while middle.ndim > 1:
                middle = middle.select(1, middle.shape[1] // 2)
            return middle
        case "percentile":
            chosen = maps[pictures, channels].flatten(1)
            above = max(1, round(chosen.shape[1] * (1 - objective.percentile / 100)))
            return chosen.topk(above, sorted=False).values.mean(1)
        case "direction":
            numbers, weights = zip(*objective.weights, strict=True)
            along = functional.normalize(torch.tensor(weights, dtype=maps.dtype, device=maps.device), dim=0)
            return maps[:, list(numbers)].flatten(2).mean(2) @ along
        case "pair":
            means = maps[pictures, channels].flatten(1).mean(1)
            if objective.partner is None:
                return means
            return means.lerp(maps[:, objective.partner].flatten(1).mean(1), objective.share)
        case "dream":
            return maps.flatten(1).square().mean(1)
    raise ValueError(f"there is no objective of the kind {objective.kind!r}")


def diversity(maps: Tensor, variants: int) -> Tensor:
    """(n,), 0 to 1: how like each picture's style is to that of the other variants of it; `variants` lie in a row.

    The style is the Gram matrix of the maps (n, C, ...), and likeness the cosine between two of them (Olah et al. 2017,
    "Diversity"). Zeros for a single variant.
    """
    if variants < 2:
        return maps.new_zeros(len(maps))
    flat = maps.flatten(2)
    styles = functional.normalize((flat @ flat.transpose(1, 2)).flatten(1), dim=1).unflatten(0, (-1, variants))
    alike = styles @ styles.transpose(1, 2)
    others = 1 - torch.eye(variants, dtype=maps.dtype, device=maps.device)
    return (alike * others).sum(2).flatten() / (variants - 1)


def aims(maps: Tensor, channels: Tensor | Sequence[int], objective: Objective) -> Tensor:
    """(n,): what an ascent makes large: the objective of every picture, less what it has in common with its variants.

    Likeness is paid for in shares of the objective's own size, so that `objective.diversity` means the same in every
    layer.
    """
    reached = values(maps, channels, objective)
    if objective.variants < 2 or len(maps) % objective.variants:
        return reached
    return reached - objective.diversity * reached.abs().detach() * diversity(maps, objective.variants)
