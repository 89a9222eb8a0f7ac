"""Maps of whole batches: every picture's maps are those of the picture alone, whatever the tensor's axes mean."""

import pytest
import torch

from vrcnn.network.map_reading import Reading
from vrcnn.network.map_tensors import batch_of_maps, maps_of


@pytest.mark.parametrize(
    ("shape", "reading"),
    [
        ((3, 4, 5, 6), Reading("NCHW")),
        ((3, 5, 6, 4), Reading("NHWC")),
        ((3, 31, 4), Reading("NLC", 5, 6, last=True)),
        ((3, 4, 30), Reading("NCL", 5, 6, last=True)),
        ((3, 4, 9), Reading("NCL", 1, 9)),
        ((9, 3, 4), Reading("LNC", 1, 9)),
        ((3, 7), Reading("NF")),
        ((3, 5, 6), Reading("NHW")),
    ],
)
def test_every_picture_has_the_maps_that_it_has_alone(shape: tuple[int, ...], reading: Reading) -> None:
    tensor = torch.randn(shape)
    maps = batch_of_maps(tensor, reading, 3)
    axis = reading.axes.index("N")
    for number in range(3):
        assert torch.equal(maps[number], maps_of(tensor.narrow(axis, number, 1), reading))


def test_a_volume_keeps_all_its_slices() -> None:
    tensor = torch.randn(2, 3, 4, 5, 6)
    assert torch.equal(batch_of_maps(tensor, Reading("NCDHW"), 2), tensor)
    assert torch.equal(batch_of_maps(tensor.permute(0, 2, 3, 4, 1), Reading("NDHWC"), 2), tensor)


def test_windows_of_a_picture_stand_below_each_other() -> None:
    tensor = torch.randn(6, 4, 5, 7)
    maps = batch_of_maps(tensor, Reading("NCHW"), 2)
    assert maps.shape == (2, 4, 15, 7)
    assert torch.equal(maps[1, :, 5:10], tensor[4])


def test_without_a_batch_axis_there_is_one_picture() -> None:
    assert batch_of_maps(torch.randn(4, 5, 6), Reading("CHW"), 1).shape == (1, 4, 5, 6)
    with pytest.raises(ValueError, match="not those of 2"):
        batch_of_maps(torch.randn(4, 5, 6), Reading("CHW"), 2)


def test_complex_numbers_are_read_as_their_absolute_values() -> None:
    tensor = torch.randn(2, 3, 4, 4, dtype=torch.complex64)
    assert torch.equal(batch_of_maps(tensor, Reading("NCHW"), 2), tensor.abs())
