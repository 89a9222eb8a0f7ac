"""Brings the table with the model before the visitor, where nothing stands in its way, and puts it away again."""

from __future__ import annotations

from math import radians

import numpy as np

from vrcnn.scene.confusion_board import board_surface, is_shown
from vrcnn.scene.geometry import Pose, rotate, turn
from vrcnn.scene.going import bring
from vrcnn.scene.locomotion import reset_view
from vrcnn.scene.noise_board import NOISE_AT, WIDTH
from vrcnn.scene.staying import heading
from vrcnn.scene.table import EDGE, HEIGHT, Table
from vrcnn.scene.vantage import facing
from vrcnn.scene.world import World

REACH = 0.46  # m from the visitor's middle to the table's edge
ASIDE = tuple(radians(angle) for angle in (0, 18, -18, 36, -36, 58, -58, 80, -80, 110, -110, 145, -145, 180))
CLEAR = 0.06  # m between the table and what stands there
LOOKED_AT = -0.08  # m behind the table's middle, and the same below its top: where the desktop's visitor then looks


def toggle_table(world: World) -> None:
    """A table with the model of the network that panels speak of; away with it where there is one."""
    player = world.player
    if world.table is not None:
        table, world.table = world.table, None
        eyes = player.eyes
        if player.head is None:
            bring(world, Pose(eyes.position, turn(player.yaw, table.pitch)))
        return
    if player.scale != 1.0:
        reset_view(world)
    number = world.here if world.journey.at is None else world.journey.at[0]
    world.here = number
    table = Table(number, Pose(), player.pitch)
    world.table = table
    table.pose = _free_place(world, table)
    if player.head is None:
        bring(world, facing(player.eyes.position, table.pose.apply((0.0, HEIGHT + LOOKED_AT, LOOKED_AT))))


def _free_place(world: World, table: Table) -> Pose:
    """Straight before the visitor, or as little aside as keeps the table out of walls and furniture."""
    model = table.model(world.halls[table.hall])
    half = model.width / 2 + EDGE + CLEAR, model.depth / 2 + EDGE + CLEAR
    eyes, obstacles = world.player.eyes, _obstacles(world)
    x, _, z = eyes.position
    places = []
    for aside in ASIDE:
        yaw = heading(eyes) + aside
        dx, _, dz = rotate(turn(yaw), (0.0, 0.0, -REACH - model.depth / 2 - EDGE))
        pose = Pose((x + dx, world.player.position[1], z + dz), turn(yaw))
        local = (obstacles - pose.position) @ pose.matrix()[:3, :3]
        if not ((np.abs(local[:, 0]) < half[0]) & (np.abs(local[:, 2]) < half[1])).any():
            return pose
        places.append(pose)
    return places[0]


def _obstacles(world: World) -> np.ndarray:
    """(N, 3) places in m on the ground where something stands: along every wall, shelf, easel and board."""
    surfaces = [(surface.pose, surface.width) for surface in (world.shelf, world.easel)]
    surfaces += [(NOISE_AT, WIDTH)] if world.pictures else []
    board = board_surface(world)
    surfaces += [(board.pose, board.width)] if is_shown(world) else []
    for hall in world.halls:
        placing = hall.placing
        surfaces += [(hall.board.pose, hall.board.width)]
        for wall in hall.walls:
            if wall.shown:
                frame = placing @ wall.placing
                surfaces.append((frame.pose, wall.width * frame.scale))
    shares = np.linspace(-0.5, 0.5, 13)
    middles = np.array([pose.position for pose, _ in surfaces])
    across = np.array([pose.right for pose, _ in surfaces]) * np.array([width for _, width in surfaces])[:, None]
    return (middles[:, None] + shares[None, :, None] * across[:, None]).reshape(-1, 3)
