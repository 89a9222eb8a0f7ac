"""What is kept of the tensors of a pass that is watched: which ones, how exactly, and within how much memory."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import isfinite, isnan, prod

import numpy as np
import torch
from torch import Tensor

from vrcnn.network.detail import reduce
from vrcnn.network.graph import Graph, Node
from vrcnn.network.map_reading import reading_of
from vrcnn.network.scope import Scope

MOST_AXES = 5
PASSING = frozenset({"shape", "normalization"})  # families of nodes that are seldom shown: they make room first
_HALVES = (torch.float32, torch.float64, torch.bfloat16)


class Memory:
    """Bytes that may be kept in all, by several threads; `used` never exceeds `limit`."""

    def __init__(self, limit: int) -> None:
        self.limit, self.used = limit, 0
        self._lock = threading.Lock()

    def reserve(self, size: int) -> bool:
        """Takes so many bytes, if they are there."""
        with self._lock:
            if self.used + size > self.limit:
                return False
            self.used += size
            return True

    def free(self, size: int) -> None:
        """Gives bytes back."""
        with self._lock:
            self.used -= size


@dataclass(frozen=True)
class Way:
    """A way through a network that passes take.

    Attributes:
        root: the path of the module whose call it is, "" for the network.
        raw: the graph before its axes were told.
        full: every operation.
        shown: what of it is shown, with no blocks folded.
        wanted: by node of `full`, where its batch axis is (-1 without one); only of nodes that are shown as maps.
    """

    root: str
    raw: Graph
    full: Graph
    shown: Graph
    wanted: dict[int, int]

    @classmethod
    def of(cls, root: str, raw: Graph, full: Graph, detail: str) -> Way:
        shown = reduce(full, Scope(detail, "never"))
        wanted = {}
        for node in shown.nodes:
            reading = reading_of(replace(node, members=(), operations=()))
            if reading is not None:
                wanted[node.members[-1]] = reading.axes.find("N")
        return cls(root, raw, full, shown, wanted)


class Keeping:
    """What one pass leaves behind.

    Tensors are copied the moment they exist, to the CPU; of a batch only the first item. With `exact` they keep their
    numbers (bfloat16, which numpy has not, becomes float32), else real numbers become float16 where that holds them.

    Attributes:
        values: by node of the full graph.
        left_out: nodes that there was no room for.
    """

    def __init__(
        self,
        memory: Memory,
        exact: bool,
        chosen: Callable[[Node], bool],
        likely: Way | None,
        batch: int,
        make_room: Callable[[int], bool],
    ) -> None:
        self._memory, self._exact, self._chosen = memory, exact, chosen
        self._likely = likely  # the way of an earlier pass, as long as this one follows it
        self._batch = batch  # where pictures or volumes come as a batch, their number; else 1
        self._make_room = make_room
        self._passing: dict[int, int] = {}  # bytes of the nodes that may make room, by node
        self.values: dict[int, np.ndarray] = {}
        self.left_out: set[int] = set()

    def take(self, node: Node, tensor: Tensor) -> None:
        """The tensor of a node has just come to exist."""
        axis = 0 if self._batch > 1 and tensor.ndim > 1 and tensor.shape[0] == self._batch else -1
        if self._likely is not None:
            nodes = self._likely.raw.nodes
            known = nodes[node.index] if node.index < len(nodes) else None
            if known is not None and known.name == node.name and known.shape == node.shape:
                if node.index not in self._likely.wanted:
                    return
                axis = self._likely.wanted[node.index]
            else:
                self._likely = None
        if not 0 < tensor.ndim <= MOST_AXES or not tensor.numel() or not self._chosen(node):
            return
        kind = torch.float16 if not self._exact and tensor.dtype in _HALVES else tensor.dtype
        shape = [1 if place == axis else length for place, length in enumerate(tensor.shape)]
        size = prod(shape) * (4 if kind == torch.bfloat16 else kind.itemsize)
        if not self._has_room(size, node):
            self.left_out.add(node.index)
            return
        try:
            kept = copied(tensor if axis < 0 else tensor.narrow(axis, 0, 1), self._exact)
        except BaseException:
            self._memory.free(size)
            raise
        if kept.nbytes != size:
            self._memory.free(size)
            if not self._has_room(kept.nbytes, node):
                self.left_out.add(node.index)
                return
        self.values[node.index] = kept
        if node.family in PASSING:
            self._passing[node.index] = kept.nbytes

    def settle(self, way: Way) -> None:
        """The pass took this way: what of it is not shown is dropped, and batches are cut down to their first items."""
        for index in [*self.values]:
            value = self.values[index]
            axis = way.wanted.get(index)
            if axis is None:
                self._drop(index)
            elif axis >= 0 and value.shape[axis] > 1:
                self.values[index] = cut = np.ascontiguousarray(value.take([0], axis))
                self._memory.free(value.nbytes - cut.nbytes)
        self.left_out &= way.wanted.keys()

    def drop(self) -> None:
        """Keeps nothing."""
        for index in [*self.values]:
            self._drop(index)

    @property
    def bytes(self) -> int:
        """Of all values."""
        return sum(value.nbytes for value in self.values.values())

    def _has_room(self, size: int, node: Node) -> bool:
        if self._memory.reserve(size):
            return True
        if size <= self._memory.limit and self._make_room(size) and self._memory.reserve(size):
            return True
        if node.family not in PASSING:
            while self._passing:
                index, _ = self._passing.popitem()
                self._drop(index)
                self.left_out.add(index)
                if self._memory.reserve(size):
                    return True
        return False

    def _drop(self, index: int) -> None:
        self._memory.free(self.values.pop(index).nbytes)
        self._passing.pop(index, None)


def _is_held(half: Tensor) -> bool:
    """Whether no value became infinite; extremes are found ten times as fast as infinities, but NaN hides them."""
    ends = float(half.amin()), float(half.amax())
    return all(map(isfinite, ends)) or (any(map(isnan, ends)) and not bool(half.isinf().any()))


def copied(tensor: Tensor, exact: bool) -> np.ndarray:
    """The numbers of a tensor, of no tensor any more; see Keeping."""
    with torch._C.DisableTorchFunction(), torch.no_grad():
        tensor = tensor.detach()
        if tensor.layout is not torch.strided:
            tensor = tensor.to_dense()
        if tensor.is_quantized:
            tensor = tensor.dequantize()
        if not exact and tensor.dtype in _HALVES:
            half = tensor.to("cpu", torch.float16, copy=True).contiguous()
            if _is_held(half):
                return half.numpy()
        kind = torch.float32 if tensor.dtype == torch.bfloat16 else tensor.dtype
        whole = tensor.to("cpu", kind, copy=True)
        found: np.ndarray = whole.resolve_conj().resolve_neg().contiguous().numpy()
        return found
