"""`vrcnn evaluate`: figures in the terminal, all pictures in a file, and one sentence for each error."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from vrcnn.cli import BAD_INPUT, main
from vrcnn.evaluating.over_pictures import evaluate
from vrcnn.network.source import LoadOptions, load

NETWORK = """
import time
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(1)
        self.conv, self.head = nn.Conv2d(3, 4, 3), nn.Linear(4, 3)

    def forward(self, x):
        time.sleep(PAUSE)
        return 20 * self.head(self.conv(x).mean((2, 3)))

PAUSE = 0
model = Net()
labels = ["ant", "bee", "cow"]
input_size = (3, 8, 8)
images = "photos"
"""

PRESSING = """
import os, signal, time
passes = []

def press_and_sleep(seconds):
    passes.append(1)
    if len(passes) == 4:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(seconds)
"""

Run = Callable[..., str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the commands run in: net.py, and photos/ with four pictures of each class."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.py").write_text(NETWORK)
    random = np.random.default_rng(0)
    for name in ("ant", "bee", "cow"):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for number in range(4):
            pixels = random.integers(0, 255, (8, 8, 3)).astype(np.uint8)
            Image.fromarray(pixels).save(tmp_path / "photos" / name / f"{number}.png")
    return tmp_path


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*words: str, code: int = 0) -> str:
        assert main(["evaluate", "net.py", *words]) == code
        said = capsys.readouterr()
        return said.err if code else said.out

    return run


def by_hand(folder: Path) -> list[tuple[str, str, str, float]]:
    """(path, true, predicted, confidence) of every picture, by single passes of the network alone."""
    source = load(str(folder / "net.py"), LoadOptions())
    rows = []
    for path in sorted((folder / "photos").glob("*/*")):
        with torch.no_grad():
            said = source.module(source.preprocess(Image.open(path))[None])[0].double().softmax(0)
        rows.append((str(path), path.parent.name, source.labels[int(said.argmax())], float(said.max())))
    return rows


def test_the_table_of_all_pictures_is_that_of_single_passes(folder: Path, run: Run):
    said = run("-o", "out.csv")
    with open("out.csv") as file:
        rows = list(csv.DictReader(file))
    expected = by_hand(folder)
    assert [(row["picture"], row["true"], row["predicted"]) for row in rows] == [row[:3] for row in expected]
    for row, (_, true, predicted, confidence) in zip(rows, expected, strict=True):
        assert float(row["confidence"]) == pytest.approx(confidence, abs=1e-5)
        assert row["right"] == str(true == predicted)
    right = sum(true == predicted for _, true, predicted, _ in expected)
    assert f"accuracy             {100 * right / 12:.1f} %" in said
    assert json.loads(Path("out.csv.json").read_text())["networks"][0]["name"] == "Net"


def test_json_has_the_classes_and_the_confusions(folder: Path, run: Run):
    told = json.loads(run("--json"))
    expected = by_hand(folder)
    assert told["accuracy"] == sum(row[1] == row[2] for row in expected) / 12
    assert {row["name"]: row["pictures"] for row in told["classes"]} == {"ant": 4, "bee": 4, "cow": 4}
    for pair in told["confusions"]:
        assert pair["count"] == sum(row[1:3] == (pair["true"], pair["predicted"]) for row in expected)
    assert "results" not in told
    run("-o", "all.json")
    assert len(json.loads(Path("all.json").read_text())["results"]) == 12


def test_a_broken_picture_is_counted_and_named(folder: Path, run: Run):
    (folder / "photos" / "bee" / "2.png").write_bytes(b"no picture")
    said = run("-o", "out.csv")
    assert "11 of 12 pictures judged" in said
    assert "1 could not be judged\n  bee/2.png " in said
    with open("out.csv") as file:
        [row] = [row for row in csv.DictReader(file) if row["error"]]
    assert (row["true"], row["predicted"]) == ("", "")


def test_python_gets_the_same(folder: Path):
    told: list[tuple[int, int]] = []
    results = evaluate(load("net.py", LoadOptions()), progress=lambda done, total: told.append((done, total)))
    assert [results.names[index] for index in results.predicted] == [row[2] for row in by_hand(folder)]
    assert told[-1] == (12, 12)


def test_what_cannot_be_evaluated_is_one_sentence(folder: Path, run: Run):
    unlabelled = run("--images", "photos/ant", code=BAD_INPUT)
    assert unlabelled.startswith("vrcnn: Nothing says what these pictures show: put them into a folder for each class")
    (folder / "photos").rename("was")
    for name in ("emu", "gnu"):
        (folder / "was" / "ant").rename(folder / "was" / name) if name == "emu" else None
    assert "2 of 3 folders are classes of the network, matched by name; emu is none" in run("--images", "was")
    Path("other/gnu").mkdir(parents=True)
    Image.new("RGB", (8, 8)).save("other/gnu/1.png")
    assert "None of the folders (gnu) is a class of the network" in run("--images", "other", code=BAD_INPUT)
    assert "neither a .csv nor a .json" in run("-o", "out.txt", code=BAD_INPUT)
    assert "there is no such folder" in run("-o", "nowhere/out.csv", code=BAD_INPUT)


def test_ctrl_c_ends_it_with_what_there_is_and_no_file(folder: Path, capsys: pytest.CaptureFixture[str]):
    (folder / "net.py").write_text(NETWORK.replace("PAUSE = 0", "PAUSE = 0.2").replace("time.sleep", "press_and_sleep"))
    (folder / "press.py").write_text(PRESSING)
    (folder / "net.py").write_text("from press import press_and_sleep\n" + (folder / "net.py").read_text())
    assert main(["evaluate", "net.py", "-o", "out.csv"]) == 130
    said = capsys.readouterr()
    assert "of 12 pictures judged" in said.out
    assert "vrcnn: stopped after" in said.err
    assert {path.suffix for path in folder.iterdir()} == {".py", ""}  # neither a table nor a part of one
