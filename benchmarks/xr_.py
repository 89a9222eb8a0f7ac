"""A headset's frames on the OpenXR test rig: our time, frames missed, from the hand to the eye, and a frame's garbage.

The rig's runtime asks for 60 frames a second, and draws them by software as we do, on the same cores: what is measured
here is compared with itself; what a frame costs on a graphics card is told by `vrcnn bench render`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parent))

from _rig import MissingRigError, told_on_the_rig

from vrcnn.bench import Row, bounded, information, skipped

SIDES = str(Path(__file__).with_name("_xr_sides.py"))
ONE_CORE_EACH = {"LP_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
SIDES_OF_JOBS = {"rest": "at rest", "pictures": "while pictures run", "features": "while features are made"}
FRAMES_TO_THE_EYE = 2.0  # the frame that was begun when the hand moved, and the one after it
PAUSE = 2.0  # ms that a frame may wait for Python's collector
SPIKE = 1.0  # MB that a frame may allocate more than the median one
KEPT = 1.0  # kB that a frame may leave behind


def rows(quick: bool = False) -> Iterator[Row]:
    """The figures, each of a walk of its own; `quick` takes fewer frames."""
    try:
        yield from frame_rows(_told("frames", 60 if quick else 600))
        yield from latency_rows(_told("latency", 5 if quick else 60))
        yield from garbage_rows(_told("garbage", 100 if quick else 1000))
    except MissingRigError as reason:
        yield skipped("a headset's frames", str(reason))


def frame_rows(told: dict[str, Any]) -> Iterator[Row]:
    where = f"two eyes of {'×'.join(map(str, told['size']))}, demo, {told['renderer']}"
    for side, words in SIDES_OF_JOBS.items():
        times, missed, shown, share = (told[side][part] for part in ("worked", "missed", "shown", "share"))
        yield information(f"our time of a frame {words}, median", _share(times, 0.5), "ms", where)
        note = f"{shown} frames; in the end {share:.0%} of the width and height were drawn"
        yield information(f"our time of a frame {words}, 99th percentile", _share(times, 0.99), "ms", note)
        yield information(f"frames missed {words}", 100 * missed / (missed + shown), "%", "of 60 a second")


def latency_rows(told: dict[str, Any]) -> Iterator[Row]:
    times, frames = told["ms"], told["frames"]
    note = f"99th percentile {_share(frames, 0.99):.0f}; 1 is the first frame that begins after the hand has moved"
    yield bounded(
        "from a hand that moves to the frame with it, median", _share(frames, 0.5), FRAMES_TO_THE_EYE, "frames", note
    )
    note = f"99th percentile {_share(times, 0.99):.0f} ms; to when the runtime shows the frame; {len(times)} times"
    yield information("from a hand that moves to the eye, median", _share(times, 0.5), "ms", note)


def garbage_rows(told: dict[str, Any]) -> Iterator[Row]:
    pauses, peaks = told["pauses"], told["peaks"]
    longest = max((pause for _, pause in pauses), default=0.0)
    rounds = ", ".join(f"{sum(each == age for age, _ in pauses)} of generation {each}" for each in range(3))
    name = f"longest pause for Python's collector in {told['count']} frames"
    yield bounded(name, longest, PAUSE, "ms", f"{rounds}; {told['cyclic']:.1f} objects a frame only it can free")
    median, most = _share(peaks, 0.5) / 1e6, max(peaks) / 1e6
    note = f"{median:.2f} MB in the median frame, {most:.2f} MB at most, given back in the same frame"
    yield bounded("a frame's allocations, largest - median", most - median, SPIKE, "MB", note)
    yield bounded("what a frame keeps", told["kept"] / 1e3, KEPT, "kB", f"Python's memory, over {len(peaks)} frames")


def _told(what: str, count: int) -> dict[str, Any]:
    return {"count": count, **told_on_the_rig(SIDES, ONE_CORE_EACH, what, str(count))}


def _share(values: list[float], share: float) -> float:
    """The value below which that share of them lies."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]
