"""`images` of a model file: a folder, a list of paths, of PIL images or of tensors, or a torch Dataset."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset, IterableDataset

from vrcnn.errors import UserError
from vrcnn.network.arrays import image_of
from vrcnn.network.pictures import PictureFile, list_pictures

DATASET_ITEMS = 32


def pictures_of(images: Any, path: Path) -> tuple[tuple[PictureFile, ...], tuple[str, ...] | None]:
    """The pictures of `images` in the model file `path`, and the class names where a data set has them.

    Relative paths are relative to the file. Of a data set, at most 32 items are taken, spread evenly. Nothing is
    decoded here but the items of an IterableDataset.
    """
    match images:
        case str() | Path():
            return list_pictures(_beside(images, path)), None
        case Image.Image():
            return (_in_memory(images, "picture"),), None
        case torch.Tensor() | np.ndarray() if len(images):
            return pictures_of(list(images), path)
        case DataLoader():
            return pictures_of(images.dataset, path)
        case IterableDataset():
            items = list(islice(iter(images), DATASET_ITEMS))
            return tuple(_item_picture(items, index, f"item {index}") for index in range(len(items))), _class_names(
                images
            )
        case Dataset():
            return _dataset_pictures(images, path), _class_names(images)
        case Sequence() | set() | frozenset() if images:
            return tuple(_listed(image, number, path) for number, image in enumerate(images, start=1)), None
        case Iterable() if not hasattr(images, "__len__"):
            return pictures_of(list(images), path)
    found = f"of type {type(images).__name__}" if images else "empty"
    raise UserError(
        f"`images` in {path.name} is {found}: make it a folder, a list of paths, PIL images or tensors, or a torch "
        "Dataset."
    )


def _beside(file: str | Path, path: Path) -> Path:
    return path.parent / Path(file).expanduser()


def _in_memory(image: Image.Image, fallback: str) -> PictureFile:
    file = getattr(image, "filename", "")
    return PictureFile(Path(file).name if file else fallback, None, lambda: image)


def _listed(image: Any, number: int, path: Path) -> PictureFile:
    if isinstance(image, str | Path):
        file = _beside(image, path)
        return PictureFile(file.name, file)
    if isinstance(image, Image.Image):
        return _in_memory(image, f"picture {number}")
    if isinstance(image, torch.Tensor | np.ndarray):
        return PictureFile(f"picture {number}", None, lambda: image_of(image))
    raise UserError(
        f"`images` in {path.name} holds a value of type {type(image).__name__} at place {number}: make it a path, "
        "a PIL image or a tensor (C, H, W)."
    )


def _dataset_pictures(dataset: Any, path: Path) -> tuple[PictureFile, ...]:
    try:
        length = len(dataset)
    except (TypeError, NotImplementedError) as error:
        raise UserError(f"The Dataset `images` in {path.name} has no length: give it a __len__.") from error
    if length == 0:
        raise UserError(f"The Dataset `images` in {path.name} is empty.")
    chosen = sorted({round(place) for place in np.linspace(0, length - 1, min(length, DATASET_ITEMS))})
    return tuple(_item_picture(dataset, index, _item_name(dataset, index)) for index in chosen)


def _item_picture(items: Any, index: int, name: str) -> PictureFile:
    def read() -> Image.Image:
        return image_of(items[index])

    return PictureFile(name, None, read)


def _class_names(dataset: Any) -> tuple[str, ...] | None:
    names = getattr(dataset, "classes", None)
    return tuple(str(name) for name in names) if isinstance(names, list | tuple) else None


def _item_name(dataset: Any, index: int) -> str:
    """ "item 12", or "cat 12" for data sets that list their labels as torchvision's do, without reading the item."""
    targets, names = getattr(dataset, "targets", None), _class_names(dataset)
    try:
        label = int(targets[index])  # type: ignore[index]
    except (TypeError, ValueError, IndexError, KeyError):
        return f"item {index}"
    return f"{names[label]} {index}" if names and 0 <= label < len(names) else f"class {label}, item {index}"
