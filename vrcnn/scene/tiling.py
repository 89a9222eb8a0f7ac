"""How large a wall of feature maps is, and into how many columns and rows its tiles fall."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt

from vrcnn.engine.plan import MapSize
from vrcnn.scene.features import FACES

MAXIMUM_HEIGHT, MAXIMUM_WIDTH = 1.9, 5.0  # m; with the footing and the title nothing is read above 2.6 m
MAXIMUM_TILE = 0.5  # m
REFERENCE_COUNT, REFERENCE_AREA = 64, 3.1  # 64 maps get tiles of 22 cm
AREA_EXPONENT = 0.35  # so that 2048 maps still get tiles of about 7 cm
POINT_AREA = 0.35  # walls of 1x1 maps need less room: a colour is read at a glance
WIDEST_ASPECT = 4.0
COMFORTABLE, COMFORTABLE_POINT = 0.06, 0.025  # m, of a tile: 6 cm is what a hand points at surely from a metre
COMFORTABLE_PICTURE = 0.1  # m, of the visualization of a single value, which is most often a class with a name
ZOOM_STEP = 1.25  # between two sizes of tiles
SINGLE_ROW = 4  # so few maps, such as a picture's colours, stand side by side


@dataclass(frozen=True)
class Tiling:
    """A grid of tiles: `width` x `height` in m, filled row by row from the top left."""

    columns: int
    rows: int
    width: float
    height: float


def tile(count: int, size: MapSize) -> Tiling:
    """The grid for `count` maps of one size; few empty cells, no larger than a visitor can read."""
    aspect = min(max(size.width / size.height, 1 / WIDEST_ASPECT), WIDEST_ASPECT)
    area = REFERENCE_AREA * (count / REFERENCE_COUNT) ** AREA_EXPONENT
    if size == MapSize(1, 1):
        area *= POINT_AREA
    area = min(area, count * MAXIMUM_TILE**2, MAXIMUM_WIDTH * MAXIMUM_HEIGHT)
    height = min(MAXIMUM_HEIGHT, sqrt(area / 1.2))
    width = min(MAXIMUM_WIDTH, area / height)
    ideal = sqrt(count * width / (height * aspect))
    candidates = range(max(1, int(ideal * 0.75)), min(count, ceil(ideal * 1.35)) + 1)
    if count <= SINGLE_ROW:
        candidates = range(count, count + 1)
    columns = min(
        candidates, key=lambda columns: 3 * _waste(count, columns) + 0.4 * abs(columns / ideal - 1), default=1
    )
    rows = ceil(count / columns)
    cell_height = min(height / rows, width / columns / aspect, MAXIMUM_TILE)
    return Tiling(columns, rows, columns * cell_height * aspect, rows * cell_height)


def cells_of(face: str) -> int:
    """How many neighbouring cells each channel has on a wall with this face, one of FACES."""
    return 2 if face == "both" else 1


def opening_zoom(full: Tiling, size: MapSize, face: str = FACES[0]) -> float:
    """How many times larger the tiles are with which a wall opens, so that they are comfortable to look at."""
    least = COMFORTABLE
    if size == MapSize(1, 1):
        least = COMFORTABLE_POINT if face == FACES[0] else COMFORTABLE_PICTURE
    return max(1.0, least / max(full.width / full.columns, full.height / full.rows))


@dataclass(frozen=True)
class Window:
    """A wall whose tiles are larger or more: `rows_shown` of its `rows` fit on it at a time, of `columns` each."""

    columns: int
    rows: int
    rows_shown: float


def window(full: Tiling, count: int, zoom: float, cells: int = 1) -> Window:
    """The tiles of a wall of `count` maps, about `zoom` times as large as those of the `full` grid.

    The wall keeps its size, and shows at least one row. Where each map has two `cells`, they are in one row, or, on a
    wall of one column, one above the other.
    """
    columns = _allowed(full, round(full.columns / max(1.0, zoom)), cells)
    rows = ceil(count * cells / columns)
    whole = columns == full.columns and cells == 1
    return Window(columns, rows, float(rows) if whole else min(float(rows), full.rows * columns / full.columns))


def next_columns(full: Tiling, columns: int, step: int, cells: int = 1) -> int | None:
    """How many columns there are once the tiles are a step larger (1) or smaller (-1); None where they cannot be."""
    if step > 0:
        wanted = min(columns - 1, cells * round(columns / ZOOM_STEP / cells))
    else:
        wanted = max(columns + cells, cells * round(columns * ZOOM_STEP / cells))
    found = _allowed(full, wanted, cells)
    return None if found == columns else found


def _allowed(full: Tiling, columns: int, cells: int) -> int:
    """The number of columns that a wall can have which is nearest to `columns`, or the next one below it."""
    fewest = max(1, ceil(full.columns / full.rows - 1e-6))  # with which one row is as high as the wall, or nearly
    if cells == 1:
        return min(full.columns, max(fewest, columns))
    fewest = 1 if fewest == 1 else fewest + fewest % 2
    most = max(fewest, full.columns - full.columns % 2)
    columns = min(most, max(fewest, columns))
    return columns if columns == 1 else columns - columns % 2


def _waste(count: int, columns: int) -> float:
    """Share of cells that stay empty in the last row."""
    rows = ceil(count / columns)
    return rows * columns / count - 1
