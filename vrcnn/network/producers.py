"""Remembers which node made a tensor, through views and writes in place, without keeping any tensor alive."""

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


class Producers:
    """From tensors to the nodes whose results they hold now.

    A tensor's numbers come from the operation that returned it, or from a later operation that wrote in place to
    the same storage, be it through this tensor, its base or another view.
    """

    def __init__(self) -> None:
        self._made: dict[int, _Mark] = {}  # by id(tensor)
        self._written: dict[int, _Mark] = {}  # by address of the storage
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
            self._written[storage] = _Mark(ref(base), node, next(self._clock))

    def find(self, tensor: Tensor) -> int | None:
        """The node that the numbers of `tensor` come from; None for a tensor never seen before."""
        made = self._made.get(id(tensor))
        if made is not None and made.tensor() is not tensor:
            made = None
        if self._written:
            storage = _storage(tensor)
            written = None if storage is None else self._written.get(storage)
            # An address may be used again: what was written there counts only while its tensor lives.
            if written and written.tensor() is not None and (made is None or written.time > made.time):
                return written.node
        return None if made is None else made.node


def _storage(tensor: Tensor) -> int | None:
    try:
        return tensor.untyped_storage()._cdata
    except (NotImplementedError, RuntimeError):  # sparse and nested tensors have none
        return None


def version(tensor: Tensor) -> int:
    """A number that grows with every write in place; 0 for tensors of inference mode, which count none."""
    return 0 if tensor.is_inference() else tensor._version
