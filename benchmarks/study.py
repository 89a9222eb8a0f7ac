"""The study: what the headline measures cost beside plain forwards of the same pictures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vrcnn.bench import Row, bounded, measured_apart

BATTERY_GOAL = 8  # forwards: one as it is, four shifts, a low-pass and window shuffle are 7
NETWORKS = (("covid-resnet", 32, 256), ("ResNet-18", 224, 256))  # side in px, pictures
QUICK = {32: 256, 224: 24}  # pictures
XRAY_GOAL = 2  # forwards from a turn of the sieve to the changes of a wall of 512 channels
XRAY_SIDES = Path(__file__).with_name("_xray_sides.py")
SIDES = Path(__file__).with_name("_study_sides.py")
ONE_THREAD = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def rows(quick: bool = False) -> Iterator[Row]:
    """Ratios on one thread: the whole battery, from pictures to intervals, and a forward in the same batches."""
    yield from _battery(quick)
    yield from _xray(quick)


def _battery(quick: bool) -> Iterator[Row]:
    for network, side, pictures in NETWORKS:
        count = QUICK[side] if quick else pictures
        rounds = "1" if quick and side > 32 else "3"
        told = measured_apart(str(SIDES), ONE_THREAD, "battery", network, str(side), str(count), rounds)
        name = f"{network} at {side} px: headline measures of {count} pictures ÷ a plain forward of them"
        note = f"{told['measures']:.2f} s ÷ {told['plain']:.2f} s, in batches of {told['batch']}"
        yield bounded(name, told["ratio"], BATTERY_GOAL, note=note)


def _xray(quick: bool) -> Iterator[Row]:
    """The sieve in the world is turned: a pass with all maps for the walls, and each channel's change."""
    told = measured_apart(str(XRAY_SIDES), ONE_THREAD, "ResNet-50", "3" if quick else "15")
    forward, wall, whole, first = (1e3 * told[key] for key in ("forward", "wall", "whole", "first"))
    name = "ResNet-50 at 224 px: from a turn of the sieve to the last wall of 512 channels ÷ a plain forward"
    yield bounded(name, told["wall_ratio"], XRAY_GOAL, note=f"{forward:.0f} ms -> {wall:.0f} ms")
    name = "ResNet-50 at 224 px: all walls behind the turned sieve ÷ a plain forward"
    note = f"{forward:.0f} ms -> {whole:.0f} ms; the first one of a picture takes {first:.0f} ms"
    yield bounded(name, told["whole_ratio"], XRAY_GOAL, note=note)
