"""What Python costs in a stereo frame of a network: intents, furnishing and the draw calls for two eyes."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from math import sin
from typing import TYPE_CHECKING, Any

from vrcnn.bench import Row, bounded, measured_apart

if TYPE_CHECKING:
    from vrcnn.exhibit import Exhibit
    from vrcnn.render.target import Target
    from vrcnn.scene.geometry import Pose
    from vrcnn.scene.intents import Intent

EVERYTHING = 1 << 50  # bytes of memory: no layer is left out
NETWORKS = {  # the example's network, the detail, and the goal in ms
    "ResNet-50": ("ResNet-50", "layers", 1.0),
    "DenseNet-201, every operation": ("DenseNet-201", "all", 0.7),
}
STATES = {  # what is measured, and what of it stands behind the network's name
    "before": "",  # as it always was: controllers of no known kind, which the labels of the first minute stand beside
    "worn": ", controllers after the first minute",
    "labels": ", their labels shown",
    "carrying": ", a framed map in one hand",
}
ROUNDS = 8
SIZE = (16, 16)  # pixels: an eye that takes next to no time to fill
EYES = (-0.032, 0.032)  # m from the middle of the head
CONTROLLER = "touch"
SWING = 0.02  # m and rad by which a hand wavers
PATIENCE = 3000  # frames in which a hand points at a map that can be taken

# Mesa's switch for a driver that takes every call and draws nothing, so that the software renderer's work on vertices,
# which a graphics card would do beside Python, is not counted as Python's: src/gallium/auxiliary/driver_noop.
NO_DRAWING = {"GALLIUM_NOOP": "1", "OMP_NUM_THREADS": "1"}


def rows(quick: bool = False) -> Iterator[Row]:
    """In milliseconds: the median over frames in which head and hands move through the network, every block open.

    Of several rounds the quickest counts: what other programs take from this one is not Python's cost.
    """
    for name, (*_, goal) in NETWORKS.items():
        told = measured_apart(__file__, NO_DRAWING, name, "100" if quick else "1000")
        for state, words in STATES.items():
            took = told[state]
            parts = ", ".join(f"{part} {took[part]:.2f}" for part in ("step", "prepare", "draw"))
            note = f"{took['all']:.2f} over all rounds; {parts}; {told['maps']:,} maps; drawing on {told['renderer']}"
            yield bounded(f"Python per stereo frame, {name}{words}", took["frame"], goal, "ms", note)


def measure(name: str, frames: int) -> dict[str, Any]:
    """By STATES, medians in milliseconds of the frame and its parts; and how many maps, and what took the calls."""
    from _capture_sides import source_of

    from vrcnn.exhibit import Exhibit
    from vrcnn.network.scope import Scope
    from vrcnn.network.source import LoadOptions, load
    from vrcnn.render.context import standalone_context
    from vrcnn.render.target import Target
    from vrcnn.resources import resource

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
    told: dict[str, Any] = {}
    begun = exhibit.world.player.position
    for state in STATES:
        _bring_about(exhibit, state, targets)
        exhibit.world.player.position = begun
        told[state] = _medians([_frame(exhibit, number, state, targets) for number in range(frames)])
    exhibit.close()
    maps = exhibit.displays[0].worker.plan.count
    return {**told, "maps": maps, "renderer": context.info["GL_RENDERER"]}


def _bring_about(exhibit: Exhibit, state: str, targets: list[Target]) -> None:
    """The visitor comes into a state of STATES."""
    from vrcnn.scene.headset_intents import ControllerChanged
    from vrcnn.scene.intents import PullOut

    world = exhibit.world
    if state == "worn":
        exhibit.step([ControllerChanged(side, CONTROLLER) for side in ("left", "right")], 1 / 90)
        exhibit.step((), 61.0)
    world.comfort = replace(world.comfort, labels="always" if state == "labels" else "first minute")
    for number in range(PATIENCE if state == "carrying" else 0):
        _frame(exhibit, number, state, targets)
        if world.hands["right"].carrying is not None:
            return
        exhibit.step([PullOut("right")], 0.0)
    for number in range(60):
        _frame(exhibit, number, state, targets)
    if state == "carrying":
        raise RuntimeError("No map came into the hand.")


def _frame(exhibit: Exhibit, number: int, state: str, targets: list[Target]) -> tuple[float, float, float, float]:
    """Seconds that Python takes for one frame: all, intents, handing over what is drawn, drawing it."""
    from vrcnn.scene.camera import View
    from vrcnn.scene.geometry import Pose, turn
    from vrcnn.scene.intents import HandMoved, HeadMoved, Move

    head = Pose((0.0, 1.6 + 0.0001 * (number % 100), 0.0), turn(0.001 * (number % 200)))
    hands = [head @ Pose((aside, -0.4, -0.3)) for aside in (-0.2, 0.2)]
    if state != "before":
        hands = [hand @ _wavering(number, side) for side, hand in enumerate(hands)]
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
    return drawn - start, stepped - start, prepared - stepped, drawn - prepared


def _wavering(number: int, side: int) -> Pose:
    """How far a hand is from where it is held on average, in a frame: never twice at the same place."""
    from vrcnn.scene.geometry import Pose, turn

    sway = SWING * sin(0.07 * number + side)
    return Pose((sway, 0.5 * sway, 0.0), turn(sway, 0.5 * sway))


def _medians(times: list[tuple[float, float, float, float]]) -> dict[str, float]:
    """In milliseconds, those of the quickest round, and the frame's over all of them."""
    each = max(1, len(times) // ROUNDS)
    rounds = [times[first : first + each] for first in range(0, len(times) - each + 1, each)]
    medians = min([statistics.median(column) * 1000 for column in zip(*some, strict=True)] for some in rounds)
    parts = dict(zip(("frame", "step", "prepare", "draw"), medians, strict=True))
    return {**parts, "all": statistics.median(frame for frame, *_ in times) * 1000}


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
