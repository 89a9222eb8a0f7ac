"""What benchmarks/featvis.py measures in processes of their own: ours, and the bare forward and backward beneath it.

`python _featvis_sides.py speed NETWORK LAYER STEPS` and `... quality OUT STEPS` print JSON in their last line.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch
from _capture_sides import source_of
from torch import Tensor, nn

from vrcnn.engine.allocation import keep_freed_memory
from vrcnn.export.contact_sheet import Row, Sheet, Tile, draw_sheet
from vrcnn.featurevis.ascent import Ascent
from vrcnn.featurevis.colours import InputColours
from vrcnn.featurevis.making import Making
from vrcnn.featurevis.natural import NaturalAnswers
from vrcnn.featurevis.presets import preset
from vrcnn.featurevis.results import Place, Visualization
from vrcnn.featurevis.target import Target
from vrcnn.network.graph import Graph
from vrcnn.network.guard import unchanged
from vrcnn.network.source import LoadOptions, NetworkSource, load
from vrcnn.network.trace import trace

BATCH = 8  # channels at a time
FLAT = 0.02  # deviation of the pixels (0 to 1) of a picture that is called grey
LAYERS = tuple(f"blocks.{block}.project_norm" for block in (1, 3, 5, 7, 9, 11, 13, 15))  # of EfficientNet-Lite0
CHANNELS_EACH = 8


def network_of(name: str) -> NetworkSource:
    """A network with its real weights where they are at hand: EfficientNet-Lite0's are."""
    return load(None, LoadOptions()) if name == "EfficientNet-Lite0" else source_of(name)


def traced(source: NetworkSource) -> Graph:
    with unchanged(source.module):
        return trace(source.module, source.arguments, source.keywords)


def place_of(full: Graph, layer: str) -> Place:
    return Place(layer, next(node.index for node in full.nodes if node.name == layer))


def drawn(full: Graph) -> list[tuple[Place, list[int]]]:
    """Eight channels of each of eight layers, drawn by a fixed seed."""
    chance = np.random.default_rng(0)
    places = [place_of(full, layer) for layer in LAYERS]
    counts = [full.nodes[place.tensor].shape[1] for place in places]
    return [
        (place, sorted(chance.choice(count, CHANNELS_EACH, replace=False).tolist()))
        for place, count in zip(places, counts, strict=True)
    ]


class Stop(Exception):  # noqa: N818
    """The layer was reached: the rest of the network need not run."""


def floor(module: nn.Module, layer: str, pictures: Tensor) -> Callable[[], None]:
    """A bare forward to the layer and backward to the pictures, without anything around it."""
    found: list[Tensor] = []

    def reached(module: nn.Module, arguments: Any, output: Tensor) -> None:
        found.append(output)
        raise Stop

    module.get_submodule(layer).register_forward_hook(reached)
    module.eval().requires_grad_(False)
    rows = torch.arange(len(pictures))

    def run() -> None:
        given = pictures.detach().requires_grad_(True)
        try:
            module(given)
        except Stop:
            maps = found.pop()
        torch.autograd.grad(maps[rows, rows].mean((1, 2)).sum(), given)

    return run


def speed(name: str, layer: str, steps: int) -> dict[str, float]:
    """Milliseconds for each channel and step: ours with the preset "lucent", and the floor, in turns."""
    source = network_of(name)
    full = traced(source)
    target = Target(source, full, place_of(full, layer))
    side = source.input_size[-1]
    settings = replace(preset("lucent"), steps=10**6, size=(side, side))
    ours: list[float] = []
    bare: list[float] = []
    with target.ready():
        ascent = Ascent(target, range(BATCH), settings, InputColours(source))
        for _ in range(2):
            ascent.advance()
    pictures = torch.randn(BATCH, *source.input_size).contiguous(memory_format=torch.channels_last)
    with torch.enable_grad():
        run = floor(network_of(name).module, layer, pictures)
        run()
    for _ in range(steps):
        with target.ready():
            began = time.perf_counter()
            ascent.advance()
            ours.append(time.perf_counter() - began)
        with torch.enable_grad():
            began = time.perf_counter()
            run()
            bare.append(time.perf_counter() - began)
    return {"ours": median(ours) / BATCH * 1e3, "floor": median(bare) / BATCH * 1e3}


