"""The arguments of a forward pass: where a picture goes among them, and how they come onto a device.

Arguments may be any structure of tuples, named tuples, lists, dictionaries and data classes with tensors in it.
Structures are never changed; a changed one is a copy.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Hashable, Iterator, MutableMapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import torch
from torch import nn

Arguments = tuple[tuple[Any, ...], dict[str, Any]]
Place = tuple[Hashable, ...]
DIMENSIONS = (4, 5, 3)  # pictures (N, C, H, W) come before volumes (N, C, D, H, W), these before signals (N, C, L)


@dataclass(frozen=True)
class ExampleInput:
    """The arguments of a forward pass with batches of one. A picture takes the place of the first picture tensor.

    Attributes:
        arguments, keywords: what `module(*arguments, **keywords)` reads.
        slot: the way to the first floating-point tensor of (N, C, H, W), else of (N, C, D, H, W), else of (N, C, L):
            the index among `arguments` or the name among `keywords`, then indices, keys and fields, such as
            (0, "image"); None where there is none.
    """

    arguments: tuple[Any, ...]
    keywords: dict[str, Any]
    slot: Place | None

    @property
    def tensor(self) -> torch.Tensor | None:
        """The picture tensor, (1, C, ...)."""
        return None if self.slot is None else picture_at(self.arguments, self.keywords, self.slot)

    def with_tensor(self, tensor: torch.Tensor) -> ExampleInput:
        """The same arguments with another tensor (1, C, ...) in the slot."""
        if self.slot is None:
            return self
        _, alone = _found(self.arguments, self.keywords, self.slot)
        item = tensor[0] if alone else tensor
        first, *rest = self.slot
        if isinstance(first, int):
            changed = _replaced(self.arguments[first], rest, item)
            arguments = (*self.arguments[:first], changed, *self.arguments[first + 1 :])
            return ExampleInput(arguments, self.keywords, self.slot)
        name = str(first)
        return ExampleInput(
            self.arguments, self.keywords | {name: _replaced(self.keywords[name], rest, item)}, self.slot
        )


def picture_at(arguments: tuple[Any, ...], keywords: dict[str, Any], slot: Place) -> torch.Tensor:
    """The tensor at `slot` of these arguments, (N, C, ...); one that lies in a list, (C, H, W), as a batch of one."""
    tensor, alone = _found(arguments, keywords, slot)
    return tensor[None] if alone else tensor


def arguments_of(example: Any, module: nn.Module) -> Arguments:
    """What a model file gives as its `example_input`, as arguments and keywords of the module's forward.

    A tuple or a list holds the arguments. A dictionary holds keyword arguments, unless the forward needs exactly one
    argument and no key has its name: then it is that argument. Anything else is the only argument.
    """
    if isinstance(example, list) or type(example) is tuple:
        return tuple(example), {}
    if isinstance(example, dict) and all(isinstance(key, str) for key in example):
        required = _required(module)
        if not (len(required) == 1 and required[0] not in example):
            return (), dict(example)
    return (example,), {}


def picture_place(arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Place | None:
    """The way to the picture among the arguments, as ExampleInput.slot has it."""
    pictures = [
        (place, picture_at(arguments, keywords, place))
        for place, tensor in _tensors((*enumerate(arguments), *keywords.items()))
        if tensor.is_floating_point()
    ]
    return next((place for count in DIMENSIONS for place, tensor in pictures if tensor.ndim == count), None)


def given_at(arguments: tuple[Any, ...], keywords: dict[str, Any], slot: Place) -> tuple[torch.Tensor, bool]:
    """The tensor itself that lies at `slot`, and whether it is one picture (C, H, W) of a list."""
    return _found(arguments, keywords, slot)


def lone_pictures(arguments: tuple[Any, ...], keywords: dict[str, Any]) -> frozenset[int]:
    """The ids of the tensors that are one picture (C, H, W) of a list each, without a batch axis."""
    places = (place for place, _ in _tensors((*enumerate(arguments), *keywords.items())))
    return frozenset(id(tensor) for tensor, alone in (_found(arguments, keywords, place) for place in places) if alone)


def example_of(arguments: tuple[Any, ...], keywords: dict[str, Any], device: torch.device) -> ExampleInput:
    """Finds the picture among the arguments, cuts a batch down to its first item, and moves all to the device."""
    slot = picture_place(arguments, keywords)
    batch = 1 if slot is None else picture_at(arguments, keywords, slot).shape[0]

    def prepared(tensor: torch.Tensor) -> torch.Tensor:
        whole = batch <= 1 or tensor.ndim == 0 or tensor.shape[0] != batch
        return (tensor if whole else tensor[:1]).to(device)

    return ExampleInput(
        tuple(mapped(value, prepared) for value in arguments),
        {name: mapped(value, prepared) for name, value in keywords.items()},
        slot,
    )


def mapped(value: Any, change: Callable[[torch.Tensor], torch.Tensor]) -> Any:
    """The same structure with every tensor in it changed; whatever holds none stays the object that it is."""
    if isinstance(value, torch.Tensor):
        return change(value)
    changed = {step: new for step, part in _parts(value) if (new := mapped(part, change)) is not part}
    return _with_parts(value, changed) if changed else value


def _required(module: nn.Module) -> list[str]:
    """Names of the arguments that the forward cannot do without."""
    inner = getattr(module, "_orig_mod", module)  # what torch.compile wraps
    try:
        parameters = inspect.signature(inner.forward).parameters.values()
    except (TypeError, ValueError):
        return []
    optional_kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [p.name for p in parameters if p.default is inspect.Parameter.empty and p.kind not in optional_kinds]


def _found(arguments: tuple[Any, ...], keywords: dict[str, Any], slot: Place) -> tuple[torch.Tensor, bool]:
    """The tensor at `slot`, and whether it is one picture (C, H, W) of a list, as torchvision's detectors read them."""
    first, *rest = slot
    value, holder = (arguments[first] if isinstance(first, int) else keywords[str(first)]), None
    for step in rest:
        value, holder = dict(_parts(value))[step], value
    return value, isinstance(holder, list) and value.ndim == 3 and value.shape[0] in (1, 3)


