"""Writes networks of the study with some of its pictures into a folder of their own, as kept_networks.py opens it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from vrcnn.errors import UserError
from vrcnn.study.kept_networks import ABOUT, HELD_OUT, SEEN, TRAINING
from vrcnn.study.lessons import lesson_of
from vrcnn.study.material import parts_of_run
from vrcnn.study.modes import MODES
from vrcnn.study.networks import anchored
from vrcnn.study.picture_file import write_pictures
from vrcnn.study.run_files import in_docstring, last_checkpoint
from vrcnn.study.runs import Run
from vrcnn.whole_file import write_whole

MODEL = '''"""{told}.

{pictures}; written by `vrcnn study tour`.
"""

from pathlib import Path

from vrcnn.study.kept_networks import stand

model, images, labels, preprocess, input_size, title = stand(Path(__file__))
'''


@dataclass(frozen=True)
class Kept:
    """One network of the folder: its `name` there, the run that it is of, and whether the training counts."""

    name: str
    run: Run
    trained: bool = True

    @property
    def told(self) -> str:
        """For people."""
        settings = self.run.settings
        how = MODES[settings.mode].told if self.trained else MODES["untrained"].told
        return f"{settings.network} on {settings.data}, {how}, seed {settings.seed}"


def write_folder(folder: Path, networks: Sequence[Kept], pictures: int, half: bool = False) -> None:
    """Writes all of it; `pictures` of each kind, the classes in turn, and weights in `half` precision where wanted.

    The networks are of runs with the same data, split and size. Raises UserError.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"Cannot make the folder {folder}: {error.strerror or error}.") from error
    first = networks[0].run
    settings = first.settings
    for each in networks[1:]:
        other = each.run.settings
        if any(
            getattr(other, name) != getattr(settings, name)
            for name in ("data", "network", "seed", "side", "train", "test")
        ):
            raise UserError(f"{other.name} and {settings.name} have other pictures or another network: take one seed.")
    data, split = parts_of_run(first)
    held = _in_turn(data.labels[split.test], pictures)
    learned = _in_turn(data.labels[split.train], pictures)
    _write_pictures(folder / HELD_OUT, data.pixels[split.test[held]], {"labels": data.labels[split.test[held]]})
    true = data.labels[split.train]
    told = {
        f"told {each.name}": lesson_of(
            MODES[each.run.settings.mode], torch.empty(len(true), 0), true, len(data.classes), settings.seed
        ).labels[learned]
        for each in networks
        if each.trained
    }
    _write_pictures(folder / TRAINING, data.pixels[split.train[learned]], {"labels": true[learned], **told})
    for each in networks:
        _write_text(folder / f"{each.name}.py", _model_file(each, "With pictures that it has not seen"))
        if each.trained:
            _write_weights(folder / f"{each.name}.pt", each.run, half)
            seen = _model_file(each, "With pictures that it learned from, as they were labelled then")
            _write_text(folder / f"{each.name}{SEEN}.py", seen)
    about = {
        "network": anchored(settings.network),
        "classes": list(data.classes),
        "side": settings.side,
        "mean": first.rest["mean"],
        "std": first.rest["std"],
        "data": {"license": data.license, "source": data.source, "sha256": data.digest},
        "networks": {each.name: _about(each) for each in networks},
    }
    _write_text(folder / ABOUT, json.dumps(about, indent=1, ensure_ascii=False) + "\n")


def _model_file(kept: Kept, pictures: str) -> str:
    return MODEL.format(told=in_docstring(kept.told), pictures=pictures)


def _about(kept: Kept) -> dict[str, Any]:
    run = kept.run
    told = {"told": kept.told, "seed": run.settings.seed, "trained": kept.trained}
    if not kept.trained:
        return told
    return {**told, "epochs": len(run.epochs), "train": run.train, "test": run.test}


def _in_turn(labels: Tensor, count: int) -> Tensor:
    """Places of so many pictures, the classes taking turns."""
    seen: dict[int, int] = {}
    turns = []
    for label in labels.tolist():
        turns.append(seen.get(label, 0))
        seen[label] = turns[-1] + 1
    order = sorted(range(len(turns)), key=lambda place: (turns[place], int(labels[place])))
    return torch.tensor(order[:count])


def _write_pictures(path: Path, pixels: Tensor, labels: dict[str, Tensor]) -> None:
    """`pixels` (N, 3, side, side) uint8."""
    told = {name: each.numpy() for name, each in labels.items()}
    write_pictures(path, pixels.permute(0, 2, 3, 1).contiguous().numpy(), told)


def _write_weights(path: Path, run: Run, half: bool) -> None:
    kept = torch.load(last_checkpoint(run.folder), map_location="cpu", weights_only=True)["state_dict"]
    if half:
        kept = {name: each.half() if each.is_floating_point() else each for name, each in kept.items()}
    write_whole(path, lambda file: torch.save(kept, file))


def _write_text(path: Path, text: str) -> None:
    write_whole(path, lambda file: file.write(text.encode()))
