"""`vrcnn graph` tells the graph of a real network: as a table, as JSON, for Graphviz; on the terminal or in a file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from vrcnn.cli import main

NETWORK = """
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(8, 8, 3, padding=1)
        self.norm = nn.BatchNorm2d(8)

    def forward(self, x):
        return x + torch.relu(self.norm(self.conv(x)))  # the block's line


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, stride=2)
        self.blocks = nn.Sequential(Block(), Block(), Block())
        self.head = nn.Linear(8, 5)

    def forward(self, x):
        x = self.stem(x)  # the stem's line
        x = self.blocks(x)
        return self.head(x.mean((2, 3)))


input_size = (3, 33, 33)
example_input = torch.zeros(1, 3, 33, 33)
model = Net()
"""
PARAMETERS = (3 * 8 * 9 + 8) + 3 * (8 * 8 * 9 + 8 + 16) + (8 * 5 + 5)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the command runs in, with net.py in it: a stem, three equal blocks, a head."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.py").write_text(NETWORK)
    return tmp_path


def line_of(words: str) -> int:
    return next(number for number, line in enumerate(NETWORK.splitlines(), 1) if words in line)


def told(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["graph", "net.py", *words]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    return said.out


def test_the_table_has_a_line_for_every_node_and_the_total(folder, capsys):
    table = told(capsys)
    rows = {row.split()[0]: row for row in table.splitlines() if row.strip()}
    assert rows["Net"] == "Net"
    assert "Conv2d" in rows["stem"]
    assert "1×8×16×16" in rows["stem"]
    assert rows["stem"].endswith(f"net.py:{line_of('the stem')}")
    assert table.count("Block") == 3
    assert "first of 3" in table
    assert table.endswith(f"{PARAMETERS:,} parameters\n")


def test_folded_blocks_are_one_line_with_their_count(folder, capsys):
    table = told(capsys, "--detail", "blocks")
    (row,) = [row for row in table.splitlines() if "Block" in row]
    assert "×3" in row
    assert table.endswith(f"{PARAMETERS:,} parameters\n"), "the folded ones count as well"
    assert told(capsys, "--detail", "blocks", "--fold", "never").count("Block:") == 3


def test_json_tells_settings_lines_and_members(folder, capsys):
    said = json.loads(told(capsys, "--json"))
    nodes = {node["name"]: node for node in said["nodes"]}
    stem, conv = nodes["stem"], nodes["blocks.1.conv"]
    assert said["network"] == "Net"
    assert said["input"] == {"input": [1, 3, 33, 33]}
    assert said["parameters"] == PARAMETERS
    assert stem["shape"] == [1, 8, 16, 16]
    assert "3, 8" in stem["settings"]
    assert "stride=(2, 2)" in stem["settings"]
    assert stem["layer"] == "stem"
    assert stem["axes"] == "NCHW"
    assert Path(stem["line"].rpartition(":")[0]) == folder / "net.py"
    assert conv["members"] == ["blocks.1.conv", "blocks.1.norm", "blocks.1.relu"]
    assert conv["line"].endswith(f"net.py:{line_of('the block')}")
    assert [run["blocks"] for run in said["runs"]] == [["blocks.0", "blocks.1", "blocks.2"]]
    names = [node["name"] for node in said["nodes"]]
    assert [names[index] for index in said["outputs"]] == ["head"]
    edges = {(names[source], names[target]) for source, target in said["edges"]}
    assert {("stem", "blocks.0.conv"), ("stem", "blocks.0.add"), ("blocks.0.conv", "blocks.0.add")} <= edges


def test_at_detail_all_json_has_every_operation(folder, capsys):
    said = json.loads(told(capsys, "--json", "--detail", "all"))
    assert said["detail"] == "all"
    operations = [node["operation"] for node in said["nodes"]]
    assert operations.count("BatchNorm2d") == 3
    assert operations.count("relu") == 3
    assert all(node["members"] == [node["name"]] for node in said["nodes"])


@pytest.mark.parametrize(("form", "start"), [("--json", '{\n "vrcnn"'), ("--dot", 'digraph "Net" {'), ("", "Net\n")])
def test_a_file_holds_what_the_terminal_would_have_shown(folder, capsys, form, start):
    words = [form] if form else []
    shown = told(capsys, *words)
    assert shown.startswith(start)
    assert told(capsys, *words, "-o", "graph.txt") == "Wrote graph.txt.\n"
    assert (folder / "graph.txt").read_text(encoding="utf-8") == shown


def test_a_reader_who_has_had_enough_is_no_error(folder):
    """As with `vrcnn graph net.py | head -1`."""
    reading, writing = os.pipe()
    command = [sys.executable, "-m", "vrcnn", "graph", "net.py", "--json"]
    with subprocess.Popen(command, stdout=writing, stderr=subprocess.PIPE, text=True) as graph:
        os.close(writing)
        os.close(reading)
        assert graph.communicate(timeout=60)[1] == ""
        assert graph.returncode == 0


def test_the_network_without_an_input_of_its_own_is_described_on_vrcnns_picture(folder, capsys):
    lines = [line for line in NETWORK.splitlines() if not line.startswith("example_input")]
    (folder / "net.py").write_text("\n".join(lines))
    assert json.loads(told(capsys, "--json"))["input"] == {"input": [1, 3, 33, 33]}
