"""Checkpoints of a training in a folder, and a network that takes on the weights of one after the other."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path

import torch
from torch import Tensor, nn

from vrcnn.errors import UserError
from vrcnn.network.guard import turn
from vrcnn.network.operations import unwrap
from vrcnn.network.weights import differences, weights_of
from vrcnn.training import LOG

SUFFIXES = (".pt", ".pth", ".ckpt", ".safetensors")


@dataclass(frozen=True)
class Checkpoint:
    """A file with weights. `step` is the last number in its name, or what the training has told; None without one.

    `numbers` are what the training has told beside it, such as {"loss": 0.3}.
    """

    path: Path
    step: int | None
    numbers: Mapping[str, float] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What it is called where it has no step."""
        return self.path.stem


def list_checkpoints(folder: Path) -> tuple[Checkpoint, ...]:
    """Those of a folder in the order of their steps; those without one, by their age, come behind.

    Raises UserError where there are none.
    """
    if not folder.is_dir():
        raise UserError(f"There is no folder {folder}: give one with checkpoints to --checkpoints.")
    told = _told(folder / LOG)
    found = []
    for path in folder.iterdir():
        if path.suffix.lower() in SUFFIXES and not path.name.startswith(".") and path.is_file():
            step, numbers = told.get(path.name, (_step(path), {}))
            found.append(Checkpoint(path, step, numbers))
    if not found:
        raise UserError(
            f"{folder} has no checkpoints: they are files that end with {', '.join(SUFFIXES)}, such as those that "
            "vrcnn.Checkpoints writes."
        )

    def order(checkpoint: Checkpoint) -> tuple[bool, float, str]:
        behind = checkpoint.step is None
        place = checkpoint.path.stat().st_mtime if checkpoint.step is None else checkpoint.step
        return behind, place, checkpoint.path.name

    return tuple(sorted(found, key=order))


class Times:
    """A network that takes on the weights of checkpoints; tensors that one lacks are those of the beginning."""

    def __init__(self, module: nn.Module) -> None:
        self._module = module = unwrap(module)
        self._first = {name: tensor.detach().clone() for name, tensor in _state(module).items()}

    def take(self, path: Path) -> int:
        """Copies the tensors of a file into the network, in place; returns how many they are.

        Raises UserError where it cannot be read, has none of the network's tensors, some that it has not, or some of
        another shape; the network is as before then.
        """
        given = weights_of(path, self._module)
        problems = differences(self._first, given, partly=True)
        if problems:
            raise UserError(f"The checkpoint {path.name} does not fit: {'; '.join(problems)}.")
        if not given:
            raise UserError(f"The checkpoint {path.name} has no tensor of the network.")
        self._write({**self._first, **given})
        return len(given)

    def give_back(self) -> None:
        """The weights of the beginning."""
        self._write(self._first)

    @property
    def count(self) -> int:
        """Tensors that the network has."""
        return len(self._first)

    def _write(self, state: Mapping[str, Tensor]) -> None:
        with turn(), torch.no_grad():
            for name, tensor in _state(self._module).items():
                tensor.copy_(state[name])


def _state(module: nn.Module) -> dict[str, Tensor]:
    return {name: tensor for name, tensor in module.state_dict().items() if isinstance(tensor, Tensor)}


def _told(log: Path) -> dict[str, tuple[int | None, dict[str, float]]]:
    """By the files' names, what a training has told; lines that are no such thing are passed over."""
    told: dict[str, tuple[int | None, dict[str, float]]] = {}
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return told
    for line in lines:
        try:
            record = json.loads(line)
            step, numbers = record["step"], record.get("numbers") or {}
            known = {str(name): float(number) for name, number in numbers.items() if number is not None}
            told[str(record["file"])] = int(step), {name: n for name, n in known.items() if isfinite(n)}
        except (ValueError, TypeError, KeyError, AttributeError):
            continue
    return told


def _step(path: Path) -> int | None:
    digits = re.findall(r"\d+", path.stem)
    return int(digits[-1]) if digits else None
