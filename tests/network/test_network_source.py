"""What goes with a network: its pictures, what becomes of them, other inputs, labels, weights, device."""

from pathlib import Path

import pytest
import torch
from model_files import NETWORK, Write, opened, refused
from PIL import Image

from vrcnn.network.source import NetworkSource


def scores(source: NetworkSource, picture: Image.Image) -> torch.Tensor:
    arguments, keywords = source.inputs_of(picture)
    with torch.no_grad():
        result: torch.Tensor = source.module(*arguments, **keywords)
    return result


# Pictures


def test_a_folder_of_pictures_is_relative_to_the_file(
    write: Write, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path.parent)
    source = opened(write("images = 'photos/'"))
    assert [picture.name for picture in source.pictures] == ["blue.png", "red.png"]


@pytest.mark.parametrize(
    "images",
    [
        "['photos/red.png', 'photos/blue.png']",
        "[Image.open(here / 'photos/red.png'), Image.new('RGB', (9, 9), 'blue')]",
        "(here / 'photos' / name for name in ('red.png', 'blue.png'))",
        "torch.tensor([[[[255]], [[0]], [[0]]], [[[0]], [[0]], [[255]]]], dtype=torch.uint8)",
    ],
)
def test_a_list_of_pictures_is_taken_in_its_order(write: Write, photos: Path, images: str) -> None:
    lines = f"from pathlib import Path\nfrom PIL import Image\nhere = Path(__file__).parent\nimages = {images}"
    source = opened(write(lines))
    corners = [picture.open().getpixel((0, 0)) for picture in source.pictures]
    assert corners == [(255, 0, 0), (0, 0, 255)]


def test_images_of_the_command_line_come_before_those_of_the_file(write: Write, photos: Path) -> None:
    source = opened(write("images = 'no such folder'"), images=photos)
    assert len(source.pictures) == 2
    assert "There is no folder" in refused(write("images = 'no such folder'"))


def test_images_of_another_kind_are_refused(write: Write) -> None:
    assert "`images` in model.py is of type int" in refused(write("images = 3"))
    assert "`images` in model.py is empty" in refused(write("images = []"))
    assert "holds a value of type int at place 2" in refused(write("images = ['photo.png', 3]"))


def test_without_pictures_the_demo_s_stand_on_the_shelf_and_a_note_says_so(write: Write) -> None:
    source = opened(write())
    assert "coffee.jpg" in [picture.name for picture in source.pictures]
    assert source.notes == ("No pictures were given, so these are vrcnn's own: give yours with --images DIR.",)


def test_a_long_list_is_thinned_out_evenly(write: Write, tmp_path: Path) -> None:
    (tmp_path / "many").mkdir()
    for number in range(200):
        (tmp_path / "many" / f"{number}.png").touch()
    source = opened(write("images = 'many'"))
    assert (len(source.pictures), source.pictures[0].name, source.pictures[-1].name) == (64, "0.png", "199.png")
    assert [picture.name for picture in source.picture_set] == [f"{number}.png" for number in range(200)]
    assert source.notes == ("64 of 200 pictures stand on the shelf, spread evenly.",)


def test_pictures_that_do_not_open_do_not_keep_the_network_from_opening(write: Write, tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "text.png").write_text("text")
    source = opened(write("images = 'bad'"))
    assert [picture.name for picture in source.pictures] == ["text.png"]
    assert source.arguments[0].shape == (1, 3, 224, 224)


DATASET = """
class Shades(torch.utils.data.Dataset):
    classes = ["dark", "light"]
    def __init__(self): self.targets = [index // 50 for index in range(100)]
    def __len__(self): return 100
    def __getitem__(self, index): return torch.full((3, 8, 8), index / 100 * 4 - 2), self.targets[index]

images = Shades()
"""


def test_a_data_set_shows_a_spread_of_its_items_with_their_classes(write: Write) -> None:
    source = opened(write(DATASET))
    assert len(source.pictures) == 32
    assert (source.pictures[0].name, source.pictures[-1].name) == ("dark 0", "light 99")
    assert source.labels == ("dark", "light")
    assert source.notes == ("32 of 100 pictures stand on the shelf, spread evenly.",)


def test_all_items_of_a_data_set_can_be_had_one_by_one(write: Write) -> None:
    pictures = opened(write(DATASET)).picture_set
    assert len(pictures) == 100
    assert [picture.name for picture in pictures[48:52]] == ["dark 48", "dark 49", "light 50", "light 51"]
    assert pictures[-1].open().info["tensor"].mean() == pytest.approx(1.96)


def test_a_data_set_s_own_tensors_reach_the_network_unchanged(write: Write) -> None:
    source = opened(write(DATASET))
    (tensor,), _ = source.inputs_of(source.pictures[-1].open())
    assert torch.equal(tensor, torch.full((1, 3, 8, 8), 99 / 100 * 4 - 2))
    assert source.input_size == (3, 8, 8)


