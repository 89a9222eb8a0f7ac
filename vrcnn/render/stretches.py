"""Stretches of instances and the spheres around them, by which vrcnn/render/culling.py tells what an eye can see."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

STRETCH = 32  # neighbours of one anchor that share a sphere, at most
LEAST = 256  # a batch of fewer instances is drawn whole: what changes with every frame is small
SPECK = 0.5  # pixels: what is smaller across is not drawn, as it could only twinkle


@dataclass(frozen=True)
class Stretches:
    """The spheres around consecutive instances (of ribbons: indices), N of them, each in the frame of its anchor.

    `stops` (N,) is where each ends and the next one starts; `centres` (N, 3) and `radii` (N,) in m of the anchor's
    frame, `margin` in m of the world, whatever the anchor's scale. What is `grounded` lies on the ground under its
    place. `ranges` (N,) are how far anything of it shows, in m of the anchor's frame, where a unit of tangent has one
    pixel. `pulls` (N,) are the rows of the anchors' table that pull at a ribbon's ends, 0 for none. `cells` (N,) are
    the larger sides of a wall's tiles where it is drawn only when it is near, these times -1 where only when it is
    far, 0 for everything else.
    """

    anchors: np.ndarray
    stops: np.ndarray
    centres: np.ndarray
    radii: np.ndarray
    ranges: np.ndarray
    pulls: np.ndarray
    cells: np.ndarray
    margin: float = 0.0
    grounded: bool = False


def stretches_of(
    anchors: np.ndarray,
    centres: np.ndarray,
    radii: np.ndarray,
    ranges: np.ndarray | None = None,
    margin: float = 0.0,
    grounded: bool = False,
) -> Stretches | None:
    """Those of instances with these anchors (N,), each in a sphere: (N, 3) and (N,) m. None for too few to matter.

    `ranges` (N,) as in Stretches; by default they show until they are SPECKs.
    """
    count = len(anchors)
    if count < LEAST:
        return None
    first = np.flatnonzero(np.diff(anchors, prepend=anchors[0] - 1))
    within = np.arange(count) - np.repeat(first, np.diff(first, append=count))
    starts = np.flatnonzero(within % STRETCH == 0)
    stops = np.append(starts[1:], count)
    low = np.minimum.reduceat(centres - radii[:, None], starts)
    high = np.maximum.reduceat(centres + radii[:, None], starts)
    middles = (low + high) / 2
    around = centres - np.repeat(middles, stops - starts, axis=0)
    reach = np.maximum.reduceat(np.sqrt((around * around).sum(1)) + radii, starts)
    farthest = np.maximum.reduceat(2 * radii / SPECK if ranges is None else ranges, starts)
    return _stretches(anchors[starts], stops, middles, reach, farthest, margin=margin, grounded=grounded)


def each_apart(
    anchors: np.ndarray,
    centres: np.ndarray,
    radii: np.ndarray,
    stops: np.ndarray | None = None,
    pulls: np.ndarray | None = None,
    cells: np.ndarray | None = None,
) -> Stretches:
    """A stretch for every instance."""
    stops = np.arange(1, len(anchors) + 1) if stops is None else stops
    return _stretches(anchors, stops, centres, radii, 2 * radii / SPECK, pulls, cells)


def _stretches(
    anchors: np.ndarray,
    stops: np.ndarray,
    centres: np.ndarray,
    radii: np.ndarray,
    ranges: np.ndarray,
    pulls: np.ndarray | None = None,
    cells: np.ndarray | None = None,
    margin: float = 0.0,
    grounded: bool = False,
) -> Stretches:
    nothing = np.zeros(len(anchors))
    return Stretches(
        anchors.astype(np.intp),
        stops.astype(np.int64),
        centres.astype(np.float64),
        radii.astype(np.float64),
        ranges.astype(np.float64),
        nothing.astype(np.intp) if pulls is None else pulls.astype(np.intp),
        nothing if cells is None else cells.astype(np.float64),
        margin,
        grounded,
    )
