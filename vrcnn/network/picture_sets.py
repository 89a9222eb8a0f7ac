"""`images` of a model file: a folder, a list of paths, of PIL images or of tensors, or a torch Dataset.

What their pictures show, where folders or data sets say so, is in dataset_labels.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, overload

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset, IterableDataset

from vrcnn.errors import UserError
from vrcnn.network.arrays import image_of
from vrcnn.network.dataset_labels import class_names_of, item_label, listed_labels
from vrcnn.network.pictures import PictureFile, list_pictures

DATASET_ITEMS = 32


class LastItem:
    """The items of a data set; of the last one nothing has to be read a second time."""

    def __init__(self, items: Any) -> None:
        self.items = items
        self._last: tuple[int, Any] | None = None

    def __getitem__(self, index: int) -> Any:
        last = self._last
        if last is None or last[0] != index:
            last = self._last = index, self.items[index]
        return last[1]


class DatasetPictures(Sequence[PictureFile]):
    """The items of a data set as pictures; none is read or named before it is asked for."""

    def __init__(self, dataset: Any, length: int) -> None:
        self._dataset = LastItem(dataset)
        self._length = length

    @property
    def classes(self) -> tuple[str, ...] | None:
        """The names of the data set's classes, in the order of their indices, where it has some."""
        return class_names_of(self._dataset.items)

    @property
    def labels(self) -> Callable[[int], str | int | None] | None:
        """What an item shows, by its index, where the data set knows without reading it."""
        return listed_labels(self._dataset.items)

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> PictureFile: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[PictureFile, ...]: ...
    def __getitem__(self, index: int | slice) -> PictureFile | tuple[PictureFile, ...]:
        if isinstance(index, slice):
            return tuple(self[each] for each in range(self._length)[index])
        place = range(self._length)[index]
        return _item_picture(self._dataset, place, _item_name(self._dataset.items, place))


def for_shelf(pictures: Sequence[PictureFile], most: int) -> tuple[PictureFile, ...]:
    """At most so many of the pictures, spread evenly; of a data set at most 32."""
    return tuple(pictures[place] for place in shelf_places(pictures, most))


def shelf_places(pictures: Sequence[PictureFile], most: int) -> tuple[int, ...]:
    """Where in the set those pictures are."""
    most = min(most, DATASET_ITEMS) if isinstance(pictures, DatasetPictures) else most
    last = len(pictures) - 1
    if last < most:
        return tuple(range(len(pictures)))
    return tuple(round(place * last / (most - 1)) for place in range(most))


def pictures_of(images: Any, path: Path) -> tuple[Sequence[PictureFile], tuple[str, ...] | None]:
    """The pictures of `images` in the model file `path`, and the class names where a data set has them.

    Relative paths are relative to the file. Of an IterableDataset the first 32 items are taken. Nothing is decoded
    here but these.
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
            held = LastItem(items)
            pictures = tuple(_item_picture(held, index, f"item {index}") for index in range(len(items)))
            return pictures, class_names_of(images)
        case Dataset():
            return _dataset_pictures(images, path), class_names_of(images)
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


def _dataset_pictures(dataset: Any, path: Path) -> DatasetPictures:
    try:
        length = len(dataset)
    except (TypeError, NotImplementedError) as error:
        raise UserError(f"The Dataset `images` in {path.name} has no length: give it a __len__.") from error
    if length == 0:
        raise UserError(f"The Dataset `images` in {path.name} is empty.")
    return DatasetPictures(dataset, length)


def _item_picture(items: LastItem, index: int, name: str) -> PictureFile:
    def read() -> Image.Image:
        return image_of(items[index])

    def label() -> str | int | None:
        labels = listed_labels(items.items)
        return item_label(items[index], items.items) if labels is None else labels(index)

    return PictureFile(name, None, read, label)


def _item_name(dataset: Any, index: int) -> str:
    """ "item 12", or "cat 12" for data sets that list their labels as torchvision's do, without reading the item."""
    labels = listed_labels(dataset)
    label = None if labels is None else labels(index)
    if label is None:
        return f"item {index}"
    return f"class {label}, item {index}" if isinstance(label, int) else f"{label} {index}"
