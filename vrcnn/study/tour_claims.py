"""Claims that hold on measured values, with room to spare: what can be said of two numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MORE, LESS, ALIKE = "more", "less", "alike"
APART = 1.3  # times as much, from which on two values are said to differ
SPARE = 1.12  # times as much as is claimed, at least
FACTORS = (10, 5, 4, 3, 2.5, 2, 1.75, 1.5, 1.25, 1.1)
NEAR = 0.6, 1.65  # within which two values are said to be alike; wider than 1 / APART to APART by what is to spare


@dataclass(frozen=True)
class Said:
    """What two values are to each other (MORE, LESS, ALIKE), and the claim that says so."""

    how: str
    claim: str


def compared(one: str, other: str, values: Mapping[str, float]) -> Said:
    """What the measure `one` is to the `other`. Raises KeyError where one of them was not measured."""
    first, second = values[one], values[other]
    if first >= APART * second:
        return Said(MORE, _more(one, other, first, second))
    if second >= APART * first:
        return Said(LESS, _more(other, one, second, first))
    return Said(ALIKE, f"{NEAR[0]:g} * {other} < {one} < {NEAR[1]:g} * {other}")


def all_compared(pairs: Sequence[tuple[str, str]], values: Mapping[str, float]) -> Said | None:
    """The claims of several pairs in one, where they are all alike in `how`; else None."""
    said = [compared(one, other, values) for one, other in pairs]
    if len({each.how for each in said}) != 1:
        return None
    return Said(said[0].how, " and ".join(each.claim for each in said))


def above(measure: str, values: Mapping[str, float], step: float = 0.05) -> str:
    """That a share is above the next step that leaves room."""
    floor = max(0.0, int((values[measure] - step / 2) / step) * step)
    return f"{measure} > {100 * floor:.0f}%"


def below(measure: str, values: Mapping[str, float], step: float = 0.05) -> str:
    """That a share is below the next step that leaves room."""
    ceiling = (int((values[measure] + step / 2) / step) + 1) * step
    return f"{measure} < {100 * ceiling:.0f}%"


def _more(one: str, other: str, first: float, second: float) -> str:
    factor = next((each for each in FACTORS if first >= SPARE * each * second), 1)
    return f"{one} > {factor:g} * {other}" if factor != 1 else f"{one} > {other}"
