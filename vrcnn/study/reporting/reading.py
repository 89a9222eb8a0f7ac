"""Reads a study's folder for its report, and says in sentences what is not there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from vrcnn.errors import UserError
from vrcnn.export.susceptibility_file import read_susceptibility
from vrcnn.study.modes import MODES
from vrcnn.study.reporting.findings import Group, Trained, titled
from vrcnn.study.run_files import MEASURED, RUN, read_run

WEAK = 0.9  # training accuracy below which a network does not count as having memorized

ALIKE = ("side", "train", "test", "epochs", "enough", "batch", "rate", "pretrained")  # settings within a group


def read_study(folder: Path) -> tuple[tuple[Trained, ...], tuple[str, ...]]:
    """Every network of the folder, and a sentence for each one that cannot be read. Raises UserError without any."""
    trained: list[Trained] = []
    missing: list[str] = []
    for path in sorted((folder / "runs").glob(f"*/{RUN}")):
        try:
            run = read_run(path.parent)
        except UserError as error:
            missing.append(str(error))
            continue
        if run.settings.mode not in MODES:
            missing.append(f"{path} has the mode {run.settings.mode!r}, which this version of vrcnn does not know.")
            continue
        found = None
        if (run.folder / MEASURED).is_file():
            try:
                found = read_susceptibility(run.folder / MEASURED)
            except UserError as error:
                missing.append(str(error))
        trained.append(Trained(run, found))
    if not trained:
        told = f" ({missing[0]})" if missing else ""
        raise UserError(
            f"{folder} has no training to report on{told}: `vrcnn study train --folder {folder}` makes some, and "
            f"`vrcnn study measure --runs {folder}` measures them."
        )
    return tuple(trained), tuple(missing)


def lacking(groups: Sequence[Group], folder: Path) -> list[str]:
    """Sentences on what the report cannot say, and what to do about it."""
    told: list[str] = []
    every = [each for group in groups for each in group.trained]
    unfinished = [each.run.settings.name for each in every if not each.run.done]
    if unfinished:
        told.append(
            f"{_told(unfinished, 'training')} not ended, so that accuracies are missing: the same `vrcnn study train` "
            "goes on with it."
        )
    unmeasured = [each.run.settings.name for each in every if each.run.done and each.found is None]
    if unmeasured:
        told.append(
            f"{_told(unmeasured, 'network')} ended training and not been measured: "
            f"`vrcnn study measure --runs {folder}` does that."
        )
    for group in groups:
        told += _lacking_in(group)
    return told


def _lacking_in(group: Group) -> list[str]:
    told = []
    where = f"{titled(group.data)}, {titled(group.network)}"
    measured = group.measured
    kinds = {each.mode.memorizes for each in measured}
    for memorizes, told_kind, mode in ((True, "memorizes", "shuffled"), (False, "generalizes", "true")):
        if measured and memorizes not in kinds:
            told.append(
                f"{where}: no network that {told_kind} is measured, so nothing is compared: train one with "
                f"--modes {mode}."
            )
    others = _other_settings(group)
    if others:
        told.append(
            f"{where}: trainings differ in more than mode and seed ({others}), so that a difference between modes may "
            "be one of these: train both kinds alike, each study in a --folder of its own."
        )
    alone = [mode for mode in group.modes if sum(each.mode.name == mode for each in measured) == 1]
    if alone:
        told.append(
            f"{where}: {_told(alone, 'mode')} a single measured network, so nothing is known of how seeds differ: "
            "train with --seeds 0-2."
        )
    untwinned = [each for each in measured if each.found is not None and each.found.untrained is None]
    if untwinned:
        told.append(
            f"{where}: {len(untwinned)} of {len(measured)} networks are measured without their untrained twins, which "
            "are the yardstick."
        )
    weak = [
        each.run.settings.name
        for each in measured
        if each.mode.trained and each.run.train is not None and each.run.train < WEAK
    ]
    if weak:
        told.append(
            f"{where}: {_told(weak, 'network')} learned less than 90 % of what was taught, so that it is not known to "
            "have been memorized."
        )
    counts = {each.found.pictures for each in measured if each.found is not None}
    if len(counts) > 1:
        told.append(
            f"{where}: networks are measured on {_counts(counts)} pictures, so participation ratios cannot be compared."
        )
    return told


def _other_settings(group: Group) -> str:
    """In what settings the trainings differ that are to be alike in a group."""
    settings = [vars(each.run.settings) for each in group.trained]
    found = {name: list(dict.fromkeys(str(each[name]) or "none" for each in settings)) for name in ALIKE}
    return "; ".join(f"{name} {' and '.join(values)}" for name, values in found.items() if len(values) > 1)


def _counts(counts: Iterable[int]) -> str:
    return " and ".join(f"{count:,}" for count in sorted(counts))


def _told(names: Sequence[str], what: str) -> str:
    """ "1 network (a) has", "5 networks (a, b, c, d and 1 more) have"."""
    shown = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
    return f"{len(names)} {what}{'' if len(names) == 1 else 's'} ({shown}) {'has' if len(names) == 1 else 'have'}"
