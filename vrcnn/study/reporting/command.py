"""`vrcnn study report`: reads a study, compares its networks, and writes the page, its plots and its tables."""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO

from vrcnn.errors import UserError
from vrcnn.export.sidecar import Sidecar, write_sidecar
from vrcnn.network.identity import NetworkIdentity
from vrcnn.printing import say
from vrcnn.scene.wording import counted
from vrcnn.study.reporting import drawing
from vrcnn.study.reporting.comparing import groups_of
from vrcnn.study.reporting.drawing import Plot, as_png
from vrcnn.study.reporting.findings import Group, Report, Trained, told_measure
from vrcnn.study.reporting.layer_plots import ablation_plot, layers_plot, participation_plot
from vrcnn.study.reporting.page import page
from vrcnn.study.reporting.plots import frequency_plot, gap_plot, networks_plot, training_plot
from vrcnn.study.reporting.prototype import Compared, compared
from vrcnn.study.reporting.reading import lacking, read_study
from vrcnn.study.reporting.tables import channels_csv, comparisons_csv, layers_csv, measures_csv, report_json
from vrcnn.study.reporting.wording import interval, number, probability
from vrcnn.study.run_files import last_checkpoint
from vrcnn.study.statistics import DRAWS
from vrcnn.whole_file import make_folder, write_whole

PAGE = "index.html"


def report(options: argparse.Namespace) -> int:
    """Writes the report and prints what it comes to. Returns 0. Raises UserError where there is nothing to report on,
    matplotlib is not installed, or nothing can be written."""
    drawing.settings()
    trained, unread = read_study(options.folder)
    groups = groups_of(trained, options.seed, DRAWS)
    told = Report(options.folder, groups, (*unread, *lacking(groups, options.folder)), options.seed, DRAWS)
    output = options.output or options.folder / "report"
    make_folder(output)
    plots, claims, weights = plots_of(groups), compared(groups), _weights(trained)
    files = list(_files(told, plots, claims, weights))
    write_files(output, files)
    write_sidecar(output, _sidecar(told, weights), [name for name, _ in files])
    say(as_text(told, claims))
    say(f"\nWrote {output / PAGE}, and beside it {len(plots)} plots (.png), 4 tables (.csv) and report.json.\n")
    return 0


def write_files(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Writes each by its name, whole or not at all. Raises UserError where one cannot be written."""
    for name, content in files:
        write_whole(folder / name, partial(_write, content))


def _write(content: bytes, file: BinaryIO) -> None:
    file.write(content)


def plots_of(groups: tuple[Group, ...]) -> tuple[Plot, ...]:
    """Those for which there is something to show, in the order of the page."""
    makers = (frequency_plot, networks_plot, gap_plot, layers_plot, participation_plot, ablation_plot, training_plot)
    return tuple(plot for make in makers if (plot := make(groups)) is not None)


def as_text(report: Report, claims: tuple[Compared, ...]) -> str:
    """For the terminal: each group's measures, what is missing, and how it stands beside the prototype."""
    lines = []
    for group in report.groups:
        trained = counted(sum(each.run.done for each in group.trained), "network")
        lines += [f"{group.title}: {trained} trained, {len(group.measured)} measured", ""]
        if group.measures:
            lines.append(f"  {'measure':<28} {'AUC':<20} {'p':<16} {'Spearman with gap':<20} twins' AUC")
        for name, finding in group.measures.items():
            lines.append(
                f"  {told_measure(name):<28} {interval(finding.contrast.auc):<20} {probability(finding):<16} "
                f"{interval(finding.with_gap):<20} {number(finding.untrained_contrast.auc.value)}"
            )
        lines += [""] if group.measures else []
    known = [each for each in claims if each.holds is not None]
    if known:
        holding = sum(each.holds is True for each in known)
        lines.append(f"The prototype's direction holds in {holding} of {len(known)} comparisons.")
        lines += [f"  not here: {each.group}: {each.claim} ({each.here})" for each in known if not each.holds]
    lines += ["", "Missing:", *(f"  {sentence}" for sentence in report.missing)] if report.missing else []
    return "\n".join(lines).rstrip() + "\n"


def _files(
    report: Report, plots: tuple[Plot, ...], claims: tuple[Compared, ...], weights: dict[str, str]
) -> Iterator[tuple[str, bytes]]:
    for plot in plots:
        yield f"{plot.key}.png", as_png(plot)
    yield "measures.csv", measures_csv(report.groups).encode()
    yield "layers.csv", layers_csv(report.groups).encode()
    yield "channels.csv", channels_csv(report.groups).encode()
    yield "comparisons.csv", comparisons_csv(report.groups).encode()
    yield "report.json", report_json(report, plots, claims, weights).encode()
    date = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    yield PAGE, page(report, plots, claims, date, weights).encode()


def _weights(trained: tuple[Trained, ...]) -> dict[str, str]:
    """The SHA-256 of each run's last checkpoint, by its name; of runs without one none."""
    found = {}
    for each in trained:
        try:
            content = last_checkpoint(each.run.folder).read_bytes()
        except (UserError, OSError):
            continue
        found[each.run.settings.name] = hashlib.sha256(content).hexdigest()
    return found


def _sidecar(report: Report, weights: dict[str, str]) -> Sidecar:
    runs = [each.run for group in report.groups for each in group.trained]
    return Sidecar(
        made_by="vrcnn study report",
        holds="what a study found: a page, its plots, tables of networks, layers and channels, and all of it as JSON",
        networks=tuple(NetworkIdentity(run.settings.name, device=run.settings.device) for run in runs),
        seeds={"intervals": report.seed, **{run.settings.name: run.settings.seed for run in runs}},
        settings={
            "draws": report.draws,
            "trainings": {run.settings.name: run.settings for run in runs},
            "data": {run.settings.data: run.rest.get("data") for run in runs},
            "measures": {
                each.run.settings.name: each.found.settings
                for group in report.groups
                for each in group.measured
                if each.found is not None
            },
            "matplotlib": _matplotlib(),
        },
        contents={"page": PAGE, "missing": report.missing, "checkpoints_sha256": weights},
    )


def _matplotlib() -> str:
    from importlib import metadata

    return metadata.version("matplotlib")
