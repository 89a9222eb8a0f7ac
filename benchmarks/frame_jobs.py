"""Whether the frame waits for torch: frame times while the worker works, divided by those while it rests.

`python frame_jobs.py FRAMES [features]`: it runs pictures, or makes the visualizations of a wall of 64 channels.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from vrcnn.bench import Row, bounded, measured_apart

if TYPE_CHECKING:
    import moderngl

    from vrcnn.exhibit import Exhibit
    from vrcnn.render.target import Target

GOAL = 1.5
SIZE = (640, 360)
ROUNDS = 7  # of frames at rest and frames at work in turns; the middle one counts, as other programs disturb some

# Each side held to one core: the software renderer has one thread, and so has torch.
ONE_CORE_EACH = {"LP_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def rows(quick: bool = False) -> Iterator[Row]:
    """One row: the 99th percentile of the frame time with inference back to back, divided by that without."""
    told = measured_apart(__file__, ONE_CORE_EACH, "30" if quick else "120")
    rest, work = told["rest"], told["work"]
    told_apart = f"{work:.1f} ms ÷ {rest:.1f} ms, {told['jobs']} pictures, {SIZE[0]}×{SIZE[1]}, demo"
    note = f"{told['all']:.2f} × over all rounds; {told_apart}"
    yield bounded("frame's 99th percentile, inference ÷ rest", work / rest, GOAL, note=note)


def measure(frames: int, features: bool = False) -> dict[str, float]:
    """The 99th percentiles in milliseconds of `frames` frames each, of the round whose ratio is the middle one of
    ROUNDS; the ratio over all frames together; and the number of jobs done in all, pictures or `features`.
    """
    import numpy as np
    import torch

    from vrcnn.exhibit import Exhibit
    from vrcnn.loop import undisturbed
    from vrcnn.network.source import LoadOptions, load
    from vrcnn.render.context import live_samples, standalone_context
    from vrcnn.render.target import Target
    from vrcnn.scene.feature_intents import PauseFeatures

    torch.set_num_threads(1)
    exhibit = Exhibit(load(None, LoadOptions()))
    context = standalone_context()
    exhibit.open(context)
    target = Target(context, SIZE, live_samples(context))
    rounds: list[tuple[float, float]] = []
    all_rest: list[float] = []
    all_work: list[float] = []
    jobs = 0
    with undisturbed():
        if features:
            _ask_for_features(exhibit)
        for _ in range(ROUNDS):
            exhibit.step((PauseFeatures(True, 0),), 1 / 60)
            while exhibit.displays[0].worker.busy or exhibit.renderer.stores[0].pending:
                draw_frame(exhibit, target, context, 0)
            rest = [draw_frame(exhibit, target, context, number) for number in range(frames)]
            work = []
            exhibit.step((PauseFeatures(False, 0),), 1 / 60)
            for number in range(frames):
                if not features and not exhibit.displays[0].worker.busy:
                    exhibit.place(jobs % len(exhibit.world.pictures))
                    jobs += 1
                work.append(draw_frame(exhibit, target, context, number))
            all_rest += rest
            all_work += work
            rounds.append((float(np.percentile(rest, 99)) * 1000, float(np.percentile(work, 99)) * 1000))
    exhibit.close()
    at_rest, at_work = sorted(rounds, key=lambda each: each[1] / each[0])[ROUNDS // 2]
    together = float(np.percentile(all_work, 99) / np.percentile(all_rest, 99))
    return {"rest": at_rest, "work": at_work, "all": together, "jobs": jobs}


def _ask_for_features(exhibit: Exhibit) -> None:
    """Of a wall of 64 channels, with more steps than there is time for."""
    from vrcnn.featurevis.presets import preset
    from vrcnn.scene.requests import MakeFeatures
    from vrcnn.scene.visualizing import place_of_wall, turn_walls

    hall = exhibit.world.hall
    wall = next(wall for wall in hall.walls if wall.span is not None and wall.span.count >= 64)
    turn_walls(exhibit.world, 0, [wall], "visualizations")
    wanted = ((place_of_wall(hall, wall), tuple(range(64))),)
    settings = replace(preset("lucent"), steps=4096, seed=time.time_ns() % 2**31)
    exhibit.displays[0].features.make(MakeFeatures(wanted, settings, 0, anew=True))


def draw_frame(exhibit: Exhibit, target: Target, context: moderngl.Context, number: int) -> float:
    """Draws a frame of a walk into the network as the window's loop does; returns the seconds until it was complete."""
    from vrcnn.scene.camera import View
    from vrcnn.scene.geometry import Pose

    start = time.perf_counter()
    exhibit.step((), 1 / 60)
    exhibit.prepare()
    eyes = exhibit.world.player.eyes @ Pose((0.0, 0.0, -0.05 * number))
    view = View.symmetric(eyes, SIZE[0] / SIZE[1])
    exhibit.renderer.draw(view, target.framebuffer, target.size)
    target.resolve()
    context.finish()
    return time.perf_counter() - start


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]), "features" in sys.argv[2:])))
