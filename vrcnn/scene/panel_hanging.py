"""Panels that hang beside walls: put there by a visitor, for who wears a headset and for who looks from the desk."""

from __future__ import annotations

from math import dist

from vrcnn.scene.geometry import Pose, Vector
from vrcnn.scene.hall import Wall
from vrcnn.scene.inspecting import focus
from vrcnn.scene.panel_pressing import about_pointed, layer_of
from vrcnn.scene.vantage import unseen
from vrcnn.scene.world import Notice, World
from vrcnn.scene.world_panels import HUNG, INSPECT, POINTS, WorldPanel

LEAST_REACH, MOST_REACH = 1.1, 2.2  # m from which it is read: its type is as large as that asks for
BESIDE, FORWARD = 0.08, 0.06  # m between the wall and its panel, and by which that stands before the wall's plane
ABOVE_FLOOR = 0.35  # m that are left free below it, where the wall is that low


def hang_panel(world: World, hand: str) -> None:
    """Hangs the inspect panel of what is pointed at beside its wall; one that tells of the same is put away."""
    about = about_pointed(world, hand)
    if about is None:
        world.notices.append(Notice("No layer was chosen.", "Point at a wall, and ask again."))
        return
    hall, name = layer_of(world, about)
    panel = WorldPanel(INSPECT, Pose(), 1.0, 1.0, stands=HUNG, tag=f"{hall} {name}")
    focus(world, panel, about)
    panels = world.panels
    there, flat = panels.open.get(panel.key), panels.open.get(INSPECT)
    if flat is not None and (flat.hall, flat.wall) == (hall, name):
        _tell_the_same(panel, flat)
        panels.close(INSPECT)
    elif there is not None and there.about is not None and there.about.tile == about.tile:
        panels.close(panel.key)
        return
    if there is not None:
        _tell_the_same(there, panel)
        return
    _place(world, panel)
    panels.open[panel.key] = panel


def follow_walls(world: World) -> None:
    """Once a frame: panels that hang beside walls go where these go, and are seen while these are."""
    for panel in world.panels.open.values():
        if panel.stands != HUNG:
            continue
        wall = _wall_of(world, panel)
        panel.seen = wall is not None and wall.shown
        if wall is None:
            continue
        frame = world.halls[panel.hall].placing @ wall.placing
        panel.pose = frame.carry(Pose(panel.spot))
        panel.scale = frame.scale
        panel.width, panel.height = (points * panel.reach * frame.scale / 1000 for points in POINTS[panel.name])


def _tell_the_same(panel: WorldPanel, other: WorldPanel) -> None:
    panel.about, panel.page, panel.first = other.about, other.page, other.first
    panel.channel, panel.pixel = other.channel, other.pixel


def _place(world: World, panel: WorldPanel) -> None:
    """At the side of its wall where nothing hides it from the visitor, and as large as they can read from here."""
    wall = _wall_of(world, panel)
    assert wall is not None, "who points at a wall speaks of one that is there"
    frame, eyes = world.halls[panel.hall].placing @ wall.placing, world.player.eyes.position
    inside = frame.inverse().apply(eyes)
    away = dist(frame.pose.position, eyes) / frame.scale
    panel.reach = min(max(away, LEAST_REACH), MOST_REACH)
    width, height = (points * panel.reach / 1000 for points in POINTS[panel.name])
    floor = -frame.pose.position[1] / frame.scale
    y = max(floor + ABOVE_FLOOR + height / 2, min(inside[1], wall.height / 2 - height / 2))
    nearer = 1.0 if inside[0] >= 0 else -1.0
    spots: list[Vector] = [(side * (wall.width / 2 + width / 2 + BESIDE), y, FORWARD) for side in (nearer, -nearer)]
    panel.side, panel.spot = nearer, spots[0]
    for side, spot in zip((nearer, -nearer), spots, strict=True):
        x, y, z = spot
        ends = [
            frame.apply((x + across * width / 2, y + up * height / 2, z + FORWARD))
            for across in (-1, 0, 1)
            for up in (-1, 0, 1)
        ]
        if not unseen(world.halls, eyes, ends).any():
            panel.side, panel.spot = side, spot
            return


def _wall_of(world: World, panel: WorldPanel) -> Wall | None:
    walls = world.halls[panel.hall].walls if panel.hall < len(world.halls) else []
    return next((wall for wall in walls if wall.name == panel.wall), None)
