"""On each wall's head, while the sieve is before the picture: how much the layer changes as a whole."""

from __future__ import annotations

from math import floor

from vrcnn.scene.anchors import wall_anchor
from vrcnn.scene.architecture import wall_labels
from vrcnn.scene.change_colours import change_colour, overall
from vrcnn.scene.drawables import Box, Drawables, Label
from vrcnn.scene.geometry import Pose
from vrcnn.scene.hall import Wall
from vrcnn.scene.theme import THEMES, Theme
from vrcnn.scene.typography import text_width
from vrcnn.scene.wall_controls import LIFT
from vrcnn.scene.wall_shape import FRAME, HEAD, head_of
from vrcnn.scene.world import World

CAP, CHIP, GAP = 0.041, 0.046, 0.02  # m: cap height, side of the square in the scale's colour, between both
APART = 0.08  # m at least between the layer's name and this
OVER = 0.08  # m, height of the tab over a head that has no room
EVERY = 0.25  # s from one set of numbers to the next while a picture runs


def furnish_change_tags(world: World, number: int) -> Drawables:
    """For the walls of hall `number` of which it is known."""
    hall = world.halls[number]
    if not world.sieving.before:
        return Drawables(anchor=hall.first_anchor)
    theme, standing = THEMES[world.theme], []
    for place, wall in enumerate(hall.walls):
        changes = hall.xray.changes.get(wall.node)
        value = None if changes is None or not wall.shown else overall(changes)
        if value is not None:
            boxes, label = _tag(wall, value, theme)
            standing.append(Drawables(boxes=tuple(boxes), labels=(label,), anchor=wall_anchor(hall, place)))
    return Drawables(anchor=hall.first_anchor, standing=tuple(standing))


def change_tags_key(world: World, number: int) -> object:
    """Equal keys mean that `furnish_change_tags` would say the same again, but for what has come just now."""
    hall = world.halls[number]
    if not world.sieving.before:
        return None
    told = ("since", floor(world.time / EVERY)) if hall.job.running else ("all", hall.xray.revision)
    return told, hall.first_anchor, hall.layout_revision, hall.handling_revision, hall.apart_revision, world.theme


def words(value: float) -> str:
    """The change in standard deviations of the channels, as it is told."""
    return f"changes {value:.2f} SD"


def _tag(wall: Wall, value: float, theme: Theme) -> tuple[list[Box], Label]:
    """At the right of the name where there is room, else on a tab over the head's left end."""
    head, title = head_of(wall), wall_labels(wall)[0]
    told = words(value)
    width = text_width(told, CAP, bold=True) + CHIP + GAP
    room = head.width - 2 * FRAME - 0.02
    colour = change_colour(value, theme)
    boxes = []
    if text_width(title.text, title.height, bold=True) + APART + width <= room:
        left, base = head.x + room / 2 - width, title.pose.position[1]
    else:
        left, base = head.x - head.width / 2 + 0.03, head.y + HEAD / 2 + LIFT + (OVER - CAP) / 2
        middle = Pose((left - 0.03 + (width + 0.06) / 2, base + CAP / 2, -0.036))
        boxes.append(Box(middle, (width + 0.06, OVER, 0.016), "head"))
    boxes.append(Box(Pose((left + CHIP / 2, base + CAP / 2, -0.014)), (CHIP, CHIP, 0.004), colour, glow=1.0))
    return boxes, Label(told, Pose((left + CHIP + GAP, base, 0.0)), CAP, bold=True)
