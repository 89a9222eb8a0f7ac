"""The sides of benchmarks/render.py, each run in a process of its own: `python _render_sides.py WHAT ROUNDS`.

The last line that is printed is the figures as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

import moderngl
import numpy as np
from _corridors import EYES, Corridor, Place, arrays, raw_bytes, stereo
from _ids import Ids
from _networks import ShownNetwork, planned
from _quads import draw_quads
from _rays import compared

from vrcnn.render.context import is_software, live_samples, standalone_context
from vrcnn.render.map_store import MapStore
from vrcnn.render.renderer import Renderer
from vrcnn.render.target import Target
from vrcnn.scene.arrangement import LAYOUTS
from vrcnn.scene.camera import View
from vrcnn.scene.geometry import Pose
from vrcnn.scene.standard_views import VIEWS, standard_view
from vrcnn.scene.switching import begin_with
from vrcnn.scene.theme import DARK
from vrcnn.scene.world import World

FEW, MANY = 10_000, 1_000_000
EYE = 1024  # pixels of an eye's picture, in width and height
HEADSET = 2160
HEAD_MOVES = 0.003  # m
SHIMMER = 768  # pixels of the pictures whose shimmer is measured
FAR_MAPS = 10.0  # m
RAYS = 10_000


def corridors(rounds: int) -> dict[str, Any]:
    """Seconds of a stereo frame, the mean over the views, of few maps, of many, and of many as a quad each."""
    context = standalone_context()
    few, many = Corridor(context, FEW, MANY), Corridor(context, MANY, MANY)
    quads = as_quads(context, many)
    targets = [Target(context, (EYE, EYE), live_samples(context)) for _ in EYES]
    sides = (few.renderer, many.renderer, quads)
    wall, worked = times_of(context, sides, targets, many.views(), rounds)
    names = ("few", "many", "quads")
    return {
        "renderer": context.info["GL_RENDERER"],
        "software": is_software(context),
        "frame": dict(zip(names, wall, strict=True)),
        "work": dict(zip(names, worked, strict=True)),
        "arrays": len(many.renderer.stores[0].arrays),
    }


def as_quads(context: moderngl.Context, corridor: Place) -> Renderer:
    """A renderer of the same things from the same textures, which draws a quad for every map."""
    renderer = Renderer(context, DARK)
    renderer.stores[0] = corridor.renderer.stores[0]
    draw_quads(renderer, context)
    renderer.prepare(corridor.groups, 0.0, corridor.anchors)
    return renderer


def times_of(
    context: moderngl.Context,
    renderers: Sequence[Renderer],
    targets: Sequence[Target],
    heads: Sequence[Pose],
    rounds: int,
) -> tuple[list[float], list[float]]:
    """For each renderer the seconds of a stereo frame, and those that the processor has worked for it on all cores.

    Medians over rounds, in which the renderers take turns; then the mean over the views.
    """
    taken = np.zeros((rounds + 1, len(renderers), len(heads), 2))
    for number in range(rounds + 1):
        for place, head in enumerate(heads):
            for side, renderer in enumerate(renderers):
                context.finish()
                start, worked = time.perf_counter(), time.process_time()
                stereo(renderer, targets, [head])
                context.finish()
                taken[number, side, place] = time.perf_counter() - start, time.process_time() - worked
    result = np.median(taken[1:], axis=0).mean(axis=1)
    return result[:, 0].tolist(), result[:, 1].tolist()


def uploads(rounds: int) -> dict[str, Any]:
    """Seconds to upload all maps of ResNet-50 in slices, the longest slice and most of them, and those of a memcpy."""
    from vrcnn.render.upload_pace import SECONDS, UploadPace

    network = ShownNetwork("resnet.py")
    context = standalone_context()
    store, pace = MapStore(context, network.plan), UploadPace()
    values = [level for size in network.plan.totals for level in arrays(network.arena, size)]
    copied = [np.ones_like(level) for level in values]
    times, slices, copies = [], [], []
    for number in range(rounds + 1):
        network.enqueue(store)
        spent = []
        while store.pending:
            start = time.perf_counter()
            pace.upload(store)
            spent.append(time.perf_counter() - start)
        start = time.perf_counter()
        context.finish()
        waited = time.perf_counter() - start
        start = time.perf_counter()
        for source, copy in zip(values, copied, strict=True):
            np.copyto(copy, source)
        if number:
            copies.append(time.perf_counter() - start)
            times.append(sum(spent) + waited)
            slices += spent
    return {
        "upload": median(times),
        "memcpy": median(copies),
        "slice": float(np.percentile(slices, 95)),
        "middle": median(slices),
        "budget": SECONDS,
        "slices": len(slices) / rounds,
        "bytes": network.plan.bytes,
        "allocated": store.allocated,
        "raw": raw_bytes(network.plan),
        "maps": network.plan.count,
    }


def shimmer(rounds: int) -> dict[str, Any]:
    """Mean change of a pixel's values (of 255) while the head moves by HEAD_MOVES, by samples a pixel: of walls, of
    quads, and of quads with 9 times 4 samples, whose change is the motion's own; in all of the picture and on far maps.

    From the standard views of every layout, and down the corridor.
    """
    network = ShownNetwork("resnet.py")
    context = standalone_context()
    place = network.place(context)
    quads = as_quads(context, place)
    ids = Ids(context, place.renderer.stores, (SHIMMER, SHIMMER))
    fine = Target(context, (3 * SHIMMER, 3 * SHIMMER), 4)
    changes: dict[str, list[np.ndarray]] = {}
    far = []
    for layout in LAYOUTS:
        begin_with(place.world, layout)
        place.furnish()
        quads.prepare(place.groups, 0.0, place.anchors)
        heads = [standard_view(place.world, view, 1.0) for view in VIEWS]
        for head in (heads if rounds > 2 else heads[1:2]) + (place.views()[:3] if layout == "corridor" else []):
            shown = ids.seen(place.groups["grids 0"], place.anchors, _view(head))
            far.append(_distances(place.world, shown, head) > FAR_MAPS)
            moved = head @ Pose((HEAD_MOVES, 0.0, 0.0))
            motion = _change(*(thirds(picture(quads, fine, at)) for at in (head, moved)))
            changes.setdefault("motion", []).append(motion)
            for samples in (4, 0):
                target = Target(context, (SHIMMER, SHIMMER), samples)
                for name, renderer in (("walls", place.renderer), ("quads", quads)):
                    change = _change(*(picture(renderer, target, at) for at in (head, moved)))
                    changes.setdefault(f"{name} {samples}", []).append(change)
                target.release()
    beyond = np.stack(far)
    told: dict[str, Any] = {
        name: {"all": float(np.mean(each)), "far": float(np.stack(each)[beyond].mean())}
        for name, each in changes.items()
    }
    return {**told, "share": float(beyond.mean()), "views": len(far)}


def _change(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    return np.abs(after - before).mean(axis=2)


def thirds(pixels: np.ndarray) -> np.ndarray:
    """The mean of every 3 x 3 pixels."""
    height, width, _ = pixels.shape
    return pixels.reshape(height // 3, 3, width // 3, 3, 3).mean((1, 3))


def _distances(world: World, shown: np.ndarray, head: Pose) -> np.ndarray:
    """(H, W) how far the wall is that a pixel and those around it show, 0 where they show none or several; m."""
    nodes = shown[..., 0]
    inner = np.zeros(nodes.shape, bool)
    middle = nodes[1:-1, 1:-1]
    shifted = [nodes[y : y + middle.shape[0], x : x + middle.shape[1]] for y in range(3) for x in range(3)]
    inner[1:-1, 1:-1] = np.all([each == middle for each in shifted], axis=0)
    distances = np.zeros(nodes.shape)
    for wall in world.hall.walls:
        distances[inner & (nodes == wall.node)] = np.linalg.norm(np.subtract(wall.pose.position, head.position))
    return distances


def _view(head: Pose) -> View:
    return View.symmetric(head, 1.0, 95.0)


def picture(renderer: Renderer, target: Target, head: Pose) -> np.ndarray:
    """(H, W, 3) int16: what an eye sees there."""
    renderer.draw(_view(head), target.framebuffer, target.size)
    return target.read().astype(np.int16)


def picking(rounds: int) -> dict[str, Any]:
    """By layout: how many rays were cast, met a wall, differ from the ID buffer, and do so within half a pixel."""
    network = ShownNetwork("resnet.py")
    context = standalone_context()
    place = network.place(context)
    ids = Ids(context, place.renderer.stores, (256, 256))
    return compared(place.world, ids, RAYS if rounds > 2 else RAYS // 20)


def headset(rounds: int) -> dict[str, Any]:
    """Seconds of a stereo frame of two eyes as a headset has them, of a million maps and of ResNet-152.

    And the bytes that such a frame moves at least, and how many a second this graphics card copies.
    """
    context = standalone_context()
    if is_software(context) and rounds > 0:
        return {"renderer": context.info["GL_RENDERER"]}
    rounds = abs(rounds)
    samples, told = live_samples(context) or 4, {"renderer": context.info["GL_RENDERER"], "samples": 4}
    targets = [Target(context, (HEADSET, HEADSET), samples) for _ in EYES]
    for name in ("a million maps", "ResNet-152"):
        place = planned(context, name) if name == "ResNet-152" else Corridor(context, MANY, MANY)
        (frame,), _ = times_of(context, [place.renderer], targets, place.views(), rounds)
        told[name] = frame
        told[f"maps of {name}"] = place.plan.count
        place.renderer.release()
    # Colour and depth of every sample are written, read to be resolved, and the resolved picture is written.
    told["bytes"] = len(EYES) * HEADSET * HEADSET * (samples * (4 + 4) + samples * 4 + 4)
    told["bandwidth"] = bandwidth(context)
    return told


def bandwidth(context: moderngl.Context) -> float:
    """Bytes a second that the graphics card reads and writes when it copies a buffer."""
    source, target = context.buffer(reserve=1 << 28), context.buffer(reserve=1 << 28)
    taken = []
    for _ in range(8):
        context.finish()
        start = time.perf_counter()
        for _ in range(8):
            context.copy_buffer(target, source)
        context.finish()
        taken.append(time.perf_counter() - start)
    return 8 * 2 * source.size / min(taken)


MEASURES: dict[str, Callable[[int], dict[str, Any]]] = {
    "corridors": corridors,
    "uploads": uploads,
    "shimmer": shimmer,
    "picking": picking,
    "headset": headset,
}

if __name__ == "__main__":
    what, rounds = sys.argv[1:]
    print(json.dumps(MEASURES[what](int(rounds))))
