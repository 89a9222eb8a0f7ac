"""What stands over the shelf of a large or labelled set: which pictures are shown, and buttons to change that."""

from __future__ import annotations

from vrcnn.scene.controls import Control
from vrcnn.scene.drawables import Box, Drawables, Label
from vrcnn.scene.geometry import Pose
from vrcnn.scene.hall import Surface
from vrcnn.scene.headset_intents import OpenPanel
from vrcnn.scene.results_intents import FilterShelf, ResampleShelf
from vrcnn.scene.typography import fit
from vrcnn.scene.world import World
from vrcnn.scene.world_panels import FILTER

HEIGHT, ABOVE = 0.074, 0.108  # m: of a button, and its middle above the shelf's upper edge
CAP, TOLD = 0.023, 0.028  # m, cap heights
OTHERS, ALL = ("Others", 0.17), ("All", 0.11)  # words and width in m
FIND = "Find", 0.13
GAP = 0.015

Intent = FilterShelf | ResampleShelf | OpenPanel


def shelf_bar_key(world: World) -> object:
    """Equal keys mean that it would be the same again."""
    shelf = world.shelf
    return (id(shelf.selection), shelf.pose, shelf.width, shelf.height) if _has_more(world) else None


def shelf_bar_controls(world: World) -> list[Control]:
    """The buttons at the right of the shelf's heading."""
    return [
        Control("shelf filter", surface, hint, intent, number, 0.008, 0.01, world.here)
        for number, (surface, _, hint, intent) in enumerate(_buttons(world))
    ]


def furnish_shelf_bar(world: World) -> Drawables:
    """The buttons, and above them what is shown."""
    shelf = world.shelf
    boxes, labels = [], []
    for surface, words, _, _ in _buttons(world):
        boxes.append(Box(surface.pose, (surface.width, surface.height, 0.02), "track"))
        labels.append(Label(words, surface.pose @ Pose((0, -CAP / 2, 0.0115)), CAP, "centre"))
    if shelf.selection is not None:
        place = shelf.pose @ Pose((-shelf.width / 2, shelf.height / 2 + ABOVE + 0.07, 0.0))
        told = fit(shelf.selection.words, TOLD, shelf.width, bold=True)
        labels.append(Label(told, place, TOLD, "left", "accent text", bold=True))
    return Drawables(boxes=tuple(boxes), labels=tuple(labels))


def _has_more(world: World) -> bool:
    """Whether there is anything to choose: more pictures than the shelf shows, or labels."""
    return world.catalogue.count > world.shelf.slots or world.catalogue.labelled or world.shelf.selection is not None


def _buttons(world: World) -> list[tuple[Surface, str, str, Intent]]:
    if not _has_more(world):
        return []
    wanted: list[tuple[tuple[str, float], str, Intent]] = [
        (FIND, "Click to choose which pictures the shelf shows", OpenPanel(FILTER)),
        (OTHERS, "Click for other pictures by chance", ResampleShelf()),
    ]
    if world.shelf.selection is not None:
        wanted.append((ALL, "Click: the shelf as it began", FilterShelf()))
    shelf, found = world.shelf, []
    left = shelf.width / 2 - sum(width for (_, width), _, _ in wanted) - GAP * (len(wanted) - 1)
    for (words, width), hint, intent in wanted:
        middle = shelf.pose @ Pose((left + width / 2, shelf.height / 2 + ABOVE, 0.0))
        found.append((Surface(middle, width, HEIGHT), words, hint, intent))
        left += width + GAP
    return found
