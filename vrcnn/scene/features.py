"""The feature visualizations of a hall, as far as the visitor sees them: plain data; the renderer has their pixels."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from vrcnn.featurevis.results import Sight, Visualization

FACES = ("activations", "visualizations", "both")  # what a wall can show: Handling.face


def following_face(face: str) -> str:
    """What a wall shows next."""
    return FACES[(FACES.index(face) + 1) % len(FACES)]


class FeatureState(Enum):
    WAITING = "waiting"
    FORMING = "forming"
    MADE = "made"
    FAILED = "failed"  # the channel never rose, or an error kept it from being made


@dataclass
class Feature:
    """One channel's visualization. `progress` is the share of the steps that are done, 0 to 1.

    `made` is the last one that was finished, also while another is being made; `sights` are the natural pictures that
    the channel answers to most; `thumbnails` has the renderer's picture number of each.
    """

    state: FeatureState
    progress: float = 0.0
    made: Visualization | None = None
    sights: tuple[Sight, ...] = ()
    thumbnails: tuple[int, ...] = ()


@dataclass
class FeatureJob:
    """What the worker makes now, for the panels; as in the engine's FeatureProgress."""

    title: str = ""
    done: int = 0
    total: int = 0
    failed: int = 0
    seconds_left: float | None = None
    running: bool = False
    paused: bool = False
    stored: int = 0


@dataclass
class Features:
    """Of one hall.

    Attributes:
        known: by tensor of the full graph (Node.members[-1]) and channel.
        asking: whether the visitor was asked if all that is on disk shall be deleted, and has not answered.
        revision: counts changes of `known`.
    """

    known: dict[int, dict[int, Feature]] = field(default_factory=dict)
    job: FeatureJob = field(default_factory=FeatureJob)
    asking: bool = False
    revision: int = 0

    def of(self, tensor: int, channel: int) -> Feature | None:
        return self.known.get(tensor, {}).get(channel)
