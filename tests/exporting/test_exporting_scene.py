"""The scene as glTF: without an error for the Khronos validator, and another program reads what one walks in."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch
import trimesh
from exported import CLASSES, Small, exported, hooked, subject_of
from platformdirs import user_cache_path
from torch import nn

from vrcnn.engine.maps import sample_of
from vrcnn.exporting.staging import staged_alone
from vrcnn.network.scope import Scope
from vrcnn.scene.arrangement import LAYOUTS
from vrcnn.scene.colormaps import pixels_of
from vrcnn.scene.colouring import Colouring, colormap_of
from vrcnn.scene.ranges import ends_of
from vrcnn.scene.theme import DARK

INPUT = torch.linspace(-1, 1, 3 * 15 * 18).reshape(1, 3, 15, 18).sin()
LAYERS = Scope("layers", "never")
ASK = """
const validator = require("gltf-validator"), files = require("fs");
validator.validateBytes(new Uint8Array(files.readFileSync(process.argv[1])), {maxIssues: 50})
  .then(report => console.log(JSON.stringify(report)));
"""


class Branching(nn.Module):
    """Links that skip, blocks that are rooms, and a wall of a thousand points."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(3)
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.blocks = nn.ModuleList(nn.Sequential(nn.Conv2d(8, 8, 3, padding=1), nn.ReLU()) for _ in range(3))
        self.head = nn.Linear(8, 1000)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.stem(x)
        for block in self.blocks:
            x = x + block(x)
        return self.head(x.mean((2, 3)))


def scene_of(path: Path, network: nn.Module | None = None, **wishes: object) -> trimesh.Scene:
    labels = CLASSES if network is None else None
    exported(subject_of(network or Small(), INPUT, scope=LAYERS, labels=labels), path, "scene", **wishes)
    scene = trimesh.load(path / "scene.glb")
    assert isinstance(scene, trimesh.Scene)
    return scene


def walls(scene: trimesh.Scene) -> dict[str, trimesh.Trimesh]:
    """The maps of each layer, by its name, in the world's frame."""
    found = {}
    for node in scene.graph.nodes_geometry:
        frame, name = scene.graph[node]
        mesh = scene.geometry[name]
        if mesh.visual.material.name.startswith("maps of "):
            found[mesh.visual.material.name.removeprefix("maps of ")] = mesh.copy().apply_transform(frame)
    return found


def test_another_reader_finds_walls_that_stand_where_one_walks(tmp_path: Path) -> None:
    subject = subject_of(Small(), INPUT, scope=LAYERS)
    staged = staged_alone(subject, None, "dark")
    found = walls(scene_of(tmp_path / "out"))
    shown = {wall.name: wall for wall in staged.walls}
    assert set(found) == set(shown)
    for name, mesh in found.items():
        place = staged.table[shown[name].anchors[0]]
        assert mesh.bounds.mean(0) == pytest.approx(place[:3], abs=0.02)
        assert mesh.bounds[0][1] > 0.2, "above the ground, y is up"
        (grid,) = staged.grids[shown[name].tensor]
        across = np.linalg.norm(np.ptp(mesh.vertices[:, [0, 2]], axis=0))
        assert across == pytest.approx(grid.width * place[3], rel=1e-4)
        facing = mesh.face_normals[0]
        assert facing @ (0.0 - place[0], 0.0, facing[2]) >= 0, "walls look towards the path"


def test_tiles_have_the_colours_of_the_wall(tmp_path: Path) -> None:
    network, colouring = Small(), Colouring(gamma=0.5)
    scene = scene_of(tmp_path / "out", network, colouring=colouring)
    subject = subject_of(network, INPUT, scope=LAYERS)
    colormap, maps = colormap_of(colouring, DARK), hooked(network, INPUT)["grouped"][0]
    extremes = np.array([[maps.min(), maps.max()]], np.float32)
    ((low, high),) = ends_of(sample_of(maps)[None], extremes, colouring, True)
    mesh = walls(scene)["grouped"]
    picture = np.asarray(mesh.visual.material.baseColorTexture.convert("RGB"))
    wall = next(wall for wall in staged_alone(subject, None, "dark").walls if wall.name == "grouped")
    (grid,) = staged_alone(subject, None, "dark").grids[wall.tensor]
    rows = round(grid.rows)
    height, width = picture.shape[0] / rows, picture.shape[1] / grid.columns
    for channel, values in enumerate(maps.numpy()):
        row, column = divmod(channel, grid.columns)
        for y, x in ((1, 1), (3, 4), (values.shape[0] - 2, values.shape[1] - 2)):
            across = 0.02 + 0.96 * (x + 0.5) / values.shape[1]
            down = 0.02 + 0.96 * (y + 0.5) / values.shape[0]
            at = int((row + down) * height), int((column + across) * width)
            expected = pixels_of(values, (float(low), float(high)), colormap, 0.5)
            near = expected[y - 1 : y + 2, x - 1 : x + 2].reshape(-1, 3).astype(int)
            assert np.abs(near - picture[at].astype(int)).max(1).min() <= 1, (channel, y, x)