def test_an_endless_data_set_gives_its_first_items(write: Write) -> None:
    source = opened(
        write(
            "import itertools\n"
            "class Stream(torch.utils.data.IterableDataset):\n"
            "    def __iter__(self): return (torch.rand(3, 8, 8) for _ in itertools.count())\n"
            "images = Stream()"
        )
    )
    assert len(source.pictures) == 32
    assert source.pictures[31].open().size == (8, 8)


# What becomes of a picture


def test_the_default_preprocessing_is_imagenet_s(write: Write) -> None:
    source = opened(write())
    tensor = source.preprocess(Image.new("RGB", (400, 300), (255, 0, 128)))
    assert tensor.shape == (3, 224, 224)
    expected = [(1 - 0.485) / 0.229, (0 - 0.456) / 0.224, (128 / 255 - 0.406) / 0.225]
    assert tensor[:, 100, 100].tolist() == pytest.approx(expected)


def test_the_middle_of_the_picture_is_kept(write: Write) -> None:
    source = opened(write("input_size = 32\nmean = 0\nstd = 1"))
    picture = Image.new("RGB", (200, 100), "black")
    picture.paste("white", (100, 0, 200, 100))
    tensor = source.preprocess(picture)
    assert tensor[0, 16, :15].max() == 0
    assert tensor[0, 16, 17:].min() == 1


def test_grey_and_many_channels_are_made_from_red_green_and_blue(write: Write) -> None:
    picture = Image.new("RGB", (64, 64), (255, 0, 51))
    settings = "\nmean = 0\nstd = 1\ninput_size = 8"
    grey = opened(write("model = Tiny(channels=1)" + settings))
    assert grey.input_size == (1, 8, 8)
    assert grey.preprocess(picture)[0, 4, 4].item() == pytest.approx(82 / 255)
    five = opened(write("model = Tiny(channels=5)" + settings))
    assert five.preprocess(picture)[:, 4, 4].tolist() == pytest.approx([1, 0, 0.2, 1, 0])
    assert five.pictures == ()
    assert "No pictures were given for an input of 5 channels" in five.notes[0]
    assert scores(five, picture).shape == (1, 2)


def test_mean_and_deviation_need_one_value_per_channel(write: Write) -> None:
    assert "`std` has 2 values for an input of 3 channels" in refused(write("std = (0.5, 0.5)"))
    assert "`mean` in model.py is of type str" in refused(write("mean = 'imagenet'"))


@pytest.mark.parametrize(
    ("lines", "option", "size"),
    [
        ("", None, (3, 224, 224)),
        ("input_size = 64", None, (3, 64, 64)),
        ("input_size = (48, 64)", None, (3, 48, 64)),
        ("input_size = (3, 48, 64)", None, (3, 48, 64)),
        ("input_size = (3, 48, 64)", (32,), (3, 32, 32)),
        ("input_size = (3, 48, 64)", (32, 40), (3, 32, 40)),
        ("example_input = torch.zeros(8, 3, 48, 64)", None, (3, 48, 64)),
        ("example_input = torch.zeros(8, 3, 48, 64)", (32,), (3, 32, 32)),
    ],
)
def test_the_input_size_comes_from_the_option_the_file_or_the_example(
    write: Write, lines: str, option: tuple[int, ...] | None, size: tuple[int, ...]
) -> None:
    source = opened(write(lines), input_size=option)
    assert source.input_size == size
    assert source.arguments[0].shape == (1, *size)
    assert source.inputs_of(Image.new("RGB", (500, 20)))[0][0].shape == (1, *size)


def test_an_impossible_input_size_is_refused(write: Write) -> None:
    assert "--input-size is (0, 4)" in refused(write(), input_size=(0, 4))
    assert "`input_size` is (1, 2, 3, 4)" in refused(write("input_size = (1, 2, 3, 4)"))


OWN = "def preprocess(picture):\n    return {}\n"


def test_a_preprocess_of_the_file_is_used(write: Write) -> None:
    source = opened(write(OWN.format("torch.full((3, 10, 20), float(picture.width))")))
    assert source.input_size == (3, 10, 20)
    (tensor,), _ = source.inputs_of(Image.new("RGB", (7, 9)))
    assert torch.equal(tensor, torch.full((1, 3, 10, 20), 7.0))


@pytest.mark.parametrize(
    ("returned", "sentence"),
    [
        ("picture", "`preprocess` in model.py returned a value of type Image"),
        ("torch.zeros(10)", r"returned float32 values of shape (10,)"),
        ("torch.zeros(3, 4, 4, dtype=torch.uint8)", "returned uint8 values of shape (3, 4, 4)"),
        ("1 / 0", "Error while preprocessing astronaut.jpg, in model.py, line 14: ZeroDivisionError"),
    ],
)
def test_a_preprocess_that_returns_no_input_is_told_so(write: Write, returned: str, sentence: str) -> None:
    assert sentence in refused(write(OWN.format(returned)))


def test_a_preprocess_of_the_file_decides_the_size(write: Write) -> None:
    path = write(OWN.format("torch.zeros(3, 10, 20)"))
    assert "has its own `preprocess`: set the size there" in refused(path, input_size=(32,))


def test_pictures_are_given_in_the_network_s_precision(write: Write) -> None:
    source = opened(write("model = Tiny().double()"))
    assert source.arguments[0].dtype == torch.float64
    assert scores(source, Image.new("RGB", (10, 10))).dtype == torch.float64


