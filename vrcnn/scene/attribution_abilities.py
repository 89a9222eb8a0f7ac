"""What a visitor can do with attributions: a part of the table of abilities."""

from __future__ import annotations

from vrcnn.attribution.results import Wish
from vrcnn.scene.ability import HAND, Ability
from vrcnn.scene.attribution_intents import (
    Attribute,
    ChooseAttribution,
    LookThroughLayer,
    SetHeat,
    ShowOnWalls,
    ToggleHeat,
)
from vrcnn.scene.headset_intents import OpenPanel
from vrcnn.scene.world_panels import ATTRIBUTION

ATTRIBUTING = (
    Ability("Attribution", "F5", "", OpenPanel(ATTRIBUTION), "Inspect", ("F5",)),
    Ability("Gradients on the walls", "F6", "", ShowOnWalls(), "Maps", ("F6",), "view"),
    Ability("Grad-CAM of this layer", "Shift+F5", "", LookThroughLayer(HAND), "Inspect", ("SHIFT+F5",)),
    Ability("Attribution on or off", "Shift+F6", "", ToggleHeat(), "Look", ("SHIFT+F6",)),
    Ability("Find the attribution", "panel, Attribution", "panel, Attribution", Attribute()),
    Ability("Method, class and layer", "panel, Attribution", "panel, Attribution", ChooseAttribution(Wish())),
    Ability("Fade the attribution", "panel, Attribution", "panel, Attribution", SetHeat(0.85)),
)
