"""Runs configurations in several processes; one that hangs, crashes or takes too much memory costs only itself."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

import psutil

from zoo.keeper import work
from zoo.libraries import Configuration
from zoo.records import Record

_LOOK = 0.5  # seconds between two looks at the processes
_MOST = 200  # configurations per process: libraries keep what they were asked for
_IDLE = 4  # how many times longer one may take on a machine that is busy with something else
_METHOD = multiprocessing.get_context("spawn")  # torch's threads do not survive a fork


class _Cage:
    """A process with the configuration that it is at."""

    def __init__(self) -> None:
        self.orders, theirs = _METHOD.Pipe()
        self.process: BaseProcess = _METHOD.Process(target=work, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()
        self.current: Configuration | None = None
        self.started = self.worked = 0.0
        self.count = 0

    def give(self, configuration: Configuration) -> None:
        self.current, self.count = configuration, self.count + 1
        self.started, self.worked = time.monotonic(), self.work()
        self.orders.send(configuration)

    def work(self) -> float:
        """Seconds of a processor that it has used."""
        try:
            times = psutil.Process(self.process.pid).cpu_times()
        except psutil.Error:
            return 0.0
        return times.user + times.system

    def memory(self) -> int:
        """Bytes in use."""
        try:
            return psutil.Process(self.process.pid).memory_info().rss
        except psutil.Error:
            return 0

    def close(self) -> None:
        self.process.kill()
        self.process.join()
        self.orders.close()


def examine_all(wanted: Sequence[Configuration], processes: int, patience: float, memory: int) -> Iterator[Record]:
    """Yields the record of each configuration as it is done.

    `patience` is how many seconds of a processor one may take, `memory` how many bytes a process may use.
    """
    waiting = [*reversed(wanted)]
    cages: list[_Cage] = []
    try:
        while waiting or any(cage.current for cage in cages):
            while waiting and len(cages) < processes:
                cages.append(_Cage())
            for cage in cages:
                if cage.current is None and waiting:
                    cage.give(waiting.pop())
            answering = wait([cage.orders for cage in cages if cage.current], timeout=_LOOK)
            for cage in [*cages]:
                if cage.current is None:
                    continue
                record = _answer(cage) if cage.orders in answering else _trouble(cage, patience, memory)
                if record is None:
                    continue
                yield record
                if cage.current is not None or cage.count >= _MOST:
                    cage.close()
                    cages.remove(cage)
    finally:
        for cage in cages:
            cage.close()


def _answer(cage: _Cage) -> Record:
    """The record that the process sent; the cage keeps its configuration when it died instead."""
    assert cage.current is not None
    orders: Connection = cage.orders
    try:
        record = orders.recv()
    except (EOFError, OSError):
        cage.process.join()
        return _ended(cage, "failed", f"its process ended with exit code {cage.process.exitcode}")
    cage.current = None
    return record


def _trouble(cage: _Cage, patience: float, memory: int) -> Record | None:
    if cage.work() - cage.worked > patience or time.monotonic() - cage.started > _IDLE * patience:
        return _ended(cage, "failed", f"it took longer than {patience:.0f} s")
    if cage.memory() > memory:
        return _ended(cage, "skipped", f"it needs more than {memory / 1e9:.1f} GB of memory")
    return None


def _ended(cage: _Cage, verdict: str, reason: str) -> Record:
    assert cage.current is not None
    seconds = round(time.monotonic() - cage.started, 2)
    return Record(cage.current.library, cage.current.name, verdict, reason, seconds=seconds)
