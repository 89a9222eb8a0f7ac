"""What a visitor can do to look closer: a part of the table of abilities."""

from __future__ import annotations

from vrcnn.scene.ability import HAND, Ability
from vrcnn.scene.headset_intents import OpenPanel
from vrcnn.scene.inspect_intents import MarkMaps, Refocus, StepThrough, TraceBack
from vrcnn.scene.panel_intents import HangPanel
from vrcnn.scene.world_panels import INSPECT

INSPECTING = (
    Ability("Inspect", "Q", "", OpenPanel(INSPECT), "Inspect", ("Q",)),
    Ability("Hang it at its wall", "Shift+Q", "", HangPanel(HAND), "Inspect", ("SHIFT+Q",)),
    Ability("Step at this pixel", "Z", "", StepThrough(HAND), "Inspect", ("Z",)),
    Ability("Trace it back", "Shift+Z", "", TraceBack(HAND), "Inspect", ("SHIFT+Z",)),
    Ability("Mark dead maps", "panel, Inspect", "", MarkMaps(), "Inspect"),
    Ability("Channel, pixel, driver", "panel, Inspect", "panel, Inspect", Refocus(INSPECT)),
    Ability("Read a pixel's values", "come close to a map", "come close to a map", part="head"),
)
