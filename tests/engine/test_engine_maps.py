"""What MapWriter leaves in an arena, against numpy."""

import numpy as np
import pytest
import torch

from vrcnn.engine.arena import Arena
from vrcnn.engine.maps import MapWriter
from vrcnn.engine.plan import MapSize, plan_maps
from vrcnn.network.graph import Node
from vrcnn.network.map_reading import maps_shape, reading_of
from vrcnn.network.map_tensors import maps_of

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


def node(index, shape, axes="", grid=None):
    return Node(index, str(index), "Conv2d", "convolution", "", tuple(shape), axes=axes, grid=grid)


def written(tensors, axes=(), slice=0.5):
    """The tensors as one pass would write them; `axes` of each where it is not read by its number of axes."""
    axes = axes or [""] * len(tensors)
    plan = plan_maps(node(index, tensor.shape, axes[index]) for index, tensor in enumerate(tensors))
    arena, writer = Arena(plan), MapWriter()
    writer.begin(arena, slice)
    finished = []
    for index, tensor in enumerate(tensors):
        copy = tensor.clone()
        finished += writer.write(plan.spans[index], copy)
        if copy.layout is torch.strided and not copy.is_quantized:
            copy.zero_()  # as an operation in place would
    return plan, arena, finished + writer.flush()


def maps_by_default(tensor):
    return maps_of(tensor, reading_of(node(0, tensor.shape)))


def rows(plan, arena, index):
    span = plan.spans[index]
    return arena.statistics[span.row : span.row + span.count]


def level(plan, arena, index, number=0):
    span = plan.spans[index]
    return arena.levels[span.size][number][span.first : span.first + span.count]


READINGS = [
    ("NCHW", (2, 3, 4, 5), None, (3, 4, 5)),
    ("NHWC", (2, 4, 5, 3), None, (3, 4, 5)),
    ("NHCW", (2, 4, 3, 5), None, (3, 4, 5)),
    ("NCWH", (2, 3, 5, 4), None, (3, 4, 5)),
    ("CHW", (3, 4, 5), None, (3, 4, 5)),
    ("NHW", (2, 4, 5), None, (1, 4, 5)),
    ("NCDHW", (2, 3, 7, 4, 5), None, (3, 4, 5)),
    ("NDHWC", (2, 7, 4, 5, 3), None, (3, 4, 5)),
    ("NCL", (2, 3, 20), None, (3, 1, 20)),
    ("NLC", (2, 20, 3), None, (3, 1, 20)),
    ("LNC", (20, 2, 3), None, (3, 1, 20)),
    ("LC", (20, 3), None, (3, 1, 20)),
    ("NL", (2, 20), None, (1, 1, 20)),
    ("NLC", (2, 20, 3), (4, 5), (3, 4, 5)),
    ("NLC", (2, 25, 3), (4, 5), (3, 4, 5)),
    ("NCL", (2, 3, 21), (4, 5), (3, 4, 5)),
    ("LNC", (21, 2, 3), (4, 5), (3, 4, 5)),
    ("NCL", (2, 3, 16000), None, (3, 16, 1000)),
    ("NLC", (2, 1025, 3), None, (3, 2, 512)),
    ("NF", (2, 6), None, (6, 1, 1)),
    ("F", (6,), None, (6, 1, 1)),
]


