"""`vrcnn check`, as a user meets it: the table, the promises, the verdict, the exit code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from vrcnn.cli import main

SOUND = """
import torch
from torch import nn
from torch.nn import functional


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 3, padding=1)
        self.conv2 = nn.Conv2d(4, 4, 3, padding=1)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        y = self.relu(self.conv1(x))
        y = y + self.conv2(y)
        return functional.adaptive_avg_pool2d(y, 1).flatten(1)


model = Network()
input_size = (3, 16, 16)
"""
COUNT = "        self.passes = getattr(self, 'passes', 0) + 1\n        y = self.relu"
UNSTEADY = SOUND.replace("        y = self.relu", COUNT).replace(".flatten(1)", ".flatten(1) * self.passes")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the network is to be written: in the current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "model.py"


def test_a_sound_network_gets_a_table_five_ticks_and_a_sentence(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(SOUND)
    assert main(["check", str(file)]) == 0
    text = capsys.readouterr().out
    lines = text.splitlines()
    assert lines[0] == "Network: 7 nodes, 7 edges"
    assert re.search(r"^Conv2d +2 +2 +– +– +– +–$", text, re.MULTILINE)
    assert re.search(r"^all +7 +7 +– +– +– +–$", text, re.MULTILINE)
    assert [line.split("  ")[0] for line in lines if line.startswith("✓")] == [
        "✓ repeatable",
        "✓ same output",
        "✓ same graph",
        "✓ graph replays",
        "✓ left as it was",
    ]
    assert lines[-1] == "The captured graph computes what the network computes, and the network is left as it was."


def test_every_node_has_a_line_on_demand(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(SOUND)
    assert main(["check", str(file), "--nodes"]) == 0
    text = capsys.readouterr().out
    assert re.search(r"^conv2 +Conv2d +1×4×16×16 +same +– +model\.py:16$", text, re.MULTILINE)
    assert re.search(r"^add +add +1×4×16×16 +same +– +model\.py:16$", text, re.MULTILINE)
    assert max(map(len, text.splitlines())) <= 120


def test_a_broken_promise_is_told_and_ends_with_one(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(UNSTEADY)
    assert main(["check", str(file)]) == 1
    text = capsys.readouterr().out
    assert re.search(r"^✗ repeatable +output 0 differs", text, re.MULTILINE)
    assert re.search(r"^✗ graph replays +1 of 8 nodes differ: mul \(by up to", text, re.MULTILINE)
    assert re.search(r"^✓ left as it was", text, re.MULTILINE)
    assert re.search(r"^– note +The network's own forward sets attributes.*passes\.$", text, re.MULTILINE)
    assert text.splitlines()[-1] == "The capture cannot be trusted here: 4 of 5 promises do not hold."


def test_the_same_as_data(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(SOUND)
    assert main(["check", str(file), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["network"] == "Network"
    assert told["holds"] is True
    assert told["edges"] == 7
    assert [promise["holds"] for promise in told["promises"]] == [True] * 5
    assert told["nodes"][1] == {
        "name": "conv1",
        "operation": "Conv2d",
        "shape": [1, 4, 16, 16],
        "line": f"{file}:15",
        "verdict": "same",
        "difference": 0.0,
        "reason": "",
    }


def test_the_demo_is_sound(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 120
    assert text.count("✓") == 5


def test_a_forward_that_fails_is_explained_and_ends_with_two(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(SOUND.replace("nn.Conv2d(4, 4,", "nn.Conv2d(5, 4,"))
    assert main(["check", str(file)]) == 2
    told = capsys.readouterr().err
    assert "conv2 (Conv2d) failed on an input of shape (1, 4, 16, 16)" in told
    assert "model.py:16" in told
