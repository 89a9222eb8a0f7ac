"""Which answers flip behind a sieve over pictures of the set, as an inquiry; the untrained twin's count beside it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from vrcnn.engine.inquiries import Workbench
from vrcnn.engine.xray_curve import set_of
from vrcnn.engine.xray_messages import Flip, FlipsTold
from vrcnn.engine.xray_set import Scored, SieveSet
from vrcnn.susceptibility.sieve import Sieve
from vrcnn.susceptibility.transforms import sifted

TELLING = 0.3  # s between two messages


@dataclass(frozen=True)
class Flips:
    """Sends FlipsTold now and then, when all pictures are through, and once more with the untrained twin's count."""

    sieve: Sieve
    pictures: int
    title: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", f"Answers that flip behind {self.sieve.told}")

    def steps(self, workbench: Workbench) -> Iterator[tuple[int, int]]:
        pictures = set_of(workbench, self.pictures)
        sifted(pictures.first_usable(), self.sieve)  # says at once where that cannot be
        total, progress, answered = 4 * pictures.total, 0, 0
        flips: list[Flip] = []
        flipped: dict[str, int] = {}
        told = time.perf_counter()
        for which in ("", "twin"):
            if which:
                yield from pictures.pause(progress, total)
                if pictures.twin.subject is None:
                    return
            for part in pictures.without_sieve(which):
                progress += len(part.places)
                yield from pictures.pause(progress, total)
            base = pictures.base[which]
            before = dict(zip(base.places, base.table, strict=True))
            flipped[which] = done = 0
            sift = partial(sifted, sieve=self.sieve)
            for part in pictures.scored(pictures.subject_of(which), sift, base.places):
                done += len(part.places)
                progress += len(part.places)
                found = self._found(part, before, pictures)
                flipped[which] += len(found)
                if not which:
                    flips += found
                    if time.perf_counter() - told > TELLING:
                        told = time.perf_counter()
                        workbench.send(FlipsTold(self.sieve, tuple(flips), done, pictures.total))
                yield from pictures.pause(progress, total)
            answered = answered if which else done
            everything = pictures.total, pictures.total, flipped.get("twin"), pictures.total - answered
            workbench.send(FlipsTold(self.sieve, tuple(flips), *everything))

    def _found(self, part: Scored, before: dict[int, np.ndarray], pictures: SieveSet) -> list[Flip]:
        found = []
        for place, scores in zip(part.places, part.table if part.places else (), strict=True):
            chances = [pictures.classifier.chances(each) for each in (before[place], scores)]
            first, then = (int(each.argmax()) for each in chances)
            if first != then:
                names = pictures.class_names(len(scores))
                probable = float(chances[0][first]), float(chances[1][then])
                found.append(Flip(place, pictures.name(place), names[first], names[then], *probable))
        return found
