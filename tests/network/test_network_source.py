"""What `vrcnn run` can be given, and the one sentence for everything that it cannot."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from PIL import Image

from vrcnn.errors import UserError
from vrcnn.network.source import LoadOptions, NetworkSource, load

NETWORK = """
import torch
from torch import nn

class Tiny(nn.Module):
    def __init__(self, channels=3, classes=2):
        super().__init__()
        self.convolution = nn.Conv2d(channels, 4, 3)
        self.classifier = nn.Linear(4, classes)

    def forward(self, x):
        return self.classifier(self.convolution(x).mean((2, 3)))
"""

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a model file: the tiny network's class, then the given lines."""

    def write(lines: str = "", name: str = "model.py", network: str = NETWORK) -> Path:
        path = tmp_path / name
        path.write_text(network + lines)
        return path

    return write


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    Image.new("RGB", (40, 30), "red").save(folder / "red.png")
    Image.new("RGB", (30, 40), "blue").save(folder / "blue.png")
    return folder


def opened(path: Path, **options: Any) -> NetworkSource:
    return load(str(path), LoadOptions(**options))


def refused(path: Path | str, **options: Any) -> str:
    with pytest.raises(UserError) as caught:
        load(str(path), LoadOptions(**options))
    return str(caught.value)


def scores(source: NetworkSource, picture: Image.Image) -> torch.Tensor:
    arguments, keywords = source.inputs_of(picture)
    with torch.no_grad():
        result: torch.Tensor = source.module(*arguments, **keywords)
    return result


# Which network is meant


@pytest.mark.parametrize(
    "lines",
    [
        "model = Tiny()",
        "model = Tiny",
        "def model(): return Tiny()",
        "def build_model(): return Tiny()",
        "net = Tiny()",
        "net = Tiny(); same = net; loss = nn.CrossEntropyLoss()",
        "",
        "class Part(nn.Module):\n    def __init__(self, width): super().__init__()",
    ],
)
def test_a_network_is_found_however_it_is_written(write: Write, lines: str) -> None:
    source = opened(write(lines))
    assert (source.name, source.path) == ("Tiny", write(lines))
    assert source.module(*source.arguments, **source.keywords).shape == (1, 2)


def test_several_networks_are_listed_and_one_can_be_picked(write: Write) -> None:
    path = write("small = Tiny(classes=3)\nlarge = Tiny(classes=5)\ndef huge(): return Tiny(classes=7)")
    assert "several networks (small, large): choose one with --model NAME" in refused(path)
    for name, classes in {"small": 3, "large": 5, "huge": 7, "Tiny": 2}.items():
        assert opened(path, model_name=name).module.classifier.out_features == classes
    assert "has no `medium`: --model may name small, large, Tiny, huge" in refused(path, model_name="medium")


def test_several_classes_are_listed(write: Write) -> None:
    assert "several networks (Tiny, Other)" in refused(write("class Other(Tiny): pass"))


def test_a_file_without_a_network_says_what_is_looked_for(write: Write) -> None:
    message = refused(write(network="import torch\nfrom torch import nn\ndef resnet(): return nn.ReLU()\nx = 1\n"))
    assert "`model`" in message
    assert "`build_model()`" in message
    assert "--model NAME, such as resnet" in message


def test_a_model_of_another_kind_is_refused(write: Write) -> None:
    assert "`model` in model.py is of type dict" in refused(write("model = {}"))
    assert "`build_model()` in model.py returned a value of type int" in refused(write("def build_model(): return 3"))
    assert "`build_model` in model.py needs the arguments width" in refused(write("def build_model(width): pass"))


def test_training_mode_stays_as_the_author_left_it(write: Write) -> None:
    assert opened(write("model = Tiny()")).module.training
    assert not opened(write("model = Tiny().eval()")).module.training


# Errors in the file


def test_an_error_while_importing_names_its_own_line(write: Write) -> None:
    path = write("model = Tiny()\nwidth = 1 / 0\n", network="from torch import nn\nTiny = nn.ReLU\n")
    assert refused(path) == "Error while importing model.py, in model.py, line 4: ZeroDivisionError: division by zero"


def test_an_error_in_a_neighbouring_file_names_that_file(write: Write, tmp_path: Path) -> None:
    (tmp_path / "neighbour_with_error.py").write_text("import torch\n\nraise ValueError('no such depth')\n")
    message = refused(write("import neighbour_with_error"))
    assert "in neighbour_with_error.py, line 3: ValueError: no such depth" in message


def test_a_syntax_error_names_its_line(write: Write) -> None:
    assert "in model.py, line 2: SyntaxError" in refused(write(network="x = 1\nmodel = (\n"))


