"""What a visitor wants of feature visualizations, free of any device; intents.py has all the rest."""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.featurevis.settings import Settings


@dataclass(frozen=True)
class VisualizeTile:
    """Make the feature visualization of the channel that `hand` points at; what was made before is made anew."""

    hand: str


@dataclass(frozen=True)
class VisualizeWall:
    """Make those of all channels of the wall that `hand` points at."""

    hand: str


@dataclass(frozen=True)
class VisualizeRoom:
    """Make those of all layers in the room of this path, in hall number `hall`."""

    path: str
    hall: int


@dataclass(frozen=True)
class VisualizeAll:
    """Make those of all layers that are shown of the network of hall number `hall`."""

    hall: int


@dataclass(frozen=True)
class PauseFeatures:
    """Stop making feature visualizations for a while (`on`), or go on; in hall number `hall`."""

    on: bool
    hall: int


@dataclass(frozen=True)
class CancelFeatures:
    """Make none of the feature visualizations that are not finished, in hall number `hall`."""

    hall: int


@dataclass(frozen=True)
class ChooseFeatureSettings:
    """Make the next feature visualizations in this way."""

    settings: Settings


@dataclass(frozen=True)
class WantSights:
    """Look for the natural pictures that a channel answers to most as well (`on`), or not."""

    on: bool


@dataclass(frozen=True)
class TurnWall:
    """The wall that `hand` points at shows what `face` says (one of FACES), the next one where it says nothing."""

    hand: str
    face: str = ""


@dataclass(frozen=True)
class TurnAllWalls:
    """All walls of hall number `hall` show what `face` says, one of FACES."""

    face: str
    hall: int


@dataclass(frozen=True)
class TakeFeature:
    """Take the finished feature visualization that `hand` points at into that hand, as a picture for the easel."""

    hand: str


@dataclass(frozen=True)
class TakeNoise:
    """Take a new picture of noise into the hand: "gaussian", "uniform" or "natural" (with the spectrum of photos)."""

    hand: str
    kind: str


@dataclass(frozen=True)
class DeleteFeatures:
    """Delete the feature visualizations of the network of hall number `hall` from the disk; ask first unless `sure`."""

    hall: int
    sure: bool = False


FeatureAction = (
    VisualizeTile
    | VisualizeWall
    | VisualizeRoom
    | VisualizeAll
    | PauseFeatures
    | CancelFeatures
    | ChooseFeatureSettings
    | WantSights
    | TurnWall
    | TurnAllWalls
    | TakeFeature
    | TakeNoise
    | DeleteFeatures
)
