"""The plots of a report: susceptibility over frequency, network by network, and against the train-test gap."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from vrcnn.study.modes import MODES
from vrcnn.study.reporting.drawing import Panel, Plot, end_labels
from vrcnn.study.reporting.findings import (
    PARTICIPATION,
    Group,
    told_measure,
    values_of,
)
from vrcnn.study.reporting.looks import LOOKS, UNTRAINED
from vrcnn.study.reporting.wording import (
    change_sentence,
    interval,
    joined,
    number,
    over_groups,
    probability,
    untrained_sentence,
)
from vrcnn.susceptibility.results import HEADLINE, Measured

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LOW_PASS = "low-pass:"
DASHED = (0, (4, 3))


def frequency_plot(groups: Sequence[Group]) -> Plot | None:
    """Susceptibility to a low-pass against its frequency: a line for each network, the modes' means, the twins."""
    shown = [group for group in groups if any(name.startswith(LOW_PASS) for name in group.measures)]
    if not shown:
        return None
    titles = [
        (group.title, change_sentence(group, filter(_is_low_pass, group.measures), "low-passes")) for group in shown
    ]
    return Plot(
        "frequency",
        over_groups(titles),
        "Change of the scores behind a Gaussian low-pass, as a multiple of how much scores differ between pictures, "
        "against the frequency of which half is left. Thin: each network. Thick: the mean of a mode. Dashed: untrained "
        "twins. To the left more is taken away. Seen: how far answers hang on what a low-pass takes. Not seen: "
        "why, and no frequency at which memorizing would sit: a low-pass takes everything above its frequency.",
        tuple(Panel(group.title, partial(_frequency, group)) for group in shown),
        shown_modes(shown),
        twins=any(each.found.untrained is not None for group in shown for each in group.measured if each.found),
    )


def _frequency(group: Group, axes: Axes) -> None:
    names = [name for name in group.measures if name.startswith(LOW_PASS)]
    cuts = [float(name.removeprefix(LOW_PASS)) for name in names]
    ends = []
    twins = {}
    for each in group.measured:
        assert each.found is not None
        look = LOOKS[each.mode.name]
        axes.plot(cuts, _row(each.found.measures, names), color=look.light, linewidth=0.8, alpha=0.55)
        if each.found.untrained is not None:
            row = _row(each.found.untrained.measures, names)
            twins[tuple(row)] = row
    for row in twins.values():
        axes.plot(cuts, row, color=UNTRAINED, linewidth=0.9, linestyle=DASHED, alpha=0.8)
    for mode in group.modes:
        means = [
            group.measures[name].modes[mode].mean if mode in group.measures[name].modes else np.nan for name in names
        ]
        if not np.all(np.isnan(means)):
            look = LOOKS[mode]
            axes.plot(cuts, means, color=look.light, linewidth=2.4, marker=look.mark, markersize=5)
            ends.append((cuts[-1], means[-1], look.name, look.light))
    if twins:
        ends.append((cuts[-1], float(np.nanmean([row[-1] for row in twins.values()])), "untrained twins", UNTRAINED))
    axes.set_xticks(cuts, [f"{cut:g}".removeprefix("0") for cut in cuts])
    axes.set_ylim(0, None)
    axes.set_xlabel("low-pass, cycles per pixel of which half is left")
    axes.set_ylabel("change of the scores")
    end_labels(axes, ends)


