"""Data classes as JSON and back: for what sessions and tours keep of the World, each member under its own name.

Enumerations are their values, tuples and sets lists, arrays a text (their .npy file, compressed, in base 64). What is
read is checked against the data class's own types; members that are missing are as by default.
"""

from __future__ import annotations

import base64
import binascii
import builtins
import io
import re
import sys
import types
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import lru_cache
from math import isfinite
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np

LARGEST = 1 << 30  # bytes of an array that is read


class Misfit(ValueError):  # noqa: N818 - named for what happened, as UserError is
    """What was read is not what it should be; the message says where and why."""


def plain(value: Any) -> Any:
    """What json can write of a value: data classes, tuples, sets, mappings, arrays, enumerations, numbers and texts."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float | np.floating):
        return float(value) if isfinite(value) else {"number": str(float(value))}
    if isinstance(value, np.ndarray):
        return packed(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value) if each.init}
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(plain(each) for each in value)
    if isinstance(value, Sequence):
        return [plain(each) for each in value]
    raise TypeError(f"{type(value).__name__} cannot be kept in a session")


def taken(kind: Any, content: Any, where: str) -> Any:
    """A value of the type `kind` from what json has read. Raises Misfit where it is none."""
    origin, parts = get_origin(kind), get_args(kind)
    if kind is Any:
        return content
    if origin in (Union, types.UnionType):
        return _one_of(parts, content, where)
    if origin is Literal:
        return _known(parts, content, where)
    if origin is tuple:
        return _tuple(parts, content, where)
    if origin in (list, frozenset, set):
        return origin(taken(parts[0], one, f"{where}[{number}]") for number, one in enumerate(_list(content, where)))
    if origin in (dict, Mapping):
        return {name: taken(parts[1], one, f"{where}.{name}") for name, one in _record(content, where).items()}
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(_known([each.value for each in kind], content, where))
    if kind is np.ndarray or origin is np.ndarray:
        return unpacked(content, where)
    if is_dataclass(kind):
        return _data(kind, _record(content, where), where)
    return _simple(kind, content, where)


def packed(array: np.ndarray) -> str:
    """An array as text, to the bit."""
    file = io.BytesIO()
    np.save(file, np.ascontiguousarray(array), allow_pickle=False)
    return base64.b64encode(zlib.compress(file.getvalue(), 6)).decode()


def unpacked(content: Any, where: str) -> np.ndarray:
    """The array again. Raises Misfit."""
    try:
        inflater = zlib.decompressobj()
        data = inflater.decompress(base64.b64decode(_text(content, where), validate=True), LARGEST)
        return np.load(io.BytesIO(data), allow_pickle=False)
    except (binascii.Error, zlib.error, ValueError, EOFError, OSError, MemoryError) as error:
        raise Misfit(f"{where} is no array ({error})") from error


def _data(kind: Any, record: dict[str, Any], where: str) -> Any:
    hints, given = _hints(kind), {}
    for each in fields(kind):
        if each.init and each.name in record:
            given[each.name] = taken(hints[each.name], record[each.name], f"{where}.{each.name}")
        elif each.init and each.default is MISSING and each.default_factory is MISSING:
            raise Misfit(f"{where} has no {each.name}")
    return kind(**given)


@lru_cache(64)
def _hints(kind: type) -> dict[str, Any]:
    """The types of its members; one that only type checkers know of is not checked here."""
    try:
        return get_type_hints(kind)
    except NameError:
        names = {**vars(sys.modules[kind.__module__]), **vars(builtins)}
        found = {}
        for each in fields(kind):
            words = str(each.type)
            unknown = [word for word in re.findall(r"[A-Za-z_]\w*", words) if word not in names and word != "None"]
            found[each.name] = Any if unknown else eval(words, dict(names))
        return found


def _one_of(parts: Sequence[Any], content: Any, where: str) -> Any:
    if content is None and type(None) in parts:
        return None
    misfits = []
    for part in parts:
        if part is type(None):
            continue
        try:
            return taken(part, content, where)
        except Misfit as misfit:
            misfits.append(misfit)
    raise misfits[0]


def _tuple(parts: Sequence[Any], content: Any, where: str) -> tuple[Any, ...]:
    found = _list(content, where)
    if len(parts) == 2 and parts[1] is Ellipsis:
        return tuple(taken(parts[0], one, f"{where}[{number}]") for number, one in enumerate(found))
    if len(found) != len(parts):
        raise Misfit(f"{where} is not {len(parts)} values")
    return tuple(
        taken(part, one, f"{where}[{number}]") for number, (part, one) in enumerate(zip(parts, found, strict=True))
    )


def _simple(kind: Any, content: Any, where: str) -> Any:
    if kind is float:
        if isinstance(content, dict) and isinstance(content.get("number"), str):
            return float(content["number"])
        if isinstance(content, bool) or not isinstance(content, int | float) or not isfinite(content):
            raise Misfit(f"{where} is not a number")
        return float(content)
    if kind is int and isinstance(content, int) and not isinstance(content, bool):
        return content
    if kind is bool and isinstance(content, bool):
        return content
    if kind is str:
        return _text(content, where)
    if kind is object:
        return content
    words = {int: "a whole number", bool: "true or false"}.get(kind, str(getattr(kind, "__name__", kind)))
    raise Misfit(f"{where} is not {words}")


def _known(known: Sequence[Any], content: Any, where: str) -> Any:
    if content not in known:
        raise Misfit(f"{where} is none of {', '.join(map(str, known))}")
    return content


def _record(content: Any, where: str) -> dict[str, Any]:
    if not isinstance(content, dict):
        raise Misfit(f"{where} is no object")
    return content


def _list(content: Any, where: str) -> list[Any]:
    if not isinstance(content, list | tuple):
        raise Misfit(f"{where} is no list")
    return list(content)


def _text(content: Any, where: str) -> str:
    if not isinstance(content, str):
        raise Misfit(f"{where} is no text")
    return content
