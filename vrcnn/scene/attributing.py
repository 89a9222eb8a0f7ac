"""What the intents about attributions do to the World."""

from __future__ import annotations

from dataclasses import replace

from vrcnn.network.quantity import QUANTITIES, Quantity
from vrcnn.scene.attribution_intents import (
    Attribute,
    AttributionAction,
    ChooseAttribution,
    LookThroughLayer,
    SetHeat,
    ShowOnWalls,
    ToggleHeat,
)
from vrcnn.scene.attribution_requests import FindAttribution
from vrcnn.scene.hall import Hall, Wall
from vrcnn.scene.handling import pointed
from vrcnn.scene.requests import ChangeScope, Request
from vrcnn.scene.world import World


def act_on_attribution(world: World, action: AttributionAction) -> list[Request]:
    """Applies one action."""
    if isinstance(action, LookThroughLayer):
        return _look_through(world, action.hand)
    number = world.here if action.hall is None else action.hall
    hall = world.halls[number]
    attributing = hall.attributing
    match action:
        case ChooseAttribution(wish):
            other_class = wish.index != attributing.wish.index
            attributing.wish = wish
            if other_class and hall.chosen.quantity != QUANTITIES[0]:
                return show_on_walls(world, number, hall.chosen.quantity)
        case Attribute():
            attributing.shown = True
            return [FindAttribution(attributing.wish, number)]
        case ToggleHeat():
            attributing.shown = not attributing.shown
            attributing.revision += 1
        case SetHeat(opacity):
            attributing.opacity = min(1.0, max(0.1, opacity))
            attributing.revision += 1
        case ShowOnWalls(quantity):
            following = QUANTITIES[(QUANTITIES.index(hall.chosen.quantity) + 1) % len(QUANTITIES)]
            return show_on_walls(world, number, quantity or following)
    return []


def _look_through(world: World, hand: str) -> list[Request]:
    """Grad-CAM of the layer that the hand points at."""
    found, target = pointed(world, hand), world.hands[hand].target
    if found is None or target is None:
        return []
    hall = world.halls[target.hall]
    name = layer_of(hall, found[1])
    hall.attributing.wish = replace(hall.attributing.wish, method="grad-cam", layer=name)
    hall.attributing.shown = True
    return [FindAttribution(hall.attributing.wish, target.hall)]


def layer_of(hall: Hall, wall: Wall) -> str:
    """The name of the operation whose tensor a wall shows."""
    tensor = hall.tensor_of(wall.node)
    return hall.full.nodes[tensor].name if tensor < len(hall.full.nodes) else wall.name


def show_on_walls(world: World, number: int, quantity: str) -> list[Request]:
    """The walls of a hall shall show this, for the class that is chosen."""
    hall = world.halls[number]
    of = None if quantity == QUANTITIES[0] else hall.attributing.wish.index
    if (quantity, of) == (hall.chosen.quantity, hall.chosen.of):
        return []
    hall.wanted = replace(hall.chosen, quantity=quantity, of=of)
    return [ChangeScope(hall.wanted, number)]


def show_quantity(hall: Hall, quantity: Quantity) -> None:
    """The walls show this from now on; signs and boards say so."""
    if quantity != hall.quantity:
        hall.quantity = quantity
        hall.results_revision += 1
