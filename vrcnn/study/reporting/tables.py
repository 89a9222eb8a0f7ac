"""A report as tables for other programs: CSV files, and everything as JSON."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from typing import Any

import numpy as np

from vrcnn.study.reporting.drawing import Plot
from vrcnn.study.reporting.findings import Group, Report, Trained, values_of
from vrcnn.study.reporting.prototype import Compared
from vrcnn.susceptibility.results import Measured

FORMAT, VERSION = "vrcnn study report", 1
WHO = ("data", "network", "mode", "seed")
PARTS = ("value", "low", "high", "unnormalized", "flips")


def measures_csv(groups: Sequence[Group]) -> str:
    """A row for each network: its accuracies and measures, and those of its untrained twin."""
    names = list(dict.fromkeys(name for group in groups for name in (*group.measures, *group.described)))
    head = [*WHO, "memorizes", "epochs", "train", "clean", "test", "gap", "pictures"]
    head += [f"{name} {part}" for name in names for part in (*PARTS, "untrained")]
    rows = []
    for group in groups:
        for each in group.trained:
            found, run = each.found, each.run
            row: list[Any] = [
                *_who(each),
                each.mode.memorizes,
                len(run.epochs),
                run.train,
                run.clean,
                run.test,
                each.gap,
            ]
            row.append(found.pictures if found is not None else None)
            own = {} if found is None else values_of(found, group.block)
            twin = {} if found is None or found.untrained is None else values_of(found.untrained, group.block)
            for name in names:
                row += [*_parts(own.get(name)), twin[name].value if name in twin else None]
            rows.append(row)
    return _csv(head, rows)


def layers_csv(groups: Sequence[Group]) -> str:
    """A row for each network, layer and measure; and for those of the untrained twins."""
    rows = []
    for group in groups:
        for each in group.measured:
            assert each.found is not None
            for trained, found in (("trained", each.found), ("untrained twin", each.found.untrained)):
                for layer in found.layers if found is not None else ():
                    measures = dict(layer.measures)
                    if layer.participation is not None:
                        measures["participation"] = layer.participation
                    rows += [
                        [*_who(each), trained, layer.name, layer.channels, layer.dead, name, *_parts(value)[:4]]
                        for name, value in measures.items()
                    ]
    return _csv([*WHO, "weights", "layer", "channels", "dead", "measure", *PARTS[:4]], rows)


def channels_csv(groups: Sequence[Group]) -> str:
    """A row for each channel of each layer of each network: how much each sieve changes it; empty where it is dead."""
    sieves: dict[str, None] = {}
    layers = [(each, layer) for group in groups for each in group.measured if each.found for layer in each.found.layers]
    for _, layer in layers:
        sieves.update(dict.fromkeys(layer.each))
    rows = []
    for each, layer in layers:
        for channel in range(layer.channels):
            values = [_at(layer.each.get(name), channel) for name in sieves]
            rows.append([*_who(each), layer.name, channel, *values])
    return _csv([*WHO, "layer", "channel", *sieves], rows)


def comparisons_csv(groups: Sequence[Group]) -> str:
    """A row for each group and measure: how it parts the networks."""
    head = ["data", "network", "measure", "memorizing", "generalizing", "auc", "auc low", "auc high", "p", "least p"]
    head += ["matched auc", "matched memorizing", "matched generalizing", "spearman with gap", "spearman low"]
    head += ["spearman high", "untrained auc", "untrained mean", "untrained low", "untrained high"]
    rows = []
    for group in groups:
        for name, finding in group.measures.items():
            contrast, matched, twins = finding.contrast, finding.matched, finding.untrained
            chance = contrast.chance
            row: list[Any] = [group.data, group.network, name, contrast.memorizing, contrast.generalizing]
            row += [contrast.auc.value, contrast.auc.low, contrast.auc.high]
            row += [chance.p, chance.least] if chance is not None else [None, None]
            row += [matched.auc.value, matched.memorizing, matched.generalizing]
            row += [finding.with_gap.value, finding.with_gap.low, finding.with_gap.high]
            row += [finding.untrained_contrast.auc.value]
            row += [twins.mean, twins.low, twins.high] if twins is not None else [None] * 3
            rows.append(row)
    return _csv(head, rows)


def report_json(
    report: Report, plots: Sequence[Plot], prototype: Sequence[Compared], weights: Mapping[str, str]
) -> str:
    """Everything, but for single channels; `weights` are the hashes of the networks' last checkpoints, by run."""
    told = {
        "format": FORMAT,
        "version": VERSION,
        "seed": report.seed,
        "draws": report.draws,
        "missing": report.missing,
        "plots": [{"key": plot.key, "title": plot.title, "caption": plot.caption} for plot in plots],
        "prototype": [asdict(each) for each in prototype],
        "groups": [_group(group, weights) for group in report.groups],
    }
    return json.dumps(_plain(told), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _group(group: Group, weights: Mapping[str, str]) -> dict[str, Any]:
    return {
        "data": group.data,
        "network": group.network,
        "title": group.title,
        "second_last": group.block,
        "measures": group.measures,
        "layers": group.layers,
        "ablations": group.ablations,
        "networks": [_network(each, group, weights) for each in group.trained],
    }


def _network(each: Trained, group: Group, weights: Mapping[str, str]) -> dict[str, Any]:
    run, found = each.run, each.found
    told: dict[str, Any] = {
        "run": run.settings.name,
        "settings": run.settings,
        "about": about(each),
        "weights": weights.get(run.settings.name),
        "memorizes": each.mode.memorizes,
        "train": run.train,
        "clean": run.clean,
        "test": run.test,
        "gap": each.gap,
        "epochs": run.epochs,
    }
    if found is not None:
        twin = found.untrained
        told |= {
            "pictures": found.pictures,
            "measures": values_of(found, group.block),
            "untrained": None if twin is None else values_of(twin, group.block),
            "accuracy": found.accuracy,
            "ablations": found.ablations,
            "settings_of_measures": found.settings,
            "notes": found.notes,
        }
    return told


def about(each: Trained) -> dict[str, Any]:
    """What its run tells of the data and the network, without places of the machine."""
    return {name: value for name, value in each.run.rest.items() if name != "packages"}


def _who(each: Trained) -> list[Any]:
    settings = each.run.settings
    return [settings.data, settings.network, settings.mode, settings.seed]


def _parts(measured: Measured | None) -> list[float | None]:
    return [None] * len(PARTS) if measured is None else [getattr(measured, part) for part in PARTS]


def _at(values: np.ndarray | None, channel: int) -> float | None:
    return float(values[channel]) if values is not None and channel < len(values) else None


def _csv(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([[_cell(value) for value in row] for row in rows])
    return text.getvalue()


def _cell(value: Any) -> Any:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    return f"{value:.6g}" if isinstance(value, float) else value


def _plain(value: Any) -> Any:
    """In words that JSON has; NaN is null."""
    match value:
        case None | bool() | int() | str():
            return value
        case float() | np.floating():
            return float(value) if math.isfinite(value) else None
        case np.generic() | np.ndarray():
            return _plain(value.tolist())
        case Mapping():
            return {str(name): _plain(each) for name, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case _ if is_dataclass(value) and not isinstance(value, type):
            return {name: _plain(each) for name, each in vars(value).items()}
    return str(value)
