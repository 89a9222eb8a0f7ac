"""Exported maps: the right colours, grey that tells the values again, names that every system takes, and sheets."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from exported import CLASSES, Small, exported, hooked, subject_of
from PIL import Image
from torch import Tensor, nn

from vrcnn.engine.maps import sample_of
from vrcnn.network.scope import Scope
from vrcnn.scene.colormaps import NO_NUMBER, pixels_of
from vrcnn.scene.colouring import COLORMAPS, Colouring, colormap_of
from vrcnn.scene.ranges import ends_of
from vrcnn.scene.theme import DARK

INPUT = torch.linspace(-1, 1, 3 * 15 * 18).reshape(1, 3, 15, 18).sin()
TAKEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)', re.IGNORECASE)  # by Windows


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image)


@pytest.mark.parametrize("colormap", ["", "batlow", "red-blue"])
@pytest.mark.parametrize("kind", ["layer", "map", "percentile", "fixed"])
def test_they_have_the_colours_of_the_wall(kind: str, colormap: str, tmp_path: Path) -> None:
    network, colouring = Small(), Colouring(kind, colormap=colormap, gamma=0.6)
    exported(subject_of(network, INPUT), tmp_path / "out", "maps", layers=("grouped",), colouring=colouring)
    chosen, maps = colormap_of(colouring, DARK), hooked(network, INPUT)["grouped"][0]
    extremes = np.array([[maps.min(), maps.max()]], np.float32)
    ((low, high),) = ends_of(sample_of(maps)[None], extremes, colouring, chosen.diverging)
    told = json.loads((tmp_path / "out" / "maps" / "grouped.json").read_text())["contents"]["maps"]
    for channel, values in enumerate(maps.numpy()):
        ends = float(low), float(high)
        if kind == "map":
            limit = float(np.abs(values).max())
            ends = (-limit, limit) if chosen.diverging else (float(values.min()), float(values.max()))
        name = f"{channel:02}.png"
        assert np.array_equal(
            pixels(tmp_path / "out" / "maps" / "grouped" / name), pixels_of(values, ends, chosen, 0.6)
        )
        assert told[name]["ends"] == pytest.approx(ends)
        assert told[name]["channel"] == channel


def test_chosen_channels_have_the_colours_that_they_have_among_all(tmp_path: Path) -> None:
    network = Small()
    exported(subject_of(network, INPUT), tmp_path / "all", "maps", layers=("grouped",))
    exported(subject_of(network, INPUT), tmp_path / "some", "maps", layers=("grouped",), channels=((3, 4),))
    assert sorted(path.name for path in (tmp_path / "some" / "maps" / "grouped").iterdir()) == ["03.png", "04.png"]
    for name in ("03.png", "04.png"):
        first, second = (tmp_path / each / "maps" / "grouped" / name for each in ("all", "some"))
        assert first.read_bytes() == second.read_bytes()


def test_values_are_told_again_from_grey(tmp_path: Path) -> None:
    network = Small()
    exported(subject_of(network, INPUT), tmp_path / "out", "maps", layers=("grouped",), grey=True)
    maps = hooked(network, INPUT)["grouped"][0].numpy()
    told = json.loads((tmp_path / "out" / "maps" / "grouped.json").read_text())["contents"]["maps"]
    for channel, values in enumerate(maps):
        name = f"{channel:02}.png"
        grey = pixels(tmp_path / "out" / "maps" / "grouped" / name)
        low, high = told[name]["ends"]
        assert grey.max() > 255
        step = (high - low) / 65535
        assert np.abs(low + grey.astype(np.float64) * step - values).max() <= 0.5001 * step
    assert low == pytest.approx(maps.min())
    assert high == pytest.approx(maps.max())


class Odd(nn.Module):
    """Layers with names that no file may have, and values that are no numbers."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(2)
        names = (
            "CON",
            "con",
            "a:b",
            "a/b",
            "ünïcödé",
            "名前",
            "🦋",
            "x" * 300,
            "y" * 299 + "1",
            "y" * 299 + "2",
            " ",
            "..a",
        )
        self.layers = [nn.Conv2d(3, 3, 1) for _ in names]
        for name, layer in zip(names, self.layers, strict=True):
            self._modules[name] = layer

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = layer(x)
        return x * torch.tensor([1.0, torch.nan, torch.inf])[:, None, None]


