"""The folder of a run: written while it is trained, read by whoever measures and reports."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from vrcnn.errors import UserError
from vrcnn.study.modes import MODES
from vrcnn.study.runs import Epoch, Run, RunSettings
from vrcnn.whole_file import write_whole

FORMAT, VERSION = "vrcnn study run", 1
RUN, EPOCHS, STATE, CHECKPOINTS, MODEL, MEASURED = (
    "run.json",
    "epochs.jsonl",
    "state.pt",
    "checkpoints",
    "model.py",
    "susceptibility.json",
)
WALK = '''"""{told}, for `vrcnn run`; written by `vrcnn study train`."""

from pathlib import Path

from vrcnn.study.walking import walk

model, images, labels, preprocess, input_size, title = walk(Path(__file__).parent)
'''


def write_run(folder: Path, settings: RunSettings, came: Mapping[str, Any], rest: Mapping[str, Any]) -> None:
    """Writes run.json: the settings, what `came` of it (empty before it has ended), and the `rest`."""
    content = {"format": FORMAT, "version": VERSION, "settings": asdict(settings), **rest, "result": dict(came)}
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    write_whole(folder / RUN, lambda file: file.write(text.encode()))


def write_epochs(folder: Path, epochs: list[Epoch]) -> None:
    """Writes epochs.jsonl, a line for each."""
    told = [{name: _number(value) for name, value in asdict(epoch).items()} for epoch in epochs]
    text = "".join(json.dumps(each) + "\n" for each in told)
    write_whole(folder / EPOCHS, lambda file: file.write(text.encode()))


def write_model(folder: Path, settings: RunSettings) -> None:
    """Writes model.py, with which `vrcnn run` walks through the network."""
    told = f"{settings.network} on {settings.data}, {MODES[settings.mode].told}, seed {settings.seed}"
    text = WALK.format(told=in_docstring(told))
    write_whole(folder / MODEL, lambda file: file.write(text.encode()))


def in_docstring(told: str) -> str:
    """The words for a docstring, which begins with a capital letter, and means a path's backslashes as they are."""
    return (told[:1].upper() + told[1:]).replace("\\", "\\\\").replace('"', '\\"')


def read_run(folder: Path) -> Run:
    """The run of a folder. Raises UserError where it cannot be read."""
    path = folder / RUN
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content.get("format") != FORMAT or content.get("version", VERSION + 1) > VERSION:
            raise UserError(f"{path} is no run of this version of vrcnn: train it anew in another --folder.")
        known = {field.name for field in fields(RunSettings)}
        settings = RunSettings(**{name: value for name, value in content["settings"].items() if name in known})
        path = folder / EPOCHS
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        epochs = tuple(_epoch(json.loads(line)) for line in lines)
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or error}.") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UserError(f"{path} is damaged ({error}): remove its folder, and train it anew.") from error
    came = content.get("result", {})
    rest = {name: value for name, value in content.items() if name not in ("format", "version", "settings", "result")}
    return Run(folder, settings, epochs, came.get("train"), came.get("clean"), came.get("test"), rest)


def runs_of(folder: Path) -> list[Run]:
    """All runs of a study's folder, by their names. Raises UserError where there is none, or one cannot be read."""
    found = [read_run(each.parent) for each in sorted((folder / "runs").glob(f"*/{RUN}"))]
    if not found:
        raise UserError(f"{folder} has no runs: `vrcnn study train --folder {folder}` makes them.")
    return found


def last_checkpoint(folder: Path) -> Path:
    """The file with the weights after the last epoch. Raises UserError where there is none."""
    files = sorted((folder / CHECKPOINTS).glob("step-*.pt"))
    if not files:
        raise UserError(f"{folder / CHECKPOINTS} has no checkpoint: `vrcnn study train` writes them.")
    return files[-1]


def _epoch(record: Mapping[str, float | None]) -> Epoch:
    numbers = {name: math.nan if value is None else float(value) for name, value in record.items()}
    return Epoch(int(numbers["epoch"]), numbers["loss"], numbers["train"], numbers["test"], numbers["seconds"])


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
