"""Draws contact shadows: soft dark rectangles on the ground that give what stands there its place."""

from __future__ import annotations

from collections.abc import Sequence

import moderngl
import numpy as np

from vrcnn.render.blending import blended
from vrcnn.render.passes import Batch, instanced
from vrcnn.render.programs import load_program
from vrcnn.render.stretches import stretches_of
from vrcnn.scene.drawables import Shadow
from vrcnn.scene.theme import Theme

_REACH = 0.66  # m that the soft edge reaches beyond a rectangle's corner, and its lift: shaders/shadow.vert
_RECORD = np.dtype([("position", "f4", 3), ("size", "f4", 2), ("yaw", "f4"), ("strength", "f4"), ("anchor", "i4")])


class ShadowPass:
    """Darkens what was drawn before; draw it after the ground and the boxes.

    Shadows lie 13 mm above their positions, so that they show on floor plates too.
    """

    def __init__(self, context: moderngl.Context, theme: Theme) -> None:
        self._context = context
        self._program = load_program(context, "shadow")

    def build(self, items: Sequence[Shadow], anchors: Sequence[int]) -> Batch | None:
        rows = [
            (shadow.position, shadow.size, shadow.yaw, shadow.strength, anchor)
            for shadow, anchor in zip(items, anchors, strict=True)
        ]
        records = np.array(rows, _RECORD)
        radii = 0.5 * np.hypot(*records["size"].reshape(-1, 2).T)
        stretches = stretches_of(records["anchor"], records["position"], radii, margin=_REACH, grounded=True)
        return instanced(self._context, self._program, records, stretches=stretches)

    def set_theme(self, theme: Theme) -> None:
        """Nothing: how dark shadows are is told with every frame."""

    def draw(self, batches: Sequence[Batch]) -> None:
        with blended(self._context):
            for batch in batches:
                batch.render()

    def release(self) -> None:
        self._program.release()
