"""The numbers under which the renderer has pictures: those of the shelf count from 0, all others are below it."""

from __future__ import annotations

THUMBNAILS = 16  # natural pictures beside visualizations, of all halls together
FRAMES = 64  # framed copies at a time
LARGE_FEATURE = -1 - THUMBNAILS  # the visualization that is shown large
NOISES = 3  # swatches of the noise board
CONFUSION = LARGE_FEATURE - 1 - FRAMES - NOISES  # the cells of the confusion board
_FIRST_OF_HALLS = CONFUSION - 1
_OF_A_HALL = 3


def overlay_number(hall: int) -> int:
    """Of the network's input with its answer over it, in hall number `hall`."""
    return _FIRST_OF_HALLS - _OF_A_HALL * hall


def input_number(hall: int) -> int:
    """Of the network's input alone."""
    return overlay_number(hall) - 1


def heat_number(hall: int) -> int:
    """Of the attribution that lies over the picture."""
    return overlay_number(hall) - 2


def thumbnail_number(place: int) -> int:
    """Of the thumbnail in one of THUMBNAILS places."""
    return -1 - place


def frame_number(place: int) -> int:
    """Of the visualization in the framed copy in one of FRAMES places."""
    return LARGE_FEATURE - 1 - place


def noise_number(place: int) -> int:
    """Of the swatch in one of NOISES places."""
    return LARGE_FEATURE - 1 - FRAMES - place


def hall_of(number: int) -> tuple[int, bool] | None:
    """Whose overlay (True) or input (False) has this number; None for any other."""
    hall, kind = divmod(_FIRST_OF_HALLS - number, _OF_A_HALL)
    return None if hall < 0 or kind > 1 else (hall, kind == 0)
