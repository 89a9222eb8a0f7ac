"""What a headset's frames cost: `python _xr_sides.py frames|latency|garbage COUNT`, on the OpenXR test rig."""

from __future__ import annotations

import gc
import json
import random
import sys
import threading
import time
import tracemalloc
from itertools import pairwise
from math import sin
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

if TYPE_CHECKING:
    from wearing import Show  # type: ignore[import-not-found]

RATE = 60.0  # Hz, of a runtime that does not tell
CLOCK = "XR_KHR_convert_timespec_time"  # the runtime's time as the system's
GOES, COMES = (0.2, 1.3, -0.4), (0.2, 1.2, -0.4)  # m, where the right hand is by turns


def measure(what: str, count: int) -> dict[str, Any]:
    """One of the functions below, in a program at work."""
    from _rig import put_on

    from vrcnn.loop import undisturbed
    from vrcnn.xr.headset import extensions_of

    with patch("vrcnn.xr.headset.extensions_of", lambda profiles: (*extensions_of(profiles), CLOCK)):
        show = put_on()
    with undisturbed():
        walk(show, 60)
        told: dict[str, Any] = {"frames": frames, "latency": latency, "garbage": garbage}[what](show, count)
    told["size"], told["renderer"] = list(show.headset.size), show.window.context.info["GL_RENDERER"]
    show.close()
    return told


def walk(show: Show, count: int, between: Any = lambda: None) -> dict[str, Any]:
    """Frames in which head and hands move: `worked` in ms for each, how many frames were `missed` meanwhile, and
    which `share` of the resolution was drawn in the end.

    `between` is called before each.
    """
    from vrcnn.scene.geometry import Pose, turn

    seen: list[int] = []
    begin, period = show.headset.begin, 1e9 / (show.headset.refresh_rate or RATE)

    def noted() -> Any:
        frame = begin()
        if frame is not None:
            seen.append(frame.time)
        return frame

    worked = []
    with patch.object(show.headset, "begin", noted):
        for number in range(count):
            between()
            sway = sin(number / 20)
            show.rig.visitor.head = Pose((0.2 * sway, 1.6, 0.01 * (number % 100)), turn(0.3 * sway, 0.1 * sway))
            show.rig.visitor.hand("right", pose=Pose((0.2, 1.3 + 0.1 * sway, -0.4), turn(0.2 * sway)))
            show.frames(1)
            worked.append(show.headset.worked * 1000)
    missed = sum(round((b - a) / period) - 1 for a, b in pairwise(seen))
    return {"worked": worked, "missed": missed, "shown": len(seen), "share": show.world.headset.resolution}


def frames(show: Show, count: int) -> dict[str, Any]:
    """`count` frames each at rest, while pictures run, and while visualizations are made."""
    from frame_jobs import _ask_for_features

    exhibit = show.exhibit
    worker, done = exhibit.displays[0].worker, 0
    rest = walk(show, count)

    def place() -> None:
        nonlocal done
        if not worker.busy:
            exhibit.place(done % len(exhibit.world.pictures))
            done += 1

    pictures = walk(show, count, place)
    show.until(lambda: not worker.busy)
    _ask_for_features(exhibit)
    show.frames(10)
    features = walk(show, count)
    return {"rest": rest, "pictures": pictures, "features": features, "done": done}


def latency(show: Show, count: int) -> dict[str, Any]:
    """How long from a controller's new state on the wire until the frame with it is shown, in ms and in frames: 1 is
    the first that begins after it was sent. It is sent at random moments."""
    import xr

    from vrcnn.scene.geometry import Pose

    chance, begin, instance = random.Random(4), show.headset.begin, show.headset._runtime.instance
    shown: list[float] = []

    def noted() -> Any:
        frame = begin()
        if frame is not None:
            at = xr.convert_time_to_timespec_time_khr(instance, frame.time)
            shown.append(at.tv_sec * 1e3 + at.tv_nsec / 1e6)
        return frame

    waited, counted = [], []
    with patch.object(show.headset, "begin", noted):
        for number in range(count):
            place = (GOES, COMES)[number % 2]
            sent: list[tuple[float, int]] = []

            def send(place: Any = place, sent: list[tuple[float, int]] = sent) -> None:
                show.rig.visitor.right.pose = Pose(place)
                sent.append((time.monotonic() * 1e3, len(shown)))
                show.rig.visitor.send()

            timer = threading.Timer(chance.uniform(0.05, 0.15), send)
            timer.start()
            while not _is_at(show, place):
                show.frames(1)
            timer.join()
            at, before = sent[0]
            waited.append(shown[-1] - at)
            counted.append(len(shown) - before)
    return {"ms": waited, "frames": counted}


def _is_at(show: Show, place: tuple[float, float, float]) -> bool:
    grip = show.world.hands["right"].grip
    return grip is not None and abs(show.world.player.room.inverse().carry(grip).position[1] - place[1]) < 1e-3


def garbage(show: Show, count: int) -> dict[str, Any]:
    """What `count` frames leave to Python's collector, and what they allocate and keep, in bytes."""
    pauses: list[tuple[int, float]] = []
    began = 0.0

    def collected(phase: str, told: dict[str, int]) -> None:
        nonlocal began
        if phase == "start":
            began = time.perf_counter()
        else:
            pauses.append((told["generation"], (time.perf_counter() - began) * 1000))

    gc.collect()
    gc.callbacks.append(collected)
    walk(show, count)
    gc.callbacks.remove(collected)

    gc.collect()
    gc.disable()
    walk(show, count // 4)
    cyclic = gc.collect() / (count // 4)
    gc.enable()

    tracemalloc.start()
    walk(show, 30)
    gc.collect()
    peaks, start = [], tracemalloc.get_traced_memory()[0]

    def note() -> None:
        now, peak = tracemalloc.get_traced_memory()
        peaks.append(peak - note.before)  # type: ignore[attr-defined]
        tracemalloc.reset_peak()
        note.before = now  # type: ignore[attr-defined]

    note.before = start  # type: ignore[attr-defined]
    tracemalloc.reset_peak()
    walk(show, count // 4, note)
    gc.collect()
    kept = (tracemalloc.get_traced_memory()[0] - start) / (count // 4)
    tracemalloc.stop()
    return {"pauses": pauses, "cyclic": cyclic, "peaks": peaks[1:], "kept": kept}


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
