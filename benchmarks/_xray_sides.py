"""What benchmarks/study.py measures of the sieve in the world, in a process of its own: `python _xray_sides.py NETWORK
ROUNDS` prints JSON in its last line."""

from __future__ import annotations

import json
import sys
import time
from statistics import median

from _capture_sides import EVERYTHING, forward, source_of

from vrcnn.engine.allocation import keep_freed_memory
from vrcnn.engine.inference import Inference
from vrcnn.engine.inquiries import Workbench
from vrcnn.engine.messages import MapsComplete, Message
from vrcnn.engine.shelf import EXAMPLE, Shelf
from vrcnn.engine.xray_inquiries import CatchUp
from vrcnn.engine.xray_messages import ChannelChanges
from vrcnn.network.scope import Scope
from vrcnn.susceptibility.sieve import AMOUNTS, Sieve

CHANNELS = 512


class Turning:
    """A network whose sieve is turned, picture by picture, as the worker does it."""

    def __init__(self, name: str) -> None:
        self.source = source_of(name)
        self._arrived: list[tuple[float, Message]] = []
        shelf = Shelf(())
        self.inference = Inference(self.source, shelf, self._take, Scope(fold="never"), EVERYTHING)
        self._bench = Workbench(self.source, shelf, self.inference, EXAMPLE, self._take, lambda: False, 0, lambda: None)
        spans = self.inference.capture.plan.spans.values()
        self.wall = max(span.node for span in spans if span.count == CHANNELS)

    def run(self, sieve: Sieve | None) -> dict[str, float]:
        """Seconds until the wall's changes are told, and until all is done."""
        self._arrived.clear()
        self.inference.xray.sieve = sieve
        began = time.perf_counter()
        self.inference.run(0, EXAMPLE, lambda: False)
        whole = time.perf_counter() - began
        told = [
            at - began
            for at, message in self._arrived
            if isinstance(message, ChannelChanges) and message.node == self.wall
        ]
        for _, message in self._arrived:
            if isinstance(message, MapsComplete):
                message.arena.release()
        return {"wall": told[-1] if told else 0.0, "whole": whole}

    def catch_up(self) -> None:
        """What the first sieved pass leaves: the spread of the channels."""
        for _ in CatchUp().steps(self._bench):
            pass

    def _take(self, message: Message) -> None:
        self._arrived.append((time.perf_counter(), message))


def turning(name: str, rounds: int) -> dict[str, float]:
    """Medians of seconds: a plain forward, and a turn of the sieve; they take turns, as noise is on both then."""
    keep_freed_memory()
    side = Turning(name)
    side.run(None)
    first = side.run(Sieve("low-pass", 0.18))["whole"]
    side.catch_up()
    side.run(Sieve("low-pass", 0.15))
    times: dict[str, list[float]] = {"forward": [], "wall": [], "whole": []}
    amounts = AMOUNTS["low-pass"]
    for number in range(rounds):
        began = time.perf_counter()
        forward(side.source)
        times["forward"].append(time.perf_counter() - began)
        for key, seconds in side.run(Sieve("low-pass", amounts[number % len(amounts)])).items():
            times[key].append(seconds)
    ratios = {
        f"{key}_ratio": median(one / other for one, other in zip(times[key], times["forward"], strict=True))
        for key in ("wall", "whole")
    }
    return {**ratios, **{key: median(each) for key, each in times.items()}, "first": first}


if __name__ == "__main__":
    print(json.dumps(turning(sys.argv[1], int(sys.argv[2]))))
