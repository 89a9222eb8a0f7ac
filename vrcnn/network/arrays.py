"""Tensors and arrays as pictures: what goes into the network as it is, and what of it stands on the shelf.

A signal (C, L) is shown as its curves, a picture of any number of channels by its first three, a volume by its middle
slice.
"""

from __future__ import annotations

import tokenize
import zipfile
import zlib
from collections.abc import Callable, Mapping
from math import prod
from pathlib import Path
from typing import IO, Any

import numpy as np
import torch
from PIL import Image

from vrcnn.network.signal_card import signal_card

TENSOR = "tensor"
MAGIC = b"\x93NUMPY"  # with which the files of numpy begin
SUFFIXES = frozenset({".npy", ".npz"})
PHOTO_CHANNELS = (1, 3, 4)
LARGEST_CURVES = 16  # with more channels than these a signal is drawn as a picture, one row per channel
LARGEST_ARRAY = 1 << 30  # bytes
_HEADERS: dict[tuple[int, int], Callable[[IO[bytes]], tuple[tuple[int, ...], bool, np.dtype]]] = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}
ITEM_NAMES = ("pixel_values", "image", "img", "picture", "input", "x")


class PictureError(Exception):
    """A picture that cannot be shown. The message is a clause, such as "is truncated"."""


def read_array(path: Path) -> np.ndarray:
    """The numbers of a `.npy` file, or of a `.npz` file that holds one array.

    Raises PictureError for others, and for arrays of more than LARGEST_ARRAY bytes before there is memory for them.
    """
    with path.open("rb") as file:
        if file.read(2) == b"PK":
            return _from_archive(path)
        file.seek(0)
        return array_in(file, path.stat().st_size)


def _from_archive(path: Path) -> np.ndarray:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if len(names) != 1:
                listed = ", ".join(name.removesuffix(".npy") for name in names[:4]) + (
                    ", ..." if len(names) > 4 else ""
                )
                raise PictureError(f"holds {len(names)} arrays ({listed}): save one array per file")
            with archive.open(names[0]) as file:
                return array_in(file, archive.getinfo(names[0]).file_size)
    except (zipfile.BadZipFile, zlib.error) as error:
        raise PictureError("is truncated or broken") from error


def array_in(file: IO[bytes], size: int) -> np.ndarray:
    """An array of numpy's format out of a file of `size` bytes, whose header is not believed."""
    try:
        version = np.lib.format.read_magic(file)
        read_header = _HEADERS.get(version)
        if read_header is None:
            raise PictureError("is no array of numbers: save it with numpy.save")
        shape, fortran, dtype = read_header(file)
    except ValueError as error:
        if "magic" in str(error):
            raise PictureError("is no file of numpy: save an array of numbers") from error
        raise PictureError("has a header that numpy cannot read") from error
    except (SyntaxError, TypeError, tokenize.TokenError) as error:  # whatever the broken words led numpy to
        raise PictureError("has a header that numpy cannot read") from error
    if dtype.hasobject:
        raise PictureError("holds Python objects or is no file of numpy: save an array of numbers")
    count = prod(shape)
    if min(shape, default=0) < 0:
        raise PictureError("has a side of less than nothing")
    if count * dtype.itemsize > LARGEST_ARRAY:
        raise PictureError(f"holds more numbers than the {LARGEST_ARRAY >> 20:,} MiB that are safe to open")
    if count * dtype.itemsize > size:
        raise PictureError("is truncated")
    values = file.read(count * dtype.itemsize)
    if len(values) < count * dtype.itemsize:
        raise PictureError("is truncated")
    array = np.frombuffer(bytearray(values), dtype)
    return array.reshape(shape[::-1]).T if fortran else array.reshape(shape)


