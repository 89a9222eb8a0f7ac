"""Finds the network in a Python file of the user: `model`, `build_model()`, or what else can only be meant."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from torch import nn
from torch.nn.modules.loss import _Loss

from vrcnn.errors import UserError
from vrcnn.network.user_code import errors_located


def find_model(module: ModuleType, path: Path, name: str | None = None) -> nn.Module:
    """The network of an imported file.

    `name` picks a variable, a class or a function of the file. Without it the first of these counts: `model`,
    `build_model`, the only instance of nn.Module among the file's variables, the only class of the file that derives
    from nn.Module and needs no arguments. Raises UserError when there is none or more than one.
    """
    if name is not None:
        if not hasattr(module, name):
            raise UserError(f"{path} has no `{name}`{_offer(_choices(module), ': --model may name ')}.")
        return build(getattr(module, name), name, path)
    for usual in ("model", "build_model"):
        if hasattr(module, usual):
            return build(getattr(module, usual), usual, path)
    for found in (_instances(module), _classes(module)):
        if len(found) > 1:
            raise UserError(f"{path} has several networks ({', '.join(found)}): choose one with --model NAME.")
        for only, candidate in found.items():
            return build(candidate, only, path)
    raise UserError(
        f"There is no network in {path}: vrcnn looks for a variable `model`, a function `build_model()`, another "
        "variable that holds an nn.Module, or a class derived from nn.Module that needs no arguments"
        f"{_offer(_functions(module), '. A function of the file can be chosen with --model NAME, such as ')}."
    )


def build(candidate: Any, name: str, path: Path) -> nn.Module:
    """An nn.Module from an instance, a class or a function without required arguments. UserError for others."""
    if isinstance(candidate, nn.Module):
        return candidate
    if not callable(candidate):
        raise UserError(
            f"`{name}` in {path.name} is of type {type(candidate).__name__}: make it an nn.Module, or a function or "
            "class that makes one."
        )
    if required := _required(candidate):
        raise UserError(
            f"`{name}` in {path.name} needs the arguments {', '.join(required)}: give them defaults, or write "
            f"`model = {name}(...)` or a function `build_model()` that calls it."
        )
    with errors_located(f"building the network with {name}()", path.parent):
        built = candidate()
    if not isinstance(built, nn.Module):
        raise UserError(
            f"`{name}()` in {path.name} returned a value of type {type(built).__name__}: let it return an nn.Module."
        )
    return built


def _required(candidate: Callable[..., Any]) -> list[str]:
    try:
        parameters = inspect.signature(candidate).parameters.values()
    except (TypeError, ValueError):
        return []
    optional_kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [p.name for p in parameters if p.default is inspect.Parameter.empty and p.kind not in optional_kinds]


def _instances(module: ModuleType) -> dict[str, Any]:
    found: dict[int, tuple[str, Any]] = {}
    for name, value in vars(module).items():
        if isinstance(value, nn.Module) and not isinstance(value, _Loss) and not name.startswith("_"):
            found.setdefault(id(value), (name, value))
    return dict(found.values())


def _own(module: ModuleType) -> dict[str, Any]:
    return {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__ and callable(value)
    }


def _classes(module: ModuleType) -> dict[str, Any]:
    return {
        name: value
        for name, value in _own(module).items()
        if isinstance(value, type) and issubclass(value, nn.Module) and not _required(value)
    }


def _functions(module: ModuleType) -> dict[str, Any]:
    return {name: value for name, value in _own(module).items() if inspect.isfunction(value) and not _required(value)}


def _choices(module: ModuleType) -> dict[str, Any]:
    return _instances(module) | _classes(module) | _functions(module)


def _offer(names: dict[str, Any], introduction: str) -> str:
    return introduction + ", ".join(names) if names else ""
