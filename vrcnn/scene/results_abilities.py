"""What a visitor can do with results: the panel, an evaluation, and which pictures the shelf shows."""

from __future__ import annotations

from vrcnn.scene.ability import Ability
from vrcnn.scene.headset_intents import OpenPanel
from vrcnn.scene.results_intents import Evaluate, FilterShelf, ResampleShelf
from vrcnn.scene.world_panels import FILTER, RESULTS

RESULTS_ABILITIES = (
    Ability("Results", "F2", "", OpenPanel(RESULTS), "Results", ("F2",)),
    Ability("Evaluate all pictures", "panel, Results", "the board at the right", Evaluate(), "Results", (), "evaluate"),
    Ability(
        "Pictures of a confusion",
        "click on a cell of the board",
        "press a cell of the board",
        FilterShelf(),
        control="confusion",
    ),
    Ability("Choose the pictures", "F3", "over the shelf", OpenPanel(FILTER), "Results", ("F3",), "shelf filter"),
    Ability("Other pictures", "click over the shelf", "over the shelf", ResampleShelf(), "Results", (), "shelf filter"),
    Ability("First pictures back", "click over the shelf", "over the shelf", FilterShelf(), "Results"),
)
