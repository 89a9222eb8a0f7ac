"""20,000 frames in the headset with a visitor who does whatever chance says: nothing may break, leak or go missing.

It runs on the OpenXR test rig, only when it is asked for by its name, as it takes a while.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parent))

from _rig import MissingRigError, told_on_the_rig

from vrcnn.bench import Row, bounded, information, skipped

SOAKING = str(Path(__file__).with_name("_soaking.py"))
FRAMES, SHORT, SEED = 20_000, 300, 1
LEFT = 2.0  # objects in 1,000 frames, first uses among them
CREEP = 1.0  # MB in 1,000 frames, of memory that is lost all the time
# MB from the second tenth of the way to the last: what a first feature visualization of the demo's deepest layers takes
# (eight channels, 0.8 GB, measured alone), as torch's memory is kept for the next one.
GROWTH = 1024.0


def rows(quick: bool = False) -> Iterator[Row]:
    """What went wrong, of which there may be nothing. An OpenGL error ends it at once, as whatever is raised."""
    frames = SHORT if quick else FRAMES
    try:
        yield from soak_rows(told_on_the_rig(SOAKING, {"OMP_NUM_THREADS": "1"}, str(frames), str(SEED)))
    except MissingRigError as reason:
        yield skipped("a random visitor in the headset", str(reason))


def soak_rows(told: dict[str, Any]) -> Iterator[Row]:
    doings = ", ".join(f"{name} {count}×" for name, count in sorted(told["doings"].items()))
    yield information("frames of a random visitor in the headset", told["frames"], "frames", doings)
    for effect, count in told["effects"].items():
        yield information(f"of them with this: {effect}", count, "frames")
    note = f"{told['asked']} were asked for; {told['returns']} times the visitor went out and came back"
    yield bounded("frames asked for and not answered with a layer", told["unanswered"], 0.0, "frames", note)
    complaints = told["complaints"]
    yield bounded("words of OpenXR's validation layer", len(complaints), 0.0, "lines", " ".join(complaints[:1]))
    kind, most = max(told["left"].items(), key=lambda each: each[1])
    note = "" if most <= 0 else f"of {kind}"
    yield bounded("OpenGL's objects that were more at the end, in 1,000 frames", most, LEFT, "objects", note)
    first, last = told["memory"][0], told["memory"][-1]
    yield bounded("growth of memory that goes on all the time, in 1,000 frames", told["creep"], CREEP, "MB")
    note = f"resident: {first:.0f} MB at the start, {last:.0f} MB at the end; no OpenGL error"
    yield bounded("growth of memory, from the second tenth to the last", told["growth"], GROWTH, "MB", note)
