"""Feature visualization: a step's time against torch-lucent and against the bare network, what the pictures are worth,
and whether the frame waits for it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from vrcnn.bench import Row, bounded, information, measured_apart, skipped

LUCENT_GOAL, FLOOR_GOAL, FRAME_GOAL = 1 / 3, 1.2, 1.5
STEPS = 256  # of the quality's pictures
TARGETS = (
    ("EfficientNet-Lite0", "blocks.5.project_norm"),
    ("EfficientNet-Lite0", "blocks.13.project_norm"),
    ("ResNet-50", "layer3.0.bn3"),
)
ROUNDS = 3  # of each speed; the quickest counts on either side, as other programs disturb some
NEEDS_LUCENT = (
    "Needs torch-lucent without what it asks for: pip install --no-deps torch-lucent==0.1.8 kornia==0.4.1 decorator."
)
SIDES, LUCENT = Path(__file__).with_name("_featvis_sides.py"), Path(__file__).with_name("_lucent.py")
FRAMES = Path(__file__).with_name("frame_jobs.py")
ONE_THREAD = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
ONE_CORE_EACH = {"LP_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def rows(quick: bool = False) -> Iterator[Row]:
    """Milliseconds per channel and step at 224 px, "lucent" preset, 8 channels together; Lucent has one at a time.

    The floor is a forward to the layer and a backward to the picture of the same batch, with nothing around it.
    """
    yield from _speed(2 if quick else 12, 1 if quick else ROUNDS)
    yield from _quality(4 if quick else STEPS)
    yield _frames("20" if quick else "120")


def _speed(steps: int, rounds: int) -> Iterator[Row]:
    for network, layer in TARGETS:
        told = [measured_apart(str(SIDES), ONE_THREAD, "speed", network, layer, str(steps)) for _ in range(rounds)]
        ratio = median(each["ours"] / each["floor"] for each in told)
        ours = min(each["ours"] for each in told)
        where = f"{network} {layer}"
        note = f"{ours:.1f} ms for each channel and step"
        yield bounded(f"{where}: a step ÷ bare forward and backward", ratio, FLOOR_GOAL, note=note)
        name = f"{where}: a step ÷ torch-lucent's"
        if find_spec("lucent") is None:
            yield skipped(name, NEEDS_LUCENT)
            continue
        theirs = min(_lucent_step(network, layer, steps) for _ in range(rounds))
        yield bounded(name, ours / theirs, LUCENT_GOAL, note=f"{theirs:.1f} ms -> {ours:.1f} ms")


def _lucent_step(network: str, layer: str, steps: int) -> float:
    """Milliseconds for a step of one channel, without what comes before the first."""
    with tempfile.TemporaryDirectory() as folder:
        measured = [
            measured_apart(str(LUCENT), ONE_THREAD, network, f"{folder}/made.npz", str(count), f"{layer}:0")
            for count in (1, steps + 1)
        ]
    first, whole = (next(iter(each.values())) for each in measured)
    return (whole - first) / steps * 1e3


def _quality(steps: int) -> Iterator[Row]:
    """On 64 channels that a fixed seed has drawn, 8 of each of 8 layers. A score of 1 is the best photo's."""
    wanted = measured_apart(str(SIDES), ONE_THREAD, "drawn")
    with tempfile.TemporaryDirectory() as folder:
        out = str(Path(folder) / "lucent.npz")
        if find_spec("lucent") is not None:
            measured_apart(str(LUCENT), ONE_THREAD, "EfficientNet-Lite0", out, str(steps), *wanted)
        else:
            out = "-"
        told = measured_apart(str(SIDES), ONE_THREAD, "quality", out, str(steps))
    scores, theirs = _scores(told["ours"]), _scores(told["theirs"])
    counts = f"{told['retried']} tried another way, {told['failed']} marked as failed"
    note = f"{steps} steps, {counts}, {told['seconds'] / len(scores):.1f} s each"
    yield information("score of 64 channels, median", median(scores), note=note)
    yield bounded("grey pictures that are not marked as failed", told["grey"], 0, "")
    name = "median score, torch-lucent's ÷ ours"
    if not theirs:
        yield skipped(name, NEEDS_LUCENT)
        return
    better = sum(told["ours"][channel] > score for channel, score in told["theirs"].items())
    note = f"{median(theirs):.2f} against {median(scores):.2f}; ours is the higher one at {better} of {len(theirs)}"
    yield bounded(name, median(theirs) / median(scores), 1.0, note=note)


def _scores(told: dict[str, Any]) -> list[float]:
    return [score for score in told.values() if score is not None and np.isfinite(score)]


def _frames(count: str) -> Row:
    told = measured_apart(str(FRAMES), ONE_CORE_EACH, count, "features")
    rest, work = told["rest"], told["work"]
    note = f"{told['all']:.2f} × over all rounds; {work:.1f} ms ÷ {rest:.1f} ms, demo, a wall of 64 channels"
    return bounded("frame's 99th percentile, feature visualization ÷ rest", work / rest, FRAME_GOAL, note=note)
