"""Furnishes the labels of the controllers' buttons: each column in the frame of an anchor of its own."""

from __future__ import annotations

from collections.abc import Iterator

from vrcnn.scene.anchors import column_anchor
from vrcnn.scene.button_labels import Column, columns, signs
from vrcnn.scene.drawables import Drawables
from vrcnn.scene.wearing import CONTROLLERS
from vrcnn.scene.world import World


def furnish_signs(world: World) -> Drawables:
    """The plates with their words, which are made anew only to say something else; presence.py has their threads."""
    standing = []
    for anchor, column in _columns(world):
        plates, labels = signs(column.side, column.rows, column.shown)
        standing.append(Drawables(boxes=plates, labels=labels, anchor=anchor))
    return Drawables(standing=tuple(standing))


def signs_key(world: World) -> tuple[object, ...]:
    """Equal keys mean that `furnish_signs` would say the same again."""
    return tuple((anchor, column.side, column.rows, column.shown) for anchor, column in _columns(world))


def _columns(world: World) -> Iterator[tuple[int, Column]]:
    for name in CONTROLLERS:
        for column in columns(world, name):
            yield column_anchor(world, name, column.side), column
