"""`vrcnn render --panorama`: the whole surroundings of a place in the network, in a file that viewers know."""

from __future__ import annotations

from math import asin, atan2, pi
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vrcnn.cli import main
from vrcnn.exhibit import Exhibit
from vrcnn.network.source import LoadOptions, load
from vrcnn.scene.geometry import Pose, turn

pytestmark = pytest.mark.gl
NETWORK = """
from torch import nn

model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten())
images = ["red.png"]
input_size = (3, 16, 16)
"""
EYES = Pose((0.0, 1.6, -0.5), turn(0.0))


@pytest.fixture
def network(tmp_path: Path) -> Path:
    Image.new("RGB", (16, 16), (255, 0, 0)).save(tmp_path / "red.png")
    (tmp_path / "net.py").write_text(NETWORK)
    return tmp_path / "net.py"


def test_the_shelf_and_the_easel_are_where_they_stand(network: Path, tmp_path: Path) -> None:
    output = tmp_path / "all.jpg"
    command = ["render", str(network), "--panorama", "--size", "1024x512", "--camera", "0,1.6,-0.5,0,0"]
    assert main([*command, "-o", str(output)]) == 0
    with Image.open(output) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1024, 512))
        assert b"equirectangular" in picture.info["xmp"]
        pixels = np.asarray(picture).astype(int)
    world = Exhibit(load(str(network), LoadOptions())).world
    x, y, z = EYES.inverse().apply(world.easel.pose.position)
    column = (atan2(x, -z) / (2 * pi) + 0.5) * 1024
    row = (0.5 - asin(y / float(np.linalg.norm((x, y, z)))) / pi) * 512
    red, green, blue = pixels[int(row), int(column)]
    assert red > 200
    assert max(green, blue) < 60


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--size", "1000x1000", "-o", "all.jpg"], "not twice as wide as high"),
        (["-o", "all.gif"], "JPEG or PNG"),
    ],
)
def test_what_cannot_be_is_refused_before_the_network_runs(
    network: Path, arguments: list[str], words: str, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vrcnn.tour_networks.load_together", None)
    assert main(["render", str(network), "--panorama", *arguments]) == 2
    assert words in capsys.readouterr().err
