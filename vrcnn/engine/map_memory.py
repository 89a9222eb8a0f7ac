"""Where the feature maps of a picture lie on their way to OpenGL: three ways, the fastest first.

"registered": they stay on the graphics card that computed them, and go from there into a buffer that OpenGL reads;
"pinned": they come through main memory whose pages are locked, which the card writes to by itself; "plain": through
any memory. The renderer says which way is open to it (render/transfer.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

WAYS = ("registered", "pinned", "plain")


@dataclass(frozen=True)
class DeviceMaps:
    """The maps of one size and mip level in a graphics card's memory: `tensor` (maps, height, width) float16."""

    tensor: Tensor

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.tensor.shape)

    @property
    def strides(self) -> tuple[int, ...]:
        """Bytes from one map, row and pixel to the next, as numpy has them."""
        return tuple(step * self.tensor.element_size() for step in self.tensor.stride())

    @property
    def address(self) -> int:
        """Of the first value, on the card."""
        return self.tensor.data_ptr()

    @property
    def nbytes(self) -> int:
        return self.tensor.nbytes


def tensor_of(maps: np.ndarray | DeviceMaps) -> Tensor:
    """The memory as a tensor."""
    return maps.tensor if isinstance(maps, DeviceMaps) else torch.from_numpy(maps)


def touched(shape: tuple[int, ...], kind: type[np.generic]) -> np.ndarray:
    """Zeros whose pages are mapped already: a page fault in a forward pass costs more than the copy itself."""
    array = np.empty(shape, kind)
    array.fill(0)
    return array


class MapMemory:
    """Allocates what arenas need, on the `way` that is open; where that has no room left, on the next one."""

    def __init__(self, device: torch.device | None = None, way: str = "plain") -> None:
        self.device = device or torch.device("cpu")
        self.way = way

    def maps(self, shape: tuple[int, ...]) -> np.ndarray | DeviceMaps:
        """Zeros (maps, height, width) float16. Raises MemoryError where there is no room on any way."""
        if self.way == "registered":
            try:
                return DeviceMaps(torch.zeros(shape, dtype=torch.float16, device=self.device))
            except torch.cuda.OutOfMemoryError:
                self.way = "pinned"
        return self.table(shape, np.float16)

    def table(self, shape: tuple[int, ...], kind: type[np.generic]) -> np.ndarray:
        """Zeros in main memory, pinned unless the way is plain."""
        if self.way != "plain":
            try:
                return torch.zeros(shape, dtype=getattr(torch, np.dtype(kind).name), pin_memory=True).numpy()
            except RuntimeError:  # there is no more memory that can be locked
                self.way = "plain"
        return touched(shape, kind)
