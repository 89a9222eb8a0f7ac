"""Which class was taken for which, as a square of cells: the classes that are shown, the counts, and their colours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from vrcnn.engine.metrics import Confusion, pairs
from vrcnn.engine.results import Results
from vrcnn.scene.shelf_filter import ShelfFilter
from vrcnn.scene.theme import Theme

MOST = 24  # classes that are shown at a time; of more those that are confused most
LARGEST = 512  # px, a side of its picture
GAP = 0.06  # of a cell, on each side
FAINTEST, GAMMA = 0.14, 0.62  # so that a single mistake is seen


@dataclass(frozen=True, eq=False)
class Matrix:
    """Rows are what pictures show, columns what they were taken for.

    Attributes:
        classes: (n,) the classes' indices, for rows and columns alike; `names` what they are called.
        counts: (n, n) int64; `pictures` (n,) int64, how many pictures show each class, whatever they were taken for.
        left_out: how many classes occur that are not shown.
    """

    classes: tuple[int, ...]
    names: tuple[str, ...]
    counts: np.ndarray
    pictures: np.ndarray
    left_out: int

    @property
    def size(self) -> int:
        """How many rows and columns it has."""
        return len(self.classes)

    def cell(self, u: float, v: float) -> tuple[int, int]:
        """Row and column under a point, `u` and `v` in 0..1 from the left and the top."""
        return min(int(v * self.size), self.size - 1), min(int(u * self.size), self.size - 1)

    def words(self, row: int, column: int) -> str:
        """ "cat taken for dog: 12 of 40"."""
        shown, taken = self.names[row], self.names[column]
        count = f"{self.counts[row, column]:,} of {self.pictures[row]:,}"
        return f"{shown}, seen as such: {count}" if row == column else f"{shown} taken for {taken}: {count}"

    def filter(self, row: int, column: int, hall: int) -> ShelfFilter:
        """What puts the pictures of a cell on the shelf; the surest come first, as these are the most telling."""
        return ShelfFilter(true=self.classes[row], predicted=self.classes[column], order="most sure", hall=hall)

    @cached_property
    def strength(self) -> np.ndarray:
        """(n, n) in 0..1, how strong each cell's colour is: by the share of the pictures that show its row's class."""
        shares = self.counts / np.maximum(1, self.pictures)[:, None]
        found: np.ndarray = np.where(self.counts > 0, FAINTEST + (1 - FAINTEST) * shares**GAMMA, 0.0)
        return found


@lru_cache(4)  # halls' results are never changed, only replaced
def matrix_of(results: Results) -> Matrix:
    """The matrix of the classes that occur; of too many, those of the most frequent confusions."""
    found = pairs(results)
    occurring = sorted({index for pair in found for index in (pair.true, pair.predicted)})
    classes = occurring if len(occurring) <= MOST else _most_confused(found)
    place = {index: number for number, index in enumerate(classes)}
    counts, pictures = np.zeros((len(classes), len(classes)), np.int64), np.zeros(len(classes), np.int64)
    for pair in found:
        if pair.true in place:
            pictures[place[pair.true]] = pair.pictures
            if pair.predicted in place:
                counts[place[pair.true], place[pair.predicted]] = pair.count
    names = tuple(results.names[index] for index in classes)
    return Matrix(tuple(classes), names, counts, pictures, len(occurring) - len(classes))


def picture_of(matrix: Matrix, theme: Theme) -> np.ndarray:
    """(side, side, 4) uint8: right cells in one colour, mistakes in another, the stronger the larger their share."""
    side = max(1, LARGEST // max(1, matrix.size))
    strength = matrix.strength[..., None]
    right = np.eye(matrix.size, dtype=bool)[..., None]
    ink = np.where(right, np.array(theme["running"]), np.array(theme["failed"]))
    colours = (1 - strength) * np.array(theme["track"]) + strength * ink
    cells = colours.repeat(side, 0).repeat(side, 1)
    edge = np.arange(cells.shape[0]) % side
    gap = round(GAP * side)
    on_edge = (edge < gap) | (edge >= side - gap)
    cells[on_edge[:, None] | on_edge[None]] = np.array(theme["panel"])
    opaque = np.ones((*cells.shape[:2], 1))
    return np.ascontiguousarray(np.rint(255 * np.concatenate([cells, opaque], 2)).astype(np.uint8))


def _most_confused(found: list[Confusion]) -> list[int]:
    """The classes of the most frequent mistakes, as many as are shown; where there are none, the first ones."""
    chosen: list[int] = []
    for pair in [*(each for each in found if each.true != each.predicted), *found]:
        new = [index for index in dict.fromkeys((pair.true, pair.predicted)) if index not in chosen]
        if len(chosen) + len(new) <= MOST:
            chosen += new
    return sorted(chosen)
