"""`vrcnn export`: what it says, where its files go, and that nothing but whole files is left when it ends early."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
import torch
from exported import CLASSES, Small, exported, hooked, subject_of
from PIL import Image

from vrcnn.cli import main
from vrcnn.errors import UserError
from vrcnn.exporting import steps
from vrcnn.exporting.facts import Facts
from vrcnn.exporting.folders import dated_folder
from vrcnn.exporting.steps import export
from vrcnn.featurevis.cache import FeatureCache
from vrcnn.featurevis.presets import preset
from vrcnn.featurevis.results import Place, Visualization
from vrcnn.network.fingerprint import NetworkKey
from vrcnn.scene.export_wishes import KINDS, ExportWishes

INPUT = torch.linspace(-1, 1, 3 * 15 * 18).reshape(1, 3, 15, 18).sin()
MODEL = """
import torch
from torch import nn
torch.manual_seed(4)
model = nn.Sequential(nn.Conv2d(3, 5, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(5, 4))
labels = ["ant", "bee", "cat", "dog"]
input_size = (3, 20, 24)
"""


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.py").write_text(MODEL)
    return "model.py"


def test_every_kind_has_a_place_and_a_sidecar(model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kinds = [kind for kind in KINDS if kind != "visualizations"]
    assert main(["export", model, *kinds, "--all", "-o", "out"]) == 0
    assert "Exported" in capsys.readouterr().out
    out = tmp_path / "out"
    places = {"maps", "sheets", "values.npz", "statistics.csv", "graph.json", "scene.glb"}
    assert places <= {path.name for path in out.iterdir()}
    assert list(out.rglob("*.part")) == []
    for path in (out / "values.npz", out / "statistics.csv", out / "graph.json", out / "scene.glb", out / "maps" / "0"):
        told = json.loads(path.with_name(path.name + ".json").read_text())
        (network,) = told["networks"]
        assert network["target"] == model
        assert len(network["weights"]) == len(network["structure"]) == 64
        assert told["pictures"][0]["sha256"]
        assert told["made_by"] == f"vrcnn export {model} {' '.join(kinds)} --all -o out"
        assert told["versions"]["torch"] == torch.__version__


def test_the_picture_that_is_named_is_the_one_that_runs(model: str, tmp_path: Path) -> None:
    Image.new("RGB", (24, 20), (250, 10, 90)).save(tmp_path / "pink.png")
    assert main(["export", model, "values", "--layer", "0", "-o", "a"]) == 0
    assert main(["export", model, "values", "--layer", "0", "-o", "b", "--image", "pink.png"]) == 0
    with np.load("a/values.npz") as first, np.load("b/values.npz") as second:
        assert not np.array_equal(first["0"], second["0"])
    assert json.loads(Path("b/values.npz.json").read_text())["pictures"][0]["name"] == "pink.png"


WRONG = [
    (["maps"], "Say which layers: --layer NAME"),
    (["--all"], "Say what shall be exported: give maps, sheet"),
    (["nonsense", "--all"], 'There is no kind of export "nonsense": give maps, sheet'),
    (["maps", "--layer", "nowhere"], 'There is no layer "nowhere"'),
    (["maps", "--layer", "0", "--channels", "3-9"], "Layer 0 has 5 channels, 0 to 4: there is no channel 9."),
    (["maps", "--layer", "0", "--image", "no.png"], "There is no picture no.png: give a picture's file to --image."),
    (["maps", "--layer", "0", "--image", "model.py"], "The picture model.py is not a picture that Pillow can read"),
    (["visualizations", "--layer", "0"], "No visualization of these layers was made before: `vrcnn featvis` makes"),
    (["values", "--layer", "0", "-o", "model.py"], "Nothing can be written into the folder model.py (File exists)"),
    (["values", "--layer", "0", "-o", "model.py/x"], "Nothing can be written into the folder model.py/x (Not a dir"),
    (["values", "--layer", "0", "-o", "x" * 300], "(File name too long): choose another folder."),
]


@pytest.mark.parametrize(("options", "sentence"), WRONG, ids=[" ".join(each)[:40] for each, _ in WRONG])
def test_what_cannot_be_is_said_in_a_sentence(
    options: list[str], sentence: str, model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(tmp_path.iterdir())
    folder = [] if "-o" in options else ["-o", "out"]
    assert main(["export", model, *options, *folder]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert "Traceback" not in said
    left = [
        path for path in tmp_path.rglob("*") if path.is_file() and path not in before and "pycache" not in str(path)
    ]
    assert left == []


def test_what_is_there_is_not_replaced_unless_told_to(
    model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "values.npz").write_bytes(b"mine")
    (tmp_path / "out" / "other.txt").write_bytes(b"mine too")
    assert main(["export", model, "values", "--layer", "0", "-o", "out"]) == 2
    assert (
        "out has values.npz already: choose another folder, or replace it with --overwrite." in capsys.readouterr().err
    )
    assert (tmp_path / "out" / "values.npz").read_bytes() == b"mine"
    assert main(["export", model, "values", "--layer", "0", "-o", "out", "--overwrite"]) == 0
    with np.load(tmp_path / "out" / "values.npz") as archive:
        assert set(archive) == {"0"}
    assert (tmp_path / "out" / "other.txt").read_bytes() == b"mine too"


def test_visualizations_that_were_made_before_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VRCNN_CACHE", str(tmp_path / "cache"))
    subject = subject_of(Small(), INPUT, labels=CLASSES)
    network, _ = subject.identity()
    cache, settings = FeatureCache(), preset("fast")
    node = next(node for node in subject.full.nodes if node.name == "head")
    for channel, seed in ((0, 0), (0, 1), (3, 0)):
        made = replace(settings, seed=seed)
        pixels = np.full((8, 8, 3), 10 * channel + seed, np.uint8)
        visualization = Visualization(Place("head", node.index), channel, made, pixels, 1.0, 0.0, None, "risen")
        cache.keep(NetworkKey(network.weights, network.structure), visualization, np.zeros((3, 8, 8)), made)
    facts = exported(subject, tmp_path / "out", "visualizations", layers=("head",))
    folder = tmp_path / "out" / "visualizations" / "head"
    names = ["0_tabby_fast.png", "0_tabby_fast~2.png", "3_a-b-c_fast.png"]
    assert sorted(path.name for path in folder.iterdir()) == sorted(names) == sorted(path.name for path in facts.files)
    with Image.open(folder / names[2]) as image:
        assert np.asarray(image)[0, 0, 0] == 30
    told = json.loads((tmp_path / "out" / "visualizations" / "head.json").read_text())
    assert set(told["files"]) == set(names)


def test_without_a_folder_a_new_one_with_the_date_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    now = datetime(2026, 11, 23, 16, 42)
    assert dated_folder("models/my net.py", now) == Path("vrcnn-my-net-2026-11-23-1642")
    Path("vrcnn-my-net-2026-11-23-1642").mkdir()
    assert dated_folder("models/my net.py", now) == Path("vrcnn-my-net-2026-11-23-1642-2")
    assert dated_folder("timm:resnet18", now) == Path("vrcnn-timm-resnet18-2026-11-23-1642")
    assert dated_folder("///", now) == Path("vrcnn-network-2026-11-23-1642")


def test_whoever_leaves_early_finds_whole_files_only(tmp_path: Path) -> None:
    """After whatever step."""
    network = Small()
    expected = hooked(network, INPUT)
    steps_in_all = 0
    for stop in range(1, 200, 3):
        folder = tmp_path / str(stop)
        wishes = ExportWishes(("maps", "sheet", "values", "statistics"), folder, ("stem.2", "head"))
        running = export(subject_of(network, INPUT), wishes, None, lambda facts: None)
        taken = sum(1 for _ in zip(running, range(stop), strict=False))
        running.close()
        for path in folder.rglob("*"):
            check(path, expected)
        assert list(folder.rglob("*.part")) == []
        if taken < stop:
            break
        assert not (folder / "values.npz").exists() or taken >= steps_in_all
        steps_in_all = taken
    assert (folder / "values.npz").exists()
    assert steps_in_all >= 4


def check(path: Path, expected: dict[str, torch.Tensor]) -> None:
    if path.suffix == ".png":
        with Image.open(path) as image:
            image.load()
    elif path.suffix == ".json":
        json.loads(path.read_text())
    elif path.suffix == ".npz":
        with np.load(path) as archive:
            assert all(
                torch.equal(torch.from_numpy(archive[name]), expected[name]) for name in archive if name in expected
            )


def test_a_pass_that_is_given_up_is_made_again(tmp_path: Path) -> None:
    """As where a picture is put on the easel meanwhile."""
    looks = [0]
    away = {3, 16, 18, 20}

    def called_away() -> bool:
        looks[0] += 1
        return looks[0] in away

    network, found = Small(), list[Facts]()
    wishes = ExportWishes(("values",), tmp_path / "out")
    list(export(subject_of(network, INPUT), wishes, None, found.append, called_away))
    with np.load(tmp_path / "out" / "values.npz") as archive:
        for name, tensor in hooked(network, INPUT).items():
            assert torch.equal(torch.from_numpy(archive[name]), tensor)
    assert looks[0] > max(away)


def test_a_disk_that_fills_in_the_middle_is_told_and_leaves_whole_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = [0]
    original = os.replace

    def replace(source: Path, target: Path) -> None:
        written[0] += 1
        if written[0] > 6:
            raise OSError(28, "No space left on device")
        original(source, target)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(UserError, match="the disk is full: make room"):
        exported(subject_of(Small(), INPUT), tmp_path / "out", "maps", "values", "statistics")
    monkeypatch.undo()
    left = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert len(left) == 6
    for path in left:
        check(path, {})
    assert not (tmp_path / "out" / "values.npz").exists()


def test_an_export_holds_few_tensors_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Layer by layer: a network of many large layers takes no more memory than one of few."""
    import gc

    from vrcnn.exporting import subject as subjects

    monkeypatch.setattr(subjects, "TOGETHER", 1)
    network = torch.nn.Sequential(*(torch.nn.Conv2d(3, 3, 1) for _ in range(12)))
    running = export(
        subject_of(network, torch.rand(1, 3, 40, 50)), ExportWishes(("values",), tmp_path / "out"), None, lambda _: None
    )
    most = 0
    for _ in running:
        gc.collect()
        most = max(most, sum(type(each) is torch.Tensor and each.shape == (1, 3, 40, 50) for each in gc.get_objects()))
    assert 1 <= most <= 4


def test_control_c_leaves_whole_files_only(model: str, tmp_path: Path) -> None:
    big = MODEL.replace("nn.Conv2d(3, 5", "nn.Conv2d(3, 3000").replace("Linear(5", "Linear(3000")
    (tmp_path / "model.py").write_text(big)
    command = [sys.executable, "-m", "vrcnn", "export", model, "maps", "values", "--all", "-o", "out"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        deadline = time.monotonic() + 60
        while len(list((tmp_path / "out").rglob("*.png"))) < 20 and time.monotonic() < deadline:
            time.sleep(0.01)
        program.send_signal(signal.SIGINT)
        _, said = program.communicate(timeout=30)
    assert program.returncode == 130, said
    assert "Ended early: what is in the folder is whole." in said
    assert list((tmp_path / "out").rglob("*.part")) == []
    assert not (tmp_path / "out" / "values.npz").exists()
    written = list((tmp_path / "out").rglob("*.png"))
    assert 20 <= len(written) < 6000
    for path in written:
        check(path, {})


def test_every_kind_has_a_place() -> None:
    wishes = ExportWishes(KINDS, Path("out"))
    assert len({steps.place_of(kind, wishes) for kind in KINDS}) == len(KINDS)
