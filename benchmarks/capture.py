"""From a network's input to all of its maps, mip levels and statistics, ready for upload, against the plain forward."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from importlib.util import module_from_spec, spec_from_file_location

import torch

from vrcnn.bench import Row
from vrcnn.engine.inference import Inference
from vrcnn.engine.messages import LayerReady, MapsComplete, Message
from vrcnn.engine.shelf import Shelf
from vrcnn.network.preprocess import standard
from vrcnn.network.source import NetworkSource
from vrcnn.resources import resource

GOAL = 1.5
NETWORKS = (("ResNet", "resnet.py", 50), ("DenseNet", "densenet.py", 201))


def rows(quick: bool = False) -> Iterator[Row]:
    """One row per network: the median of a whole inference job divided by the median of the plain forward.

    The job is what the worker runs at the default detail, from JobStarted to JobDone, with the network's guard and the
    recorder. Both sides get the same input and take turns, on one torch thread of one process, whose allocator is as
    Python and torch leave it: with larger thresholds the quotient changed by no more than from run to run.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        for name, file, depth in NETWORKS:
            source = _source(f"{name}-{depth}", file, depth)
            yield _row(source, 3 if quick else 25)
    finally:
        torch.set_num_threads(threads)


def _row(source: NetworkSource, repetitions: int) -> Row:
    arrived: list[Message] = []
    inference = Inference(source, Shelf(()), "layers", arrived.append)
    source.module.eval()

    def job() -> None:
        arrived.clear()
        inference.run(0, 0, lambda: False)
        for message in arrived:
            if isinstance(message, MapsComplete):
                message.arena.release()

    def forward() -> None:
        with torch.no_grad():
            source.module(*source.arguments, **source.keywords)

    plain, whole = _in_turns((forward, job), repetitions)
    maps = sum(inference.capture.plan.spans[m.node].count for m in arrived if isinstance(m, LayerReady))
    value = whole / plain
    note = f"{maps:,} maps, {plain * 1e3:.0f} ms -> {whole * 1e3:.0f} ms"
    return Row(f"{source.name}: input to maps ÷ forward", value, GOAL, value <= GOAL, note=note)


def _source(name: str, file: str, depth: int) -> NetworkSource:
    """An example network, without pictures: decoding them has no counterpart in the plain forward."""
    specification = spec_from_file_location(name, resource("examples", file))
    assert specification is not None
    assert specification.loader is not None
    example = module_from_spec(specification)
    specification.loader.exec_module(example)
    return NetworkSource(
        name=name,
        module=example.build_model(depth),
        arguments=(torch.randn(1, *example.input_size, generator=torch.Generator().manual_seed(0)),),
        keywords={},
        pictures=(),
        labels=None,
        preprocess=standard(example.input_size),
        input_size=example.input_size,
        notes=(),
        path=None,
    )


def _in_turns(sides: tuple[Callable[[], None], ...], repetitions: int) -> tuple[float, ...]:
    """Median seconds of each, after two turns that are not counted: both arenas are allocated in these."""
    times: tuple[list[float], ...] = tuple([] for _ in sides)
    for turn in range(repetitions + 2):
        for side, taken in zip(sides, times, strict=True):
            start = time.perf_counter()
            side()
            if turn >= 2:
                taken.append(time.perf_counter() - start)
    return tuple(statistics.median(taken) for taken in times)
