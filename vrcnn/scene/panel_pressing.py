"""What hands do to the panels of the headset: point at them, press, scroll, and move them by their titles."""

from __future__ import annotations

from dataclasses import replace

from vrcnn.scene.geometry import Ray, hit_rectangle
from vrcnn.scene.haptics import HOVER, PRESS, TAKE
from vrcnn.scene.requests import Request
from vrcnn.scene.wall_controls import ON_THE_WALL
from vrcnn.scene.world import HANDS, Target, World
from vrcnn.scene.world_panels import (
    AT_HAND,
    AT_SIEVE,
    FOR_ALL,
    IN_PLACE,
    POINTS,
    TITLE,
    WORN_ONLY,
    PanelGrip,
    PanelPress,
    PanelScroll,
    WorldPanel,
)


def shown_panels(world: World) -> list[WorldPanel]:
    """Those that stand in the world, in the order of Target.index.

    While no headset is worn these are the ones that hang beside walls or stand by the sieve; the others are in the
    window, or there again when it is.
    """
    worn = world.player.head is not None
    return [panel for panel in world.panels.open.values() if panel.seen and (worn or panel.stands in FOR_ALL)]


def flat_panels(world: World) -> list[WorldPanel]:
    """Those that the window shows, in the order in which they were opened."""
    if world.player.head is not None:
        return []
    return [
        panel for panel in world.panels.open.values() if panel.stands not in FOR_ALL and panel.name not in WORN_ONLY
    ]


def in_front(world: World, ray: Ray, hand: str, behind: Target | None) -> Target | None:
    """The panel that the ray of a hand meets, where it is nearer than what is `behind`; else that.

    A hand does not point at the menu that it wears.
    """
    nearest = behind
    for index, panel in enumerate(shown_panels(world)):
        if panel.stands == AT_HAND and hand == world.panels.menu_hand:
            continue
        if panel.stands == AT_SIEVE and hand == world.sieving.in_hand:
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
    return None if panel is None else meant_on(world, panel)


def meant_on(world: World, panel: WorldPanel) -> Target | None:
    """What a panel speaks of, as it is now; None where that is nothing, or is gone."""
    about = panel.about
    if about is not None and about.kind == "frame" and about.index >= len(world.gallery.frames):
        return None
    if about is None or about.kind != "wall" or not panel.wall:
        return about
    walls = world.halls[panel.hall].walls if panel.hall < len(world.halls) else []
    number = next((number for number, wall in enumerate(walls) if wall.name == panel.wall), None)
    return None if number is None else replace(about, index=number)


def about_pointed(world: World, hand: str, kinds: tuple[str, ...] = ON_THE_WALL) -> Target | None:
    """What somebody who asks with `hand` speaks of, of these kinds of targets: what that hand points at, else what the
    other does, else the wall that they stand at."""
    others = (world.comfort.main, world.comfort.off) if hand != HANDS[0] else ()
    for name in dict.fromkeys((hand, *others)):
        target = world.hands[name].target
        if target is not None and target.kind == "panel":
            target = meant_by_panel(world, target)
        if target is not None and target.kind in kinds:
            return target if target.kind not in ON_THE_WALL else replace(target, kind="wall", control=None)
    if world.journey.at is None:
        return None
    hall, number = world.journey.at
    return Target("wall", number, 0.0, world.halls[hall].walls[number].pose.position, hall=hall)


def layer_of(world: World, about: Target) -> tuple[int, str]:
    """The hall and the name of the layer that a target on a wall belongs to."""
    walls = world.halls[about.hall].walls
    return about.hall, walls[about.index].name if about.kind == "wall" else ""


def press_panel(world: World, name: str) -> list[Request] | None:
    """A hand's trigger went down: on a panel that is all that it means. None where it was not on one."""
    hand = world.hands[name]
    target, panel = hand.target, pointed_panel(world, hand.target)
    if target is None or panel is None:
        return None
    width, height = POINTS[panel.name]
    in_title = target.v * height < TITLE and target.u * width < width - TITLE - 4
    if in_title and panel.stands not in IN_PLACE:
        world.panels.moved[name] = PanelGrip(panel.key, target.distance, target.u - 0.5, 0.5 - target.v)
        return [TAKE.by(name)]
    world.panels.events.append(PanelPress(name, panel.key, target.u, target.v))
    return [PRESS.by(name)] if world.panels.over.get(name) else []


def feel_panels(world: World) -> list[Request]:
    """Once a frame: a hand whose ray has come to another button feels it."""
    panels = world.panels
    came = [hand for hand, button in panels.over.items() if button and panels.felt.get(hand, "") != button]
    panels.felt = dict(panels.over)
    return [HOVER.by(hand) for hand in came if hand != "mouse"]


def release_panel(world: World, name: str) -> None:
    """A hand's trigger came up: it lets go of the panel that it moves."""
    world.panels.moved.pop(name, None)


def scroll_panel(world: World, name: str, notches: float) -> bool:
    """A hand scrolls; returns whether it does so on a panel."""
    panel = pointed_panel(world, world.hands[name].target)
    if panel is None:
        return False
    world.panels.events.append(PanelScroll(name, panel.key, notches))
    return True
