"""What a network and torch's global state look like, remembered without copying weights, and what has changed since.

Numbers are remembered as checksums (CRC-32), so that a snapshot of a large network takes no memory worth mentioning.
"""

from __future__ import annotations

import io
import random
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from vrcnn.network.operations import is_script

_STATE = frozenset({"_parameters", "_buffers", "_modules"})
_MISSING = object()


@dataclass(frozen=True)
class Change:
    """Something that is not as it was.

    Attributes:
        what: "hook", "mode", "parameter", "buffer", "submodule", "attribute", "class", "random state" or "setting".
        where: path of the module, the name of a class; "" for the network itself and for what is global.
        name: which one, such as "weight" or "_forward_hooks".
        how: "added", "removed", "replaced", "other numbers", or from what to what.
    """

    what: str
    where: str
    name: str
    how: str

    def __str__(self) -> str:
        place = f" of {self.where}" if self.where else ""
        return f"{self.what} {self.name}{place}: {self.how}"


@dataclass(frozen=True)
class _Numbers:
    """A parameter or buffer: which object it is, what it holds and its gradient."""

    tensor: Any
    checksum: int
    requires_grad: bool
    gradient: Any
    gradient_checksum: int


@dataclass(frozen=True)
class _Part:
    """One module as it was. The objects themselves are kept, so that no other can take their identity."""

    attributes: dict[str, Any]
    tables: dict[str, dict[Any, Any]]  # hooks and submodules: what is registered under which key
    numbers: dict[tuple[str, str], _Numbers]
    training: bool


@dataclass(frozen=True)
class Snapshot:
    """A network and the global state of torch, numpy and Python as they were. Make one with `snapshot`."""

    parts: dict[str, _Part]
    forwards: dict[type, Any]
    settings: dict[str, Any] = field(default_factory=dict)


def snapshot(network: nn.Module) -> Snapshot:
    """Remembers `network` with all its parts, and what is global."""
    modules = dict(network.named_modules())
    forwards = {type(module): getattr(type(module), "forward", None) for module in modules.values()}
    return Snapshot({path: _part(module) for path, module in modules.items()}, forwards, _settings())


def changes(before: Snapshot, after: Snapshot) -> tuple[Change, ...]:
    """What differs between two snapshots of the same network, the earlier one first."""
    found: list[Change] = []
    for path in before.parts.keys() | after.parts.keys():
        if path in before.parts and path in after.parts:
            found += _differences(path, before.parts[path], after.parts[path])
    found += [
        Change("class", kind.__name__, "forward", "replaced")
        for kind, forward in before.forwards.items()
        if after.forwards.get(kind, forward) is not forward
    ]
    for name, value in before.settings.items():
        if after.settings[name] != value:
            is_random = name.startswith("random")
            how = "another state" if is_random else f"{value} became {after.settings[name]}"
            found.append(Change("random state" if is_random else "setting", "", name.removeprefix("random "), how))
    return tuple(sorted(found, key=lambda change: (change.where, change.what, change.name)))


def checksum(tensor: Any) -> int:
    """A number that differs when the tensor's numbers do; 0 for a tensor that has none (yet)."""
    return zlib.crc32(numbers_in(tensor))


def numbers_in(tensor: Any) -> memoryview:
    """The bytes of the tensor's numbers, in main memory; none of a tensor that has no numbers (yet)."""
    if tensor is None or nn.parameter.is_lazy(tensor) or tensor.is_meta:
        return memoryview(b"")
    with torch.no_grad(), torch._C.DisableTorchFunction():
        plain = tensor.detach()
        if plain.layout is torch.strided and not plain.is_quantized and type(plain) in (Tensor, nn.Parameter):
            plain = plain.cpu().contiguous().resolve_conj().resolve_neg()
            return memoryview(plain.reshape(-1).view(torch.uint8).numpy())
        stored = io.BytesIO()
        torch.save(plain, stored)
        return stored.getbuffer()


def _part(module: nn.Module) -> _Part:
    held = dict(vars(module))
    tables: dict[str, dict[Any, Any]] = {name: dict(each) for name, each in held.items() if _is_table(name, each)}
    numbers = {("parameter", name): _numbers(each) for name, each in _entries(held.get("_parameters"))}
    numbers |= {("buffer", name): _numbers(each) for name, each in _entries(held.get("_buffers"))}
    if is_script(module):
        numbers = {("parameter", name): _numbers(each) for name, each in module.named_parameters(recurse=False)}
        numbers |= {("buffer", name): _numbers(each) for name, each in module.named_buffers(recurse=False)}
    attributes = {name: each for name, each in held.items() if name not in tables and name not in _STATE}
    attributes.pop("training", None)
    return _Part(attributes, tables, numbers, module.training)


def _entries(table: Any) -> Iterable[tuple[str, Tensor | None]]:
    return table.items() if isinstance(table, Mapping) else ()


def _is_table(name: str, value: Any) -> bool:
    return isinstance(value, Mapping) and (name == "_modules" or name.endswith("_hooks"))


def _numbers(tensor: Tensor | None) -> _Numbers:
    if tensor is None:
        return _Numbers(None, 0, False, None, 0)
    gradient = tensor.grad if tensor.is_leaf else None
    return _Numbers(tensor, checksum(tensor), tensor.requires_grad, gradient, checksum(gradient))


def _settings() -> dict[str, Any]:
    kind, keys, *position = np.random.get_state()
    return {
        "random torch": checksum(torch.random.get_rng_state()),
        "random numpy": (kind, np.asarray(keys).tobytes(), *position),
        "random Python": random.getstate(),
        "gradients": torch.is_grad_enabled(),
        "inference mode": torch.is_inference_mode_enabled(),
        "default dtype": torch.get_default_dtype(),
        "default device": torch.get_default_device(),
        "torch function modes": torch._C._len_torch_function_stack(),
        "deterministic algorithms": torch.are_deterministic_algorithms_enabled(),
        "threads": torch.get_num_threads(),
    }


def _differences(path: str, before: _Part, after: _Part) -> Iterator[Change]:
    if before.training != after.training:
        yield Change("mode", path, "training", f"{before.training} became {after.training}")
    for name, table in before.tables.items():
        what = "submodule" if name == "_modules" else "hook"
        for key, how in _compared(table, after.tables.get(name, {})):
            yield Change(what, path, key if name == "_modules" else name, how)
    for name, how in _compared(before.attributes, after.attributes):
        yield Change("attribute", path, name, how)
    for (what, name), was in before.numbers.items():
        now = after.numbers.get((what, name))
        if now is None:
            yield Change(what, path, name, "removed")
        elif how := _changed(was, now):
            yield Change(what, path, name, how)
    for what, name in after.numbers.keys() - before.numbers.keys():
        yield Change(what, path, name, "added")


def _compared(before: Mapping[Any, Any], after: Mapping[Any, Any]) -> Iterator[tuple[Any, str]]:
    for key, value in before.items():
        present = after.get(key, _MISSING)
        if present is not value:
            yield key, "removed" if present is _MISSING else "replaced"
    for key in after.keys() - before.keys():
        yield key, "added"


def _changed(before: _Numbers, after: _Numbers) -> str:
    if before.tensor is not after.tensor:
        return "replaced"
    if before.checksum != after.checksum:
        return "other numbers"
    if before.requires_grad != after.requires_grad:
        return f"requires_grad {before.requires_grad} became {after.requires_grad}"
    if before.gradient is not after.gradient or before.gradient_checksum != after.gradient_checksum:
        return "another gradient"
    return ""
