"""What a pass is: the part of the renderer that draws one kind of drawable, and the buffers it builds for a group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol, TypeVar

import moderngl
import numpy as np

from vrcnn.render.stretches import Stretches
from vrcnn.scene.theme import Theme

Item = TypeVar("Item", contravariant=True)


@dataclass
class Batch:
    """One group's drawables of one kind on the GPU: `instances` instances of `vertices` vertices each.

    `buffers` are those that the batch owns; a buffer shared between batches belongs to the pass instead. Of a batch
    with `stretches`, vrcnn/render/culling.py tells what the eyes see and is `drawn`: a buffer of indirect draws, the
    first one, and how many.
    """

    vertex_array: moderngl.VertexArray
    instances: int
    buffers: tuple[moderngl.Buffer, ...] = ()
    vertices: int = 4
    mode: int = moderngl.TRIANGLE_STRIP
    stretches: Stretches | None = None
    drawn: tuple[moderngl.Buffer, int, int] | None = None

    @property
    def indexed(self) -> bool:
        """Whether it is drawn by an index buffer, of which the stretches tell."""
        return self.vertices < 0

    @property
    def hidden(self) -> bool:
        """Whether the eye sees nothing of it."""
        return self.drawn is not None and not self.drawn[2]

    def render(self) -> None:
        """Draws every instance that the eye may see with the vertex array's program."""
        self.render_with(self.vertex_array)

    def render_with(self, vertex_array: moderngl.VertexArray) -> None:
        """The same with another vertex array over the same instances."""
        if self.stretches is None or self.drawn is None:
            vertex_array.render(self.mode, vertices=self.vertices, instances=self.instances)
        elif self.drawn[2]:
            commands, first, count = self.drawn
            vertex_array.render_indirect(commands, self.mode, count, first)

    def rewrite(self, records: np.ndarray, stretches: Stretches | None = None) -> bool:
        """Writes other records into the batch's buffer; False, and nothing done, where it has no room for them."""
        if not len(records) or records.nbytes > self.buffers[0].size:
            return False
        self.buffers[0].orphan()  # the frame before may still read it
        self.buffers[0].write(records)
        self.instances, self.stretches, self.drawn = len(records), stretches, None
        return True

    def release(self) -> None:
        self.vertex_array.release()
        for buffer in self.buffers:
            buffer.release()


class Pass(Protocol[Item]):
    """Draws one kind of drawable. It is made once per GL context, as `SomePass(context, theme)`."""

    def set_theme(self, theme: Theme) -> None:
        """Takes another theme; the colours of batches that were built before stay."""
        ...

    def build(self, items: Sequence[Item], anchors: Sequence[int]) -> Batch | None:
        """The GPU buffers of one group's drawables, in their order; None when there is nothing to draw.

        `anchors` are the numbers of those that they stand in, one for each.
        """
        ...

    def draw(self, batches: Sequence[Batch]) -> None:
        """Draws batches, those of all groups, into the current framebuffer; the block Frame is set at binding 0.

        Depth test and depth writes are on, blending and face culling off; a pass that needs blending uses
        `vrcnn.render.blending`, which puts them back. Colours leave the shader with straight alpha.
        """
        ...


class Rewriting(Protocol[Item]):
    """A pass whose batches can be filled anew, which is much cheaper than building: for what changes every frame."""

    def rewrite(self, batch: Batch, items: Sequence[Item], anchors: Sequence[int]) -> bool:
        """Puts other drawables into a batch; False, and nothing done, where it cannot hold them."""
        ...


def instanced(
    context: moderngl.Context,
    program: moderngl.Program,
    records: np.ndarray,
    vertices: int = 4,
    mode: int = moderngl.TRIANGLE_STRIP,
    stretches: Stretches | None = None,
) -> Batch | None:
    """A batch without vertex buffers (the shader makes corners from gl_VertexID), one instance per record.

    `records` is a structured array of 4-byte floats and integers; each field feeds the vertex attribute of its name.
    None when there are no records.
    """
    if not len(records):
        return None
    buffer = context.buffer(np.ascontiguousarray(records))
    vertex_array = context.vertex_array(program, [(buffer, *instance_layout(records.dtype))])
    return Batch(vertex_array, len(records), (buffer,), vertices, mode, stretches)


def filled(dtype: np.dtype, rows: Sequence[tuple[float, ...]], anchors: Sequence[int]) -> np.ndarray:
    """A record for each row: of the floats with which `dtype` begins, and the anchor.

    Numpy takes plain rows of numbers several times faster than tuples that are nested as the fields are.
    """
    records = np.zeros(len(rows), dtype)
    if len(rows):
        records.view(np.float32).reshape(len(rows), -1)[:, : len(rows[0])] = rows
        records["anchor"] = anchors
    return records


@cache
def instance_layout(dtype: np.dtype) -> tuple[str, ...]:
    """moderngl's format and attribute names for one record per instance, such as ("3f 4f 1u/i", "position", ...)."""
    assert dtype.names is not None
    assert dtype.fields is not None
    formats = []
    for name in dtype.names:
        field = dtype.fields[name][0]
        base, shape = field.subdtype if field.subdtype else (field, ())
        formats.append(f"{int(np.prod(shape, dtype=int))}{base.kind}")
    return (f"{' '.join(formats)}/i", *dtype.names)
