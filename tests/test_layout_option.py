"""`vrcnn render --layout`: the walls stand where the layout has them, and what is no layout is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vrcnn.app import RunOptions
from vrcnn.cli import main
from vrcnn.exhibit import Exhibit
from vrcnn.network.source import LoadOptions, load
from vrcnn.scene.arrangement import LAYOUTS
from vrcnn.scene.camera import FIELD_OF_VIEW, View
from vrcnn.scene.geometry import Pose
from vrcnn.scene.switching import begin_with

pytestmark = pytest.mark.gl
NETWORK = """
import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(*(layer for _ in range(4) for layer in (nn.Conv2d(3, 3, 3, padding=1), nn.MaxPool2d(2))))
input_size = (3, 64, 64)
"""
SIZE = 480, 300
EYES = Pose((-0.4, 1.6, 1.0))


@pytest.fixture
def network(tmp_path: Path) -> Path:
    path = tmp_path / "net.py"
    path.write_text(NETWORK)
    return path


def rendered(path: Path, network: Path, *options: str) -> np.ndarray:
    arguments = ["--camera=-0.4,1.6,1,0,0", f"--size={SIZE[0]}x{SIZE[1]}", "-o", str(path), *options]
    assert main(["render", str(network), *arguments]) == 0
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB")).astype(int)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_wall_that_is_in_sight_is_where_the_layout_has_it(network: Path, tmp_path: Path, layout: str) -> None:
    seen = rendered(tmp_path / "out.png", network, "--layout", layout)
    other = rendered(tmp_path / "other.png", network, "--layout", LAYOUTS[LAYOUTS.index(layout) - 1])
    world = Exhibit(load(str(network), LoadOptions())).world
    begin_with(world, layout)
    matrix = View.symmetric(EYES, SIZE[0] / SIZE[1], FIELD_OF_VIEW).matrix()
    first = min(world.hall.walls, key=lambda wall: wall.slot.depth)
    corners = [
        first.placing.apply((side * first.width / 2, up * first.height / 2, 0)) for side in (-1, 1) for up in (-1, 1)
    ]
    x, y, _, w = matrix @ np.column_stack([corners, np.ones(4)]).T
    left, right = ((1 + (x / w)) / 2 * SIZE[0]).astype(int)[[0, 2]]
    top, bottom = ((1 - (y / w)) / 2 * SIZE[1]).astype(int)[[1, 0]]
    assert 0 < left + 4 < right < SIZE[0]
    maps = seen[top + 2 : bottom - 2, left + 2 : right - 2]
    assert maps.std(axis=(0, 1)).max() > 12, "its maps are there"
    assert np.abs(seen - other).max(axis=2)[top:bottom, left:right].mean() > 10, "and not in another layout"


def test_without_the_option_it_is_the_corridor(network: Path, tmp_path: Path) -> None:
    usual = rendered(tmp_path / "usual.png", network)
    assert (usual == rendered(tmp_path / "corridor.png", network, "--layout", "corridor")).all()
    assert RunOptions().layout is None, "so that a session's layout is kept"


def test_what_is_no_layout_is_refused_with_those_that_there_are(
    network: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refusal:
        main(["render", str(network), "--layout", "ring"])
    assert refusal.value.code == 2
    said = capsys.readouterr().err
    assert "Traceback" not in said
    for layout in LAYOUTS:
        assert layout in said
