"""A notice comes to a visitor in a headset who is not before the entrance, where it stands on a panel of its own."""

from __future__ import annotations

from math import dist

from vrcnn.scene.haptics import REFUSED
from vrcnn.scene.panel_placing import show_panel
from vrcnn.scene.requests import Request
from vrcnn.scene.signs import NOTICE
from vrcnn.scene.world import World
from vrcnn.scene.world_panels import NOTE

PASSING = 20.0  # s that a notice stays which is nothing to act on
NEAR = 3.5  # m from the notice at the entrance, within which it is read there


def bring_notices(world: World) -> list[Request]:
    """Once a frame: a new notice opens a panel before the visitor, and the main hand feels it. It is closed when there
    is none left; closed by the visitor, it comes back with the next one. Those that pass go."""
    if any(notice.until is not None for notice in world.notices):
        world.notices[:] = [each for each in world.notices if each.until is None or world.time < each.until]
    panels, notices = world.panels, tuple(world.notices)
    fresh = any(all(notice is not told for told in panels.told) for notice in notices)
    panels.told = notices
    if not notices:
        panels.close(NOTE)
    elif fresh and world.player.head is not None and dist(world.player.eyes.position, NOTICE.pose.position) > NEAR:
        show_panel(world, NOTE)
        return [REFUSED.by(world.comfort.main)]
    return []
