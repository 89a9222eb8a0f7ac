"""An ID buffer: which wall and which map every pixel shows, drawn by OpenGL, for picking to be held against."""

from __future__ import annotations

from collections.abc import Mapping

import moderngl
import numpy as np

from vrcnn.render.change_frames import ChangeFrames
from vrcnn.render.feature_walls import FeatureWalls
from vrcnn.render.frame_block import FrameBlock
from vrcnn.render.grid_pass import GridPass
from vrcnn.render.map_store import MapStore
from vrcnn.render.programs import load_program
from vrcnn.render.raw import RawGL
from vrcnn.render.renderer import ANCHORS_BINDING
from vrcnn.scene.camera import View
from vrcnn.scene.drawables import Drawables
from vrcnn.scene.features import FACES
from vrcnn.scene.theme import DARK


class Ids:
    """Pictures of `size` (width, height) pixels of the walls in drawables, with the maps of `stores`."""

    def __init__(self, context: moderngl.Context, stores: Mapping[int, MapStore], size: tuple[int, int]) -> None:
        self._context, self._size, self._stores = context, size, stores
        self._walls = GridPass(context, DARK, FeatureWalls(context, RawGL()), ChangeFrames(context))
        self._walls.stores = dict(stores)
        program = self._walls._programs[FACES[0], False] = load_program(context, "identity")
        program["in_order"] = True
        self._texture = context.texture(size, 2, dtype="i4")
        self._depth = context.depth_renderbuffer(size)
        self._framebuffer = context.framebuffer([self._texture], self._depth)

    def seen(self, drawables: Drawables, anchors: np.ndarray, view: View) -> np.ndarray:
        """(H, W, 2) int32, rows from the top: the node of the wall that a pixel shows the front of, or -1; the map, or
        -1 on a cell without one.
        """
        items = [(grid, part.anchor) for part in drawables.standing for grid in part.grids]
        batch = self._walls.build(*zip(*items, strict=True))
        assert batch is not None
        frame, table = FrameBlock(self._context, DARK), self._context.buffer(np.ascontiguousarray(anchors))
        self._framebuffer.use()
        self._framebuffer.viewport = (0, 0, *self._size)
        self._context.enable_only(moderngl.DEPTH_TEST)
        self._texture.write(np.zeros((*self._size[::-1], 2), np.int32))
        self._framebuffer.clear(depth=1.0)
        frame.write(view, self._size)
        table.bind_to_storage_buffer(ANCHORS_BINDING)
        for walls in batch.walls:
            if walls.array is not None:
                self._stores[walls.hall].states.bind()
                part = walls.batch
                part.vertex_array.render(part.mode, vertices=part.vertices, instances=part.instances)
        width, height = self._size
        ids = np.frombuffer(self._texture.read(), np.int32).reshape(height, width, 2)[::-1].copy()
        for used in (batch, frame, table):
            used.release()
        nodes = np.array([-1, *self._stores[0].states.slots])  # slots count from 0 in this order
        return np.stack([nodes[ids[..., 0]], ids[..., 1] - 1], axis=2)
