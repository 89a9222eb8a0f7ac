"""Which claims a tour's stops have, and what they come to: plain data, as text and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vrcnn.errors import UserError
from vrcnn.scene.claim_grammar import ClaimError, claim_of
from vrcnn.scene.claims import HOLDS, Claim, Finding, Measure, judged
from vrcnn.scene.tour import Tour
from vrcnn.scene.wording import counted


@dataclass(frozen=True)
class Stated:
    """A claim: the number of its stop, from 0, and that stop's title."""

    stop: int
    title: str
    claim: Claim


@dataclass(frozen=True)
class Checked:
    """What the claims came to, on so many pictures; `values` by the measures' texts."""

    tour: str
    pictures: int
    found: tuple[tuple[Stated, Finding], ...]
    values: Mapping[str, float]

    @property
    def holds(self) -> bool:
        return all(finding.verdict == HOLDS for _, finding in self.found)


def claims_of(tour: Tour, where: str) -> tuple[Stated, ...]:
    """The claims of the stops. Raises UserError where there is none, one cannot be read, or names another network."""
    stated, names = list[Stated](), [network.name for network in tour.networks]
    for number, stop in enumerate(tour.stops):
        if not stop.claim:
            continue
        what = f'The claim of the stop "{stop.title}" ({number + 1}) in {where}'
        try:
            claim = claim_of(stop.claim)
        except ClaimError as error:
            raise UserError(f"{what} cannot be read: {error}.") from error
        for measure in claim.measures:
            if names and measure.network not in names:
                raise UserError(f"{what} is about {measure.network}: the tour's networks are {', '.join(names)}.")
        stated.append(Stated(number, stop.title, claim))
    if not stated:
        raise UserError(f'The tour {where} claims nothing: give a stop a "claim" (docs/tours.md tells how).')
    if not names:
        raise UserError(f'The tour {where} does not say what its networks are: name them in "networks".')
    return tuple(stated)


def measures_of(stated: Sequence[Stated]) -> tuple[Measure, ...]:
    """All that has to be measured, each once."""
    return tuple(dict.fromkeys(measure for each in stated for measure in each.claim.measures))


def check(
    tour: Tour,
    stated: Sequence[Stated],
    pictures: int,
    values: Mapping[str, float],
    reasons: Mapping[str, str],
) -> Checked:
    """What the claims come to with these values; `reasons` say why others are missing."""
    return Checked(tour.title, pictures, tuple((each, judged(each.claim, values, reasons)) for each in stated), values)


def as_text(checked: Checked) -> str:
    """For people: each stop with its claim, the values, and what that comes to."""
    lines: list[str] = []
    for stated, finding in checked.found:
        lines += [f"{stated.stop + 1:>2}  {stated.title}", f"    {stated.claim.text}", f"    {finding.sentence}", ""]
    holding = sum(finding.verdict == HOLDS for _, finding in checked.found)
    what = "claim holds" if len(checked.found) == 1 and holding else "claims hold"
    lines.append(f"{holding} of {len(checked.found)} {what}, on {counted(checked.pictures, 'picture')}.")
    return "\n".join(lines) + "\n"


def as_json(checked: Checked) -> dict[str, Any]:
    """The same for programs."""
    return {
        "tour": checked.tour,
        "pictures": checked.pictures,
        "holds": checked.holds,
        "claims": [
            {
                "stop": stated.stop + 1,
                "title": stated.title,
                "claim": stated.claim.text,
                "values": dict(finding.values),
                "told": finding.told,
                "verdict": finding.verdict,
                **({"why": finding.why} if finding.why else {}),
            }
            for stated, finding in checked.found
        ],
    }
