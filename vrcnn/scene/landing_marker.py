"""Furnishes a jump that is asked for: the arc from the hand, the place to stand where it ends, the way to look."""

from __future__ import annotations

from math import atan2, pi

import numpy as np

from vrcnn.scene.drawables import Drawables, Mesh, Ribbon
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.world import World

# All lengths in m of the visitor's room.
BAND = 0.013  # width of the arc
LIES = 0.03  # above the ground: the rooms' floors are a little above it too
RADIUS = 0.4  # of the ring
GLASS, GLASS_OPACITY = 0.55, 0.13  # height of what rises from the ring, so that it is seen from afar and from aside
ARROW, ARROW_AT, THICK = 0.3, 0.64, 0.012  # length; from the ring's middle; height
CROSS, BAR = 0.9, 0.035  # of an invalid landing: half a bar's length as a share of the ring's radius, and its width
STOPPED = 0.6  # share of the ring's size where something stands in the way
GLOW = 1.0


def landing_key(world: World) -> object:
    """Equal keys mean that `furnish_landing` would say the same again."""
    return world.movement.arc, world.player.scale


def furnish_landing(world: World) -> Drawables:
    """Where there is room to stand a ring with an arrow in the accent's colour, else a crossed one in that of failures,
    upright where something stands in the way; the difference is also to be seen by those who do not tell the colours
    apart."""
    arc, scale = world.movement.arc, world.player.scale
    if arc is None:
        return Drawables()
    role = "accent" if arc.valid else "failed"
    points = np.array(arc.points, np.float32)
    band = Ribbon(points, BAND * scale, role, flow=0.0)
    x, y, z = arc.end
    place, size = Pose((x, LIES * scale, z), turn(arc.yaw)), RADIUS * scale
    if arc.stopped:
        size *= STOPPED
        from_x, _, from_z = arc.points[0]
        place = Pose((x, max(y, size), z), turn(atan2(from_x - x, from_z - z), pi / 2))
        place = place @ Pose((0.0, LIES * scale, 0.0))
    meshes = [Mesh("ring", place, (size, size, size), role, GLOW)]
    if arc.valid:
        meshes.append(Mesh("disc", place, (size, GLASS * scale, size), role, GLOW, GLASS_OPACITY))
        tip = place @ Pose((0.0, 0.0, -ARROW_AT * scale))
        meshes.append(Mesh("arrow", tip, (ARROW * scale, THICK * scale, ARROW * scale), role, GLOW))
    else:
        for angle in (pi / 4, -pi / 4):
            bar = place @ Pose((0.0, 0.0, 0.0), turn(angle))
            meshes.append(Mesh("block", bar, (BAR * scale, THICK * scale, 2 * CROSS * size), role, GLOW))
    return Drawables(ribbons=(band,), meshes=tuple(meshes))
