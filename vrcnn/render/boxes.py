"""Draws boxes: frames, footings, plates, panels and whatever else is solid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import moderngl
import numpy as np

from vrcnn.render.blending import blended
from vrcnn.render.passes import Batch, filled, instanced
from vrcnn.render.programs import load_program
from vrcnn.render.stretches import LEAST, Stretches, stretches_of
from vrcnn.scene.drawables import Box
from vrcnn.scene.theme import Theme

_VERTICES = 18  # the three faces that the eye can see
_RECORD = np.dtype(
    [
        ("position", "f4", 3),
        ("orientation", "f4", 4),
        ("size", "f4", 3),
        ("tint", "f4", 4),
        ("glow", "f4"),
        ("on_way", "f4"),
        ("anchor", "i4"),
    ]
)


@dataclass
class BoxBatch(Batch):
    """A translucent batch is blended and writes no depth, in the order in which its boxes were given."""

    translucent: bool = False


class BoxPass:
    """Draws boxes, lit softly. Give opaque and translucent ones to `build` apart: a batch is one or the other."""

    def __init__(self, context: moderngl.Context, theme: Theme) -> None:
        self._context = context
        self._theme = theme
        self._program = load_program(context, "box")

    def build(self, items: Sequence[Box], anchors: Sequence[int]) -> BoxBatch | None:
        """A batch for these boxes; translucent as soon as one of them is."""
        records = self._records(items, anchors)
        batch = instanced(self._context, self._program, records, _VERTICES, moderngl.TRIANGLES, _stretches(records))
        if batch is None:
            return None
        return BoxBatch(
            batch.vertex_array,
            batch.instances,
            batch.buffers,
            batch.vertices,
            batch.mode,
            batch.stretches,
            translucent=_translucent(items),
        )

    def rewrite(self, batch: BoxBatch, items: Sequence[Box], anchors: Sequence[int]) -> bool:
        """Puts other boxes into a batch; False where there are more than it was built for."""
        batch.translucent = _translucent(items)
        records = self._records(items, anchors)
        return batch.rewrite(records, _stretches(records))

    def _records(self, items: Sequence[Box], anchors: Sequence[int]) -> np.ndarray:
        theme = self._theme
        rows = [
            (
                *box.pose.position,
                *box.pose.orientation,
                *box.size,
                *theme[box.role],
                box.opacity,
                box.glow,
                box.on_way,
            )
            for box in items
        ]
        return filled(_RECORD, rows, anchors)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme

    def draw(self, batches: Sequence[BoxBatch]) -> None:
        """Draws batches that are all opaque, or all translucent."""
        if any(batch.translucent for batch in batches):
            with blended(self._context):
                for batch in batches:
                    batch.render()
        else:
            for batch in batches:
                batch.render()

    def release(self) -> None:
        self._program.release()


def _stretches(records: np.ndarray) -> Stretches | None:
    if len(records) < LEAST:
        return None
    size = records["size"]
    return stretches_of(records["anchor"], records["position"], 0.5 * np.sqrt((size * size).sum(-1)))


def _translucent(items: Sequence[Box]) -> bool:
    return any(box.opacity < 1 for box in items)
