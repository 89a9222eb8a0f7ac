"""What a prototype of the study had found, and whether this one finds the same, claim by claim.

The prototype: CovidResNet of half its width, Fashion-MNIST with 2,000 pictures to learn from and 2,000 held out, at 32
pixels, two or three seeds a mode, 18 networks; and the two-vendor emoji set in colour, with the same result. Only the
figures that are stated below are known of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from vrcnn.study.reporting.findings import BEYOND, PARTICIPATION, Group, told_measure
from vrcnn.study.reporting.wording import CLEAR, interval, kinds_of, number, ranged
from vrcnn.study.statistics import Spread


@dataclass(frozen=True)
class Compared:
    """One claim of the prototype, in one group.

    Attributes:
        claim: what is compared; `prototype` and `here` the figures, in words.
        holds: whether the direction is the same here; None where it cannot be told.
    """

    group: str
    claim: str
    prototype: str
    here: str
    holds: bool | None


AUC = {  # measure: generalizing, memorizing, untrained, as far as they are known
    "shift:1": ("0.11–0.45", "0.97–1.23", "1.07"),
    "low-pass:0.18": ("0.23–0.40", "0.65–1.03", ""),
    "windows:2": ("", "", ""),
    "windows:4": ("", "", ""),
    PARTICIPATION: ("16–18", "34–36", "8"),
}
ACCURACIES = {  # of training and held-out pictures, by data set and mode
    "fashion-mnist": {
        "true-augmented": (0.95, 0.85),
        "true": (1.0, 0.83),
        "half-shuffled": (1.0, 0.54),
        "shuffled": (1.0, 0.10),
        "noisy-copies": (1.0, 0.81),
    },
    "emoji": {"true-augmented": (0.96, 0.70), "true": (1.0, 0.66), "shuffled": (0.99, 0.13)},
}
CORRELATED = (0.92, 0.99)
BEYOND_LOST = (0.32, 0.16, 0.06)  # most, random, least: memorized answers lost minus clean ones, 5 of 5 networks


def compared(groups: Sequence[Group]) -> tuple[Compared, ...]:
    """Every claim that the prototype made of something that is measured here, for every group."""
    return tuple(each for group in groups if group.measured for each in _of(group))


def _of(group: Group) -> list[Compared]:
    rows = []
    before = "" if group.network == "covid-resnet" else "on CovidResNet: "
    for measure, (generalizing, memorizing, untrained) in AUC.items():
        finding = group.measures.get(measure)
        if finding is None:
            continue
        kinds = kinds_of(finding, group)
        known = generalizing and f"; generalizing {generalizing}, memorizing {memorizing}"
        here = "not both kinds of networks are there"
        if kinds is not None:
            here = (
                f"AUC {interval(finding.contrast.auc)}; generalizing {_range(kinds[1])}, memorizing {_range(kinds[0])}"
            )
        rows.append(
            Compared(
                group.title,
                f"Networks that memorize have more of: {told_measure(measure)}",
                f"{before}AUC 1.00{known}",
                here,
                None if kinds is None else finding.contrast.auc.value >= CLEAR,
            )
        )
        if untrained and finding.untrained is not None and kinds is not None:
            rows.append(_untrained(group, measure, untrained, finding.untrained, kinds))
    rows += _correlations(group)
    rows += _silenced(group)
    return rows


def _untrained(group: Group, measure: str, prototype: str, twins: Spread, kinds: tuple[Spread, Spread]) -> Compared:
    memorizing, generalizing = kinds
    if measure == PARTICIPATION:
        claim = "Untrained networks have less than all trained ones"
        holds = twins.high < min(generalizing.low, memorizing.low)
    else:
        claim = "Untrained networks change as networks that memorize do, not as those that generalize"
        holds = abs(twins.mean - memorizing.mean) < abs(twins.mean - generalizing.mean)
    here = f"untrained {ranged(twins)}, memorizing {_range(memorizing)}, generalizing {_range(generalizing)}"
    return Compared(group.title, f"{claim}: {told_measure(measure)}", f"untrained {prototype}", here, holds)


def _correlations(group: Group) -> list[Compared]:
    names = [name for name in AUC if name in group.measures and not math.isnan(group.measures[name].with_gap.value)]
    if not names:
        return []
    found = [group.measures[name].with_gap for name in names]
    here = "; ".join(f"{told_measure(name)} {interval(each)}" for name, each in zip(names, found, strict=True))
    low, high = CORRELATED
    return [
        Compared(
            group.title,
            "Every measure goes with the train-test gap (Spearman, over networks)",
            f"{low:.2f}–{high:.2f}",
            here,
            min(each.value for each in found) > 0.5,
        )
    ]


def _silenced(group: Group) -> list[Compared]:
    rows = []
    beyond = [each for each in group.ablations if each.pictures == BEYOND]
    for finding in beyond[:1]:
        lost = {
            half: [spreads[half] for spreads in finding.lost.values() if half in spreads]
            for half in ("most", "random", "least")
        }
        means = [
            sum(each.mean * each.networks for each in own) / sum(each.networks for each in own) for own in lost.values()
        ]
        rows.append(
            Compared(
                group.title,
                f"To silence the half of {finding.layer} that a low-pass changes most costs memorized answers more, "
                "beyond clean ones, than random halves do, and these more than the other half",
                f"{BEYOND_LOST[0]:.2f} most, {BEYOND_LOST[1]:.2f} random, {BEYOND_LOST[2]:.2f} least; 5 of 5 networks",
                f"{means[0]:.2f} most, {means[1]:.2f} random, {means[2]:.2f} least; "
                f"{finding.in_order} of {finding.networks} networks in this order",
                means[0] > means[1] > means[2] and 2 * finding.in_order > finding.networks,
            )
        )
    return rows


def _range(found: Spread) -> str:
    return f"{number(found.low)}–{number(found.high)}"
