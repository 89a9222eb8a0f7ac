"""`vrcnn study measure` and vrcnn.measure: tables, files, notes, every run of a study, a sentence for each error."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from measured_networks import Maps, Small, pictures
from PIL import Image

import vrcnn
from vrcnn.cli import BAD_INPUT, main
from vrcnn.errors import UserError
from vrcnn.export.susceptibility_file import read_susceptibility, write_susceptibility
from vrcnn.study.measuring import Wishes
from vrcnn.study.measuring_runs import RunMeasuring
from vrcnn.study.run_files import MEASURED, runs_of

NETWORK = """
import torch
from torch import nn

torch.manual_seed(0)


def build_model(classes=2):
    return nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, classes)
    )


model = build_model()
labels = ["bright", "dark"]
input_size = 8
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the commands run in: net.py, and pictures/ with eight pictures of each of two classes."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.py").write_text(NETWORK)
    chance = np.random.default_rng(0)
    for name, level in (("dark", 40), ("bright", 200)):
        (tmp_path / "pictures" / name).mkdir(parents=True)
        for number in range(8):
            pixels = np.clip(level + chance.normal(0, 20, (8, 8, 3)), 0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(tmp_path / "pictures" / name / f"{number}.png")
    return tmp_path


def test_a_network_is_measured_with_its_controls_beside_it(folder, capsys):
    words = ["study", "measure", "net.py", "--images", "pictures", "--layers"]
    assert main([*words, "-o", "found.json"]) == 0
    told = capsys.readouterr().out
    for word in ("16 pictures, 2 classes", "shift 1 px", "low-pass 0.18 c/px", "untrained", "unnormalized", "flips"):
        assert word in told
    for word in ("% right on these pictures", "answers kept without half of", "participation", "Wrote found.json"):
        assert word in told
    assert "256 pictures were asked for and there are 16: all of them were taken." in told
    found = read_susceptibility(folder / "found.json")
    assert set(found.accuracy) == {"pictures"}
    assert found.layers[0].each["shift:1"].shape == (4,)
    assert json.loads((folder / "found.json.json").read_text())["made_by"] == "vrcnn study measure"
    assert main([*words, "--json", "--no-twin", "--pictures", "6"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["pictures"], told["untrained"]) == (6, None)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["net.py", "--runs"], "give one of the two"),
        (["--runs", "."], "has no runs"),
        (["--runs", "--device", "nothing"], "cannot be used"),
        (["net.py", "-o", "found.txt"], "no .json file"),
        (["--runs", "-o", "found.json"], "its own folder"),
    ],
)
def test_what_cannot_be_measured_is_told_in_a_sentence(folder, capsys, words, sentence):
    assert main(["study", "measure", *words]) == BAD_INPUT
    assert sentence in capsys.readouterr().err


def test_pictures_that_do_not_fit_are_left_out_and_counted():
    some = [*pictures(6), torch.zeros(3, 9, 9)]
    found = vrcnn.measure(Small(), some, input_size=16, twin=False)
    assert found.pictures == 6
    assert any(note.startswith("1 picture was left out: ") for note in found.notes)


def test_a_single_picture_is_told_to_be_one(folder, capsys):
    for number in range(1, 8):
        (folder / "pictures" / "dark" / f"{number}.png").unlink()
    assert main(["study", "measure", "net.py", "--images", "pictures/dark", "--no-twin"]) == 0
    told = capsys.readouterr().out
    for words in ("1 picture,", "there is 1: it was taken", "nothing to compare a single picture's scores with"):
        assert words in told
    assert "– to –" not in told


def test_a_program_measures_its_network_and_has_it_back_as_it_was():
    module, told = Small().train(), []
    before = {name: value.clone() for name, value in module.state_dict().items()}
    found = vrcnn.measure(module, [*pictures(6)], full=True, progress=lambda share, words: told.append(share))
    assert module.training
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())
    assert told[-1] == pytest.approx(1)
    assert all(0 <= share <= 1.001 for share in told)
    assert found.untrained is not None
    assert "noise:0.25" in found.measures


def test_a_network_without_classes_is_measured_by_layers_only():
    found = vrcnn.measure(Maps(), [*pictures(4)], layers=True, task="none")
    assert (found.measures, found.classes) == ({}, 0)
    assert found.layers
    assert any("no scores of classes" in note for note in found.notes)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"pictures": 1}, "pictures=1 is no number of pictures"),
        ({"seed": -1}, "seed=-1 is no seed"),
        ({"device": "cuda"}, "vrcnn.measure knows no `device`"),
    ],
)
def test_what_python_cannot_ask_for_is_told_in_a_sentence(words, sentence):
    with pytest.raises(UserError, match=sentence):
        vrcnn.measure(Small(), [*pictures(2)], **words)


