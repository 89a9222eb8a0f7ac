"""From a network's input to all of its maps, mip levels and statistics, ready for upload: against the plain forward,
against other tools, and what memory it takes."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

from vrcnn.bench import Row, bounded, information, measured_apart, skipped

LAYERS_GOAL, ALL_GOAL = 1.5, 2.5  # times the plain forward
OTHERS_GOAL = 0.1  # of torchlens' time
MEMORY_GOAL = 1.2  # of the activations' size
NETWORKS = ("ResNet-50", "DenseNet-201", "Inception v4", "EfficientNet-Lite0", "U-Net")
OTHERS_NETWORKS = ("ResNet-50", "EfficientNet-Lite0", "DenseNet-201")
MEMORY_NETWORKS = ("ResNet-50", "DenseNet-201")

SIDES = Path(__file__).with_name("_capture_sides.py")
ONE_THREAD = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def rows(quick: bool = False) -> Iterator[Row]:
    """The medians of a whole inference job divided by those of the plain forward, of another tool's, and the memory.

    The job is what the worker runs, from JobStarted to JobDone, with the network's guard and the recorder; no run of
    blocks is folded, so that every map is captured. All get the same input, on one torch thread. The plain forward is
    that of a process as Python and torch leave it. Ours is that of the worker's, which keeps freed memory
    (engine/allocation.py); that makes the forward itself faster, so the note tells the quotient within one process too.
    """
    seconds: dict[str, float] = {}
    repetitions = 3 if quick else 25
    plain = {network: _seconds("plain", network, repetitions) for network in NETWORKS}
    for detail, goal in (("layers", LAYERS_GOAL), ("all", ALL_GOAL)):
        for network in NETWORKS:
            told = _side("speed", network, detail, repetitions)
            seconds.setdefault(network, told["whole"])
            times = f"{plain[network] * 1e3:.0f} ms -> {told['whole'] * 1e3:.0f} ms"
            within = f"{told['whole'] / told['forward']:.2f} × the forward in the same process"
            name = f"{network}: input to maps, {detail} ÷ forward"
            note = f"{told['maps']:,.0f} maps, {times}, {within}"
            yield bounded(name, told["whole"] / plain[network], goal, note=note)
    yield from _others(seconds, 1 if quick else 5)
    yield from _memory()


def _others(seconds: Mapping[str, float], repetitions: int) -> Iterator[Row]:
    """`seconds` are those of a job at detail "layers", by network.

    torchlens finds the graph out anew with every picture, so its one pass is held against ours for each further
    picture, and for information against the first, for which ours takes two passes and makes room for all maps.
    """
    for network in OTHERS_NETWORKS:
        name = f"{network}: input to maps, layers ÷ torchlens"
        if find_spec("torchlens") is None:
            yield skipped(name, "Needs torchlens: pip install vrcnn[bench].")
            continue
        ours, theirs = seconds[network], _seconds("torchlens", network, repetitions)
        yield bounded(name, ours / theirs, OTHERS_GOAL, note=f"{theirs * 1e3:,.0f} ms -> {ours * 1e3:,.0f} ms")
        first = _seconds("first picture", network, repetitions)
        note = f"{theirs * 1e3:,.0f} ms -> {first * 1e3:,.0f} ms, with tracing and memory"
        yield information(f"{network}: first picture, all ÷ torchlens", first / theirs, note=note)
    for network in OTHERS_NETWORKS:
        name = f"{network}: graph alone ÷ torchview"
        if find_spec("torchview") is None or find_spec("graphviz") is None:
            yield skipped(name, "Needs torchview: pip install vrcnn[bench].")
            continue
        ours, theirs = _seconds("graph", network, repetitions), _seconds("torchview", network, repetitions)
        yield information(name, ours / theirs, note=f"{theirs * 1e3:,.0f} ms -> {ours * 1e3:,.0f} ms")


def _memory() -> Iterator[Row]:
    for network in MEMORY_NETWORKS:
        name = f"{network}: peak memory beyond forward ÷ activations"
        if sys.platform != "linux":
            yield skipped(name, "Needs Linux, which tells the peak of a process's memory.")
            continue
        told = _side("memory", network, "layers")
        second = (told["beyond"] + told["arena"]) / told["raw"]
        sizes = f"{told['beyond'] / 2**20:.0f} MiB for {told['raw'] / 2**20:.0f} MiB"
        note = f"{sizes}, picture after picture; {second:.2f} × where pictures overtake each other"
        yield bounded(name, told["beyond"] / told["raw"], MEMORY_GOAL, note=note)


def _seconds(what: str, network: str, repetitions: int) -> float:
    return _side(what, network, repetitions)["seconds"]


def _side(what: str, network: str, *words: str | int) -> dict[str, float]:
    return measured_apart(str(SIDES), ONE_THREAD, what, network, *map(str, words))
