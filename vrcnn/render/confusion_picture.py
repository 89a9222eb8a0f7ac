"""Keeps the picture of the confusion board's cells in step with the results and the theme."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vrcnn.scene.confusion_board import matrix_shown
from vrcnn.scene.confusion_matrix import picture_of
from vrcnn.scene.picture_numbers import CONFUSION
from vrcnn.scene.theme import THEMES
from vrcnn.scene.world import World


class ConfusionPicture:
    """Hands the renderer another one only where there is one."""

    def __init__(self) -> None:
        self._shown: object = None

    def step(self, world: World, take: Callable[[int, np.ndarray], None]) -> None:
        """`take` gets a picture's number and (H, W, 4) uint8, at most 512 px a side."""
        matrix = matrix_shown(world)
        if matrix is not None and self._shown != (matrix, world.theme):
            self._shown = matrix, world.theme
            take(CONFUSION, picture_of(matrix, THEMES[world.theme]))
