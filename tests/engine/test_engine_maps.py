"""What MapWriter leaves in an arena, against numpy."""

import numpy as np
import pytest
import torch

from vrcnn.engine.arena import Arena
from vrcnn.engine.maps import MapWriter, maps_of
from vrcnn.engine.plan import maps_shape, plan_maps
from vrcnn.network.graph import Node

# Two small layers of one size in a row, one written by itself, tokens, a volume, features, a size that comes again.
SHAPES = [
    (2, 3, 16, 12),
    (1, 40, 16, 12),
    (1, 5, 9, 9),
    (1, 300, 32, 32),
    (1, 17, 24),
    (1, 6, 3, 10, 8),
    (1, 33),
    (1, 4, 9, 9),
]


def written(tensors):
    plan = plan_maps(
        Node(index, str(index), "Conv2d", "convolution", "", tuple(tensor.shape))
        for index, tensor in enumerate(tensors)
    )
    arena, writer = Arena(plan), MapWriter()
    writer.begin(arena)
    finished = []
    for index, tensor in enumerate(tensors):
        copy = tensor.clone()
        finished += writer.write(plan.spans[index], copy)
        copy.zero_()  # as an operation in place would
    return plan, arena, finished + writer.flush()


def rows(plan, arena, index):
    span = plan.spans[index]
    return arena.statistics[span.row : span.row + span.count]


def level(plan, arena, index, number=0):
    span = plan.spans[index]
    return arena.levels[span.size][number][span.first : span.first + span.count]


def test_the_maps_of_a_tensor_have_the_shape_that_the_plan_gives_them():
    for shape in [*SHAPES, (7,)]:
        assert tuple(maps_of(torch.zeros(shape)).shape) == maps_shape(shape)


def test_every_layer_is_written_once_and_in_order():
    _, _, finished = written([torch.randn(shape) for shape in SHAPES])
    assert [layer.node for layer in finished] == list(range(len(SHAPES)))
    assert all(layer.nonfinite == 0 for layer in finished)


def test_the_maps_are_the_tensors_values_in_float16():
    tensors = [torch.randn(shape) for shape in SHAPES]
    plan, arena, _ = written(tensors)
    for index, tensor in enumerate(tensors):
        np.testing.assert_array_equal(level(plan, arena, index), maps_of(tensor).half().numpy())


def test_a_middle_level_holds_the_pooled_means():
    tensor = torch.randn(1, 300, 32, 32)
    plan, arena, _ = written([tensor])
    pooled = tensor[0].numpy().reshape(300, 8, 4, 8, 4).mean((2, 4))
    np.testing.assert_allclose(level(plan, arena, 0, 2), pooled, atol=1e-3)


@pytest.mark.parametrize("offset", [0.0, 1.0, 300.0])
def test_the_statistics_are_those_of_each_map(offset):
    tensors = [torch.randn(shape) + offset for shape in SHAPES]
    plan, arena, _ = written(tensors)
    for index, tensor in enumerate(tensors):
        values = maps_of(tensor).double().numpy().reshape(plan.spans[index].count, -1)
        expected = np.stack((values.min(1), values.max(1), values.mean(1), values.std(1)), 1)
        np.testing.assert_allclose(rows(plan, arena, index), expected, rtol=1e-3, atol=1e-6)


def test_a_constant_map_has_no_deviation():
    plan, arena, _ = written([torch.full((1, 3, 20, 20), 7.3), torch.zeros(1, 3, 20, 20)])
    np.testing.assert_allclose(rows(plan, arena, 0), [[7.3, 7.3, 7.3, 0]] * 3, rtol=1e-6, atol=1e-5)
    np.testing.assert_array_equal(rows(plan, arena, 1), np.zeros((3, 4)))


def test_the_limit_is_the_995th_permille_of_the_absolute_values():
    tensors = [torch.randn(1, 64, 30, 30), torch.randn(1, 8, 30, 30) * 5 - 2, torch.randn(1, 500)]
    _, _, finished = written(tensors)
    for layer, tensor in zip(finished, tensors, strict=True):
        assert layer.limit == pytest.approx(float(np.quantile(tensor.abs().numpy(), 0.995)), rel=0.15)


def test_the_limit_of_a_layer_that_is_almost_silent_is_its_largest_value():
    tensor = torch.zeros(1, 4, 40, 40)
    tensor[0, 1, 11, 11] = -3
    _, _, (quiet, silent) = written([tensor, torch.zeros(1, 4, 40, 40)])
    assert quiet.limit == 3
    assert 0 < silent.limit < 1e-3


@pytest.mark.parametrize("shape", [(1, 4, 24, 24), (1, 300, 32, 32)])
def test_values_that_are_not_finite_are_counted_and_shown(shape):
    tensor = torch.randn(shape)
    tensor[0, 1, 5, 5] = float("nan")
    tensor[0, 2, 6, 6], tensor[0, 2, 6, 7] = float("inf"), -float("inf")
    tensor[0, 3] = float("nan")
    pixels = shape[2] * shape[3]
    plan, arena, (clean, strange) = written([torch.randn(shape), tensor])
    assert (clean.nonfinite, strange.nonfinite) == (0, 3 + pixels)
    maps = level(plan, arena, 1)
    assert np.isnan(maps[1, 5, 5])
    assert np.isnan(maps).sum() == 1 + pixels
    assert (maps[2, 6, 6], maps[2, 6, 7]) == (65504, -65504)
    assert np.isfinite(level(plan, arena, 0)).all()
    statistics = rows(plan, arena, 1)
    values = tensor[0, 1].flatten()
    values = values[values.isfinite()].double().numpy()
    np.testing.assert_allclose(statistics[1], [values.min(), values.max(), values.mean(), values.std()], rtol=1e-4)
    np.testing.assert_array_equal(statistics[3], 0)
    assert np.isfinite(statistics).all()
    assert 0 < strange.limit < 10


def test_a_layer_of_nothing_but_nan_has_a_limit_too():
    _, _, (layer,) = written([torch.full((1, 2, 9, 9), float("nan"))])
    assert 0 < layer.limit < 1
    assert layer.nonfinite == 162


def test_values_beyond_float16_are_clamped_and_keep_their_statistics():
    tensor = torch.full((1, 2, 12, 12), 1.0)
    tensor[0, 0, 0, 0], tensor[0, 0, 0, 1] = 1e6, -1e6
    plan, arena, (layer,) = written([tensor])
    assert level(plan, arena, 0)[0, 0, :2].tolist() == [65504, -65504]
    assert rows(plan, arena, 0)[0, :2].tolist() == [-1e6, 1e6]
    assert layer.nonfinite == 0


@pytest.mark.parametrize("kind", [torch.bfloat16, torch.float64, torch.int64, torch.bool, torch.complex64])
def test_any_kind_of_number_becomes_maps(kind):
    tensor = (torch.randn(1, 3, 8, 8) * 4).to(kind)
    plan, arena, _ = written([tensor])
    expected = tensor[0].abs() if kind.is_complex else tensor[0]
    np.testing.assert_allclose(level(plan, arena, 0), expected.float().half().numpy(), rtol=1e-3)


def test_a_tensor_in_channels_last_order_is_written_like_any_other():
    tensor = torch.randn(1, 300, 32, 32)
    plan, arena, _ = written([tensor.to(memory_format=torch.channels_last)])
    np.testing.assert_array_equal(level(plan, arena, 0), tensor[0].half().numpy())