def _tensors(parts: tuple[tuple[Hashable, Any], ...], before: Place = ()) -> Iterator[tuple[Place, torch.Tensor]]:
    """Every tensor with the way to it, depth first."""
    for step, value in parts:
        if isinstance(value, torch.Tensor):
            yield (*before, step), value
        else:
            yield from _tensors(_parts(value), (*before, step))


def _parts(value: Any) -> tuple[tuple[Hashable, Any], ...]:
    """What a structure holds, by index, key or field; nothing for any other value."""
    match value:
        case tuple() if hasattr(value, "_fields"):
            return tuple(zip(value._fields, value, strict=True))
        case tuple() | list():
            return tuple(enumerate(value))
        case MutableMapping():
            return tuple(value.items())
    if is_dataclass(value) and not isinstance(value, type):
        return tuple((field.name, getattr(value, field.name)) for field in fields(value) if hasattr(value, field.name))
    return ()


def _with_parts(value: Any, changed: dict[Hashable, Any]) -> Any:
    """A copy of the structure with these parts in it."""
    match value:
        case tuple() if hasattr(value, "_fields"):
            return type(value)(*(changed.get(name, part) for name, part in _parts(value)))
        case tuple():
            return tuple(changed.get(index, part) for index, part in enumerate(value))
    copied = copy.copy(value)
    for step, part in changed.items():
        if isinstance(copied, list | MutableMapping):
            copied[step] = part  # type: ignore[call-overload]
        else:
            object.__setattr__(copied, str(step), part)  # also where the data class is frozen
    return copied


def _replaced(value: Any, place: list[Hashable], tensor: torch.Tensor) -> Any:
    if not place:
        return tensor
    step, *rest = place
    return _with_parts(value, {step: _replaced(dict(_parts(value))[step], rest, tensor)})
