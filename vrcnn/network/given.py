"""What a pass is given: its input tensors by name, and the tensors that the network brings along."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn

from vrcnn.network.structures import named_tensors, tensors


def named_inputs(
    network: nn.Module, arguments: tuple[Any, ...], keywords: dict[str, Any]
) -> list[tuple[str, Tensor, int]]:
    """(name, tensor, position) of every input tensor: "input" for a single one, else as the forward calls them."""
    given: list[tuple[str, Tensor]] = []
    try:
        bound = inspect.signature(network.forward).bind(*arguments, **keywords)
        names = [*bound.signature.parameters][: len(arguments)]
    except (TypeError, ValueError):  # a forward that is not Python, or that will fail on these arguments
        names = []
    for position, argument in enumerate(arguments):
        given += named_tensors(argument, names[position] if position < len(names) else f"input.{position}")
    given += named_tensors(keywords)
    unique = {id(tensor): (name, tensor, position) for position, (name, tensor) in reversed([*enumerate(given)])}
    ordered = sorted(unique.values(), key=lambda each: each[2])
    if len(ordered) == 1:
        return [("input", ordered[0][1], ordered[0][2])]
    return ordered


def tensors_before(paths: Mapping[nn.Module, str]) -> list[Tensor]:
    """Tensors that were there before the pass: parameters, buffers, attributes, globals of the forwards' files."""
    found: list[Tensor] = []
    files: dict[int, dict[str, Any]] = {}
    for module in paths:
        found += tensors([*vars(module).values()])
        names = getattr(getattr(type(module), "forward", None), "__globals__", {})
        files[id(names)] = names
    for names in files.values():
        found += [value for value in names.values() if isinstance(value, Tensor)]
    return found
