"""Where a visitor belongs after the walls were laid out anew: by the layer at which they stood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile
from math import atan2, dist, inf
from typing import TYPE_CHECKING

from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.hall import Hall

if TYPE_CHECKING:
    from vrcnn.scene.world import Player


def places(hall: Hall) -> dict[str, Pose]:
    """Where the walls stand in the world, by the names of their layers."""
    return {wall.name: hall.placing.carry(wall.pose) for wall in hall.walls}


def same_place(before: Mapping[str, Pose], after: Mapping[str, Pose], eyes: Pose) -> Pose:
    """Where somebody whose eyes were at `eyes` belongs when the walls stand as in `after`, not as in `before`.

    They keep their place relative to the wall that was nearest. Where that wall has changed to the other side of the
    path, so do they, as in a mirror. The pose that is returned has no pitch.
    """
    ex, ey, ez = eyes.position
    yaw = heading(eyes)
    if not before or not after:
        return Pose(eyes.position, turn(yaw))
    nearest = min(before, key=lambda name: _distance(before[name], eyes))
    old, new = before[nearest].position, after[_successor(nearest, before, after)].position
    mirrored = -1.0 if old[0] * new[0] < 0 else 1.0
    position = new[0] + mirrored * (ex - old[0]), ey, new[2] + ez - old[2]
    return Pose(position, turn(mirrored * yaw))


def stand(player: Player, eyes: Pose) -> None:
    """Moves and turns the visitor so that the eyes are above the same place as `eyes` and look the same way."""
    player.yaw += heading(eyes) - heading(player.eyes)
    x, _, z = player.eyes.position
    px, py, pz = player.position
    player.position = px + eyes.position[0] - x, py, pz + eyes.position[2] - z


def _successor(name: str, before: Mapping[str, Pose], after: Mapping[str, Pose]) -> str:
    """The layer of `after` that stands for the layer `name`: itself, else the one that shares most of its path, first
    from the front and then from the end ("layer3.5.conv2" for "layer3.2.conv2"), else the one that was nearest."""
    if name in after:
        return name

    def likeness(other: str) -> tuple[int, int, float]:
        here, there = name.split("."), other.split(".")
        apart = dist(before[other].position, before[name].position) if other in before else inf
        return _shared(here, there), _shared(here[::-1], there[::-1]), -apart

    return max(after, key=likeness)


def _distance(wall: Pose, eyes: Pose) -> float:
    """Over the ground, in m."""
    return dist(wall.position[::2], eyes.position[::2])


def _shared(some: Sequence[str], others: Sequence[str]) -> int:
    """How many words two paths have in common, from the first on."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(some, others, strict=False)))


def heading(pose: Pose) -> float:
    """The yaw (rad) of the way that a pose looks."""
    x, _, z = pose.right
    return atan2(-z, x)
