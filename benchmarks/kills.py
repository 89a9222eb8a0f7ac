"""What is left of a visit whose headset's runtime is killed at random moments, and how long each recovery takes.

On the tests' runtime (Monado, tests/xr/rig/), which is killed while the visitor looks, walks, holds a wall, or runs a
picture; the moments are those of a fixed seed. Each time the window has to go on within a second, the World has to be
what it was, and the visitor has to be in the headset again, by themselves, when the runtime is back.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

sys.path.append(str(Path(__file__).parent))

from _rig import MissingRigError, told_on_the_rig

from vrcnn.bench import Row, bounded, information, skipped

KILLS, QUICK, SEED = 30, 5, 6
TO_WINDOW, TO_HEADSET = 1.0, 5.0  # s
LEFT = {"textures": 0.0, "framebuffers": 0.2, "buffers": 2.0}  # walls that were moved have buffers of their own
SIDES = str(Path(__file__).with_name("_kills.py"))


def rows(quick: bool = False) -> Iterator[Row]:
    """Recoveries, what was lost, and the times."""
    count = QUICK if quick else KILLS
    name = f"{count} kills of the runtime"
    try:
        found = told_on_the_rig(SIDES, {}, str(count), str(SEED), runtime=False)
    except MissingRigError as reason:
        yield skipped(name, str(reason))
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


def _median(times: list[float]) -> str:
    return f"median {median(times):.2f} s"
