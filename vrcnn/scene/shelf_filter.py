"""Which pictures of the set the shelf shows: those of a class, the wrong ones, the least sure, some by chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vrcnn.engine.results import Results
from vrcnn.scene.catalogue import Catalogue

if TYPE_CHECKING:
    from vrcnn.scene.world import World

OUTCOMES = ("all", "right", "wrong")
ORDERS = ("set", "least sure", "most sure")
SAMPLE = 64  # pictures that are drawn by chance


@dataclass(frozen=True)
class ShelfFilter:
    """What is asked for; everything that is, has to hold.

    Attributes:
        words: each has to be in the picture's name, or in that of a class that it shows or was taken for.
        group: the folder or the data set's class that it is in, by its number in Described.groups.
        true, predicted: the class that it shows, and that it was taken for, by index.
        outcome: one of OUTCOMES.
        least, most: the probability of what it was taken for.
        order: one of ORDERS.
        seed: of the chance by which SAMPLE of the rest are taken; None for all of them.
        hall: whose results these are.
        among: the places in the set of which they are some, None for all of it; `about` says what is told of those.
    """

    words: str = ""
    group: int | None = None
    true: int | None = None
    predicted: int | None = None
    outcome: str = OUTCOMES[0]
    least: float = 0.0
    most: float = 1.0
    order: str = ORDERS[0]
    seed: int | None = None
    hall: int = 0
    among: tuple[int, ...] | None = None
    about: str = ""

    @property
    def of_results(self) -> bool:
        """Whether it asks for what only an evaluation knows."""
        usual = ShelfFilter()
        asked = self.true, self.predicted, self.outcome, self.least, self.most, self.order
        return asked != (usual.true, usual.predicted, usual.outcome, usual.least, usual.most, usual.order)


@dataclass(frozen=True, eq=False)
class Selection:
    """The pictures that a filter has found: their places in the set, in their order, and what they are, in `words`.

    `numbers` are those of the catalogue.
    """

    filter: ShelfFilter
    places: np.ndarray
    words: str
    numbers: dict[int, int]


def select(world: World, wanted: ShelfFilter) -> Selection:
    """The pictures of the set that it shows now."""
    catalogue, results = world.catalogue, world.halls[wanted.hall].results
    places = places_of(catalogue, results, wanted)
    told = f"{len(places):,} of {catalogue.count:,}: {words_of(catalogue, results, wanted)}"
    return Selection(wanted, places, told, catalogue.numbers)


def places_of(catalogue: Catalogue, results: Results | None, wanted: ShelfFilter) -> np.ndarray:
    """(m,) int64, where in the set the pictures are that are asked for."""
    holds = np.ones(catalogue.count, bool)
    if wanted.among is not None:
        holds &= np.isin(np.arange(catalogue.count), wanted.among)
    if wanted.group is not None:
        holds &= catalogue.described.group_of == wanted.group
    if wanted.words.strip():
        holds &= _with_words(catalogue, results, wanted.words)
    if wanted.of_results:
        holds &= np.zeros(catalogue.count, bool) if results is None else _as_judged(results, wanted)
    places = np.flatnonzero(holds)
    if wanted.order != ORDERS[0] and results is not None:
        sure = results.confidence[places]
        places = places[np.argsort(sure if wanted.order == "least sure" else -sure, kind="stable")]
    if wanted.seed is not None and len(places) > SAMPLE:
        drawn = np.random.default_rng(wanted.seed).choice(len(places), SAMPLE, replace=False)
        places = places[np.sort(drawn)]
    return places


def words_of(catalogue: Catalogue, results: Results | None, wanted: ShelfFilter) -> str:
    """What is asked for, such as "cat taken for dog, least sure first"."""
    parts = [wanted.about] if wanted.about else []
    names = results.names if results is not None else ()
    shown, taken = (_named(names, index) for index in (wanted.true, wanted.predicted))
    if shown and taken:
        parts.append(f"{shown} taken for {taken}" if shown != taken else f"{shown}, seen as such")
    elif shown or taken:
        parts.append(shown or f"taken for {taken}")
    if wanted.group is not None:
        parts.append(catalogue.described.groups[wanted.group])
    if wanted.outcome != OUTCOMES[0]:
        parts.append(wanted.outcome)
    if (wanted.least, wanted.most) != (0.0, 1.0):
        parts.append(f"{wanted.least:.0%} to {wanted.most:.0%} sure".replace("%", " %"))
    if wanted.words.strip():
        parts.append(f'"{wanted.words.strip()}"')
    if wanted.order != ORDERS[0]:
        parts.append(f"{wanted.order} first")
    if wanted.seed is not None:
        parts.append(f"a sample, seed {wanted.seed}")
    return ", ".join(parts) or "all"


def _named(names: tuple[str, ...], index: int | None) -> str:
    return "" if index is None else names[index] if index < len(names) else f"class {index}"


def _as_judged(results: Results, wanted: ShelfFilter) -> np.ndarray:
    holds = results.judged.copy()
    if wanted.true is not None:
        holds &= results.true == wanted.true
    if wanted.predicted is not None:
        holds &= results.predicted == wanted.predicted
    if wanted.outcome != OUTCOMES[0]:
        holds &= results.counted & ((results.true == results.predicted) == (wanted.outcome == "right"))
    return holds & (results.confidence >= wanted.least) & (results.confidence <= wanted.most)


def _with_words(catalogue: Catalogue, results: Results | None, words: str) -> np.ndarray:
    holds = np.ones(catalogue.count, bool)
    for word in words.casefold().split():
        found = np.char.find(catalogue.folded_names, word) >= 0 if catalogue.count else holds
        described = catalogue.described
        found = found | _of_classes(described.groups, described.group_of, word)
        if results is not None:
            found = found | _of_classes(results.names, results.true, word)
            found = found | _of_classes(results.names, results.predicted, word)
        holds &= found
    return holds


def _of_classes(names: tuple[str, ...], classes: np.ndarray, word: str) -> np.ndarray:
    """(n,) bool, whose class has the word in its name; -1 is no class."""
    having = np.array([word in name.casefold() for name in names] + [False])
    return having[classes]
