"""`make study`: which commands it runs, in which order, and what becomes of further options; programs tell of it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from vrcnn.study.modes import MODES
from vrcnn.study.reporting.findings import TITLES

STUDY = Path(__file__).parents[2] / "tools" / "study.sh"
pytestmark = pytest.mark.skipif(os.name == "nt" or sys.platform == "darwin", reason="the tool is for Linux")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """With data, and with programs that tell what they are called with."""
    for kind in ("fashion-mnist", "emoji/google", "emoji/twitter"):
        (tmp_path / "study-data" / kind).mkdir(parents=True)
        (tmp_path / "study-data" / kind / "LICENSE").touch()
    for program in (".venv/bin/vrcnn", ".venv/bin/python", "tools/study-data.sh"):
        path = tmp_path / program
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('#!/bin/bash\necho "called: $*"\n')
        path.chmod(0o755)
    shutil.copy(STUDY, tmp_path / "tools")
    return tmp_path


def called(checkout: Path, *words: str) -> list[str]:
    done = subprocess.run([checkout / "tools/study.sh", *words], capture_output=True, text=True, check=True)
    return [line.removeprefix("called: ").strip() for line in done.stdout.splitlines() if line.startswith("called: ")]


def test_it_trains_measures_reports_and_checks_the_tour(checkout):
    lines = called(checkout)
    trained = [line for line in lines if line.startswith("study train --folder study --data")]
    assert [line.split()[5] for line in trained] == ["fashion-mnist", "fashion-mnist", "emoji"]
    ended = ["study measure --runs study --full", "study report --folder study", "study tour --folder study"]
    assert lines[-4:] == [*ended, "tour check study/tour.json"]


def test_it_trains_every_network_that_the_page_tells_of(checkout):
    told = {mode.told: name for name, mode in MODES.items()}
    pairs = {}
    for section in (STUDY.parents[1] / "docs" / "study.md").read_text().split("\n### ")[1:]:
        title, _, table = section.partition("\n")
        rows = [line.split(" | ")[0].removeprefix("| ") for line in table.splitlines()]
        pairs[title] = {told[row] for row in rows if row in told}
    trained = {}
    for words in (line.split() for line in called(checkout) if line.startswith("study train")):
        data, network, modes = (words[words.index(f"--{name}") + 1] for name in ("data", "network", "modes"))
        trained[f"{TITLES[data]}, {TITLES[network]}"] = set(modes.split(","))
    assert {*trained} <= {*pairs}
    assert [title for title in trained if not pairs[title] <= trained[title]] == []
    assert "untrained" in pairs["Fashion-MNIST, CovidResNet"]


def test_a_folder_and_options_for_every_training(checkout):
    lines = called(checkout, "larger", "--side", "64", "--device", "cuda")
    trained = [line for line in lines if line.startswith("study train")]
    assert len(trained) == 3
    assert all("--folder larger" in line and line.endswith("--side 64 --device cuda") for line in trained)
    assert lines[-4] == "study measure --runs larger --full --device cuda"


def test_without_emoji_it_goes_on_with_what_there_is(checkout):
    shutil.rmtree(checkout / "study-data" / "emoji")
    assert len([line for line in called(checkout) if line.startswith("study train")]) == 2