def test_an_error_while_building_names_its_line(write: Write) -> None:
    message = refused(write("def build_model():\n    return Tiny(classes='ten')\n", network=NETWORK))
    assert "Error while building the network with build_model(), in model.py, line" in message


def test_a_script_that_ends_the_program_is_told_so(write: Write) -> None:
    assert '`if __name__ == "__main__":`' in refused(write("raise SystemExit(1)"))


def test_a_package_that_is_missing_is_named(write: Write) -> None:
    assert "No module named 'surely_not_installed'" in refused(write("import surely_not_installed"))


def test_neighbouring_files_can_be_imported_and_the_path_is_left_as_it_was(write: Write, tmp_path: Path) -> None:
    (tmp_path / "neighbour_layers.py").write_text("classes = 9\n")
    before = list(sys.path)
    source = opened(write("import neighbour_layers\nmodel = Tiny(classes=neighbour_layers.classes)"))
    assert source.module.classifier.out_features == 9
    assert sys.path == before


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


# Targets


def test_a_target_that_is_nothing_is_explained(tmp_path: Path) -> None:
    assert "There is no file missing.py" in refused("missing.py")
    assert "'resnet50' names no network" in refused("resnet50")
    assert "holds weights, not a network" in refused("resnet50.pth")
    assert "is a folder" in refused(tmp_path)


@pytest.fixture
def package(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    write("def make(classes=4): return Tiny(classes=classes)\nready = Tiny(classes=6)", name="package_of_mine.py")
    monkeypatch.chdir(tmp_path)
    return "package_of_mine"


def test_a_factory_of_a_package_is_called(package: str) -> None:
    for name, classes in {"make": 4, "ready": 6, "Tiny": 2}.items():
        source = load(f"{package}:{name}", LoadOptions())
        assert (source.name, source.module.classifier.out_features) == (name, classes)
    sys.modules.pop(package)


def test_a_wrong_reference_is_explained(package: str) -> None:
    assert refused("no_such_package.models:net").startswith("There is no Python module no_such_package.models")
    assert "has no 'mak'; the closest are make" in refused(f"{package}:mak")
    assert "leave it out" in refused(f"{package}:make", model_name="make")
    sys.modules.pop(package, None)


def zoo(monkeypatch: pytest.MonkeyPatch, name: str, **functions: Any) -> None:
    """Stands in for a zoo that may not be installed: the functions of it that are called."""
    module = ModuleType(name)
    vars(module).update(functions)
    monkeypatch.setattr("vrcnn.network.references._import", lambda package: module)


def test_a_network_of_timm_brings_its_size_its_mean_and_its_labels(monkeypatch: pytest.MonkeyPatch) -> None:
    def create_model(name: str, pretrained: bool) -> torch.nn.Module:
        assert (name, pretrained) == ("tiny", False)
        network = torch.nn.Sequential(torch.nn.Conv2d(3, 1000, 3), torch.nn.AdaptiveAvgPool2d(1))
        network.num_classes = 1000  # type: ignore[assignment]
        network.pretrained_cfg = {"input_size": (3, 32, 32), "mean": (0.5,) * 3, "std": (0.5,) * 3, "crop_pct": 0.9}  # type: ignore[assignment]
        return network

    zoo(monkeypatch, "timm", create_model=create_model, list_models=lambda: ["tiny", "small"])
    source = load("timm:tiny", LoadOptions())
    assert (source.name, source.input_size) == ("tiny", (3, 32, 32))
    assert source.preprocess(Image.new("RGB", (40, 40), "white")).unique().tolist() == [1.0]
    assert source.labels is not None
    assert source.labels[0] == "tench"
    assert source.notes[0] == "The weights are random: give a file of weights with --weights."
    assert "timm has no network 'tiyn'; the closest are tiny" in refused("timm:tiyn")


@pytest.mark.parametrize("library", ["timm", "torchvision"])
def test_a_zoo_that_is_not_installed_or_does_not_import_is_named(
    library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, library, raising=False)
    with monkeypatch.context() as patch:
        patch.setattr("importlib.util.find_spec", lambda name: None)
        assert f"pip install {library}" in refused(f"{library}:resnet50")
    (tmp_path / f"{library}.py").write_text("raise RuntimeError('operator torchvision::nms does not exist')")
    monkeypatch.syspath_prepend(tmp_path)
    message = refused(f"{library}:resnet50")
    assert f"{library} is installed but cannot be imported (RuntimeError: operator" in message


def test_an_error_in_a_package_names_no_line_of_this_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "site-packages"
    site.mkdir()
    (site / "package_with_error.py").write_text("raise RuntimeError('built for another torch')")
    monkeypatch.syspath_prepend(site)
    monkeypatch.chdir(Path(__file__).parents[2])
    message = refused("package_with_error:net")
    assert message == "Error while importing package_with_error: RuntimeError: built for another torch"
