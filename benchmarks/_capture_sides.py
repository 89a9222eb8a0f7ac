"""The sides of benchmarks/capture.py, each run in a process of its own: `python _capture_sides.py WHAT NETWORK ...`.

Other tools decorate torch's functions for good, and the peak of a process's memory can only be told of a fresh one.
The last line that is printed is the figures as JSON.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from math import inf
from pathlib import Path
from typing import Any

import torch

from vrcnn.engine.allocation import keep_freed_memory
from vrcnn.engine.inference import Inference
from vrcnn.engine.messages import MapsComplete, Message
from vrcnn.engine.shelf import Shelf
from vrcnn.network.guard import unchanged
from vrcnn.network.preprocess import standard
from vrcnn.network.scope import Scope
from vrcnn.network.source import NetworkSource
from vrcnn.network.trace import trace
from vrcnn.resources import resource

EVERYTHING = 1 << 50  # bytes of memory: no layer is left out
PICTURES = 6  # one after the other, of which the peak of the memory is taken
NETWORKS: dict[str, tuple[str, tuple[int, ...]]] = {
    "ResNet-50": ("resnet.py", (50,)),
    "ResNet-152": ("resnet.py", (152,)),
    "DenseNet-201": ("densenet.py", (201,)),
    "Inception v4": ("inception_v4.py", ()),
    "EfficientNet-Lite0": ("efficientnet_lite0.py", ()),
    "U-Net": ("unet.py", ()),
}


def source_of(name: str) -> NetworkSource:
    """An example network, without pictures: decoding them has no counterpart in the plain forward."""
    file, arguments = NETWORKS[name]
    specification = spec_from_file_location(Path(file).stem, resource("examples", file))
    assert specification is not None
    assert specification.loader is not None
    example = sys.modules[specification.name] = module_from_spec(specification)
    specification.loader.exec_module(example)
    return NetworkSource(
        name=name,
        module=example.build_model(*arguments).eval(),
        arguments=(torch.randn(1, *example.input_size, generator=torch.Generator().manual_seed(0)),),
        keywords={},
        pictures=(),
        labels=None,
        preprocess=standard(example.input_size),
        input_size=example.input_size,
        notes=(),
        path=None,
        slot=(0,),
    )


class Side:
    """Ours: every map of a network with its statistics, picture after picture, as the worker has it."""

    def __init__(self, source: NetworkSource, detail: str) -> None:
        self._arrived: list[Message] = []
        scope = Scope(detail, fold="never")
        self.inference = Inference(source, Shelf(()), self._arrived.append, scope, EVERYTHING)

    def run(self) -> None:
        """From JobStarted to JobDone; the receiver gives the memory back at once."""
        self._arrived.clear()
        self.inference.run(0, 0, lambda: False)
        for message in self._arrived:
            if isinstance(message, MapsComplete):
                message.arena.release()
        self._arrived.clear()


def plain(name: str, repetitions: int) -> dict[str, float]:
    """Median seconds of the forward as any program of torch's runs it."""
    source = source_of(name)
    (seconds,) = in_turns((lambda: forward(source),), repetitions)
    return {"seconds": seconds}


def speed(name: str, detail: str, repetitions: int) -> dict[str, float]:
    """Median seconds of ours and, in turns, of the forward with the settings of the worker; how many maps there are."""
    keep_freed_memory()
    source = source_of(name)
    side = Side(source, detail)
    alone, whole = in_turns((lambda: forward(source), side.run), repetitions)
    return {"forward": alone, "whole": whole, "maps": side.inference.capture.plan.count}


def first_picture(name: str, repetitions: int) -> dict[str, float]:
    """Median seconds of all that the first picture costs at detail "all": tracing, planning, memory, maps."""
    keep_freed_memory()
    source = source_of(name)

    def ours() -> None:
        Side(source, "all").run()

    (seconds,) = in_turns((ours,), repetitions)
    return {"seconds": seconds}


def graph(name: str, repetitions: int) -> dict[str, float]:
    """Median seconds of our trace."""
    source = source_of(name)

    def ours() -> None:
        with unchanged(source.module):
            trace(source.module, source.arguments, source.keywords)

    (seconds,) = in_turns((ours,), repetitions)
    return {"seconds": seconds}


def torchlens(name: str, repetitions: int) -> dict[str, float]:
    """Median seconds of a forward pass that torchlens logs, with every tensor kept, as it does by default."""
    import torchlens

    source = source_of(name)

    def theirs() -> None:
        with torch.no_grad():
            log = torchlens.trace(source.module, source.arguments[0])
        log.cleanup()

    (seconds,) = in_turns((theirs,), repetitions)
    return {"seconds": seconds}


def torchview(name: str, repetitions: int) -> dict[str, float]:
    """Median seconds of torchview's graph with every operation, not drawn."""
    import torchview

    source = source_of(name)

    def theirs() -> None:
        torchview.draw_graph(source.module, input_data=source.arguments[0], depth=inf, device="cpu")

    (seconds,) = in_turns((theirs,), repetitions)
    return {"seconds": seconds}


def memory(name: str, detail: str) -> dict[str, float]:
    """Bytes: the peak while pictures run, beyond that of plain forwards; the kept activations as float32 tensors."""
    keep_freed_memory()
    source = source_of(name)
    for _ in range(PICTURES):
        forward(source)
    reset_peak()
    for _ in range(PICTURES):
        forward(source)
    before = peak()
    reset_peak()
    side = Side(source, detail)
    for _ in range(PICTURES):
        side.run()
    plan = side.inference.capture.plan
    raw = 4 * sum(total * size.height * size.width for size, total in plan.totals.items())
    return {"beyond": peak() - before, "raw": raw, "arena": plan.bytes}


def forward(source: NetworkSource) -> None:
    with torch.no_grad():
        source.module(*source.arguments, **source.keywords)


def in_turns(sides: tuple[Callable[[], Any], ...], repetitions: int) -> tuple[float, ...]:
    """Median seconds of each, after two turns that are not counted, in which memory is taken and code is loaded."""
    times: tuple[list[float], ...] = tuple([] for _ in sides)
    for turn in range(repetitions + 2):
        for side, taken in zip(sides, times, strict=True):
            start = time.perf_counter()
            side()
            if turn >= 2:
                taken.append(time.perf_counter() - start)
    return tuple(statistics.median(taken) for taken in times)


def reset_peak() -> None:
    """Starts the peak of this process's memory anew (man 5 proc_pid_clear_refs)."""
    Path("/proc/self/clear_refs").write_text("5")


def peak() -> int:
    """Bytes of main memory that this process has had at most."""
    status = Path("/proc/self/status").read_text()
    return 1024 * int(next(line for line in status.splitlines() if line.startswith("VmHWM:")).split()[1])


MEASURES: dict[str, Callable[..., dict[str, float]]] = {
    "plain": plain,
    "speed": speed,
    "first picture": first_picture,
    "graph": graph,
    "torchlens": torchlens,
    "torchview": torchview,
    "memory": memory,
}

if __name__ == "__main__":
    torch.set_num_threads(1)
    what, network, *words = sys.argv[1:]
    print(json.dumps(MEASURES[what](network, *(int(word) if word.isdigit() else word for word in words))))
