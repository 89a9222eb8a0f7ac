"""Says how long the trainings of a study and their measures will take on this machine, before they begin.

.venv/bin/python tools/study_time.py FOLDER "OPTIONS OF vrcnn study train" ...
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from statistics import median

from vrcnn.cli import _parser
from vrcnn.errors import UserError
from vrcnn.progress import told_seconds
from vrcnn.scene.wording import counted
from vrcnn.study.modes import MODES
from vrcnn.study.run_files import MEASURED, RUN, read_run
from vrcnn.study.runs import Run, RunSettings
from vrcnn.study.train_command import settings_of

EPOCHS = 22  # of a training, on average: they end once they know their pictures
PICTURES = {"emoji": 2858}  # to learn from, where all there are is asked for
CLASSES, TRIED = 10, 3  # batches of a try, after one that counts for nothing
MEASURING = 15  # s for a network on one core, with its untrained twin


def wanted(parts: list[str]) -> list[RunSettings]:
    """Every run that the options ask for."""
    return [each for part in parts for each in settings_of(_parser().parse_args(["study", "train", *part.split()]))]


def there(folder: Path, settings: RunSettings) -> Run | None:
    """The run, as far as it has come."""
    path = folder / "runs" / settings.name
    try:
        return read_run(path) if (path / RUN).is_file() else None
    except UserError:
        return None


def seconds_per_picture(settings: RunSettings) -> float:
    """Of a training step, tried out with the network itself on random pictures."""
    import torch
    from torch.nn import functional

    from vrcnn.study.networks import network_of

    network = network_of(settings.network, CLASSES, 0).to(settings.device, memory_format=torch.channels_last)
    pictures = torch.randn(settings.batch, 3, settings.side, settings.side, device=settings.device)
    labels = torch.arange(settings.batch, device=settings.device) % CLASSES
    for batch in range(TRIED + 1):
        if batch == 1:
            began = time.perf_counter()
        loss = functional.cross_entropy(network(pictures), labels)
        loss.backward()
        loss.item()
    return (time.perf_counter() - began) / (TRIED * settings.batch)


def seconds_per_epoch(settings: RunSettings, runs: list[Run]) -> float:
    """The median of the epochs of this network on these data that were trained here; else as a try says."""
    known = [
        epoch.seconds
        for run in runs
        for epoch in run.epochs
        if (run.settings.network, run.settings.data) == (settings.network, settings.data)
    ]
    if known:
        return median(known)
    return seconds_per_picture(settings) * (settings.train or PICTURES.get(settings.data, 3000))


def main(folder: Path, parts: list[str]) -> int:
    """Prints the sentence."""
    runs = [(settings, there(folder, settings)) for settings in wanted(parts)]
    begun = [run for _, run in runs if run is not None]
    left = [settings for settings, run in runs if run is None or not run.done]
    unmeasured = sum(run is None or not (run.folder / MEASURED).is_file() for _, run in runs)
    paces = {(each.network, each.data): each for each in left}
    epoch = {pair: seconds_per_epoch(settings, begun) for pair, settings in paces.items()}
    done = {run.settings: len(run.epochs) for run in begun}
    seconds = float(MEASURING * unmeasured)
    for each in (one for one in left if MODES[one.mode].trained):
        seconds += max(1, min(each.epochs, EPOCHS) - done.get(each, 0)) * epoch[each.network, each.data]
    trained = len(runs) - len(left)
    print(
        f"\nThe study in {folder}: {counted(len(runs), 'training')}, {trained} of them done, and "
        f"{counted(unmeasured, 'network')} to measure."
    )
    if unmeasured:
        print(f"That takes about {told_seconds(seconds)} at this machine's pace.")
        print("Ctrl-C stops it, and make study goes on from there.", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
