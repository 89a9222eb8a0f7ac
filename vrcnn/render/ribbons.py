"""Draws ribbons: curves as bands that face the eye, with an arrowhead where they have a flow."""

from __future__ import annotations

from collections.abc import Sequence

import moderngl
import numpy as np

from vrcnn.render.blending import blended
from vrcnn.render.passes import Batch
from vrcnn.render.programs import load_program
from vrcnn.render.stretches import Stretches, each_apart
from vrcnn.scene.drawables import Ribbon
from vrcnn.scene.theme import Theme

HEAD_LENGTH, HEAD_WIDTH = 4.0, 2.8  # of an arrowhead, in widths of the band
_RESTART = 0xFFFFFFFF  # the index at which moderngl lets a new strip begin
_APART = 1.0  # m of way between two ribbons, so that every ribbon's stretch of the common way is its own
_FORMAT = "3f 3f 2f 4f 2f 3f 1f 1f"
_ATTRIBUTES = ("position", "tangent", "side", "course", "part", "tint", "anchor", "pull")
_FLOATS = 19  # of a vertex


class RibbonPass:
    """Draws ribbons with blended edges; they write depth, so that what is drawn later stays behind them."""

    def __init__(self, context: moderngl.Context, theme: Theme) -> None:
        self._context = context
        self._theme = theme
        self._program = load_program(context, "ribbon")

    def build(self, items: Sequence[Ribbon], anchors: Sequence[int]) -> Batch | None:
        """One strip for all ribbons; those without length are left out."""
        kept = [pair for pair in zip(items, anchors, strict=True) if (pair[0].points[1:] != pair[0].points[:1]).any()]
        if not kept:
            return None
        ribbons, stands_in = [ribbon for ribbon, _ in kept], [anchor for _, anchor in kept]
        colours = np.array([self._theme[ribbon.role] for ribbon in ribbons], np.float32)
        records, counts = _vertices(ribbons, colours, stands_in)
        starts = np.cumsum(counts)[:-1]
        indices = np.insert(np.arange(len(records), dtype=np.uint32), starts, _RESTART)
        buffer, index = self._context.buffer(records), self._context.buffer(indices)
        content = [(buffer, _FORMAT, *_ATTRIBUTES)]
        vertex_array = self._context.vertex_array(self._program, content, index_buffer=index, index_element_size=4)
        stretches = _stretches(ribbons, stands_in, records, counts)
        return Batch(vertex_array, 1, (buffer, index), -1, moderngl.TRIANGLE_STRIP, stretches)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme

    def draw(self, batches: Sequence[Batch]) -> None:
        with blended(self._context, depth_writes=True):
            for batch in batches:
                batch.render()

    def release(self) -> None:
        self._program.release()


def _vertices(ribbons: list[Ribbon], colours: np.ndarray, anchors: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """(V, 19) float32 rows as _ATTRIBUTES, and how many of them each ribbon has.

    A ribbon has two for each point, two for its arrowhead's base, one for the tip. All ribbons are one way, measured
    in m from the first one's start; the arrowhead's base is a place on it.
    """
    sizes = np.array([len(ribbon.points) for ribbon in ribbons])
    stops = np.cumsum(sizes)
    starts = stops - sizes
    points = np.concatenate([ribbon.points for ribbon in ribbons], dtype=np.float64)
    owner = np.repeat(np.arange(len(ribbons)), sizes)
    step = np.diff(points, axis=0)
    stretch = np.sqrt((step * step).sum(axis=1))
    stretch[stops[:-1] - 1] = _APART
    way = np.concatenate([[0.0], np.cumsum(stretch)])
    lengths = way[stops - 1] - way[starts]
    widths, flows = np.array([(ribbon.width, ribbon.flow) for ribbon in ribbons]).T
    heads = np.where(flows > 0, np.minimum(HEAD_LENGTH * widths, 0.5 * lengths), 0.0)

    course = np.concatenate([points, _tangents(points, starts, stops)], axis=1)
    tips = points[stops - 1]
    if heads.any():
        trimmed = np.minimum(way, (way[stops - 1] - heads)[owner])
        course, way = _interpolated(trimmed, way, course), trimmed
    bases = course[stops - 1]

    bands = np.empty((len(points), 2, _FLOATS), np.float32)
    bands[:, :, :6] = course[:, None]
    bands[:, :, 6] = 0.5 * widths[owner, None]
    bands[:, :, 7] = (-1.0, 1.0)
    bands[:, :, 8] = (way - way[starts][owner])[:, None]
    arrows = np.empty((len(ribbons), 3, _FLOATS), np.float32)
    arrows[:, :2, :3], arrows[:, 2, :3] = bases[:, None, :3], tips
    arrows[:, :, 3:6] = np.where(heads[:, None] > 0, tips - bases[:, :3], bases[:, 3:])[:, None]
    arrows[:, :2, 6], arrows[:, 2, 6] = (np.where(heads > 0, 0.5 * HEAD_WIDTH, 0.5) * widths)[:, None], 0.0
    arrows[:, :, 7] = (-1.0, 1.0, 0.0)
    arrows[:, :2, 8], arrows[:, 2, 8] = (lengths - heads)[:, None], lengths

    rows = np.empty((2 * len(points) + 3 * len(ribbons), _FLOATS), np.float32)
    counts = 2 * sizes + 3
    first_of_point = 2 * np.arange(len(points)) + 3 * owner
    rows[first_of_point[:, None] + (0, 1)] = bands
    rows[np.cumsum(counts)[:, None] + (-3, -2, -1)] = arrows
    parts = np.array([ribbon.part for ribbon in ribbons])
    pulls = [ribbon.pull for ribbon in ribbons]
    rows[:, 9:] = np.repeat(np.column_stack([lengths, widths, flows, parts, colours, anchors, pulls]), counts, axis=0)
    return rows, counts


def _stretches(ribbons: list[Ribbon], anchors: list[int], records: np.ndarray, counts: np.ndarray) -> Stretches:
    """One for each ribbon: of its indices, with the one that ends its strip."""
    starts = np.cumsum(counts) - counts
    low, high = np.minimum.reduceat(records[:, :3], starts), np.maximum.reduceat(records[:, :3], starts)
    reach = 0.5 * HEAD_WIDTH * np.array([ribbon.width for ribbon in ribbons])
    radii = 0.5 * np.sqrt(((high - low) ** 2).sum(1)) + reach
    pulls = np.array([ribbon.pull for ribbon in ribbons])
    stops = np.cumsum(counts + 1)
    stops[-1] -= 1
    return each_apart(np.array(anchors), (low + high) / 2, radii, stops, pulls)


def _interpolated(at: np.ndarray, way: np.ndarray, values: np.ndarray) -> np.ndarray:
    return np.stack([np.interp(at, way, column) for column in values.T], axis=1)


def _tangents(points: np.ndarray, starts: np.ndarray, stops: np.ndarray) -> np.ndarray:
    """(N, 3) unit directions of the curves: from the point before to the point after, of one's own ribbon."""
    before, after = np.arange(len(points)) - 1, np.arange(len(points)) + 1
    before[starts], after[stops - 1] = starts, stops - 1
    direction = points[after] - points[before]
    length = np.sqrt((direction * direction).sum(axis=1, keepdims=True))
    return direction / np.maximum(length, 1e-9)
