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
from vrcnn.scene.hall import Hall
from vrcnn.scene.handling import pointed
from vrcnn.scene.requests import ChangeScope, Request
from vrcnn.scene.world import World


def act_on_attribution(world: World, action: AttributionAction) -> list[Request]:
    """Applies one action."""
    match action:
        case ChooseAttribution(wish, hall_number):
            hall = world.halls[hall_number]
            other_class = wish.index != hall.attributing.wish.index
            hall.attributing.wish = wish
            if other_class and hall.chosen.quantity != QUANTITIES[0]:
                return show_on_walls(world, hall_number, hall.chosen.quantity)
        case Attribute(hall_number):
            attributing = world.halls[hall_number].attributing
            attributing.shown = True
            return [FindAttribution(attributing.wish, hall_number)]
        case LookThroughLayer(hand):
            found, target = pointed(world, hand), world.hands[hand].target
            if found is None or target is None:
                return []
            hall = world.halls[target.hall]
            name = hall.full.nodes[hall.tensor_of(found[1].node)].name
            hall.attributing.wish = replace(hall.attributing.wish, method="grad-cam", layer=name)
            hall.attributing.shown = True
            return [FindAttribution(hall.attributing.wish, target.hall)]
        case ToggleHeat(hall_number):
            attributing = world.halls[hall_number].attributing
            attributing.shown = not attributing.shown
            attributing.revision += 1
        case SetHeat(opacity, hall_number):
            attributing = world.halls[hall_number].attributing
            attributing.opacity = min(1.0, max(0.1, opacity))
            attributing.revision += 1
        case ShowOnWalls(hall_number, quantity):
            shown = world.halls[hall_number].chosen.quantity
            following = QUANTITIES[(QUANTITIES.index(shown) + 1) % len(QUANTITIES)]
            return show_on_walls(world, hall_number, quantity or following)
    return []


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
