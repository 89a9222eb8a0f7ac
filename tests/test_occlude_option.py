"""A part of a picture that the command line hides: what the network is given, and what is no part of a picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vrcnn.cli import main

NETWORK = """
import torch
from torch import nn
torch.manual_seed(0)
model = nn.Conv2d(3, 4, 3)
input_size = (3, 24, 24)
images = "pictures"
"""


@pytest.fixture
def model(tmp_path: Path) -> Path:
    (tmp_path / "pictures").mkdir()
    Image.new("RGB", (40, 40), "red").save(tmp_path / "pictures" / "a.png")
    Image.new("RGB", (40, 40), "blue").save(tmp_path / "b.png")
    (tmp_path / "net.py").write_text(NETWORK)
    return tmp_path / "net.py"


def rendered(model: Path, *options: str) -> np.ndarray:
    output = model.parent / "out.png"
    view = ["--size", "300x300", "--camera", "1.02,1.25,-1.6,0,-14"]
    assert main(["render", str(model), "-o", str(output), *view, *options]) == 0
    return np.asarray(Image.open(output).convert("RGB")).astype(int)


@pytest.mark.gl
def test_the_picture_on_the_easel_has_a_grey_part_and_it_is_the_same_every_time(model: Path) -> None:
    plain, hidden = rendered(model), rendered(model, "--occlude", "0,0,0.5,1")
    assert np.abs(plain - hidden).max() > 60
    assert np.array_equal(hidden, rendered(model, "--occlude", "0,0,0.5,1"))
    other = rendered(model, "--occlude", "0.5,0,0.5,1", "--image", str(model.parent / "b.png"))
    assert np.abs(other - hidden).max() > 60


@pytest.mark.parametrize(
    "text", ["", "0.1,0.2,0.3", "0,0,0,1", "0.6,0,0.5,1", "a,b,c,d", "-0.1,0,0.5,0.5", "nan,0,1,1"]
)
def test_what_is_no_part_of_a_picture_is_said(model: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["render", str(model), f"--occlude={text}"])
    assert ended.value.code == 2
    assert "is no part of a picture: give its left, top, width and height as shares" in capsys.readouterr().err


def test_a_network_without_pictures_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "words.py").write_text(
        "import torch\nfrom torch import nn\nmodel = nn.Embedding(5, 7)\nexample_input = torch.tensor([[1, 2]])\n"
    )
    assert main(["render", str(tmp_path / "words.py"), "--occlude", "0,0,1,1"]) == 2
    assert "--occlude hides a part of a picture, and there is none" in capsys.readouterr().err
