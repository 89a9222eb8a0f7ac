"""Draws the panels of the headset: rectangles with a texture each, that is drawn elsewhere (ui/) and given by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import moderngl

from vrcnn.render.blending import blended
from vrcnn.render.context import is_software
from vrcnn.render.programs import load_program
from vrcnn.render.stretches import Stretches
from vrcnn.scene.drawables import PanelFace
from vrcnn.scene.theme import Theme

FACE_UNIT = 0
LEVELS = 3  # mip levels beyond the first: as far as anybody can still read what is on it
SHADOW = 0.07  # of a panel's width, how far its soft shadow reaches beyond it
_PREMULTIPLIED: Any = (moderngl.ONE, moderngl.ONE_MINUS_SRC_ALPHA)  # of source and destination


@dataclass
class PanelBatch:
    """One group's faces, and the anchors that they stand in. There are few: each is a draw of its own."""

    faces: tuple[PanelFace, ...]
    anchors: tuple[int, ...]
    stretches: Stretches | None = None

    def release(self) -> None:
        """Owns nothing on the GPU."""


class PanelPass:
    """Draws panels; what has no texture yet is not there. The textures stay their giver's.

    They hold sRGB-encoded colours that are premultiplied by alpha, their rows count from the bottom.
    """

    def __init__(self, context: moderngl.Context, theme: Theme) -> None:
        self._context = context
        self._program = load_program(context, "panel")
        self._program["face"] = FACE_UNIT
        self._vertex_array = context.vertex_array(self._program, [])
        self._textures: dict[str, moderngl.Texture] = {}
        # Mesa's own anisotropic filter leaves columns of small type out (llvmpipe, Mesa 22.3).
        self._anisotropy = 1.0 if is_software(context) else 8.0
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._program["panel"] = theme["panel"]

    def set_panel(self, name: str, texture: moderngl.Texture) -> None:
        """Takes the texture of the panel of this name, whose first level was just drawn."""
        if self._textures.get(name) is not texture:
            self._textures[name] = texture
            texture.anisotropy = self._anisotropy
            texture.repeat_x = texture.repeat_y = False
        texture.build_mipmaps(max_level=LEVELS)
        texture.filter = moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR

    def drop_panel(self, name: str) -> None:
        """Forgets it, before its owner releases it."""
        self._textures.pop(name, None)

    def build(self, items: Sequence[PanelFace], anchors: Sequence[int]) -> PanelBatch | None:
        return PanelBatch(tuple(items), tuple(anchors)) if items else None

    def rewrite(self, batch: PanelBatch, items: Sequence[PanelFace], anchors: Sequence[int]) -> bool:
        """Puts other faces into a batch."""
        batch.faces, batch.anchors = tuple(items), tuple(anchors)
        return True

    def draw(self, batches: Sequence[PanelBatch]) -> None:
        for batch in batches:
            for face, anchor in zip(batch.faces, batch.anchors, strict=True):
                if face.name in self._textures:
                    self._draw(face, anchor)

    def release(self) -> None:
        self._vertex_array.release()
        self._program.release()

    def _draw(self, face: PanelFace, anchor: int) -> None:
        """The shadow first, which hides nothing, then the face, behind which nothing is drawn any more."""
        program = self._program
        program["position"], program["orientation"] = face.pose.position, face.pose.orientation
        program["size"], program["anchor"] = (face.width, face.height), anchor
        self._textures[face.name].use(FACE_UNIT)
        for around, depth_writes in ((SHADOW * face.width, False), (0.0, True)):
            program["around"] = around
            with blended(self._context, depth_writes):
                self._context.blend_func = _PREMULTIPLIED
                self._vertex_array.render(moderngl.TRIANGLE_STRIP, vertices=4)
