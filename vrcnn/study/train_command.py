"""`vrcnn study train`: several trainings one after the other, with a line for each epoch and a table at the end."""

from __future__ import annotations

import argparse
import sys
import threading
from dataclasses import replace
from pathlib import Path

from vrcnn.errors import UserError
from vrcnn.interrupting import interrupted_by
from vrcnn.printing import say
from vrcnn.progress import Progress, told_seconds
from vrcnn.study.datasets import KNOWN
from vrcnn.study.material import material_of, require_same
from vrcnn.study.modes import MODES
from vrcnn.study.networks import anchored
from vrcnn.study.run_files import RUN, read_run
from vrcnn.study.runs import Epoch, Run, RunSettings
from vrcnn.study.training import Begin, Stopped, train

INTERRUPTED = 130  # exit code


def train_all(options: argparse.Namespace) -> int:
    """Trains what is not trained yet, and prints what came of all. Returns 0; 130 after Ctrl-C. Raises UserError."""
    wanted = settings_of(options)
    check_device(options.device)
    begin = _pretrained(options)
    done: list[Run] = []
    stop = threading.Event()
    with interrupted_by(stop.set):
        for number, settings in enumerate(wanted):
            folder = options.folder / "runs" / settings.name
            progress = Progress()
            try:
                done.append(
                    _trained(folder, settings, options.study_data, f"{number + 1}/{len(wanted)}", progress, stop, begin)
                )
            except Stopped:
                progress.clear()
                tell(table(done))
                print("vrcnn: stopped; the same command goes on from here.", file=sys.stderr)
                return INTERRUPTED
            finally:
                progress.clear()
    tell(table(done))
    return 0


def settings_of(options: argparse.Namespace) -> list[RunSettings]:
    """Every run that the options ask for: all modes of a seed, then those of the next one. Raises UserError."""
    from vrcnn.study.pretrained import digest_of

    digest = digest_of(options.pretrained) if options.pretrained is not None else ""
    return [
        RunSettings(
            data=options.data if options.data in KNOWN else _whole(options.data),
            network=anchored(options.network),
            mode=mode,
            seed=seed,
            side=options.side,
            train=options.train,
            test=options.test,
            epochs=options.epochs,
            enough=options.enough,
            batch=options.batch,
            rate=options.rate,
            device=options.device,
            pretrained=digest,
        )
        for seed in options.seeds
        for mode in options.modes
    ]


def _whole(data: str) -> str:
    """The whole path of a folder, for whoever is in another one."""
    folder = Path(data).expanduser()
    return str(folder.resolve()) if folder.is_dir() else data


def _trained(
    folder: Path,
    settings: RunSettings,
    packages: Path,
    place: str,
    progress: Progress,
    stop: threading.Event,
    begin: Begin | None,
) -> Run:
    if stop.is_set():
        raise Stopped
    there = read_run(folder) if (folder / RUN).is_file() else None
    before = len(there.epochs) if there is not None and not there.done else 0
    if there is not None and there.done and replace(there.settings, device=settings.device) == settings:
        tell(f"{place} {settings.name}: trained before, {_came(there)}")
        return there
    tell(
        f"{place} {settings.name}: {MODES[settings.mode].told}, seed {settings.seed}"
        + (f", from epoch {before + 1}" if before else "")
    )
    progress.begin(before / settings.epochs)

    def told(epoch: int, share: float) -> None:
        progress.show((epoch - 1 + share) / settings.epochs, f"{place} epoch {epoch} of at most {settings.epochs}")

    def ended(epoch: Epoch) -> None:
        progress.clear()
        tell(_line(epoch))

    material = material_of(settings, packages)
    if there is not None and before:
        require_same(there, material.about["data"]["name"], material.about["data"]["sha256"], material.about["split"])
    for note in material.about["data"]["notes"]:
        tell(f"  {note}")
    run = train(folder, settings, material, told, stop.is_set, begin, ended)
    progress.clear()
    tell(f"{place} {settings.name}: {_came(run)}, {told_seconds(sum(epoch.seconds for epoch in run.epochs))}")
    return run


def tell(line: str) -> None:
    """Prints a line."""
    say(f"{line}\n")


def _line(epoch: Epoch) -> str:
    return (
        f"  epoch {epoch.epoch:3}  loss {epoch.loss:7.4f}  train {epoch.train:6.1%}  test {epoch.test:6.1%}"
        f"  {epoch.seconds:6.1f} s"
    )


def _came(run: Run) -> str:
    return f"train {run.train:.1%}, test {run.test:.1%} after {len(run.epochs)} epoch{'s' * (len(run.epochs) != 1)}"


def table(runs: list[Run]) -> str:
    """What came of them: accuracies on what was taught, on the same pictures with their true labels, and held out."""
    if not runs:
        return "No run has ended."
    wide = max(len(run.settings.name) for run in runs)
    lines = [f"{'run':{wide}}  epochs   taught    true     test"]
    for run in runs:
        shares = "  ".join(f"{share:7.1%}" for share in (run.train or 0.0, run.clean or 0.0, run.test or 0.0))
        lines.append(f"{run.settings.name:{wide}}  {len(run.epochs):6}  {shares}")
    return "\n".join(lines)


def _pretrained(options: argparse.Namespace) -> Begin | None:
    if options.pretrained is None:
        return None
    from vrcnn.study.pretrained import begin_with

    if other := [name for name in options.modes if MODES[name].smooth or not MODES[name].trained]:
        raise UserError(f"--pretrained gives the first weights, and {', '.join(other)} has its own: leave one out.")
    return begin_with(options.pretrained, tell)


def check_device(name: str) -> None:
    import torch

    try:
        torch.zeros(1, device=name).item()
    except Exception as error:  # torch raises what the device makes it raise
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
        raise UserError(f"The device {name!r} cannot be used ({reason}): try --device cpu.") from error
