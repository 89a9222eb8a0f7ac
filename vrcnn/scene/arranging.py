"""Puts the walls of a hall where its arrangement has them."""

from __future__ import annotations

from vrcnn.scene.geometry import Placing
from vrcnn.scene.hall import Hall, Wall


def arrange(hall: Hall) -> None:
    """Every wall as the layout and the hall's arrangement have it."""
    for wall in hall.walls:
        placing = Placing(wall.home) @ hall.arrangement.offset(wall.name)
        wall.pose, wall.scale = placing.pose, placing.scale
        _handle(hall, wall)
    hall.placing_revision += 1
    hall.handling_revision += 1


def _handle(hall: Hall, wall: Wall) -> None:
    """Folded or hidden."""
    handling = hall.arrangement.handling(wall.name)
    wall.folded, wall.hidden = handling.folded, handling.hidden
