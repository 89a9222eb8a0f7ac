"""Worlds with a set of labelled pictures, and results over it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from vrcnn.engine.results import Judged, Results
from vrcnn.scene.catalogue import Catalogue, Described
from vrcnn.scene.world import Picture, World

KINDS = ("cat", "dog", "fox", "red hen")


def label(world: World, count: int = 400, on_shelf: int = 64) -> None:
    """Gives the world a set of so many pictures, of all KINDS in turn, of which some stand on the shelf."""
    names = tuple(f"{KINDS[place % 4]}/{place}.png" for place in range(count))
    groups = np.arange(count, dtype=np.int32) % 4
    places = [round(number * (count - 1) / (on_shelf - 1)) for number in range(on_shelf)]
    described = Described(names, tuple(Path(name) for name in names), KINDS, groups)
    world.catalogue = Catalogue(count, lambda: described, True, {place: n for n, place in enumerate(places)})
    world.pictures = [Picture(names[place], np.zeros((4, 4, 4), np.uint8)) for place in places]
    world.shelf.columns, world.shelf.rows, world.shelf.width, world.shelf.height = 6, 3, 1.98, 1.125


def evaluated(count: int = 400, seed: int = 2, names: tuple[str, ...] = KINDS) -> Results:
    """Results over a set as above, of random scores that favour the true class; every fiftieth picture is broken."""
    random = np.random.default_rng(seed)
    true = (np.arange(count) % len(names)).astype(np.int32)
    scores = random.random((count, len(names)))
    scores[np.arange(count), true] += 0.4
    scores /= scores.sum(1, keepdims=True)
    order = np.argsort(-scores, 1)[:, :5]
    kept = np.flatnonzero(np.arange(count) % 50 != 49)
    broken = tuple((place, "is truncated") for place in range(49, count, 50))
    top = order.astype(np.int32)[kept]
    judged = Judged(kept, true[kept], top, np.take_along_axis(scores, order, 1)[kept], broken)
    return Results.begun(names, "All folders are classes.", True, count).with_judged(judged)
