"""What a visitor can do with the course of a training."""

from __future__ import annotations

from vrcnn.scene.ability import Ability
from vrcnn.scene.headset_intents import OpenPanel
from vrcnn.scene.training_intents import ChooseCheckpoint, PlayTraining, StepCheckpoint
from vrcnn.scene.world_panels import TIME

IN_TIME = (
    Ability("Time", "F10", "", OpenPanel(TIME), "Inspect", ("F10",)),
    Ability("Later checkpoint", ".", "", StepCheckpoint(1), "Inspect", ("PERIOD",)),
    Ability("Earlier checkpoint", ",", "", StepCheckpoint(-1), "Inspect", ("COMMA",)),
    Ability("Play the training", "panel, Time", "", PlayTraining(), "Inspect"),
    Ability("Go to a checkpoint", "panel, Time", "panel, Time", ChooseCheckpoint()),
    Ability("Drag through time", "drag below the easel", "drag below the easel", control="time slider"),
)