def networks_plot(groups: Sequence[Group]) -> Plot | None:
    """Each headline measure of each network, with its interval over pictures, and the means of the modes."""
    panels, titles = [], []
    for group in groups:
        names = [name for name in (*HEADLINE, PARTICIPATION) if name in group.measures]
        if names:
            told = change_sentence(group, [name for name in names if name != PARTICIPATION], "sieves")
            titles.append((group.title, told))
        for name in names:
            finding = group.measures[name]
            auc = finding.contrast.auc.value
            told = "" if math.isnan(auc) else f": AUC {number(auc)}, {probability(finding)}"
            high = 1.35 + 0.3 * (len(group.modes) + 1)
            panels.append(Panel(f"{group.title}\n{told_measure(name)}{told}", partial(_networks, group, name), high))
    if not panels:
        return None
    return Plot(
        "networks",
        over_groups(titles),
        "A mark is a network, with its bootstrap interval of 95 % over the pictures; the bar is the mean of a mode. "
        "The grey band is where untrained twins of the same networks lie: what they have too is no result of "
        "training. AUC: the chance that a network that memorizes has more than one that generalizes, with its "
        "permutation p-value, each network one sample. Not seen: a "
        "threshold that would hold for other networks or pictures.",
        tuple(panels),
        shown_modes(groups),
        twins=False,
    )


def _networks(group: Group, name: str, axes: Axes) -> None:
    finding = group.measures[name]
    modes = [mode for mode in group.modes if mode in finding.modes]
    rows = [*modes, *([""] if finding.untrained is not None else [])]
    if finding.untrained is not None:
        axes.axvspan(finding.untrained.low, finding.untrained.high, color=UNTRAINED, alpha=0.16, linewidth=0)
    for row, mode in enumerate(modes):
        look = LOOKS[mode]
        own = [each for each in group.measured if each.mode.name == mode]
        offsets = np.linspace(-0.22, 0.22, len(own)) if len(own) > 1 else [0.0]
        for each, offset in zip(own, offsets, strict=True):
            assert each.found is not None
            value = values_of(each.found, group.block).get(name)
            if value is not None and math.isfinite(value.value):
                axes.plot([value.low, value.high], [row + offset] * 2, color=look.light, linewidth=1.3, alpha=0.7)
                axes.plot(value.value, row + offset, look.mark, color=look.light, markersize=5.5)
        mean = finding.modes[mode].mean
        axes.plot([mean, mean], [row - 0.36, row + 0.36], color=look.light, linewidth=2.4)
    if finding.untrained is not None:
        for twin in _twins(group, name):
            axes.plot(twin, len(modes), "x", color=UNTRAINED, markersize=5.5)
    axes.set_yticks(range(len(rows)), [*(LOOKS[mode].name for mode in modes), *(["untrained twins"] * ("" in rows))])
    axes.set_ylim(len(rows) - 0.45, -0.55)
    axes.set_xlim(0, None)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel("directions" if name == PARTICIPATION else "change of the scores")


def gap_plot(groups: Sequence[Group]) -> Plot | None:
    """Measures against the difference of training and held-out accuracy."""
    panels, told = [], []
    for group in groups:
        for name in (*HEADLINE, PARTICIPATION):
            finding = group.measures.get(name)
            if finding is None or len([each for each in group.measured if each.gap is not None]) < 3:
                continue
            title = f"{group.title}\n{told_measure(name)}: Spearman {interval(finding.with_gap)}"
            panels.append(Panel(title, partial(_gap, group, name)))
        finding = group.measures.get("low-pass:0.18")
        if finding is not None and not math.isnan(finding.with_gap.value):
            told.append(f"{number(finding.with_gap.value)} on {group.title}")
    if not panels:
        return None
    title = "The larger a network's train-test gap, the more its answers hang on what a low-pass takes"
    values = [group.measures["low-pass:0.18"].with_gap.value for group in groups if "low-pass:0.18" in group.measures]
    known = [value for value in values if not math.isnan(value)]
    if not known:
        title = "The train-test gap beside what was measured."
    elif min(known) > 0.7:
        title += f": Spearman's correlation is {joined(told)}."
    else:
        title = f"Spearman's correlation of the train-test gap and the change behind a low-pass is {joined(told)}."
    return Plot(
        "gap",
        title,
        "A mark is a network; the gap is its accuracy on its training pictures, as it was taught, minus that on "
        "held-out ones. Intervals: networks drawn anew within each mode. Seen: whether both go together over these "
        "networks. Not seen: whether one causes the other; the modes were chosen to differ in the gap, so that most of "
        "a correlation is between modes. Networks that were never trained stand at the left and do not count: they "
        "change most of all and have no gap.",
        tuple(panels),
        shown_modes(groups),
    )


