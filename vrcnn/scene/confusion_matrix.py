"""Which class was taken for which, as a field of cells: the classes that are shown, the counts, and their colours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from vrcnn.engine.metrics import pair_counts
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
        true, predicted: the indices of the rows' classes and of the columns', those that are both first; `rows` and
            `columns` what they are called.
        counts: (rows, columns) int64; `pictures` (rows,) int64, how many pictures show each class, whatever they were
            taken for.
        occurring: how many classes occur, shown or not.
    """

    true: tuple[int, ...]
    predicted: tuple[int, ...]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: np.ndarray
    pictures: np.ndarray
    occurring: int

    @property
    def shown(self) -> int:
        """How many different classes it shows."""
        return len({*self.true, *self.predicted})

    def cell(self, u: float, v: float) -> tuple[int, int]:
        """Row and column under a point, `u` and `v` in 0..1 from the left and the top."""
        rows, columns = len(self.rows), len(self.columns)
        return min(int(v * rows), rows - 1), min(int(u * columns), columns - 1)

    def words(self, row: int, column: int) -> str:
        """ "cat taken for dog: 12 of 40"."""
        shown, taken = self.rows[row], self.columns[column]
        count = f"{self.counts[row, column]:,} of {self.pictures[row]:,}"
        return f"{shown}, seen as such: {count}" if shown == taken else f"{shown} taken for {taken}: {count}"

    def filter(self, row: int, column: int, hall: int) -> ShelfFilter:
        """What puts the pictures of a cell on the shelf; the surest come first, as these are the most telling."""
        return ShelfFilter(true=self.true[row], predicted=self.predicted[column], order="most sure", hall=hall)

    @cached_property
    def strength(self) -> np.ndarray:
        """(rows, columns) in 0..1, how strong each cell's colour is: by its share of the pictures of its row."""
        shares = self.counts / np.maximum(1, self.pictures)[:, None]
        found: np.ndarray = np.where(self.counts > 0, FAINTEST + (1 - FAINTEST) * shares**GAMMA, 0.0)
        return found


@lru_cache(4)  # halls' results are never changed, only replaced
def matrix_of(results: Results) -> Matrix:
    """The matrix of the classes that occur; of too many, those of the most frequent confusions."""
    true, predicted, counts, pictures = pair_counts(results)
    shown, taken = set(np.unique(true).tolist()), set(np.unique(predicted).tolist())
    occurring = shown | taken
    if len(shown) > MOST or len(taken) > MOST:
        shown, taken = _most_confused(true, predicted)
    rows = sorted(shown)
    columns = sorted(taken, key=lambda index: (index not in shown, index))
    whole = max(1, len(results.names))
    row_of, column_of = np.full(whole, -1), np.full(whole, -1)
    row_of[rows], column_of[columns] = np.arange(len(rows)), np.arange(len(columns))
    cells = np.zeros((len(rows), len(columns)), np.int64)
    kept = (row_of[true] >= 0) & (column_of[predicted] >= 0)
    cells[row_of[true[kept]], column_of[predicted[kept]]] = counts[kept]
    beside, above = (tuple(results.names[index] for index in each) for each in (rows, columns))
    return Matrix(tuple(rows), tuple(columns), beside, above, cells, pictures[rows], len(occurring))


def picture_of(matrix: Matrix, theme: Theme) -> np.ndarray:
    """(height, width, 4) uint8: right cells in one colour, mistakes in another, the stronger the larger their share."""
    down, across = (max(1, LARGEST // max(1, len(each))) for each in (matrix.rows, matrix.columns))
    strength = matrix.strength[..., None]
    right = (np.array(matrix.true)[:, None] == np.array(matrix.predicted)[None])[..., None]
    ink = np.where(right, np.array(theme["running"]), np.array(theme["failed"]))
    colours = (1 - strength) * np.array(theme["track"]) + strength * ink
    opaque = np.concatenate([colours, np.ones((*colours.shape[:2], 1))], 2)
    cells = np.rint(255 * opaque).astype(np.uint8).repeat(down, 0).repeat(across, 1)
    panel = np.rint(255 * np.array((*theme["panel"], 1.0))).astype(np.uint8)
    cells[_edges(len(cells), down)] = panel
    cells[:, _edges(cells.shape[1], across)] = panel
    return np.ascontiguousarray(cells)


def _edges(length: int, cell: int) -> np.ndarray:
    """(length,) bool, which pixels are between two cells."""
    place, gap = np.arange(length) % cell, round(GAP * cell)
    found: np.ndarray = (place < gap) | (place >= cell - gap)
    return found


def _most_confused(true: np.ndarray, predicted: np.ndarray) -> tuple[set[int], set[int]]:
    """The classes of the most frequent mistakes, then of the rest, as many as are shown; pairs are in that order."""
    chosen: dict[int, None] = {}
    first = np.concatenate([np.flatnonzero(true != predicted), np.arange(len(true))])
    for pair in zip(true[first].tolist(), predicted[first].tolist(), strict=True):
        new = [index for index in dict.fromkeys(pair) if index not in chosen]
        if len(chosen) + len(new) <= MOST:
            chosen.update(dict.fromkeys(new))
        if len(chosen) == MOST:
            break
    among = np.isin(true, list(chosen))
    taken = predicted[among & np.isin(predicted, list(chosen))]
    return set(np.unique(true[among]).tolist()), set(np.unique(taken).tolist())
