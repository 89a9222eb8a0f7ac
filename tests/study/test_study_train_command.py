"""`vrcnn study train`: a line for each epoch, a table at the end, Ctrl-C and on again, one sentence for each error."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from vrcnn.cli import BAD_INPUT, _parser, main
from vrcnn.network.source import LoadOptions, load
from vrcnn.network.true_labels import label_of
from vrcnn.study.material import digest_of, loaded, material_of, parts_of_run
from vrcnn.study.run_files import read_run
from vrcnn.study.train_command import INTERRUPTED, settings_of
from vrcnn.study.training import Stopped, train

NETWORK = """
import os, signal
from torch import nn

class Net(nn.Sequential):
    passes = 0

    def forward(self, x):
        Net.passes += 1
        if Net.passes == int(os.environ.get("PRESS_AT", 0)):
            os.kill(os.getpid(), signal.SIGINT)
            import time; time.sleep(1)
        return super().forward(x)


def build_model(classes):
    return Net(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 36, classes))
"""
WORDS = ["study", "train", "--data", "pictures", "--network", "net.py", "--side", "8", "--train", "0", "--test", "0"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the commands run in: net.py, and pictures/ with twenty pictures of each of two classes."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.py").write_text(NETWORK)
    chance = np.random.default_rng(0)
    for name, level in (("dark", 40), ("bright", 200)):
        (tmp_path / "pictures" / name).mkdir(parents=True)
        for number in range(20):
            pixels = np.clip(level + chance.normal(0, 20, (8, 8, 3)), 0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(tmp_path / "pictures" / name / f"{number}.png")
    return tmp_path


def test_epochs_and_a_table_and_nothing_is_trained_twice(folder, capsys):
    words = [*WORDS, "--modes", "true,shuffled", "--seeds", "0-1", "--epochs", "2", "--batch", "8"]
    assert main(words) == 0
    said = capsys.readouterr().out
    assert len(re.findall(r"^  epoch +\d  loss +\d", said, re.M)) == 8
    lines = said.splitlines()[-4:]
    assert [line.split()[0] for line in lines] == [
        f"pictures_net_{mode}_{seed}" for seed in (0, 1) for mode in ("true", "shuffled")
    ]
    run = read_run(folder / "study" / "runs" / "pictures_net_true_0")
    assert f"{run.train:.1%}" in lines[0]
    assert run.rest["data"]["name"] == "pictures"
    assert main(words) == 0
    said = capsys.readouterr().out
    assert said.count("trained before") == 4
    assert said.splitlines()[-4:] == lines


def test_what_was_trained_can_be_walked_through(folder, monkeypatch):
    assert main([*WORDS, "--modes", "true", "--epochs", "3", "--batch", "8", "--rate", "0.02"]) == 0
    run = read_run(folder / "study" / "runs" / "pictures_net_true_0")
    monkeypatch.chdir("/")  # whoever walks through it may be elsewhere
    source = load(str(run.folder / "model.py"), LoadOptions())
    assert source.labels is not None
    assert set(source.labels) == {"dark", "bright"}
    right = 0
    for picture in source.picture_set:
        arguments, keywords = source.inputs_of(picture.open())
        with torch.no_grad():
            best = int(source.module(*arguments, **keywords).argmax())
        right += source.labels[best] == label_of(picture)
    assert right / len(source.picture_set) == run.test


def test_ctrl_c_and_on_again(folder, capsys):
    """In a process of its own: the fourteenth pass presses Ctrl-C, in the second of three epochs."""
    words = [*WORDS, "--modes", "true", "--epochs", "3", "--batch", "8", "--enough", "1"]
    command = [sys.executable, "-m", "vrcnn", *words]
    stopped = subprocess.run(
        command, env={**os.environ, "PRESS_AT": "7"}, capture_output=True, text=True, timeout=120, check=False
    )
    assert stopped.returncode == INTERRUPTED, stopped.stderr
    assert "goes on from here" in stopped.stderr
    assert "Traceback" not in stopped.stderr
    assert not read_run(folder / "study" / "runs" / "pictures_net_true_0").done
    assert main(words) == 0
    said = capsys.readouterr().out
    assert "from epoch 2" in said
    went_on = read_run(folder / "study" / "runs" / "pictures_net_true_0")
    assert main([*words, "--folder", "straight"]) == 0
    straight = read_run(folder / "straight" / "runs" / "pictures_net_true_0")
    assert [(epoch.loss, epoch.test) for epoch in went_on.epochs] == [
        (epoch.loss, epoch.test) for epoch in straight.epochs
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--modes", "wild"], '"wild" is no mode: give some of true-augmented, true'),
        (["--seeds", "x"], '"x" are no seeds'),
        (["--device", "nowhere"], "The device 'nowhere' cannot be used"),
        (["--network", "other.py"], "names no network"),
        (["--data", "nothing"], "nothing"),
        (["--train", "-3"], "no number of pictures"),
        (["--batch", "1"], '"1" is no batch: give 2 or more'),
        (["--rate", "nan"], '"nan" is no learning rate'),
        (["--rate", "-1"], '"-1" is no learning rate'),
        (["--folder", "net.py"], "Nothing can be written into the folder net.py"),
    ],
)
def test_errors_are_one_sentence(folder, capsys, words, told):
    try:
        code = main([*WORDS, *words])
    except SystemExit as ended:
        code = int(ended.code or 0)
    assert code == BAD_INPUT
    said = capsys.readouterr().err
    assert told in said
    assert "Traceback" not in said


def test_a_run_is_not_trained_anew_for_another_device(folder, capsys):
    words = [*WORDS, "--modes", "true", "--epochs", "1"]
    assert main(words) == 0
    weights = folder / "study" / "runs" / "pictures_net_true_0" / "checkpoints" / "step-00000001.pt"
    written = weights.stat().st_mtime_ns
    capsys.readouterr()
    assert main([*words, "--device", "cpu:0"]) == 0
    assert "trained before" in capsys.readouterr().out
    assert weights.stat().st_mtime_ns == written


def test_a_training_does_not_go_on_with_other_pictures(folder, capsys):
    words = [*WORDS, "--modes", "true", "--epochs", "3", "--batch", "8", "--enough", "1"]
    (settings,) = settings_of(_parser().parse_args(words))
    where, passes = folder / "study" / "runs" / settings.name, iter([False] * 5 + [True])
    with pytest.raises(Stopped):
        train(where, settings, material_of(settings, Path("study-data")), stopped=lambda: next(passes))
    assert len(read_run(where).epochs) == 1
    (folder / "pictures" / "dark" / "0.png").rename(folder / "pictures" / "bright" / "20.png")
    loaded.cache_clear()
    assert main(words) == BAD_INPUT
    assert "was trained on other pictures of pictures than there is now" in capsys.readouterr().err


def test_a_run_of_other_pictures_is_known(folder):
    assert main([*WORDS, "--modes", "true", "--epochs", "1"]) == 0
    run = read_run(folder / "study" / "runs" / "pictures_net_true_0")
    _, split = parts_of_run(run)
    assert run.rest["split"] == digest_of(split)
    run.rest["split"] = "0" * 64
    with pytest.raises(Exception, match="another split"):
        parts_of_run(run)
    run.rest["data"]["sha256"] = "0" * 64
    with pytest.raises(Exception, match="was trained on other pictures of pictures"):
        parts_of_run(run)
    del run.rest["packages"]
    with pytest.raises(Exception, match="does not say where its data was"):
        parts_of_run(run)
