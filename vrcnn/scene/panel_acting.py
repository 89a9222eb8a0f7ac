"""What is asked for on a panel: its buttons mean what the panel speaks of, not the panel itself."""

from __future__ import annotations

from vrcnn.scene.acting import act
from vrcnn.scene.intents import Action, Scroll
from vrcnn.scene.panel_intents import ByPanel, PanelMotion, RaisePanel
from vrcnn.scene.panel_pressing import meant_by_panel, meant_on, pointed_panel, scroll_panel
from vrcnn.scene.requests import Request
from vrcnn.scene.world import HANDS, Target, World


def act_by_panel(world: World, action: Action | PanelMotion) -> list[Request]:
    """Applies an action as `act` does. Of a hand that points at a panel, what the panel speaks of is meant."""
    if isinstance(action, RaisePanel):
        panels = world.panels.open
        if action.panel in panels:
            panels[action.panel] = panels.pop(action.panel)
        return []
    if isinstance(action, ByPanel):
        return _act_for(world, action)
    name = getattr(action, "hand", "")
    if name not in world.hands or pointed_panel(world, world.hands[name].target) is None:
        return act(world, action)
    if isinstance(action, Scroll) and world.hands[name].hold is None and scroll_panel(world, name, action.notches):
        return []
    return _act_on(world, action, name, meant_by_panel(world, world.hands[name].target))


def _act_for(world: World, asked: ByPanel) -> list[Request]:
    """What a button of a flat panel asks for."""
    panel, name = world.panels.open.get(asked.panel), getattr(asked.action, "hand", None) or HANDS[0]
    return _act_on(world, asked.action, name, None if panel is None else meant_on(world, panel))


def _act_on(world: World, action: Action, name: str, meant: Target | None) -> list[Request]:
    """Applies an action as if the hand of this name pointed at what is `meant`, where anything is."""
    hand = world.hands[name]
    pointed = hand.target
    hand.target = meant or pointed
    try:
        return act(world, action)
    finally:
        hand.target = pointed
