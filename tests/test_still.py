"""`vrcnn render`, from the command to the pixels of the file: where it stands, what the walls show, what it refuses."""

from __future__ import annotations

import json
from math import radians
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vrcnn.cli import main
from vrcnn.exhibit import Exhibit
from vrcnn.network.source import LoadOptions, NetworkSource, load
from vrcnn.scene.camera import FIELD_OF_VIEW, View
from vrcnn.scene.colormaps import colours_of
from vrcnn.scene.colouring import Colouring, colormap_of
from vrcnn.scene.hall import Wall
from vrcnn.scene.theme import DARK
from vrcnn.scene.vantage import before

pytestmark = pytest.mark.gl
SIDE = 8
COLOURS = """
import numpy, torch
from torch import nn

class Colours(nn.Module):
    '''Six maps of a picture: red, green, blue, and their negatives; then two classes.'''
    def __init__(self):
        super().__init__()
        self.maps = nn.Conv2d(3, 6, 1, bias=False)
        self.maps.weight.data = torch.cat([torch.eye(3), -torch.eye(3)])[:, :, None, None]
        self.classes = nn.Linear(6, 2, bias=False)
        self.classes.weight.data = torch.eye(2, 6)

    def forward(self, x):
        return self.classes(self.maps(x).mean((2, 3)))

def preprocess(picture):
    return torch.from_numpy(numpy.array(picture)).permute(2, 0, 1) / 255

model = Colours()
images = ["first.png"]
"""
Pixels = np.ndarray


def picture_of(red: int, green: int, blue: int) -> Pixels:
    """(8, 8, 3) uint8: black, but for four pixels at its upper left that no turn and no mirror leaves in place."""
    pixels = np.zeros((SIDE, SIDE, 3), np.uint8)
    pixels[1, 1] = pixels[1, 2] = pixels[1, 3] = pixels[2, 1] = (red, green, blue)
    return pixels


def channel(picture: Pixels, tile: int) -> Pixels:
    """(8, 8): the values of a map of the network COLOURS."""
    return picture[:, :, tile % 3] / (255.0 if tile < 3 else -255.0)


FIRST, SECOND = picture_of(255, 128, 64), picture_of(64, 0, 255)


@pytest.fixture
def network(tmp_path: Path) -> Path:
    """A network whose feature maps are the picture's own colours."""
    Image.fromarray(FIRST).save(tmp_path / "first.png")
    Image.fromarray(SECOND).save(tmp_path / "second.png")
    path = tmp_path / "colours.py"
    path.write_text(COLOURS)
    return path


def rendered(output: Path, *arguments: str | Path) -> Pixels:
    """(height, width, 3) int: the picture that the command writes."""
    assert main(["render", *map(str, arguments), "-o", str(output)]) == 0
    with Image.open(output) as image:
        assert (image.format, image.mode) == ("PNG", "RGB")
        return np.asarray(image).astype(int)


