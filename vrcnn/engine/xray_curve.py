"""The curve of a kind of sieve over pictures of the set, as an inquiry; its untrained twin's beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from vrcnn.engine.inquiries import Workbench
from vrcnn.engine.weights import written
from vrcnn.engine.xray_messages import CurvePoint, CurveTold
from vrcnn.engine.xray_set import Scored, SieveSet
from vrcnn.errors import UserError
from vrcnn.susceptibility.battery import forms_of
from vrcnn.susceptibility.formulas import ScoreChange, score_susceptibility
from vrcnn.susceptibility.sieve import AMOUNTS, TITLES, Sieve
from vrcnn.susceptibility.transforms import sifted


def set_of(workbench: Workbench, count: int) -> SieveSet:
    """The first `count` pictures of the set, with what is known of them already. Raises UserError."""
    xray = workbench.inference.xray
    known = xray.over_set
    if not isinstance(known, SieveSet) or known.key != (count, written(workbench.source.module)):
        xray.over_set = known = SieveSet(workbench.source, count)
    return known


@dataclass(frozen=True)
class Curve:
    """Sends CurveTold after each point: first those of the network, a few far from each other before those between,
    then the values of the untrained twin. A shift is the mean over its directions. Amounts that the pictures are too
    small for are left out.
    """

    kind: str
    pictures: int
    title: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", f"Susceptibility to {TITLES[self.kind]}")

    def steps(self, workbench: Workbench) -> Iterator[tuple[int, int]]:
        pictures = set_of(workbench, self.pictures)
        sieves = self._sieves(pictures)
        progress, points = 0, dict[float, CurvePoint]()
        total = 2 * pictures.total * (1 + sum(map(len, sieves.values())))
        notes: tuple[str, ...] = ()

        def tell() -> None:
            known = tuple(points[amount] for amount in sorted(points))
            workbench.send(CurveTold(self.kind, known, len(pictures.skipped), notes))

        for which in ("", "twin"):
            if which:
                yield from pictures.pause(progress, total)
                notes = pictures.twin.notes
                if pictures.twin.subject is None:
                    tell()
                    return
            for part in pictures.without_sieve(which):
                progress += len(part.places)
                yield from pictures.pause(progress, total)
            base = pictures.base[which]
            if len(base.places) < 2:
                raise UserError("A curve needs two pictures at least, as it is in units of how much they differ.")
            for amount, forms in sieves.items():
                behind = []
                for form in forms:
                    whole = Scored()
                    for part in pictures.scored(pictures.subject_of(which), partial(sifted, sieve=form), base.places):
                        whole.places += part.places
                        whole.scores += part.scores
                        progress += len(part.places)
                        yield from pictures.pause(progress, total)
                    behind.append(whole)
                point = _point(Sieve(self.kind, amount), base, behind)
                if point is None:
                    continue
                if which and amount in points:
                    points[amount] = replace(points[amount], untrained=point.value)
                elif not which:
                    points[amount] = point
                tell()

    def _sieves(self, pictures: SieveSet) -> dict[float, list[Sieve]]:
        """The forms of each amount that can be done to the pictures, coarse steps before fine ones."""
        one, found = pictures.first_usable(), dict[float, list[Sieve]]()
        amounts = AMOUNTS[self.kind]
        for amount in (*amounts[::4], *amounts[2::4], *amounts[1::2]):
            forms = forms_of(f"{self.kind}:{amount:g}", one.ndim - 2)
            try:
                for form in forms:
                    sifted(one, form)
            except UserError:
                continue
            found[amount] = forms
        if not found:
            raise UserError(f"The pictures are too small for any {TITLES[self.kind]}.")
        return found


def _point(sieve: Sieve, base: Scored, behind: list[Scored]) -> CurvePoint | None:
    """Over the pictures that the network could answer to behind all forms of the sieve."""
    places = set(base.places).intersection(*(each.places for each in behind))
    if len(places) < 2:
        return None
    before, *after = (
        each.table[[place for place, number in enumerate(each.places) if number in places]] for each in (base, *behind)
    )
    measured = score_susceptibility(before, ScoreChange.between(before, after))
    if not np.isfinite(measured.value):
        return None
    return CurvePoint(sieve, measured.value, measured.flips or 0.0, len(places))
