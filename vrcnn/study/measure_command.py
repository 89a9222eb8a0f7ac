"""`vrcnn study measure`: how susceptible a classifier is, or every run of a study, with the controls beside it."""

from __future__ import annotations

import argparse
import sys
import threading
from pathlib import Path

from vrcnn.arguments import load_options_of
from vrcnn.engine.identifying import identify_network
from vrcnn.errors import UserError
from vrcnn.export.sidecar import Sidecar, write_sidecar
from vrcnn.export.susceptibility_file import as_json, write_susceptibility
from vrcnn.interrupting import interrupted_by
from vrcnn.network.guard import unchanged
from vrcnn.network.recorder import Cancelled
from vrcnn.network.source import NetworkSource, load
from vrcnn.network.trace import trace
from vrcnn.printing import say
from vrcnn.progress import Progress
from vrcnn.study.measure_tables import as_text, runs_as_text
from vrcnn.study.measuring import Wishes, measured
from vrcnn.study.measuring_runs import measure_runs
from vrcnn.study.modes import MODES
from vrcnn.study.run_files import RUN, read_run, runs_of
from vrcnn.study.runs import Run
from vrcnn.study.train_command import check_device
from vrcnn.susceptibility.results import Susceptibility
from vrcnn.whole_file import check_place

INTERRUPTED, NOT_ALL = 130, 2  # exit codes


def measure(options: argparse.Namespace) -> int:
    """Measures, prints what was found, and writes the file where one is named; of runs each into its own folder.

    Returns 0; 2 where a run cannot be measured, after all others are; 130 after Ctrl-C: a network's measuring is lost
    then, of runs the same command goes on. Raises UserError.
    """
    wishes = Wishes(options.pictures, options.seed, options.layers, options.full, not options.no_twin)
    if options.runs is not None:
        if options.target is not None:
            raise UserError("MODEL is one network, --runs are those of a study: give one of the two.")
        if options.output is not None:
            raise UserError("-o is for one network: of --runs each has its susceptibility.json in its own folder.")
        check_device(options.device)
        return _measure_runs(options, wishes)
    if options.output is not None:
        if options.output.suffix.lower() != ".json":
            raise UserError(f"{options.output} is no .json file: give it such a name.")
        check_place(options.output)
    source = load(options.target, load_options_of(options))
    progress, stop = Progress(), threading.Event()

    def told(share: float, words: str) -> None:
        if stop.is_set():
            raise Cancelled
        progress.show(share, words)

    try:
        with interrupted_by(stop.set):
            found = measured(source, wishes, told)
    except Cancelled:
        progress.clear()
        print("vrcnn: stopped; nothing was written.", file=sys.stderr)
        return INTERRUPTED
    finally:
        progress.clear()
    say(as_json(found) if options.json else as_text(found))
    if options.output is not None:
        _write(options.output, found, source, options.target or "")
        print(f"Wrote {options.output}.", file=sys.stderr if options.json else sys.stdout)
    return 0


def _write(path: Path, found: Susceptibility, source: NetworkSource, target: str) -> None:
    write_susceptibility(path, found)
    with unchanged(source.module):
        full = trace(source.module, source.arguments, source.keywords)
    network = identify_network(source, full, target)
    holds = f"the susceptibility of {source.name} on {found.pictures:,} pictures"
    seed = int(found.settings.get("seed", 0))
    write_sidecar(
        path, Sidecar("vrcnn study measure", holds, (network,), seeds={"seed": seed}, settings=found.settings)
    )


def _measure_runs(options: argparse.Namespace, wishes: Wishes) -> int:
    folder = options.runs
    every, failed = _readable(folder)
    runs = [run for run in every if run.done]
    if not runs:
        if failed:
            raise UserError(failed[0])
        raise UserError(f"No run of {folder} has ended: `vrcnn study train --folder {folder}` goes on with them.")
    progress, stop = Progress(), threading.Event()
    done: list[tuple[Run, Susceptibility]] = []

    def told(number: int, total: int, share: float, words: str) -> None:
        if stop.is_set():
            raise Cancelled
        progress.show((number + share) / total, f"{number + 1}/{total} {words}")

    def ended(run: Run, found: Susceptibility, now: bool) -> None:
        done.append((run, found))
        if now:
            progress.say(f"{run.settings.name}: measured")

    stopped = False
    try:
        with interrupted_by(stop.set):
            measure_runs(
                runs, wishes, told, ended, options.device, lambda error: failed.append(str(error)), options.again
            )
    except Cancelled:
        stopped = True
    finally:
        progress.clear()
    if options.json:
        say("[\n" + ",\n".join(as_json(found).rstrip() for _, found in done) + "\n]\n")
    elif done:
        say(runs_as_text(done))
    missing = len(every) - len(runs)
    if missing:
        print(f"vrcnn: {missing} of {len(every)} runs had not ended, and were left out.", file=sys.stderr)
    if stopped:
        kept = "the runs that it did not reach keep what was found before"
        print(f"vrcnn: stopped; {kept if options.again else 'the same command goes on from here'}.", file=sys.stderr)
        return INTERRUPTED
    for sentence in failed:
        print(f"vrcnn: {sentence}", file=sys.stderr)
    return NOT_ALL if failed else 0


def _readable(folder: Path) -> tuple[list[Run], list[str]]:
    """The runs of a study, and a sentence for each one that cannot be read. Raises UserError where it has neither."""
    runs, failed = [], []
    for path in sorted((folder / "runs").glob(f"*/{RUN}")):
        try:
            run = read_run(path.parent)
            if run.settings.mode not in MODES:
                raise UserError(
                    f"{path} has the mode {run.settings.mode!r}, which this version of vrcnn does not know."
                )
            runs.append(run)
        except UserError as error:
            failed.append(str(error))
    return (runs, failed) if runs or failed else (runs_of(folder), [])
