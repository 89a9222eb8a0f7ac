"""`vrcnn attribute` and vrcnn.attribute: files, sidecars, sentences; and gradients on rendered walls."""

from __future__ import annotations

import json
import resource
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from test_exhibit_attribution import DETECTOR, FAINT
from torch import nn

import vrcnn
from vrcnn.attribute_command.files import save_attribution
from vrcnn.cli import main
from vrcnn.errors import UserError

BOTH = "activations", "gradients"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    torch.set_num_threads(1)
    (tmp_path / "net.py").write_text(FAINT)
    (tmp_path / "detector.py").write_text(DETECTOR)
    pixels = np.random.default_rng(0).integers(0, 256, (30, 40, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "noise.png")
    return tmp_path


def test_it_writes_the_picture_its_values_and_what_tells_of_them(files: Path, capsys):
    asked = ["attribute", "net.py", "--image", "noise.png", "--method", "integrated-gradients", "--class", "cat"]
    assert main([*asked, "--steps", "16", "-o", "ig.png"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("Integrated gradients of cat: score ")
    assert "missing of the score's difference" in told
    with Image.open(files / "ig.png") as image:
        assert image.size == (512, 604)
    values = np.load(files / "ig.npy")
    assert values.shape == (3, 24, 24)
    sidecar = json.loads((files / "ig.png.json").read_text())
    assert sidecar["settings"]["method"] == "integrated-gradients"
    assert (sidecar["settings"]["class"], sidecar["settings"]["steps"]) == (2, 16)
    assert sidecar["settings"]["sum"] == pytest.approx(values.sum(), rel=1e-4)
    assert sidecar["pictures"][0]["name"] == "noise.png"
    assert json.loads((files / "ig.npy.json").read_text())["contents"]["shape"] == [3, 24, 24]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["net.py", "--class", "rhino"], '"rhino" is no class of this network: give the number of one, from 0.'),
        (["net.py", "--class", "7"], "There is no class 7: this network has 4 of them, from 0."),
        (["net.py", "--method", "grad-cam", "--layer", "nine"], 'There is no layer "nine" in net.'),
        (["net.py", "--layer", "stem"], "--layer says where grad-cam looks, not gradient: add --method grad-cam"),
        (["detector.py"], "puts out boxes, not scores of classes"),
        (["net.py", "--image", "net.py"], "The picture net.py"),
        (["net.py", "-o", "missing/x.png"], "missing"),
    ],
)
def test_what_does_not_go_is_one_sentence_and_no_file(files: Path, capsys, arguments, words):
    assert main(["attribute", "--image", "noise.png", *arguments]) == 2
    told = capsys.readouterr().err
    assert words in told
    assert "Traceback" not in told
    assert not list(files.glob("**/attribution.*"))


@pytest.mark.gl
def test_render_shows_gradients_and_attributions_or_says_why_not(files: Path, capsys):
    small = ["--size", "320x200", "--image", "noise.png"]
    plain, owed = files / "plain.png", files / "owed.png"
    assert main(["render", "net.py", *small, "--at", "2", "-o", str(plain)]) == 0
    assert main(["render", "net.py", *small, "--at", "2", "--walls", "gradients", "-o", str(owed)]) == 0
    pictures = [np.asarray(Image.open(path)).astype(int) for path in (plain, owed)]
    assert (np.abs(pictures[0] - pictures[1]) > 20).any(axis=2).mean() > 0.02
    assert main(["render", "detector.py", *small, "--walls", "gradients", "-o", "no.png"]) == 2
    assert "boxes, not scores of classes" in capsys.readouterr().err
    assert not (files / "no.png").exists()


def test_from_python_it_is_arrays_and_a_picture():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3))
    pixels = np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8)
    image = Image.fromarray(pixels)
    found = vrcnn.attribute(
        model, image, method="grad-cam", of="dog", labels=["ant", "cat", "dog"], input_size=(3, 20, 20)
    )
    assert (found.found.index, found.found.name, found.values.shape) == (2, "dog", (1, 18, 18))
    assert found.map.shape == (20, 20)
    assert found.picture is not None
    assert found._repr_png_().startswith(b"\x89PNG")
    with pytest.raises(vrcnn.UserError, match='There is no method "magic"'):
        vrcnn.attribute(model, image, method="magic")


@pytest.mark.gl
def test_python_renders_gradients_on_the_walls_and_an_attribution(files: Path):
    small = {"size": (320, 200), "image": str(files / "noise.png")}
    plain, owed = (np.asarray(vrcnn.render("net.py", at="2", walls=walls, **small)).astype(int) for walls in BOTH)
    assert (np.abs(plain - owed) > 20).any(axis=2).mean() > 0.02
    easel = {"camera": (0.75, 1.45, -0.85, -16, -10), **small}
    alone = np.asarray(vrcnn.render("net.py", **easel)).astype(int)
    laid = np.asarray(vrcnn.render("net.py", attribution="gradient", **easel)).astype(int)
    assert (np.abs(alone - laid) > 20).any(axis=2).mean() > 0.02
    with pytest.raises(vrcnn.UserError, match="Walls do not show 'weights'"):
        vrcnn.render("net.py", walls="weights")
    with pytest.raises(vrcnn.UserError, match="attribution='magic' is no method"):
        vrcnn.render("net.py", attribution="magic")


def test_values_that_do_not_fit_on_the_disk_are_told_with_the_reason(tmp_path: Path) -> None:
    """A limit on the size of files fails in the middle of one, as a disk does that has only some room left."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        with pytest.raises(UserError, match=r"cat\.npy: the file would be larger than this system allows"):
            save_attribution(None, np.zeros((3, 64, 64), np.float32), tmp_path / "cat.png")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not list(tmp_path.iterdir())
