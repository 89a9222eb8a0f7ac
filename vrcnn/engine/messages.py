"""What the worker thread tells the main thread: immutable messages, numpy and plain data only, never a tensor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vrcnn.engine.attribution_messages import AttributionMessage
from vrcnn.engine.evaluation_messages import EvaluationMessage, Truth
from vrcnn.engine.export_messages import Exported
from vrcnn.engine.identity_message import Identified
from vrcnn.engine.inspection_messages import InspectionMessage
from vrcnn.engine.xray_messages import XrayMessage
from vrcnn.featurevis.results import Place, Sight, Visualization
from vrcnn.network.quantity import ACTIVATIONS, Quantity

if TYPE_CHECKING:
    from vrcnn.engine.arena import Arena
    from vrcnn.engine.plan import MapPlan
    from vrcnn.network.graph import Graph
    from vrcnn.network.scope import Scope
    from vrcnn.susceptibility.sieve import Sieve


@dataclass(frozen=True)
class Score:
    """One class and its probability (0 to 1); of a segmentation, its share of the picture and its colour (sRGB)."""

    index: int
    label: str
    probability: float
    colour: tuple[float, float, float] | None = None


@dataclass(frozen=True)
class PictureLoaded:
    """A picture of the shelf was decoded. `pixels` is (H, W, 4) uint8, rows from the top, at most 512 px a side."""

    picture: int
    name: str
    pixels: np.ndarray


@dataclass(frozen=True)
class PicturesSkipped:
    """Some pictures could not be used; `reasons` has one clause each, such as "cat.jpg is truncated".

    `pictures` are their numbers, in the same order.
    """

    reasons: tuple[str, ...]
    pictures: tuple[int, ...]


@dataclass(frozen=True)
class JobStarted:
    job: int
    title: str


@dataclass(frozen=True)
class JobProgress:
    job: int
    done: int
    total: int


@dataclass(frozen=True)
class JobDone:
    job: int
    seconds: float


@dataclass(frozen=True)
class JobFailed:
    """An exception in a job. `headline` is one sentence; `detail` has what helps to mend it; `node` the layer.

    `unreadable` says that the picture could not be opened, so that the network was not asked.
    """

    job: int
    headline: str
    detail: str
    node: int | None = None
    unreadable: bool = False


@dataclass(frozen=True)
class LayerReady:
    """The maps of `node` lie in `arena` with their statistics, for the picture that `job` runs.

    `samples` (N,) float32 are values from all over the layer, NaN and infinities among them, for what is asked of
    their distribution, as they are kept; `difference` (maps,) float32 is how far each map is, on average over its
    area, from that of the picture before, 0 for the first one. `nonfinite` counts NaN and infinities. `quantity` says
    what the values are.
    """

    job: int
    node: int
    arena: Arena
    samples: np.ndarray
    difference: np.ndarray
    nonfinite: int
    quantity: Quantity = ACTIVATIONS


@dataclass(frozen=True)
class MapsComplete:
    """All layers of this job were sent. The receiver returns `arena` with `arena.release()` after the last upload."""

    job: int
    picture: int
    arena: Arena


@dataclass(frozen=True)
class Predicted:
    """The network's answer.

    Attributes:
        kind: "classes", "segments" (a class for each pixel), "boxes" (detections), or "none" for any other output.
        scores: the best classes first; the classes that cover the picture, the largest share first; the detections,
            the surest first. Empty for "none".
        overlay: (H, W, 4) uint8, at most 512 px a side: the network's input with the class map or the boxes over it;
            None for the other kinds.
        input: the same with nothing over it, where the picture alone does not tell which part of it that is: for a
            preprocessing of the user's own, and for arrays. None elsewhere, and where it is no picture.
        truth: what the picture shows, where somebody says it, and what the network says of that; only for "classes".
        behind: the sieve before the picture, None for none; `plain` are the scores without it, where they are known.
    """

    job: int
    picture: int
    scores: tuple[Score, ...]
    kind: str = "classes"
    overlay: np.ndarray | None = None
    input: np.ndarray | None = None
    truth: Truth | None = None
    behind: Sieve | None = None
    plain: tuple[Score, ...] = ()


@dataclass(frozen=True)
class GraphChanged:
    """The pass took another way than before, or another scope was asked for: all that follows is about this graph.

    `full` has every operation of the pass.
    """

    graph: Graph
    plan: MapPlan
    scope: Scope
    full: Graph


@dataclass(frozen=True)
class ScopeRefused:
    """What was asked for cannot be shown, so `scope` is shown as before. `headline` and `detail` as in JobFailed."""

    scope: Scope
    headline: str
    detail: str


@dataclass(frozen=True)
class FeaturesForming:
    """How far the visualizations of these `channels` are: `pixels` (channels, H, W, 3) uint8, at most 128 px a side.

    They are after `step` of `steps`; the last attempt at a channel counts.
    """

    place: Place
    channels: tuple[int, ...]
    pixels: np.ndarray
    step: int
    steps: int


@dataclass(frozen=True)
class FeatureMade:
    """One visualization is there; `cached` says that it was on disk already.

    `sights` are the natural pictures that the channel answers to most, where somebody wanted them, each with its crop,
    (H, W, 3) uint8, at most 128 px a side.
    """

    visualization: Visualization
    cached: bool
    sights: tuple[tuple[Sight, np.ndarray], ...] = ()


@dataclass(frozen=True)
class FeatureSights:
    """The natural pictures that a channel answers to most, as in FeatureMade, found after its visualization."""

    place: Place
    channel: int
    sights: tuple[tuple[Sight, np.ndarray], ...]


@dataclass(frozen=True)
class FeatureProgress:
    """Of everything that was asked for since there was nothing to do: `done` of `total` channels, `failed` among them.

    `seconds_left` is None while nobody can tell. `paused` and `running` say whether the worker goes on by itself;
    neither when nothing is left to do. `title` names what is being made, such as "layer3.0.conv2, channels 8 to 15".
    `stored` is how many bytes the visualizations of this network take on disk.
    """

    title: str
    done: int
    total: int
    failed: int
    seconds_left: float | None
    running: bool
    paused: bool
    stored: int


@dataclass(frozen=True)
class FeaturesFailed:
    """What was asked for cannot be made, all or these `channels` of it; the others go on. Words as in JobFailed."""

    place: Place | None
    channels: tuple[int, ...]
    headline: str
    detail: str = ""


@dataclass(frozen=True)
class PictureMade:
    """A picture for the hand that asked for it: a visualization, or noise.

    `pixels` is (H, W, 4) uint8, at most 512 px a side, `values` (C, H, W) float32 what the network shall be given.
    """

    hand: str
    name: str
    pixels: np.ndarray
    values: np.ndarray


@dataclass(frozen=True)
class InquiryProgress:
    """Of what was asked under this `number`, `done` of `total` is done; both 0 as long as it waits.

    `seconds_left` is None while nobody can tell.
    """

    number: int
    title: str
    done: int
    total: int
    seconds_left: float | None


@dataclass(frozen=True)
class InquiryDone:
    """What was asked is answered, or was `cancelled`."""

    number: int
    cancelled: bool = False


@dataclass(frozen=True)
class InquiryFailed:
    """What was asked cannot be answered. Words as in JobFailed."""

    number: int
    headline: str
    detail: str = ""


@dataclass(frozen=True)
class CheckpointTaken:
    """The network has the weights of the checkpoint of this `number` now, which had so many of its `tensors`."""

    number: int
    tensors: int


@dataclass(frozen=True)
class CheckpointRefused:
    """The network could not take on that checkpoint, and has the weights of before. `headline` as in JobFailed."""

    number: int
    headline: str


Message = (
    PictureLoaded
    | PicturesSkipped
    | JobStarted
    | JobProgress
    | JobDone
    | JobFailed
    | LayerReady
    | MapsComplete
    | Predicted
    | GraphChanged
    | ScopeRefused
    | FeaturesForming
    | FeatureMade
    | FeatureSights
    | FeatureProgress
    | FeaturesFailed
    | PictureMade
    | InquiryProgress
    | InquiryDone
    | InquiryFailed
    | XrayMessage
    | CheckpointTaken
    | CheckpointRefused
    | InspectionMessage
    | Identified
    | Exported
    | AttributionMessage
    | EvaluationMessage
)
