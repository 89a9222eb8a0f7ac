"""What Python costs in a stereo frame of a network: intents, furnishing and the draw calls for two eyes."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

from vrcnn.bench import Row, bounded, measured_apart

EVERYTHING = 1 << 50  # bytes of memory: no layer is left out
NETWORKS = {  # the example's network, the detail, and the goal in ms
    "ResNet-50": ("ResNet-50", "layers", 1.0),
    "DenseNet-201, every operation": ("DenseNet-201", "all", 0.7),
}
ROUNDS = 8
SIZE = (16, 16)  # pixels: an eye that takes next to no time to fill
EYES = (-0.032, 0.032)  # m from the middle of the head

# Mesa's switch for a driver that takes every call and draws nothing, so that the software renderer's work on vertices,
# which a graphics card would do beside Python, is not counted as Python's: src/gallium/auxiliary/driver_noop.
NO_DRAWING = {"GALLIUM_NOOP": "1", "OMP_NUM_THREADS": "1"}


def rows(quick: bool = False) -> Iterator[Row]:
    """In milliseconds: the median over frames in which head and hands move through the network, every block open.

    Of several rounds the quickest counts: what other programs take from this one is not Python's cost.
    """
    for name, (*_, goal) in NETWORKS.items():
        told = measured_apart(__file__, NO_DRAWING, name, "100" if quick else "1000")
        parts = ", ".join(f"{part} {told[part]:.2f}" for part in ("step", "prepare", "draw"))
        note = f"{told['all']:.2f} over all rounds; {parts}; {told['maps']:,} maps; drawing on {told['renderer']}"
        yield bounded(f"Python per stereo frame, {name}", told["frame"], goal, "ms", note)


def measure(name: str, frames: int) -> dict[str, float | str]:
    """Medians in milliseconds of the frame and its parts, and the name of the renderer that took the calls."""
    from _capture_sides import source_of

    from vrcnn.exhibit import Exhibit
    from vrcnn.network.scope import Scope
    from vrcnn.network.source import LoadOptions, load
    from vrcnn.render.context import standalone_context
    from vrcnn.render.target import Target
    from vrcnn.resources import resource
    from vrcnn.scene.camera import View
    from vrcnn.scene.geometry import Pose, turn
    from vrcnn.scene.intents import HandMoved, HeadMoved, Intent, Move

    network, detail, _ = NETWORKS[name]
    pictures = load(str(resource("examples", "resnet.py")), LoadOptions()).pictures
    source = replace(source_of(network), pictures=pictures)
    exhibit = Exhibit(source, Scope(detail, fold="never"), EVERYTHING)
    context = standalone_context()
    exhibit.open(context)
    while exhibit.displays[0].worker.busy or exhibit.renderer.stores[0].pending:
        exhibit.step((), 0.01)
        exhibit.prepare()
    targets = [Target(context, SIZE, samples=0) for _ in EYES]
    times = []
    for number in range(frames):
        head = Pose((0.0, 1.6 + 0.0001 * (number % 100), 0.0), turn(0.001 * (number % 200)))
        hands = [head @ Pose((aside, -0.4, -0.3)) for aside in (-0.2, 0.2)]
        intents: list[Intent] = [HeadMoved(head), Move(forward=1.0)]
        intents += [HandMoved(side, hand, hand) for side, hand in zip(("left", "right"), hands, strict=True)]
        start = time.perf_counter()
        exhibit.step(intents, 1 / 90)
        stepped = time.perf_counter()
        exhibit.prepare()
        prepared = time.perf_counter()
        eyes = exhibit.world.player.eyes
        views = [View.symmetric(eyes @ Pose((offset, 0.0, 0.0)), 1.0, 100.0) for offset in EYES]
        exhibit.renderer.look(views, SIZE)
        for target, view in zip(targets, views, strict=True):
            exhibit.renderer.draw(view, target.framebuffer, target.size)
        drawn = time.perf_counter()
        times.append((drawn - start, stepped - start, prepared - stepped, drawn - prepared))
    exhibit.close()
    each = max(1, frames // ROUNDS)
    rounds = [times[first : first + each] for first in range(0, frames - each + 1, each)]
    medians = min([statistics.median(column) * 1000 for column in zip(*some, strict=True)] for some in rounds)
    parts = dict(zip(("frame", "step", "prepare", "draw"), medians, strict=True))
    parts["all"] = statistics.median(frame for frame, *_ in times) * 1000
    maps = exhibit.displays[0].worker.plan.count
    return {**parts, "maps": maps, "renderer": context.info["GL_RENDERER"]}


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
