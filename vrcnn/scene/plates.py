"""The floors of the rooms along the path, each with a gate at its front; none overlaps another, inner ones lie on
outer ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

import numpy as np

from vrcnn.network.graph import Graph, Group
from vrcnn.scene.geometry import Placing, Pose
from vrcnn.scene.hall import Plate
from vrcnn.scene.layouts.standing import PATH_HALF_WIDTH
from vrcnn.scene.paths import Path
from vrcnn.scene.rooms import room_title

MARGIN = 0.45  # m of plate before its first and behind its last wall
OVERHANG = 0.5  # m beyond the outermost wall
APART = 0.04  # m from one plate to the next
INSET = 0.12  # m by which an inner room's plate is smaller at each side
GATE_BEHIND = 0.03  # m of plate before its gate
BEND = 0.1  # rad that the path may turn within one tile of a plate


@dataclass(frozen=True)
class Occupant:
    """What stands in a room, in path coordinates: the z of its foot, the side it is on, and how far it reaches."""

    z: float
    side: int
    reach: float


@dataclass(frozen=True)
class Room:
    """A room that is to get a floor: its group, how many walls it has, whether it is within another one, and its door
    where it is closed."""

    group: Group
    layers: int
    inner: bool
    door: Placing | None
    occupants: Sequence[Occupant]


def build_plates(graph: Graph, rooms: Sequence[Room], path: Path, sides: set[int]) -> list[Plate]:
    """A plate for every room that has occupants; `sides` are those of the path where anything stands at all."""
    plates: list[Plate] = []
    nearest_free = {False: float("inf"), True: float("inf")}
    for room in rooms:
        if not room.occupants:
            continue
        front = min(max(one.z for one in room.occupants) + MARGIN, nearest_free[room.inner])
        back = min(one.z for one in room.occupants) - MARGIN
        if front - back < 2 * MARGIN:
            continue
        nearest_free[room.inner] = back - APART
        reach = max([PATH_HALF_WIDTH, *(one.reach for one in room.occupants)]) + OVERHANG - INSET * room.inner
        left, right = (reach if side in sides else PATH_HALF_WIDTH + OVERHANG for side in (-1, 1))
        run = next((run for run in graph.runs if run.folded and room.group.path == run.blocks[-1]), None)
        plates.append(
            Plate(
                room.group.path,
                room.group.kind,
                path.at((right - left) / 2, (front + back) / 2),
                (left + right, front - back),
                room_title(room.group, graph, run, alone=room.inner),
                len(run.blocks) if run else 1,
                _tiles(path, -left, right, front, back),
                path.at(0.0, front - GATE_BEHIND),
                room.layers,
                room.inner,
                room.door,
            )
        )
    return plates


def _tiles(
    path: Path, left: float, right: float, front: float, back: float
) -> tuple[tuple[Pose, tuple[float, float]], ...]:
    """A floor in pieces along the path, each a rectangle that covers its piece of the bend."""
    count = 1 + ceil(path.turned(front, back) / BEND) if path.turned(front, back) > 0.005 else 1
    cuts = np.linspace(front, back, count + 1).tolist()
    tiles = []
    for near, far in pairwise(cuts):
        corners = path.bend(np.array([[[x, 0.0, z] for z in (near, far)] for x in (left, right)]))
        depth = float(np.linalg.norm(corners[:, 0] - corners[:, 1], axis=1).max())
        tiles.append((path.at((left + right) / 2, (near + far) / 2), (right - left, depth)))
    return tuple(tiles)