def image_of(item: Any) -> Image.Image:
    """A PIL image from one, from a tensor or from an array, or from the first that a data set's item holds.

    Tensors are (L,) or (C, L) signals, (H, W) or (C, H, W) pictures, (C, D, H, W) volumes; an array whose last
    dimension alone is 1, 3 or 4 is (H, W, C). Bytes of 1, 3 or 4 channels are photos. Everything else is the network's
    input as it is and stays beside what is shown of it, under `info["tensor"]`. Raises PictureError for what is none.
    """
    match item:
        case Image.Image():
            return item
        case tuple() | list() if item:
            return image_of(item[0])
        case Mapping() if item:
            return image_of(next((item[name] for name in ITEM_NAMES if name in item), next(iter(item.values()))))
    if not isinstance(item, np.ndarray | torch.Tensor):
        raise PictureError(f"is of type {type(item).__name__}, no picture")
    tensor = _numbers(item)
    if tensor.ndim not in (1, 2, 3, 4) or 0 in tensor.shape:
        raise PictureError(f"has the shape {tuple(item.shape)}, not (channels, height, width)")
    image = _picture(tensor)
    if not _is_photo(tensor):
        image.info[TENSOR] = tensor
    return image


def visible(tensor: torch.Tensor) -> Image.Image:
    """RGB of a tensor (C, H, W): the first three channels, or the first as grey where there are fewer.

    Values within 0..1 are shown so, others from the least to the greatest of the picture.
    """
    channels = [0, 1, 2] if tensor.shape[0] >= 3 else [0, 0, 0]
    return Image.fromarray(_bytes_of(tensor[channels]).permute(1, 2, 0).contiguous().numpy())


def middle_slice(tensor: torch.Tensor) -> torch.Tensor:
    """(..., H, W) at half the depth of a volume (..., D, H, W)."""
    return tensor[..., tensor.shape[-3] // 2, :, :]


def fitted(tensor: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    """`tensor` as the input of a network that reads `shape`, without the batch: a missing channel dimension is added.

    Raises PictureError where dimensions or channels differ.
    """
    whole = tensor[None] if tensor.ndim == len(shape) - 1 else tensor
    if whole.ndim == len(shape) and whole.shape[0] == shape[0]:
        return whole
    rest = {2: "length", 3: "height, width", 4: "depth, height, width"}.get(len(shape), "...")
    raise PictureError(f"has the shape {tuple(tensor.shape)}, and the network reads ({shape[0]}, {rest})")


def _numbers(item: np.ndarray | torch.Tensor) -> torch.Tensor:
    """(...) uint8 or floating point, on the CPU; an array (H, W, C) becomes (C, H, W)."""
    if isinstance(item, np.ndarray):
        if item.dtype.kind not in "buif":
            raise PictureError(f"holds values of type {item.dtype}, not real numbers")
        if item.dtype != np.uint8 and item.dtype.kind in "bui":
            item = item.astype(np.float32)
        elif item.dtype.kind == "f" and item.dtype not in (np.float16, np.float32, np.float64):
            item = item.astype(np.float64)
        if item.ndim == 3 and item.shape[-1] in PHOTO_CHANNELS and item.shape[0] not in PHOTO_CHANNELS:
            item = item.transpose(2, 0, 1)
        return torch.from_numpy(np.ascontiguousarray(item, item.dtype.newbyteorder("=")))
    if item.is_complex():
        raise PictureError("holds complex numbers, not real ones")
    tensor = item.detach().cpu()
    return tensor if tensor.dtype == torch.uint8 or tensor.is_floating_point() else tensor.float()


def _is_photo(tensor: torch.Tensor) -> bool:
    return tensor.dtype == torch.uint8 and (
        tensor.ndim == 2 or (tensor.ndim == 3 and tensor.shape[0] in PHOTO_CHANNELS)
    )


def _picture(tensor: torch.Tensor) -> Image.Image:
    match tensor.ndim:
        case 1:
            return signal_card(tensor[None].float().numpy())
        case 2 if not _is_photo(tensor) and tensor.shape[0] <= LARGEST_CURVES and tensor.shape[1] > 2 * LARGEST_CURVES:
            return signal_card(tensor.float().numpy())
        case 2:
            return visible(tensor[None])
        case 3:
            return visible(tensor)
    return visible(middle_slice(tensor))


def _bytes_of(values: torch.Tensor) -> torch.Tensor:
    if values.dtype == torch.uint8:
        return values
    values = values.float().nan_to_num(posinf=0, neginf=0)
    low, high = float(values.min()), float(values.max())
    if low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    return ((values - low) * (255 / (high - low) if high > low else 0) + 0.5).to(torch.uint8)
