"""Remembers which nodes made a tensor, through views and writes in place, without keeping any tensor alive."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Any
from weakref import ref

from torch import Tensor


@dataclass(frozen=True)
class _Mark:
    tensor: ref[Any]
    node: int
    time: int


@dataclass(frozen=True)
class _Write(_Mark):
    """A write in place into the bytes `first` to `last` (inclusive); `whole` when it left none between them out."""

    first: int
    last: int
    whole: bool


class Producers:
    """From tensors to the nodes whose results they hold now.

    A tensor's numbers come from the operation that returned it, and from later operations that wrote in place to its
    memory, be it through this tensor, its base or another view. Writes beside a view do not count for it, as far as
    their first and last bytes tell: of interleaved slices each counts for the other.
    """

    def __init__(self) -> None:
        self._made: dict[int, _Mark] = {}  # by id(tensor)
        self._written: dict[int, list[_Write]] = {}  # by address of the storage, in order
        self._clock = count()

    def made(self, tensor: Tensor, node: int) -> None:
        """`node` returned `tensor`."""
        self._made[id(tensor)] = _Mark(ref(tensor), node, next(self._clock))

    def wrote(self, tensor: Tensor, node: int) -> None:
        """`node` wrote into `tensor` in place."""
        self.made(tensor, node)
        storage = _storage(tensor)
        if storage is not None:
            base = tensor if tensor._base is None else tensor._base
            first, last, whole = _bytes_of(tensor)
            before = [
                write
                for write in self._written.get(storage, [])
                if write.tensor() is not None and not (whole and first <= write.first and write.last <= last)
            ]
            self._written[storage] = [*before, _Write(ref(base), node, next(self._clock), first, last, whole)]

    def find(self, tensor: Tensor) -> int | None:
        """The node that gave `tensor` its latest numbers; None for a tensor never seen before."""
        nodes = self.find_all(tensor)
        return nodes[-1] if nodes else None

    def find_all(self, tensor: Tensor) -> tuple[int, ...]:
        """All nodes that the numbers of `tensor` come from, the latest last: several after a write into a part."""
        made = self._made.get(id(tensor))
        if made is not None and made.tensor() is not tensor:
            made = None
        found = () if made is None else (made.node,)
        if not self._written:
            return found
        storage = _storage(tensor)
        writes = None if storage is None else self._written.get(storage)
        if not writes:
            return found
        first, last, _ = _bytes_of(tensor)
        for write in writes:
            # An address may be used again: what was written there counts only while its tensor lives.
            if write.tensor() is None or write.last < first or write.first > last:
                continue
            if made is not None and write.time <= made.time + 1:  # `wrote` marks the tensor and, one later, its memory
                continue
            covers = write.whole and write.first <= first and last <= write.last
            found = (write.node,) if covers else (*found, write.node)
        return tuple(dict.fromkeys(found))


def _storage(tensor: Tensor) -> int | None:
    try:
        return tensor.untyped_storage()._cdata
    except (NotImplementedError, RuntimeError):  # sparse and nested tensors have none
        return None


def share_memory(one: Tensor, other: Tensor) -> bool:
    """Whether both are views of the same memory."""
    storage = _storage(one)
    return storage is not None and storage == _storage(other)


def _bytes_of(tensor: Tensor) -> tuple[int, int, bool]:
    """The first and last byte of a tensor's numbers in its memory, and whether they are all that lie between."""
    size = tensor.element_size()
    reach = sum(stride * (length - 1) for stride, length in zip(tensor.stride(), tensor.shape, strict=True) if length)
    first = int(tensor.storage_offset()) * size
    return first, first + (reach + 1) * size - 1, reach + 1 == tensor.numel()


def version(tensor: Tensor) -> int:
    """A number that grows with every write in place; 0 for tensors of inference mode, which count none."""
    return 0 if tensor.is_inference() else tensor._version
