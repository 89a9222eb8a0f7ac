"""Draws small shapes: controllers, hands, markers. One draw call for a batch, however many shapes are in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

import moderngl
import numpy as np

from vrcnn.render.blending import blended
from vrcnn.render.passes import Batch, filled, instance_layout
from vrcnn.render.programs import load_program
from vrcnn.scene.drawables import Mesh
from vrcnn.scene.shapes import shape
from vrcnn.scene.theme import Theme

ROOM = 1 << 17  # vertices, and as many triangles, of all shapes that are ever shown
_VERTEX = np.dtype([("corner", "f4", 3), ("bulge", "f4"), ("outward", "f4", 3)])
_RECORD = np.dtype(
    [
        ("position", "f4", 3),
        ("orientation", "f4", 4),
        ("size", "f4", 3),
        ("tint", "f4", 4),
        ("glow", "f4"),
        ("anchor", "i4"),
    ]
)
_SPARE = 1.5  # how many more instances than at first a batch has room for, as hands come and go
_COMMAND = 5  # words of an indirect draw


@dataclass
class MeshBatch(Batch):
    """Its `commands`, in the second of its buffers, draw the instances run by run of equal `shapes`.

    As in BoxBatch, a translucent one is blended in the order in which its meshes were given. It is drawn whole.
    """

    translucent: bool = False
    shapes: list[str] = field(default_factory=list)
    commands: int = 0

    def render(self) -> None:
        self.vertex_array.render_indirect(self.buffers[1], moderngl.TRIANGLES, self.commands)


class MeshPass:
    """Draws meshes, lit as boxes are. As of boxes, a batch has opaque ones or translucent ones."""

    def __init__(self, context: moderngl.Context, theme: Theme) -> None:
        self._context = context
        self._theme = theme
        self._program = load_program(context, "mesh")
        self._vertices = context.buffer(reserve=ROOM * _VERTEX.itemsize)
        self._indices = context.buffer(reserve=3 * ROOM * 4)
        self._known: dict[str, tuple[int, int, int]] = {}  # by shape: indices, the first of them, the first vertex
        self._used = 0, 0  # indices and vertices

    def build(self, items: Sequence[Mesh], anchors: Sequence[int]) -> MeshBatch | None:
        """A batch for these meshes, with room for some more; translucent as soon as one of them is."""
        if not items:
            return None
        room = int(_SPARE * len(items)) + 1
        buffer = self._context.buffer(reserve=room * _RECORD.itemsize)
        commands = self._context.buffer(reserve=room * _COMMAND * 4)
        content = [
            (self._vertices, "3f 1f 3f", "corner", "bulge", "outward"),
            (buffer, *instance_layout(_RECORD)),
        ]
        vertex_array = self._context.vertex_array(
            self._program, content, index_buffer=self._indices, index_element_size=4
        )
        batch = MeshBatch(vertex_array, 0, (buffer, commands), -1, moderngl.TRIANGLES)
        self.rewrite(batch, items, anchors)
        return batch

    def rewrite(self, batch: MeshBatch, items: Sequence[Mesh], anchors: Sequence[int]) -> bool:
        """Puts other meshes into a batch; False where there are more than it has room for."""
        if not batch.rewrite(self._records(items, anchors)):
            return False
        batch.translucent = any(mesh.opacity < 1 for mesh in items)
        shapes = [mesh.shape for mesh in items]
        if shapes != batch.shapes:
            commands = self._commands(shapes)
            batch.buffers[1].orphan()  # the frame before may still read it
            batch.buffers[1].write(commands)
            batch.shapes, batch.commands = shapes, len(commands)
        return True

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme

    def draw(self, batches: Sequence[MeshBatch]) -> None:
        """Draws batches that are all opaque, or all translucent; of each shape what faces the eye."""
        self._context.enable(moderngl.CULL_FACE)
        if any(batch.translucent for batch in batches):
            with blended(self._context):
                for batch in batches:
                    batch.render()
        else:
            for batch in batches:
                batch.render()
        self._context.disable(moderngl.CULL_FACE)

    def release(self) -> None:
        self._vertices.release()
        self._indices.release()
        self._program.release()

    def _records(self, items: Sequence[Mesh], anchors: Sequence[int]) -> np.ndarray:
        theme = self._theme
        rows = [
            (*mesh.pose.position, *mesh.pose.orientation, *mesh.scale, *theme[mesh.role], mesh.opacity, mesh.glow)
            for mesh in items
        ]
        return filled(_RECORD, rows, anchors)

    def _commands(self, shapes: Sequence[str]) -> np.ndarray:
        """(runs, 5) uint32: indices, instances, first index, first vertex, first instance."""
        rows, first = [], 0
        for name, run in groupby(shapes):
            count = len(list(run))
            indices, start, base = self._place_of(name)
            rows.append((indices, count, start, base, first))
            first += count
        return np.array(rows, np.uint32)

    def _place_of(self, name: str) -> tuple[int, int, int]:
        """Where a shape is in the buffers; it comes there when it is first wanted."""
        if name not in self._known:
            made = shape(name)
            start, base = self._used
            vertices = np.zeros(len(made.places), _VERTEX)
            vertices["corner"], vertices["bulge"], vertices["outward"] = made.places, made.bulges, made.normals
            self._vertices.write(vertices, offset=base * _VERTEX.itemsize)
            self._indices.write(np.ascontiguousarray(made.triangles, np.uint32), offset=4 * start)
            self._known[name] = made.triangles.size, start, base
            self._used = start + made.triangles.size, base + len(vertices)
        return self._known[name]
