"""Takes the feature maps out of a tensor: channels first, in rows and columns, as views where the layout allows it."""

from __future__ import annotations

import torch
from torch import Tensor

from vrcnn.network.map_reading import Reading, slice_index


def maps_of(tensor: Tensor, reading: Reading, slice: float = 0.5) -> Tensor:
    """The maps (channels, height, width) that stand for a tensor's first item.

    `slice`, 0 to 1, chooses the slice of a volume. Complex numbers become their absolute values. The tensor has the
    axes of `reading`.
    """
    tensor = _plain(tensor)
    axes = reading.axes
    if axes == "NCHW":
        return tensor.select(0, 0)
    for letter in "ND":
        axis = axes.find(letter)
        if axis >= 0:
            tensor = tensor.select(axis, 0 if letter == "N" else slice_index(tensor.shape[axis], slice))
            axes = axes.replace(letter, "")
    return _arranged(tensor, axes, reading)


def batch_of_maps(tensor: Tensor, reading: Reading, pictures: int) -> Tensor:
    """(pictures, channels, height, width): the maps of every picture; of volumes (pictures, channels, depth, ...).

    Where a picture has several items of the tensor's batch, such as windows, they stand one below the other. Without
    a batch axis the tensor is that of a single picture. Raises ValueError where they cannot share the items.
    """
    tensor = _plain(tensor)
    axes = reading.axes
    if axes == "NCHW" and tensor.shape[0] == pictures:
        return tensor
    if "N" not in axes:
        tensor, axes = tensor.unsqueeze(0), f"N{axes}"
    tensor = tensor.movedim(axes.index("N"), 0)
    if not pictures or tensor.shape[0] % pictures:
        raise ValueError(f"{tensor.shape[0]} items are not those of {pictures} pictures")
    maps = _arranged(tensor, axes.replace("N", ""), reading, 1)
    if len(maps) == pictures:
        return maps
    return maps.unflatten(0, (pictures, -1)).movedim(1, -3).flatten(-3, -2)


def _plain(tensor: Tensor) -> Tensor:
    if tensor.layout is not torch.strided:
        tensor = tensor.to_dense()
    if tensor.is_quantized:
        tensor = tensor.dequantize()
    return tensor.abs() if tensor.is_complex() else tensor


def _arranged(tensor: Tensor, axes: str, reading: Reading, before: int = 0) -> Tensor:
    """(..., channels, [depth,] height, width): `axes` are the letters of all but the first `before` axes."""
    order = [axes.index(letter) + before for letter in "CFDHWL" if letter in axes]
    maps = tensor.permute(*range(before), *order)
    if "C" not in axes and "F" not in axes:
        maps = maps.unsqueeze(before)
    if "L" in axes:
        count = reading.rows * reading.columns
        maps = maps.narrow(-1, maps.shape[-1] - count if reading.last else 0, count)
        return maps.unflatten(-1, (reading.rows, reading.columns))
    return maps if "H" in axes else maps[..., None, None]
