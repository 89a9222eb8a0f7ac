"""Loads a file of weights into a module, without running any code that the file may carry."""

from __future__ import annotations

from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch

from vrcnn.errors import UserError

WRAPPERS = ("state_dict", "model_state_dict", "model")
PREFIXES = ("module.", "_orig_mod.", "model.")  # DataParallel, torch.compile, Lightning
NAMED = 3


def load_weights(module: torch.nn.Module, path: Path) -> None:
    """Copies the tensors of a .pt, .pth or .safetensors file into the module, all of them and no others.

    A training checkpoint is opened at "state_dict", "model_state_dict" or "model"; a prefix that all names share
    ("module." of DataParallel and the like) is left out. Raises UserError when the file cannot be read safely or
    does not fit; the module is then as it was.
    """
    given = weights_of(path, module)
    if problems := differences(module.state_dict(), given):
        raise UserError(f"The weights of {path} do not fit {type(module).__name__}: {'; '.join(problems)}.")
    module.load_state_dict(given)


def weights_of(path: Path, module: torch.nn.Module) -> dict[str, torch.Tensor]:
    """The tensors of a file by the names that they have in the module. Raises UserError as `load_weights` does."""
    return _without_prefix(_state_dict(_read(path), path), module)


def _read(path: Path) -> Any:
    if not path.is_file():
        raise UserError(f"There is no file of weights {path}.")
    if path.suffix == ".safetensors":
        return _read_safetensors(path)
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except UnpicklingError as error:
        said = str(error).lower()
        if "unsupported operand" in said or not ("weights_only" in said or "unsupported" in said):
            raise UserError(f"{path} is not a file of PyTorch weights, or it is broken.") from error
        raise UserError(
            f"{path} holds more than tensors, and opening it could run code, so it is not opened: "
            "save the weights alone, with torch.save(model.state_dict(), path)."
        ) from error
    except Exception as error:  # zip, tar and pickle readers raise whatever the bytes led them to
        reason = f" ({_headline(error)})" if isinstance(error, RuntimeError | OSError) else ""
        raise UserError(f"{path} is not a file of PyTorch weights, or it is broken{reason}.") from error


def _read_safetensors(path: Path) -> Any:
    try:
        from safetensors.torch import load_file
    except ImportError as error:
        raise UserError(f"To read {path}, install safetensors: pip install safetensors.") from error
    try:
        return load_file(path)
    except Exception as error:
        raise UserError(f"{path} is not a safetensors file, or it is broken: {_headline(error)}") from error


def _headline(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__


def _state_dict(content: Any, path: Path) -> dict[str, torch.Tensor]:
    for key in ("", *WRAPPERS):
        inner = content.get(key) if key and isinstance(content, dict) else content
        if isinstance(inner, dict) and inner and all(isinstance(value, torch.Tensor) for value in inner.values()):
            return dict(inner)
    kind = f"a dictionary with {some(map(str, content))}" if isinstance(content, dict) else type(content).__name__
    raise UserError(
        f"{path} holds {kind}, and no weights: save model.state_dict(), alone or under one of {', '.join(WRAPPERS)}."
    )


def _without_prefix(given: dict[str, torch.Tensor], module: torch.nn.Module) -> dict[str, torch.Tensor]:
    expected = module.state_dict()
    for prefix in PREFIXES:
        if all(name.startswith(prefix) for name in given) and not any(name.startswith(prefix) for name in expected):
            given = {name.removeprefix(prefix): tensor for name, tensor in given.items()}
    return given


def differences(expected: dict[str, Any], given: dict[str, torch.Tensor], partly: bool = False) -> list[str]:
    """What keeps tensors from being those of a network, in words; `partly`: some of them may be missing."""
    missing = [name for name in expected if name not in given]
    unexpected = [name for name in given if name not in expected]
    shapes = [
        f"{name} is {tuple(given[name].shape)} in the file and {tuple(tensor.shape)} in the network"
        for name, tensor in expected.items()
        if name in given and isinstance(tensor, torch.Tensor) and tensor.shape != given[name].shape
    ]
    problems = []
    if missing and not partly:
        problems.append(f"the file lacks {some(missing)}")
    if unexpected:
        problems.append(f"the network has no {some(unexpected)}")
    if shapes:
        problems.append(some(shapes))
    return problems


def some(names: Any) -> str:
    """The first few names, and how many more there are."""
    names = list(names)
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