# Networks with other inputs

TWO_INPUTS = NETWORK.replace(
    "def forward(self, x):", "def forward(self, gain, x, shift=0):\n        x = x * gain + shift"
)


def test_a_picture_takes_its_place_among_several_inputs(write: Write) -> None:
    path = write("example_input = (torch.tensor(0.0), torch.rand(4, 3, 16, 16))", network=TWO_INPUTS)
    source = opened(path)
    assert source.arguments[1].shape == (1, 3, 16, 16)
    arguments, keywords = source.inputs_of(Image.new("RGB", (20, 20), "white"))
    assert (arguments[0].item(), keywords) == (0.0, {})
    assert not torch.equal(arguments[1], source.arguments[1])


def test_keyword_arguments_are_kept(write: Write) -> None:
    path = write("example_input = dict(x=torch.rand(1, 3, 16, 16), gain=2.0, shift=1.0)", network=TWO_INPUTS)
    arguments, keywords = opened(path).inputs_of(Image.new("RGB", (20, 20)))
    assert arguments == ()
    assert (keywords["x"].shape, keywords["gain"], keywords["shift"]) == ((1, 3, 16, 16), 2.0, 1.0)


def test_a_network_that_reads_no_picture_opens_on_its_example(write: Write) -> None:
    source = opened(write("model = nn.Linear(10, 2)\nexample_input = torch.rand(1, 10)"))
    assert (source.name, source.pictures, source.input_size) == ("model", (), (0, 0, 0))
    assert source.module(*source.arguments).shape == (1, 2)
    assert "is a picture" in source.notes[0]


def test_an_example_of_another_kind_is_refused(write: Write) -> None:
    assert "`example_input` in model.py is of type str" in refused(write("example_input = 'picture'"))


# Labels, weights, device


def test_labels_are_a_list_or_a_dictionary(write: Write) -> None:
    assert opened(write("labels = ['cat', 'dog']")).labels == ("cat", "dog")
    assert opened(write("labels = {0: 'cat', 2: 'dog'}")).labels == ("cat", "class 1", "dog")
    assert opened(write()).labels is None
    assert "`labels` in model.py is of type str" in refused(write("labels = 'cat'"))


def test_weights_are_loaded_into_the_network(write: Write, tmp_path: Path) -> None:
    path = write()
    torch.save(opened(path).module.state_dict(), tmp_path / "weights.pth")
    first, second = (opened(path, weights=tmp_path / "weights.pth") for _ in range(2))
    picture = Image.new("RGB", (30, 30), "teal")
    assert torch.equal(scores(first, picture), scores(second, picture))
    assert "do not fit Tiny" in refused(write("model = Tiny(classes=3)"), weights=tmp_path / "weights.pth")


def test_a_device_that_is_not_there_is_refused(write: Write) -> None:
    assert "The device 'abacus' cannot be used" in refused(write(), device="abacus")


def test_a_data_class_as_the_only_argument_reads_the_picture(write: Write) -> None:
    network = "from dataclasses import dataclass\n" + NETWORK.replace(
        "class Tiny", "@dataclass\nclass Batch:\n    gain: float\n    image: torch.Tensor\n\nclass Tiny"
    ).replace("def forward(self, x):", "def forward(self, batch):\n        x = batch.image * batch.gain")
    source = opened(write("example_input = Batch(2.0, torch.rand(4, 3, 16, 16))", network=network))
    assert (source.slot, source.input_size) == ((0, "image"), (3, 16, 16))
    (batch,), keywords = source.inputs_of(Image.new("RGB", (20, 20), "white"))
    assert (batch.gain, batch.image.shape, keywords) == (2.0, (1, 3, 16, 16), {})
    assert source.picture_tensor((batch,), keywords) is batch.image
    assert scores(source, Image.new("RGB", (9, 9))).shape == (1, 2)


def test_the_task_is_one_of_four(write: Write) -> None:
    assert opened(write("task = 'segmentation'")).task == "segmentation"
    assert opened(write()).task is None
    said = "`task` in model.py is 'segment': make it one of 'classification', 'segmentation', 'detection', 'none'"
    assert said in refused(write("task = 'segment'"))
    assert "`task` in model.py is ['none']" in refused(write("task = ['none']"))


@pytest.mark.parametrize("colours", ['["red", "#0000ff"]', "[(255, 0, 0), (0, 0, 255)]", "[(1.0, 0, 0), (0, 0, 1.0)]"])
def test_colours_of_classes_are_read_however_they_are_written(write: Write, colours: str) -> None:
    assert opened(write(f"colours = {colours}")).colours == ((1.0, 0.0, 0.0), (0.0, 0.0, 1.0))


@pytest.mark.parametrize("colours", ['["reddish"]', "[(300, 0, 0)]", "[(1, 2)]", "3", "[]"])
def test_colours_that_are_none_are_refused(write: Write, colours: str) -> None:
    said = refused(write(f"colours = {colours}"))
    assert "`colours` in model.py is no list of colours: give one for each class" in said
