"""Where the pictures of the shelf hang, the buttons that turn its pages, and how it grows with another picture."""

from __future__ import annotations

from collections import deque
from math import ceil

import numpy as np

from vrcnn.scene.geometry import Pose
from vrcnn.scene.hall import Surface
from vrcnn.scene.world import Picture, Shelf, World

SLOT_WIDTH, SLOT_HEIGHT = 0.33, 0.375  # m, of one picture with its name
PAGE_COLUMNS, PAGE_ROWS = 6, 3
ADDED = 64  # pictures

PICTURE_SIDE = 0.285  # m, the longer side of a picture on the shelf
NAME_ROOM = 0.06  # m below each picture
BUTTON_SIZE = 0.16, 0.1  # m
BUTTON_DROP = 0.1  # m below the shelf's lower edge


def shelf_for(count: int, pose: Pose) -> Shelf:
    """A shelf of one page for so many pictures, or of several full ones."""
    shown = min(max(1, count), PAGE_COLUMNS * PAGE_ROWS)
    columns = min(PAGE_COLUMNS, shown)
    rows = ceil(shown / columns)
    return Shelf(pose, columns * SLOT_WIDTH, rows * SLOT_HEIGHT, columns, rows)


def put_on_shelf(world: World, number: int, name: str, pixels: np.ndarray | None) -> None:
    """Another picture, (H, W, 4) uint8 or not decoded as yet, under a number that has one or as the last one; a small
    shelf grows.

    The shelf turns to the page that it is on, unless it shows a selection.
    """
    shelf, picture = world.shelf, Picture(name, pixels)
    if number < len(world.pictures):
        world.pictures[number] = picture
    else:
        world.pictures.append(picture)
        larger = shelf_for(len(world.pictures), shelf.pose)
        shelf.width, shelf.height, shelf.columns, shelf.rows = larger.width, larger.height, larger.columns, larger.rows
    if shelf.selection is None:
        shelf.page = shelf.page_of(number)
    world.pictures_revision += 1


class Additions:
    """The pictures that were added to the shelf while the program runs, at most ADDED at a time."""

    def __init__(self) -> None:
        self._numbers: deque[int] = deque()  # the one that was added first comes first

    def place_for(self, world: World) -> int:
        """The number for another one: a new one, or that of an earlier one that is neither on the easel nor held."""
        live = None if world.camera is None else world.camera.picture
        used = {world.easel.picture, world.enlarged, live, *(hand.holding for hand in world.hands.values())}
        number = len(world.pictures)
        if len(self._numbers) >= ADDED:
            number = next((each for each in self._numbers if each not in used), number)
        if number in self._numbers:
            self._numbers.remove(number)
        self._numbers.append(number)
        return number


def slot_pose(shelf: Shelf, position: int) -> Pose:
    """Pose of the centre of the picture in slot `position` of the current page."""
    column, row = position % shelf.columns, position // shelf.columns
    x = ((column + 0.5) / shelf.columns - 0.5) * shelf.width
    y = (0.5 - (row + 0.5) / shelf.rows) * shelf.height + NAME_ROOM / 2
    return shelf.pose @ Pose((x, y, 0.012))


def fitted(picture: Picture, side: float) -> tuple[float, float]:
    """Width and height in m of a picture whose longer side is `side`."""
    return (side, side / picture.aspect) if picture.aspect >= 1 else (side * picture.aspect, side)


def page_buttons(shelf: Shelf, count: int) -> dict[int, Surface]:
    """The buttons to the previous (-1) and the next (1) page, where there are several pages."""
    if shelf.pages(count) == 1:
        return {}
    y = -shelf.height / 2 - BUTTON_DROP
    return {step: Surface(shelf.pose @ Pose((step * 0.3, y, 0.012)), *BUTTON_SIZE) for step in (-1, 1)}
