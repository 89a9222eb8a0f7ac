"""Batch normalizations get the statistics of pictures, and nothing else of the network changes."""

import pytest
import torch
from torch import nn

from vrcnn.susceptibility.calibration import calibrate


def network() -> nn.Sequential:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return nn.Sequential(nn.Dropout(0.9), nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4, momentum=0.3), nn.Flatten())


def pictures(count: int) -> torch.Tensor:
    return torch.randn(count, 3, 8, 8, generator=torch.Generator().manual_seed(1))


def test_the_statistics_are_the_mean_over_batches_and_a_dropout_drops_nothing():
    made, some = network(), pictures(24)
    calibrate(made, some.split(12))
    with torch.no_grad():
        means = [made[1](part).mean((0, 2, 3)) for part in some.split(12)]
    torch.testing.assert_close(made[2].running_mean, torch.stack(means).mean(0))


def test_modes_and_momenta_stay():
    made = network().train()
    made[2].eval()
    calibrate(made, pictures(8).split(4))
    assert [each.training for each in made.modules()] == [True, True, True, False, True]
    assert made[2].momentum == 0.3


def test_a_last_picture_alone_is_left_out():
    made, other, some = network(), network(), pictures(9)
    calibrate(made, some.split(4))
    calibrate(other, some[:8].split(4))
    assert torch.equal(made[2].running_var, other[2].running_var)


def test_a_forward_that_fails_leaves_the_statistics_of_a_new_layer():
    made = network()
    with pytest.raises(RuntimeError):
        calibrate(made, [pictures(4), torch.zeros(2, 5, 8, 8)])
    assert torch.equal(made[2].running_mean, torch.zeros(4))
    assert made[2].momentum == 0.3


def test_without_statistics_to_keep_nothing_is_run():
    calibrate(nn.Sequential(nn.BatchNorm2d(3, track_running_stats=False)), [torch.zeros(1)])
