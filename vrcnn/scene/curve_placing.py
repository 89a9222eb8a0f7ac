"""The small panel with the sieve's curve: it comes with the sieve into the hand, and stands beside it at the easel."""

from __future__ import annotations

from math import hypot

from vrcnn.scene.geometry import Pose
from vrcnn.scene.panel_placing import facing
from vrcnn.scene.sieve_place import HANDLE, LENS, RIM
from vrcnn.scene.world import HANDS, World
from vrcnn.scene.world_panels import AT_SIEVE, CURVE, IN_WINDOW, POINTS, WorldPanel

AT_HAND_REACH, AT_EASEL_REACH = 0.5, 1.1  # m from which it is read
ASIDE, ABOVE = 0.25, 0.06  # m of the room from the grip, on the hand's own side
OVER, FORWARD = 0.03, 0.01  # m between the sieve's handle and the panel, and before the easel's plane
EASEL = "easel"


def follow_curve(world: World) -> None:
    """Once a frame: it is open while somebody uses the sieve, unless it was closed since the sieve was taken."""
    sieving, panels = world.sieving, world.panels
    at = sieving.in_hand or (EASEL if sieving.before else None)
    if at is None:
        if sieving.plotted is not None:
            panels.close(CURVE)
    elif sieving.plotted is None:
        panels.open[CURVE] = WorldPanel(CURVE, Pose(), 1.0, 1.0, stands=AT_SIEVE)
    sieving.plotted = at
    panel = panels.open.get(CURVE)
    if panel is None or at is None:
        return
    panel.hall = world.here
    if at == HANDS[0]:
        panel.stands = IN_WINDOW
    elif at == EASEL:
        _stand_at_easel(world, panel)
    else:
        _follow_hand(world, panel, at)


def _stand_at_easel(world: World, panel: WorldPanel) -> None:
    """Over the picture, as boards stand at its right and the sieve's holder at its left."""
    panel.stands, panel.reach, panel.scale = AT_SIEVE, AT_EASEL_REACH, 1.0
    panel.width, panel.height = (points * AT_EASEL_REACH / 1000 for points in POINTS[CURVE])
    easel = world.easel
    handle = easel.width * (LENS / 2 + RIM + HANDLE[1]) / (LENS + 2 * RIM)
    panel.pose = easel.pose @ Pose((0.0, handle + OVER + panel.height / 2, FORWARD))


def _follow_hand(world: World, panel: WorldPanel, name: str) -> None:
    """Beside the hand, away from the other one, upright and turned to the eyes."""
    grip, head = world.hands[name].grip, world.player.head
    panel.stands, panel.reach = AT_SIEVE, AT_HAND_REACH
    panel.seen = grip is not None and head is not None
    if grip is None or head is None:
        return
    room = world.player.room
    panel.scale = room.scale
    panel.width, panel.height = (points * AT_HAND_REACH * room.scale / 1000 for points in POINTS[CURVE])
    x, y, z = room.inverse().apply(grip.position)
    ex, _, ez = head.position
    ahead = hypot(x - ex, z - ez) or 1.0
    side = ASIDE if name == "right" else -ASIDE
    spot = x - side * (z - ez) / ahead, y + ABOVE, z + side * (x - ex) / ahead
    panel.spot = spot
    panel.pose = room.carry(facing(spot, head.position))
