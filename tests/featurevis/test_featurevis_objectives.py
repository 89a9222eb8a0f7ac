"""Objectives: the numbers that they stand for, and variants that are paid for being alike."""

import pytest
import torch
from torch import Tensor

from vrcnn.featurevis.objectives import aims, diversity, values
from vrcnn.featurevis.settings import OBJECTIVES, Objective

MAPS = torch.randn(3, 5, 6, 9, generator=torch.Generator().manual_seed(0))
CHANNELS = (4, 0, 2)
CHOSEN = torch.stack([MAPS[row, channel] for row, channel in enumerate(CHANNELS)])


def test_a_channel_is_the_mean_of_its_map() -> None:
    torch.testing.assert_close(values(MAPS, CHANNELS, Objective("channel")), CHOSEN.mean((1, 2)))


def test_a_neuron_is_the_value_in_the_middle() -> None:
    assert torch.equal(values(MAPS, CHANNELS, Objective("neuron")), CHOSEN[:, 3, 4])
    volume = torch.randn(2, 3, 4, 5, 6)
    assert torch.equal(values(volume, [1, 1], Objective("neuron")), volume[:, 1, 2, 2, 3])


def test_a_percentile_is_the_mean_of_what_is_above_it() -> None:
    largest = CHOSEN.flatten(1).sort(descending=True).values
    torch.testing.assert_close(values(MAPS, CHANNELS, Objective("percentile", 50)), largest[:, :27].mean(1))
    assert torch.equal(values(MAPS, CHANNELS, Objective("percentile", 100)), largest[:, 0])
    torch.testing.assert_close(values(MAPS, CHANNELS, Objective("percentile", 0)), CHOSEN.mean((1, 2)))


def test_a_direction_is_the_mean_along_it() -> None:
    found = values(MAPS, CHANNELS, Objective("direction", weights=((1, 3.0), (3, -4.0))))
    means = MAPS.mean((2, 3))
    torch.testing.assert_close(found, means[:, 1] * 0.6 - means[:, 3] * 0.8)


def test_a_pair_goes_from_one_channel_to_its_partner() -> None:
    alone, partner = CHOSEN.mean((1, 2)), MAPS[:, 1].mean((1, 2))
    found = values(MAPS, CHANNELS, Objective("pair", partner=1, share=0.25))
    torch.testing.assert_close(found, alone * 0.75 + partner * 0.25)
    torch.testing.assert_close(values(MAPS, CHANNELS, Objective("pair")), alone)


def test_a_dream_is_about_all_maps() -> None:
    torch.testing.assert_close(values(MAPS, CHANNELS, Objective("dream")), MAPS.square().mean((1, 2, 3)))


@pytest.mark.parametrize("kind", ["channel", "neuron", "percentile"])
def test_of_a_vector_it_is_the_value_itself(kind: str) -> None:
    vectors = torch.randn(3, 5, 1, 1)
    expected = torch.stack([vectors[row, channel, 0, 0] for row, channel in enumerate(CHANNELS)])
    assert torch.equal(values(vectors, torch.tensor(CHANNELS), Objective(kind)), expected)


@pytest.mark.parametrize("kind", OBJECTIVES)
def test_every_objective_can_rise(kind: str) -> None:
    maps = MAPS.clone().requires_grad_()
    objective = Objective(kind, partner=1, weights=((0, 1.0),), variants=3)
    aim = aims(maps, CHANNELS, objective)
    assert aim.shape == (3,)
    (gradient,) = torch.autograd.grad(aim.sum(), maps)
    assert values(maps + 1e-3 * gradient, CHANNELS, objective).sum() > values(maps, CHANNELS, objective).sum()


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="mood"):
        values(MAPS, CHANNELS, Objective("mood"))


def style(maps: Tensor) -> Tensor:
    flat = maps.flatten(1)
    return (flat @ flat.T).flatten()


def test_diversity_is_the_cosine_between_styles_within_a_group() -> None:
    maps = torch.randn(6, 4, 5, 5, generator=torch.Generator().manual_seed(1))
    found = diversity(maps, 3)
    expected = [
        sum(torch.cosine_similarity(style(maps[row]), style(maps[other]), 0) for other in group if other != row) / 2
        for group in ((0, 1, 2), (3, 4, 5))
        for row in group
    ]
    torch.testing.assert_close(found, torch.stack(expected))  # type: ignore[arg-type]


def test_equal_variants_are_alike_and_a_single_one_is_alone() -> None:
    torch.testing.assert_close(diversity(MAPS[:1].repeat(4, 1, 1, 1), 4), torch.ones(4))
    assert diversity(MAPS, 1).tolist() == [0, 0, 0]


def test_likeness_costs_a_share_of_what_was_reached() -> None:
    same = MAPS[:1].abs().repeat(2, 1, 1, 1)
    objective = Objective(variants=2, diversity=0.5)
    torch.testing.assert_close(aims(same, (1, 1), objective), values(same, (1, 1), objective) * 0.5)
    assert torch.equal(aims(MAPS, CHANNELS, objective), values(MAPS, CHANNELS, objective))  # three are no pairs
