"""Draws a plan of the halls into textures that a panel shows: one draw for each, however many walls there are."""

from __future__ import annotations

import moderngl
import numpy as np
from imgui_bundle import imgui

from vrcnn.scene.ground_plan import DOOR_OF_ROOM, LINK, WALL, GroundPlan
from vrcnn.scene.hall import Hall, WallState
from vrcnn.scene.theme import Colour, Theme
from vrcnn.ui.backend import ImguiRenderer, load

_KEEP_ALPHA = moderngl.SRC_ALPHA, moderngl.ONE_MINUS_SRC_ALPHA, moderngl.ZERO, moderngl.ONE
_LEAST = np.array((0.0, 0.7, 2.2, 1.6), np.float32)  # pixels of half width at a scale of 1, by kind
_BAR = np.dtype([("middle", "f4", 2), ("along", "f4", 2), ("halves", "f4", 2), ("tint", "f4", 4), ("least", "f4")])
_ROLES = {WallState.EMPTY: "frame", WallState.RUNNING: "running", WallState.FAILED: "failed"}
_PALE = 0.4  # how strong a wall is shown whose maps were left out


class PlanPicture:
    """The bars of a plan on the GPU, and the pictures that were drawn of them, by name."""

    def __init__(self, renderer: ImguiRenderer) -> None:
        self._renderer = renderer
        self._context = renderer.context
        self._program = load(self._context, "bar")
        self._records = np.zeros(0, _BAR)
        self._buffer: moderngl.Buffer | None = None
        self._vertex_array: moderngl.VertexArray | None = None
        self._pictures: dict[str, tuple[moderngl.Texture, moderngl.Framebuffer]] = {}

    def fill(self, plan: GroundPlan, theme: Theme, scale: float) -> None:
        """Takes another plan; `scale` is how much larger than at 96 dots per inch things are drawn."""
        self._records = np.zeros(len(plan.bars), _BAR)
        self._records["middle"], self._records["along"] = plan.bars[:, :2], plan.bars[:, 2:4]
        self._records["halves"] = plan.bars[:, 4:]
        self._records["least"] = scale * _LEAST[plan.kinds]
        self._records["tint"] = (*theme["plate"], 1.0)
        self._records["tint"][plan.kinds == LINK, :3] = theme["edge"]
        self._records["tint"][plan.kinds == DOOR_OF_ROOM, :3] = theme["muted"]
        self._records["tint"][:, 3] = plan.strengths

    def colour(self, plan: GroundPlan, halls: list[Hall], theme: Theme) -> None:
        """Gives the walls the colours of their states, and hands everything to the GPU."""
        tints: list[tuple[Colour, float]] = []
        for (number, index), family in zip(plan.walls.tolist(), plan.families, strict=True):
            state = halls[number].walls[index].state
            tints.append((theme[_ROLES.get(state, family)], _PALE if state is WallState.LEFT_OUT else 1.0))
        if tints:
            self._records["tint"][plan.kinds == WALL] = [(*colour, strength) for colour, strength in tints]
        if self._vertex_array is not None and self._buffer is not None:
            self._vertex_array.release()
            self._buffer.release()
            self._buffer = self._vertex_array = None
        if len(self._records):
            self._buffer = self._context.buffer(self._records)
            content = [(self._buffer, "2f 2f 2f 4f 1f/i", *(_BAR.names or ()))]
            self._vertex_array = self._context.vertex_array(self._program, content)

    def draw(
        self,
        name: str,
        size: tuple[int, int],
        centre: tuple[float, float],
        scale: tuple[float, float],
        turn: float,
        ground: tuple[float, float, float, float],
    ) -> None:
        """Draws the picture of this name anew: `centre` of the ground (x, z) in its middle, at `scale` pixels per m
        across and down, turned by `turn` rad, on `ground` (red, green, blue, opacity)."""
        kept = self._pictures.get(name)
        if kept is None or kept[0].size != size:
            self._drop(name)
            texture = self._context.texture(size, 4)
            texture.repeat_x = texture.repeat_y = False
            kept = self._pictures[name] = texture, self._context.framebuffer([texture])
            self._renderer.textures[texture.glo] = texture
        framebuffer = kept[1]
        with self._context.scope(framebuffer, enable_only=moderngl.BLEND):
            framebuffer.clear(*ground)
            if self._vertex_array is not None:
                blend: object = _KEEP_ALPHA
                self._context.blend_func = blend  # type: ignore[assignment]
                self._program["centre"] = centre
                self._program["scale"] = scale
                self._program["turned"] = np.cos(turn), np.sin(turn)
                self._program["size"] = size
                self._vertex_array.render(moderngl.TRIANGLE_STRIP, vertices=4, instances=len(self._records))

    def put(self, layer: imgui.ImDrawList, name: str, left: float, top: float) -> None:
        """Shows a picture with its upper left corner there."""
        texture = self._pictures[name][0]
        width, height = texture.size
        layer.add_image(imgui.ImTextureRef(texture.glo), (left, top), (left + width, top + height))

    def _drop(self, name: str) -> None:
        if name in self._pictures:
            texture, framebuffer = self._pictures.pop(name)
            self._renderer.textures.pop(texture.glo, None)
            framebuffer.release()
            texture.release()
