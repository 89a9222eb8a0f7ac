"""Furnishes the panels that stand in the world: their faces, those behind before those in front."""

from __future__ import annotations

from math import dist

from vrcnn.scene.drawables import Drawables, PanelFace
from vrcnn.scene.panel_pressing import shown_panels
from vrcnn.scene.world import World


def furnish_panels(world: World) -> Drawables:
    """All that are open, the furthest first, as what shows through them a little is to be drawn before."""
    eyes = world.player.eyes.position
    opened = sorted(shown_panels(world), key=lambda panel: -dist(panel.pose.position, eyes))
    return Drawables(panels=tuple(PanelFace(each.key, each.pose, each.width, each.height) for each in opened))


def panels_key(world: World) -> tuple[object, ...]:
    """Equal keys mean that `furnish_panels` would say the same again."""
    return tuple((panel.key, panel.pose, panel.width, panel.height) for panel in shown_panels(world))
