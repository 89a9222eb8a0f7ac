"""Trainings that are killed in mid-write: every checkpoint that is there can be walked through."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parent / "killing_training.py"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="killed are forked children")
def test_fifty_killed_trainings_leave_whole_checkpoints_and_nothing_else(tmp_path: Path) -> None:
    ran = subprocess.run([sys.executable, str(PROGRAM), str(tmp_path)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout.splitlines()[-1])
    assert told["parts"] >= 10, "else nothing was killed in the middle"
    assert told["litter"] == []
