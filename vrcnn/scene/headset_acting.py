"""What a visitor's wishes about the headset do to the World, and what they ask of the rest of the program."""

from __future__ import annotations

from vrcnn.scene.audience import choose_audience
from vrcnn.scene.comfort import Comfort
from vrcnn.scene.headset_intents import (
    ChooseAudience,
    ChooseComfort,
    ChooseRefreshRate,
    HeadsetAction,
    OpenMenu,
    OpenPanel,
    Panorama,
    ResetView,
    WearHeadset,
)
from vrcnn.scene.locomotion import reset_view
from vrcnn.scene.panel_placing import toggle_menu, toggle_panel
from vrcnn.scene.requests import AttachHeadset, Request, SetRefreshRate, TakePanorama
from vrcnn.scene.world import World
from vrcnn.scene.world_panels import AT_HAND


def choose_comfort(world: World, comfort: Comfort) -> None:
    """Other settings from now on; a menu that is worn goes to the hand that wears it then."""
    world.comfort = comfort
    if any(panel.stands == AT_HAND for panel in world.panels.open.values()):
        world.panels.menu_hand, world.panels.dropped = comfort.off, None


def act_on_headset(world: World, action: HeadsetAction) -> list[Request]:
    """Applies an action, and says what the rest of the program shall do."""
    match action:
        case ChooseComfort(comfort):
            choose_comfort(world, comfort)
        case ResetView():
            reset_view(world)
        case OpenMenu(hand):
            toggle_menu(world, hand)
        case OpenPanel(name):
            toggle_panel(world, name)
        case ChooseAudience(view):
            choose_audience(world, view)
        case WearHeadset(on):
            return [AttachHeadset(not world.headset.wanted if on is None else on)]
        case ChooseRefreshRate(hertz):
            return [SetRefreshRate(hertz)]
        case Panorama():
            return [TakePanorama()]
    return []
