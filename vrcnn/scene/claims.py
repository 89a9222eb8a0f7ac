"""What a stop of a tour claims: a condition on measured values, as plain data, and whether it holds on given ones.

How one is written is in claim_grammar.py and, for people, in docs/tours.md.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite

CHANGE, FLIPS, UNNORMALIZED, PARTICIPATION, ACCURACY = "change", "flips", "unnormalized", "participation", "accuracy"
HOLDS, HOLDS_NOT, CANNOT_SAY = "holds", "does not hold", "cannot be said"
COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
CALCULATIONS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
SHOWN = {"*": "×", "-": "−", "<=": "≤", ">=": "≥"}
PLAIN_WORD = re.compile(r"[A-Za-z_][\w.:#-]*(?<!-)")


@dataclass(frozen=True)
class Number:
    """A number; `text` is how it was written."""

    value: float
    text: str


@dataclass(frozen=True)
class Measure:
    """One measured value.

    Attributes:
        kind: CHANGE and FLIPS and UNNORMALIZED are of a sieve, PARTICIPATION of a layer, ACCURACY of a network.
        what: of a sieve its text ("low-pass:0.18"), of an accuracy "pictures", which are those of the tour,
            or "train": those that the network was trained on, as they were labelled then.
        network: its name in the tour.
        layer: "" where the network's scores are meant.
        untrained: whether the network's untrained twin is meant.
    """

    kind: str
    what: str
    network: str
    layer: str = ""
    untrained: bool = False

    @property
    def text(self) -> str:
        """As it is written in claims and files."""
        named = {
            CHANGE: self.what,
            FLIPS: f"flips {self.what}",
            UNNORMALIZED: f"unnormalized {self.what}",
            PARTICIPATION: "participation",
            ACCURACY: "accuracy" if self.what == "pictures" else f"{self.what} accuracy",
        }[self.kind]
        before = "untrained " if self.untrained else ""
        at = f" at {quoted(self.layer)}" if self.layer else ""
        return f"{before}{named}{at} of {quoted(self.network)}"


@dataclass(frozen=True)
class Negative:
    """What is below zero by as much as another is above."""

    of: Expression


@dataclass(frozen=True)
class Calculation:
    """Two values become one; `sign` is one of CALCULATIONS, `closed` whether it was written in brackets."""

    sign: str
    left: Expression
    right: Expression
    closed: bool = False


Expression = Number | Measure | Negative | Calculation


@dataclass(frozen=True)
class Comparison:
    """Two or more values, each compared with the next one: `0.8 < a < 1`. A sign is one of COMPARISONS."""

    values: tuple[Expression, ...]
    signs: tuple[str, ...]


@dataclass(frozen=True)
class Claim:
    """All of the conditions are to hold. `text` is how it was written."""

    text: str
    conditions: tuple[Comparison, ...]

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What has to be measured for it, each once, in the order of the text."""
        found = (one for condition in self.conditions for value in condition.values for one in _measures(value))
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True)
class Finding:
    """What a claim comes to.

    Attributes:
        verdict: HOLDS, HOLDS_NOT or CANNOT_SAY.
        told: the condition with the values in the place of their names, "0.98 > 3 × 0.21".
        why: what is missing, where it cannot be said.
    """

    verdict: str
    told: str
    why: str = ""
    values: Mapping[str, float] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """For people."""
        return f"{self.told}: {self.verdict}" + (f" ({self.why})" if self.why else "")


class _Unsaid(ValueError):  # noqa: N818 - named for what happened
    pass


def judged(claim: Claim, values: Mapping[str, float], reasons: Mapping[str, str] | None = None) -> Finding:
    """Whether the claim holds on values by the measures' texts; `reasons` say why one of them is missing."""
    used = {each.text: float(values[each.text]) for each in claim.measures if each.text in values}
    told = " and ".join(_told_comparison(condition, used) for condition in claim.conditions)
    verdict, whys = HOLDS, list[str]()
    for condition in claim.conditions:
        try:
            numbers = [_value(value, used, reasons or {}) for value in condition.values]
        except _Unsaid as unsaid:
            whys.append(str(unsaid))
            continue
        pairs = zip(numbers, condition.signs, numbers[1:], strict=False)
        if not all(COMPARISONS[sign](left, right) for left, sign, right in pairs):
            verdict = HOLDS_NOT
    if verdict == HOLDS and whys:
        verdict = CANNOT_SAY
    return Finding(verdict, told, "; ".join(dict.fromkeys(whys)) if verdict == CANNOT_SAY else "", used)


def quoted(name: str) -> str:
    """A name of a network or a layer, as it can be written in a claim."""
    plain = PLAIN_WORD.fullmatch(name) and name not in ("of", "at", "and")
    return name if plain else f'"{name}"'


def _measures(value: Expression) -> Iterator[Measure]:
    match value:
        case Measure():
            yield value
        case Negative(of):
            yield from _measures(of)
        case Calculation(_, left, right):
            yield from _measures(left)
            yield from _measures(right)


def _value(value: Expression, values: Mapping[str, float], reasons: Mapping[str, str]) -> float:
    match value:
        case Number(number):
            return number
        case Measure():
            found = values.get(value.text)
            if found is None or not isfinite(found):
                raise _Unsaid(reasons.get(value.text) or f"{value.text} was not measured")
            return found
        case Negative(of):
            return -_value(of, values, reasons)
        case Calculation(sign, left, right):
            first, second = _value(left, values, reasons), _value(right, values, reasons)
            if sign == "/" and second == 0:
                raise _Unsaid(f"{_told(right, values)} is 0, and nothing can be divided by it")
            return CALCULATIONS[sign](first, second)


def _told_comparison(condition: Comparison, values: Mapping[str, float]) -> str:
    numbers = [value.text for value in condition.values if isinstance(value, Number)]
    shares = bool(numbers) and all(text.endswith("%") for text in numbers)
    words = [_told(condition.values[0], values, shares)]
    for sign, value in zip(condition.signs, condition.values[1:], strict=True):
        words += [SHOWN.get(sign, sign), _told(value, values, shares)]
    return " ".join(words)


def _told(value: Expression, values: Mapping[str, float], shares: bool = False) -> str:
    """With the measured values; with `shares` what is a share is told in percent, as the claim does."""
    match value:
        case Number(_, text):
            return text
        case Measure(kind):
            if value.text not in values:
                return value.text
            found = values[value.text]
            return f"{100 * found:.3g}%" if shares and kind in (ACCURACY, FLIPS) else f"{found:.3g}"
        case Negative(of):
            return f"−{_told(of, values, shares)}"
        case Calculation(sign, left, right, closed):
            words = f"{_told(left, values, shares)} {SHOWN.get(sign, sign)} {_told(right, values, shares)}"
            return f"({words})" if closed else words
