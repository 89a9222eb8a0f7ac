"""Programs that are killed in mid-write, and disks without room: the old file or the new one, never a broken one.

50 kills for each kind, in children of one small program: about 10 ms each.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from file_kinds import KINDS, Kind

from vrcnn import whole_file

HERE = Path(__file__).parent
KILLS = 50
LEAST_IN_THE_MIDDLE = 10  # of the kills: else the test would not show anything
NAMES = [kind.name for kind in KINDS]


@pytest.fixture(scope="module")
def killer() -> Iterator[subprocess.Popen[str]]:
    if not hasattr(os, "fork"):
        pytest.skip("programs are killed in forked children, and there is no fork here")
    command = [sys.executable, str(HERE / "killing.py")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        yield program
        assert program.stdin is not None
        program.stdin.close()


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_a_kill_in_mid_write_leaves_the_old_file_or_the_new_one(
    kind: Kind, killer: subprocess.Popen[str], tmp_path: Path
) -> None:
    assert killer.stdin is not None
    assert killer.stdout is not None
    path = tmp_path / kind.name
    kind.write(path)
    in_the_middle = 0
    for run in range(KILLS):
        killer.stdin.write(f"{kind.name}\t{path}\t{run}\n")
        killer.stdin.flush()
        in_the_middle += killer.stdout.readline() == "part\n"
        kind.check(path)
    assert in_the_middle >= LEAST_IN_THE_MIDDLE
    whole_file._tidied.clear()  # as in a program that is started anew
    kind.write(path)
    kind.check(path)
    assert list(tmp_path.rglob(".*.part")) == []


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What came of each kind on disks that take nothing."""
    alone = ["unshare", "--mount", *([] if hasattr(os, "getuid") and os.getuid() == 0 else ["--map-root-user"])]
    if shutil.which("unshare") is None:
        pytest.skip("a small disk needs mount namespaces, as Linux has them")
    folder = tmp_path_factory.mktemp("disk")
    tried = subprocess.run(
        [*alone, "mount", "-t", "tmpfs", "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if tried.returncode:
        pytest.skip(f"this account cannot mount a small disk: {tried.stderr.strip()}")
    command = [*alone, sys.executable, str(HERE / "filling.py"), str(folder)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


@pytest.mark.parametrize("kind", NAMES)
def test_a_full_disk_is_told_in_a_sentence_and_the_old_file_stays(kind: str, refused: dict[str, Any]) -> None:
    found = refused[kind]["full"]
    assert "disk is full: make room, or choose another folder" in found["sentence"]
    assert (found["broken"], found["litter"], found["changed"]) == ("", [], False)


@pytest.mark.parametrize("kind", NAMES)
def test_a_disk_that_is_read_only_is_told_in_a_sentence(kind: str, refused: dict[str, Any]) -> None:
    found = refused[kind]["read-only"]
    assert "disk is read-only: choose another folder" in found["sentence"]
    assert (found["broken"], found["litter"]) == ("", [])
