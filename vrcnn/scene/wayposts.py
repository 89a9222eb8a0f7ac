"""The small plates before the wall that a visitor stands at: to the layer before, to the model of all, to the next."""

from __future__ import annotations

from math import radians

from vrcnn.scene.controls import Control
from vrcnn.scene.drawables import Box, Drawables, Label
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.going import neighbour
from vrcnn.scene.hall import Surface
from vrcnn.scene.intents import NextLayer, ToggleTable
from vrcnn.scene.typography import fit
from vrcnn.scene.world import World

WIDTH, MIDDLE, HEIGHT, APART = 0.46, 0.20, 0.085, 0.022  # m, of the plates and between them
BELOW, OUT, LEAN = 0.12, 0.09, radians(-22)  # m below the maps and before them; how far they lean back
CAP = 0.027  # m


def wayposts(world: World) -> list[tuple[Surface, str, Control]]:
    """What stands before the wall that the visitor is at: the plate in the world's frame, its words, what it does."""
    at = _stood_at(world)
    if at is None:
        return []
    hall = world.halls[at[0]]
    wall = hall.walls[at[1]]
    frame = hall.placing @ wall.placing
    x, y, z = frame.apply((0.0, -wall.height / 2, 0.0))
    middle = Pose((x, y, z), frame.pose.orientation) @ Pose((0.0, -BELOW, OUT), turn(pitch=LEAN))
    found = []
    aside = MIDDLE / 2 + APART + WIDTH / 2
    before, after = neighbour(world, -1), neighbour(world, 1)
    for place, (other, step, words, hint) in enumerate(
        (
            (before, -1, "←  {}", "Click to go back to {}"),
            (after, 1, "{}  →", "Click to go on to {}"),
        )
    ):
        if other is not None:
            title = hall.walls[other[1]].title
            shown = words.format(fit(title, CAP, WIDTH - 0.1))
            surface = Surface(middle @ Pose((step * aside, 0.0, 0.0)), WIDTH, HEIGHT)
            control = Control("way", surface, hint.format(title), NextLayer(step), place, 0.006, 0.008, at[0])
            found.append((surface, shown, control))
    model = Surface(middle, MIDDLE, HEIGHT)
    control = Control("way", model, "Click for a model of all layers", ToggleTable(), 2, 0.006, 0.008, at[0])
    return [*found, (model, "All", control)]


def furnish_wayposts(world: World) -> Drawables:
    """The plates with their words."""
    boxes: list[Box] = []
    labels: list[Label] = []
    for surface, words, _ in wayposts(world):
        boxes.append(Box(surface.pose @ Pose((0, 0, -0.007)), (surface.width, surface.height, 0.012), "head"))
        labels.append(Label(words, surface.pose @ Pose((0, -CAP / 2, 0.001)), CAP, "centre", "muted"))
    return Drawables(boxes=tuple(boxes), labels=tuple(labels))


def wayposts_key(world: World) -> object:
    """Equal keys mean that `wayposts` would say the same again."""
    at = _stood_at(world)
    if at is None:
        return None
    hall = world.halls[at[0]]
    return at, hall.standing_key


def _stood_at(world: World) -> tuple[int, int] | None:
    """The wall that the plates are for; none while the visitor has a wall or the network in a hand."""
    at = world.journey.at
    if at is None or world.table is not None or any(hand.hold is not None for hand in world.hands.values()):
        return None
    return at if at[1] < len(world.halls[at[0]].walls) else None  # the walls may have been laid out anew since
