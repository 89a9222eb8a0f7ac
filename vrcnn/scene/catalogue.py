"""The whole set of pictures, of which those on the shelf are some: their names, and what they are said to show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Described:
    """Of each picture of the set, by its place there: its name, its file where it is one, and what it is said to show.

    `groups` are the folders, or the classes of a data set; `group_of` (n,) int32 says which of them each is in, -1
    where nobody says it.
    """

    names: tuple[str, ...] = ()
    paths: tuple[Path | None, ...] = ()
    groups: tuple[str, ...] = ()
    group_of: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int32))


@dataclass(eq=False)
class Catalogue:
    """Those of a set of `count` pictures.

    Attributes:
        describe: finds out what is `described`, which takes a moment for a set of many thousands.
        labelled: whether anybody says what they show.
        numbers: the numbers in World.pictures of those that have one, by their places in the set.
        visiting: the places of those that a filter has brought onto the shelf, the one that came first first.
    """

    count: int = 0
    describe: Callable[[], Described] = Described
    labelled: bool = False
    numbers: dict[int, int] = field(default_factory=dict)
    visiting: list[int] = field(default_factory=list)

    @cached_property
    def described(self) -> Described:
        """Their names and labels; found out when they are asked for first."""
        return self.describe()

    @cached_property
    def folded_names(self) -> np.ndarray:
        """(count,) of str, the names as they are searched."""
        return np.array([name.casefold() for name in self.described.names], np.str_)

    @property
    def visitors(self) -> Sequence[int]:
        """The numbers of the pictures that are on the shelf only while a filter shows them."""
        return [self.numbers[place] for place in self.visiting]