def quality(out: str, steps: int, sheet: str = "") -> dict[str, Any]:
    """Ours on the drawn channels: activations by "layer:channel", the baselines, retries, failures, grey ones.

    Also what the pictures in the file `out` (arrays from 0 to 1 by "layer:channel", another tool's) reach. A contact
    sheet goes to the file `sheet`, where one is named.
    """
    source = network_of("EfficientNet-Lite0")
    full, colours = traced(source), InputColours(source)
    wanted = drawn(full)
    answers = NaturalAnswers(source, full, [place for place, _ in wanted])
    while not answers.finished:
        answers.advance()
    told: dict[str, Any] = {"ours": {}, "theirs": {}, "retried": 0, "failed": 0, "grey": 0, "seconds": 0.0}
    settings = replace(preset("lucent"), steps=steps)
    theirs = dict(np.load(out)) if out != "-" else {}
    made: list[Visualization] = []
    for place, channels in wanted:
        target = Target(source, full, place)
        baselines = {channel: known for channel in channels if (known := answers.baseline(place, channel))}
        with target.ready():
            making = Making(target, channels, settings, colours, baselines)
            while not making.done:
                making.advance()
            made += [visualization for visualization, _ in making.finished()]
            told["theirs"] |= _reached(target, channels, theirs, colours, baselines)
        if sheet:
            _draw(made, Path(sheet), steps)
    for each in made:
        flat = float(each.pixels.std()) / 255 < FLAT
        told["ours"][f"{each.place.name}:{each.channel}"] = each.score
        told["retried"] += each.outcome == "retried"
        told["failed"] += each.outcome == "failed"
        told["grey"] += flat and each.outcome != "failed"
        told["seconds"] += each.seconds
    return told


def _draw(made: Sequence[Visualization], path: Path, steps: int) -> None:
    rows = [
        Row(
            name,
            "",
            "convolution",
            tuple(
                Tile(
                    None if each.outcome == "failed" else each.pixels,
                    f"{each.channel}",
                    "" if each.score is None else f"{each.score:.1f}",
                )
                for each in made
                if each.place.name == name
            ),
        )
        for name in dict.fromkeys(each.place.name for each in made)
    ]
    words = f"64 channels that a fixed seed has drawn, {steps} steps; 1 is what the best photo reaches"
    next(draw_sheet(Sheet("EfficientNet-Lite0", words, tuple(rows)))).convert("RGB").save(path, quality=88)


def _reached(
    target: Target, channels: Sequence[int], pictures: dict[str, np.ndarray], colours: InputColours, baselines: Any
) -> dict[str, float]:
    """The scores of another tool's pictures, measured as ours are."""
    scores = {}
    for channel in channels:
        name = f"{target.place.name}:{channel}"
        if name not in pictures:
            continue
        shares = torch.from_numpy(pictures[name]).float().permute(2, 0, 1)[None]
        with torch.no_grad():
            reached = float(target.maps(colours.inputs(shares))[0, channel].mean())
        known = baselines[channel]
        scores[name] = (reached - known.average) / (known.best - known.average)
    return scores


if __name__ == "__main__":
    torch.set_num_threads(1)
    keep_freed_memory()
    match sys.argv[1:]:
        case ["speed", name, layer, steps]:
            print(json.dumps(speed(name, layer, int(steps))))
        case ["quality", out, steps, *sheet]:
            print(json.dumps(quality(out, int(steps), *sheet)))
        case ["drawn"]:
            chosen = drawn(traced(network_of("EfficientNet-Lite0")))
            print(json.dumps([f"{place.name}:{channel}" for place, channels in chosen for channel in channels]))