def test_scores_that_are_not_numbers_are_told():
    module = Small()
    with torch.no_grad():
        module.last.bias.fill_(torch.nan)
    with pytest.raises(UserError, match="not finite numbers"):
        vrcnn.measure(module, [*pictures(4)])


def test_a_twin_whose_scores_are_not_numbers_is_left_out_and_told():
    class Undone(torch.nn.Linear):
        def reset_parameters(self):
            torch.nn.init.constant_(self.weight, torch.nan)
            torch.nn.init.zeros_(self.bias)

    module = Small()
    last = Undone(module.last.in_features, module.last.out_features)
    last.load_state_dict(module.last.state_dict())
    module.last = last
    found = vrcnn.measure(module, [*pictures(4)])
    assert found.untrained is None
    assert any(note.startswith("The untrained twin is left out: The scores of") for note in found.notes)


def test_every_run_is_measured_once_and_goes_on_after_it_was_stopped(folder, capsys, monkeypatch):
    words = ["study", "train", "--data", "pictures", "--network", "net.py", "--side", "8", "--train", "0"]
    assert main([*words, "--test", "0", "--modes", "true,shuffled", "--epochs", "1", "--batch", "4"]) == 0
    measured, whole = [], RunMeasuring.measure

    def measure(self, run, progress):
        if len(measured) == 1 and "STOPPED" not in os.environ:
            monkeypatch.setenv("STOPPED", "1")
            os.kill(os.getpid(), 2)
            while True:
                progress(0.0, "waiting")
        measured.append(run.settings.mode)
        return whole(self, run, progress)

    monkeypatch.setattr(RunMeasuring, "measure", measure)
    command = ["study", "measure", "--runs", "study"]
    assert main(command) == 130
    assert "the same command goes on" in capsys.readouterr().err
    assert main(command) == 0
    assert sorted(measured) == ["shuffled", "true"]
    told = capsys.readouterr().out
    assert "pictures_net_true_0" in told
    runs = runs_of(folder / "study")
    found = {run.settings.mode: read_susceptibility(run.folder / MEASURED) for run in runs}
    assert set(found["shuffled"].accuracy) == {"train", "clean", "test", "pictures"}
    assert {each.pictures for each in found["true"].ablations} == {"held out", "taught right"}
    twins = [each.untrained.measures["shift:1"].value for each in found.values()]
    assert twins[0] == twins[1]
    assert main(command) == 0
    assert len(measured) == 2
    assert RunMeasuring(Wishes(pictures=3)).kept(runs[0]) is None
    (runs[0].folder / MEASURED).with_suffix(".npz").unlink()
    (runs[1].folder / "epochs.jsonl").write_text("{")
    capsys.readouterr()
    assert main(command) == BAD_INPUT
    assert len(measured) == 3
    told = capsys.readouterr()
    assert runs[0].settings.name in told.out
    assert f"{runs[1].settings.name}/epochs.jsonl is damaged" in told.err


OWN = """
import torch
from torch import nn


class Own(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.first = nn.Conv2d(3, 4, 3)
        self.own = nn.Parameter(torch.randn(4, classes))

    def forward(self, x):
        return self.first(x).relu().mean((2, 3)) @ self.own


build_model = Own
"""


def test_runs_share_no_twin_that_keeps_what_was_trained_and_lose_nothing_of_before(folder, capsys, monkeypatch):
    (folder / "net.py").write_text(OWN)
    words = ["study", "train", "--data", "pictures", "--network", "net.py", "--side", "8", "--train", "0"]
    assert main([*words, "--test", "0", "--modes", "true,shuffled", "--epochs", "1", "--batch", "4"]) == 0
    assert main(["study", "measure", "--runs"]) == 0
    paths = [run.folder / MEASURED for run in runs_of(folder / "study")]
    found = [read_susceptibility(path) for path in paths]
    assert [each.untrained.network for each in found] == [f"{each.network}, untrained" for each in found]
    assert all(any("keeps the trained weights of Own" in note for note in each.notes) for each in found)
    assert len({each.untrained.measures["shift:1"].value for each in found}) == 2
    before = [path.read_bytes() for path in paths]

    def fail(self, run, progress):
        raise UserError("There is no data any more.")

    monkeypatch.setattr(RunMeasuring, "measure", fail)
    assert main(["study", "measure", "--runs", "--again"]) == BAD_INPUT
    assert "no data any more" in capsys.readouterr().err
    assert [path.read_bytes() for path in paths] == before
    paths[0].with_suffix(".npz").unlink()
    write_susceptibility(paths[0], replace(found[0], layers=(), untrained=None))  # as of one that takes many ways
    assert [RunMeasuring(Wishes()).kept(run) is not None for run in runs_of(folder / "study")] == [True, True]