def _gap(group: Group, name: str, axes: Axes) -> None:
    for mode in group.modes:
        look, places = LOOKS[mode], []
        for each in group.measured:
            assert each.found is not None
            value = values_of(each.found, group.block).get(name)
            if each.mode.name == mode and each.gap is not None and value is not None:
                places.append((100 * each.gap, value.value))
        if places:
            axes.plot(*zip(*places, strict=True), look.mark, color=look.light, markersize=6.5, alpha=0.85)
    axes.set_ylim(0, None)
    axes.set_xlabel("train-test gap, percentage points")
    axes.set_ylabel("directions" if name == PARTICIPATION else "change of the scores")


def training_plot(groups: Sequence[Group]) -> Plot | None:
    """Accuracy over the epochs."""
    shown = [group for group in groups if any(each.run.epochs for each in group.trained)]
    if not shown:
        return None
    parts = []
    for group in shown:
        by_kind = {
            kind: [
                each.run.train for each in group.trained if each.mode.memorizes is kind and each.run.train is not None
            ]
            for kind in (False, True)
        }
        if by_kind[False] and by_kind[True]:
            low = [100 * min(own) for own in (by_kind[False], by_kind[True])]
            parts.append(
                f"{group.title}, at least {low[0]:.0f} % with true labels and {low[1]:.0f} % with shuffled ones"
            )
    title = (
        f"What the networks reach on their own training pictures: {'; '.join(parts)}." if parts else "The trainings."
    )
    return Plot(
        "training",
        title,
        "Solid: accuracy on the training pictures, as they were labelled, as the epoch went (so a little below the "
        "accuracies of the table). Dotted: on held-out pictures with their true labels. A line is a network. Trainings "
        "end once they know their pictures, so their lengths differ.",
        tuple(Panel(group.title, partial(_training, group)) for group in shown),
        shown_modes(shown),
    )


def _training(group: Group, axes: Axes) -> None:
    ends: dict[str, list[float]] = {}
    last = 1
    for each in group.trained:
        epochs, look = each.run.epochs, LOOKS[each.mode.name]
        if epochs:
            places = [epoch.epoch for epoch in epochs]
            axes.plot(places, [100 * epoch.train for epoch in epochs], color=look.light, linewidth=1.2)
            axes.plot(places, [100 * epoch.test for epoch in epochs], color=look.light, linewidth=1.2, linestyle=":")
            ends.setdefault(each.mode.name, []).append(100 * epochs[-1].test)
            last = max(last, places[-1])
    axes.set_ylim(0, 102)
    axes.set_xlabel("epoch")
    axes.set_ylabel("accuracy, %")
    end_labels(axes, [(last, float(np.mean(own)), LOOKS[mode].name, LOOKS[mode].light) for mode, own in ends.items()])


def untrained_sentences(groups: Sequence[Group], measure: str) -> list[str]:
    """Where the untrained twins stand with one measure, group by group."""
    told = [
        (group, sentence)
        for group in groups
        if measure in group.measures and (sentence := untrained_sentence(group.measures[measure], group))
    ]
    return [f"{group.title}, {told_measure(measure)}: {sentence}" for group, sentence in told]


def _row(measures: Mapping[str, Measured], names: Sequence[str]) -> list[float]:
    return [measures[name].value if name in measures else math.nan for name in names]


def _twins(group: Group, name: str) -> list[float]:
    values: dict[float, None] = {}
    for each in group.measured:
        twin = each.found.untrained if each.found is not None else None
        value = None if twin is None else values_of(twin, group.block).get(name)
        if value is not None and math.isfinite(value.value):
            values[value.value] = None
    return list(values)


def _is_low_pass(measure: str) -> bool:
    return measure.startswith(LOW_PASS)


def shown_modes(groups: Sequence[Group]) -> tuple[str, ...]:
    there = {mode for group in groups for mode in group.modes}
    return tuple(name for name in MODES if name in there)
