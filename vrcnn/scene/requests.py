"""What a visitor's intents ask of the rest of the program: running, loading, leaving; the World cannot do it alone."""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.featurevis.results import Place
from vrcnn.featurevis.settings import Settings
from vrcnn.network.scope import Scope
from vrcnn.scene.attribution_requests import AttributionRequest
from vrcnn.scene.export_intents import ExportOut
from vrcnn.scene.inspection_requests import InspectionRequest
from vrcnn.scene.results_requests import ResultsRequest
from vrcnn.scene.tour_intents import TourRequest
from vrcnn.scene.way_requests import WayRequest
from vrcnn.scene.xray_requests import XrayRequest


@dataclass(frozen=True)
class RunPicture:
    """The picture on the easel shall run through the networks."""

    picture: int


@dataclass(frozen=True)
class StopRun:
    """The picture that runs through the network of hall number `hall` shall stop at its next layer."""

    hall: int


@dataclass(frozen=True)
class StopInquiry:
    """What was asked of the network of hall number `hall` under this `number` is not wanted any more."""

    number: int
    hall: int


@dataclass(frozen=True)
class LoadCheckpoint:
    """The first hall's network shall take on the checkpoint of this number."""

    number: int


@dataclass(frozen=True)
class ShowPage:
    """The pictures of the shelf's current page are wanted."""

    pictures: tuple[int, ...]


@dataclass(frozen=True)
class ChangeScope:
    """The visitor wants to see this of the network of hall number `hall`."""

    scope: Scope
    hall: int = 0


@dataclass(frozen=True)
class ShowLayer:
    """The visitor wants to stand before the layer of this name, which has no wall in hall number `hall` as yet."""

    name: str
    hall: int = 0


@dataclass(frozen=True)
class MakeFeatures:
    """Feature visualizations of these channels are wanted, in this order; `anew` also where there are some already."""

    wanted: tuple[tuple[Place, tuple[int, ...]], ...]
    settings: Settings
    hall: int
    sights: bool = False
    anew: bool = False


@dataclass(frozen=True)
class HoldFeatures:
    """The worker of hall number `hall` shall pause with feature visualizations, or go on."""

    on: bool
    hall: int


@dataclass(frozen=True)
class DropFeatures:
    """The worker of hall number `hall` shall give up all feature visualizations that are not finished."""

    hall: int


@dataclass(frozen=True)
class ForgetFeatures:
    """The feature visualizations on disk of the network of hall number `hall` shall be deleted."""

    hall: int


@dataclass(frozen=True)
class TakeMade:
    """The finished visualization of a channel shall become a picture in the hand."""

    hand: str
    hall: int
    tensor: int
    channel: int


@dataclass(frozen=True)
class TakeNew:
    """A new picture of noise shall come into the hand: "gaussian", "uniform" or "natural"."""

    hand: str
    kind: str


@dataclass(frozen=True)
class TakeScreenshot:
    """Save what is seen."""


@dataclass(frozen=True)
class TakePanorama:
    """Save the whole surroundings of the eyes."""


@dataclass(frozen=True)
class AttachHeadset:
    """Go into the headset, or wait for one (`on`); or leave it for the window."""

    on: bool


@dataclass(frozen=True)
class SetRefreshRate:
    """Let the headset show so many frames a second."""

    hertz: float


@dataclass(frozen=True)
class Leave:
    """End the program."""


@dataclass(frozen=True)
class Pulse:
    """Let the controller of `hand` buzz for `seconds` with `strength` 0..1."""

    hand: str
    seconds: float
    strength: float


Request = (
    RunPicture
    | StopRun
    | StopInquiry
    | LoadCheckpoint
    | InspectionRequest
    | ShowPage
    | ChangeScope
    | ShowLayer
    | MakeFeatures
    | HoldFeatures
    | DropFeatures
    | ForgetFeatures
    | TakeMade
    | TakeNew
    | TakeScreenshot
    | TakePanorama
    | TourRequest
    | ExportOut
    | AttachHeadset
    | SetRefreshRate
    | WayRequest
    | AttributionRequest
    | ResultsRequest
    | XrayRequest
    | Leave
    | Pulse
)
