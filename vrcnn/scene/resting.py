"""What the menu's buttons speak of: what the hand has rested on last, as it cannot point there and at the menu too."""

from __future__ import annotations

from dataclasses import replace

from vrcnn.scene.drawables import Box, Drawables
from vrcnn.scene.geometry import Pose
from vrcnn.scene.map_shapes import frame_surface
from vrcnn.scene.panel_pressing import meant_by_panel
from vrcnn.scene.picking import tile_surface
from vrcnn.scene.theme import Colour
from vrcnn.scene.wall_controls import ON_THE_WALL
from vrcnn.scene.wall_shape import FRAME
from vrcnn.scene.world import Target, World
from vrcnn.scene.world_panels import MENU

REST = 0.2  # s on a thing, or on a tile of a wall: what a ray only sweeps over is not meant
RIM = 0.009  # m of the room, of the outline around what is meant


def remember(world: World) -> None:
    """Once a frame, after the hands have pointed: an open menu speaks of what a hand has come to rest on."""
    menu = world.panels.open.get(MENU)
    for hand in (world.hands[world.comfort.main], world.hands[world.comfort.off]):
        target = hand.target
        if target is None or target.kind not in (*ON_THE_WALL, "frame", "picture"):
            hand.rests = None
            continue
        on = target.kind, target.hall, target.index, target.tile
        if hand.rests is None or hand.rests[0] != on:
            hand.rests = on, world.time
        elif menu is not None and world.time - hand.rests[1] >= REST:
            on_wall = target.kind in ON_THE_WALL
            menu.about = replace(target, kind="wall", control=None) if on_wall else target
            menu.hall, menu.wall = target.hall, world.halls[target.hall].walls[target.index].name if on_wall else ""
            return


def furnish_meant(world: World) -> Drawables:
    """An outline around what the buttons of a panel speak of, while a hand points at the panel."""
    boxes = [bar for place in _meant(world) for bar in outline(*place, RIM * world.player.scale)]
    return Drawables(boxes=tuple(boxes))


def meant_key(world: World) -> object:
    """Equal keys mean that `furnish_meant` would say the same again."""
    return tuple(_meant(world)), world.player.scale


def outline(pose: Pose, width: float, height: float, thick: float, role: str | Colour = "accent") -> list[Box]:
    """Four glowing bars around a rectangle, a little behind its face."""
    boxes = []
    for side in (-1, 1):
        aside, above = side * (width + thick) / 2, side * (height + thick) / 2
        boxes.append(Box(pose @ Pose((aside, 0.0, 0.0)), (thick, height + 2 * thick, 0.6 * thick), role, glow=1.0))
        boxes.append(Box(pose @ Pose((0.0, above, 0.0)), (width, thick, 0.6 * thick), role, glow=1.0))
    return boxes


def _meant(world: World) -> list[tuple[Pose, float, float]]:
    """Middle, width and height of what panels that are pointed at speak of."""
    targets = [meant_by_panel(world, hand.target) for hand in world.hands.values()]
    places = [place for target in targets if target is not None and (place := place_of(world, target)) is not None]
    return list(dict.fromkeys(places))


def place_of(world: World, target: Target) -> tuple[Pose, float, float] | None:
    """Middle, width and height in the world of what a target is on: a tile, a wall's maps, a frame."""
    if target.kind == "frame":
        hung = frame_surface(world.gallery.frames[target.index])
        return None if hung is None else (hung.pose, hung.width, hung.height)
    if target.kind not in ON_THE_WALL:
        return None
    hall = world.halls[target.hall]
    wall = hall.walls[target.index]
    placing = hall.placing @ wall.placing
    tile = tile_surface(wall, target)
    if tile is not None:
        carried = tile.carried(placing)
        return carried.pose, carried.width, carried.height
    rim = 2 * FRAME
    return placing.pose, (wall.width + rim) * placing.scale, (wall.height + rim) * placing.scale
