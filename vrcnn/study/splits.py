"""Which pictures of a data set are learned from and which are held out: by a seed, classes in balance, groups whole."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from vrcnn.errors import UserError
from vrcnn.study.picture_data import PictureData

ORDERS = 64  # that are tried until the groups of a class give its share
NEAR = 0.15  # of the share, by which it may be missed


@dataclass(frozen=True)
class Split:
    """Places of pictures in a data set, ascending: (n,) int64 each, none in both."""

    train: Tensor
    test: Tensor


def split_of(data: PictureData, train: int, test: int, seed: int) -> Split:
    """The split of a seed, with so many pictures; 0 for all there are.

    First every picture is put on a side: by the data set itself where it has a split, else the share `data.held_out` of
    each class, in whole groups; that depends on the seed, not on the counts. Then of each side so many are chosen, as
    many of each class (with a remainder, some classes have one more). Raises UserError where a class has fewer, and
    for data of one class.
    """
    if len(data.classes) < 2:
        raise UserError(f"{data.name} has one class only ({data.classes[0]}): nothing can be learned from it.")
    generator = torch.Generator().manual_seed(seed)
    held_out = data.official_test if data.official_test is not None else _held_out(data, generator)
    sides = []
    for asked, word, side in ((train, "to learn from", ~held_out), (test, "held out", held_out)):
        sides.append(_chosen(data, asked, word, side, generator))
    return Split(*sides)


def _held_out(data: PictureData, generator: torch.Generator) -> Tensor:
    """(N,) bool: the share of each class in whole groups. A group of several classes goes with its first one."""
    side = torch.full((int(data.groups.max()) + 1,), -1)  # of each group: 1 held out, 0 not, -1 not known yet
    for label in range(len(data.classes)):
        found, sizes = data.groups[data.labels == label].unique(return_counts=True)
        free = side[found] < 0
        already = int(sizes[side[found] == 1].sum())
        wanted = max(1.0, round(data.held_out * float(sizes.sum()))) - already
        side[found[free]] = _share(sizes[free], wanted, generator).long()
    return side[data.groups] == 1


def _share(sizes: Tensor, wanted: float, generator: torch.Generator) -> Tensor:
    """(n,) bool: some of the groups, with about `wanted` pictures; never all of them, where there are two or more."""
    best, missed = torch.zeros(len(sizes), dtype=torch.bool), float("inf")
    for order in range(ORDERS):
        taken = torch.zeros(len(sizes), dtype=torch.bool)
        left = wanted if order % 2 == 0 else wanted * (1 + NEAR)
        for place in torch.randperm(len(sizes), generator=generator).tolist():
            if sizes[place] <= left:
                taken[place] = True
                left -= float(sizes[place])
        off = abs(float(sizes[taken].sum()) - wanted)
        if off < missed and (taken.any() or wanted <= 0) and not taken.all():
            best, missed = taken, off
        if missed <= max(0.0, wanted * NEAR):
            break
    return best


def _chosen(data: PictureData, asked: int, word: str, side: Tensor, generator: torch.Generator) -> Tensor:
    """The places of as many pictures of a side as are asked for, ascending."""
    count = len(data.classes)
    of_class = [torch.nonzero(side & (data.labels == label)).flatten() for label in range(count)]
    there = [len(places) for places in of_class]
    if asked == 0 and min(there) > 0:
        return torch.nonzero(side).flatten()
    extra = torch.randperm(count, generator=generator)[: asked % count].tolist()
    wanted = [max(1, asked // count + (label in extra)) if asked else 1 for label in range(count)]
    short = [label for label in range(count) if there[label] < wanted[label]]
    if asked < 0 or 0 < asked < count:
        raise UserError(
            f"{asked} pictures {word} were asked for, and {data.name} has {count} classes: give 0 for all, or more."
        )
    few = ", ".join(f"{data.classes[label]} {there[label]}" for label in short[:8]) + ", ..." * (len(short) > 8)
    if short and not asked:
        raise UserError(
            f"Nothing {word} is left of some classes of {data.name} ({few}): each needs two different pictures."
        )
    if short:
        raise UserError(
            f"{asked} pictures {word} were asked for, {max(wanted)} of each of {count} classes of {data.name}, and "
            f"there are {sum(there)}, too few of these: {few}. Ask for at most {min(there) * count}, or for 0, which "
            "is all."
        )
    chosen = [
        places[torch.randperm(len(places), generator=generator)[:number]]
        for places, number in zip(of_class, wanted, strict=True)
    ]
    return torch.cat(chosen).sort().values
