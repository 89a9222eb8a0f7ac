"""Where the pictures of the shelf hang, and the buttons that turn its pages."""

from __future__ import annotations

from vrcnn.scene.geometry import Pose
from vrcnn.scene.hall import Surface
from vrcnn.scene.world import Picture, Shelf

PICTURE_SIDE = 0.285  # m, the longer side of a picture on the shelf
NAME_ROOM = 0.06  # m below each picture
BUTTON_SIZE = 0.16, 0.1  # m
BUTTON_DROP = 0.1  # m below the shelf's lower edge


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
