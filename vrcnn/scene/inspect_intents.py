"""What a visitor wants of a closer look: a step through a convolution, a channel traced back, another subject."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class StepThrough:
    """Show how the value of the pixel that `hand` points at comes about."""

    hand: str


@dataclass(frozen=True)
class TraceBack:
    """Light the way along which the channel that `hand` points at is driven, or no longer."""

    hand: str


@dataclass(frozen=True)
class MarkMaps:
    """Mark the maps that are dead, constant or saturated on their tiles, or no longer."""


@dataclass(frozen=True)
class Refocus:
    """Let the inspect panel of key `panel` tell of something else; what is not given stays as it is.

    Attributes:
        page: one of inspecting.PAGES.
        wall: the name of another layer of the same hall.
        channel: the number of a map.
        pixel: (row, column) of it.
        first: the number of the first output whose kernels are shown.
    """

    panel: str
    page: str = ""
    wall: str = ""
    channel: int | None = None
    pixel: tuple[int, int] | None = None
    first: int | None = None


InspectAction = StepThrough | TraceBack | MarkMaps | Refocus
