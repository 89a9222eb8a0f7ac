"""What a model file may say beside its network: `images`, `labels`, `preprocess`, `input_size`, `mean`, `std`,
`example_input`, `task`, `colours`. Read once, checked, and turned into the types that the rest of vrcnn works with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, is_dataclass
from pathlib import Path
from typing import Any

import torch
from PIL import ImageColor

from vrcnn.errors import UserError
from vrcnn.network.labels import labels_of
from vrcnn.network.palette import Colour
from vrcnn.network.picture_sets import pictures_of
from vrcnn.network.pictures import PictureFile

TASKS = ("classification", "segmentation", "detection", "none")


@dataclass(frozen=True)
class Conventions:
    """None stands for what the file does not say."""

    pictures: Sequence[PictureFile] | None = None
    labels: tuple[str, ...] | None = None
    preprocess: Callable[..., Any] | None = None
    input_size: tuple[int, ...] | None = None
    mean: tuple[float, ...] | None = None
    std: tuple[float, ...] | None = None
    title: str | None = None
    example: Any = None
    task: str | None = None
    colours: tuple[Colour, ...] | None = None


def read_conventions(names: Mapping[str, Any], path: Path, with_pictures: bool = True) -> Conventions:
    """Reads the variables of a model file. Without `with_pictures`, `images` is not looked at.

    Raises UserError for a variable of a wrong type, naming it and the file.
    """
    where = path.name
    pictures, labels = None, None
    if with_pictures and names.get("images") is not None:
        pictures, labels = pictures_of(names["images"], path)
    if names.get("labels") is not None:
        labels = labels_of(names["labels"], where)
    preprocess = names.get("preprocess")
    if preprocess is not None and not callable(preprocess):
        raise UserError(
            f"`preprocess` in {where} is of type {type(preprocess).__name__}: make it a function from a PIL image to a "
            "tensor (C, H, W)."
        )
    size = _numbers(names.get("input_size"), "input_size", where)
    return Conventions(
        pictures=pictures,
        labels=labels,
        preprocess=preprocess,
        input_size=None if size is None else tuple(int(value) for value in size),
        mean=_numbers(names.get("mean"), "mean", where),
        std=_numbers(names.get("std"), "std", where),
        title=_title(names.get("title"), where),
        example=_example(names.get("example_input"), where),
        task=_task(names.get("task"), where),
        colours=_colours(names.get("colours"), where),
    )


def _title(value: Any, where: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise UserError(f"`title` in {where} is of type {type(value).__name__}: make it a string.")


def _numbers(value: Any, name: str, where: str) -> tuple[float, ...] | None:
    match value:
        case None:
            return None
        case int() | float():
            return (value,)
        case torch.Tensor():
            return tuple(value.flatten().tolist())
        case Sequence() if value and all(isinstance(item, int | float) for item in value):
            return tuple(value)
    raise UserError(f"`{name}` in {where} is of type {type(value).__name__}: make it a number or a tuple of numbers.")


def _task(value: Any, where: str) -> str | None:
    if value is None or (isinstance(value, str) and value in TASKS):
        return value
    raise UserError(f"`task` in {where} is {value!r}: make it one of {', '.join(map(repr, TASKS))}, or leave it out.")


def _colours(value: Any, where: str) -> tuple[Colour, ...] | None:
    """Colours as names that Pillow knows ("#a0c4ff", "teal"), or as red, green and blue in 0..255 or in 0..1."""
    if value is None:
        return None
    try:
        colours = [ImageColor.getrgb(each)[:3] if isinstance(each, str) else tuple(map(float, each)) for each in value]
        if not colours or any(len(each) != 3 or not all(0 <= part <= 255 for part in each) for each in colours):
            raise ValueError
    except (TypeError, ValueError):
        raise UserError(
            f"`colours` in {where} is no list of colours: give one for each class, such as "
            '"#a0c4ff" or (160, 196, 255).'
        ) from None
    is_share = not any(isinstance(each, str) for each in value) and max(map(max, colours)) <= 1
    return tuple(tuple(part if is_share else part / 255 for part in each) for each in colours)  # type: ignore[misc]


def _example(value: Any, where: str) -> Any:
    if value is None or isinstance(value, torch.Tensor | tuple | list | Mapping):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return value
    raise UserError(
        f"`example_input` in {where} is of type {type(value).__name__}: make it a tensor, a data class, a tuple of the "
        "network's arguments, or a dictionary of its keyword arguments."
    )
