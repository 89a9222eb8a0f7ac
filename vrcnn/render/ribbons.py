"""Draws ribbons: curves as bands that face the eye, with an arrowhead where they have a flow."""

from __future__ import annotations

import moderngl
import numpy as np

from vrcnn.render.blending import blended
from vrcnn.render.passes import Batch
from vrcnn.render.programs import load_program
from vrcnn.scene.drawables import Ribbon
from vrcnn.scene.theme import Theme

HEAD_LENGTH, HEAD_WIDTH = 4.0, 2.8  # of an arrowhead, in widths of the band
_RESTART = 0xFFFFFFFF  # the index at which moderngl lets a new strip begin
_APART = 1.0  # m of way between two ribbons, so that every ribbon's stretch of the common way is its own
_RECORD = np.dtype(
    [("position", "f4", 3), ("tangent", "f4", 3), ("side", "f4", 2), ("course", "f4", 4), ("tint", "f4", 3)]
)


class RibbonPass:
    """Draws ribbons with blended edges; they write depth, so that what is drawn later stays behind them."""

    def __init__(self, context: moderngl.Context, theme: Theme) -> None:
        self._context = context
        self._theme = theme
        self._program = load_program(context, "ribbon")

    def build(self, items: tuple[Ribbon, ...]) -> Batch | None:
        """One strip for all ribbons; those without length are left out."""
        ribbons = [item for item in items if len(item.points) > 1 and np.ptp(item.points, axis=0).max() > 0]
        if not ribbons:
            return None
        colours = np.array([self._theme[ribbon.role] for ribbon in ribbons], np.float32)
        records, counts = _vertices(ribbons, colours)
        starts = np.cumsum(counts)[:-1]
        indices = np.insert(np.arange(len(records), dtype=np.uint32), starts, _RESTART)
        buffer, index = self._context.buffer(records), self._context.buffer(indices)
        content = [(buffer, "3f 3f 2f 4f 3f", *(_RECORD.names or ()))]
        vertex_array = self._context.vertex_array(self._program, content, index_buffer=index, index_element_size=4)
        return Batch(vertex_array, 1, (buffer, index), -1, moderngl.TRIANGLE_STRIP)

    def draw(self, batch: Batch) -> None:
        with blended(self._context, depth_writes=True):
            batch.render()

    def release(self) -> None:
        self._program.release()


def _vertices(ribbons: list[Ribbon], colours: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Records of all ribbons' vertices, and how many each has: two per point, two for the arrowhead's base, its tip.

    All ribbons are one way, measured in m from the first one's start; the arrowhead's base is a place on it.
    """
    sizes = np.array([len(ribbon.points) for ribbon in ribbons])
    stops = np.cumsum(sizes)
    starts = stops - sizes
    points = np.concatenate([ribbon.points for ribbon in ribbons]).astype(np.float64)
    owner = np.repeat(np.arange(len(ribbons)), sizes)
    step = np.diff(points, axis=0)
    stretch = np.linalg.norm(step, axis=1)
    stretch[stops[:-1] - 1] = _APART
    way = np.concatenate([[0.0], np.cumsum(stretch)])
    lengths = way[stops - 1] - way[starts]
    widths = np.array([ribbon.width for ribbon in ribbons])
    flows = np.array([ribbon.flow for ribbon in ribbons])
    heads = np.where(flows > 0, np.minimum(HEAD_LENGTH * widths, 0.5 * lengths), 0.0)

    base_way = way[stops - 1] - heads
    trimmed = np.minimum(way, base_way[owner])
    on_curve = _interpolated(trimmed, way, points)
    tangents = _interpolated(trimmed, way, _tangents(points, starts, stops))
    base, tip = on_curve[stops - 1], points[stops - 1]
    pointing = np.where(heads[:, None] > 0, tip - base, tangents[stops - 1])

    counts = 2 * sizes + 3
    last = np.cumsum(counts)
    records = np.zeros(int(last[-1]), _RECORD)
    ribbon_of = np.repeat(np.arange(len(ribbons)), counts)
    first = 2 * np.arange(len(points)) + 3 * owner
    for side in (0, 1):
        at = first + side
        records["position"][at], records["tangent"][at] = on_curve, tangents
        records["side"][at] = np.stack([0.5 * widths[owner], np.full(len(points), 2.0 * side - 1)], axis=1)
        records["course"][at, 0] = trimmed - way[starts][owner]
        at = last - 3 + side
        records["position"][at], records["tangent"][at] = base, pointing
        records["side"][at] = np.stack(
            [np.where(heads > 0, 0.5 * HEAD_WIDTH, 0.5) * widths, np.full(len(ribbons), 2.0 * side - 1)], axis=1
        )
        records["course"][at, 0] = base_way - way[starts]
    records["position"][last - 1], records["tangent"][last - 1] = tip, pointing
    records["course"][last - 1, 0] = lengths
    records["course"][:, 1:] = np.stack([lengths, widths, flows], axis=1)[ribbon_of]
    records["tint"] = colours[ribbon_of]
    return records, counts


def _interpolated(at: np.ndarray, way: np.ndarray, values: np.ndarray) -> np.ndarray:
    return np.stack([np.interp(at, way, column) for column in values.T], axis=1)


def _tangents(points: np.ndarray, starts: np.ndarray, stops: np.ndarray) -> np.ndarray:
    """(N, 3) unit directions of the curves: from the point before to the point after, of one's own ribbon."""
    before, after = np.arange(len(points)) - 1, np.arange(len(points)) + 1
    before[starts], after[stops - 1] = starts, stops - 1
    direction = points[after] - points[before]
    length = np.linalg.norm(direction, axis=1, keepdims=True)
    return direction / np.maximum(length, 1e-9)
