"""Every feature map on the GPU: texture arrays by map size, what is known of the maps, and uploads under a budget.

The arrays follow the plan that the worker's arena follows too, so an upload is a contiguous slice of the arena's
memory, level by level, without a copy in between. The driver never makes mip levels (that takes it seconds).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import moderngl
import numpy as np

from vrcnn.engine.plan import MapPlan, MapSize, MapSpan
from vrcnn.errors import UserError
from vrcnn.network.quantity import ACTIVATIONS, Quantity
from vrcnn.render.context import is_software
from vrcnn.render.map_states import MapStates
from vrcnn.render.raw import UNPACK_ALIGNMENT, RawGL, TextureArray
from vrcnn.render.transfer import Maps, Transfer

ARRAY_BYTES = 512 << 20  # at most this much in one texture array; drivers refuse far larger ones
_ANISOTROPY = 4


class MapMemory(Protocol):
    """The worker's arena, as far as an upload reads it."""

    @property
    def levels(self) -> Mapping[MapSize, Sequence[Maps]]:
        """By size, then mip level: (maps of that size, height, width) float16, C-contiguous."""
        ...

    @property
    def statistics(self) -> np.ndarray:
        """(all maps, 4) float32: minimum, maximum, mean and standard deviation."""
        ...


@dataclass
class _Waiting:
    """A layer whose maps are still to be uploaded from `done` on."""

    span: MapSpan
    arena: MapMemory
    samples: np.ndarray
    difference: np.ndarray
    quantity: Quantity
    done: int = 0


@dataclass(frozen=True)
class Part:
    """The maps `first` to `last` (exclusive) of a wall, which lie in texture array `array` from layer `layer` on."""

    array: int
    first: int
    last: int
    layer: int


