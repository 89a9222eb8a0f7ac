"""What a visitor can do with the sieve's panels: the curve, the answers that flip, and their pictures."""

from __future__ import annotations

from vrcnn.scene.ability import Ability
from vrcnn.scene.headset_intents import OpenPanel
from vrcnn.scene.sieve_panel_intents import ChooseSieve, ChooseSievePictures, ColourFrames, PutFlipped, ShowFlipped
from vrcnn.scene.world_panels import FLIPS, SIEVE
from vrcnn.susceptibility.sieve import Sieve

READING = (
    Ability("Sieve and its curve", "8", "", OpenPanel(SIEVE), "Sieve", ("8",)),
    Ability("Answers that flip", "9", "the board, while a sieve is there", OpenPanel(FLIPS), "Sieve", ("9",), "flips"),
    Ability("Colour the frames", "panel, Sieve", "in the sieve's panel", ColourFrames(), "Sieve"),
    Ability("Flipped ones on shelf", "panel, Flips", "the panel of flips", ShowFlipped(), "Sieve"),
    Ability("Flipped one to easel", "click on its row", "press its row", PutFlipped(), "Sieve", (), "flipped"),
    Ability("Choose the sieve", "panel, Sieve", "in the sieve's panel", ChooseSieve(Sieve())),
    Ability("Pictures of the curve", "panel, Sieve", "in the sieve's panel", ChooseSievePictures(64)),
)
