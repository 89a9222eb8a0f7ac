"""Walks whatever a forward takes or returns (tensors in tuples, lists, dicts, dataclasses) in a fixed order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from torch import Tensor


def named_tensors(structure: Any, name: str = "") -> Iterator[tuple[str, Tensor]]:
    """Every tensor in `structure` with its place in it, such as ("boxes.0", tensor), depth first."""
    if isinstance(structure, Tensor):
        yield name, structure
        return
    prefix = f"{name}." if name else ""
    if isinstance(structure, tuple | list):
        if hasattr(structure, "_fields"):
            for field in structure._fields:
                yield from named_tensors(getattr(structure, field), prefix + field)
        else:
            for position, item in enumerate(structure):
                yield from named_tensors(item, f"{prefix}{position}")
    elif isinstance(structure, Mapping):
        for key, item in structure.items():
            yield from named_tensors(item, f"{prefix}{key}")
    elif is_dataclass(structure) and not isinstance(structure, type):
        for part in fields(structure):
            yield from named_tensors(getattr(structure, part.name, None), prefix + part.name)


def tensors(structure: Any) -> list[Tensor]:
    """Every tensor in `structure`, depth first, in the same order as `named_tensors`."""
    found: list[Tensor] = []
    _collect(structure, found)
    return found


def _collect(structure: Any, found: list[Tensor]) -> None:
    if isinstance(structure, Tensor):
        found.append(structure)
    elif isinstance(structure, tuple | list):
        for item in structure:
            _collect(item, found)
    elif isinstance(structure, Mapping):
        for item in structure.values():
            _collect(item, found)
    elif is_dataclass(structure) and not isinstance(structure, type):
        for part in fields(structure):
            _collect(getattr(structure, part.name, None), found)


def distinct(items: list[Tensor]) -> list[Tensor]:
    """`items` without later repetitions of the same tensor object."""
    return list({id(item): item for item in items}.values())
