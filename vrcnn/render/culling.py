"""Leaves out what an eye cannot see: what stands beside its view, is too far to be more than a speck, or to be read.

Instances are tested by the stretch (vrcnn/render/stretches.py), all stretches of all batches in a few numpy steps for
both eyes; each batch is then drawn by one indirect call with the stretches that are left, neighbours made one.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import moderngl
import numpy as np

from vrcnn.render.passes import Batch
from vrcnn.render.stretches import Stretches
from vrcnn.scene.camera import View

OUTER = 2.0  # pixels beyond the picture's edge, as bands have a least width
FAR_CELL = 2.7  # pixels of a cell below which shaders/grid.frag shows nothing but means
_WORDS = 5  # of an indirect draw, 32 bits each
_PLANES = 5
_ROUNDING = 0.01  # m, far more than float32 is wrong by within what can be seen


class Culling:
    """Which stretches of a renderer's batches the eyes see. Unless `active`, all are drawn."""

    def __init__(self, context: moderngl.Context) -> None:
        self.active = True
        self._context = context
        self._batches: list[Batch] = []
        self._known: list[tuple[Batch, Stretches]] = []
        self._commands = context.buffer(reserve=4 * _WORDS)
        self._table: np.ndarray | None = None
        self._seen: np.ndarray | None = None  # of each stretch, whether an eye sees it

    def take(self, batches: Sequence[Batch]) -> None:
        """The batches that are drawn from now on; those without stretches are drawn whole. place() must follow.

        Cheap where those with stretches are the same as before.
        """
        known = [(batch, batch.stretches) for batch in batches if batch.stretches is not None]
        known.sort(key=lambda pair: pair[0].indexed)
        same = len(known) == len(self._known)
        if same and all(a is c and b is d for (a, b), (c, d) in zip(known, self._known, strict=True)):
            return
        self._known = known
        self._seen = None
        self._batches = [batch for batch, _ in known]
        self._table = None
        if not known:
            return
        # Each batch's rows follow a row that nobody sees, and such a one comes last.
        counts = np.array([len(each.stops) for _, each in known])
        self._borders = np.concatenate([[0], np.cumsum(counts + 1)])
        rows = int(self._borders[-1]) + 1
        self._used = np.ones(rows, bool)
        self._used[self._borders] = False
        self._first_indexed = int(self._borders[sum(not batch.indexed for batch in self._batches)])
        self._anchors = self._filled([each.anchors for _, each in known], np.intp)
        self._centres = np.ascontiguousarray(self._filled([each.centres for _, each in known]).T)
        self._spheres = np.ones((4, rows), np.float32)  # x, y, z in m; 1
        self._scales, self._sizes, self._reaches, self._limits = np.zeros((4, rows), np.float32)
        self._radii = self._filled([each.radii for _, each in known])
        self._ranges = self._filled([each.ranges for _, each in known])
        self._stops = self._filled([each.stops for _, each in known], np.int64)
        self._starts = self._filled([np.append(0, each.stops[:-1]) for _, each in known], np.int64)
        self._margins = self._filled([np.full(len(each.stops), each.margin) for _, each in known])
        self._grounded = self._filled([np.full(len(each.stops), each.grounded) for _, each in known], bool)
        pulls, cells = (self._filled([getattr(each, name) for _, each in known]) for name in ("pulls", "cells"))
        self._pulled, self._gridded = np.flatnonzero(pulls), np.flatnonzero(cells)
        self._pulls, self._cells = pulls[self._pulled].astype(np.intp), cells[self._gridded]
        self._anchors_used = np.unique(np.concatenate([self._anchors, self._pulls]))
        self._for_far = self._cells < 0
        self._templates = np.zeros((rows, _WORDS), np.uint32)
        vertices = [np.full(len(each.stops), max(0, batch.vertices)) for batch, each in known]
        self._templates[:, 0] = self._filled(vertices, np.uint32)
        self._templates[self._first_indexed :, 1] = 1
        if self._commands.size < self._templates.nbytes:
            self._commands.release()
            self._commands = self._context.buffer(reserve=2 * self._templates.nbytes)

    def place(self, anchors: np.ndarray) -> None:
        """Puts the spheres where the anchors, (A, 8) as in scene/anchors.py, have them.

        Cheap where few have moved that a stretch stands in, as where somebody carries something.
        """
        if anchors is self._table or not self._batches:
            return
        rows = self._moved(anchors)
        self._table = anchors
        px, py, pz, scales, x, y, z, w = np.take(anchors.T, self._anchors[rows], axis=1)
        cx, cy, cz = self._centres[:, rows]
        tx, ty, tz = y * cz - z * cy, z * cx - x * cz, x * cy - y * cx
        self._spheres[0, rows] = px + scales * (cx + 2 * (w * tx + y * tz - z * ty))
        self._spheres[1, rows] = py + scales * (cy + 2 * (w * ty + z * tx - x * tz))
        self._spheres[2, rows] = pz + scales * (cz + 2 * (w * tz + x * ty - y * tx))
        self._spheres[1, self._grounded] = 0.0
        self._scales[rows], self._sizes[rows] = scales, scales * self._radii[rows] + self._margins[rows]
        if len(self._pulled) and isinstance(rows, slice):
            ends = anchors[self._pulls]
            reach = np.sqrt(np.maximum((ends[:, :3] ** 2).sum(1), (ends[:, 4:7] ** 2).sum(1)))
            self._sizes[self._pulled] += self._scales[self._pulled] * reach
        seeable = self._used[rows] & (self._sizes[rows] > 0)
        self._reaches[rows] = np.where(seeable, self._sizes[rows] + _ROUNDING, -np.inf)  # -inf: nobody can see it
        self._limits[rows] = scales * self._ranges[rows]
        self._sides = np.abs(self._cells) * self._scales[self._gridded]
        self._thick = self._sizes[self._gridded]

    def _moved(self, anchors: np.ndarray) -> np.ndarray | slice:
        """The rows of the stretches that stand elsewhere than in the table before; all where something is pulled."""
        before = self._table
        if before is None:
            return slice(None)
        known = self._anchors_used
        moved = np.zeros(len(anchors), bool)
        moved[known] = (anchors.take(known, axis=0) != before.take(known, axis=0)).any(1)
        rows = np.flatnonzero(moved.take(self._anchors))
        pulled = moved.take(self._pulls).any() or moved.take(self._anchors.take(self._pulled)).any()
        return slice(None) if pulled else rows

    def look(self, views: Sequence[View], pixels: float) -> None:
        """Tells every batch what to draw for these eyes; `pixels` per unit of tangent."""
        if not self._batches:
            return
        planes = np.array([_planes(view, OUTER / pixels) for view in views], np.float32).reshape(-1, 4)
        distances = (planes @ self._spheres).reshape(len(views), _PLANES, -1)
        depths, near = distances[:, -1].min(axis=0), views[0].near
        if self.active:
            inside = distances.min(axis=1).max(axis=0)
            limits = np.minimum(self._limits * pixels, max(view.far for view in views))
            seen = (inside + self._reaches > 0) & (depths + near - self._reaches < limits)
        else:
            seen = self._reaches > 0
        if len(self._gridded):
            # A length l at the depth z spans at most k l / z in units of tangent, however it is turned, where k is the
            # way to the corner of the view at the depth 1.
            corner = max(sqrt(1 + max(v.left**2, v.right**2) + max(v.down**2, v.up**2)) for v in views)
            nearest = depths[self._gridded] + near - self._thick
            far = nearest > self._sides * (corner * pixels / FAR_CELL)
            seen[self._gridded] &= far == self._for_far
        self._seen = seen
        edges = np.flatnonzero(seen[1:] != seen[:-1])
        first, last = edges[0::2] + 1, edges[1::2]
        starts = self._starts[first]
        counts = self._stops[last] - starts
        commands = self._templates[first]
        borders = np.searchsorted(first, self._borders)
        indexed = int(np.searchsorted(first, self._first_indexed))
        commands[:indexed, 1], commands[:indexed, 3] = counts[:indexed], starts[:indexed]
        commands[indexed:, 0], commands[indexed:, 2] = counts[indexed:], starts[indexed:]
        if len(commands):
            self._commands.orphan()  # the frame before may still read it
            self._commands.write(commands)
        low = 0
        for batch, high in zip(self._batches, borders[1:].tolist(), strict=True):
            batch.drawn = self._commands, low, high - low
            low = high

    @property
    def remembered(self) -> np.ndarray | None:
        """What seen() answers from, to be put back after a look that shall not count."""
        return self._seen

    @remembered.setter
    def remembered(self, seen: np.ndarray | None) -> None:
        self._seen = seen

    def seen(self, batch: Batch) -> np.ndarray:
        """(stretches,) bool: which of a batch's the eyes have seen; none before somebody has looked at it."""
        number = next((n for n, known in enumerate(self._batches) if known is batch), None)
        if number is None or self._seen is None:
            return np.zeros(0 if batch.stretches is None else len(batch.stretches.stops), bool)
        return self._seen[self._borders[number] + 1 : self._borders[number + 1]]

    def release(self) -> None:
        self._commands.release()

    def _filled(self, parts: Sequence[np.ndarray], kind: type = np.float32) -> np.ndarray:
        """The batches' rows one after the other, zeros where nobody sees them."""
        result = np.zeros((len(self._used), *parts[0].shape[1:]), kind)
        result[self._used] = np.concatenate(parts)
        return result


def _planes(view: View, margin: float) -> list[list[float]]:
    """(5, 4): times (x, y, z, 1), the m that a point lies within the left, right, lower, upper and near plane."""
    right, up, forward = view.axes
    px, py, pz = view.pose.position
    fx, fy, fz = forward
    planes = []
    for (sx, sy, sz), sign, tangent in (
        (right, 1.0, margin - view.left),
        (right, -1.0, margin + view.right),
        (up, 1.0, margin - view.down),
        (up, -1.0, margin + view.up),
        (right, 0.0, 1.0),
    ):
        length = 1 / sqrt(sign * sign + tangent * tangent)
        x, y, z = (
            (sign * sx + tangent * fx) * length,
            (sign * sy + tangent * fy) * length,
            (sign * sz + tangent * fz) * length,
        )
        planes.append([x, y, z, -(x * px + y * py + z * pz)])
    planes[-1][3] -= view.near
    return planes
