"""The OpenXR test rig for benchmarks: a script runs beside a runtime of its own, and may drive its headset.

The rig belongs to the tests (tests/xr/rig), so it is in a checkout only, and it works on Linux, as root.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wearing import Show  # type: ignore[import-not-found]

TESTS = Path(__file__).resolve().parents[1] / "tests" / "xr"
SET_UP = 77  # how run.sh ends where the rig is not built; its last word says which command does that


class MissingRigError(Exception):
    """There is no rig here; the message is one sentence that says how to get it."""


def told_on_the_rig(file: str, environment: dict[str, str], *words: str, runtime: bool = True) -> Any:
    """What the script `file` prints as JSON in its last line, run with `words` beside a runtime, or without one.

    Raises MissingRigError, and RuntimeError with the script's own words when it breaks.
    """
    rig = TESTS / "rig"
    if not (rig / "run.sh").exists():
        raise MissingRigError("It needs a checkout of vrcnn, for the OpenXR test rig: run `make bench` there.")
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        raise MissingRigError("The OpenXR test rig needs Linux and root: run `sudo make bench ARGS=xr`.")
    beside = [sys.executable, str(rig / "service.py")] if runtime else []
    command = [str(rig / "run.sh"), *beside, sys.executable, file, *words]
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, encoding="utf-8")
    if done.returncode == SET_UP:
        raise MissingRigError(done.stderr.strip().splitlines()[-1])
    if done.returncode != 0:
        raise RuntimeError(f"{Path(file).name} broke:\n{done.stderr.strip()[-4000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def put_on() -> Show:
    """In a script on the rig: the whole program with its visitor in the headset, once all is there to be seen."""
    sys.path[:0] = [str(TESTS), str(TESTS / "rig")]
    from devices import Visitor  # type: ignore[import-not-found]
    from wearing import Show

    show = Show(SimpleNamespace(visitor=Visitor(int(os.environ["VRCNN_XR_PORT"]))), resolution=None)
    show.until(lambda: show.headset.state == "FOCUSED")
    show.settled()
    return show
