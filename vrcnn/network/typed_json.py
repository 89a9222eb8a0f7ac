"""From JSON that anybody may have written to data classes: each value of the type that is asked for, or nothing."""

from __future__ import annotations

import types
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from math import isfinite
from typing import Any, Union, get_args, get_origin, get_type_hints

LONGEST_TEXT = 1 << 16  # letters
LARGEST = 1 << 53


def decoded(kind: Any, value: Any, where: str = "the file") -> Any:
    """`value`, as json.loads made it, as an object of `kind`.

    That is a data class, int, float, bool, str, None, a union, a tuple, or a dict with strings as keys. Names that a
    data class does not have are passed over, those that it lacks have their defaults. Raises ValueError, which says
    where, for anything else.
    """
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _one_of(get_args(kind), value, where)
    if origin is tuple and isinstance(value, list):
        parts = get_args(kind)
        if len(parts) == 2 and parts[1] is Ellipsis:
            return tuple(decoded(parts[0], each, f"{where}[{place}]") for place, each in enumerate(value))
        if len(parts) == len(value):
            return tuple(decoded(part, each, where) for part, each in zip(parts, value, strict=True))
    if origin is dict and isinstance(value, dict):
        return {key: decoded(get_args(kind)[1], each, f"{where}.{key[:40]}") for key, each in value.items()}
    if origin is None and _is_plain(kind, value):
        return float(value) if kind is float else value
    if is_dataclass(kind) and isinstance(kind, type) and isinstance(value, dict):
        return _object(kind, value, where)
    raise ValueError(f"{where} is not what it should be")


def _one_of(kinds: tuple[Any, ...], value: Any, where: str) -> Any:
    for kind in kinds:
        try:
            return decoded(kind, value, where)
        except ValueError:
            continue
    raise ValueError(f"{where} is not what it should be")


def _is_plain(kind: Any, value: Any) -> bool:
    if kind is type(None):
        return value is None
    if kind is int:
        return type(value) is int and abs(value) <= LARGEST
    if kind is float:
        return type(value) in (int, float) and abs(value) <= LARGEST and isfinite(value)
    if kind is str:
        return isinstance(value, str) and len(value) <= LONGEST_TEXT
    return kind is bool and isinstance(value, bool)


def _object(kind: type[Any], value: dict[str, Any], where: str) -> Any:
    hints = _hints(kind)  # type: ignore[arg-type]
    found = {}
    for each in fields(kind):
        if each.name in value:
            found[each.name] = decoded(hints[each.name], value[each.name], f"{where}.{each.name}")
        elif each.default is MISSING and each.default_factory is MISSING:
            raise ValueError(f"{where} has no {each.name}")
    return kind(**found)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
