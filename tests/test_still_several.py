"""`vrcnn render` of several networks: both are in the picture, a layer is found in either, what is wrong is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vrcnn.cli import BAD_INPUT, main

pytestmark = pytest.mark.gl
CONVOLUTIONS = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.NAME = nn.Conv2d(3, 6, 3)
        self.head = nn.Linear(6, 2)

    def forward(self, x):
        if float(x.max()) < LIMIT:
            raise ValueError("too dark")
        return self.head(self.NAME(x).mean((2, 3)))

torch.manual_seed(3)
model = Net()
input_size = (3, 20, 20)
images = ["IMAGE"]
title = "TITLE"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Image.fromarray(np.random.default_rng(1).integers(0, 255, (30, 30, 3), "u1")).save(tmp_path / "noise.png")
    Image.new("RGB", (30, 30)).save(tmp_path / "black.png")
    return tmp_path


def network(name: str, title: str, image: str = "noise.png", limit: float = -9.0) -> str:
    """Writes a model file whose convolution is called `name`; returns the file's name."""
    words = {"NAME": name, "TITLE": title, "IMAGE": image, "LIMIT": str(limit)}
    lines = CONVOLUTIONS
    for word, meant in words.items():
        lines = lines.replace(word, meant)
    Path(f"{title}.py").write_text(lines)
    return f"{title}.py"


def rendered(*words: str) -> np.ndarray:
    assert main(["render", *words, "--size", "240x150", "-o", "out.png"]) == 0
    with Image.open("out.png") as image:
        return np.asarray(image).astype(int)


def refused(*words: str, said: pytest.CaptureFixture[str]) -> str:
    assert main([*words, "-o", "out.png"] if words[0] == "render" else words) == BAD_INPUT
    assert not Path("out.png").exists()
    return said.readouterr().err.removeprefix("vrcnn: ").strip()


def test_the_second_network_stands_to_the_right_of_the_first(folder: Path) -> None:
    first, second = network("conv", "first"), network("conv", "second")
    view = "--camera", "5,2,4,-12,-5"
    alone, both = rendered(first, *view), rendered(first, second, *view)
    changed = np.abs(both - alone).max(axis=2) > 20
    assert changed[:, 120:].mean() > 0.02
    assert np.array_equal(rendered(first, second, *view), both), "and it always looks like that"


def test_a_layer_is_found_in_whichever_network_has_it(folder: Path) -> None:
    first, second = network("stem", "first"), network("conv", "second")
    at_stem, at_conv = rendered(first, second, "--at", "stem"), rendered(first, second, "--at", "conv")
    middle = slice(60, 90), slice(90, 150)
    assert at_stem[middle].std() > 10
    assert at_conv[middle].std() > 10
    alone = rendered(second, "--at", "conv")
    assert np.abs(at_conv[middle] - alone[middle]).mean() < 3, "the same maps as if it stood alone"


def test_a_network_s_name_says_which_layer_is_meant(folder: Path) -> None:
    first, second = network("conv", "first"), network("conv", "second", limit=-8)
    whichever = rendered(first, second, "--at", "conv")
    assert np.array_equal(rendered(first, second, "--at", "first:conv"), whichever)
    assert not np.array_equal(rendered(first, second, "--at", "second:conv"), whichever)


def test_a_layer_that_no_network_has_is_told_for_each(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = network("stem", "first"), network("conv", "second")
    said = refused("render", *files, "--at", "layer9", said=capsys)
    assert 'first: There is no layer "layer9" in this network' in said
    assert 'second: There is no layer "layer9" in this network' in said
    said = refused("render", *files, "--at", "second:stem", said=capsys)
    assert said.startswith('second: There is no layer "stem" in this network')


def test_one_that_fails_is_told_beside_the_picture(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rendered(network("conv", "first"), network("conv", "second", limit=0.0), "--image", "black.png")
    said = capsys.readouterr().err
    assert "Note: second: " in said
    assert "too dark" in said


@pytest.mark.parametrize("command", ["run", "render"])
@pytest.mark.parametrize("option", ["--weights", "--model"])
def test_an_option_for_one_network_is_refused_for_two(
    folder: Path, command: str, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    files = network("conv", "first"), network("conv", "second")
    assert refused(command, *files, option, "some", said=capsys) == (
        f"{option} is for one network, and 2 were given: leave it out, or show one at a time."
    )


@pytest.mark.parametrize("command", ["run", "render"])
def test_a_second_file_that_is_not_there(folder: Path, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(command, network("conv", "first"), "nowhere.py", said=capsys)
    assert said == "There is no file nowhere.py: give the path of a Python file with your network."


@pytest.mark.parametrize("command", ["check", "graph"])
def test_commands_for_one_network_take_one(folder: Path, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main([command, network("conv", "first"), network("conv", "second")])
    assert end.value.code == BAD_INPUT
    assert "second.py" in capsys.readouterr().err


def test_another_image_runs_through_both_and_all_that_fail_leave_no_picture(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = network("conv", "first", limit=0.0), network("conv", "second", limit=0.0)
    rendered(*files)
    assert "Note" not in capsys.readouterr().err
    Path("out.png").unlink()
    assert "too dark" in refused("render", *files, "--image", "black.png", said=capsys)