def test_odd_names_of_layers_are_safe_and_differ(tmp_path: Path) -> None:
    network = Odd()
    exported(subject_of(network, INPUT), tmp_path / "out", "maps", "sheet", "values", "statistics", "graph", "scene")
    words = [path.name for path in (tmp_path / "out" / "maps").iterdir() if path.is_dir()]
    assert len(words) == len({word.casefold() for word in words}) == len(network.layers) + 2  # the input, the product
    assert [word for word in words if TAKEN.search(word) or len(word.encode()) > 255] == []
    with np.load(tmp_path / "out" / "values.npz") as archive:
        assert len(set(archive)) == len(words)


def test_what_is_no_number_is_seen_and_counted(tmp_path: Path) -> None:
    facts = exported(subject_of(Odd(), INPUT), tmp_path / "out", "maps", layers=("mul",))
    folder = facts.files[0].parent
    assert (pixels(folder / "1.png") == NO_NUMBER).all()
    told = json.loads(folder.with_name(f"{folder.name}.json").read_text())["contents"]["maps"]
    assert told["1.png"]["nonfinite"] == 15 * 18
    assert "nonfinite" not in told["0.png"]


def test_channels_are_called_by_their_classes(tmp_path: Path) -> None:
    subject = subject_of(Small(), INPUT, labels=CLASSES)
    exported(subject, tmp_path / "out", "maps", layers=("head",))
    names = sorted(path.name for path in (tmp_path / "out" / "maps" / "head").iterdir())
    assert len(names) == 8
    assert names[0] == "0_tabby.png"
    assert names[3] == "3_a-b-c.png"
    assert names[4] == "4_ünïcödé-名前.png"
    assert names[6] == "6.png"
    assert [name for name in names if TAKEN.search(name) or len(name) > 60] == []


def test_volumes_and_tokens_have_maps_too(tmp_path: Path) -> None:
    volumes = nn.Sequential(nn.Conv3d(1, 4, 3))
    exported(subject_of(volumes, torch.rand(1, 1, 7, 9, 11), scope=Scope("layers", "never")), tmp_path / "a", "maps")
    assert pixels(tmp_path / "a" / "maps" / "0" / "0.png").shape == (7, 9, 3)
    tokens = nn.Sequential(nn.Linear(5, 6))
    exported(subject_of(tokens, torch.rand(1, 9, 5), scope=Scope("layers", "never")), tmp_path / "b", "maps", "sheet")
    assert pixels(tmp_path / "b" / "maps" / "0" / "0.png").shape[2] == 3


def test_a_sheet_has_every_channel_and_the_scale_of_its_colours(tmp_path: Path) -> None:
    network, colouring = Small(), Colouring("fixed", fixed=0.8, colormap="batlow")
    exported(subject_of(network, INPUT), tmp_path / "out", "sheet", layers=("grouped",), colouring=colouring)
    sheet = pixels(tmp_path / "out" / "sheets" / "grouped.png").reshape(-1, 3)
    shown = {tuple(pixel) for pixel in sheet}
    batlow = next(each for each in COLORMAPS if each.name == "batlow")
    scale = pixels_of(np.linspace(-0.8, 0.8, 240, dtype=np.float32), (-0.8, 0.8), batlow, colouring.gamma)
    assert {tuple(pixel) for pixel in scale} <= shown, "the whole scale is drawn"
    maps = hooked(network, INPUT)["grouped"][0].numpy()
    middles = {tuple(pixels_of(each[4:5, 4:5], (-0.8, 0.8), batlow, colouring.gamma)[0, 0]) for each in maps}
    assert middles <= shown
    told = json.loads((tmp_path / "out" / "sheets" / "grouped.png.json").read_text())
    assert told["contents"]["ends"] == pytest.approx([-0.8, 0.8])
    assert told["settings"]["colouring"]["colormap"] == "batlow"
    assert math.isclose(told["settings"]["colouring"]["gamma"], colouring.gamma)
