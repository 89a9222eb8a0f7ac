"""What becomes of the answers when half of a layer's channels are silenced: those that a sieve changes most or least,
or any half."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from vrcnn.errors import UserError
from vrcnn.susceptibility.formulas import centred
from vrcnn.susceptibility.results import Ablation
from vrcnn.susceptibility.subject import Subject

HALVES = 3  # random ones


def halves_of(changes: np.ndarray, draws: int = HALVES, seed: int = 0) -> dict[str, list[np.ndarray]]:
    """Which channels are silenced: by "most", "least" and "random", half of them each (one fewer of an odd number).

    `changes` (channels,) is how much a sieve changes each; dead ones (NaN) count as not changed at all.
    """
    order = np.argsort(np.nan_to_num(changes, nan=-1.0), kind="stable")
    half, chance = len(order) // 2, np.random.default_rng(seed)
    return {
        "most": [np.sort(order[len(order) - half :])],
        "least": [np.sort(order[:half])],
        "random": [np.sort(chance.permutation(len(order))[:half]) for _ in range(draws)],
    }


def ablated(
    subject: Subject,
    pictures: Tensor,
    layer: str,
    sieve: str,
    changes: np.ndarray,
    labels: Sequence[int] | np.ndarray | None = None,
    draws: int = HALVES,
    seed: int = 0,
    progress: Callable[[int, int], None] = lambda done, total: None,
    about: str = "",
    together: int | None = None,
) -> Ablation:
    """Silences halves of the channels of a layer, each to zero, and counts the answers that stay as they are.

    `changes` (channels,) is how much `sieve` changes each channel, `labels` (N,) what the network was taught of each
    picture (N, C, ...), -1 where nobody knows, `about` which pictures they are, `together` how many go through at a
    time, None for as many as memory is meant for. `progress` is told (done, total) forward passes. Raises UserError for
    a layer that there is not, of fewer than two channels, or of a network without classes.
    """
    place = next((place for place, node in enumerate(subject.layers) if layer in (node.title, node.name)), None)
    if place is None or place not in subject.readings:
        raise UserError(f"{subject.name} has no layer {layer} whose channels could be silenced.")
    if subject.scores is None or len(changes) < 2:
        lacking = "scores of classes" if subject.scores is None else "second channel"
        raise UserError(
            f"Channels of {layer} cannot be silenced to see what becomes of answers: there is no {lacking}."
        )
    halves = halves_of(changes, draws, seed)
    total, done = 1 + sum(map(len, halves.values())), 1
    parts = pictures.split(together or subject.together(tuple(pictures.shape[1:])))
    before = _answers(subject, parts, place, None)
    known = None if labels is None else np.asarray(labels)
    progress(done, total)
    kept: dict[str, list[float]] = {name: [] for name in halves}
    right: dict[str, list[float]] = {} if known is None else {"all": [_share(before == known, known)]}
    for name, several in halves.items():
        for channels in several:
            after = _answers(subject, parts, place, channels)
            kept[name].append(float((after == before).mean()))
            if known is not None:
                right.setdefault(name, []).append(_share(after == known, known))
            done += 1
            progress(done, total)
    return Ablation(layer, sieve, _means(kept), _means(right), draws, about)


def _answers(subject: Subject, parts: Sequence[Tensor], place: int, channels: np.ndarray | None) -> np.ndarray:
    """(N,): the best class of each picture."""
    assert subject.scores is not None
    instead = None if channels is None else {place: subject.silencing(place, torch.from_numpy(channels))}
    return np.concatenate([centred(subject.scores(subject.run(part, None, instead))).argmax(1) for part in parts])


def _share(right: np.ndarray, labels: np.ndarray) -> float:
    known = labels >= 0
    return float(right[known].mean()) if known.any() else float("nan")


def _means(values: Mapping[str, Sequence[float]]) -> dict[str, float]:
    return {name: float(np.mean(each)) for name, each in values.items()}
