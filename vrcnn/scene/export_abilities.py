"""What a visitor can do to take something with them: a part of the table of abilities."""

from __future__ import annotations

from vrcnn.scene.ability import HAND, Ability
from vrcnn.scene.export_intents import ChooseExport, ExportChoice, ExportChosen, OpenExport
from vrcnn.scene.headset_intents import OpenPanel
from vrcnn.scene.world_panels import EXPORT

EXPORTING = (
    Ability("Export", "F7", "", OpenPanel(EXPORT), "Keep", ("F7",)),
    Ability("Export what is chosen", "panel, Export", "", ExportChosen(HAND), "Keep"),
    Ability("Export from a panel", "panels, Export", "panels, Export", OpenExport(HAND)),
    Ability("Choose what and how", "panel, Export", "panel, Export", ChooseExport(ExportChoice())),
)
