"""What is left of a visit whose headset's runtime is killed at random moments, and how long each recovery takes.

On the tests' runtime (Monado, tests/xr/rig/), which is killed while the visitor looks, walks, holds a wall, or runs a
picture; the moments are those of a fixed seed. Each time the window has to go on within a second, the World has to be
what it was, and the visitor has to be in the headset again, by themselves, when the runtime is back.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from vrcnn.bench import Row, bounded, information, skipped

KILLS, QUICK, SEED = 30, 5, 6
TO_WINDOW, TO_HEADSET = 1.0, 5.0  # s
LEFT = {"textures": 0.0, "framebuffers": 0.2, "buffers": 2.0}  # walls that were moved have buffers of their own
HERE = Path(__file__).resolve().parent
RIG = HERE.parent / "tests" / "xr" / "rig"
NO_RIG = 77  # how run.sh ends where the rig is not set up
NEEDS = "needs the tests' OpenXR runtime: run tests/xr/rig/setup.sh in a checkout of vrcnn, as root"


def rows(quick: bool = False) -> Iterator[Row]:
    """Recoveries, what was lost, and the times."""
    count = QUICK if quick else KILLS
    name = f"{count} kills of the runtime"
    found = _run(count)
    if found is None:
        yield skipped(name, NEEDS)
        return
    kills, objects = found["kills"], found["objects"]
    to_window, to_headset = ([kill[time] for kill in kills] for time in ("to_window", "to_headset"))
    yield bounded(f"{name}: not recovered from", count - len(kills), 0, "kills")
    yield bounded("parts of the World that were not as before", sum(len(kill["changed"]) for kill in kills), 0, "parts")
    yield bounded("kill to window, longest", max(to_window), TO_WINDOW, "s", f"median {median(to_window):.2f} s")
    yield bounded("runtime's return to headset, longest", max(to_headset), TO_HEADSET, "s", _median(to_headset))
    yield information("how far a visitor was thrown, most", max(kill["moved"] for kill in kills), "m")
    for kind in objects:
        counts = [kill["objects"][kind] for kill in kills]
        told = f"{counts[0]} after the first kill, {counts[-1]} after the last"
        left = min(counts[len(counts) // 2 :]) - min(counts[: len(counts) // 2])
        yield bounded(f"OpenGL's {kind} left behind, each kill", left / len(kills), LEFT[kind], kind, told)
    yield bounded("pictures that never came to an answer", int(not found["answered"]), 0, "pictures")


def _run(count: int) -> dict | None:
    """What _kills.py found; None without a rig."""
    if not (RIG / "run.sh").exists():
        return None
    command = [str(RIG / "run.sh"), sys.executable, str(HERE / "_kills.py"), str(count), str(SEED)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    if done.returncode == NO_RIG:
        return None
    if done.returncode != 0:
        raise RuntimeError("_kills.py broke")
    return json.loads(done.stdout.splitlines()[-1])


def _median(times: list[float]) -> str:
    return f"median {median(times):.2f} s"