def plainly(tensor, axes, grid):
    """The maps of a tensor, pixel by pixel."""
    extent = dict(zip(axes, tensor.shape, strict=True))
    tokens = extent.get("L", 0)
    rows = -(-tokens // 1024)
    first = tokens - grid[0] * grid[1] if grid else 0
    shape = grid or ((rows, tokens // rows) if tokens else (extent.get("H", 1), extent.get("W", 1)))
    maps = np.empty((extent.get("C", extent.get("F", 1)), *shape))
    for place in np.ndindex(maps.shape):
        channel, row, column = place
        at = {"N": 0, "C": channel, "F": channel, "H": row, "W": column, "D": extent.get("D", 1) // 2}
        at["L"] = first + row * shape[1] + column
        maps[place] = tensor[tuple(at[letter] for letter in axes)]
    return maps


@pytest.mark.parametrize(("axes", "shape", "grid", "expected"), READINGS)
def test_each_reading_finds_the_maps_where_its_letters_say(axes, shape, grid, expected):
    tensor = torch.randn(shape)
    read = node(0, shape, axes, grid)
    maps = maps_of(tensor, reading_of(read))
    assert tuple(maps.shape) == maps_shape(read) == expected
    np.testing.assert_array_equal(maps.numpy(), plainly(tensor, axes, grid).astype(np.float32))
    assert maps.untyped_storage().data_ptr() == tensor.untyped_storage().data_ptr(), "a view"


def test_without_letters_the_number_of_axes_decides():
    for shape in [*SHAPES, (7,)]:
        assert tuple(maps_by_default(torch.zeros(shape)).shape) == maps_shape(node(0, shape))


@pytest.mark.parametrize(("share", "expected"), [(0.0, 0), (0.25, 2), (0.5, 4), (1.0, 8), (2.0, 8), (-1.0, 0)])
def test_the_slice_of_a_volume_can_be_chosen(share, expected):
    volume = torch.arange(9.0)[None, None, :, None, None].expand(1, 2, 9, 3, 4).contiguous()
    plan, arena, _ = written([volume], slice=share)
    np.testing.assert_array_equal(level(plan, arena, 0), np.full((2, 3, 4), expected))
    plan, arena, _ = written([volume.permute(0, 2, 3, 4, 1)], ["NDHWC"], slice=share)
    np.testing.assert_array_equal(level(plan, arena, 0), np.full((2, 3, 4), expected))


def test_tensors_in_every_order_of_axes_are_written_with_their_statistics():
    shapes = {"NHWC": (1, 30, 40, 6), "NLC": (1, 300, 6), "LNC": (300, 1, 6), "NCL": (1, 6, 5000), "NHCW": (1, 9, 2, 9)}
    tensors = [torch.randn(shape) for shape in shapes.values()]
    plan, arena, finished = written(tensors, list(shapes))
    assert len(finished) == len(tensors)
    for index, (tensor, axes) in enumerate(zip(tensors, shapes, strict=True)):
        maps = plainly(tensor, axes, None)
        np.testing.assert_allclose(level(plan, arena, index), maps, rtol=1e-3, atol=1e-3)
        values = maps.reshape(len(maps), -1)
        np.testing.assert_allclose(
            rows(plan, arena, index)[:, 2:], np.stack((values.mean(1), values.std(1)), 1), atol=1e-3
        )


def test_every_layer_is_written_once_and_in_order():
    _, _, finished = written([torch.randn(shape) for shape in SHAPES])
    assert [layer.node for layer in finished] == list(range(len(SHAPES)))
    assert all(layer.nonfinite == 0 for layer in finished)


def test_the_maps_are_the_tensors_values_in_float16():
    tensors = [torch.randn(shape) for shape in SHAPES]
    plan, arena, _ = written(tensors)
    for index, tensor in enumerate(tensors):
        np.testing.assert_array_equal(level(plan, arena, index), maps_by_default(tensor).half().numpy())


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
        values = maps_by_default(tensor).double().numpy().reshape(plan.spans[index].count, -1)
        expected = np.stack((values.min(1), values.max(1), values.mean(1), values.std(1)), 1)
        np.testing.assert_allclose(rows(plan, arena, index), expected, rtol=1e-3, atol=1e-6)


def test_a_constant_map_has_no_deviation():
    plan, arena, _ = written([torch.full((1, 3, 20, 20), 7.3), torch.zeros(1, 3, 20, 20)])
    np.testing.assert_allclose(rows(plan, arena, 0), [[7.3, 7.3, 7.3, 0]] * 3, rtol=1e-6, atol=1e-5)
    np.testing.assert_array_equal(rows(plan, arena, 1), np.zeros((3, 4)))


@pytest.mark.parametrize("share", [0.005, 0.1, 0.5, 0.9, 0.995])
def test_the_samples_have_the_quantiles_of_the_whole_layer(share):
    torch.manual_seed(0)
    tensors = [torch.randn(1, 64, 30, 30), torch.randn(1, 8, 30, 30) * 5 - 2, torch.randn(1, 500).exp()]
    _, _, finished = written(tensors)
    for layer, tensor in zip(finished, tensors, strict=True):
        assert layer.samples.dtype == np.float32
        quantile = np.quantile(layer.samples, share)
        assert float((tensor.numpy() <= quantile).mean()) == pytest.approx(
            share, abs=0.02 if 0.1 <= share <= 0.9 else 0.006
        )
        assert np.isin(layer.samples, tensor.numpy()).all()


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


def test_a_layer_of_nothing_but_nan_is_written_too():
    _, _, (layer,) = written([torch.full((1, 2, 9, 9), float("nan"))])
    assert layer.nonfinite == 162


def test_values_beyond_float16_are_clamped_and_keep_their_statistics():
    tensor = torch.full((1, 2, 12, 12), 1.0)
    tensor[0, 0, 0, 0], tensor[0, 0, 0, 1] = 1e6, -1e6
    plan, arena, (layer,) = written([tensor])
    assert level(plan, arena, 0)[0, 0, :2].tolist() == [65504, -65504]
    assert rows(plan, arena, 0)[0, :2].tolist() == [-1e6, 1e6]
    assert layer.nonfinite == 0


KINDS = [torch.float16, torch.bfloat16, torch.float64, torch.uint8, torch.int64, torch.bool, torch.complex64]
KINDS += [torch.complex128, torch.float8_e4m3fn]


@pytest.mark.parametrize("shape", [(1, 3, 8, 8), (1, 65, 90, 91)])
@pytest.mark.parametrize("kind", KINDS)
def test_any_kind_of_number_becomes_maps(kind, shape):
    tensor = (torch.randn(shape) * 4).to(kind)
    plan, arena, _ = written([tensor])
    expected = tensor[0].abs() if kind.is_complex else tensor[0]
    np.testing.assert_allclose(level(plan, arena, 0), expected.float().half().numpy(), rtol=1e-3)


def test_a_tensor_in_channels_last_order_is_written_like_any_other():
    tensor = torch.randn(1, 300, 32, 32)
    plan, arena, _ = written([tensor.to(memory_format=torch.channels_last)])
    np.testing.assert_array_equal(level(plan, arena, 0), tensor[0].half().numpy())


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_sparse_and_quantized_tensors_are_unpacked():
    tensor = torch.relu(torch.randn(1, 3, 8, 8))
    plan, arena, _ = written([tensor.to_sparse(), torch.quantize_per_tensor(tensor, 0.05, 0, torch.quint8)])
    np.testing.assert_array_equal(level(plan, arena, 0), tensor[0].half().numpy())
    np.testing.assert_allclose(level(plan, arena, 1), tensor[0].numpy(), atol=0.03)


def test_empty_tensors_and_single_numbers_have_no_maps():
    for shape in [(), (0,), (1, 0, 8, 8), (0, 3, 8, 8), (1, 3, 0), (1, 2, 3, 4, 5, 6)]:
        assert maps_shape(node(0, shape)) is None
    assert plan_maps([node(0, (1, 0, 8, 8)), node(1, ())]).count == 0


def test_maps_larger_than_a_texture_are_kept_as_the_means_of_their_pixels_with_all_statistics():
    small, large = torch.randn(1, 2, 1, 300), torch.randn(1, 2, 1, 40_000)
    large[0, 1, 0, 7] = 50.0
    plan, arena, finished = written([small, large, small])
    assert [item.node for item in finished] == [0, 1, 2]
    assert plan.spans[1].size == MapSize(1, 10_000)
    assert plan.spans[1].halvings == 2
    means = large[0].reshape(2, 1, 10_000, 4).mean(3).numpy()
    np.testing.assert_allclose(level(plan, arena, 1).astype(np.float32), means, atol=2e-3, rtol=2e-3)
    np.testing.assert_allclose(rows(plan, arena, 1)[:, 1], large[0].amax((1, 2)).numpy(), rtol=1e-6)
    np.testing.assert_allclose(rows(plan, arena, 1)[:, 2], large[0].mean((1, 2)).numpy(), atol=1e-5)