def test_tiles_stand_in_the_order_that_is_asked_for(tmp_path: Path) -> None:
    colouring = Colouring("fixed", fixed=1.0, order="activation")
    network = nn.Sequential(nn.Conv2d(3, 4, 1))
    with torch.no_grad():
        network[0].weight.zero_()
        network[0].bias.copy_(torch.tensor([0.1, 0.9, -0.5, 0.5]))
    scene = scene_of(tmp_path / "out", network, colouring=colouring)
    picture = np.asarray(walls(scene)["0"].visual.material.baseColorTexture.convert("RGB"))
    seen = [tuple(picture[picture.shape[0] // 2, int(picture.shape[1] * (each + 0.5) / 4)]) for each in range(4)]
    values = np.array([0.9, 0.5, 0.1, -0.5], np.float32)
    expected = pixels_of(values, (-1.0, 1.0), colormap_of(colouring, DARK), colouring.gamma)
    assert seen == [tuple(pixel) for pixel in expected]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_has_links_rooms_ground_and_names(layout: str, tmp_path: Path) -> None:
    subject = subject_of(Branching(), INPUT, scope=LAYERS)
    exported(subject, tmp_path / "out", "scene", layout=layout)
    staged = staged_alone(subject, layout, "light")
    scene = trimesh.load(tmp_path / "out" / "scene.glb")
    names = {node.split("_")[0] for node in scene.graph.nodes}
    assert {"links", "ground", "fixtures", "stem", "head", "Branching"} <= names
    assert staged.layout == layout
    found = walls(scene)
    assert {wall.name for wall in staged.walls} == set(found)
    for wall in staged.walls:
        assert found[wall.name].bounds.mean(0) == pytest.approx(staged.table[wall.anchors[0], :3], abs=0.02)


def test_its_size_is_bounded_and_what_was_reduced_is_told(tmp_path: Path) -> None:
    network = nn.Sequential(nn.Conv2d(3, 64, 3, padding=1))
    picture = torch.rand(1, 3, 128, 128)
    subject = subject_of(network, picture, scope=LAYERS)
    facts = exported(subject, tmp_path / "out", "scene", pixels=50_000)
    assert facts.notes == ["In the scene, the maps of 2 of 2 walls are smaller than the network's."]
    meshes = walls(trimesh.load(tmp_path / "out" / "scene.glb"))
    pixels = sum(np.prod(mesh.visual.material.baseColorTexture.size) for mesh in meshes.values())
    assert 25_000 < pixels < 60_000
    told = json.loads((tmp_path / "out" / "scene.glb.json").read_text())
    assert told["contents"]["reduced"] == facts.notes


@pytest.fixture(scope="module")
def validator() -> Path:
    """A folder with the Khronos validator, which is fetched once and kept."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("the validator of glTF needs node and npm: apt-get install nodejs npm")
    folder = user_cache_path("vrcnn-tests", appauthor=False) / "gltf-validator"
    if not (folder / "node_modules" / "gltf-validator").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), "gltf-validator"]
        try:
            ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        except subprocess.TimeoutExpired:
            pytest.skip("npm cannot fetch the validator of glTF: it does not answer")
        if ran.returncode:
            pytest.skip(f"npm cannot fetch the validator of glTF: {ran.stderr.strip()[-200:]}")
    return folder


@pytest.mark.parametrize("kind", ["plain", "light and branching", "numbers that are none"])
def test_the_khronos_validator_finds_no_error(kind: str, tmp_path: Path, validator: Path) -> None:
    network = {"plain": None, "light and branching": Branching(), "numbers that are none": Broken()}[kind]
    theme = "light" if kind.startswith("light") else "dark"
    scene_of(tmp_path / "out", network, theme=theme)
    command = ["node", "-e", ASK, str(tmp_path / "out" / "scene.glb")]
    ran = subprocess.run(command, cwd=validator, capture_output=True, text=True, check=True)
    report = json.loads(ran.stdout)
    assert report["mimeType"] == "model/gltf-binary"
    assert report["info"]["totalTriangleCount"] > 100
    issues = report["issues"]
    assert (issues["numErrors"], issues["numWarnings"]) == (0, 0), issues["messages"]


class Broken(nn.Module):
    """Answers with nothing but NaN and infinities."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.conv(x) / torch.tensor([0.0, torch.nan, torch.inf, 1.0])[:, None, None]
