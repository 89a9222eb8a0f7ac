"""The floors of the rooms along the path, each with a gate at its front; none overlaps another, inner ones lie on
outer ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise
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
BEND = 0.16  # rad that the path may turn within one tile of a plate
STRAIGHT_ENOUGH = 0.005  # rad


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


@dataclass(frozen=True)
class _Floor:
    """Where a room's floor lies, in path coordinates: from `front` to `back` (z), from `left` to `right` (x)."""

    room: Room
    front: float
    back: float
    left: float
    right: float

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.front + self.back) / 2

    def tiles(self, path: Path) -> list[_Floor]:
        """The floor in pieces, on each of which the path hardly turns."""
        turned = path.turned(self.front, self.back)
        if turned < STRAIGHT_ENOUGH:
            return [self]
        cuts = np.linspace(self.front, self.back, 2 + ceil(turned / BEND)).tolist()
        return [replace(self, front=front, back=back) for front, back in pairwise(cuts)]


def build_plates(graph: Graph, rooms: Sequence[Room], path: Path, sides: set[int]) -> list[Plate]:
    """A plate for every room that has occupants; `sides` are those of the path where anything stands at all."""
    floors = _floors(rooms, sides)
    pieces = [floor.tiles(path) for floor in floors]
    tiles = iter(_laid([piece for some in pieces for piece in some], path))
    middles = path.all_at([floor.middle for floor in floors])
    gates = path.all_at([(0.0, floor.front - GATE_BEHIND) for floor in floors])
    run_of = {run.blocks[-1]: run for run in graph.runs if run.folded}
    plates = []
    for floor, some, middle, gate in zip(floors, pieces, middles, gates, strict=True):
        room, run = floor.room, run_of.get(floor.room.group.path)
        plates.append(
            Plate(
                room.group.path,
                room.group.kind,
                middle,
                (floor.right - floor.left, floor.front - floor.back),
                room_title(room.group, graph, run, alone=room.inner),
                len(run.blocks) if run else 1,
                tuple(islice(tiles, len(some))),
                gate,
                room.layers,
                room.inner,
                room.door,
            )
        )
    return plates


def _floors(rooms: Sequence[Room], sides: set[int]) -> list[_Floor]:
    """Rooms that begin before the one before them ends have less floor, or none; a door always has its own."""
    floors = []
    nearest_free = {False: float("inf"), True: float("inf")}
    for room in rooms:
        if not room.occupants:
            continue
        front = max(one.z for one in room.occupants) + MARGIN
        back = min(one.z for one in room.occupants) - MARGIN
        if room.door is None:
            front = min(front, nearest_free[room.inner])
            if front - back < 2 * MARGIN:
                continue
        nearest_free[room.inner] = back - APART
        reach = max([PATH_HALF_WIDTH, *(one.reach for one in room.occupants)]) + OVERHANG - INSET * room.inner
        left, right = (reach if side in sides else PATH_HALF_WIDTH + OVERHANG for side in (-1, 1))
        floors.append(_Floor(room, front, back, -left, right))
    return floors


def _laid(pieces: Sequence[_Floor], path: Path) -> list[tuple[Pose, tuple[float, float]]]:
    """Where each piece lies, and how wide and deep a rectangle is that covers it."""
    corners = [[(x, 0.0, z) for z in (one.front, one.back)] for one in pieces for x in (one.left, one.right)]
    edges = path.bend(np.array(corners, np.float64).reshape(-1, 2, 2, 3))
    depths = np.linalg.norm(edges[:, :, 0] - edges[:, :, 1], axis=2).max(axis=1, initial=0.0).tolist()
    middles = path.all_at([piece.middle for piece in pieces])
    return [
        (middle, (piece.right - piece.left, depth))
        for piece, middle, depth in zip(pieces, middles, depths, strict=True)
    ]
