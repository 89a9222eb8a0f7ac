"""What drives a channel, lit in a hall: bands of light between the tiles of the channels, back to the input.

A band is as wide and as bright as its share of the channel that was asked for. It is warm where it raises the channel
on the present picture, cool where it lowers it, and neither where values are only handed on. What leads to a hidden
wall or a closed room leads to where it stands.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vrcnn.inspection.results import Path, PathLink
from vrcnn.scene.curves import bezier
from vrcnn.scene.drawables import Box, Drawables, Ribbon
from vrcnn.scene.geometry import Pose, Vector
from vrcnn.scene.hall import FOLDED_AT, Hall, Wall
from vrcnn.scene.resting import outline
from vrcnn.scene.theme import THEMES, Colour, Theme
from vrcnn.scene.tiles import FILL, place_of
from vrcnn.scene.world import World

NARROWEST, WIDEST = 0.004, 0.034  # m, of a band
DIMMEST = 0.42  # of its colour
RISE = 0.4  # the exponent with which a share becomes light: weak bands of a deep network are still to be seen
AHEAD = 0.03  # m before the maps
REACH = (0.2, 1.1)  # m that a band goes straight ahead from its tile, at least and at most
OVERHEAD = 2.25  # m above the ground: how high bands pass between two walls, so that nobody walks through them
STEPS = 32
FLOW = 0.15  # how much a band stands out along its way
RIM = 0.012  # m, of the outline of a tile
WARM: dict[str, Colour] = {"dark": (1.0, 0.72, 0.24), "light": (0.80, 0.42, 0.0)}  # by theme
COOL: dict[str, Colour] = {"dark": (0.28, 0.66, 1.0), "light": (0.05, 0.36, 0.78)}


@dataclass(frozen=True)
class Spot:
    """Where a channel is in a hall's frame: the middle of its tile, and where its wall looks.

    `size` is that of the tile (m), None where it is not to be seen as such.
    """

    pose: Pose
    size: tuple[float, float] | None


def furnish_lit(world: World, number: int) -> Drawables:
    """The path that is lit in hall `number`, and the outlines of its tiles."""
    hall = world.halls[number]
    path = hall.inspection.lit
    if path is None or _on_the_move(world, hall):
        return Drawables()
    theme = THEMES[world.theme]
    ground = theme["ground"]
    walls = {hall.tensor_of(wall.node): wall for wall in hall.walls}
    ribbons, boxes = [], []
    strengths = _strengths(path)
    spots = {at: spot_of(walls[at[0]], at[1]) for at in strengths if at[0] in walls}
    for link in path.links:
        start, end = spots.get((link.source, link.source_channel)), spots.get((link.target, link.target_channel))
        if start is None or end is None:
            continue
        strength = link.flow**RISE
        ribbons.append(
            Ribbon(_curve(start, end), _width(strength), _lit(colour_of(link, theme), strength, ground), flow=FLOW)
        )
    for at, spot in spots.items():
        if spot.size is not None:
            boxes += _outlined(spot, _lit(theme["text"], strengths[at] ** RISE, ground))
    return Drawables(ribbons=tuple(ribbons), boxes=tuple(boxes), anchor=hall.first_anchor)


def lit_key(world: World, number: int) -> object:
    """Equal keys mean that `furnish_lit` would say the same again."""
    hall = world.halls[number]
    lit = hall.inspection.lit
    if lit is None:
        return None
    stands = hall.first_anchor, hall.standing_key, hall.slid_revision, _places_key(hall)
    return id(lit), stands, _on_the_move(world, hall), world.theme


def colour_of(link: PathLink, theme: Theme) -> Colour:
    """Warm, cool, or that of what is written."""
    if link.contribution is None:
        return theme["text"]
    return (WARM if link.contribution >= 0 else COOL)[theme.name]


def spot_of(wall: Wall, channel: int) -> Spot:
    """Where a channel's tile is, at its edge of the wall where other rows are shown; of a folded wall its head."""
    if not wall.shown or wall.span is None or channel >= wall.span.count:
        return Spot(wall.placing.pose, None)
    if wall.folded:
        middle = (0.0, FOLDED_AT - wall.rise, AHEAD)
        return Spot(Pose(wall.placing.apply(middle), wall.pose.orientation), None)
    place = place_of(wall, channel) * wall.cells
    row, column = divmod(place, wall.columns)
    down = row - wall.first_row
    seen = -0.01 <= down <= wall.rows_shown - 0.99
    down = min(max(down, -0.5), wall.rows_shown - 0.5)
    wide, high = wall.width / wall.columns, wall.height / wall.rows_shown
    middle = (column + 0.5) * wide - wall.width / 2, wall.height / 2 - (down + 0.5) * high, AHEAD
    size = (FILL * wide * wall.scale, FILL * high * wall.scale) if seen else None
    return Spot(Pose(wall.placing.apply(middle), wall.pose.orientation), size)


def _strengths(path: Path) -> dict[tuple[int, int], float]:
    """How much of the channel that was asked for comes through each channel, 0 to 1; by tensor and channel."""
    found: dict[tuple[int, int], float] = {(path.layer.tensor, path.channel): 1.0}
    for link in path.links:
        at = link.source, link.source_channel
        found[at] = min(1.0, found.get(at, 0.0) + link.flow)
    return found


def _curve(start: Spot, end: Spot) -> np.ndarray:
    """From tile to tile: ahead out of the one wall, up over the heads, and down into the other."""
    first, last = np.array(start.pose.position), np.array(end.pose.position)
    reach = float(np.clip(0.35 * np.linalg.norm(last - first), *REACH))
    leave, arrive = (np.array(_facing(spot)) * reach for spot in (start, end))
    climb = max(0.0, OVERHEAD - (first[1] + last[1]) / 2) / 0.75  # a cubic curve's middle is three quarters as high
    leave[1], arrive[1] = leave[1] + climb, arrive[1] + climb
    return bezier(first, first + leave, last + arrive, last, STEPS).astype(np.float32)


def _facing(spot: Spot) -> Vector:
    x, y, z = spot.pose.forward
    return -x, -y, -z


def _width(strength: float) -> float:
    return NARROWEST + (WIDEST - NARROWEST) * strength


def _lit(colour: Colour, strength: float, ground: Colour) -> Colour:
    """The colour as bright as the strength says, which fades into the ground's."""
    share = DIMMEST + (1 - DIMMEST) * min(1.0, strength)
    red, green, blue = (share * bright + (1 - share) * dark for bright, dark in zip(colour, ground, strict=True))
    return red, green, blue


def _outlined(spot: Spot, colour: Colour) -> list[Box]:
    assert spot.size is not None
    return outline(spot.pose, *spot.size, RIM, colour)


def _places_key(hall: Hall) -> object:
    """Which map stands at which place."""
    return tuple(id(wall.order) for wall in hall.walls)


def _on_the_move(world: World, hall: Hall) -> bool:
    """Whether walls are on their way to other places: the path is lit when they have arrived."""
    return hall.motion is not None and world.time - hall.motion.started < hall.motion.seconds
