"""The tables of a report's page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from vrcnn.export.sidecar import versions
from vrcnn.study.modes import MODES
from vrcnn.study.reporting.findings import PARTICIPATION, Group, Report, told_measure, values_of
from vrcnn.study.reporting.layer_plots import ablation_figures
from vrcnn.study.reporting.prototype import ACCURACIES, Compared
from vrcnn.study.reporting.tables import about
from vrcnn.study.reporting.wording import interval, number, probability, ranged, share
from vrcnn.study.statistics import spread
from vrcnn.susceptibility.results import Measured


def accuracy_table(group: Group) -> str:
    """What each mode reaches, mean and range over its networks, beside the prototype's."""
    prototype = ACCURACIES.get(group.data, {}) if group.network == "covid-resnet" else {}
    head = ["mode", "networks", "epochs", "training, as taught", "training, true labels", "held out", "gap"]
    head += ["prototype: training", "held out"] if prototype else []
    rows = []
    for mode in group.modes:
        own = [each for each in group.trained if each.mode.name == mode]
        accuracies = [
            _shares([value for each in own if (value := getattr(each.run, part)) is not None])
            for part in ("train", "clean", "test")
        ]
        epochs = [len(each.run.epochs) for each in own]
        gaps = [each.gap for each in own if each.gap is not None]
        row = [_mode(mode), str(len(own)), _span(epochs), *accuracies, _shares(gaps)]
        if prototype:
            row += [f"{100 * value:.0f} %" for value in prototype[mode]] if mode in prototype else ["–", "–"]
        rows.append(row)
    return table("Accuracy: mean over the networks of a mode (and range).", head, rows)


def measure_table(group: Group) -> str:
    """Each measure, mode by mode."""
    if not group.measures:
        return ""
    names = list(group.measures)
    head = ["mode", *(_head(name) for name in names)]
    rows = [[_mode(mode), *(ranged(group.measures[name].modes.get(mode)) for name in names)] for mode in group.modes]
    rows.append([_twin(), *(ranged(group.measures[name].untrained) for name in names)])
    where = f" The participation ratio is that of {group.block}." if PARTICIPATION in names else ""
    return table(f"Measures: mean over the networks of a mode (and range).{where}", head, rows)


def comparison_table(group: Group) -> str:
    """How each measure parts networks that memorize from those that generalize."""
    if not group.measures:
        return ""
    head = [
        "measure",
        "AUC [95 %]",
        "p",
        "least p",
        "AUC, well trained",
        "Spearman with gap [95 %]",
        "AUC of the twins",
    ]
    rows = []
    for name, finding in group.measures.items():
        contrast, matched = finding.contrast, finding.matched
        least = "–" if contrast.chance is None else f"{contrast.chance.least:.4f}"
        well = f"{number(matched.auc.value)} ({matched.memorizing} v. {matched.generalizing})"
        chance = escape(probability(finding).removeprefix("p = "))
        row = [told_measure(name), interval(contrast.auc), chance, least, well]
        rows.append([*row, interval(finding.with_gap), number(finding.untrained_contrast.auc.value)])
    first = next(iter(group.measures.values())).contrast
    return table(
        f"{first.memorizing} networks that memorize against {first.generalizing} that generalize, each network one "
        "sample. AUC 1.00: all that memorize have more; 0.50: not told apart; 0.00: all have less.",
        head,
        rows,
    )


def prototype_table(compared: Sequence[Compared]) -> str:
    """Each claim, with the figures of both."""
    told = {True: "holds", False: "does not hold", None: "not known"}
    rows = [[*map(escape, (each.group, each.claim, each.prototype, each.here)), told[each.holds]] for each in compared]
    return table(
        "The prototype: CovidResNet of half its width, 18 networks. A direction counts as holding where the AUC is at "
        "least 0.90, a correlation where it is above 0.50.",
        ["networks", "claim", "prototype", "here", "the direction"],
        rows,
        words=(1, 2, 3),
    )


def network_table(group: Group) -> str:
    """A row for each network."""
    names = [*group.measures, *group.described]
    head = ["network", "training", "held out", *(_head(name) for name in names)]
    rows = []
    for each in group.trained:
        values = {} if each.found is None else values_of(each.found, group.block)
        who = f"{_mode(each.mode.name)} {each.run.settings.seed}"
        rows.append(
            [who, share(each.run.train), share(each.run.test), *(_measured(values.get(name)) for name in names)]
        )
    more = " Noise bands are told only; nothing follows from them." if group.described else ""
    told = table(
        f"Each network with the interval over its pictures; the number behind a mode is the seed.{more}", head, rows
    )
    return _details(f"{group.title}: every network", told)


