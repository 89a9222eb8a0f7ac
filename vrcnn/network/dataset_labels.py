"""What the items of a torch Dataset show: its list of labels, or what each item says of itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch.utils.data import Subset

LISTS = ("targets", "labels", "_labels", "y")  # where torchvision's data sets have them
CLASSES = ("classes", "categories")
ITEM_LABELS = ("label", "labels", "target", "class", "y")


def class_names_of(dataset: Any) -> tuple[str, ...] | None:
    """The names of a data set's classes, in the order of their indices, where it has some."""
    while isinstance(dataset, Subset):
        dataset = dataset.dataset
    lists = (getattr(dataset, name, None) for name in CLASSES)
    names = next((found for found in lists if isinstance(found, list | tuple) and found), None)
    return None if names is None else tuple(str(name) for name in names)


def listed_labels(dataset: Any) -> Callable[[int], str | int | None] | None:
    """The label of an item by its index, without reading the item; None where the data set lists none."""
    if isinstance(dataset, Subset):
        of_all = listed_labels(dataset.dataset)
        return None if of_all is None else lambda index: of_all(int(dataset.indices[index]))
    lists = (getattr(dataset, name, None) for name in LISTS)
    labels = next((found for found in lists if _lists_all(found, dataset)), None)
    return None if labels is None else lambda index: named(plain(labels[index]), class_names_of(dataset))


def item_label(item: Any, dataset: Any) -> str | int | None:
    """What an item (picture, label), or {"image": ..., "label": ...}, says of itself."""
    label = None
    match item:
        case tuple() | list() if len(item) > 1:
            label = item[1]
        case Mapping():
            label = next((item[name] for name in ITEM_LABELS if name in item), None)
    return named(plain(label), class_names_of(dataset))


def named(label: str | int | None, names: Sequence[str] | None) -> str | int | None:
    """The name of the class that is meant, where there is one."""
    return names[label] if isinstance(label, int) and names is not None and 0 <= label < len(names) else label


def plain(label: Any) -> str | int | None:
    """A name or an index; None for anything else, such as boxes or several labels."""
    if isinstance(label, torch.Tensor | np.ndarray | np.generic):
        if label.size != 1 if not isinstance(label, torch.Tensor) else label.numel() != 1:
            return None
        label = label.item()
    if isinstance(label, float) and label.is_integer():
        return int(label)
    return label if isinstance(label, str) else int(label) if isinstance(label, int) else None


def _lists_all(labels: Any, dataset: Any) -> bool:
    """Whether it holds one label for each item."""
    try:
        return len(labels) == len(dataset) and len(dataset) > 0 and plain(labels[0]) is not None
    except (TypeError, KeyError, IndexError, NotImplementedError):
        return False
