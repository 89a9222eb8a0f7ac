"""Kills writers in mid-write: a program of its own, without threads and torch, so that its children are cheap.

It reads "KIND PATH RUN" lines, and answers each with one word: what was left of the run was a "part" or "nothing".
Runs of an odd number are killed by the clock, a random moment after they began to write; the others kill themselves
at a random one of the calls that Python makes after a file was begun, whatever the machine is busy with.
"""

from __future__ import annotations

import contextlib
import inspect
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from file_kinds import KINDS, Kind

from vrcnn import whole_file
from vrcnn.whole_file import whole, write_whole

WRITER = inspect.unwrap(whole).__code__
MEASURED = 3  # runs that tell how long a write takes


def main() -> None:
    lengths: dict[str, tuple[float, int]] = {}
    for line in sys.stdin:
        name, path, run = line.rstrip("\n").split("\t")
        kind = next(kind for kind in KINDS if kind.name == name)
        if name not in lengths:
            lengths[name] = _measured(kind, Path(path))
        seconds, calls = lengths[name]
        clock = random.Random(f"{name} {run}")
        if int(run) % 2:
            _kill(_child(lambda kind=kind, path=path: kind.write(Path(path))), clock.uniform(0, seconds))
        else:
            last = clock.randrange(calls)
            os.waitpid(_child(lambda kind=kind, path=path, last=last: _counted(kind, Path(path), last))[0], 0)
        there = Path(path)
        left = (there if there.is_dir() else there.parent).rglob(".*.part")
        print("part" if any(left) else "nothing", flush=True)


def _measured(kind: Kind, path: Path) -> tuple[float, int]:
    """How long a write takes in a fresh child, in seconds and in calls."""
    taken = []
    for _ in range(MEASURED):
        child, began = _child(lambda: kind.write(path))
        start = time.perf_counter()
        os.waitpid(child, 0)
        os.close(began)
        taken.append(time.perf_counter() - start)
    reading, writing = os.pipe()
    child, began = _child(lambda: os.write(writing, str(_counted(kind, path)).encode()))
    os.waitpid(child, 0)
    calls = int(os.read(reading, 20))
    for each in (reading, writing, began):
        os.close(each)
    return min(taken), calls


def _child(act: Callable[[], object]) -> tuple[int, int]:
    """A child that does it, and a pipe that has a byte as soon as it begins."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        failed = 1
        with contextlib.suppress(BaseException):
            whole_file._tidied.clear()  # it stands for a program that has just been started
            os.write(writing, b"!")
            act()
            failed = 0
        os._exit(failed)
    os.close(writing)
    os.read(reading, 1)
    return child, reading


def _kill(child: tuple[int, int], after: float) -> None:
    number, began = child
    end = time.perf_counter() + after
    while time.perf_counter() < end:
        pass
    os.kill(number, signal.SIGKILL)
    os.waitpid(number, 0)
    os.close(began)


def _counted(kind: Kind, path: Path, last: int | None = None) -> int:
    """Writes, and returns how many calls are made while a part is there; at number `last` the process is killed."""
    calls, writing = 0, False

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls, writing
        if event == "return" and frame.f_code is write_whole.__code__:
            writing = False  # of what streams into `whole`, everything up to the end counts
        elif event == "return" and frame.f_code is Path.open.__code__ and frame.f_back is not None:
            writing = writing or frame.f_back.f_code is WRITER
        if writing and calls == last:
            os.kill(os.getpid(), signal.SIGKILL)
        calls += writing

    sys.setprofile(count)
    try:
        kind.write(path)
    finally:
        sys.setprofile(None)
    return calls


if __name__ == "__main__":
    main()
