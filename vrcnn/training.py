"""Checkpoints of a training, written by the training itself, to be walked through later: `vrcnn run --checkpoints`.

Only torch is needed here, and only once something is written.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Iterable, Iterator, Mapping
from math import isfinite
from pathlib import Path
from typing import Any

from vrcnn.errors import UserError
from vrcnn.whole_file import write_whole

LOG = "checkpoints.jsonl"  # in the folder: a line of JSON for each file, with what was told of it
DIGITS = 8  # of the steps in the files' names, so that they sort as they were written


class Checkpoints:
    """Writes what layers have learned so far, every so many steps, into a folder.

        checkpoints = vrcnn.Checkpoints("checkpoints", model, every=100)
        for step, (pictures, labels) in enumerate(loader):
            ...
            checkpoints(step, loss=loss.item())

    Args:
        folder: where the files go; it is made if it is not there.
        module: the network that is trained; what wraps it (DataParallel, torch.compile) is left out of the names.
        layers: names of its submodules, such as "layer1" or "layer1.0.conv1", whose parameters and buffers are kept,
            with all that is inside them; everything by default. One name may be given as it is.
        every: a file is written at each multiple of this number of steps.

    A file holds the tensors as they are (dtype and all), on the CPU, and opens with
    `torch.load(path, weights_only=True)["state_dict"]`. One that cannot be written is told of by a warning, and the
    training goes on.

    Raises UserError where `module` is none, `layers` names no layer, `every` is below 1, or the folder cannot be made.
    """

    def __init__(
        self, folder: str | os.PathLike[str], module: Any, layers: Iterable[str] | None = None, every: int = 1
    ) -> None:
        if every < 1:
            raise UserError(f"every={every} is no number of steps: give 1 or more.")
        self._folder, self._module, self._every = Path(folder), _bare(module), every
        if not hasattr(self._module, "named_modules"):
            raise UserError(f"Checkpoints are of a torch.nn.Module, not of {type(module).__name__}.")
        self._layers = None if layers is None else (layers,) if isinstance(layers, str) else tuple(layers)
        known = {name for name, _ in self._module.named_modules()}
        for name in self._layers or ():
            if name not in known:
                raise UserError(f'The network has no layer "{name}": give names as named_modules() has them.')
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(f"Cannot make the folder {folder}: {error.strerror or error}.") from error
        self._failing = False  # whether the last one could not be written: of several in a row only the first is told

    def __call__(self, step: int, **numbers: float) -> Path | None:
        """After a step of the training, counted from 0 or from wherever it goes on. `numbers` such as loss=0.3 are
        shown beside the checkpoint. Returns the file, or None where none was due or could be written."""
        if step % self._every:
            return None
        return self.save(step, **numbers)

    def save(self, step: int, **numbers: float) -> Path | None:
        """The same at any step, such as the last one."""
        path = self._folder / f"step-{step:0{DIGITS}d}.pt"
        told = {name: float(number) for name, number in numbers.items()}
        try:
            self._write(path, step)
            self._note(path, step, told)
        except (UserError, OSError) as error:
            self._warn(str(error))
            return None
        self._failing = False
        return path

    def _write(self, path: Path, step: int) -> None:
        import torch

        state = {name: tensor.detach().to("cpu", copy=True) for name, tensor in self._tensors()}
        content = {"format": "vrcnn checkpoint", "version": 1, "step": step, "state_dict": state}
        write_whole(path, lambda file: torch.save(content, file))

    def _tensors(self) -> Iterator[tuple[str, Any]]:
        import torch

        for name, tensor in self._module.state_dict().items():
            wanted = self._layers is None or any(not layer or name.startswith(f"{layer}.") for layer in self._layers)
            if wanted and isinstance(tensor, torch.Tensor):
                yield name, tensor

    def _note(self, path: Path, step: int, numbers: Mapping[str, float]) -> None:
        told = {name: number if isfinite(number) else None for name, number in numbers.items()}
        line = json.dumps({"file": path.name, "step": step, "numbers": told}, ensure_ascii=False)
        with (self._folder / LOG).open("a", encoding="utf-8") as log:
            log.write(f"{line}\n")

    def _warn(self, words: str) -> None:
        if not self._failing:
            self._failing = True
            warnings.warn(f"A checkpoint was not kept, the training goes on: {words}", stacklevel=4)


def _bare(module: Any) -> Any:
    """Without what wraps it: DataParallel and its like keep it as `module`, torch.compile as `_orig_mod`."""
    import torch

    while True:
        inside = getattr(module, "_orig_mod", None)
        if inside is None and isinstance(module, torch.nn.DataParallel | torch.nn.parallel.DistributedDataParallel):
            inside = module.module
        if inside is None:
            return module
        module = inside
