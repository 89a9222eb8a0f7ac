"""Several networks at once: names that tell them apart, one shelf for all, and modules of one name kept apart."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from model_files import NETWORK, Write
from PIL import Image

from vrcnn.errors import UserError
from vrcnn.network.pictures import PictureFile
from vrcnn.network.source import LoadOptions, NetworkSource
from vrcnn.network.together import load_together, with_picture

SIGNALS = """
import torch
from torch import nn
model = nn.Sequential(nn.Conv1d(1, 4, 3), nn.ReLU(), nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(4, 2))
example_input = torch.zeros(1, 1, 50)
"""


def together(*files: Path | str, **options) -> list[NetworkSource]:
    return load_together([str(file) for file in files], LoadOptions(**options))


def names(sources: list[NetworkSource]) -> list[str]:
    return [source.name for source in sources]


def shelf(source: NetworkSource) -> list[str]:
    return [picture.name for picture in source.pictures]


def test_without_any_target_it_is_the_demo() -> None:
    (demo,) = load_together([], LoadOptions())
    assert demo.path is not None
    assert demo.path.stem == "efficientnet_lite0"


def test_networks_of_one_name_are_told_apart_by_their_files(write: Write, tmp_path: Path) -> None:
    one, two = write("model = Tiny()", "one.py"), write("model = Tiny()", "two.py")
    assert names(together(one, two)) == ["Tiny (one)", "Tiny (two)"]
    for folder in ("old", "new"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "net.py").write_text(NETWORK + "model = Tiny()")
    assert names(together(tmp_path / "old" / "net.py", tmp_path / "new" / "net.py")) == [
        "Tiny (old/net)",
        "Tiny (new/net)",
    ]
    other = write("title = 'Other'\nmodel = Tiny()", "other.py")
    assert names(together(one, other)) == ["Tiny", "Other"]


def test_one_network_twice_has_numbers_and_weights_of_its_own(write: Write) -> None:
    file = write("torch.manual_seed(0)\nmodel = Tiny()")
    sources = together(file, file)
    assert names(sources) == ["Tiny (1)", "Tiny (2)"]
    first, second = (source.module.convolution.weight for source in sources)
    assert first is not second
    assert torch.equal(first, second)


def test_the_pictures_are_those_that_the_first_network_was_given(write: Write, photos: Path) -> None:
    plain, given = write("title = 'a'", "a.py"), write("title = 'b'\nimages = 'photos'\ninput_size = 32", "b.py")
    sources = together(plain, given)
    assert [shelf(source) for source in sources] == [["blue.png", "red.png"]] * 2
    assert all(source.notes == () for source in sources), "nothing is said of a shelf that nobody sees"
    assert [source.input_size for source in sources] == [(3, 224, 224), (3, 32, 32)]


def test_without_given_pictures_vrcnn_s_own_are_told_once(write: Write) -> None:
    sources = together(write("title = 'a'", "a.py"), write("title = 'b'", "b.py"))
    assert [len(source.notes) for source in sources] == [1, 0]
    assert shelf(sources[0]) == shelf(sources[1]) != []


def test_each_network_prepares_a_picture_in_its_own_way(write: Write, photos: Path) -> None:
    sizes = {"a": 32, "b": (1, 20, 24)}
    files = [
        write(
            f"title = {name!r}\nimages = 'photos'\ninput_size = {size}\nmodel = Tiny({size[0] if name == 'b' else 3})",
            f"{name}.py",
        )
        for name, size in sizes.items()
    ]
    picture = Image.new("RGB", (90, 60), "red")
    shapes = [tuple(source.inputs_of(picture)[0][0].shape) for source in together(*files)]
    assert shapes == [(1, 3, 32, 32), (1, 1, 20, 24)]


def test_images_and_input_size_are_for_all(write: Write, photos: Path) -> None:
    files = write("title = 'a'\nimages = 'nothing'", "a.py"), write("title = 'b'\ninput_size = 99", "b.py")
    sources = together(*files, images=photos, input_size=(40,))
    assert [shelf(source) for source in sources] == [["blue.png", "red.png"]] * 2
    assert [source.input_size for source in sources] == [(3, 40, 40)] * 2


@pytest.mark.parametrize(("option", "value"), [("weights", Path("weights.pt")), ("model_name", "Tiny")])
def test_what_is_for_one_network_is_refused_for_several(write: Write, option: str, value: object) -> None:
    file = write()
    with pytest.raises(UserError) as caught:
        together(file, file, **{option: value})
    name = {"weights": "--weights", "model_name": "--model"}[option]
    assert str(caught.value) == (f"{name} is for one network, and 2 were given: leave it out, or show one at a time.")


def test_a_network_that_reads_something_else_runs_on_its_example(write: Write, photos: Path) -> None:
    signals = write(SIGNALS, "signals.py", network="")
    pictures = write("images = 'photos'", "net.py")
    for order in ((signals, pictures), (pictures, signals)):
        found = {source.name: source for source in together(*order)}
        assert shelf(found["Tiny"]) == ["blue.png", "red.png"]
        assert found["signals"].pictures == ()
        (told,) = found["signals"].notes
        assert told == ("signals reads signals, and those on the shelf are pictures: it runs on its example input.")


def test_signals_alone_have_a_shelf_of_signals(write: Write) -> None:
    file = write(SIGNALS, "signals.py", network="")
    assert [shelf(source) for source in together(file, file)] == [["example_input"]] * 2


def test_one_more_picture_is_the_last_of_all_shelves(write: Write, photos: Path, tmp_path: Path) -> None:
    sources = together(write("title = 'a'\nimages = 'photos'", "a.py"), write("title = 'b'", "b.py"))
    more, number = with_picture(sources, PictureFile("new.png", tmp_path / "new.png"))
    assert number == 2
    assert [shelf(source) for source in more] == [["blue.png", "red.png", "new.png"]] * 2


def test_a_picture_for_networks_that_read_none_is_refused(write: Write) -> None:
    words = "model = nn.Linear(4, 2)\nexample_input = torch.zeros(1, 4)\n"
    files = [write(f"title = {name!r}\n{words}", f"{name}.py") for name in "ab"]
    for count, who in ((1, "a reads no picture"), (2, "None of these networks reads a picture")):
        with pytest.raises(UserError) as caught:
            with_picture(together(*files[:count]), PictureFile("new.png"))
        assert str(caught.value) == f"{who}, so there is nothing to do for --image: leave it out."


def test_files_of_two_folders_have_their_own_helpers(tmp_path: Path) -> None:
    for name, width in (("one", 5), ("two", 7)):
        folder = tmp_path / name
        (folder / "parts").mkdir(parents=True)
        (folder / "layers.py").write_text(f"WIDTH = {width}\n")
        (folder / "parts" / "__init__.py").write_text("")
        (folder / "parts" / "heads.py").write_text(f"CLASSES = {width + 1}\n")
        (folder / "net.py").write_text(
            "from torch import nn\nfrom layers import WIDTH\nfrom parts.heads import CLASSES\n"
            "model = nn.Sequential(nn.Conv2d(3, WIDTH, 1), nn.Conv2d(WIDTH, CLASSES, 1))\n"
        )
    widths = [
        [layer.out_channels for layer in source.module]
        for source in together(tmp_path / "one" / "net.py", tmp_path / "two" / "net.py")
    ]
    assert widths == [[5, 6], [7, 8]]
