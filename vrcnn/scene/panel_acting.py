"""What is asked for on a panel: its buttons mean what the panel speaks of, not the panel itself."""

from __future__ import annotations

from vrcnn.scene.acting import act
from vrcnn.scene.intents import Action, Scroll
from vrcnn.scene.panel_pressing import meant_by_panel, pointed_panel, scroll_panel
from vrcnn.scene.requests import Request
from vrcnn.scene.world import World


def act_by_panel(world: World, action: Action) -> list[Request]:
    """Applies an action as `act` does. Of a hand that points at a panel, what the panel speaks of is meant."""
    name = getattr(action, "hand", "")
    if name not in world.hands or pointed_panel(world, world.hands[name].target) is None:
        return act(world, action)
    if isinstance(action, Scroll) and world.hands[name].hold is None and scroll_panel(world, name, action.notches):
        return []
    hand = world.hands[name]
    pointed = hand.target
    hand.target = meant_by_panel(world, pointed) or pointed
    try:
        return act(world, action)
    finally:
        hand.target = pointed