def refused(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    """The sentence that the command ends with, and 2."""
    assert main(["render", *map(str, arguments)]) == 2
    return capsys.readouterr().err.removeprefix("vrcnn: ").strip()


class Sight:
    """Where the maps of a wall lie in a picture of `size` that was taken before it."""

    def __init__(self, source: NetworkSource, title: str, size: tuple[int, int]) -> None:
        world = Exhibit(source).world
        self.size = size
        self.wall: Wall = next(wall for wall in world.hall.walls if wall.title == title)
        self.view = View.symmetric(before(self.wall, size[0] / size[1]), size[0] / size[1], FIELD_OF_VIEW)

    def pixel(self, across: float, down: float) -> tuple[float, float]:
        """Row and column of a place of the grid, in shares of it from its upper left."""
        point = self.wall.pose.apply(((across - 0.5) * self.wall.width, (0.5 - down) * self.wall.height, 0.0))
        x, y, _, w = self.view.matrix() @ np.array([*point, 1.0])
        return (1 - y / w) / 2 * self.size[1], (1 + x / w) / 2 * self.size[0]

    def values(self, picture: Pixels, tile: int, texels: tuple[int, int]) -> Pixels:
        """(rows, columns, 3): what is seen in the middle of each texel of a map."""
        rows, columns = texels
        at_row, at_column = divmod(tile, self.wall.columns)
        seen = np.zeros((rows, columns, 3))
        for row, column in np.ndindex(rows, columns):
            across = (at_column + 0.02 + 0.96 * (column + 0.5) / columns) / self.wall.columns
            down = (at_row + 0.02 + 0.96 * (row + 0.5) / rows) / self.wall.rows
            y, x = self.pixel(across, down)
            seen[row, column] = picture[int(y), int(x)]
        return seen


def colours(values: Pixels, limit: float) -> Pixels:
    usual = Colouring()
    return 255 * colours_of(colormap_of(usual, DARK), values, -limit, limit, usual.gamma)


def test_the_picture_has_the_size_that_was_asked_for(network: Path, tmp_path: Path):
    assert rendered(tmp_path / "out.png", network, "--size", "333x222").shape == (222, 333, 3)


def test_a_layer_s_wall_fills_the_picture_with_its_maps_upright(network: Path, tmp_path: Path):
    size = (640, 400)
    seen = rendered(tmp_path / "out.png", network, "--at", "maps", "--size", "640x400")
    sight = Sight(load(str(network), LoadOptions()), "maps", size)
    (top, left), (bottom, right) = sight.pixel(0, 0), sight.pixel(1, 1)
    assert 0 < top < bottom < size[1]
    assert 0 < left < right < size[0]
    assert (bottom - top > 0.5 * size[1]) or (right - left > 0.7 * size[0])
    for tile in range(6):
        values = channel(FIRST, tile)
        difference = np.abs(sight.values(seen, tile, (SIDE, SIDE)) - colours(values, 1.0))
        assert difference.max() < 12, f"map {tile}"


COLOURINGS = [
    (("--range", "map", "--colormap", "red-blue"), Colouring("map", colormap="red-blue")),
    (("--range", "50%"), Colouring("percentile")),
    (("--range", "0.4", "--gamma", "1.5"), Colouring("fixed", fixed=0.4, gamma=1.5)),
    (
        ("--range", "2", "--colormap", "cividis", "--order", "activation"),
        Colouring("fixed", fixed=2, colormap="cividis"),
    ),
]


@pytest.mark.parametrize(("options", "meant"), COLOURINGS)
def test_the_options_say_how_values_are_shown(network: Path, tmp_path: Path, options, meant: Colouring):
    seen = rendered(tmp_path / "out.png", network, "--at", "maps", "--size", "640x400", *options)
    sight = Sight(load(str(network), LoadOptions()), "maps", (640, 400))
    maps = np.stack([channel(FIRST, tile) for tile in range(6)])
    if "--order" in options:
        maps = maps[np.argsort(-maps.mean((1, 2)))]
    for tile, values in enumerate(maps):
        limits = {"map": np.abs(values).max(), "fixed": meant.fixed, "percentile": 1.0}  # most values are 0
        limit = limits[meant.range]
        colormap = colormap_of(meant, DARK)
        wanted = 255 * colours_of(colormap, values, -limit, limit, meant.gamma)
        difference = np.abs(sight.values(seen, tile, (SIDE, SIDE)) - wanted)
        assert difference.max() < 12, f"map {tile}"


@pytest.mark.parametrize("option", [("--range", "30%"), ("--range", "0"), ("--range", "wide"), ("--gamma", "-1")])
def test_a_colouring_that_there_is_not_is_refused_in_one_sentence(option, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as end:
        main(["render", *option])
    assert end.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith(f'vrcnn: {option[0]}: "{option[1]}" is no ')
    assert said.count("\n") == 1


def test_another_image_is_run_and_seen_on_the_walls(network: Path, tmp_path: Path):
    arguments = (network, "--at", "maps", "--size", "640x400")
    seen = rendered(tmp_path / "out.png", *arguments, "--image", tmp_path / "second.png")
    sight = Sight(load(str(network), LoadOptions()), "maps", (640, 400))
    for tile in range(6):
        values = channel(SECOND, tile)
        difference = np.abs(sight.values(seen, tile, (SIDE, SIDE)) - colours(values, 1.0))
        assert difference.max() < 12, f"map {tile}"


def test_the_camera_stands_where_it_was_put_and_looks_that_way(network: Path, tmp_path: Path):
    sight = Sight(load(str(network), LoadOptions()), "maps", (320, 200))
    x, y, z = sight.view.pose.position
    yaw = np.degrees(np.arctan2(-sight.view.pose.forward[0], -sight.view.pose.forward[2]))
    at = rendered(tmp_path / "at.png", network, "--at", "maps", "--size", "320x200")
    there = rendered(tmp_path / "there.png", network, f"--camera={x},{y},{z},{yaw},0", "--size", "320x200")
    assert np.abs(there - at).mean() < 0.5
    left = rendered(tmp_path / "left.png", network, f"--camera={x},{y},{z},{yaw + 4},0", "--size", "320x200")
    up = rendered(tmp_path / "up.png", network, f"--camera={x},{y},{z},{yaw},4", "--size", "320x200")
    step = round(100 * np.tan(radians(4)) / np.tan(radians(FIELD_OF_VIEW / 2)))
    inner = (slice(60, 140), slice(100, 220))
    assert np.abs(np.roll(left, -step, axis=1)[inner] - at[inner]).mean() < np.abs(left[inner] - at[inner]).mean() / 2
    assert np.abs(np.roll(up, -step, axis=0)[inner] - at[inner]).mean() < np.abs(up[inner] - at[inner]).mean() / 2


def test_the_demo_s_wall_shows_what_the_network_computes(tmp_path: Path):
    size = (2560, 1600)  # so that a value has a pixel of its own
    seen = rendered(tmp_path / "out.png", "--at", "blocks.0.project", "--size", "2560x1600")
    source = load(None, LoadOptions())
    sight = Sight(source, "blocks.0.project", size)
    values = computed_by(source, source.module.blocks[0].project_norm)
    count, rows, columns = values.shape
    assert count == sight.wall.span.count
    limit = float(np.percentile(np.abs(values), 99.5))
    for tile in (0, 5, count - 1):
        expected, found = colours(values[tile], limit), sight.values(seen, tile, (rows, columns))
        assert np.abs(found - expected).mean() < 6, f"map {tile}"
        for turned in (found[::-1], found[:, ::-1], found.transpose(1, 0, 2)):
            assert np.abs(turned - expected).mean() > 3 * np.abs(found - expected).mean(), f"map {tile} is turned"


def computed_by(source: NetworkSource, module) -> Pixels:
    """(channels, height, width): what a module of the network returns for the shelf's first picture."""
    import torch

    kept: list[torch.Tensor] = []
    hook = module.register_forward_hook(lambda *call: kept.append(call[2]))
    arguments, keywords = source.inputs_of(source.pictures[0].open())
    with torch.no_grad():
        source.module(*arguments, **keywords)
    hook.remove()
    return kept[0][0].numpy()


def test_two_renderings_are_the_same_to_the_byte(tmp_path: Path):
    for name in ("one.png", "two.png"):
        rendered(tmp_path / name, "--size", "320x200")
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()


def test_a_network_that_reads_no_picture_is_shown_on_its_example_input(tmp_path: Path):
    path = tmp_path / "table.py"
    path.write_text(
        "import torch\nfrom torch import nn\nmodel = nn.Sequential(nn.Linear(4, 6))\n"
        "nn.init.constant_(model[0].weight, 1.0)\nnn.init.zeros_(model[0].bias)\nexample_input = torch.ones(1, 4)\n"
    )
    seen = rendered(tmp_path / "out.png", path, "--at", "0", "--size", "320x200")
    sight = Sight(load(str(path), LoadOptions()), "0", (320, 200))
    for tile in range(6):
        assert np.abs(sight.values(seen, tile, (1, 1)) - colours(np.ones((1, 1)), 1.0)).max() < 12


def test_a_network_that_fails_on_its_picture_is_refused_with_the_layer(network: Path, tmp_path: Path, capsys):
    Image.new("RGB", (2, 2)).save(tmp_path / "small.png")
    network.write_text(
        COLOURS.replace("nn.Conv2d(3, 6, 1,", "nn.Conv2d(3, 6, 3,").replace(
            "self.maps.weight.data = torch.cat([torch.eye(3), -torch.eye(3)])[:, :, None, None]\n", "\n"
        )
    )
    sentence = refused(capsys, network, "--image", tmp_path / "small.png", "-o", tmp_path / "out.png")
    assert "maps" in sentence
    assert not (tmp_path / "out.png").exists()


def test_a_picture_that_is_too_large_to_draw_at_once_is_drawn_in_parts(network, tmp_path, monkeypatch):
    """The same one, but for the rounding of what lies at an edge."""
    whole = rendered(tmp_path / "whole.png", network, "--size", "1500x1300")
    monkeypatch.setattr("vrcnn.render.parts.AT_ONCE", 64)
    monkeypatch.setattr("vrcnn.render.parts.PART", 1024)
    parts = rendered(tmp_path / "parts.png", network, "--size", "1500x1300")
    apart = np.abs(whole - parts).max(axis=2)
    assert (apart > 1).mean() < 1e-3
    assert (apart[:, 1016:1032] > 1).mean() < 5e-3, "no seam"
    assert (apart == 0).mean() > 0.99


def test_a_transparent_picture_has_things_without_ground_and_sky(network, tmp_path):
    """Over the background of their own, they are what the picture with it shows: alpha is right at the edges too."""
    out = tmp_path / "alone.png"
    assert main(["render", str(network), "--at", "maps", "--transparent", "--size", "300x200", "-o", str(out)]) == 0
    told = json.loads(out.with_name("alone.png.json").read_text())
    assert (told["settings"]["at"], told["settings"]["transparent"]) == ("maps", True)
    assert told["pictures"][0]["name"] == "first.png"
    with Image.open(out) as image:
        assert image.mode == "RGBA"
        alone = np.asarray(image).astype(float)
    with_ground = rendered(tmp_path / "with.png", network, "--at", "maps", "--size", "300x200")
    alpha = alone[..., 3]
    assert (alpha == 0).any()
    assert (alpha == 255).any()
    assert ((alpha > 20) & (alpha < 235)).any()
    assert np.abs(alone[..., :3] - with_ground)[alpha == 255].max() <= 1
    edges = (alpha > 40) & (alpha < 255)
    dark = np.array([round(255 * part) for part in DARK["horizon"]])
    share = alpha[edges][:, None] / 255
    composed = alone[..., :3][edges] * share + dark * (1 - share)
    assert np.abs(composed - with_ground[edges]).mean() < 12, "no dark or bright fringes"


BLOCKS = """
import torch
from torch import nn

class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, padding=1)
        self.norm = nn.BatchNorm2d(3)

    def forward(self, x):
        return x + self.norm(self.conv(x)).relu()

torch.manual_seed(0)
model = nn.Sequential(nn.Conv2d(3, 3, 1), *(Block() for _ in range(6)), nn.AdaptiveAvgPool2d(1))
input_size = (3, 16, 16)
"""


@pytest.fixture
def blocks(tmp_path: Path) -> Path:
    path = tmp_path / "blocks.py"
    path.write_text(BLOCKS)
    return path


def test_a_layer_in_a_folded_run_is_shown_by_opening_the_run(blocks: Path, tmp_path: Path):
    arguments = (blocks, "--size", "320x200", "--at", "3.conv")
    with_a_run = rendered(tmp_path / "out.png", *arguments, "--fold", "always")
    assert np.array_equal(with_a_run, rendered(tmp_path / "out.png", *arguments, "--fold", "never"))


def test_a_part_of_a_layer_leads_to_its_wall(blocks: Path, tmp_path: Path):
    arguments = (blocks, "--size", "320x200", "--fold", "never", "--at")
    at_norm = rendered(tmp_path / "out.png", *arguments, "3.norm")
    assert np.array_equal(at_norm, rendered(tmp_path / "out.png", *arguments, "3.conv"))


def test_a_title_that_the_developer_gave_is_a_layer_s_name_too(blocks: Path, tmp_path: Path):
    blocks.write_text(
        "import vrcnn\n" + BLOCKS.replace("return x +", "x = vrcnn.probe(x, 'before the block')\n        return x +")
    )
    seen = rendered(tmp_path / "out.png", blocks, "--size", "320x200", "--fold", "never", "--at", "before the block")
    assert seen.std() > 5


def test_a_layer_without_room_is_given_some(blocks: Path, tmp_path: Path, capsys):
    seen = rendered(tmp_path / "out.png", blocks, "--size", "320x200", "--at", "3.conv", "--memory", "16K")
    assert "layers are left out to stay within 16 KB" in capsys.readouterr().err
    sight = Sight(load(str(blocks), LoadOptions()), "3.conv", (320, 200))
    row, column = sight.pixel(0.3, 0.4)
    assert seen[int(row) - 4 : int(row) + 4, int(column) - 4 : int(column) + 4].std() > 5


def test_a_layer_that_has_no_room_at_all_is_refused_in_a_sentence(blocks: Path, tmp_path: Path, capsys):
    sentence = refused(capsys, blocks, "--at", "3.conv", "--memory", "1K", "-o", tmp_path / "out.png")
    assert sentence.startswith('There is no room for the layer "3.conv": give more with --memory')


def test_an_unknown_layer_is_answered_with_the_nearest_ones(blocks: Path, tmp_path: Path, capsys):
    sentence = refused(capsys, blocks, "--at", "3.convolution", "-o", tmp_path / "out.png")
    assert sentence.startswith('There is no layer "3.convolution" in this network: did you mean 3.conv')
