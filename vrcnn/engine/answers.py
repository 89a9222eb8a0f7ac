"""What a network's output says: class probabilities, a class for every pixel, boxes, or nothing of the kind."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import torch
from torch import Tensor

from vrcnn.engine.class_scores import PREFERRED_KEYS, class_names, class_probabilities, parts_of, tensors_of
from vrcnn.engine.messages import Score
from vrcnn.engine.overlays import Box, box_overlay, class_overlay, plain_overlay
from vrcnn.network.arrays import middle_slice
from vrcnn.network.palette import Colour, class_colours

COUNT = 10  # of classes or detections that are named
SURE = 0.5  # the least score of a detection that is drawn
DRAWN = 50  # boxes at most
COARSEST = 16  # input pixels on one value of a class map, at most
MOST_UNNAMED = 256  # a map of more channels, which no labels name, holds features
BACKGROUNDS = frozenset({"background", "__background__", "bg", "void", "unlabeled", "unlabelled", "none", "nothing"})


@dataclass(frozen=True)
class Answer:
    """The fields of Predicted that the output decides; see there."""

    kind: str
    scores: tuple[Score, ...] = ()
    overlay: np.ndarray | None = None


NONE = Answer("none")


def answer_of(
    output: object,
    picture: Tensor | None,
    labels: Sequence[str] | None,
    task: str | None,
    colours: Sequence[Colour] | None = None,
) -> Answer:
    """Finds out what kind of answer the output is. `task`, as a model file says it, allows no other kind.

    - "boxes": a dictionary or a data class with `boxes` (n, 4), in pixels of the input, left, top, right, bottom; with
      `scores` and `labels` (n,) where it has them.
    - "classes": a floating-point tensor (1, K), (1, K, 1, 1) or (K,), K of 2 or more. One value alone is the second of
      two classes, where there are one or two labels.
    - "segments": a floating-point tensor (1, K, H, W), no coarser than a sixteenth of the input; for a volume
      (1, K, D, H, W). Without names for it and without `task` it is one only if it is the output's only such tensor
      (or its "out" or "logits"), and K is neither 1 nor that of a picture (3, or the input's) nor more than 256. With
      one or two names or `task`, one channel is a mask; with `task`, whole numbers (1, H, W) are class indices.

    In dictionaries, tuples, lists and data classes "logits" and "out" come before the rest. An output with NaN or
    infinities has its kind and no scores.

    Arguments:
        picture: what went in, (1, C, H, W) or (1, C, D, H, W); None where the network reads no picture.
        labels: names of the classes; those of another number are not used.
        colours: of the classes in segments and boxes; where there are none, those of network/palette.py.
    """
    if task in (None, "detection") and (answer := _boxes(output, picture, labels, colours)) is not None:
        return answer
    preferred = [output[key] for key in PREFERRED_KEYS if isinstance(output, Mapping) and key in output]
    for part in (*preferred, output):
        if task in (None, "classification") and (answer := _classes(part, labels, task)) is not None:
            return answer
        if task in (None, "segmentation") and (answer := _segments(part, picture, labels, task, colours)) is not None:
            return answer
    return NONE


def _classes(output: object, labels: Sequence[str] | None, task: str | None) -> Answer | None:
    probabilities = class_probabilities(output, labels, task)
    if probabilities is None:
        return None
    if not bool(probabilities.isfinite().all()):
        return Answer("classes")
    best = probabilities.topk(min(COUNT, probabilities.numel()))
    names = class_names(labels, probabilities.numel())
    return Answer(
        "classes",
        tuple(
            Score(index, names.get(index, f"class {index}"), probability)
            for probability, index in zip(best.values.tolist(), best.indices.tolist(), strict=True)
        ),
    )


def _segments(
    output: object,
    picture: Tensor | None,
    labels: Sequence[str] | None,
    task: str | None,
    colours: Sequence[Colour] | None,
) -> Answer | None:
    if picture is None or picture.ndim not in (4, 5):
        return None
    scores = score_maps(output, picture, labels, task)
    if scores is None:
        return None
    if scores.is_floating_point():
        values = scores.detach()[0].float().cpu()
        if not bool(values.isfinite().all()):
            return Answer("segments")
        count = max(2, len(values))
        classes = values.argmax(0) if len(values) > 1 else _mask(values[0])
        names = _mask_names(labels) if len(values) == 1 else class_names(labels, count)
    else:
        classes = scores.detach()[0].long().cpu()
        names = dict(enumerate(map(str, labels or ())))
    background = 0 if names.get(0, "").strip().casefold() in BACKGROUNDS else None
    colour = class_colours(colours, background)
    found, counts = torch.unique(classes, return_counts=True)
    shares = sorted(zip(counts.tolist(), found.tolist(), strict=True), key=lambda share: (-share[0], share[1]))
    legend = tuple(
        Score(
            index,
            names.get(index, f"class {index}"),
            count / classes.numel(),
            None if index == background else colour(index),
        )
        for count, index in shares[:COUNT]
    )
    shown = middle_slice(classes) if classes.ndim == 3 else classes
    return Answer("segments", legend, class_overlay(picture, shown.numpy(), background, colour))


def score_maps(output: object, picture: Tensor, labels: Sequence[str] | None, task: str | None) -> Tensor | None:
    """(1, K, ...) scores of classes, or (1, ...) class indices, for every pixel of the picture."""
    tensors = list(tensors_of(output))
    maps = [tensor for tensor in tensors if tensor.is_floating_point() and _covers(tensor, picture)]
    if task is not None:
        indices = [found for tensor in tensors if (found := _indices(tensor, picture)) is not None]
        return next(iter([*maps, *indices]), None)
    named = [tensor for tensor in maps if labels is not None and _named_by(labels, tensor.shape[1])]
    if named:
        return named[0]
    several = [tensor for tensor in maps if tensor.shape[1] > 1]
    if len(several) != 1:
        return None
    channels = several[0].shape[1]
    return several[0] if channels not in (3, picture.shape[1]) and channels <= MOST_UNNAMED else None


def _named_by(labels: Sequence[str], channels: int) -> bool:
    """Whether these are names for a map of so many channels; one channel is a mask, of one or of two classes."""
    return len(labels) == channels or (channels == 1 and len(labels) == 2)


def _covers(tensor: Tensor, picture: Tensor) -> bool:
    return (
        tensor.ndim == picture.ndim
        and tensor.shape[0] == 1
        and tensor.numel() > tensor.shape[1]
        and all(length * COARSEST >= size for length, size in zip(tensor.shape[2:], picture.shape[2:], strict=True))
    )


def _indices(tensor: Tensor, picture: Tensor) -> Tensor | None:
    """(1, ...) class indices; those of (...) and of (1, 1, ...) become so."""
    if tensor.is_floating_point() or tensor.is_complex():
        return None
    sizes = picture.ndim - 2
    if tensor.ndim == sizes:
        tensor = tensor[None]
    if tensor.ndim == sizes + 2 and tensor.shape[1] == 1:
        tensor = tensor[:, 0]
    return tensor if tensor.ndim == sizes + 1 and _covers(tensor[:, None], picture) else None


def _mask(values: Tensor) -> Tensor:
    """1 where the mask holds: above 0 for logits, above 0.5 where all values lie within 0..1."""
    is_probability = float(values.min()) >= 0 and float(values.max()) <= 1
    return (values > (0.5 if is_probability else 0)).long()


def _mask_names(labels: Sequence[str] | None) -> dict[int, str]:
    match len(labels or ()):
        case 1:
            return {0: "background", 1: str(labels[0])}  # type: ignore[index]
        case 2:
            return class_names(labels, 2)
    return {0: "background"}


def _boxes(
    output: object, picture: Tensor | None, labels: Sequence[str] | None, colours: Sequence[Colour] | None
) -> Answer | None:
    found = next(_detections(output), None)
    if found is None:
        return None
    corners = _rows(found["boxes"])
    sure, kinds = _column(found.get("scores"), len(corners)), _column(found.get("labels"), len(corners))
    if not all(math.isfinite(value) for value in (*chain(*corners), *(sure or ()), *(kinds or ()))):
        return Answer("boxes", (), None if picture is None else plain_overlay(picture))
    order = sorted(range(len(corners)), key=lambda place: -sure[place] if sure else place)
    if sure:
        order = [place for place in order if sure[place] > SURE] or order[:COUNT]
    scores, colour = [], class_colours(colours)
    for place in order[:DRAWN]:
        kind = int(kinds[place]) if kinds else place
        name = f"class {kind}" if kinds else f"box {place + 1}"
        if kinds and labels is not None and 0 <= kind < len(labels):
            name = str(labels[kind])
        scores.append(Score(kind, name, sure[place] if sure else 1.0, colour(max(0, kind))))
    overlay = None
    if picture is not None and picture.ndim == 4:
        drawn = zip(order[:DRAWN], scores, strict=True)
        overlay = box_overlay(picture, [_box(corners[place], score, bool(sure)) for place, score in drawn])
    return Answer("boxes", tuple(scores[:COUNT]), overlay)


def _box(corners: list[float], score: Score, is_scored: bool) -> Box:
    words = f"{score.label}  {score.probability:.0%}" if is_scored else score.label
    assert score.colour is not None
    left, top, right, bottom = corners
    return Box(left, top, right, bottom, words, score.colour)


def _detections(output: object) -> Iterator[Mapping[Any, Any]]:
    """Every part of the output with `boxes`, depth first."""
    parts = parts_of(output)
    boxes = parts.get("boxes")
    if (
        isinstance(boxes, Tensor)
        and boxes.ndim in (2, 3)
        and boxes.shape[-1] == 4
        and (boxes.ndim == 2 or len(boxes) == 1)
    ):
        yield parts
    for part in parts.values():
        if not isinstance(part, Tensor):
            yield from _detections(part)


def _rows(boxes: Tensor) -> list[list[float]]:
    return boxes.detach().double().reshape(-1, 4).cpu().tolist()


def _column(values: object, count: int) -> list[float] | None:
    if not isinstance(values, Tensor) or values.numel() != count or values.is_complex():
        return None
    return values.detach().double().flatten().cpu().tolist()
