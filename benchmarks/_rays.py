"""Random rays through a World in every layout: what picking says of them, and what an ID buffer shows there."""

from __future__ import annotations

from collections.abc import Iterator
from math import pi

import numpy as np
from _ids import Ids

from vrcnn.scene.anchors import Anchors
from vrcnn.scene.arrangement import LAYOUTS
from vrcnn.scene.camera import NEAR, View
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.geometry import Pose, Ray, turn
from vrcnn.scene.picking import Picker
from vrcnn.scene.switching import begin_with
from vrcnn.scene.world import World

RAYS_PER_VIEW = 200
NOTHING = (-1, -1)  # node and map


def compared(world: World, ids: Ids, rays: int) -> dict[str, dict[str, int]]:
    """By layout, of so many rays that meet maps, or nothing at all: how many met a wall; how many differ, and
    how many of these do so although nothing else is within half a pixel.
    """
    told = {}
    for layout in LAYOUTS:
        begin_with(world, layout)
        told[layout] = _counted(world, ids, rays)
    return told


def _counted(world: World, ids: Ids, rays: int) -> dict[str, int]:
    random = np.random.default_rng(3)
    grids, anchors = Furnisher().furnish(world)["grids 0"], Anchors().of(world)
    picker = Picker()
    counts = dict.fromkeys(("rays", "walls", "differ", "wrong"), 0)
    for view in _views(world, random):
        shown = ids.seen(grids, anchors, view)
        height, width = shown.shape[:2]
        for row, column in random.integers(0, (height, width), (RAYS_PER_VIEW, 2)):
            picked = _picked(world, picker, view, (column + 0.5) / width, (row + 0.5) / height)
            seen = tuple(shown[row, column].tolist())
            beside_maps = picked is not None and picked != NOTHING and picked[1] < 0  # a head, a frame or an empty cell
            if picked is None or (beside_maps and (seen[0] != picked[0] or seen[1] < 0)):
                continue
            counts["rays"] += 1
            counts["walls"] += seen != NOTHING
            if picked != seen:
                counts["differ"] += 1
                beside = [
                    _picked(world, picker, view, (column + x) / width, (row + y) / height)
                    for x in (0.0, 0.5, 1.0)
                    for y in (0.0, 0.5, 1.0)
                ]
                counts["wrong"] += seen not in beside
            if counts["rays"] == rays:
                return counts
    raise AssertionError("there is always another view")


def _picked(world: World, picker: Picker, view: View, u: float, v: float) -> tuple[int, int] | None:
    """Node and map under the point (u, v) of a picture, NOTHING beside the walls, None where something else is."""
    x, y = view.left + u * (view.right - view.left), view.up - v * (view.up - view.down)
    length = (x * x + y * y + 1) ** 0.5
    target = picker.pick(world, Ray(view.pose.position, _turned(view.pose, (x / length, y / length, -1 / length))))
    if target is None:
        return NOTHING
    if target.kind != "wall" or target.distance < NEAR * length:  # OpenGL draws nothing that is nearer
        return None
    return world.halls[target.hall].walls[target.index].node, -1 if target.tile is None else target.tile


def _turned(pose: Pose, direction: tuple[float, float, float]) -> tuple[float, float, float]:
    x, y, z = pose.apply(direction)
    return x - pose.position[0], y - pose.position[1], z - pose.position[2]


def _views(world: World, random: np.random.Generator) -> Iterator[View]:
    """Before random walls, at random distances, looking more or less towards them."""
    walls = world.hall.walls
    while True:
        wall = walls[random.integers(len(walls))]
        beside, above, before = random.uniform((-2.0, -0.8, 0.6), (2.0, 1.5, 6.0))
        stand = world.hall.placing.carry(wall.pose) @ Pose((beside, above, before))
        looking = Pose(stand.position, stand.orientation) @ Pose((0, 0, 0), turn(*random.uniform(-pi / 5, pi / 5, 2)))
        yield View.symmetric(looking, 1.0, 80.0)
