"""The split of a seed over made-up sets: disjoint, in balance, groups whole, the same again; too few are told."""

from __future__ import annotations

import pytest
import torch

from vrcnn.errors import UserError
from vrcnn.study.picture_data import PictureData
from vrcnn.study.splits import split_of

SEEDS = range(12)


def made(sizes: list[list[int]], held_out: float = 0.2, official: bool = False) -> PictureData:
    """A set whose class k has groups of the sizes in sizes[k]; pictures in an order of their own."""
    labels = torch.tensor([label for label, groups in enumerate(sizes) for size in groups for _ in range(size)])
    flat = [size for groups in sizes for size in groups]
    groups = torch.repeat_interleave(torch.arange(len(flat)), torch.tensor(flat))
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(9))
    count = len(labels)
    return PictureData(
        name="made",
        pixels=torch.zeros(count, 3, 8, 8, dtype=torch.uint8),
        labels=labels[order],
        classes=tuple(f"kind {label}" for label in range(len(sizes))),
        files=tuple(map(str, range(count))),
        groups=groups[order],
        official_test=torch.arange(count) % 3 == 0 if official else None,
        license="",
        source="",
        digest="",
        held_out=held_out,
    )


SINGLE = made([[1] * 50, [1] * 35, [1] * 5])
FAMILIES = made([[24, 21, 6, 27, 7], [9] * 16, [1] * 259 + [8, 3], [66, 17, 12, 8, 17, 16, 22, 1]], 0.25)
OFFICIAL = made([[1] * 60, [1] * 60], official=True)


@pytest.mark.parametrize("data", [SINGLE, FAMILIES, OFFICIAL], ids=["pictures", "families", "its own"])
@pytest.mark.parametrize("seed", SEEDS)
def test_sides_are_disjoint_complete_in_balance_and_keep_groups_whole(data, seed):
    split = split_of(data, 0, 0, seed)
    both = torch.cat([split.train, split.test])
    assert both.sort().values.tolist() == list(range(len(data.labels)))
    assert split.train.tolist() == sorted(split.train.tolist())
    if data.official_test is not None:
        assert torch.equal(split.test, torch.nonzero(data.official_test).flatten())
        return
    assert not set(data.groups[split.train].tolist()) & set(data.groups[split.test].tolist())
    for label in range(len(data.classes)):
        share = (data.labels[split.test] == label).sum() / (data.labels == label).sum()
        assert share == pytest.approx(data.held_out, rel=0.16)


def test_single_pictures_are_split_exactly():
    held = SINGLE.labels[split_of(SINGLE, 0, 0, 4).test]
    assert held.bincount().tolist() == [10, 7, 1]


@pytest.mark.parametrize("data", [SINGLE, FAMILIES], ids=["pictures", "families"])
def test_a_seed_gives_its_split_again_and_another_one_another(data):
    splits = [split_of(data, 0, 0, seed) for seed in SEEDS]
    assert all(torch.equal(split.test, split_of(data, 0, 0, seed).test) for seed, split in enumerate(splits))
    assert len({tuple(split.test.tolist()) for split in splits}) == len(splits)


@pytest.mark.parametrize("seed", SEEDS)
def test_counts_are_the_same_for_each_class_and_do_not_move_pictures_across(seed):
    whole, some = split_of(FAMILIES, 0, 0, seed), split_of(FAMILIES, 101, 42, seed)
    assert len(some.train) == 101
    assert len(some.test) == 42
    for part, asked in ((some.train, 101), (some.test, 42)):
        counts = FAMILIES.labels[part].bincount(minlength=4)
        assert counts.max() - counts.min() <= 1
        assert counts.sum() == asked
    assert set(some.train.tolist()) < set(whole.train.tolist())
    assert set(some.test.tolist()) < set(whole.test.tolist())


def test_the_split_leaves_the_random_state_alone():
    before = torch.random.get_rng_state()
    split_of(FAMILIES, 40, 40, 0)
    assert torch.equal(torch.random.get_rng_state(), before)


@pytest.mark.parametrize(
    ("train", "test", "told"),
    [
        (
            90,
            0,
            r"90 pictures to learn from were asked for, 30 of each of 3 classes of made, and there are 72, too "
            r"few of these: kind 1 28, kind 2 4\. Ask for at most 12",
        ),
        (0, 9, r"9 pictures held out were asked for, 3 of each .* kind 2 1\. Ask for at most 3, or for 0"),
        (2, 0, "2 pictures to learn from were asked for, and made has 3 classes"),
        (0, -1, "-1 pictures held out"),
    ],
)
def test_fewer_pictures_than_asked_for_are_told_by_class(train, test, told):
    with pytest.raises(UserError, match=told):
        split_of(SINGLE, train, test, 0)


def test_a_class_that_cannot_be_split_is_told():
    with pytest.raises(UserError, match=r"Nothing held out is left of some classes of made \(kind 1 0\)"):
        split_of(made([[1] * 10, [3]]), 0, 0, 0)


def test_one_class_is_refused():
    with pytest.raises(UserError, match=r"one class only \(kind 0\)"):
        split_of(made([[1] * 10]), 0, 0, 0)
