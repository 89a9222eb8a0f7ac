"""What numbers say, in sentences: every word of a finding depends on them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from vrcnn.study.reporting.findings import Group, MeasureFinding, told_measure
from vrcnn.study.statistics import Interval, Spread

UNKNOWN = "both kinds of networks are not there yet"  # how a sentence begins that tells of nothing
CLEAR = 0.9  # AUC from which most networks of two kinds lie apart


def number(value: float | None, digits: int = 2) -> str:
    """ "0.31", or a dash."""
    return "–" if value is None or not math.isfinite(value) else f"{value:.{digits}f}"


def share(value: float | None) -> str:
    """ "91.2 %", or a dash."""
    return "–" if value is None or not math.isfinite(value) else f"{100 * value:.1f} %"


def interval(found: Interval) -> str:
    """ "0.92 [0.81, 0.97]"."""
    told = number(found.value)
    return told if math.isnan(found.low) else f"{told} [{number(found.low)}, {number(found.high)}]"


def ranged(found: Spread | None, digits: int = 2) -> str:
    """ "0.31 (0.28–0.35)"."""
    if found is None:
        return "–"
    if found.networks == 1:
        return number(found.mean, digits)
    return f"{number(found.mean, digits)} ({number(found.low, digits)}–{number(found.high, digits)})"


def probability(finding: MeasureFinding) -> str:
    """ "p = 0.0004", or what there is instead."""
    chance = finding.contrast.chance
    if chance is None:
        return "–"
    told = f"p = {chance.p:.4f}" if chance.p >= 0.0001 else "p < 0.0001"
    return told if chance.exact else f"{told} (drawn)"


def joined(parts: Sequence[str]) -> str:
    """ "a, b and c"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def standing(auc: float) -> str:
    """Where networks that memorize stand against those that generalize, in a word or two: "all above", "mostly above",
    "not apart", "mostly below", "all below", or "unknown"."""
    if math.isnan(auc):
        return "unknown"
    if auc in (0.0, 1.0):
        return "all above" if auc else "all below"
    if auc >= CLEAR:
        return "mostly above"
    return "mostly below" if auc <= 1 - CLEAR else "not apart"


def over_groups(told: Sequence[tuple[str, str]]) -> str:
    """Sentences, each with the title of its group, as few as there are different ones: (title, sentence).

    Those of groups of which nothing is known are left out where something is known of another one.
    """
    known = [(title, sentence) for title, sentence in told if not sentence.startswith(UNKNOWN)]
    told = known or told
    by_sentence: dict[str, list[str]] = {}
    for title, sentence in told:
        by_sentence.setdefault(sentence, []).append(title)
    if len(by_sentence) == 1 and len(told) > 1:
        return f"In all {len(told)} pairs of data and network {told[0][1]}."
    return " ".join(f"{'; '.join(titles)}: {sentence}." for sentence, titles in by_sentence.items())


def change_sentence(group: Group, measures: Iterable[str], sieves: str) -> str:
    """What several measures of change say of one group, as the rest of a sentence; all of them are the `sieves`."""
    found = [group.measures[name] for name in measures if name in group.measures]
    states = [standing(each.contrast.auc.value) for each in found]
    if not found:
        return "nothing is measured yet"
    if "unknown" in states:
        return f"{UNKNOWN}, so nothing is compared"
    told = {
        "all above": "every network that memorizes changes more than every one that generalizes",
        "mostly above": "networks that memorize mostly change more than those that generalize",
        "not apart": "how much they change does not part networks that memorize from those that generalize",
        "mostly below": "networks that memorize mostly change less than those that generalize",
        "all below": "every network that memorizes changes less than every one that generalizes",
    }
    parts = []
    for state, words in told.items():
        own = [each.measure for each, known in zip(found, states, strict=True) if known == state]
        if own:
            where = f"each of the {len(own)} {sieves}" if len(own) == len(found) > 1 else joined([*map(_behind, own)])
            parts.append(f"{words}, behind {where}")
    return "; ".join(parts)


def untrained_sentence(finding: MeasureFinding, group: Group) -> str:
    """Where the untrained twins stand between both kinds, as a sentence; empty where that is not known."""
    kinds = kinds_of(finding, group)
    if finding.untrained is None or kinds is None:
        return ""
    memorizing, generalizing = kinds
    mean = finding.untrained.mean
    told = f"The untrained twins have {ranged(finding.untrained)}: "
    if memorizing.low <= mean <= memorizing.high:
        where = "as much as networks that memorize"
    elif generalizing.low <= mean <= generalizing.high:
        where = "as much as networks that generalize"
    elif mean > max(memorizing.high, generalizing.high):
        where = "more than every trained network"
    elif mean < min(memorizing.low, generalizing.low):
        where = "less than every trained network"
    else:
        where = "between the two kinds"
    return f"{told}{where}."


def kinds_of(finding: MeasureFinding, group: Group) -> tuple[Spread, Spread] | None:
    """Of all networks that memorize, and of all that generalize; None without both."""
    from vrcnn.study.modes import MODES

    spreads = []
    for memorizes in (True, False):
        own = [found for name, found in finding.modes.items() if MODES[name].memorizes is memorizes]
        if not own:
            return None
        count = sum(each.networks for each in own)
        mean = sum(each.mean * each.networks for each in own) / count
        spreads.append(Spread(mean, min(each.low for each in own), max(each.high for each in own), count))
    return spreads[0], spreads[1]


def _behind(measure: str) -> str:
    return told_measure(measure) if measure.startswith("windows") else f"a {told_measure(measure)}"
