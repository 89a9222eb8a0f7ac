"""What hands do to the panels of the headset: point at them, press, scroll, and move them by their titles."""

from __future__ import annotations

from dataclasses import replace

from vrcnn.scene.geometry import Ray, hit_rectangle
from vrcnn.scene.haptics import HOVER, PRESS, TAKE
from vrcnn.scene.requests import Request
from vrcnn.scene.world import Target, World
from vrcnn.scene.world_panels import AT_HAND, POINTS, TITLE, PanelGrip, PanelPress, PanelScroll, WorldPanel


def shown_panels(world: World) -> list[WorldPanel]:
    """Those that are open, in the order of Target.index; none while no headset is worn, after which they are there
    again."""
    return [] if world.player.head is None else list(world.panels.open.values())


def in_front(world: World, ray: Ray, hand: str, behind: Target | None) -> Target | None:
    """The panel that the ray of a hand meets, where it is nearer than what is `behind`; else that.

    A hand does not point at the menu that it wears.
    """
    nearest = behind
    for index, panel in enumerate(shown_panels(world)):
        if panel.stands == AT_HAND and hand == world.panels.menu_hand:
            continue
        hit = hit_rectangle(ray, panel.pose, panel.width, panel.height)
        if hit is not None and (nearest is None or hit[0] < nearest.distance):
            nearest = Target("panel", index, hit[0], ray.at(hit[0]), hit[1], hit[2], hall=panel.hall)
    return nearest


def pointed_panel(world: World, target: Target | None) -> WorldPanel | None:
    """The panel that a target lies on."""
    if target is None or target.kind != "panel":
        return None
    shown = shown_panels(world)
    return shown[target.index] if target.index < len(shown) else None


def meant_by_panel(world: World, target: Target | None) -> Target | None:
    """What the panel under a ray speaks of, as it is now; None where that is nothing, or is gone."""
    panel = pointed_panel(world, target)
    about = None if panel is None else panel.about
    if about is not None and about.kind == "frame" and about.index >= len(world.gallery.frames):
        return None
    if panel is None or about is None or about.kind != "wall" or not panel.wall:
        return about
    walls = world.halls[panel.hall].walls if panel.hall < len(world.halls) else []
    number = next((number for number, wall in enumerate(walls) if wall.name == panel.wall), None)
    return None if number is None else replace(about, index=number)


def press_panel(world: World, name: str) -> list[Request] | None:
    """A hand's trigger went down: on a panel that is all that it means. None where it was not on one."""
    hand = world.hands[name]
    target, panel = hand.target, pointed_panel(world, hand.target)
    if target is None or panel is None:
        return None
    width, height = POINTS[panel.name]
    in_title = target.v * height < TITLE and target.u * width < width - TITLE - 4
    if in_title and panel.stands != AT_HAND:
        world.panels.moved[name] = PanelGrip(panel.name, target.distance, target.u - 0.5, 0.5 - target.v)
        return [TAKE.by(name)]
    world.panels.events.append(PanelPress(name, panel.name, target.u, target.v))
    return [PRESS.by(name)] if world.panels.over.get(name) else []


def feel_panels(world: World) -> list[Request]:
    """Once a frame: a hand whose ray has come to another button feels it."""
    panels = world.panels
    came = [hand for hand, button in panels.over.items() if button and panels.felt.get(hand, "") != button]
    panels.felt = dict(panels.over)
    return [HOVER.by(hand) for hand in came]


def release_panel(world: World, name: str) -> None:
    """A hand's trigger came up: it lets go of the panel that it moves."""
    world.panels.moved.pop(name, None)


def scroll_panel(world: World, name: str, notches: float) -> bool:
    """A hand scrolls; returns whether it does so on a panel."""
    panel = pointed_panel(world, world.hands[name].target)
    if panel is None:
        return False
    world.panels.events.append(PanelScroll(name, panel.name, notches))
    return True