def layer_tables(group: Group) -> str:
    """For each measure, layers down and modes across."""
    measures = list(dict.fromkeys(name for layer in group.layers for name in layer.modes))
    if not measures:
        return ""
    parts = []
    for name in measures:
        rows = []
        for layer in group.layers:
            if name in layer.modes:
                modes = [ranged(layer.modes[name].get(mode)) for mode in group.modes]
                auc = number(layer.contrasts[name].auc.value)
                rows.append([escape(layer.layer), *modes, ranged(layer.untrained.get(name)), auc])
        head = ["layer", *(_mode(mode) for mode in group.modes), _twin(), "AUC"]
        parts.append(table(told_measure(name), head, rows))
    return _details(f"{group.title}: every layer", "".join(parts))


def ablation_table(group: Group) -> str:
    """What silencing halves costs, by layer, pictures and mode."""
    rows = []
    for finding in group.ablations:
        for mode, *figures in ablation_figures(finding):
            rows.append(
                [
                    f"{escape(finding.layer)}, {told_measure(finding.sieve)}",
                    escape(finding.pictures or "as measured"),
                    mode,
                    *figures,
                    f"{finding.in_order} of {finding.networks}",
                ]
            )
    if not rows:
        return ""
    head = ["layer, sieve", "pictures", "mode", "most sensitive half", "random halves", "least sensitive half"]
    caption = "Share of answers that are lost, in percent, when half of a layer's channels is silenced."
    told = table(caption, [*head, "in order"], rows)
    return _details(f"{group.title}: silenced halves", told)


def provenance(report: Report, weights: dict[str, str]) -> str:
    """Settings that all share and those that differ, the data's hashes, the weights', and versions."""
    networks = [each for group in report.groups for each in group.trained]
    settings = [vars(each.run.settings) for each in networks]
    same = {name: value for name, value in settings[0].items() if all(other[name] == value for other in settings)}
    rows = [
        [
            escape(own["mode"]) + f" {own['seed']}",
            escape(", ".join(f"{name} {value}" for name, value in own.items() if name not in same)),
            f"<code>{weights.get(each.run.settings.name, '–')}</code>",
        ]
        for each, own in zip(networks, settings, strict=True)
    ]
    found = [each.found for each in networks if each.found is not None]
    told = [_json({"data": each.run.settings.data, **about(each)}, 1) for each in networks]
    caption = "Every network: what is its own, and the SHA-256 of the file with its last weights."
    parts = [
        table("Versions with which the report was made.", ["what", "version"], _pairs(versions())),
        table("Settings that all trainings share.", ["setting", "value"], _pairs(same)),
        _details("Every network", table(caption, ["run", "settings", "weights"], rows)),
        _details("Data and networks, as the trainings tell them", _distinct(told, "pre")),
        _details("Settings of the measures", _distinct([_json(_general(each.settings)) for each in found], "p")),
        _details("What the measuring noted", _distinct([note for each in found for note in each.notes], "p")),
    ]
    return "".join(parts)


def _pairs(values: Mapping[str, Any]) -> list[list[str]]:
    return [[escape(name), escape(str(value))] for name, value in values.items()]


def _json(value: object, indent: int | None = None) -> str:
    return json.dumps(value, indent=indent, ensure_ascii=False, default=str)


def _distinct(texts: Iterable[str], tag: str) -> str:
    return "".join(f"<{tag}>{escape(text)}</{tag}>" for text in dict.fromkeys(texts)) or "<p>Nothing.</p>"


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], words: Sequence[int] = ()) -> str:
    """A table that scrolls where it is wider than the page; cells are HTML."""

    def cells(row: Sequence[str], kind: str) -> str:
        marks = [' class="words"' if place in words else "" for place in range(len(row))]
        return "".join(f"<{kind}{mark}>{cell}</{kind}>" for mark, cell in zip(marks, row, strict=True))

    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows)
    return (
        f'<div class="wide"><table><caption>{escape(caption)}</caption><thead><tr>{cells(head, "th")}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _details(title: str, content: str) -> str:
    return f"<details><summary>{escape(title)}</summary>{content}</details>"


def _mode(name: str) -> str:
    return f'<span class="swatch" style="background:var(--mode-{name})"></span>{escape(MODES[name].told)}'


def _twin() -> str:
    return '<span class="swatch" style="background:var(--untrained-twin)"></span>untrained twins'


def _head(name: str) -> str:
    return escape(told_measure(name).replace(" at ", " ").replace(" shuffled", ""))


def _measured(value: Measured | None) -> str:
    if value is None:
        return "–"
    return f"{number(value.value)} <span class='muted'>[{number(value.low)}, {number(value.high)}]</span>"


def _shares(values: Sequence[float]) -> str:
    found = spread(values)
    if found is None:
        return "–"
    if found.networks == 1:
        return f"{100 * found.mean:.1f} %"
    return f"{100 * found.mean:.1f} % ({100 * found.low:.1f}–{100 * found.high:.1f})"


def _span(values: Sequence[int]) -> str:
    return str(min(values)) if min(values) == max(values) else f"{min(values)}–{max(values)}"


def _general(settings: Any) -> dict[str, Any]:
    """What networks share of the settings of their measures."""
    return {
        name: value
        for name, value in dict(settings).items()
        if name not in ("run", "mode", "key", "stages", "second_last")
    }
