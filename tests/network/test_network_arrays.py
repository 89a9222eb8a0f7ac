"""Arrays of numbers as pictures: what goes into the network, and what is seen of it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from model_files import NETWORK, Write, opened, refused
from PIL import Image

from vrcnn.network.arrays import TENSOR, PictureError, fitted, image_of
from vrcnn.network.pictures import PictureFile, list_pictures
from vrcnn.network.signal_card import SIZE


def saved(folder: Path, name: str, array: np.ndarray, **more: np.ndarray) -> PictureFile:
    if name.endswith(".npz"):
        np.savez(folder / name, first=array, **more)
    else:
        np.save(folder / name, array)
    return PictureFile(name, folder / name)


@pytest.mark.parametrize(
    ("array", "size"),
    [
        (np.random.default_rng(0).normal(size=(5, 20, 30)), (30, 20)),
        (np.random.default_rng(0).normal(size=(20, 30)), (30, 20)),
        (np.random.default_rng(0).normal(size=(2, 9, 20, 30)), (30, 20)),
        (np.random.default_rng(0).normal(size=(2, 300)), SIZE),
        (np.arange(300, dtype=np.int16), SIZE),
        (np.arange(600, dtype=">u2").reshape(20, 30), (30, 20)),
        (np.random.default_rng(0).random((40, 300)) > 0.5, (300, 40)),
    ],
)
@pytest.mark.parametrize("suffix", [".npy", ".npz"])
def test_a_file_of_numbers_goes_in_as_it_is(
    array: np.ndarray, size: tuple[int, int], suffix: str, tmp_path: Path
) -> None:
    image = saved(tmp_path, f"data{suffix}", array).open()
    assert (image.mode, image.size) == ("RGB", size)
    assert np.array_equal(image.info[TENSOR].numpy(), array.astype(np.float64))


def test_an_array_of_photo_bytes_is_a_photo(tmp_path: Path) -> None:
    pixels = np.zeros((20, 30, 3), np.uint8)
    pixels[..., 1] = 255
    for array in (pixels, pixels.transpose(2, 0, 1)):
        image = saved(tmp_path, "photo.npy", array).open()
        assert (image.size, image.getpixel((3, 3)), image.info) == ((30, 20), (0, 255, 0), {})
    five = image_of(torch.zeros(5, 8, 8, dtype=torch.uint8))
    assert five.info[TENSOR].shape == (5, 8, 8)


def test_many_channels_are_seen_by_their_first_three_and_two_as_grey() -> None:
    five = torch.zeros(5, 4, 4)
    five[0], five[1] = 1, 0.2
    assert image_of(five).getpixel((0, 0)) == (255, 51, 0)
    two = torch.stack([torch.full((4, 4), 3.0), torch.zeros(4, 4)])
    two[0, 0, 0] = 1
    seen = image_of(two)
    assert (seen.getpixel((0, 0)), seen.getpixel((1, 1))) == ((0, 0, 0), (255, 255, 255))


def test_a_volume_is_seen_in_its_middle() -> None:
    volume = torch.zeros(1, 5, 4, 4)
    volume[:, 2] = 1
    assert image_of(volume).getpixel((2, 2)) == (255, 255, 255)


def test_a_signal_is_a_curve_for_each_channel() -> None:
    step = np.zeros((2, 400))
    step[0, 200:] = 1
    card = np.asarray(image_of(step)).astype(int)
    bright = card.max(-1) > 120
    assert bright[:192, 60].any()
    assert bright[192:, 60].any(), "the second channel has the lower half of the card"
    assert np.flatnonzero(bright[:192, 60]).mean() > 140, "low before the step"
    assert np.flatnonzero(bright[:192, 450]).mean() < 50, "high after it"


def test_gaps_lengths_and_nothing_at_all_are_drawn_too() -> None:
    gap = np.sin(np.arange(300.0))
    gap[100:200] = np.nan
    bright = np.asarray(image_of(gap)).max(-1) > 120
    assert bright[:, 100].any()
    assert not bright[:, 256].any()
    for values in (np.full(50, np.nan), np.array([1.0]), np.full(100_000, 3.0), np.zeros((16, 100))):
        assert image_of(values).size == SIZE


@pytest.mark.parametrize(
    ("array", "reason"),
    [
        (np.zeros((2, 2), complex), "complex128, not real numbers"),
        (np.array(["text"]), "not real numbers"),
        (np.zeros((0, 4, 4)), r"has the shape \(0, 4, 4\)"),
        (np.zeros((1, 1, 2, 3, 4)), r"has the shape \(1, 1, 2, 3, 4\)"),
        (np.array([{}], dtype=object), "holds Python objects"),
    ],
)
def test_other_arrays_are_refused_with_their_reason(array: np.ndarray, reason: str, tmp_path: Path) -> None:
    with pytest.raises(PictureError, match=reason):
        saved(tmp_path, "data.npy", array).open()


def test_broken_files_and_several_arrays_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match=r"holds 2 arrays \(first, more\): save one array per file"):
        saved(tmp_path, "data.npz", np.zeros(3), more=np.zeros(3)).open()
    for name in ("text.npy", "text.npz"):
        (tmp_path / name).write_text("no numbers")
        with pytest.raises(PictureError, match=r"no file of numpy|is broken"):
            PictureFile(name, tmp_path / name).open()


def test_arrays_stand_in_a_folder_beside_photos(tmp_path: Path) -> None:
    saved(tmp_path, "b.npy", np.zeros((5, 8, 8)))
    Image.new("RGB", (4, 4)).save(tmp_path / "a.png")
    assert [picture.name for picture in list_pictures(tmp_path)] == ["a.png", "b.npy"]


def test_an_item_of_a_data_set_may_be_a_dictionary() -> None:
    item = {"label": 3, "image": torch.rand(5, 8, 8)}
    assert torch.equal(image_of(item).info[TENSOR], item["image"])


def test_a_missing_channel_is_added_and_another_shape_is_refused() -> None:
    assert fitted(torch.zeros(50), (1, 100)).shape == (1, 50)
    assert fitted(torch.zeros(8, 9), (1, 4, 4)).shape == (1, 8, 9)
    assert fitted(torch.zeros(6, 8, 9), (1, 4, 4, 4)).shape == (1, 6, 8, 9)
    with pytest.raises(PictureError, match=r"has the shape \(3, 50\), and the network reads \(2, length\)"):
        fitted(torch.zeros(3, 50), (2, 100))


# Networks that read them

SIGNALS = NETWORK.replace("nn.Conv2d(channels", "nn.Conv1d(channels").replace("mean((2, 3))", "mean(2)")
VOLUMES = NETWORK.replace("nn.Conv2d(channels", "nn.Conv3d(channels").replace("mean((2, 3))", "mean((2, 3, 4))")


def run(source: Any) -> list[tuple[int, ...]]:
    shapes = []
    for picture in source.pictures:
        arguments, keywords = source.inputs_of(picture.open())
        source.module(*arguments, **keywords)
        shapes.append(tuple(source.picture_tensor(arguments, keywords).shape))
    return shapes


def test_a_network_of_signals_runs_on_arrays_without_an_example(write: Write) -> None:
    source = opened(write("images = [torch.rand(3, 100), torch.rand(3, 120)]", network=SIGNALS))
    assert (source.input_size, run(source)) == ((3, 100), [(1, 3, 100), (1, 3, 120)])


def test_a_network_of_volumes_runs_on_a_folder_of_files(write: Write, tmp_path: Path) -> None:
    (tmp_path / "scans").mkdir()
    saved(tmp_path / "scans", "one.npy", np.zeros((6, 8, 9), np.int16))
    source = opened(write("model = Tiny(channels=1)\nimages = 'scans'", network=VOLUMES))
    assert (source.input_size, run(source)) == ((1, 6, 8, 9), [(1, 1, 6, 8, 9)])


def test_without_arrays_such_a_network_says_what_it_needs(write: Write, photos: Path) -> None:
    said = refused(write(network=SIGNALS))
    assert said == (
        "model.py reads signals, since its first convolution is a Conv1d of 3 channels: give arrays (3, length) with "
        "`images`, or an `example_input`."
    )
    assert "model.py reads volumes, since its first convolution is a Conv3d" in refused(write(network=VOLUMES))
    assert "and blue.png is a picture: give arrays (3, length)" in refused(write("images = 'photos'", network=SIGNALS))


def test_an_example_stands_on_the_shelf_where_no_photo_fits(write: Write) -> None:
    source = opened(write("example_input = torch.rand(2, 3, 50)", network=SIGNALS))
    assert [picture.name for picture in source.pictures] == ["example_input"]
    assert run(source) == [(1, 3, 50)]
    assert source.notes == (
        "No pictures were given, so the network runs on `example_input`: give arrays (3, length) with `images`.",
    )
    five = opened(write("model = Tiny(channels=5)\nexample_input = torch.rand(1, 5, 8, 8)"))
    assert run(five) == [(1, 5, 8, 8)]


def test_a_picture_of_many_channels_keeps_its_own_size(write: Write) -> None:
    lines = "model = Tiny(channels=5)\ninput_size = (5, 128, 128)\nimages = [torch.rand(5, 40, 30)]"
    assert run(opened(write(lines))) == [(1, 5, 40, 30)]


def test_an_array_that_does_not_fit_the_example_is_named_with_the_shapes(write: Write, photos: Path) -> None:
    lines = "example_input = torch.rand(1, 3, 50)\nimages = [torch.rand(3, 60), torch.rand(2, 60), 'photos/red.png']"
    source = opened(write(lines, network=SIGNALS))
    assert source.inputs_of(source.pictures[0].open())[0][0].shape == (1, 3, 60)
    with pytest.raises(PictureError, match=r"has the shape \(2, 60\), and the network reads \(3, length\)"):
        source.inputs_of(source.pictures[1].open())
    with pytest.raises(PictureError, match=r"is a picture, and the network reads arrays \(3, length\)"):
        source.inputs_of(source.pictures[2].open())


def test_an_input_size_for_numbers_is_refused(write: Write) -> None:
    path = write("example_input = torch.rand(1, 3, 50)", network=SIGNALS)
    assert "reads numbers as they are: leave it out" in refused(path, input_size=(32,))
