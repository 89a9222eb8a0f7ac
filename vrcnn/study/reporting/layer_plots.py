"""The plots of a report that go into the network: layer by layer, participation ratios, and silenced channels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from vrcnn.study.reporting.drawing import Panel, Plot, end_labels
from vrcnn.study.reporting.findings import BEYOND, PARTICIPATION, AblationFinding, Group, LayerFinding, told_measure
from vrcnn.study.reporting.looks import LOOKS, UNTRAINED
from vrcnn.study.reporting.plots import DASHED, shown_modes
from vrcnn.study.reporting.wording import UNKNOWN, joined, number, over_groups, standing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LAYERWISE = "low-pass:0.18"
TICKS = 9
HALVES = ("most", "random", "least")


def layers_plot(groups: Sequence[Group]) -> Plot | None:
    """How much the channels of each layer change behind a low-pass."""
    return _over_layers(
        groups,
        LAYERWISE,
        "layers",
        "channels change {more} in networks that memorize in {where}",
        ("more", "less"),
        f"Change of a layer's channels behind the {told_measure(LAYERWISE)}, each in its own standard deviations. "
        "Thick: the mean of a mode; pale: its range over networks; dashed: untrained twins. Channels are summed up for "
        "each network and never counted as samples. Not seen: which layer is the cause, as each hands on what came "
        "before.",
        "change of the channels",
    )


def participation_plot(groups: Sequence[Group]) -> Plot | None:
    """Participation ratios of the layers."""
    return _over_layers(
        groups,
        PARTICIPATION,
        "participation",
        "pictures are spread over {more} directions in networks that memorize in {where}",
        ("more", "fewer"),
        "Participation ratio of each layer's channels, averaged over their maps: over how many directions the pictures "
        "are spread. Thick: the mean of a mode; pale: its range over networks; dashed: untrained twins. It can only be "
        "compared at the same number of pictures, and layers of more channels can have more.",
        "directions",
    )


def _over_layers(
    groups: Sequence[Group],
    measure: str,
    key: str,
    told: str,
    more: tuple[str, str],
    caption: str,
    unit: str,
) -> Plot | None:
    shown = [group for group in groups if any(measure in layer.modes for layer in group.layers)]
    if not shown:
        return None
    return Plot(
        key,
        over_groups([(group.title, _layers_sentence(group, measure, told, more)) for group in shown]),
        caption,
        tuple(Panel(group.title, partial(_layer_curves, group, measure, unit), 3.4) for group in shown),
        shown_modes(shown),
        twins=any(measure in layer.untrained for group in shown for layer in group.layers),
    )


def _layers_sentence(group: Group, measure: str, told: str, words: tuple[str, str]) -> str:
    layers = [layer for layer in group.layers if measure in layer.contrasts]
    states = [standing(layer.contrasts[measure].auc.value) for layer in layers]
    if "unknown" in states:
        return f"{UNKNOWN}, so no layer is compared"
    more = [layer for layer, state in zip(layers, states, strict=True) if state == "all above"]
    less = [layer for layer, state in zip(layers, states, strict=True) if state == "all below"]
    if not more and not less:
        return "no layer parts all networks that memorize from all that generalize"
    parts = [
        told.format(more=word, where=_where(own, len(layers)))
        for word, own in zip(words, (more, less), strict=True)
        if own
    ]
    return f"{' and '.join(parts)}, without exception"


def _where(layers: Sequence[LayerFinding], of: int) -> str:
    if len(layers) == of:
        return "every layer" if of > 1 else layers[0].layer
    if len(layers) <= 3:
        return joined([layer.layer for layer in layers])
    return f"{len(layers)} of {of} layers"


def _layer_curves(group: Group, measure: str, unit: str, axes: Axes) -> None:
    layers = [layer for layer in group.layers if measure in layer.modes]
    places, ends = list(range(len(layers))), []
    for mode in group.modes:
        own = [layer.modes[measure].get(mode) for layer in layers]
        if not any(own):
            continue
        look = LOOKS[mode]
        means, lows, highs = (
            [math.nan if each is None else float(getattr(each, part)) for each in own]
            for part in ("mean", "low", "high")
        )
        axes.fill_between(places, lows, highs, color=look.light, alpha=0.14, linewidth=0)
        many = len(places) > 12
        axes.plot(places, means, color=look.light, linewidth=2.0, marker=None if many else look.mark, markersize=5)
        ends.append((places[-1], means[-1], look.name, look.light))
    twins = [layer.untrained.get(measure) for layer in layers]
    if any(twins):
        means = [math.nan if each is None else each.mean for each in twins]
        axes.plot(places, means, color=UNTRAINED, linewidth=1.6, linestyle=DASHED)
        ends.append((places[-1], means[-1], "untrained twins", UNTRAINED))
    every = max(1, math.ceil(len(layers) / TICKS))
    names = [layer.layer for layer in layers][::every]
    axes.set_xticks(places[::every], [_short(name) for name in names], rotation=40, ha="right", rotation_mode="anchor")
    axes.set_ylim(0, None)
    axes.set_ylabel(unit)
    end_labels(axes, ends)


def _short(name: str) -> str:
    return name if len(name) <= 16 else f"…{name[-15:]}"


def ablation_plot(groups: Sequence[Group]) -> Plot | None:
    """What it costs to silence the half of the channels that a sieve changes most, random halves, the other half."""
    panels, told, shown = [], [], []
    for group in groups:
        if not group.ablations:
            continue
        shown.append(group)
        first = group.ablations[0].layer
        panels += [
            Panel(f"{group.title}: {finding.layer}\n{_of(finding)}", partial(_ablation, finding))
            for finding in group.ablations
            if finding.layer == first
        ]
        best = next((each for each in group.ablations if each.pictures == BEYOND), group.ablations[0])
        told.append((group.title, ablation_sentence(best)))
    if not panels:
        return None
    return Plot(
        "ablation",
        over_groups(told),
        "Half of a layer's channels is silenced: the half that the low-pass changes most, random halves, the half that "
        "it changes least. Lines: the mean of a mode, with its range over networks. The random halves are the control: "
        "any half costs something. Other layers are in the tables. Not seen: single channels that would hold memories.",
        tuple(panels),
        shown_modes(shown),
    )


def ablation_sentence(finding: AblationFinding) -> str:
    """In how many networks the order is as sensitivity would have it, as the rest of a sentence."""
    what = {
        BEYOND: "costs memorized answers more, beyond clean ones,",
        "memorized": "costs more memorized answers",
        "taught right": "costs more right answers",
    }.get(finding.pictures, "changes more answers")
    networks = "network" if finding.networks == 1 else "networks"
    return (
        f"in {finding.in_order} of {finding.networks} {networks} to silence the more sensitive half of "
        f"{finding.layer} {what} than random halves, and these more than the less sensitive half"
    )


def _of(finding: AblationFinding) -> str:
    return {
        BEYOND: "memorized answers lost, minus right ones lost",
        "memorized": "memorized answers lost",
        "taught right": "right answers lost, of those taught right",
        "held out": "answers changed, held-out pictures",
    }.get(finding.pictures, "answers changed")


def _ablation(finding: AblationFinding, axes: Axes) -> None:
    ends = []
    for mode, halves in finding.lost.items():
        look = LOOKS[mode]
        there = [half for half in HALVES if half in halves]
        places = [HALVES.index(half) for half in there]
        means = [100 * halves[half].mean for half in there]
        for place, half in zip(places, there, strict=True):
            axes.plot([place, place], [100 * halves[half].low, 100 * halves[half].high], color=look.light, alpha=0.6)
        axes.plot(places, means, color=look.light, linewidth=2.0, marker=look.mark, markersize=5.5)
        ends.append((places[-1], means[-1], look.name, look.light))
    axes.set_xticks(range(len(HALVES)), ["most sensitive", "random", "least sensitive"])
    axes.set_xlim(-0.25, len(HALVES) - 0.75)
    if finding.pictures == BEYOND:
        axes.axhline(0, color=UNTRAINED, linewidth=0.8)
        axes.set_ylabel("percentage points")
    else:
        axes.set_ylim(0, None)
        axes.set_ylabel("lost, %")
    axes.set_xlabel("the half that is silenced")
    end_labels(axes, ends)


def ablation_figures(finding: AblationFinding) -> list[tuple[str, str, str, str]]:
    """Rows of a table: the mode, and what is lost by each half, in percent."""
    rows = []
    for mode, halves in finding.lost.items():
        figures = [number(100 * halves[half].mean, 1) if half in halves else "–" for half in HALVES]
        rows.append((LOOKS[mode].name, figures[0], figures[1], figures[2]))
    return rows