class MapStore:
    """Texture arrays for one plan, and the `states` of its layers and maps."""

    def __init__(
        self,
        context: moderngl.Context,
        plan: MapPlan,
        gl: RawGL | None = None,
        transfer: Transfer | None = None,
    ) -> None:
        self.plan = plan
        self._gl = gl or RawGL()
        self._transfer = transfer or Transfer()
        self._bytes_per_map = {size: size.bytes for size in plan.totals}
        self._layers_per_array: dict[MapSize, int] = {}
        self._first_array: dict[MapSize, int] = {}
        self.arrays: list[TextureArray] = []
        self.states = MapStates(context, plan)
        try:
            self._allocate_arrays(context)
        except UserError:
            self.states.release()
            raise
        self._pending = 0
        self._waiting: dict[int, _Waiting] = {}
        self._waiting_at: dict[tuple[MapSize, int], int] = {}

    def parts(self, span: MapSpan) -> list[Part]:
        """Where a layer's maps lie; more than one part where they cross the border of a texture array."""
        per_array = self._layers_per_array[span.size]
        parts = []
        first = 0
        while first < span.count:
            index, layer = divmod(span.first + first, per_array)
            last = min(span.count, first + per_array - layer)
            parts.append(Part(self._first_array[span.size] + index, first, last, layer))
            first = last
        return parts

    @property
    def pending(self) -> int:
        """Bytes that wait for upload."""
        return self._pending

    def enqueue(
        self,
        node: int,
        arena: MapMemory,
        samples: np.ndarray,
        difference: np.ndarray,
        quantity: Quantity = ACTIVATIONS,
    ) -> None:
        """The maps of `node` are ready in `arena`, and are read when upload() gets to them.

        `samples`, `difference` and `quantity` as in messages.LayerReady. A layer that waits already waits anew. Layers
        that the plan does not know (of a former graph) are ignored.
        """
        span = self.plan.spans.get(node)
        if span is None:
            return
        former = self._waiting.pop(span.node, None)
        self._waiting[span.node] = _Waiting(span, arena, samples, difference, quantity)
        self._pending += (span.count if former is None else former.done) * self._bytes_per_map[span.size]
        self._waiting_at[span.size, span.first] = span.node

    def clear_pending(self) -> None:
        """Forgets what waits, for instance because another picture was placed; the arena is not read any more."""
        self._waiting.clear()
        self._waiting_at.clear()
        self._pending = 0

    def upload(self, budget: int) -> list[int]:
        """Uploads waiting maps, the oldest first, up to `budget` bytes but at least one map.

        Layers that lie side by side in the arena go together; a layer too large for the budget goes on next time.
        Returns the nodes whose maps are now complete.
        """
        completed: list[int] = []
        if not self._waiting:
            return completed
        self._gl.PixelStorei(UNPACK_ALIGNMENT, 1)
        left = budget
        while self._waiting and (left == budget or left > 0):
            size = next(iter(self._waiting.values())).span.size
            per_map = self._bytes_per_map[size]
            if left < per_map and left != budget:
                break
            written, done = self._upload_run(max(1, left // per_map))
            completed += done
            left -= written * per_map
        return completed

    @property
    def bytes(self) -> int:
        """Graphics memory of all maps with their mip levels and statistics."""
        return self.plan.bytes

    @property
    def allocated(self) -> int:
        """Bytes of graphics memory that OpenGL was asked for, with what is known of the maps."""
        return 2 * sum(array.texels for array in self.arrays) + self.states.bytes

    def release(self) -> None:
        self.clear_pending()
        self._release_arrays()
        self.states.release()

    def _release_arrays(self) -> None:
        for array in self.arrays:
            array.release()
        self.arrays.clear()

    def _allocate_arrays(self, context: moderngl.Context) -> None:
        most_layers = context.info["GL_MAX_ARRAY_TEXTURE_LAYERS"]
        anisotropy = 1 if is_software(context) else min(_ANISOTROPY, int(context.max_anisotropy or 1))
        for size, total in self.plan.totals.items():
            per_array = max(1, min(most_layers, ARRAY_BYTES // self._bytes_per_map[size]))
            self._layers_per_array[size] = per_array
            self._first_array[size] = len(self.arrays)
            for first in range(0, total, per_array):
                layers = min(per_array, total - first)
                self.arrays.append(TextureArray(self._gl, size.levels(), layers, anisotropy=anisotropy))
                if context.error == "GL_OUT_OF_MEMORY":
                    self._release_arrays()
                    raise UserError(
                        f"The {self.plan.count} feature maps need {self.bytes / 1e9:.1f} GB of graphics memory, more "
                        "than there is: set a smaller --input-size."
                    )

    def _upload_run(self, most: int) -> tuple[int, list[int]]:
        """Uploads at most `most` maps: the oldest waiting layer and those that follow it in the same memory."""
        head = next(iter(self._waiting.values()))
        size, arena = head.span.size, head.arena
        start = end = head.span.first + head.done
        touched: list[_Waiting] = []
        follower: _Waiting | None = head
        while follower is not None and end - start < most:
            touched.append(follower)
            end = min(start + most, follower.span.first + follower.span.count)
            follower = self._waiting.get(self._waiting_at.get((size, end), -1))
            if follower is not None and (follower.arena is not arena or follower.done or follower.span.first != end):
                follower = None
        self._write(size, arena, start, end)
        self._pending -= (end - start) * self._bytes_per_map[size]
        row = head.span.row - head.span.first
        self.states.write_statistics(row + start, arena.statistics[row + start : row + end])
        completed = []
        for waiting in touched:
            waiting.done = min(waiting.span.count, end - waiting.span.first)
            if waiting.done == waiting.span.count:
                self._complete(waiting)
                completed.append(waiting.span.node)
        return end - start, completed

    def _write(self, size: MapSize, arena: MapMemory, start: int, end: int) -> None:
        """Writes the maps `start` to `end` of this size, every level, in as few calls as the arrays allow."""
        per_array = self._layers_per_array[size]
        levels = arena.levels[size]
        while start < end:
            index, layer = divmod(start, per_array)
            count = min(end - start, per_array - layer)
            array = self.arrays[self._first_array[size] + index]
            array.use(0)
            self._transfer.write(array, layer, count, levels, start)
            start += count

    def _complete(self, waiting: _Waiting) -> None:
        self.states.complete(waiting.span, waiting.samples, waiting.difference, waiting.quantity)
        del self._waiting[waiting.span.node]
        del self._waiting_at[waiting.span.size, waiting.span.first]
